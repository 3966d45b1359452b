package dev.weir.engine;

import dev.weir.event.EventReader;
import dev.weir.event.FieldType;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The canonical bytes of a key: its parts one behind the other. The order of equal-typed keys by
 * unsigned bytes is that of their numbers.
 *
 * <pre>
 *  number  0x01, then 8 bytes big endian with the sign bit flipped
 *  bytes   0x02, then 4 bytes length big endian, then the bytes
 * </pre>
 */
final class KeyBytes {
  private static final byte NUMBER = 1;
  private static final byte BYTES = 2;

  private KeyBytes() {}

  /** Writes one field of an event; returns the offset behind it. */
  static int write(
      MutableDirectBuffer to, int at, EventReader event, int field, FieldType.Kind kind) {
    if (kind == FieldType.Kind.TEXT || kind == FieldType.Kind.IP) {
      return writeBytes(to, at, event.buffer(), event.textOffset(field), event.textLength(field));
    }
    return writeNumber(to, at, event.slot(field));
  }

  static int writeNumber(MutableDirectBuffer to, int at, long value) {
    to.putByte(at, NUMBER);
    to.putLong(at + 1, Long.reverseBytes(value ^ Long.MIN_VALUE));
    return at + 9;
  }

  static int writeBytes(MutableDirectBuffer to, int at, DirectBuffer from, int offset, int length) {
    to.putByte(at, BYTES);
    to.putInt(at + 1, Integer.reverseBytes(length));
    to.putBytes(at + 5, from, offset, length);
    return at + 5 + length;
  }

  /** Offset of the part behind the one at this offset. */
  static int next(DirectBuffer key, int at) {
    return key.getByte(at) == NUMBER ? at + 9 : at + 5 + bytesLength(key, at);
  }

  static long number(DirectBuffer key, int at) {
    return Long.reverseBytes(key.getLong(at + 1)) ^ Long.MIN_VALUE;
  }

  static int bytesOffset(int at) {
    return at + 5;
  }

  static int bytesLength(DirectBuffer key, int at) {
    return Integer.reverseBytes(key.getInt(at + 1));
  }
}
