package dev.weir.perf;

import java.util.Arrays;

/** Bounded Zipf over 0 .. keys-1 with permuted ids, drawn by bisection over the distribution. */
final class Zipf {
  private final double[] upTo;
  private final int[] id;

  Zipf(int keys, double exponent, long seed) {
    upTo = new double[keys];
    double sum = 0;
    for (int i = 0; i < keys; i++) {
      sum += StrictMath.pow(i + 1, -exponent);
      upTo[i] = sum;
    }
    id = new int[keys];
    Arrays.setAll(id, i -> i);
    SplitMix random = new SplitMix(seed);
    for (int i = keys - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int kept = id[i];
      id[i] = id[j];
      id[j] = kept;
    }
  }

  int next(SplitMix random) {
    int at = Arrays.binarySearch(upTo, random.nextDouble() * upTo[upTo.length - 1]);
    return id[Math.min(at < 0 ? ~at : at + 1, id.length - 1)];
  }
}
