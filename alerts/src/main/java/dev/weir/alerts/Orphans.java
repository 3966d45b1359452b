package dev.weir.alerts;

import dev.weir.event.RecordLayout;
import dev.weir.journal.BatchBuffer;
import dev.weir.journal.Log;
import dev.weir.journal.LogReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.EpochNanoClock;

/**
 * Alerts whose events the journal lost, as in a power cut with durability {@code process}: they
 * went out, but what they say cannot be folded again. They are moved aside and a new epoch begins.
 */
public final class Orphans {
  private Orphans() {}

  /**
   * What stands at the end of an alert log.
   *
   * @param first number of the first orphan; where there is none, that of the next alert
   * @param count orphans
   * @param epoch the greatest epoch of an alert, or -1
   */
  public record Found(long first, long count, int epoch) {}

  /**
   * Looks for orphans. Reads the end of the log only.
   *
   * @param log the alert log
   * @param floor position from which on the journal lost its records
   * @param epoch alerts of this epoch and later are none
   * @throws AlertLogException if this is no alert log
   */
  public static Found find(Log log, long floor, int epoch) {
    long end = log.nextPosition();
    int greatest = -1;
    long first = end;
    while (first > log.firstPosition()) {
      Alert alert = new Alert();
      boolean isOrphan;
      try (LogReader reader = log.reader(first - 1)) {
        reader.next();
        DirectBuffer buffer = reader.batch().buffer();
        int at = reader.batch().recordsOffset();
        while (RecordLayout.position(buffer, at) < first - 1) {
          at += RecordLayout.length(buffer, at);
        }
        if (!Alert.isAlert(buffer, at)) {
          throw new AlertLogException(
              "this is no alert log of this version of Weir: another record is in it");
        }
        alert.wrap(buffer, at);
        greatest = Math.max(greatest, alert.epoch());
        isOrphan = alert.epoch() < epoch && alert.releasePosition() >= floor;
      }
      if (!isOrphan) {
        break;
      }
      first--;
    }
    return new Found(first, end - first, greatest);
  }

  /** Copies the alerts before this one into an empty log. Linear in the log. */
  public static void copyBefore(Log from, Log to, long number, EpochNanoClock clock) {
    BatchBuffer batch = new BatchBuffer();
    try (LogReader reader = from.reader(from.firstPosition())) {
      while (reader.next() && reader.batch().firstPosition() < number) {
        batch.clear();
        reader
            .batch()
            .forEach(
                0,
                (position, buffer, offset, length) -> {
                  if (position < number) {
                    batch.add(buffer, offset, length);
                  }
                });
        if (to.append(batch, reader.batch().watermarkNs(), clock.nanoTime())
            == Log.Appended.DISK_FULL) {
          throw new AlertLogException("the disk is full: orphaned alerts cannot be moved aside");
        }
      }
    }
    to.sync();
  }

  /** Writes the alerts from this one on as JSON Lines. */
  public static void write(Log log, long first, Path file) {
    try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
        AlertTail tail = new AlertTail(log, first)) {
      while (tail.next()) {
        out.write(tail.buffer().getStringWithoutLengthUtf8(tail.jsonOffset(), tail.jsonLength()));
        out.write('\n');
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }
}
