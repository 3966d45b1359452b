package dev.weir.testkit.reference;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A value that is there; what is missing has none. Equal values are {@code equals}. */
public sealed interface Value {
  /** An int or decimal that counts 10^-scale. */
  static Value number(long raw, int scale) {
    return new Num(BigInteger.valueOf(raw), BigInteger.TEN.pow(scale), scale, /* isRatio= */ false);
  }

  /** The fraction {@code numerator / denominator}, in units of 10^-scale. */
  static Value ratio(long numerator, long denominator, int scale) {
    return new Num(
        BigInteger.valueOf(numerator),
        BigInteger.valueOf(denominator).multiply(BigInteger.TEN.pow(scale)),
        scale,
        /* isRatio= */ true);
  }

  /** An address from its 16 bytes. */
  static Value address(byte[] bytes) {
    return new Address(new BigInteger(1, bytes));
  }

  /** As the text of an alert shows it. */
  String shown();

  /**
   * An exact number: numerator over a positive denominator, in lowest terms. Two are equal if their
   * values are, whatever their scales.
   *
   * @param scale digits behind the point; of a ratio: those of its numerator
   * @param isRatio made by {@code avg} or a division
   */
  record Num(BigInteger numerator, BigInteger denominator, int scale, boolean isRatio)
      implements Value, Comparable<Num> {
    private static final int RATIO_DIGITS = 6;

    public Num {
      if (denominator.signum() <= 0) {
        numerator = numerator.negate();
        denominator = denominator.negate();
      }
      BigInteger common = numerator.gcd(denominator);
      numerator = numerator.divide(common);
      denominator = denominator.divide(common);
    }

    @Override
    public int compareTo(Num other) {
      return numerator.multiply(other.denominator).compareTo(other.numerator.multiply(denominator));
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Num num
          && numerator.equals(num.numerator)
          && denominator.equals(num.denominator);
    }

    @Override
    public int hashCode() {
      return numerator.hashCode() * 31 + denominator.hashCode();
    }

    /** All digits of its scale; a ratio with six, half even. */
    @Override
    public String shown() {
      return new BigDecimal(numerator)
          .divide(
              new BigDecimal(denominator),
              isRatio ? RATIO_DIGITS : scale,
              isRatio ? RoundingMode.HALF_EVEN : RoundingMode.UNNECESSARY)
          .toPlainString();
    }

    @Override
    public String toString() {
      return denominator.equals(BigInteger.ONE) ? "" + numerator : numerator + "/" + denominator;
    }
  }

  /** A text; order is that of its UTF-8 bytes. */
  record Text(String text) implements Value, Comparable<Text> {
    @Override
    public int compareTo(Text other) {
      return Arrays.compareUnsigned(
          text.getBytes(StandardCharsets.UTF_8), other.text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String shown() {
      return text;
    }
  }

  /** True or false. */
  record Truth(boolean isTrue) implements Value {
    @Override
    public String shown() {
      return isTrue ? "true" : "false";
    }
  }

  /** Nanoseconds since 1970-01-01T00:00Z. */
  record Time(long nanos) implements Value, Comparable<Time> {
    @Override
    public int compareTo(Time other) {
      return Long.compare(nanos, other.nanos);
    }

    /** RFC 3339 in UTC with 0, 3, 6 or 9 digits of a second. */
    @Override
    public String shown() {
      return java.time.Instant.ofEpochSecond(
              Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L))
          .toString();
    }
  }

  /** A length of time in nanoseconds. */
  record Span(long nanos) implements Value, Comparable<Span> {
    @Override
    public int compareTo(Span other) {
      return Long.compare(nanos, other.nanos);
    }

    @Override
    public String shown() {
      java.time.Duration left = java.time.Duration.ofNanos(nanos).abs();
      int sub = left.toNanosPart();
      StringBuilder out = new StringBuilder();
      part(out, left.toDaysPart(), "d");
      part(out, left.toHoursPart(), "h");
      part(out, left.toMinutesPart(), "m");
      part(out, left.toSecondsPart(), "s");
      part(out, sub / 1_000_000, "ms");
      part(out, sub / 1_000 % 1_000, "us");
      part(out, sub % 1_000, "ns");
      return out.isEmpty() ? "0s" : (nanos < 0 ? "-" : "") + out;
    }

    private static void part(StringBuilder out, long count, String unit) {
      if (count != 0) {
        out.append(count).append(unit);
      }
    }
  }

  /** A place on the earth, in units of 10^-7 degree. */
  record Place(int latitude, int longitude) implements Value {
    @Override
    public String shown() {
      return BigDecimal.valueOf(latitude, 7).toPlainString()
          + ","
          + BigDecimal.valueOf(longitude, 7).toPlainString();
    }
  }

  /** An address as a number of 128 bits; IPv4 as IPv4-mapped IPv6. */
  record Address(BigInteger bits) implements Value {
    private static final BigInteger MAPPED = BigInteger.valueOf(0xffff);

    @Override
    public String shown() {
      if (bits.shiftRight(32).equals(MAPPED)) {
        long low = bits.longValue();
        return (low >> 24 & 255)
            + "."
            + (low >> 16 & 255)
            + "."
            + (low >> 8 & 255)
            + "."
            + (low & 255);
      }
      StringBuilder out = new StringBuilder();
      for (int shift = 112; shift >= 0; shift -= 16) {
        out.append(out.length() == 0 ? "" : ":")
            .append(Long.toHexString(bits.shiftRight(shift).longValue() & 0xffff));
      }
      return out.toString();
    }
  }
}
