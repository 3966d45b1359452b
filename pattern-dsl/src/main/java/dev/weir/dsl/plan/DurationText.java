package dev.weir.dsl.plan;

import java.util.List;

/** Durations as rules write them. */
public final class DurationText {
  /** A unit of a duration. */
  public record Unit(String word, long nanos) {}

  /** The units that a duration is written in, the largest first, down to the nanosecond. */
  public static final List<Unit> UNITS =
      List.of(
          new Unit("d", 86_400_000_000_000L),
          new Unit("h", 3_600_000_000_000L),
          new Unit("m", 60_000_000_000L),
          new Unit("s", 1_000_000_000L),
          new Unit("ms", 1_000_000L),
          new Unit("us", 1_000L),
          new Unit("ns", 1L));

  private DurationText() {}

  /** Nanoseconds in the largest units that are exact, such as {@code 1h30m} or {@code -2s}. */
  public static String print(long nanos) {
    if (nanos == 0) {
      return "0s";
    }
    StringBuilder out = new StringBuilder(nanos < 0 ? "-" : "");
    long left = Math.abs(nanos); // the least long stays as it is, which is right without its sign
    for (Unit unit : UNITS) {
      long count = Long.divideUnsigned(left, unit.nanos());
      if (count > 0) {
        out.append(count).append(unit.word());
        left -= count * unit.nanos();
      }
    }
    return out.toString();
  }
}
