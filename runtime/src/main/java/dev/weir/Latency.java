package dev.weir;

import dev.weir.journal.Durations;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long records and alerts take from the ring to the way out; measured beside the fold, which
 * sees none of it. The journaler tells of each batch, the merge of what has gone out. Where the
 * merge is very far behind, batches are left out. Allocates nothing.
 */
final class Latency {
  private static final int BATCHES = 1 << 12; // a power of two
  private static final int MASK = BATCHES - 1;

  private final Durations records = new Durations();
  private final Durations alerts = new Durations();
  private final long[] ends = new long[BATCHES]; // position behind the batch
  private final long[] begunNs = new long[BATCHES];
  private final long[] sizes = new long[BATCHES];
  private final AtomicLong written = new AtomicLong();
  private final AtomicLong read = new AtomicLong();
  private long endBefore = -1; // the journaler's
  private long alertAt; // the merge's: the batch of the last alert

  /** From here on batches count, they begin at this position. The journaler. */
  void begin(long position) {
    endBefore = position;
  }

  /** A batch was given to the shards. The journaler. */
  void appended(long end, long batchBegunNs) {
    if (endBefore < 0) {
      return; // what the journal has is read
    }
    long at = written.get();
    if (at - read.getAcquire() < BATCHES) {
      int slot = (int) at & MASK;
      ends[slot] = end;
      begunNs[slot] = batchBegunNs;
      sizes[slot] = end - endBefore;
      written.setRelease(at + 1);
    }
    endBefore = end;
  }

  /** An alert has gone out that the record at this position released. The merge. */
  void alerted(long releasePosition, long nowNs) {
    long end = written.getAcquire();
    long at = Math.max(alertAt, read.get());
    while (at < end && ends[(int) at & MASK] <= releasePosition) {
      at++;
    }
    alertAt = at;
    if (at < end) {
      int slot = (int) at & MASK;
      if (ends[slot] - sizes[slot] <= releasePosition) {
        alerts.add(nowNs - begunNs[slot]);
      }
    }
  }

  /** Whether batches wait for {@link #passed}. The merge. */
  boolean isWaiting() {
    return read.get() < written.getAcquire();
  }

  /** All that records before this position let out has gone out. The merge. */
  void passed(long position, long nowNs) {
    long end = written.getAcquire();
    long at = read.get();
    while (at < end && ends[(int) at & MASK] <= position) {
      records.add(nowNs - begunNs[(int) at & MASK], sizes[(int) at & MASK]);
      at++;
    }
    read.setRelease(at);
  }

  /** Of records, from the ring until all that they let out had gone out. Any thread. */
  Durations records() {
    return records;
  }

  /** Of alerts, from the ring until they went out. Any thread. */
  Durations alerts() {
    return alerts;
  }
}
