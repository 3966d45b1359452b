package dev.weir.testkit.reference;

import dev.weir.dsl.ast.Expression;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Functions of single values. One with a missing argument is missing, but for {@code coalesce}. */
final class Functions {
  private static final int SIMILAR_MAX = 1_000;
  private static final double EARTH_METRES = 6_371_008.8;
  private static final double DEGREE = 1e-7 * StrictMath.PI / 180;

  private final Evaluator evaluator;
  private final Arithmetic arithmetic;

  Functions(Evaluator evaluator, Arithmetic arithmetic) {
    this.evaluator = evaluator;
    this.arithmetic = arithmetic;
  }

  @Nullable Value call(String function, List<Expression> arguments, Scope scope) {
    if (function.equals("now")) {
      return new Value.Time(scope.at().timeNs());
    }
    if (function.equals("speed")) {
      return speed(located(arguments.get(0), scope), located(arguments.get(1), scope));
    }
    List<Value> values = new ArrayList<>();
    for (Expression argument : arguments) {
      Value value = evaluator.value(argument, scope);
      if (function.equals("coalesce")) {
        if (value != null) {
          return value;
        }
      } else if (value == null) {
        return null;
      } else {
        values.add(value);
      }
    }
    return function.equals("coalesce") ? null : apply(function, values);
  }

  private @Nullable Value apply(String function, List<Value> values) {
    Value first = values.get(0);
    return switch (function) {
      case "abs" -> abs(first);
      case "round" -> round((Value.Num) first, values.size() > 1 ? digits(values.get(1)) : 0);
      case "min" -> widened(Totals.extreme(values, -1), values);
      case "max" -> widened(Totals.extreme(values, 1), values);
      case "hash" -> new Value.Text(hash(text(first)));
      case "lower" -> new Value.Text(lower(text(first)));
      case "upper" -> new Value.Text(upper(text(first)));
      case "trim" -> new Value.Text(text(first).replaceAll("^[ \\t\\r\\n]+|[ \\t\\r\\n]+$", ""));
      case "length" -> Value.number(text(first).codePointCount(0, text(first).length()), 0);
      case "similarity" -> similarity(text(first), text(values.get(1)));
      case "luhn" -> new Value.Truth(isLuhn(text(first)));
      case "hour" -> Value.number(zoned(values).getHour(), 0);
      case "weekday" -> Value.number(weekday(zoned(values).getDayOfWeek()), 0);
      case "day" -> Value.number(zoned(values).toLocalDate().toEpochDay(), 0);
      case "distance" -> Value.number(metres(place(first), place(values.get(1))), 0);
      default -> throw new IllegalArgumentException("no such function: " + function);
    };
  }

  private static Value.Place place(Value value) {
    return value instanceof Value.Text text ? Literals.place(text.text()) : (Value.Place) value;
  }

  private static String text(Value value) {
    return ((Value.Text) value).text();
  }

  private static int digits(Value value) {
    return ((Value.Num) value).numerator().intValueExact();
  }

  private @Nullable Value abs(Value value) {
    boolean isNegative =
        value instanceof Value.Span span
            ? span.nanos() < 0
            : ((Value.Num) value).numerator().signum() < 0;
    return isNegative ? arithmetic.negate(value) : value;
  }

  /** Numbers are brought to the widest scale of all; missing where one does not fit there. */
  private @Nullable Value widened(Value chosen, List<Value> values) {
    if (!(chosen instanceof Value.Num num)) {
      return chosen;
    }
    int scale = values.stream().mapToInt(v -> ((Value.Num) v).scale()).max().orElse(0);
    boolean isRatio = values.stream().anyMatch(v -> ((Value.Num) v).isRatio());
    for (Value value : values) {
      Value.Num each = (Value.Num) value;
      if (arithmetic.fit(new Value.Num(each.numerator(), each.denominator(), scale, isRatio))
          == null) {
        return null;
      }
    }
    return new Value.Num(num.numerator(), num.denominator(), scale, isRatio);
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private @Nullable Value round(Value.Num num, int scale) {
    BigDecimal rounded =
        new BigDecimal(num.numerator())
            .divide(new BigDecimal(num.denominator()), scale, RoundingMode.HALF_EVEN);
    return arithmetic.fit(
        new Value.Num(rounded.unscaledValue(), BigInteger.TEN.pow(scale), scale, false));
  }

  private static String lower(String text) {
    StringBuilder out = new StringBuilder();
    text.chars().forEach(c -> out.append((char) (c >= 'A' && c <= 'Z' ? c + 32 : c)));
    return out.toString();
  }

  private static String upper(String text) {
    StringBuilder out = new StringBuilder();
    text.chars().forEach(c -> out.append((char) (c >= 'a' && c <= 'z' ? c - 32 : c)));
    return out.toString();
  }

  /**
   * 1 less the edit distance over the length of the longer text, in code points; none where that is
   * beyond 1,000.
   */
  private static @Nullable Value similarity(String a, String b) {
    int[] left = a.codePoints().toArray();
    int[] right = b.codePoints().toArray();
    int longest = Math.max(left.length, right.length);
    if (longest > SIMILAR_MAX) {
      return null;
    }
    if (longest == 0) {
      return Value.ratio(1, 1, 0);
    }
    int[][] distance = new int[left.length + 1][right.length + 1];
    for (int i = 0; i <= left.length; i++) {
      for (int j = 0; j <= right.length; j++) {
        if (i == 0 || j == 0) {
          distance[i][j] = i + j;
        } else {
          int swap = distance[i - 1][j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
          distance[i][j] = Math.min(swap, Math.min(distance[i - 1][j], distance[i][j - 1]) + 1);
        }
      }
    }
    return Value.ratio(longest - distance[left.length][right.length], longest, 0);
  }

  /** Digits only, at least two, with a right check digit. */
  private static boolean isLuhn(String digits) {
    if (!digits.matches("[0-9]{2,}")) {
      return false;
    }
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(digits.length() - 1 - i) - '0';
      int counted = i % 2 == 1 ? 2 * digit : digit;
      sum += counted > 9 ? counted - 9 : counted;
    }
    return sum % 10 == 0;
  }

  private static ZonedDateTime zoned(List<Value> values) {
    long nanos = ((Value.Time) values.get(0)).nanos();
    ZoneId zone = ZoneId.of(values.size() > 1 ? text(values.get(1)) : "UTC");
    return Instant.ofEpochSecond(
            Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L))
        .atZone(zone);
  }

