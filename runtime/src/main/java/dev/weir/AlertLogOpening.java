package dev.weir;

import dev.weir.alerts.AlertLogException;
import dev.weir.alerts.Orphans;
import dev.weir.event.RecordLayout;
import dev.weir.journal.BatchBuffer;
import dev.weir.journal.ControlRecord;
import dev.weir.journal.Durability;
import dev.weir.journal.Log;
import dev.weir.journal.LogOptions;
import dev.weir.journal.LogReader;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Opens the alert log of a data folder. Alerts of records that the journal lost are moved aside,
 * into {@code orphans-N.jsonl}, and epoch N begins with a record in the journal. The steps are such
 * that after a crash between any two of them the next opening ends what was begun: the log without
 * orphans is written beside the old one, then the epoch into the journal, then the new log takes
 * the place of the old.
 */
final class AlertLogOpening {
  private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

  /** The end of a journal: where records are missing, and the epoch that says so, or 0. */
  private record End(long floor, int epoch, long watermarkNs) {}

  private AlertLogOpening() {}

  static Log open(
      Storage storage,
      LogOptions options,
      Log journal,
      EpochNanoClock clock,
      Consumer<String> notices) {
    Log log = storage.openAlerts(options);
    End end = endOf(journal);
    int known = end.epoch() == 0 ? Integer.MAX_VALUE : end.epoch();
    Orphans.Found found;
    try {
      found = Orphans.find(log, end.floor(), known);
      if (found.count() > 0 && options.durability().mode() != Durability.Mode.PROCESS) {
        throw new AlertLogException(
            "the alert log is ahead of the journal, which ends at position "
                + journal.nextPosition()
                + ": with durability "
                + options.durability().mode().name().toLowerCase(java.util.Locale.ROOT)
                + " this cannot come from a power cut; one of the two was changed or put back");
      }
      if (found.count() > 0) {
        int epoch = end.epoch() > 0 ? end.epoch() : Math.max(0, found.epoch()) + 1;
        storage.writeOrphans(epoch, log, found.first());
        try (Log copy = storage.makeNextAlerts(options)) {
          Orphans.copyBefore(log, copy, found.first(), clock);
        }
        if (end.epoch() == 0) {
          beginEpoch(journal, epoch, end.watermarkNs(), clock);
        }
        notices.accept(
            found.count()
                + " alerts stand in orphans-"
                + epoch
                + ".jsonl: their events were lost, as in a power cut with durability process");
      }
    } catch (RuntimeException e) {
      log.close();
      throw e;
    }
    if (found.count() == 0) {
      storage.dropNextAlerts();
      return log;
    }
    log.close();
    storage.replaceAlerts();
    return storage.openAlerts(options);
  }

  /** Only an epoch that is the journal's very last record was begun by an opening cut short. */
  private static End endOf(Log journal) {
    long next = journal.nextPosition();
    if (next == journal.firstPosition()) {
      return new End(next, 0, Long.MIN_VALUE);
    }
    try (LogReader reader = journal.reader(next - 1)) {
      reader.next();
      DirectBuffer buffer = reader.batch().buffer();
      int at = reader.batch().recordsOffset();
      long watermarkNs = reader.batch().watermarkNs();
      while (at < reader.batch().recordsEnd() && RecordLayout.position(buffer, at) < next - 1) {
        at += RecordLayout.length(buffer, at);
      }
      boolean isEpoch =
          at < reader.batch().recordsEnd() && ControlRecord.is(buffer, at, ControlRecord.EPOCH);
      return isEpoch
          ? new End(next - 1, epochOf(buffer, at), watermarkNs)
          : new End(next, 0, watermarkNs);
    }
  }

  /** The epoch that begins with this record. */
  static int epochOf(DirectBuffer buffer, int at) {
    return buffer.getInt(ControlRecord.bodyOffset(at), LE);
  }

  private static void beginEpoch(Log journal, int epoch, long watermarkNs, EpochNanoClock clock) {
    UnsafeBuffer body = new UnsafeBuffer(new byte[Integer.BYTES]);
    body.putInt(0, epoch, LE);
    BatchBuffer batch = new BatchBuffer(4096);
    int at = batch.offset();
    int length =
        ControlRecord.write(batch.buffer(), at, ControlRecord.EPOCH, 0, 0, body, 0, Integer.BYTES);
    RecordLayout.stampWatermark(batch.buffer(), at, watermarkNs);
    batch.added(length);
    if (journal.append(batch, watermarkNs, clock.nanoTime()) == Log.Appended.DISK_FULL) {
      throw new AlertLogException("the disk is full: orphaned alerts cannot be moved aside");
    }
    journal.sync();
  }
}
