package dev.weir.dsl.plan;

/** Durations as rules write them. */
public final class DurationText {
  private static final String[] WORDS = {"d", "h", "m", "s", "ms", "us", "ns"};
  private static final long[] NANOS = {
    86_400_000_000_000L, 3_600_000_000_000L, 60_000_000_000L, 1_000_000_000L, 1_000_000L, 1_000L, 1L
  };

  private DurationText() {}

  /** Nanoseconds in the largest units that are exact, such as {@code 1h30m}; not negative. */
  public static String print(long nanos) {
    if (nanos == 0) {
      return "0s";
    }
    StringBuilder out = new StringBuilder();
    long left = nanos;
    for (int i = 0; i < WORDS.length; i++) {
      long count = left / NANOS[i];
      if (count > 0) {
        out.append(count).append(WORDS[i]);
        left -= count * NANOS[i];
      }
    }
    return out.toString();
  }
}
