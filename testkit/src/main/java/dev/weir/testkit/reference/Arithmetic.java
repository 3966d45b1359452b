package dev.weir.testkit.reference;

import dev.weir.dsl.ast.Expression.Binary.Operator;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * Exact arithmetic whose results fit where Weir keeps them, or are missing: numbers and times in 64
 * bits at their scale, ratios in lowest terms with numerator and denominator in 64 bits.
 */
final class Arithmetic {
  private final Counts counts;

  Arithmetic(Counts counts) {
    this.counts = counts;
  }

  @Nullable Value apply(Operator operator, @Nullable Value left, @Nullable Value right) {
    if (left == null || right == null) {
      return null;
    }
    if (left instanceof Value.Num a && right instanceof Value.Num b) {
      return numbers(operator, a, b);
    }
    boolean isSum = operator == Operator.PLUS || operator == Operator.MINUS;
    int sign = operator == Operator.MINUS ? -1 : 1;
    if (isSum && left instanceof Value.Time a && right instanceof Value.Span b) {
      Long nanos = fit(sum(a.nanos(), b.nanos(), sign));
      return nanos == null ? null : new Value.Time(nanos);
    }
    if (operator == Operator.MINUS
        && left instanceof Value.Time a
        && right instanceof Value.Time b) {
      return span(sum(a.nanos(), b.nanos(), -1));
    }
    if (isSum && left instanceof Value.Span a && right instanceof Value.Span b) {
      return span(sum(a.nanos(), b.nanos(), sign));
    }
    if (operator == Operator.TIMES
        && left instanceof Value.Span a
        && right instanceof Value.Num b) {
      return span(BigInteger.valueOf(a.nanos()).multiply(b.numerator()));
    }
    if (operator == Operator.TIMES
        && left instanceof Value.Num a
        && right instanceof Value.Span b) {
      return span(BigInteger.valueOf(b.nanos()).multiply(a.numerator()));
    }
    if (operator == Operator.DIVIDE
        && left instanceof Value.Span a
        && right instanceof Value.Span b) {
      return b.nanos() == 0
          ? fault()
          : fit(
              new Value.Num(BigInteger.valueOf(a.nanos()), BigInteger.valueOf(b.nanos()), 0, true));
    }
    throw new IllegalArgumentException("no arithmetic on " + left + " and " + right);
  }

  private @Nullable Value numbers(Operator operator, Value.Num a, Value.Num b) {
    BigInteger ad = a.denominator();
    BigInteger bd = b.denominator();
    boolean isRatio = a.isRatio() || b.isRatio() || operator == Operator.DIVIDE;
    int scale = Math.max(a.scale(), b.scale());
    BigInteger left = a.numerator().multiply(bd);
    BigInteger right = b.numerator().multiply(ad);
    return switch (operator) {
      case PLUS -> fit(new Value.Num(left.add(right), ad.multiply(bd), scale, isRatio));
      case MINUS -> fit(new Value.Num(left.subtract(right), ad.multiply(bd), scale, isRatio));
      case TIMES ->
          fit(
              new Value.Num(
                  a.numerator().multiply(b.numerator()),
                  ad.multiply(bd),
                  a.scale() + b.scale(),
                  isRatio));
      case DIVIDE ->
          b.numerator().signum() == 0 ? fault() : fit(new Value.Num(left, right, a.scale(), true));
      default -> throw new IllegalArgumentException("not arithmetic: " + operator);
    };
  }

  @Nullable Value negate(@Nullable Value value) {
    if (value instanceof Value.Span span) {
      return span(BigInteger.valueOf(span.nanos()).negate());
    }
    if (value instanceof Value.Num num) {
      return fit(
          new Value.Num(num.numerator().negate(), num.denominator(), num.scale(), num.isRatio()));
    }
    return null;
  }

  /** The number, or nothing if it does not fit. */
  @Nullable Value fit(Value.Num num) {
    BigInteger unit = BigInteger.TEN.pow(num.scale());
    BigInteger numerator = num.numerator().multiply(unit);
    BigInteger common = numerator.gcd(num.denominator());
    boolean fits =
        numerator.divide(common).bitLength() < Long.SIZE
            && num.denominator().divide(common).bitLength() < Long.SIZE;
    return fits ? num : fault();
  }

  @Nullable Value span(BigInteger nanos) {
    Long fits = fit(nanos);
    return fits == null ? null : new Value.Span(fits);
  }

  private @Nullable Long fit(BigInteger nanos) {
    if (nanos.bitLength() < Long.SIZE) {
      return nanos.longValueExact();
    }
    fault();
    return null;
  }

  private static BigInteger sum(long a, long b, int sign) {
    return BigInteger.valueOf(a).add(BigInteger.valueOf(b).multiply(BigInteger.valueOf(sign)));
  }

  private @Nullable Value fault() {
    counts.add(Outcome.Counter.ARITHMETIC_FAULTS, 1);
    return null;
  }
}
