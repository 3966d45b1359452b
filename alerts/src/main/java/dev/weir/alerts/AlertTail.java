package dev.weir.alerts;

import dev.weir.event.RecordLayout;
import dev.weir.journal.Log;
import dev.weir.journal.LogReader;
import org.agrona.DirectBuffer;

/**
 * Reads the alerts of an alert log one by one, while it is written to. Owned by one thread, which
 * may be another than the log's. What it shows of an alert is valid until it is moved.
 */
public final class AlertTail implements AutoCloseable {
  private final LogReader reader;
  private final Alert alert = new Alert();
  private long from;
  private int at;
  private int nextAt;
  private int end;

  /**
   * Begins before the alert at this position.
   *
   * @throws IllegalArgumentException if the log does not reach there, or no longer does
   */
  public AlertTail(Log log, long position) {
    reader = log.reader(position);
    from = position;
  }

  /**
   * Moves to the next alert; false where the log ends for now. Positions that were lost and
   * repaired are passed over.
   *
   * @throws dev.weir.journal.CorruptLogException if the log is damaged there
   * @throws AlertLogException if a record is no alert
   */
  public boolean next() {
    while (nextAt == end) {
      if (!reader.next()) {
        return false;
      }
      if (!reader.batch().isGap()) {
        nextAt = reader.batch().recordsOffset();
        end = reader.batch().recordsEnd();
      }
      while (nextAt < end && RecordLayout.position(buffer(), nextAt) < from) {
        nextAt += RecordLayout.length(buffer(), nextAt);
      }
    }
    at = nextAt;
    if (!AlertLayout.is(buffer(), at)) {
      throw new AlertLogException("this is no alert log: another record is in it");
    }
    alert.wrap(buffer(), at);
    nextAt += RecordLayout.length(buffer(), at);
    from = position() + 1;
    return true;
  }

  /** Position of the alert in the alert log. */
  public long position() {
    return alert.position();
  }

  /** When the alert came into the log: wall clock, nanoseconds since the epoch. */
  public long detectedNs() {
    return reader.batch().appendedNs();
  }

  /** Equal for alerts of the same key; seldom equal for others. */
  public int keyHash() {
    return alert.keyHash();
  }

  /** The buffer that holds the alert. */
  public DirectBuffer buffer() {
    return reader.batch().buffer();
  }

  /** Where the alert's JSON begins in the buffer. */
  public int jsonOffset() {
    return alert.jsonOffset();
  }

  /** Bytes of the alert's JSON. */
  public int jsonLength() {
    return alert.jsonLength();
  }

  /** The alert's id: 32 hexadecimal digits. */
  public String id() {
    return alert.id();
  }

  @Override
  public void close() {
    reader.close();
  }
}
