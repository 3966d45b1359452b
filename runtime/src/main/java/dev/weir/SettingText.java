package dev.weir;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Settings as they are written, each with its unit: {@code 10s}, {@code 64MiB}, {@code 50/s}. What
 * is not one throws an {@link IllegalArgumentException} whose message goes on after the setting's
 * name.
 */
public final class SettingText {
  private static final Pattern NUMBER_AND_UNIT =
      Pattern.compile("([0-9]{1,15}(?:\\.[0-9]{1,9})?)\\s*([A-Za-z/]*)");

  private static final Map<String, Long> NANOS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L,
          "d", 86_400_000_000_000L);

  private static final Map<String, Long> BYTES =
      Map.of("B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30, "TiB", 1L << 40);

  private SettingText() {}

  /** A duration above 0. */
  public static Duration duration(String text) {
    long nanos = scaled(text, NANOS, "must be a duration such as `10s`, `500ms`, `5m` or `3d`");
    return Duration.ofNanos(nanos);
  }

  /** A number of bytes above 0. */
  public static long bytes(String text) {
    return scaled(text, BYTES, "must be a size such as `64MiB` or `1GiB`");
  }

  /** How often a second, above 0. */
  public static double perSecond(String text) {
    String mistake = "must be a rate such as `50/s` or `600/m`";
    Matcher matcher = NUMBER_AND_UNIT.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(mistake);
    }
    Long unit = matcher.group(2).startsWith("/") ? NANOS.get(matcher.group(2).substring(1)) : null;
    double rate = unit == null ? 0 : Double.parseDouble(matcher.group(1)) * 1e9 / unit;
    if (rate <= 0) {
      throw new IllegalArgumentException(mistake);
    }
    return rate;
  }

  /** A whole number from least to most. */
  public static int count(String text, int least, int most) {
    if (text.matches("[0-9]{1,9}")) {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    }
    throw new IllegalArgumentException("must be a whole number from " + least + " to " + most);
  }

  static boolean flag(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("must be `true` or `false`");
    };
  }

  /** A duration in the largest unit that says it whole. */
  public static String written(Duration time) {
    long nanos = time.toNanos();
    for (String unit : new String[] {"d", "h", "m", "s", "ms", "us"}) {
      long size = java.util.Objects.requireNonNull(NANOS.get(unit));
      if (nanos % size == 0) {
        return nanos / size + unit;
      }
    }
    return nanos + "ns";
  }

  private static long scaled(String text, Map<String, Long> units, String mistake) {
    Matcher matcher = NUMBER_AND_UNIT.matcher(text.strip());
    Long unit = matcher.matches() ? units.get(matcher.group(2)) : null;
    if (unit == null) {
      throw new IllegalArgumentException(mistake);
    }
    BigDecimal value = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit));
    if (value.compareTo(BigDecimal.ONE) < 0
        || value.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw new IllegalArgumentException(mistake);
    }
    return value.longValue();
  }
}
