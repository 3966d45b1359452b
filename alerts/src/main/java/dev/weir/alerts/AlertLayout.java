package dev.weir.alerts;

import dev.weir.event.RecordLayout;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * An alert as it goes from a shard to the merge and stands in the alert log, layout version 2,
 * little endian: the frame of {@link RecordLayout}, then its place in alert order, then the alert
 * as it is exported.
 *
 * <pre>
 *   0  int32   length of the record in bytes, a multiple of 8
 *   4  uint8   layout version
 *   5  uint8   phase: 0 on arrival, 1 on watermark
 *   6  uint16  type id, {@value #TYPE_ID}
 *   8  uint16  key role
 *  10  uint8   instant: 0 a deadline, 1 an event
 *  11  uint8   0
 *  12  int32   epoch of the journal
 *  16  int64   position in the alert log
 *  24  int64   time of the alert's instant, ns since the epoch
 *  32  int64   release position: of the journal's record whose folding let the alert out
 *  40  int64   instant: of an event its place in stream order, of a deadline its arming position
 *  48  int32   ordinal
 *  52  int32   number of the rule in the rule set in force
 *  56  int64   how long alerts like this are held back, ns; 0: not at all
 *  64  int32   bytes of the rule's name
 *  68  int32   bytes of the key
 *  72  int32   bytes of the values that suppress groups by; 0 in the alert log
 *  76  int32   bytes of the JSON
 *  80  int32   where the alert's text begins in the JSON
 *  84  int32   bytes of the text, as it stands in the JSON
 *  88          the rule's name, the key, the suppress values, the JSON as {@link AlertJson} writes
 *              it (its id, 32 hexadecimal digits, begins at byte 7); padded with zeros
 * </pre>
 *
 * On its way to the merge the JSON is open: the number of those held back is still to come.
 */
final class AlertLayout {
  /** No event type has it. */
  static final int TYPE_ID = 0xfffe;

  static final int LAYOUT_VERSION = 2;

  static final int PHASE_OFFSET = 5;
  static final int ROLE_OFFSET = 8;
  static final int KIND_OFFSET = 10;
  static final int EPOCH_OFFSET = 12;
  static final int RELEASE_OFFSET = 32;
  static final int INSTANT_OFFSET = 40;
  static final int ORDINAL_OFFSET = 48;
  static final int RULE_OFFSET = 52;
  static final int SUPPRESS_NS_OFFSET = 56;
  static final int RULE_LENGTH_OFFSET = 64;
  static final int KEY_LENGTH_OFFSET = 68;
  static final int SUPPRESS_LENGTH_OFFSET = 72;
  static final int JSON_LENGTH_OFFSET = 76;
  static final int TEXT_OFFSET_OFFSET = 80;
  static final int TEXT_LENGTH_OFFSET = 84;
  static final int BYTES_OFFSET = 88;

  private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

  private AlertLayout() {}

  static boolean is(DirectBuffer buffer, int at) {
    return (buffer.getShort(at + RecordLayout.TYPE_ID_OFFSET, LE) & 0xffff) == TYPE_ID
        && buffer.getByte(at + RecordLayout.VERSION_OFFSET) == LAYOUT_VERSION;
  }

  /** Bytes of a record with so many bytes behind the fixed part. */
  static int recordBytes(int bytes) {
    return BYTES_OFFSET + bytes + 7 & ~7;
  }

  /**
   * Copies a record without its suppress values and ends its JSON; returns its length. The target
   * needs room for the record and {@link AlertJson#CLOSE_BYTES_MAX} more.
   */
  static int close(DirectBuffer from, int at, MutableDirectBuffer to, int start, long suppressed) {
    int named = from.getInt(at + RULE_LENGTH_OFFSET, LE) + from.getInt(at + KEY_LENGTH_OFFSET, LE);
    int suppress = from.getInt(at + SUPPRESS_LENGTH_OFFSET, LE);
    int json = from.getInt(at + JSON_LENGTH_OFFSET, LE);
    to.putBytes(start, from, at, BYTES_OFFSET + named);
    int jsonAt = start + BYTES_OFFSET + named;
    to.putBytes(jsonAt, from, at + BYTES_OFFSET + named + suppress, json);
    int end = AlertJson.close(to, jsonAt + json, suppressed);
    int length = recordBytes(end - start - BYTES_OFFSET);
    to.setMemory(end, start + length - end, (byte) 0);
    to.putInt(start + RecordLayout.LENGTH_OFFSET, length, LE);
    to.putInt(start + SUPPRESS_LENGTH_OFFSET, 0, LE);
    to.putInt(start + JSON_LENGTH_OFFSET, end - jsonAt, LE);
    return length;
  }
}
