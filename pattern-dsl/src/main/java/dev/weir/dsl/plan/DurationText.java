package dev.weir.dsl.plan;

/** Durations as rules write them. */
public final class DurationText {
  /** Takes the parts of a duration, in order. */
  public interface Writer {
    /** A sign or a unit. */
    void word(String word);

    /** How many of the unit that follows, not negative. */
    void count(long count);
  }

  private static final String[] WORDS = {"d", "h", "m", "s", "ms", "us", "ns"};
  private static final long[] NANOS = {
    86_400_000_000_000L, 3_600_000_000_000L, 60_000_000_000L, 1_000_000_000L, 1_000_000L, 1_000L, 1L
  };

  private DurationText() {}

  /** Nanoseconds in the largest units that are exact, such as {@code 1h30m} or {@code -2s}. */
  public static String print(long nanos) {
    StringBuilder out = new StringBuilder();
    write(
        nanos,
        new Writer() {
          @Override
          public void word(String word) {
            out.append(word);
          }

          @Override
          public void count(long count) {
            out.append(count);
          }
        });
    return out.toString();
  }

  /** As {@link #print}, into a writer; allocates nothing. */
  public static void write(long nanos, Writer to) {
    if (nanos == 0) {
      to.word("0s");
      return;
    }
    if (nanos < 0) {
      to.word("-");
    }
    long left = Math.abs(nanos); // the least long stays as it is, which is right without its sign
    for (int i = 0; i < WORDS.length; i++) {
      long count = Long.divideUnsigned(left, NANOS[i]);
      if (count > 0) {
        to.count(count);
        to.word(WORDS[i]);
        left -= count * NANOS[i];
      }
    }
  }
}
