package dev.weir.engine;

/**
 * The standard deviation of a whole population from count, sum and sum of squares: the exact root,
 * rounded half even to six digits behind the point. Double arithmetic only guesses where the exact
 * search begins. Allocates nothing. Owned by one thread.
 */
final class StandardDeviation {
  /** Digits behind the point of the result. */
  static final int DIGITS = 6;

  private final Wide variance = new Wide(); // times the divisor
  private final Wide square = new Wide();
  private final Wide divisor = new Wide();
  private final Wide tried = new Wide();
  private long n;
  private long scaleFactor;

  private boolean isMissing;

  /** Whether the last result does not fit 64 bits. */
  boolean isMissing() {
    return isMissing;
  }

  /**
   * The deviation in units of 10^-6.
   *
   * @param state count; sum, two words; sum of squares, three words
   * @param scale digits behind the point of the values
   */
  long of(Arena arena, int state, int scale) {
    n = arena.get(state);
    long low = arena.get(state + 1);
    long high = arena.get(state + 2);
    if (high < 0) { // the square does not ask for the sign
      low = -low;
      high = ~high + (low == 0 ? 1 : 0);
    }
    variance.set(arena.get(state + 3), arena.get(state + 4), arena.get(state + 5)).multiply(n);
    squareOf(low, high);
    variance.subtract(square);
    scaleFactor = 1;
    if (scale <= DIGITS) {
      variance.multiply(Exact.powerOfTen(2 * (DIGITS - scale)));
    } else {
      scaleFactor = Exact.powerOfTen(scale - DIGITS);
    }
    divisor.set(n).multiply(n).multiply(scaleFactor).multiply(scaleFactor);
    return root();
  }

  /** (high, low) squared: high * 2^64 * (high, low) + low * (high, low). */
  private void squareOf(long low, long high) {
    square.set(low, high, 0).multiply(low);
    if (high != 0) {
      tried.set(0, low, high).multiply(high);
      square.add(tried);
    }
  }

  /** The root of variance over divisor, half even. */
  private long root() {
    double guess = Math.sqrt(variance.toDouble() / divisor.toDouble());
    isMissing = guess > 0x1p63 * (1 + 0x1p-40);
    if (isMissing) {
      return 0;
    }
    long about = (long) guess;
    long margin = (about >>> 44) + 2;
    long least = Math.max(0, about - margin); // least^2 is not above
    long above = Features.saturatedSum(about, margin); // above^2 is
    while (!isAtMost(least)) {
      least >>>= 1;
    }
    while (isAtMost(above)) {
      if (above == Long.MAX_VALUE) {
        isMissing = true;
        return 0;
      }
      above = Features.saturatedSum(above, margin);
    }
    while (above - least > 1) {
      long middle = least + ((above - least) >>> 1);
      if (isAtMost(middle)) {
        least = middle;
      } else {
        above = middle;
      }
    }
    int half = compareToHalf(least);
    boolean isUp = half > 0 || (half == 0 && (least & 1) != 0);
    if (isUp && least == Long.MAX_VALUE - 1) {
      isMissing = true;
    }
    return isUp ? least + 1 : least;
  }

  private boolean isAtMost(long root) {
    tried.set(root).multiply(root);
    times();
    return tried.compareTo(variance) <= 0;
  }

  private void times() {
    tried.multiply(n).multiply(n).multiply(scaleFactor).multiply(scaleFactor);
  }

  /** Compares the exact root with the middle between this and the next number. */
  private int compareToHalf(long root) {
    long odd = 2 * root + 1; // unsigned
    tried.set(odd).multiply(odd);
    times();
    square.set(0).add(variance).multiply(4);
    return square.compareTo(tried);
  }
}