  private static int weekday(DayOfWeek day) {
    return day.getValue();
  }

  /** Along a great circle, half even to whole metres. */
  private static long metres(Value.Place a, Value.Place b) {
    double lat1 = a.latitude() * DEGREE;
    double lat2 = b.latitude() * DEGREE;
    double dLat = lat2 - lat1;
    double dLon = ((long) b.longitude() - a.longitude()) * DEGREE;
    double sinLat = StrictMath.sin(dLat / 2);
    double sinLon = StrictMath.sin(dLon / 2);
    double h = sinLat * sinLat + StrictMath.cos(lat1) * StrictMath.cos(lat2) * sinLon * sinLon;
    double metres = 2 * EARTH_METRES * StrictMath.asin(StrictMath.sqrt(Math.min(1, h)));
    return (long) StrictMath.rint(metres);
  }

  private record Located(Value.Place place, long timeNs) {}

  /** The place and time of an event: a step, or {@code this} for the event at hand. */
  private static @Nullable Located located(Expression e, Scope scope) {
    Ev event;
    if (e instanceof Expression.Variable v && v.name().equals("this")) {
      event = scope.event();
    } else if (e instanceof Expression.Previous previous) {
      event = scope.history().previous(previous.type().text(), scope);
    } else {
      Records records = Records.of(e, scope);
      State.Took took = records == null ? null : records.event();
      event = took == null ? null : took.event();
    }
    if (event == null) {
      return null;
    }
    for (Value value : event.values().values()) {
      if (value instanceof Value.Place place) {
        Value.Time at = (Value.Time) java.util.Objects.requireNonNull(event.value("at"));
        return new Located(place, at.nanos());
      }
    }
    return null;
  }

  /** Kilometres an hour between two events; missing where no time lies between them. */
  private @Nullable Value speed(@Nullable Located a, @Nullable Located b) {
    if (a == null || b == null) {
      return null;
    }
    BigInteger hourNanos = BigInteger.valueOf(3_600_000_000_000L);
    long nanos = Math.abs(b.timeNs() - a.timeNs());
    if (nanos == 0) {
      return null;
    }
    return arithmetic.fit(
        new Value.Num(
            BigInteger.valueOf(metres(a.place(), b.place())).multiply(hourNanos),
            BigInteger.valueOf(nanos).multiply(BigInteger.valueOf(1000)),
            0,
            /* isRatio= */ true));
  }

  /** The first loop or group that an expression mentions, or empty. */
  static String loopIn(Expression e, Scope scope) {
    if (e instanceof Expression.Variable v) {
      return scope.def().stepNames.containsKey(v.name()) ? v.name() : "";
    }
    List<Expression> parts = new ArrayList<>();
    if (e instanceof Expression.Member member) {
      parts.add(member.target());
    } else if (e instanceof Expression.Binary binary) {
      parts.add(binary.left());
      parts.add(binary.right());
    } else if (e instanceof Expression.Unary unary) {
      parts.add(unary.operand());
    } else if (e instanceof Expression.Logical logical) {
      parts.addAll(logical.operands());
    } else if (e instanceof Expression.IsMissing missing) {
      parts.add(missing.operand());
    } else if (e instanceof Expression.InList in) {
      parts.add(in.operand());
    } else if (e instanceof Expression.InValues in) {
      parts.add(in.operand());
    } else if (e instanceof Expression.Call call) {
      parts.addAll(call.arguments());
    }
    for (Expression part : parts) {
      String found = loopIn(part, scope);
      if (!found.isEmpty()) {
        return found;
      }
    }
    return "";
  }
}
