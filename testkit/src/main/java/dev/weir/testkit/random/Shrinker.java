package dev.weir.testkit.random;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * Makes a failing list of choices shorter and lower as long as it fails: pieces of the case are
 * left out, then any choices, then set to 0, then single choices lowered. Ends when nothing helps
 * or after a number of tries.
 */
final class Shrinker {
  private final Predicate<Choices> fails;
  private int triesLeft;
  private Choices best;

  private Shrinker(Choices failing, Predicate<Choices> fails, int tries) {
    this.best = failing;
    this.fails = fails;
    this.triesLeft = tries;
  }

  /**
   * The simplest choices found.
   *
   * @param failing as run
   * @param fails runs the case and says whether it still fails
   */
  static int[] shrink(Choices failing, Predicate<Choices> fails, int tries) {
    Shrinker shrinker = new Shrinker(failing, fails, tries);
    Choices before;
    do {
      before = shrinker.best;
      shrinker.leaveOutPieces();
      shrinker.leaveOut();
      shrinker.setToZero();
      shrinker.lower();
    } while (shrinker.best != before && shrinker.triesLeft > 0);
    return shrinker.best.recorded();
  }

  private boolean isBetter(int[] candidate) {
    if (triesLeft <= 0) {
      return false;
    }
    triesLeft--;
    Choices run = Choices.replay(candidate);
    if (!fails.test(run) || !isSimpler(run.recorded(), best.recorded())) {
      return false;
    }
    best = run;
    return true;
  }

  /**
   * What a case does not read is not part of it, what it reads behind the end is: so look again.
   */
  private static boolean isSimpler(int[] a, int[] b) {
    return a.length != b.length ? a.length < b.length : Arrays.compare(a, b) < 0;
  }

  private boolean isBetterWithout(int from, int to) {
    int[] list = best.recorded();
    int[] candidate = new int[list.length - (to - from)];
    System.arraycopy(list, 0, candidate, 0, from);
    System.arraycopy(list, to, candidate, from, list.length - to);
    return isBetter(candidate);
  }

  private void leaveOutPieces() {
    List<Choices.Piece> pieces = best.pieces();
    for (int i = 0; i < pieces.size(); i++) {
      if (isBetterWithout(pieces.get(i).from(), pieces.get(i).to())) {
        pieces = best.pieces(); // those before this place were tried
        i--;
      }
    }
  }

  private void leaveOut() {
    for (int length = 8; length >= 1; length /= 2) {
      for (int from = best.recorded().length - length; from >= 0; from--) {
        if (from + length <= best.recorded().length) {
          isBetterWithout(from, from + length);
        }
      }
    }
  }

  private void setToZero() {
    for (int length = 16; length >= 2; length /= 2) {
      for (int from = 0; from + length <= best.recorded().length; from += length / 2) {
        int[] candidate = best.recorded();
        Arrays.fill(candidate, from, from + length, 0);
        if (!Arrays.equals(candidate, best.recorded())) {
          isBetter(candidate);
        }
      }
    }
  }

  private void lower() {
    for (int at = 0; at < best.recorded().length; at++) {
      int passing = -1; // the greatest value known not to fail
      while (at < best.recorded().length && triesLeft > 0) {
        int failing = best.recorded()[at];
        if (passing + 1 >= failing) {
          break;
        }
        int value = passing < 0 ? 0 : passing + (failing - passing) / 2;
        int[] candidate = best.recorded();
        candidate[at] = value;
        if (!isBetter(candidate)) {
          passing = value;
        }
      }
    }
  }
}
