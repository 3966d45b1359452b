package dev.weir.engine;

import java.math.BigInteger;

/**
 * Arithmetic on scaled 64-bit integers and on fractions of them, without rounding. Powers of ten
 * align scales.
 */
final class Exact {
  private static final long[] POWERS = new long[19];

  static {
    POWERS[0] = 1;
    for (int i = 1; i < POWERS.length; i++) {
      POWERS[i] = POWERS[i - 1] * 10;
    }
  }

  private Exact() {}

  static long powerOfTen(int exponent) {
    return POWERS[exponent];
  }

  /** Whether the product does not fit 64 bits. */
  static boolean overflows(long a, long b) {
    long high = Math.multiplyHigh(a, b);
    return high != (a * b) >> 63;
  }

  /** Whether this sum, or difference, of the two did not fit 64 bits. */
  static boolean isWrapped(long left, long right, boolean subtract, long sum) {
    return subtract ? ((left ^ right) & (left ^ sum)) < 0 : ((left ^ sum) & (right ^ sum)) < 0;
  }

  /**
   * The greatest number that divides both without rest; {@code b} is positive, as is the answer.
   */
  static long greatestDivisor(long a, long b) {
    long divisor = b;
    long rest = Math.abs(a % b); // below b, so that its absolute value is one
    while (rest != 0) {
      long next = divisor % rest;
      divisor = rest;
      rest = next;
    }
    return divisor;
  }

  /** Compares {@code a * x} with {@code b * y}, exactly. */
  static int compareProducts(long a, long x, long b, long y) {
    long ah = Math.multiplyHigh(a, x);
    long bh = Math.multiplyHigh(b, y);
    if (ah != bh) {
      return ah < bh ? -1 : 1;
    }
    return Long.compareUnsigned(a * x, b * y);
  }

  /** Compares {@code a * x * ad} with {@code b * y * bd}, exactly; the last two are positive. */
  static int compareRatios(long a, long ad, long x, long b, long bd, long y) {
    if (!overflows(a, x) && !overflows(b, y)) {
      return compareProducts(a * x, bd, b * y, ad);
    }
    return BigInteger.valueOf(a)
        .multiply(BigInteger.valueOf(x))
        .multiply(BigInteger.valueOf(bd))
        .compareTo(
            BigInteger.valueOf(b).multiply(BigInteger.valueOf(y)).multiply(BigInteger.valueOf(ad)));
  }
}
