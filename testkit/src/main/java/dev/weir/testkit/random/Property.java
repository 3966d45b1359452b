package dev.weir.testkit.random;

import java.util.Arrays;
import java.util.Optional;

/**
 * Runs a claim over many cases and shows the simplest case that breaks it. Seeds are fixed unless
 * {@code -Dweir.seed=N} and {@code -Dweir.cases=N} say otherwise; the failure names the seed that
 * gives the case again, and the shrunk choices. Owned by one thread.
 */
public final class Property {
  /** The seed of the first case where none is told; those of the others follow it. */
  private static final long SEED = 20_260_101L;

  private static final int SHRINK_TRIES = Integer.getInteger("weir.shrink", 4_000);

  /** Something that holds for every case: throws where it does not. */
  @FunctionalInterface
  public interface Claim {
    void holds(Choices choices);
  }

  private Property() {}

  /** Tells how many cases to run: {@code -Dweir.cases}, or this many. */
  public static int cases(int unlessTold) {
    return Integer.getInteger("weir.cases", unlessTold);
  }

  /** Draws this many cases, or what {@code -Dweir.cases} says, and checks the claim on each. */
  public static void check(int cases, Claim claim) {
    run(Long.getLong("weir.seed", SEED), cases(cases), claim);
  }

  /** What breaks the claim at the case of one seed, as it was drawn; a discarded case does not. */
  public static Optional<Throwable> failure(long seed, Claim claim) {
    return failure(claim, Choices.random(seed));
  }

  static void run(long firstSeed, int cases, Claim claim) {
    int discarded = 0;
    for (int i = 0; i < cases; i++) {
      long seed = firstSeed + i;
      Choices choices = Choices.random(seed);
      Optional<Throwable> failure = failure(claim, choices);
      if (failure.isPresent()) {
        String again = "-Dweir.seed=" + seed + " -Dweir.cases=1";
        throw shrunk(claim, choices, "case " + (i + 1) + " of " + cases + ", again by " + again);
      }
      if (choices.isDiscarded()) {
        discarded++;
      }
    }
    if (discarded > cases / 2) {
      throw new AssertionError("too few cases count: discarded=" + discarded + " of " + cases);
    }
  }

  /**
   * Checks the claim on every case there is, simplest first; returns their number.
   *
   * @param casesMax throws if there are more
   */
  public static int checkAll(int casesMax, Claim claim) {
    Optional<Choices> next = Optional.of(Choices.replay());
    int cases = 0;
    while (next.isPresent()) {
      if (cases++ == casesMax) {
        throw new IllegalStateException("too many cases: limit=" + casesMax);
      }
      Choices choices = next.get();
      if (failure(claim, choices).isPresent()) {
        throw shrunk(claim, choices, "case " + cases + " of all");
      }
      next = choices.following();
    }
    return cases;
  }

  private static AssertionError shrunk(Claim claim, Choices choices, String which) {
    int[] simplest =
        Shrinker.shrink(choices, candidate -> failure(claim, candidate).isPresent(), SHRINK_TRIES);
    Throwable cause =
        failure(claim, Choices.replay(simplest))
            .orElseGet(
                () -> new IllegalStateException("fails at times only: it is not a function"));
    return new AssertionError(
        "does not hold: "
            + which
            + "\nshrunk to choices "
            + Arrays.toString(simplest)
            + "\n"
            + cause.getMessage(),
        cause);
  }

  private static Optional<Throwable> failure(Claim claim, Choices choices) {
    try {
      claim.holds(choices);
      return Optional.empty();
    } catch (Choices.Discarded e) {
      return Optional.empty();
    } catch (RuntimeException | AssertionError | StackOverflowError e) {
      return Optional.of(e);
    }
  }
}
