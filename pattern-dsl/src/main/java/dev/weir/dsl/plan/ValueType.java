package dev.weir.dsl.plan;

import dev.weir.event.FieldType;
import java.util.Locale;

/**
 * The type of an expression: that of a field, or a ratio. A ratio is an exact fraction of two
 * 64-bit integers, of which the numerator counts 10^-scale; {@code avg} and {@code /} give one.
 *
 * @param kind what the value is
 * @param scale digits after the point of a decimal, or of a ratio's numerator
 * @param unit a currency, or empty
 */
public record ValueType(Kind kind, int scale, String unit) {
  /** What a value is. */
  public enum Kind {
    TEXT,
    INT,
    DECIMAL,
    RATIO,
    BOOL,
    TIME,
    DURATION,
    GEO,
    IP
  }

  public static final ValueType TEXT = new ValueType(Kind.TEXT, 0, "");
  public static final ValueType INT = new ValueType(Kind.INT, 0, "");
  public static final ValueType BOOL = new ValueType(Kind.BOOL, 0, "");
  public static final ValueType TIME = new ValueType(Kind.TIME, 0, "");
  public static final ValueType DURATION = new ValueType(Kind.DURATION, 0, "");

  /** The type of a field's value. */
  public static ValueType of(FieldType type) {
    return new ValueType(Kind.valueOf(type.kind().name()), type.scale(), type.unit());
  }

  /** True for int, decimal and ratio. */
  public boolean isNumber() {
    return kind == Kind.INT || kind == Kind.DECIMAL || kind == Kind.RATIO;
  }

  @Override
  public String toString() {
    return switch (kind) {
      case DECIMAL ->
          (scale == 2 ? "money" : "decimal(" + scale + ")") + (unit.isEmpty() ? "" : " " + unit);
      case RATIO -> "ratio(" + scale + ")" + (unit.isEmpty() ? "" : " " + unit);
      default -> kind.name().toLowerCase(Locale.ROOT);
    };
  }
}
