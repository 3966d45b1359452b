package dev.weir.engine;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Comparisons of ranges of bytes. */
final class ByteRange {
  /** No bytes. */
  static final DirectBuffer EMPTY = new UnsafeBuffer(new byte[0]);

  private ByteRange() {}

  static boolean equal(DirectBuffer a, int at, int length, DirectBuffer b, int bt, int bLength) {
    return length == bLength && sameBytes(a, at, b, bt, length);
  }

  static boolean startsWith(
      DirectBuffer a, int at, int length, DirectBuffer b, int bt, int bLength) {
    return bLength <= length && sameBytes(a, at, b, bt, bLength);
  }

  static boolean endsWith(DirectBuffer a, int at, int length, DirectBuffer b, int bt, int bLength) {
    return bLength <= length && sameBytes(a, at + length - bLength, b, bt, bLength);
  }

  /** Linear in the product of the lengths at worst. */
  static boolean contains(DirectBuffer a, int at, int length, DirectBuffer b, int bt, int bLength) {
    for (int i = 0; i <= length - bLength; i++) {
      if (sameBytes(a, at + i, b, bt, bLength)) {
        return true;
      }
    }
    return false;
  }

  private static boolean sameBytes(DirectBuffer a, int at, DirectBuffer b, int bt, int length) {
    int i = 0;
    for (; i + 8 <= length; i += 8) {
      if (a.getLong(at + i) != b.getLong(bt + i)) {
        return false;
      }
    }
    for (; i < length; i++) {
      if (a.getByte(at + i) != b.getByte(bt + i)) {
        return false;
      }
    }
    return true;
  }
}
