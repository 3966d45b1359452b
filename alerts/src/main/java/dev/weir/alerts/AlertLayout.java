package dev.weir.alerts;

import dev.weir.event.RecordLayout;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * An alert in the alert log, layout version 1, little endian: the frame of {@link RecordLayout},
 * then where the alert comes from, then the alert as it is exported.
 *
 * <pre>
 *   0  int32   length of the record in bytes, a multiple of 8
 *   4  uint8   layout version
 *   5  uint8   0
 *   6  uint16  type id, {@value #TYPE_ID}
 *   8  int32   hash of the alert's key, by which deliveries keep order; it identifies nothing
 *  12  int32   epoch of the journal
 *  16  int64   position in the alert log
 *  24  int64   time of the alert's instant, ns since the epoch
 *  32  int64   release position: of the journal's record whose folding let the alert out
 *  40  int32   place among the alerts that this record let out, in alert order, from 0
 *  44  int32   length of the JSON in bytes
 *  48          the JSON as {@link AlertJson} writes it, padded with zeros; its id (128 bits, 32
 *              hexadecimal digits) begins at byte 7
 * </pre>
 *
 * The order key is (epoch, release position, place), strictly ascending.
 */
final class AlertLayout {
  /** No event type has it. */
  static final int TYPE_ID = 0xfffe;

  static final int LAYOUT_VERSION = 1;

  /** Where the id begins in the JSON. */
  static final int ID_AT = 7;

  private static final int KEY_HASH_OFFSET = 8;
  private static final int RELEASE_OFFSET = 32;
  private static final int PLACE_OFFSET = 40;
  private static final int JSON_LENGTH_OFFSET = 44;
  private static final int JSON_OFFSET = 48;
  private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

  private AlertLayout() {}

  /** Bytes of a record with JSON of this length. */
  static int recordBytes(int jsonLength) {
    return JSON_OFFSET + jsonLength + 7 & ~7;
  }

  /** Writes a record of the first epoch. */
  static void write(
      MutableDirectBuffer to,
      int at,
      int keyHash,
      long timeNs,
      long release,
      int place,
      DirectBuffer json,
      int jsonLength) {
    int length = recordBytes(jsonLength);
    to.setMemory(at, JSON_OFFSET, (byte) 0);
    to.setMemory(at + length - 8, 8, (byte) 0);
    to.putInt(at + RecordLayout.LENGTH_OFFSET, length, LE);
    to.putByte(at + RecordLayout.VERSION_OFFSET, (byte) LAYOUT_VERSION);
    to.putShort(at + RecordLayout.TYPE_ID_OFFSET, (short) TYPE_ID, LE);
    to.putInt(at + KEY_HASH_OFFSET, keyHash, LE);
    to.putLong(at + RecordLayout.TIME_OFFSET, timeNs, LE);
    to.putLong(at + RELEASE_OFFSET, release, LE);
    to.putInt(at + PLACE_OFFSET, place, LE);
    to.putInt(at + JSON_LENGTH_OFFSET, jsonLength, LE);
    to.putBytes(at + JSON_OFFSET, json, 0, jsonLength);
  }

  static boolean is(DirectBuffer buffer, int at) {
    return (buffer.getShort(at + RecordLayout.TYPE_ID_OFFSET, LE) & 0xffff) == TYPE_ID
        && buffer.getByte(at + RecordLayout.VERSION_OFFSET) == LAYOUT_VERSION;
  }

  static int keyHash(DirectBuffer buffer, int at) {
    return buffer.getInt(at + KEY_HASH_OFFSET, LE);
  }

  static long release(DirectBuffer buffer, int at) {
    return buffer.getLong(at + RELEASE_OFFSET, LE);
  }

  static int place(DirectBuffer buffer, int at) {
    return buffer.getInt(at + PLACE_OFFSET, LE);
  }

  static int jsonOffset(int at) {
    return at + JSON_OFFSET;
  }

  static int jsonLength(DirectBuffer buffer, int at) {
    return buffer.getInt(at + JSON_LENGTH_OFFSET, LE);
  }
}
