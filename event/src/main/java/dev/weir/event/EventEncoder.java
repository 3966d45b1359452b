package dev.weir.event;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes a record into a buffer: {@link #wrap}, then each field once in any order, then {@link
 * #finish}. A field that is not written is missing. The buffer must have room for {@link
 * RecordLayout#RECORD_BYTES_MAX}, or what the record needs. Allocates nothing. Owned by one thread.
 */
public final class EventEncoder {
  private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

  private final UnsafeBuffer view = new UnsafeBuffer(new byte[0]);
  private MutableDirectBuffer buffer = view;
  private int offset;
  private int slots;
  private int next;
  private int timeField;
  private int fieldCount;

  /**
   * Begins a record of this type at this offset; every field is missing, no position, no verdict.
   */
  public EventEncoder wrap(MutableDirectBuffer records, int start, EventType type) {
    buffer = records;
    offset = start;
    fieldCount = type.fields().size();
    timeField = type.timeField();
    slots = start + RecordLayout.slotsOffset(fieldCount);
    next = RecordLayout.variableOffset(fieldCount);
    buffer.setMemory(start, next, (byte) 0);
    buffer.putByte(start + RecordLayout.VERSION_OFFSET, (byte) RecordLayout.LAYOUT_VERSION);
    buffer.putShort(start + RecordLayout.TYPE_ID_OFFSET, (short) type.typeId(), LE);
    buffer.putShort(start + RecordLayout.SCHEMA_ID_OFFSET, (short) type.schemaId(), LE);
    buffer.putShort(start + RecordLayout.FIELD_COUNT_OFFSET, (short) fieldCount, LE);
    for (int field = 0; field < fieldCount; field++) {
      setMissing(field);
    }
    return this;
  }

  /** Where the record comes from; see {@link RecordLayout}. */
  public EventEncoder source(int sourceId, int partition, long place) {
    RecordLayout.stampSource(buffer, offset, sourceId, partition, place);
    return this;
  }

  /** The value of a fixed kind, as its slot holds it. */
  public EventEncoder putLong(int field, long value) {
    buffer.putLong(slots + (field << 3), value, LE);
    setThere(field);
    return this;
  }

  /** A place; degrees in units of 10^-7. */
  public EventEncoder putGeo(int field, int latitudeE7, int longitudeE7) {
    return putLong(field, (long) latitudeE7 << 32 | longitudeE7 & 0xffffffffL);
  }

  /** UTF-8 bytes of a text, at most {@link RecordLayout#TEXT_BYTES_MAX}. */
  public EventEncoder putText(int field, DirectBuffer from, int start, int length) {
    return putBytes(field, from, start, length);
  }

  /** UTF-8 bytes of a text. */
  public EventEncoder putText(int field, byte[] from, int start, int length) {
    view.wrap(from);
    return putBytes(field, view, start, length);
  }

  /** A text; allocates its bytes. */
  public EventEncoder putText(int field, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return putText(field, bytes, 0, bytes.length);
  }

  /** The 16 bytes of an address; IPv4 as IPv4-mapped IPv6. */
  public EventEncoder putIp(int field, byte[] address) {
    view.wrap(address);
    return putBytes(field, view, 0, RecordLayout.IP_BYTES);
  }

  /** Takes a field's value back. */
  public EventEncoder setMissing(int field) {
    int word = offset + RecordLayout.NULLS_OFFSET + (field >>> 6 << 3);
    buffer.putLong(word, buffer.getLong(word, LE) | 1L << field, LE);
    buffer.putLong(slots + (field << 3), 0, LE);
    return this;
  }

  /** Completes the record; returns its length in bytes. The event time must have been written. */
  public int finish() {
    int length = (next + 7) & ~7;
    if (length > RecordLayout.RECORD_BYTES_MAX) {
      throw new IllegalArgumentException(
          "record too long: bytes=" + length + " limit=" + RecordLayout.RECORD_BYTES_MAX);
    }
    for (int at = next; at < length; at++) {
      buffer.putByte(offset + at, (byte) 0);
    }
    buffer.putInt(offset + RecordLayout.LENGTH_OFFSET, length, LE);
    buffer.putLong(
        offset + RecordLayout.TIME_OFFSET, buffer.getLong(slots + (timeField << 3), LE), LE);
    return length;
  }

  private EventEncoder putBytes(int field, DirectBuffer from, int start, int length) {
    if (length > RecordLayout.TEXT_BYTES_MAX) {
      throw new IllegalArgumentException(
          "text too long: bytes=" + length + " limit=" + RecordLayout.TEXT_BYTES_MAX);
    }
    int at = offset + next;
    buffer.putInt(at, length, LE);
    buffer.putBytes(at + Integer.BYTES, from, start, length);
    int padded = (length + 3) & ~3;
    for (int i = length; i < padded; i++) {
      buffer.putByte(at + Integer.BYTES + i, (byte) 0);
    }
    long hash = Hashing.hash32(from, start, length);
    buffer.putLong(slots + (field << 3), hash << 32 | next, LE);
    next += Integer.BYTES + padded;
    setThere(field);
    return this;
  }

  private void setThere(int field) {
    int word = offset + RecordLayout.NULLS_OFFSET + (field >>> 6 << 3);
    buffer.putLong(word, buffer.getLong(word, LE) & ~(1L << field), LE);
  }
}
