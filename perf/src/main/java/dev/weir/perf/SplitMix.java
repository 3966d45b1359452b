package dev.weir.perf;

/**
 * SplitMix64 (Steele, Lea and Flood 2014): the one source of numbers, so that a stream is its seed.
 * Owned by one thread.
 */
final class SplitMix {
  private long state;

  SplitMix(long seed) {
    this.state = seed;
  }

  long nextLong() {
    state += 0x9E3779B97F4A7C15L;
    long z = state;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }

  /** In [0, bound); its bias is below bound / 2^32. */
  int nextInt(int bound) {
    return (int) ((nextLong() >>> 32) * bound >>> 32);
  }

  /** In [0, 1). */
  double nextDouble() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  /** Exponentially distributed with this mean. */
  double nextExponential(double mean) {
    return -mean * StrictMath.log(1 - nextDouble());
  }
}
