package dev.weir.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * Gives the content of a log, damaged or not, open elsewhere or not, in order of position. What
 * cannot be read is left out: {@link LogCheck} names it.
 */
public final class LogDump {
  /** Takes what stands in a log. */
  public interface Receiver {
    /** One record. */
    void onRecord(BatchView batch, long position, DirectBuffer buffer, int offset, int length);

    /** A record of the preamble of a segment that holds what was asked for. */
    default void onPreamble(DirectBuffer buffer, int offset, int length) {}

    /** Positions from the first to before the second are lost; the log was repaired. */
    void onGap(long from, long to);
  }

  private LogDump() {}

  /**
   * Gives the records from a position to before another.
   *
   * @throws LogException if there is no log, or it cannot be read
   */
  public static void records(Path folder, long from, long to, Receiver receiver) {
    try (SegmentStore store = new ChronicleStore(folder)) {
      records(store, from, to, receiver);
    } catch (IOException e) {
      throw new LogException(folder + ": cannot be read: " + e.getMessage(), e);
    }
  }

  static void records(SegmentStore store, long from, long to, Receiver receiver)
      throws IOException {
    List<Long> segments = store.segments();
    byte[] content = store.readIdentity();
    Identity identity = content == null ? null : Identity.decode(content);
    if (segments.isEmpty()) {
      if (identity == null) {
        throw new LogException(store.name() + ": no log here");
      }
      return;
    }
    long logId = identity == null ? Recovery.idOf(store, segments) : identity.logId();
    for (int i = 0; i < segments.size(); i++) {
      long first = segments.get(i);
      boolean endsBefore = i + 1 < segments.size() && segments.get(i + 1) <= from;
      if (endsBefore || first >= to) {
        continue;
      }
      try (SegmentFile file = store.open(first)) {
        SegmentCheck.of(file, first, logId, batch -> give(batch, from, to, receiver));
      }
    }
  }

  private static void give(BatchView batch, long from, long to, Receiver receiver) {
    if (batch.kind() == BatchLayout.KIND_PREAMBLE) {
      batch.forEach(
          BatchLayout.NO_POSITION,
          (none, buffer, offset, length) -> receiver.onPreamble(buffer, offset, length));
      return;
    }
    if (batch.endPosition() <= from || batch.firstPosition() >= to) {
      return;
    }
    if (batch.isGap()) {
      receiver.onGap(batch.firstPosition(), batch.endPosition());
      return;
    }
    batch.forEach(
        from,
        (position, buffer, offset, length) -> {
          if (position < to) {
            receiver.onRecord(batch, position, buffer, offset, length);
          }
        });
  }
}
