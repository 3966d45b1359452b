package dev.weir.event;

import java.util.Objects;

/**
 * The type of a field. Every value is held exactly: there is no floating point type. Immutable.
 *
 * @param kind what the value is
 * @param scale digits after the point, 0 to 9; only {@link Kind#DECIMAL} has more than 0
 * @param unit a currency such as {@code EUR}, or empty; amounts of different units never mix
 */
public record FieldType(Kind kind, int scale, String unit) {
  /** What a value is, and what its 8-byte slot in a record holds. */
  public enum Kind {
    /** UTF-8; slot: 32-bit hash and 32-bit offset into the variable part. */
    TEXT,
    /** Signed 64-bit. */
    INT,
    /** Signed 64-bit count of 10^-scale; {@code money} is scale 2. */
    DECIMAL,
    /** 0 or 1. */
    BOOL,
    /** Nanoseconds since 1970-01-01T00:00Z. */
    TIME,
    /** Nanoseconds. */
    DURATION,
    /** Latitude in the high, longitude in the low 32 bits, each in units of 10^-7 degree. */
    GEO,
    /** 16 bytes in the variable part (IPv4 as IPv4-mapped IPv6); slot as for text. */
    IP
  }

  /** The largest scale of a decimal. */
  public static final int SCALE_MAX = 9;

  public static final FieldType TEXT = new FieldType(Kind.TEXT, 0, "");
  public static final FieldType INT = new FieldType(Kind.INT, 0, "");
  public static final FieldType MONEY = new FieldType(Kind.DECIMAL, 2, "");
  public static final FieldType BOOL = new FieldType(Kind.BOOL, 0, "");
  public static final FieldType TIME = new FieldType(Kind.TIME, 0, "");
  public static final FieldType DURATION = new FieldType(Kind.DURATION, 0, "");
  public static final FieldType GEO = new FieldType(Kind.GEO, 0, "");
  public static final FieldType IP = new FieldType(Kind.IP, 0, "");

  public FieldType {
    Objects.requireNonNull(kind);
    Objects.requireNonNull(unit);
    if (scale < 0 || scale > SCALE_MAX || (scale != 0 && kind != Kind.DECIMAL)) {
      throw new IllegalArgumentException("scale out of range: kind=" + kind + " scale=" + scale);
    }
  }

  /** A decimal with {@code scale} digits after the point, 0 to 9. */
  public static FieldType decimal(int scale) {
    return new FieldType(Kind.DECIMAL, scale, "");
  }

  /** True if the value lies in the variable part of a record and its slot holds hash and offset. */
  public boolean isVariable() {
    return kind == Kind.TEXT || kind == Kind.IP;
  }

  /** As it is written in a rule file. */
  @Override
  public String toString() {
    if (kind != Kind.DECIMAL) {
      return kind.name().toLowerCase(java.util.Locale.ROOT);
    }
    String base = scale == 2 ? "money" : "decimal(" + scale + ")";
    return unit.isEmpty() ? base : base + " " + unit;
  }
}
