package dev.weir.testkit.reference;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Aggregates over the values of a loop or a window; missing values are passed over. */
final class Totals {
  private static final int STDDEV_DIGITS = 6;
  private static final int SUB_BITS = 6;

  private final Arithmetic arithmetic;

  Totals(Arithmetic arithmetic) {
    this.arithmetic = arithmetic;
  }

  /**
   * @param function {@code count sum avg min max stddev distinct first last}
   * @param zero what the sum of nothing is
   */
  @Nullable Value of(String function, List<@Nullable Value> all, Value zero) {
    List<Value> values =
        all.stream().filter(Objects::nonNull).map(Objects::requireNonNull).toList();
    if (function.equals("count")) {
      return Value.number(values.size(), 0);
    }
    if (function.equals("distinct")) {
      return Value.number(new HashSet<>(values).size(), 0);
    }
    if (function.equals("sum")) {
      return sum(values, zero);
    }
    if (values.isEmpty()) {
      return null;
    }
    return switch (function) {
      case "first" -> values.get(0);
      case "last" -> values.get(values.size() - 1);
      case "min" -> extreme(values, -1);
      case "max" -> extreme(values, 1);
      case "avg" -> avg(values);
      case "stddev" -> stddev(values);
      default -> throw new IllegalArgumentException("no such aggregate: " + function);
    };
  }

  private @Nullable Value sum(List<Value> values, Value zero) {
    if (zero instanceof Value.Span) {
      BigInteger sum = BigInteger.ZERO;
      for (Value value : values) {
        sum = sum.add(BigInteger.valueOf(((Value.Span) value).nanos()));
      }
      return arithmetic.span(sum);
    }
    return arithmetic.fit(exactSum(values, (Value.Num) zero));
  }

  /** Fits once all is added: an overflow on the way does not count. */
  private static Value.Num exactSum(List<Value> values, Value.Num zero) {
    Value.Num sum = zero;
    for (Value value : values) {
      Value.Num next = (Value.Num) value;
      sum =
          new Value.Num(
              sum.numerator()
                  .multiply(next.denominator())
                  .add(next.numerator().multiply(sum.denominator())),
              sum.denominator().multiply(next.denominator()),
              Math.max(sum.scale(), next.scale()),
              sum.isRatio() || next.isRatio());
    }
    return sum;
  }

  private @Nullable Value avg(List<Value> values) {
    Value.Num sum = exactSum(values, (Value.Num) Value.number(0, 0));
    if (arithmetic.fit(sum) == null) {
      return null;
    }
    return new Value.Num(
        sum.numerator(),
        sum.denominator().multiply(BigInteger.valueOf(values.size())),
        sum.scale(),
        /* isRatio= */ true);
  }

  /** Of the whole population, rounded half even to six digits. */
  private @Nullable Value stddev(List<Value> values) {
    Value.Num sum = exactSum(values, (Value.Num) Value.number(0, 0));
    List<Value> squares =
        values.stream()
            .map(v -> (Value.Num) v)
            .<Value>map(
                v ->
                    new Value.Num(
                        v.numerator().pow(2), v.denominator().pow(2), 2 * v.scale(), false))
            .toList();
    Value.Num ofSquares = exactSum(squares, (Value.Num) Value.number(0, 0));
    BigInteger n = BigInteger.valueOf(values.size());
    BigDecimal variance =
        decimal(ofSquares)
            .multiply(new BigDecimal(n))
            .subtract(decimal(sum).pow(2))
            .divide(new BigDecimal(n.pow(2)), new MathContext(100));
    BigDecimal root =
        variance.sqrt(new MathContext(60)).setScale(STDDEV_DIGITS, RoundingMode.HALF_EVEN);
    return arithmetic.fit(
        new Value.Num(
            root.unscaledValue(), BigInteger.TEN.pow(STDDEV_DIGITS), STDDEV_DIGITS, false));
  }

  private static BigDecimal decimal(Value.Num num) {
    return new BigDecimal(num.numerator()).divide(new BigDecimal(num.denominator()));
  }

  @SuppressWarnings("unchecked")
  static Value extreme(List<Value> values, int sign) {
    Value best = values.get(0);
    for (Value value : values) {
      if (((Comparable<Value>) value).compareTo(best) * sign > 0) {
        best = value;
      }
    }
    return best;
  }

  /**
   * The middle of the histogram's bucket that holds the value of nearest rank. Buckets are exact
   * below 128 and have 64 to each power of two above.
   */
  @Nullable Value percentile(int percent, List<@Nullable Value> all, int scale) {
    List<Long> middles =
        all.stream()
            .filter(Objects::nonNull)
            .map(v -> middle(raw((Value.Num) Objects.requireNonNull(v), scale)))
            .sorted()
            .toList();
    if (middles.isEmpty()) {
      return null;
    }
    int rank = Math.max(1, (percent * middles.size() + 99) / 100);
    return Value.number(middles.get(rank - 1), scale);
  }

  private static long raw(Value.Num num, int scale) {
    return decimal(num).movePointRight(scale).longValueExact();
  }

  private static long middle(long raw) {
    if (raw == Long.MIN_VALUE) {
      return raw;
    }
    long size = Math.abs(raw);
    if (size < 2L << SUB_BITS) {
      return raw;
    }
    int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(size) - SUB_BITS;
    long low = size >> shift << shift;
    long middle = low + (1L << shift) / 2;
    return raw < 0 ? -middle : middle;
  }
}
