package dev.weir.alerts;

import dev.weir.event.RecordLayout;
import dev.weir.journal.BatchBuffer;
import dev.weir.journal.Log;
import dev.weir.journal.LogReader;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The alerts of a fold over a journal, each once. An alert at or below the last order key in the
 * log is not written again but compared with what stands there. A new alert is written once the
 * journal is durable up to the record that let it out, and only then given to the receiver. Where
 * the disk is full it waits. Owned by one thread.
 */
public final class AlertLog implements AlertOutput, AutoCloseable {
  private static final int PENDING_BYTES = 256 * 1024;

  private final Log log;
  private final Log journal;
  private final EpochNanoClock clock;
  private final AlertReceiver receiver;
  private final BatchBuffer pending = new BatchBuffer();
  private final Alert reader = new Alert();

  private final long known; // alerts that stood in the log when it was opened
  private final Alert last = new Alert(); // the last of them, then the last of all
  private final UnsafeBuffer lastCopy = new UnsafeBuffer(new byte[0]);
  private boolean hasLast;
  private final LogReader stored;
  private int storedAt;
  private int storedEnd;
  private long compared; // known alerts that the fold gave again
  private UnsafeBuffer closed = new UnsafeBuffer(new byte[1 << 16]);
  private long lastTimeNs = Long.MIN_VALUE;
  private long pendingRelease;
  private long committedTo;

  /**
   * Goes on with a log, which it closes in the end; the journal is only asked.
   *
   * @param clock wall clock, for people who read the log and for the interval of flushes
   * @param foldsFrom position of the first record that the fold is given
   * @throws AlertLogException if the log has alerts of records that the journal does not have
   */
  public AlertLog(
      Log log, Log journal, EpochNanoClock clock, long foldsFrom, AlertReceiver receiver) {
    this.log = log;
    this.journal = journal;
    this.clock = clock;
    this.receiver = receiver;
    this.known = log.nextPosition();
    readLast();
    this.compared = foldsFrom == 0 ? 0 : firstReleasedAt(foldsFrom);
    this.stored = log.reader(compared);
  }

  private void readLast() {
    if (known == 0) {
      return;
    }
    try (LogReader end = log.reader(known - 1)) {
      end.next();
      lastTimeNs = end.batch().watermarkNs();
      end.batch()
          .forEach(
              known - 1,
              (position, buffer, offset, length) -> {
                if (!AlertLayout.is(buffer, offset)) {
                  throw new AlertLogException(
                      "this is no alert log of this version of Weir: another record is in it");
                }
                keepLast(buffer, offset, length);
              });
    }
    if (last.releasePosition() >= journal.nextPosition()) {
      throw new AlertLogException(
          "the alert log is ahead of the journal, which ends at position "
              + journal.nextPosition()
              + " (its last records were lost, as in a power cut with durability"
              + " process). Move the folder of the alert log aside and run again: the"
              + " alerts of what the journal has are made again, byte for byte");
    }
  }

  private void keepLast(DirectBuffer buffer, int offset, int length) {
    if (lastCopy.capacity() < length) {
      lastCopy.wrap(new byte[length * 2]);
    }
    lastCopy.putBytes(0, buffer, offset, length);
    last.wrap(lastCopy, 0);
    hasLast = true;
  }

