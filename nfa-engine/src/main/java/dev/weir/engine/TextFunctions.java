package dev.weir.engine;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Functions of texts, on their UTF-8 bytes. Letters change case within ASCII alone. Holds room to
 * work in; allocates nothing once that is large enough. Owned by one thread.
 */
final class TextFunctions {
  /** Code points of the longest text that {@link #distance} looks at. */
  static final int SIMILAR_CODE_POINTS_MAX = 1_000;

  /** Bytes of what {@link #hash} writes. */
  static final int HASH_BYTES = 64;

  private static final byte[] HEX = ValueSet.utf8("0123456789abcdef");

  private final MessageDigest digest;
  private final byte[] digested = new byte[HASH_BYTES / 2];
  private byte[] bytes = new byte[256];
  private final int[] left = new int[SIMILAR_CODE_POINTS_MAX];
  private final int[] right = new int[SIMILAR_CODE_POINTS_MAX];
  private final int[] row = new int[SIMILAR_CODE_POINTS_MAX + 1];

  TextFunctions() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Copies the text with its letters from {@code first} on, 26 of them, moved by {@code step}. */
  static void changeCase(
      DirectBuffer text, int offset, int length, MutableDirectBuffer to, int first, int step) {
    for (int i = 0; i < length; i++) {
      int b = text.getByte(offset + i);
      to.putByte(i, (byte) (b >= first && b < first + 26 ? b + step : b));
    }
  }

  static boolean isBlank(byte b) {
    return b == ' ' || b == '\t' || b == '\r' || b == '\n';
  }

  static int codePoints(DirectBuffer text, int offset, int length) {
    int count = 0;
    for (int i = 0; i < length; i++) {
      count += (text.getByte(offset + i) & 0xc0) != 0x80 ? 1 : 0;
    }
    return count;
  }

  /** Whether it is at least two digits, the last of which checks the others. */
  static boolean isLuhn(DirectBuffer text, int offset, int length) {
    int sum = 0;
    for (int i = 0; i < length; i++) {
      int digit = text.getByte(offset + length - 1 - i) - '0';
      if (digit < 0 || digit > 9) {
        return false;
      }
      int counted = (i & 1) == 1 ? 2 * digit : digit;
      sum += counted > 9 ? counted - 9 : counted;
    }
    return length >= 2 && sum % 10 == 0;
  }

  /** Writes the SHA-256 of the bytes, 64 hexadecimal digits. */
  void hash(DirectBuffer text, int offset, int length, MutableDirectBuffer to) {
    if (bytes.length < length) {
      bytes = new byte[Integer.highestOneBit(length) * 2];
    }
    text.getBytes(offset, bytes, 0, length);
    digest.update(bytes, 0, length);
    try {
      digest.digest(digested, 0, digested.length);
    } catch (java.security.DigestException e) {
      throw new IllegalStateException("the digest has 32 bytes", e);
    }
    for (int i = 0; i < digested.length; i++) {
      to.putByte(2 * i, HEX[digested[i] >> 4 & 0xf]);
      to.putByte(2 * i + 1, HEX[digested[i] & 0xf]);
    }
  }

  /**
   * Code points that must be put in, left out or replaced to make one text the other (Levenshtein).
   * Linear in the product of the lengths, which are within the limit.
   */
  int distance(DirectBuffer a, int aOffset, int aLength, DirectBuffer b, int bOffset, int bLength) {
    int m = decode(a, aOffset, aLength, left);
    int n = decode(b, bOffset, bLength, right);
    for (int j = 0; j <= n; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= m; i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= n; j++) {
        int replaced = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[n];
  }

  private static int decode(DirectBuffer text, int offset, int length, int[] codePoints) {
    int count = 0;
    for (int i = 0; i < length; i++) {
      int b = text.getByte(offset + i) & 0xff;
      if ((b & 0xc0) == 0x80) {
        codePoints[count - 1] = codePoints[count - 1] << 6 | b & 0x3f;
      } else {
        codePoints[count++] = b < 0x80 ? b : b < 0xe0 ? b & 0x1f : b < 0xf0 ? b & 0xf : b & 7;
      }
    }
    return count;
  }
}
