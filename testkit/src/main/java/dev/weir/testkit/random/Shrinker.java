package dev.weir.testkit.random;

import java.util.Arrays;
import java.util.function.Predicate;

/**
 * Makes a failing list of choices shorter and lower as long as it fails: pieces are left out, then
 * set to 0, then single choices lowered. Ends when nothing helps or after a number of tries.
 */
final class Shrinker {
  private final Predicate<int[]> fails;
  private int triesLeft;
  private int[] best;

  private Shrinker(int[] failing, Predicate<int[]> fails, int tries) {
    this.best = failing;
    this.fails = fails;
    this.triesLeft = tries;
  }

  static int[] shrink(int[] failing, Predicate<int[]> fails, int tries) {
    Shrinker shrinker = new Shrinker(failing.clone(), fails, tries);
    int[] before;
    do {
      before = shrinker.best;
      shrinker.leaveOut();
      shrinker.setToZero();
      shrinker.lower();
    } while (shrinker.best != before && shrinker.triesLeft > 0);
    return shrinker.best;
  }

  private boolean isBetter(int[] candidate) {
    if (triesLeft <= 0) {
      return false;
    }
    triesLeft--;
    if (!fails.test(candidate)) {
      return false;
    }
    best = candidate;
    return true;
  }

  private void leaveOut() {
    for (int length = Math.max(1, best.length / 2); length >= 1; length = shorter(length)) {
      for (int from = best.length - length; from >= 0; from--) {
        if (from + length > best.length) {
          continue;
        }
        int[] candidate = new int[best.length - length];
        System.arraycopy(best, 0, candidate, 0, from);
        System.arraycopy(best, from + length, candidate, from, candidate.length - from);
        isBetter(candidate);
      }
    }
  }

  /** Halves; every length from 12 down, since the parts of a case are short. */
  private static int shorter(int length) {
    return length > 12 ? Math.max(12, length / 2) : length - 1;
  }

  private void setToZero() {
    for (int length = 8; length >= 2; length /= 2) {
      for (int from = 0; from + length <= best.length; from += length / 2) {
        int[] candidate = best.clone();
        Arrays.fill(candidate, from, from + length, 0);
        if (!Arrays.equals(candidate, best)) {
          isBetter(candidate);
        }
      }
    }
  }

  private void lower() {
    for (int at = 0; at < best.length; at++) {
      int passing = -1; // the greatest value known not to fail
      int failing = best[at];
      while (passing + 1 < failing && triesLeft > 0 && at < best.length) {
        int value = passing < 0 ? 0 : passing + (failing - passing) / 2;
        int[] candidate = best.clone();
        candidate[at] = value;
        if (isBetter(candidate)) {
          failing = value;
        } else {
          passing = value;
        }
      }
    }
  }
}
