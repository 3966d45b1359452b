package dev.weir.testkit.differential;

import dev.weir.testkit.random.Choices;
import dev.weir.testkit.random.Property;
import dev.weir.testkit.reference.Outcome;
import dev.weir.testkit.reference.Outcome.Counter;
import dev.weir.testkit.reference.Reference;
import dev.weir.testkit.reference.TooLarge;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongPredicate;

/**
 * Compares the engine with the reference over random pairs of rules and streams, for as many as
 * asked, and counts what the pairs were. A seed gives the same pair on every machine. Cost: about a
 * millisecond a pair; some hundred times that where many partial matches are open. Owned by one
 * thread.
 */
public final class DifferentialRun {
  private static final int EVENTS_MAX = 20;

  private final SortedMap<String, Long> words = new TreeMap<>();
  private final SortedMap<Counter, Long> counters = new TreeMap<>();
  private final SortedMap<Counter, Long> pairs = new TreeMap<>();
  private final List<String> differences = new ArrayList<>();
  private long drawn;
  private long compared;
  private long matching;
  private long competing;
  private long tooLarge;

  /**
   * Draws pairs from this seed on, one a seed, until {@code goesOn} says no.
   *
   * @param goesOn is asked before each pair with the number of pairs drawn
   * @param differencesMax ends there
   */
  public void run(long firstSeed, LongPredicate goesOn, int differencesMax) {
    while (goesOn.test(drawn) && differences.size() < differencesMax) {
      long seed = firstSeed + drawn;
      drawn++;
      Property.failure(seed, this::compare)
          .ifPresent(e -> differences.add("seed " + seed + "\n" + e.getMessage()));
    }
  }

  /** Compares one pair; throws where engine and reference differ. */
  public void compare(Choices choices) {
    RandomCase random = RandomCase.draw(choices, EVENTS_MAX);
    Outcome expected;
    try {
      expected =
          Reference.run(List.of(random.file()), random.stream().events(), random.stream().endNs());
    } catch (TooLarge e) {
      tooLarge++;
      return;
    }
    Comparison.assertSame(random, expected.alerts());
    compared++;
    matching += expected.alerts().isEmpty() ? 0 : 1;
    competing += competes(expected) ? 1 : 0;
    random.words().forEach(word -> words.merge(word, 1L, Long::sum));
    for (Counter counter : Counter.values()) {
      long count = expected.count(counter);
      counters.merge(counter, count, Long::sum);
      pairs.merge(counter, count > 0 ? 1L : 0L, Long::sum);
    }
  }

  /** Several matches were complete at one instant, or one took the events of others. */
  private static boolean competes(Outcome outcome) {
    return outcome.count(Counter.COMPETING_INSTANTS) > 0
        || outcome.count(Counter.ENDED_BY_CONSUMPTION) > 0
        || outcome.count(Counter.UNDONE_BY_CONSUMPTION) > 0;
  }

  /** Pairs compared without a difference. */
  public long compared() {
    return compared;
  }

  /** Where engine and reference differ: the seed, the pair and the alerts of both. */
  public List<String> differences() {
    return List.copyOf(differences);
  }

  /** Percent of the pairs compared in which the reference alerts. */
  public double matchingPercent() {
    return percent(matching);
  }

  /** Percent of the pairs compared in which matches compete. */
  public double competingPercent() {
    return percent(competing);
  }

  /** Pairs too large for the reference, in percent of those compared. */
  public double tooLargePercent() {
    return percent(tooLarge);
  }

  private double percent(long some) {
    return 100.0 * some / compared;
  }

  /** One line: how many pairs, and what they were. */
  public String summary() {
    return String.format(
        java.util.Locale.ROOT,
        "pairs compared: %d, with alerts: %.1f %%, with competing matches: %.1f %%,"
            + " too large for the reference: %d, different: %d",
        compared,
        matchingPercent(),
        competingPercent(),
        tooLarge,
        differences.size());
  }

  /** The summary, and how often each word of the language and each thing counted was there. */
  public String report() {
    StringBuilder out = new StringBuilder(summary());
    out.append("\nwords of rules, in percent of the pairs:");
    words.forEach((word, count) -> line(out, percent(count), word));
    out.append("\nwhat happened, in percent of the pairs, and how often in all:");
    pairs.forEach(
        (counter, count) -> line(out, percent(count), counter + " " + counters.get(counter)));
    return out.toString();
  }

  private static void line(StringBuilder out, double percent, String what) {
    out.append(String.format(java.util.Locale.ROOT, "\n  %5.1f %s", percent, what));
  }

  /**
   * {@code DifferentialRun PAIRS [SEED [DIFFERENCES]]}: prints differences as they are found, a
   * line of progress each 10,000 pairs, and a report; the exit code is 1 if there was a difference.
   *
   * @param args pairs to draw, the first seed (1), and after how many differences to end (1)
   */
  public static void main(String[] args) {
    long count = Long.parseLong(args[0]);
    long seed = args.length > 1 ? Long.parseLong(args[1]) : 1;
    int differencesMax = args.length > 2 ? Integer.parseInt(args[2]) : 1;
    DifferentialRun run = new DifferentialRun();
    int[] shown = new int[1];
    run.run(
        seed,
        drawn -> {
          for (; shown[0] < run.differences.size(); shown[0]++) {
            System.out.println("DIFFERENT: " + run.differences.get(shown[0]));
          }
          if (drawn > 0 && drawn % 10_000 == 0) {
            System.out.println(
                "seeds " + seed + " to " + (seed + drawn - 1) + ", " + run.summary());
          }
          return drawn < count;
        },
        differencesMax);
    for (; shown[0] < run.differences.size(); shown[0]++) {
      System.out.println("DIFFERENT: " + run.differences.get(shown[0]));
    }
    System.out.println(run.report());
    System.exit(run.differences.isEmpty() ? 0 : 1);
  }
}
