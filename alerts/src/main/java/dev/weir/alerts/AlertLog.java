package dev.weir.alerts;

import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.engine.AlertView;
import dev.weir.event.Hashing;
import dev.weir.event.RecordLayout;
import dev.weir.journal.BatchBuffer;
import dev.weir.journal.BatchLayout;
import dev.weir.journal.Log;
import dev.weir.journal.LogReader;
import java.util.function.LongSupplier;
import org.agrona.DirectBuffer;

/**
 * The alerts of a fold over a journal, each once. The fold gives all its alerts, from the journal's
 * first record on, in order; those that stand in the log already are compared with what stands
 * there and not written again. A new alert is written once the journal is durable up to the record
 * that let it out, and only then given to the receiver. Owned by one thread.
 */
public final class AlertLog implements Suppressor.Output, AutoCloseable {
  private static final int BATCH_BYTES = 256 * 1024;

  private final Log log;
  private final Log journal;
  private final LongSupplier clockNs;
  private final Runnable waiting;
  private final AlertReceiver receiver;
  private final AlertJson json;
  private final BatchBuffer pending = new BatchBuffer();
  private final long known; // alerts that stood in the log when it was opened
  private final LogReader stored;
  private int storedAt;
  private int storedEnd;
  private long alerts; // of the fold so far
  private long release;
  private int place;
  private long lastTimeNs = Long.MIN_VALUE;

  /**
   * Goes on with a log, which it closes in the end; the journal is only asked.
   *
   * @param clockNs wall clock, for people who read the log and for the interval of flushes
   * @param waiting called again and again while the disk is full; takes a moment each time
   * @throws AlertLogException if the log has alerts of records that the journal does not have
   */
  public AlertLog(
      RuleSetPlan plan,
      Log log,
      Log journal,
      LongSupplier clockNs,
      Runnable waiting,
      AlertReceiver receiver) {
    this.json = new AlertJson(plan);
    this.log = log;
    this.journal = journal;
    this.clockNs = clockNs;
    this.waiting = waiting;
    this.receiver = receiver;
    this.known = log.nextPosition();
    checkOrphans();
    this.stored = log.reader(0);
  }

  private void checkOrphans() {
    if (known == 0) {
      return;
    }
    try (LogReader last = log.reader(known - 1)) {
      last.next();
      last.batch()
          .forEach(
              known - 1,
              (position, buffer, offset, length) -> {
                if (!AlertLayout.is(buffer, offset)) {
                  throw new AlertLogException("this is no alert log: another record is in it");
                }
                lastTimeNs = last.batch().watermarkNs();
                if (AlertLayout.release(buffer, offset) >= journal.nextPosition()) {
                  throw new AlertLogException(
                      "the alert log is ahead of the journal, which ends at position "
                          + journal.nextPosition()
                          + " (its last records were lost, as in a power cut with durability"
                          + " process). Move the folder of the alert log aside and run again: the"
                          + " alerts of what the journal has are made again, byte for byte");
                }
              });
    }
  }

  /** From now on alerts are let out by the record at this position. */
  public void releasing(long position) {
    release = position;
    place = 0;
  }

  @Override
  public void onAlert(AlertView alert, long suppressed) {
    int length = json.write(alert, suppressed);
    long number = alerts++;
    int own = place++;
    if (number < known) {
      compare(number, own, length);
      return;
    }
    int bytes = AlertLayout.recordBytes(length);
    if (bytes > BatchLayout.RECORD_BYTES_MAX) {
      throw new AlertLogException(
          "an alert of rule `" + alert.rule().name() + "` takes " + bytes + " bytes, too many");
    }
    if (bytes > pending.capacity() - pending.offset()) {
      flush();
    }
    AlertLayout.write(
        pending.buffer(),
        pending.offset(),
        Hashing.hash32(alert.keyBytes(), 0, alert.keyLength()),
        alert.timeNs(),
        release,
        own,
        json.buffer(),
        length);
    pending.added(bytes);
    lastTimeNs = Math.max(lastTimeNs, alert.timeNs());
  }

  private void compare(long number, int own, int length) {
    if (storedAt == storedEnd) {
      if (!stored.next() || stored.batch().isGap()) {
        throw new AlertLogException(
            "alert " + number + " is missing in the alert log: it was repaired");
      }
      storedAt = stored.batch().recordsOffset();
      storedEnd = stored.batch().recordsEnd();
    }
    DirectBuffer buffer = stored.batch().buffer();
    boolean same =
        AlertLayout.release(buffer, storedAt) == release
            && AlertLayout.place(buffer, storedAt) == own
            && AlertLayout.jsonLength(buffer, storedAt) == length;
    for (int i = 0; same && i < length; i++) {
      same = buffer.getByte(AlertLayout.jsonOffset(storedAt) + i) == json.buffer().getByte(i);
    }
    if (!same) {
      throw disagreement(number);
    }
    storedAt += RecordLayout.length(buffer, storedAt);
  }

  private AlertLogException disagreement(long number) {
    return new AlertLogException(
        "the alert log does not agree with the journal at alert "
            + number
            + ", position "
            + release
            + " of the journal: another version of Weir wrote it, or it belongs to another journal."
            + " Move the folder of the alert log aside and run again: all alerts are made again");
  }

  /**
   * The whole journal has been folded.
   *
   * @throws AlertLogException if the log has more alerts than that gave
   */
  public void recovered() {
    if (alerts < known) {
      throw disagreement(alerts);
    }
  }

  /** Writes the alerts whose records are durable; cheap if there are none. */
  public void commit() {
    if (!pending.isEmpty()) {
      if (journal.durablePosition() > release) {
        write();
      } else if (pending.offset() > BATCH_BYTES) {
        flush();
      }
    }
    log.syncIfDue(clockNs.getAsLong());
  }

  /** Writes all alerts; makes the journal durable before, where it is not. */
  public void flush() {
    if (pending.isEmpty()) {
      return;
    }
    if (journal.durablePosition() <= release) {
      journal.sync();
    }
    write();
  }

  private void write() {
    while (log.append(pending, lastTimeNs, clockNs.getAsLong()) == Log.Appended.DISK_FULL) {
      waiting.run();
    }
    DirectBuffer buffer = pending.buffer();
    int end = pending.offset();
    for (int at = pending.recordsOffset(); at < end; at += RecordLayout.length(buffer, at)) {
      receiver.onAlert(buffer, AlertLayout.jsonOffset(at), AlertLayout.jsonLength(buffer, at));
    }
    pending.clear();
  }

  /** Closes the log in order. Alerts that were not written are made again by the next fold. */
  @Override
  public void close() {
    stored.close();
    log.close();
  }
}
