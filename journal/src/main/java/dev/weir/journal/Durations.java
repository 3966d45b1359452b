package dev.weir.journal;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How long something took, counted by size: a histogram with fixed bounds from 50 microseconds to
 * 30 seconds. Safe for many threads; adding allocates nothing.
 */
public final class Durations {
  private static final long[] BOUNDS_NS = {
    50_000L,
    100_000L,
    250_000L,
    500_000L,
    1_000_000L,
    2_500_000L,
    5_000_000L,
    10_000_000L,
    25_000_000L,
    50_000_000L,
    100_000_000L,
    250_000_000L,
    500_000_000L,
    1_000_000_000L,
    2_500_000_000L,
    5_000_000_000L,
    10_000_000_000L,
    30_000_000_000L
  };

  private final AtomicLongArray counts = new AtomicLongArray(BOUNDS_NS.length + 1);
  private final AtomicLong sumNs = new AtomicLong();

  /** Counts something that took so long. */
  public void add(long durationNs) {
    add(durationNs, 1);
  }

  /** Counts so many that took so long each. */
  public void add(long durationNs, long times) {
    int at = 0;
    while (at < BOUNDS_NS.length && durationNs > BOUNDS_NS[at]) {
      at++;
    }
    counts.getAndAdd(at, times);
    sumNs.getAndAdd(Math.max(0, durationNs) * times);
  }

  /**
   * The counts so far.
   *
   * @param upToNs bounds, ascending, each in its class
   * @param counts of each class; the last is of what is above all bounds
   */
  public record Counts(long[] upToNs, long[] counts, long sumNs) {
    public Counts {
      upToNs = upToNs.clone();
      counts = counts.clone();
    }

    @Override
    public long[] upToNs() {
      return upToNs.clone();
    }

    @Override
    public long[] counts() {
      return counts.clone();
    }

    /** Of all classes. */
    public long total() {
      long total = 0;
      for (long count : counts) {
        total += count;
      }
      return total;
    }
  }

  /** The counts so far, of about the same moment. */
  public Counts counts() {
    long[] now = new long[counts.length()];
    for (int i = 0; i < now.length; i++) {
      now[i] = counts.get(i);
    }
    return new Counts(BOUNDS_NS, now, sumNs.get());
  }
}