  /** Number of the first known alert that was released at or after this position. */
  private long firstReleasedAt(long position) {
    long low = log.firstPosition();
    long high = known;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (releaseOf(middle) < position) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private long releaseOf(long number) {
    long[] release = {0};
    try (LogReader at = log.reader(number)) {
      at.next();
      at.batch()
          .forEach(
              number,
              (position, buffer, offset, length) -> {
                if (position == number) {
                  release[0] = reader.wrap(buffer, offset).releasePosition();
                }
              });
    }
    return release[0];
  }

  /** Position that the next alert gets in the log. */
  public long nextPosition() {
    return log.nextPosition();
  }

  @Override
  public boolean hasRoom() {
    return pending.offset() < PENDING_BYTES;
  }

  @Override
  public void onAlert(Alert open, long suppressed) {
    int most = open.length() + AlertJson.CLOSE_BYTES_MAX;
    if (compared < known) {
      compare(open, suppressed, most);
      return;
    }
    if (hasLast && open.compareTo(last) <= 0) {
      throw new IllegalStateException(
          "alert out of order: rule=" + open.rule() + " release=" + open.releasePosition());
    }
    int at = pending.offset();
    int length = AlertLayout.close(open.buffer(), open.offset(), pending.buffer(), at, suppressed);
    pending.added(length);
    pendingRelease = open.releasePosition();
    lastTimeNs = Math.max(lastTimeNs, open.timeNs());
    keepLast(pending.buffer(), at, length);
  }

  private void compare(Alert open, long suppressed, int most) {
    if (storedAt == storedEnd) {
      if (!stored.next() || stored.batch().isGap()) {
        throw new AlertLogException(
            "alert " + compared + " is missing in the alert log: it was repaired");
      }
      storedAt = stored.batch().recordsOffset();
      storedEnd = stored.batch().recordsEnd();
      DirectBuffer buffer = stored.batch().buffer();
      while (RecordLayout.position(buffer, storedAt) < compared) {
        storedAt += RecordLayout.length(buffer, storedAt);
      }
    }
    if (closed.capacity() < most) {
      closed = new UnsafeBuffer(new byte[most * 2]);
    }
    int length = AlertLayout.close(open.buffer(), open.offset(), closed, 0, suppressed);
    RecordLayout.stampPosition(closed, 0, compared);
    DirectBuffer buffer = stored.batch().buffer();
    boolean same = RecordLayout.length(buffer, storedAt) == length;
    for (int i = 0; same && i < length; i++) {
      same = buffer.getByte(storedAt + i) == closed.getByte(i);
    }
    if (!same) {
      throw disagreement(open.releasePosition());
    }
    storedAt += length;
    compared++;
  }

  private AlertLogException disagreement(long release) {
    return new AlertLogException(
        "the alert log does not agree with the journal at alert "
            + compared
            + ", position "
            + release
            + " of the journal: another version of Weir wrote it, or it belongs to another journal."
            + " Move the folder of the alert log aside and run again: all alerts are made again");
  }

  @Override
  public boolean commit(long mergedTo) {
    if (compared < known && mergedTo > last.releasePosition()) {
      throw disagreement(mergedTo); // the log has more than the fold gives
    }
    boolean hasWritten = false;
    if (!pending.isEmpty()) {
      if (journal.durablePosition() > pendingRelease) {
        hasWritten = write();
      } else if (!hasRoom()) {
        hasWritten = flush();
      }
    }
    if (pending.isEmpty()) {
      committedTo = Math.max(committedTo, Math.min(mergedTo, journal.durablePosition()));
    }
    return log.syncIfDue(clock.nanoTime()) || hasWritten;
  }

  @Override
  public long committedTo() {
    return committedTo;
  }

  @Override
  public boolean flush() {
    if (pending.isEmpty()) {
      return true;
    }
    if (journal.durablePosition() <= pendingRelease) {
      journal.sync();
    }
    return write();
  }

  @Override
  public void sync() {
    journal.sync();
    log.sync();
  }

  /** False: the disk is full. */
  private boolean write() {
    if (log.append(pending, lastTimeNs, clock.nanoTime()) == Log.Appended.DISK_FULL) {
      return false;
    }
    DirectBuffer buffer = pending.buffer();
    int end = pending.offset();
    for (int at = pending.recordsOffset(); at < end; at += RecordLayout.length(buffer, at)) {
      receiver.onAlert(reader.wrap(buffer, at));
    }
    pending.clear();
    return true;
  }

  /** Closes the log in order. Alerts that were not written are made again by the next fold. */
  @Override
  public void close() {
    stored.close();
    log.close();
  }
}
