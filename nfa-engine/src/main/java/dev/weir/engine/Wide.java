package dev.weir.engine;

import java.util.Arrays;

/**
 * An unsigned number of 384 bits, for exact arithmetic beyond 64 bits without allocation. What does
 * not fit is lost: callers stay below. Owned by one thread.
 */
final class Wide {
  private final long[] words = new long[6]; // lowest first

  /** Becomes this unsigned number. */
  Wide set(long value) {
    return set(value, 0, 0);
  }

  /** Becomes the number of these unsigned words. */
  Wide set(long low, long middle, long high) {
    Arrays.fill(words, 0);
    words[0] = low;
    words[1] = middle;
    words[2] = high;
    return this;
  }

  Wide multiply(long factor) {
    long carry = 0;
    for (int i = 0; i < words.length; i++) {
      long word = words[i];
      long low = word * factor + carry;
      long high =
          Math.multiplyHigh(word, factor) + ((word >> 63) & factor) + ((factor >> 63) & word);
      carry = high + (Long.compareUnsigned(low, carry) < 0 ? 1 : 0);
      words[i] = low;
    }
    return this;
  }

  Wide add(Wide other) {
    long carry = 0;
    for (int i = 0; i < words.length; i++) {
      long sum = words[i] + other.words[i];
      long next = Long.compareUnsigned(sum, words[i]) < 0 ? 1 : 0;
      words[i] = sum + carry;
      carry = next + (carry != 0 && words[i] == 0 ? 1 : 0);
    }
    return this;
  }

  /** Takes away a number that is not greater. */
  Wide subtract(Wide other) {
    long borrow = 0;
    for (int i = 0; i < words.length; i++) {
      long word = words[i];
      long rest = word - other.words[i];
      long next = Long.compareUnsigned(word, other.words[i]) < 0 ? 1 : 0;
      words[i] = rest - borrow;
      borrow = next + (borrow != 0 && rest == 0 ? 1 : 0);
    }
    return this;
  }

  int compareTo(Wide other) {
    for (int i = words.length - 1; i >= 0; i--) {
      int order = Long.compareUnsigned(words[i], other.words[i]);
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  /** A double within a few units in the last place. */
  double toDouble() {
    double value = 0;
    for (int i = words.length - 1; i >= 0; i--) {
      value = value * 0x1p64 + (words[i] >>> 32) * 0x1p32 + (words[i] & 0xffff_ffffL);
    }
    return value;
  }
}
