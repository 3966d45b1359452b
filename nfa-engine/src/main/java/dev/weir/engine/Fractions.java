package dev.weir.engine;

import java.math.BigInteger;

/**
 * Sums, products and quotients on the stack, exact or missing: of numbers of different scales and
 * of fractions. Powers of ten align scales. A result that fits 64 bits once it is reduced is there,
 * whatever its way there needs: where that is more than 64 bits, big numbers are allocated. Owned
 * by one thread.
 */
final class Fractions {
  private final ValueStack stack;
  private final long[] value;
  private final long[] denominator;

  Fractions(ValueStack stack) {
    this.stack = stack;
    this.value = stack.value;
    this.denominator = stack.denominator;
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
      addBig(slot, subtract, leftFactor, rightFactor);
      return;
    }
    left *= leftFactor;
    right *= rightFactor;
    long sum = subtract ? left - right : left + right;
    stack.number(slot, sum);
    if (Exact.isWrapped(left, right, subtract, sum)) {
      stack.fault(slot);
    }
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
      addBig(slot, subtract, leftFactor, rightFactor);
      return;
    }
    left *= leftFactor;
    right *= rightFactor;
    if (Exact.overflows(left, rightDivisor)
        || Exact.overflows(right, leftDivisor)
        || Exact.overflows(leftDivisor, rightDivisor)) {
      addBig(slot, subtract, leftFactor, rightFactor);
      return;
    }
    left *= rightDivisor;
    right *= leftDivisor;
    long sum = subtract ? left - right : left + right;
    if (Exact.isWrapped(left, right, subtract, sum)) {
      addBig(slot, subtract, leftFactor, rightFactor);
    } else {
      stack.fraction(slot, sum, leftDivisor * rightDivisor);
    }
  }

  /** (a/ad) * (b/bd). */
  void multiply(int slot) {
    if (!stack.bothThere(slot)) {
      return;
    }
    if (Exact.overflows(value[slot], value[slot + 1])
        || Exact.overflows(denominator[slot], denominator[slot + 1])) {
      big(
          slot,
          BigInteger.valueOf(value[slot]).multiply(BigInteger.valueOf(value[slot + 1])),
          BigInteger.valueOf(denominator[slot])
              .multiply(BigInteger.valueOf(denominator[slot + 1])));
    } else {
      stack.fraction(
          slot, value[slot] * value[slot + 1], denominator[slot] * denominator[slot + 1]);
    }
  }

  /** (a/ad) / (b/bd) in units of a: {@code a * bd * 10^power / (ad * b)}. */
  void divide(int slot, int power) {
    if (!stack.bothThere(slot)) {
      return;
    }
    long factor = Exact.powerOfTen(power);
    long numerator = value[slot];
    long divisor = value[slot + 1];
    if (divisor == 0) {
      stack.fault(slot);
      return;
    }
    if (divisor == Long.MIN_VALUE || Exact.overflows(numerator, factor)) {
      divideBig(slot, factor);
      return;
    }
    numerator *= factor;
    if (Exact.overflows(numerator, denominator[slot + 1])
        || Exact.overflows(denominator[slot], divisor)) {
      divideBig(slot, factor);
      return;
    }
    numerator *= denominator[slot + 1];
    divisor *= denominator[slot];
    if (numerator == Long.MIN_VALUE || divisor == Long.MIN_VALUE) {
      divideBig(slot, factor);
      return;
    }
    stack.fraction(slot, divisor < 0 ? -numerator : numerator, Math.abs(divisor));
  }

  private void addBig(int slot, boolean subtract, long leftFactor, long rightFactor) {
    BigInteger leftDivisor = BigInteger.valueOf(denominator[slot]);
    BigInteger rightDivisor = BigInteger.valueOf(denominator[slot + 1]);
    BigInteger left = product(value[slot], leftFactor).multiply(rightDivisor);
    BigInteger right = product(value[slot + 1], rightFactor).multiply(leftDivisor);
    big(
        slot,
        subtract ? left.subtract(right) : left.add(right),
        leftDivisor.multiply(rightDivisor));
  }

  private void divideBig(int slot, long factor) {
    BigInteger numerator =
        product(value[slot], factor).multiply(BigInteger.valueOf(denominator[slot + 1]));
    BigInteger divisor = product(value[slot + 1], denominator[slot]);
    boolean isNegative = divisor.signum() < 0;
    big(slot, isNegative ? numerator.negate() : numerator, divisor.abs());
  }

  private static BigInteger product(long a, long b) {
    return BigInteger.valueOf(a).multiply(BigInteger.valueOf(b));
  }

  /** Reduced, or missing if that does not fit either. */
  private void big(int slot, BigInteger numerator, BigInteger divisor) {
    BigInteger common = numerator.gcd(divisor);
    BigInteger reduced = numerator.divide(common);
    BigInteger by = divisor.divide(common);
    if (reduced.bitLength() < Long.SIZE && by.bitLength() < Long.SIZE) {
      stack.fraction(slot, reduced.longValue(), by.longValue());
    } else {
      stack.fault(slot);
    }
  }
}
