package dev.weir.event;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads a record in place: a flyweight over {@link RecordLayout}. Valid as long as the buffer is
 * not written. Fields that the record's schema did not have yet read as missing. Every method is
 * O(1) and allocates nothing. Owned by one thread.
 */
public final class EventReader {
  private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

  private DirectBuffer buffer = new UnsafeBuffer(new byte[0]);
  private int offset;
  private int fieldCount;
  private int slots;

  /** Puts the reader on the record that starts at this offset. */
  public EventReader wrap(DirectBuffer records, int start) {
    buffer = records;
    offset = start;
    fieldCount = records.getShort(start + RecordLayout.FIELD_COUNT_OFFSET, LE) & 0xffff;
    slots = start + RecordLayout.slotsOffset(fieldCount);
    return this;
  }

  public DirectBuffer buffer() {
    return buffer;
  }

  public int offset() {
    return offset;
  }

  /** Bytes of the record. */
  public int length() {
    return RecordLayout.length(buffer, offset);
  }

  public int verdict() {
    return buffer.getByte(offset + RecordLayout.VERDICT_OFFSET) & 0xff;
  }

  public int typeId() {
    return buffer.getShort(offset + RecordLayout.TYPE_ID_OFFSET, LE) & 0xffff;
  }

  public int schemaId() {
    return buffer.getShort(offset + RecordLayout.SCHEMA_ID_OFFSET, LE) & 0xffff;
  }

  public int fieldCount() {
    return fieldCount;
  }

  public int sourceId() {
    return RecordLayout.sourceId(buffer, offset);
  }

  public int partition() {
    return RecordLayout.partition(buffer, offset);
  }

  /** Where in its source the record stands; the meaning is the source's. */
  public long sourcePlace() {
    return RecordLayout.sourcePlace(buffer, offset);
  }

  public long position() {
    return buffer.getLong(offset + RecordLayout.POSITION_OFFSET, LE);
  }

  /** Stream watermark after this record, as the journaler stamped it, ns since the epoch. */
  public long watermarkNs() {
    return buffer.getLong(offset + RecordLayout.WATERMARK_OFFSET, LE);
  }

  /** Event time in nanoseconds since the epoch. */
  public long timeNs() {
    return buffer.getLong(offset + RecordLayout.TIME_OFFSET, LE);
  }

  public boolean isMissing(int field) {
    if (field >= fieldCount) {
      return true;
    }
    int word = offset + RecordLayout.NULLS_OFFSET + (field >>> 6 << 3);
    return (buffer.getLong(word, LE) & 1L << field) != 0;
  }

  /** The slot as it stands: the value of a fixed kind. Undefined where the field is missing. */
  public long slot(int field) {
    return buffer.getLong(slots + (field << 3), LE);
  }

  /** Hash of a text's or ip's bytes. */
  public int textHash(int field) {
    return (int) (slot(field) >>> 32);
  }

  /** Absolute offset in {@link #buffer} of a text's or ip's bytes. */
  public int textOffset(int field) {
    return offset + (int) slot(field) + Integer.BYTES;
  }

  /** Bytes of a text or ip. */
  public int textLength(int field) {
    return buffer.getInt(offset + (int) slot(field), LE);
  }
}
