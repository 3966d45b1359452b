package dev.weir;

import dev.weir.event.EventEncoder;
import dev.weir.event.EventReader;
import dev.weir.event.EventType;
import dev.weir.event.Field;
import dev.weir.event.RecordLayout;
import dev.weir.ingest.FieldValues;
import dev.weir.ingest.RecordRing;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Sends events of one type. Owned by one thread; each thread that sends takes its own from {@link
 * Weir#events}. While the engine is behind, sending waits, and {@link #tryBegin} says so.
 *
 * <p>The fast way writes an event where the engine reads it, and allocates nothing:
 *
 * <pre>{@code
 * Events payments = weir.events("Payment");
 * int amount = payments.field("amount");            // once
 * payments.begin(64).putLong(amount, 1250);         // 12.50 in money
 * payments.send();
 * }</pre>
 */
public final class Events {
  private final Weir weir;
  private final EventType type;
  private final int sourceId;
  private final RecordRing ring;
  private final UnsafeBuffer room = new UnsafeBuffer(new byte[0]);
  private final EventEncoder encoder = new EventEncoder();
  private final EventReader reader = new EventReader();
  private final FieldValues values = new FieldValues(encoder);
  private final UnsafeBuffer scratch;
  private int claim = -1;

  Events(Weir weir, EventType type, int sourceId, RecordRing ring, UnsafeBuffer scratch) {
    this.weir = weir;
    this.type = type;
    this.sourceId = sourceId;
    this.ring = ring;
    this.scratch = scratch;
  }

  /**
   * The number of a field, for the encoder.
   *
   * @throws IllegalArgumentException if the type has no such field
   */
  public int field(String name) {
    int index = type.indexOf(name);
    if (index == EventType.NO_FIELD) {
      throw new IllegalArgumentException("`" + type.name() + "` has no field `" + name + "`");
    }
    return index;
  }

  /**
   * Begins an event; waits while the engine is behind. It must be sent or dropped soon, and by this
   * thread: events of all threads that begin later wait for it.
   *
   * @param textBytesMax room for texts and addresses: their bytes, and 8 more for each
   * @return writes the fields; what has no room throws an {@link IndexOutOfBoundsException}
   */
  public EventEncoder begin(int textBytesMax) {
    while (!tryBegin(textBytesMax)) {
      weir.await();
    }
    return encoder;
  }

  /** As {@link #begin}, but false at once while the engine is behind. */
  public boolean tryBegin(int textBytesMax) {
    drop();
    int fixed = RecordLayout.variableOffset(type.fields().size());
    int bytes = fixed + textBytesMax + 7 & ~7;
    if (textBytesMax < 0 || bytes > RecordLayout.RECORD_BYTES_MAX) {
      throw new IllegalArgumentException(
          "event too long: bytes=" + bytes + " limit=" + RecordLayout.RECORD_BYTES_MAX);
    }
    weir.checkOpen();
    claim = ring.claim(bytes);
    if (claim < 0) {
      return false;
    }
    room.wrap(ring.buffer(), RecordRing.recordOffset(claim), bytes);
    encoder.wrap(room, 0, type).source(sourceId, 0, 0);
    return true;
  }

  /** Writes the fields of the event that {@link #tryBegin} began. */
  public EventEncoder encoder() {
    return encoder;
  }

  /**
   * Sends the event that was begun.
   *
   * @throws IllegalArgumentException if a field that must be there is missing; it is dropped
   */
  public void send() {
    commit(RecordRing.NO_TICKET);
  }

  /** Drops the event that was begun, if there is one. */
  public void drop() {
    if (claim >= 0) {
      ring.abort(claim);
      claim = -1;
    }
  }

  private void commit(long ticket) {
    if (claim < 0) {
      throw new IllegalStateException("no event was begun: type=" + type.name());
    }
    try {
      encoder.finish();
      check(room);
    } catch (RuntimeException e) {
      drop();
      throw e;
    }
    ring.commit(claim, ticket);
    claim = -1;
  }

  private void check(UnsafeBuffer record) {
    reader.wrap(record, 0);
    for (int i = 0; i < type.fields().size(); i++) {
      Field field = type.fields().get(i);
      if (reader.isMissing(i) && (i == type.timeField() || !field.optional())) {
        throw new IllegalArgumentException("`" + type.name() + "." + field.name() + "` is missing");
      }
    }
  }

  // ---- the convenient way
  // -------------------------------------------------------------------------

  /**
   * Sends an event with these fields, see {@link FieldValues}; waits while the engine is behind.
   * Allocates.
   *
   * @throws IllegalArgumentException if a field is unknown, missing, or cannot hold its value
   */
  public void send(Map<String, ?> fields) {
    offer(fields, RecordRing.NO_TICKET);
  }

  /** As {@link #send(Map)}, with the components of a public record as fields. */
  public void send(Record event) {
    send(components(event));
  }

  /**
   * Sends an event and waits until it stands in the journal, durable in the chosen mode, and all
   * alerts that it let out have gone out.
   *
   * @return its position
   * @throws IllegalArgumentException as {@link #send(Map)}, or if the event was refused
   */
  public long sendAndAwait(Map<String, ?> fields) {
    long position = weir.awaitTicket(ticket -> offer(fields, ticket), 0);
    weir.awaitPosition(position);
    return position;
  }

  /**
   * Sends an event and gives what the rules {@code on arrival} say to it, once it is durable in the
   * chosen mode; or, where the configuration sets a time for decisions and it has run out, the
   * answer declared for that. An event that was taken is evaluated in either case.
   *
   * @throws IllegalArgumentException as {@link #send(Map)}, or if the event was refused
   */
  public Decision decide(Map<String, ?> fields) {
    int length = encode(fields);
    return weir.decide(ticket -> ring.offer(ticket, scratch, 0, length));
  }

  // ---- records that were encoded elsewhere
  // -------------------------------------------------------------------------

  /**
   * Offers a record of this type, which is copied; false while the engine is behind, then nothing
   * was taken. Allocates nothing.
   */
  public boolean offer(DirectBuffer record, int offset, int length) {
    return offer(RecordRing.NO_TICKET, record, offset, length);
  }

  /** As {@link #decide(Map)}, with a record of this type, which is copied. */
  public Decision decide(DirectBuffer record, int offset, int length) {
    copy(record, offset, length);
    return weir.decide(ticket -> ring.offer(ticket, scratch, 0, length));
  }

  private boolean offer(long ticket, DirectBuffer record, int offset, int length) {
    copy(record, offset, length);
    return ring.offer(ticket, scratch, 0, length);
  }

  private void copy(DirectBuffer record, int offset, int length) {
    drop();
    weir.checkOpen();
    scratch.putBytes(0, record, offset, length);
    RecordLayout.stampSource(scratch, 0, sourceId, 0, 0);
    check(scratch);
  }

  private void offer(Map<String, ?> fields, long ticket) {
    int length = encode(fields);
    while (!ring.offer(ticket, scratch, 0, length)) {
      weir.await();
    }
  }

  private int encode(Map<String, ?> fields) {
    drop();
    encoder.wrap(scratch, 0, type).source(sourceId, 0, 0);
    for (Map.Entry<String, ?> entry : fields.entrySet()) {
      int index = field(entry.getKey());
      values.put(index, type.fields().get(index), entry.getValue());
    }
    int length = encoder.finish();
    check(scratch);
    return length;
  }

  private static Map<String, Object> components(Record event) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (RecordComponent component : event.getClass().getRecordComponents()) {
      try {
        fields.put(component.getName(), component.getAccessor().invoke(event));
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw new IllegalArgumentException(
            "record `" + event.getClass().getSimpleName() + "` must be public to be read", e);
      }
    }
    return fields;
  }
}
