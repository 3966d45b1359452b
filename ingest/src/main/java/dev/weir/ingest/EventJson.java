package dev.weir.ingest;

import dev.weir.event.EventEncoder;
import dev.weir.event.EventType;
import dev.weir.event.RecordLayout;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;

/**
 * Decodes JSON objects straight into records of one event type, as rows of JSON Lines are. Reused
 * for one object after the other; allocates nothing after warm-up. Owned by one thread.
 */
public final class EventJson {
  /** Bytes of the longest object. */
  public static final int BYTES_MAX = RecordLayout.RECORD_BYTES_MAX / 2;

  private final EventType type;
  private final EventEncoder encoder = new EventEncoder();
  private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(4096);
  private final JsonRow row;
  private int length;

  public EventJson(EventType type) {
    this.type = type;
    this.row = new JsonRow(type, new ValueText(encoder));
  }

  /**
   * Decodes one object into {@link #buffer}.
   *
   * @return why it is bad, without showing a value; empty if it is good
   */
  public String decode(byte[] json, int start, int bytes) {
    if (bytes > BYTES_MAX) {
      return "an event of more than " + BYTES_MAX + " bytes";
    }
    encoder.wrap(buffer, 0, type);
    String problem = row.decode(json, start, bytes);
    if (problem.isEmpty()) {
      length = encoder.finish();
    }
    return problem;
  }

  public EventType type() {
    return type;
  }

  /** The record, at offset 0; valid until the next call of {@link #decode}. */
  public DirectBuffer buffer() {
    return buffer;
  }

  /** Bytes of the record. */
  public int length() {
    return length;
  }
}
