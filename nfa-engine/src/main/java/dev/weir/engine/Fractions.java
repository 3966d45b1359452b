package dev.weir.engine;

/**
 * Sums and quotients on the stack, exact or missing: of numbers of different scales and of
 * fractions. Powers of ten align scales. Owned by one thread.
 */
final class Fractions {
  private final ValueStack stack;
  private final long[] value;
  private final long[] denominator;
  private final boolean[] missing;

  Fractions(ValueStack stack) {
    this.stack = stack;
    this.value = stack.value;
    this.denominator = stack.denominator;
    this.missing = stack.missing;
  }

  void add(int slot, boolean subtract, int leftPower, int rightPower) {
    if (!stack.bothThere(slot)) {
      return;
    }
    long left = value[slot];
    long right = value[slot + 1];
    long leftFactor = Exact.powerOfTen(leftPower);
    long rightFactor = Exact.powerOfTen(rightPower);
    if (Exact.overflows(left, leftFactor) || Exact.overflows(right, rightFactor)) {
      missing[slot] = true;
      return;
    }
    left *= leftFactor;
    right *= rightFactor;
    long sum = subtract ? left - right : left + right;
    boolean overflow =
        subtract ? ((left ^ right) & (left ^ sum)) < 0 : ((left ^ sum) & (right ^ sum)) < 0;
    stack.number(slot, sum);
    missing[slot] = overflow;
  }

  void addRatios(int slot, boolean subtract, int leftPower, int rightPower) {
    if (!stack.bothThere(slot)) {
      return;
    }
    long leftFactor = Exact.powerOfTen(leftPower);
    long rightFactor = Exact.powerOfTen(rightPower);
    long left = value[slot];
    long right = value[slot + 1];
    long leftDivisor = denominator[slot];
    long rightDivisor = denominator[slot + 1];
    if (Exact.overflows(left, leftFactor) || Exact.overflows(right, rightFactor)) {
      missing[slot] = true;
      return;
    }
    left *= leftFactor;
    right *= rightFactor;
    if (Exact.overflows(left, rightDivisor)
        || Exact.overflows(right, leftDivisor)
        || Exact.overflows(leftDivisor, rightDivisor)) {
      missing[slot] = true;
      return;
    }
    left *= rightDivisor;
    right *= leftDivisor;
    long sum = subtract ? left - right : left + right;
    boolean overflow =
        subtract ? ((left ^ right) & (left ^ sum)) < 0 : ((left ^ sum) & (right ^ sum)) < 0;
    stack.fraction(slot, sum, leftDivisor * rightDivisor);
    missing[slot] = overflow;
  }

  /** (a/ad) / (b/bd) in units of a: {@code a * bd * 10^power / (ad * b)}. */
  void divide(int slot, int power) {
    if (!stack.bothThere(slot)) {
      return;
    }
    long factor = Exact.powerOfTen(power);
    long numerator = value[slot];
    long divisor = value[slot + 1];
    if (divisor == 0 || divisor == Long.MIN_VALUE || Exact.overflows(numerator, factor)) {
      missing[slot] = true;
      return;
    }
    numerator *= factor;
    if (Exact.overflows(numerator, denominator[slot + 1])
        || Exact.overflows(denominator[slot], divisor)) {
      missing[slot] = true;
      return;
    }
    numerator *= denominator[slot + 1];
    divisor *= denominator[slot];
    if (divisor < 0) {
      if (numerator == Long.MIN_VALUE) {
        missing[slot] = true;
        return;
      }
      numerator = -numerator;
      divisor = -divisor;
    }
    stack.fraction(slot, numerator, divisor);
  }
}
