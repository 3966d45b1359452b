package dev.weir.event;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The binary record of an event, layout version 1, little endian.
 *
 * <pre>
 *   0  int32   length of the record in bytes, a multiple of 8
 *   4  uint8   layout version
 *   5  uint8   verdict: 0 none, 1 in time, 2 late, 3 repeat
 *   6  uint16  type id
 *   8  uint16  schema id
 *  10  uint16  number of fields
 *  12  uint16  source id
 *  14  uint16  partition of the source
 *  16  int64   position
 *  24  int64   event time, ns since the epoch
 *  32  int64   stream watermark after this record, ns since the epoch
 *  40  int64   where in its source the record stands; the meaning is the source's
 *  48  int64   null bitmap, ceil(fields / 64) words; bit i set: field i is missing
 *   .  int64   one slot a field
 *   .          variable part
 * </pre>
 *
 * The journaler stamps position, verdict and watermark; nothing behind it derives them.
 *
 * <p>The slot of a text or ip: low 32 bits offset of the value from the record's start, high 32
 * bits {@link Hashing#hash32} of its bytes. At the offset: int32 length, then the bytes, padded to
 * 4.
 */
public final class RecordLayout {
  public static final int LAYOUT_VERSION = 1;

  public static final int LENGTH_OFFSET = 0;
  public static final int VERSION_OFFSET = 4;
  public static final int VERDICT_OFFSET = 5;
  public static final int TYPE_ID_OFFSET = 6;
  public static final int SCHEMA_ID_OFFSET = 8;
  public static final int FIELD_COUNT_OFFSET = 10;
  public static final int SOURCE_ID_OFFSET = 12;
  public static final int PARTITION_OFFSET = 14;
  public static final int POSITION_OFFSET = 16;
  public static final int TIME_OFFSET = 24;
  public static final int WATERMARK_OFFSET = 32;
  public static final int SOURCE_PLACE_OFFSET = 40;
  public static final int NULLS_OFFSET = 48;

  public static final int VERDICT_NONE = 0;
  public static final int VERDICT_IN_TIME = 1;
  public static final int VERDICT_LATE = 2;
  public static final int VERDICT_REPEAT = 3;

  /** Bytes of the longest text. */
  public static final int TEXT_BYTES_MAX = 64 * 1024;

  /** Bytes of the longest record. */
  public static final int RECORD_BYTES_MAX = 1024 * 1024;

  /** Bytes of an ip. */
  public static final int IP_BYTES = 16;

  private RecordLayout() {}

  /** Offset of the first slot. */
  public static int slotsOffset(int fieldCount) {
    return NULLS_OFFSET + ((fieldCount + 63) >>> 6 << 3);
  }

  /** Offset of the variable part. */
  public static int variableOffset(int fieldCount) {
    return slotsOffset(fieldCount) + (fieldCount << 3);
  }

  /** Bytes of the record that starts here. */
  public static int length(DirectBuffer buffer, int offset) {
    return buffer.getInt(offset + LENGTH_OFFSET, ByteOrder.LITTLE_ENDIAN);
  }

  /** Sets the event time of the record that starts here, not that of its field. */
  public static void stampTime(MutableDirectBuffer buffer, int offset, long timeNs) {
    buffer.putLong(offset + TIME_OFFSET, timeNs, ByteOrder.LITTLE_ENDIAN);
  }

  /** The position of the record that starts here. */
  public static long position(DirectBuffer buffer, int offset) {
    return buffer.getLong(offset + POSITION_OFFSET, ByteOrder.LITTLE_ENDIAN);
  }

  /** Event time of the record that starts here, ns since the epoch. */
  public static long time(DirectBuffer buffer, int offset) {
    return buffer.getLong(offset + TIME_OFFSET, ByteOrder.LITTLE_ENDIAN);
  }

  /** Stream watermark after the record that starts here, ns since the epoch. */
  public static long watermark(DirectBuffer buffer, int offset) {
    return buffer.getLong(offset + WATERMARK_OFFSET, ByteOrder.LITTLE_ENDIAN);
  }

  /** Writes the position into the record that starts here. */
  public static void stampPosition(MutableDirectBuffer buffer, int offset, long position) {
    buffer.putLong(offset + POSITION_OFFSET, position, ByteOrder.LITTLE_ENDIAN);
  }

  /** Writes the stream watermark after it into the record that starts here. */
  public static void stampWatermark(MutableDirectBuffer buffer, int offset, long watermarkNs) {
    buffer.putLong(offset + WATERMARK_OFFSET, watermarkNs, ByteOrder.LITTLE_ENDIAN);
  }

  /** Source of the record that starts here. */
  public static int sourceId(DirectBuffer buffer, int offset) {
    return buffer.getShort(offset + SOURCE_ID_OFFSET, ByteOrder.LITTLE_ENDIAN) & 0xffff;
  }

  /** Partition of the source of the record that starts here. */
  public static int partition(DirectBuffer buffer, int offset) {
    return buffer.getShort(offset + PARTITION_OFFSET, ByteOrder.LITTLE_ENDIAN) & 0xffff;
  }

  /** Where in its source the record that starts here stands. */
  public static long sourcePlace(DirectBuffer buffer, int offset) {
    return buffer.getLong(offset + SOURCE_PLACE_OFFSET, ByteOrder.LITTLE_ENDIAN);
  }

  /** Writes where it comes from into the record that starts here. */
  public static void stampSource(
      MutableDirectBuffer buffer, int offset, int sourceId, int partition, long place) {
    buffer.putShort(offset + SOURCE_ID_OFFSET, (short) sourceId, ByteOrder.LITTLE_ENDIAN);
    buffer.putShort(offset + PARTITION_OFFSET, (short) partition, ByteOrder.LITTLE_ENDIAN);
    buffer.putLong(offset + SOURCE_PLACE_OFFSET, place, ByteOrder.LITTLE_ENDIAN);
  }

  /** Writes the verdict into the record that starts here. */
  public static void stampVerdict(MutableDirectBuffer buffer, int offset, int verdict) {
    buffer.putByte(offset + VERDICT_OFFSET, (byte) verdict);
  }
}
