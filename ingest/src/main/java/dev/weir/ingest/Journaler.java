package dev.weir.ingest;

import dev.weir.event.RecordLayout;
import dev.weir.journal.BatchBuffer;
import dev.weir.journal.ControlRecord;
import dev.weir.journal.Log;
import java.util.function.LongSupplier;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Puts stamped records into the journal, a batch at a time, and gives them on only once they stand
 * there, read from the batch itself. Where the disk is full it waits: the source is asked for
 * nothing more, nothing is dropped. Batches end at {@value #BATCH_BYTES} bytes or by {@link
 * #flush}; what is evaluated does not depend on where they end, since each record bears the
 * watermark after it. Allocates nothing but where a segment of the journal begins. Owned by one
 * thread.
 */
public final class Journaler implements IntakeSink {
  /** What follows the journal. */
  public interface Fold {
    /** One record of the journal, events and control records, in order of position. */
    void onRecord(long position, DirectBuffer buffer, int offset, int length);

    /** All records of a batch have been given; a good moment to let alerts out. */
    void onBatchEnd();
  }

  static final int BATCH_BYTES = 64 * 1024;

  private final Log journal;
  private final Fold fold;
  private final LongSupplier clockNs;
  private final Runnable waiting;
  private final BatchBuffer batch =
      new BatchBuffer(BATCH_BYTES + RecordLayout.RECORD_BYTES_MAX + 1024);
  private final UnsafeBuffer nothing = new UnsafeBuffer(new byte[0]);
  private long watermarkNs = Long.MIN_VALUE;

  /**
   * @param clockNs wall clock, for people who read the journal and for the interval of flushes
   * @param waiting called again and again while the disk is full; takes a moment each time
   */
  public Journaler(Log journal, Fold fold, LongSupplier clockNs, Runnable waiting) {
    this.journal = journal;
    this.fold = fold;
    this.clockNs = clockNs;
    this.waiting = waiting;
  }

  @Override
  public void onRecord(DirectBuffer buffer, int offset, int length, long watermarkAfterNs) {
    watermarkNs = watermarkAfterNs;
    batch.add(buffer, offset, length); // there is room: a batch is flushed before it is full
    flushIfFull();
  }

  @Override
  public void onEnd(long finalTimeNs) {
    watermarkNs = Math.max(watermarkNs, finalTimeNs);
    int at = batch.offset();
    int length =
        ControlRecord.write(
            batch.buffer(), at, ControlRecord.STREAM_END, 0, finalTimeNs, nothing, 0, 0);
    RecordLayout.stampWatermark(batch.buffer(), at, watermarkNs);
    batch.added(length);
    flush();
  }

  private void flushIfFull() {
    if (batch.offset() >= BATCH_BYTES) {
      flush();
    }
  }

  /** Appends what has come so far, and gives it on. */
  public void flush() {
    if (batch.isEmpty()) {
      return;
    }
    while (journal.append(batch, watermarkNs, clockNs.getAsLong()) == Log.Appended.DISK_FULL) {
      waiting.run();
    }
    journal.syncIfDue(clockNs.getAsLong());
    int end = batch.offset();
    for (int at = batch.recordsOffset(); at < end; ) {
      int length = RecordLayout.length(batch.buffer(), at);
      fold.onRecord(RecordLayout.position(batch.buffer(), at), batch.buffer(), at, length);
      at += length;
    }
    fold.onBatchEnd();
    batch.clear();
  }
}
