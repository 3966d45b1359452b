package dev.weir.testkit.reference;

import dev.weir.dsl.ast.Expression;
import dev.weir.dsl.ast.TypeName;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Values from what was written and from records. */
final class Literals {
  private static final long NANOS_OF_SECOND = 1_000_000_000L;

  private Literals() {}

  static int scale(TypeName type) {
    return switch (type.word()) {
      case "money" -> 2;
      case "decimal" -> type.scale();
      default -> 0;
    };
  }

  /** The value that a record holds for a field of this type. */
  static Value ofRecord(TypeName type, Object raw) {
    return switch (type.word()) {
      case "int", "money", "decimal" -> Value.number((Long) raw, scale(type));
      case "text" -> new Value.Text((String) raw);
      case "bool" -> new Value.Truth((Boolean) raw);
      case "time" -> new Value.Time((Long) raw);
      case "duration" -> new Value.Span((Long) raw);
      case "geo" -> new Value.Place((int) ((Long) raw >> 32), (int) (long) (Long) raw);
      case "ip" -> Value.address((byte[]) raw);
      default -> throw new IllegalArgumentException("no such type: " + type.word());
    };
  }

  /** A written number; its scale is the digits behind the point. */
  static Value.Num number(String digits) {
    BigDecimal value = new BigDecimal(digits);
    return new Value.Num(
        value.unscaledValue(), BigInteger.TEN.pow(value.scale()), value.scale(), false);
  }

  /** The number of a declared type: with the scale of that type. */
  private static Value scaled(String digits, int scale) {
    BigDecimal exact = new BigDecimal(digits).setScale(scale, RoundingMode.UNNECESSARY);
    return Value.number(exact.unscaledValue().longValueExact(), scale);
  }

  /** A literal as a value of a declared type. */
  static Value ofType(TypeName type, Expression literal) {
    if (literal instanceof Expression.NumberLiteral number) {
      return scaled(number.digits(), scale(type));
    }
    if (literal instanceof Expression.TextLiteral text) {
      return ofText(type.word(), scale(type), text.value());
    }
    return plain(literal);
  }

  /** A line of a list file as a value of a declared type. */
  static Value ofLine(TypeName type, String line) {
    return ofText(type.word(), scale(type), line);
  }

  private static Value ofText(String word, int scale, String text) {
    return switch (word) {
      case "int", "money", "decimal" -> scaled(text, scale);
      case "bool" -> new Value.Truth(text.equals("true"));
      case "time" -> time(text);
      case "ip" -> address(text);
      case "geo" -> place(text);
      default -> new Value.Text(text);
    };
  }

  /** A literal by itself. */
  static Value plain(Expression literal) {
    if (literal instanceof Expression.NumberLiteral number) {
      return number(number.digits());
    }
    if (literal instanceof Expression.TextLiteral text) {
      return new Value.Text(text.value());
    }
    if (literal instanceof Expression.BoolLiteral bool) {
      return new Value.Truth(bool.value());
    }
    return new Value.Span(((Expression.DurationLiteral) literal).nanos());
  }

  /** A text takes the type of what it is compared with. */
  static @Nullable Value adapted(@Nullable Value value, @Nullable Value other) {
    if (value instanceof Value.Text text) {
      if (other instanceof Value.Time) {
        return time(text.text());
      }
      if (other instanceof Value.Address) {
        return address(text.text());
      }
      if (other instanceof Value.Place) {
        return place(text.text());
      }
    }
    return value;
  }

  static Value.Time time(String text) {
    return new Value.Time(nanos(text));
  }

  /** Epoch nanoseconds of an ISO instant. */
  static long nanos(String text) {
    Instant instant = Instant.parse(text);
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), NANOS_OF_SECOND), instant.getNano());
  }

  static Value.Address address(String text) {
    try {
      byte[] bytes = InetAddress.getByName(text).getAddress(); // a literal: no look-up
      BigInteger bits = new BigInteger(1, bytes);
      return new Value.Address(
          bytes.length == 4 ? bits.or(BigInteger.valueOf(0xffff).shiftLeft(32)) : bits);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("not an address: " + text, e);
    }
  }

  /** Whether an address lies in a network such as {@code 10.0.0.0/8}. */
  static boolean isIn(Value.Address address, String network) {
    int slash = network.indexOf('/');
    String base = slash < 0 ? network : network.substring(0, slash);
    int width = base.indexOf(':') < 0 ? 32 : 128;
    int prefix = slash < 0 ? width : Integer.parseInt(network.substring(slash + 1));
    int free = width - prefix;
    return address.bits().shiftRight(free).equals(address(base).bits().shiftRight(free));
  }

  /** A place from latitude and longitude in degrees with a comma between. */
  static Value.Place place(String text) {
    String[] parts = text.split(",", -1);
    return new Value.Place(
        new BigDecimal(parts[0].strip()).movePointRight(7).intValueExact(),
        new BigDecimal(parts[1].strip()).movePointRight(7).intValueExact());
  }
}
