package dev.weir.dsl.check;

import dev.weir.dsl.plan.Expr;
import dev.weir.dsl.plan.ValueType;
import dev.weir.event.NetworkAddress;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/** Constants from what was written. */
final class Constants {
  private Constants() {}

  /** The number at this scale; empty if digits would be lost or it does not fit 64 bits. */
  static Optional<Long> scaled(String digits, int scale) {
    try {
      BigDecimal exact = new BigDecimal(digits).setScale(scale, RoundingMode.UNNECESSARY);
      return Optional.of(exact.unscaledValue().longValueExact());
    } catch (ArithmeticException e) {
      return Optional.empty();
    }
  }

  /** Digits behind the point as written. */
  static int scaleOf(String digits) {
    int point = digits.indexOf('.');
    return point < 0 ? 0 : digits.length() - point - 1;
  }

  /** The value of a type from its text; empty if it is not one. */
  static Optional<Expr.Constant> fromText(ValueType type, String text) {
    return switch (type.kind()) {
      case TEXT -> Optional.of(new Expr.Constant(type, 0, text));
      case INT, DECIMAL ->
          text.matches("-?[0-9]+(\\.[0-9]+)?")
              ? scaled(text, type.scale()).map(v -> new Expr.Constant(type, v, ""))
              : Optional.empty();
      case BOOL ->
          text.equals("true") || text.equals("false")
              ? Optional.of(new Expr.Constant(type, text.equals("true") ? 1 : 0, ""))
              : Optional.empty();
      case IP ->
          NetworkAddress.parse(text).map(a -> text.indexOf('/') < 0).orElse(false)
              ? Optional.of(new Expr.Constant(type, 0, text))
              : Optional.empty();
      case TIME -> time(text).map(v -> new Expr.Constant(type, v, ""));
      case GEO -> geo(text).map(v -> new Expr.Constant(type, v, ""));
      case DURATION, RATIO -> Optional.empty();
    };
  }

  /** Epoch nanoseconds of an ISO instant. */
  static Optional<Long> time(String text) {
    try {
      Instant instant = Instant.parse(text);
      return Optional.of(
          Math.addExact(
              Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano()));
    } catch (DateTimeException | ArithmeticException e) {
      return Optional.empty();
    }
  }

  private static Optional<Long> geo(String text) {
    String[] parts = text.split(",", -1);
    if (parts.length != 2) {
      return Optional.empty();
    }
    try {
      int latitude =
          new BigDecimal(parts[0].strip()).movePointRight(7).toBigIntegerExact().intValueExact();
      int longitude =
          new BigDecimal(parts[1].strip()).movePointRight(7).toBigIntegerExact().intValueExact();
      return Optional.of((long) latitude << 32 | longitude & 0xffffffffL);
    } catch (ArithmeticException | NumberFormatException e) {
      return Optional.empty();
    }
  }
}
