package dev.weir.dsl.syntax;

import dev.weir.dsl.plan.DurationText;
import java.util.Optional;

/** Values of words in a rule file. */
public final class Literals {
  private Literals() {}

  /** Nanoseconds of a duration such as {@code 1h30m}; empty if they do not fit 64 bits. */
  public static Optional<Long> duration(String text) {
    long total = 0;
    int at = 0;
    try {
      while (at < text.length()) {
        long count = 0;
        while (Character.isDigit(text.charAt(at)) || text.charAt(at) == '_') {
          if (text.charAt(at) != '_') {
            count = Math.addExact(Math.multiplyExact(count, 10), text.charAt(at) - '0');
          }
          at++;
        }
        int unit = at;
        while (at < text.length() && Character.isLetter(text.charAt(at))) {
          at++;
        }
        total = Math.addExact(total, Math.multiplyExact(count, unit(text.substring(unit, at))));
      }
    } catch (ArithmeticException e) {
      return Optional.empty();
    }
    return Optional.of(total);
  }

  /** Nanoseconds of a unit of time. */
  private static long unit(String word) {
    return switch (word) {
      case "ns" -> 1L;
      case "us" -> 1_000L;
      case "ms" -> 1_000_000L;
      case "s" -> 1_000_000_000L;
      case "m" -> 60_000_000_000L;
      case "h" -> 3_600_000_000_000L;
      case "d" -> 86_400_000_000_000L;
      case "w" -> 7 * 86_400_000_000_000L;
      default -> throw new IllegalArgumentException("no such unit: " + word);
    };
  }

  /** A duration as a rule writes it: the fewest words that are exact. */
  public static String printDuration(long nanos) {
    return DurationText.print(nanos);
  }

  /** The value of a text literal with its quotes. */
  static String unquote(String quoted) {
    StringBuilder out = new StringBuilder();
    int i = 1;
    while (i < quoted.length() - 1) {
      char c = quoted.charAt(i++);
      if (c == '\\') {
        char escaped = quoted.charAt(i++);
        out.append(escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped);
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
