package dev.weir.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.random.Choices;
import dev.weir.testkit.random.Property;
import dev.weir.testkit.reference.Outcome;
import dev.weir.testkit.reference.Outcome.Counter;
import dev.weir.testkit.reference.Reference;
import dev.weir.testkit.reference.TooLarge;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The engine gives the alerts of the reference, in its order, for random rules and streams. */
class DifferentialTest {
  private static final int CASES = 1_500;
  private static final int EVENTS_MAX = 20;

  private final Map<String, Integer> words = new TreeMap<>();
  private final Map<Counter, Long> counters = new TreeMap<>();
  private final Map<Counter, Integer> pairs = new TreeMap<>();
  private int compared;
  private int matching;
  private int competing;
  private int tooLarge;

  @Test
  void shouldAlertWhatTheReferenceAlerts() {
    Property.check(CASES, this::compare);
    report();
    if (compared < 1_000) {
      return; // a few cases, asked for by hand, have no shares
    }
    assertThat(percent(matching)).as("percent of pairs that match").isGreaterThan(40);
    assertThat(percent(competing)).as("percent of pairs with competing matches").isGreaterThan(30);
    assertThat(percent(tooLarge)).as("percent too large for the reference").isLessThan(5);
  }

  private double percent(int some) {
    return 100.0 * some / compared;
  }

  private void compare(Choices choices) {
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
    random.words().forEach(word -> words.merge(word, 1, Integer::sum));
    for (Counter counter : Counter.values()) {
      long count = expected.count(counter);
      counters.merge(counter, count, Long::sum);
      pairs.merge(counter, count > 0 ? 1 : 0, Integer::sum);
    }
  }

  /** Several matches were complete at one instant, or one took the events of others. */
  private static boolean competes(Outcome outcome) {
    return outcome.count(Counter.COMPETING_INSTANTS) > 0
        || outcome.count(Counter.ENDED_BY_CONSUMPTION) > 0
        || outcome.count(Counter.UNDONE_BY_CONSUMPTION) > 0;
  }

  private void report() {
    StringBuilder out = new StringBuilder("pairs compared: ").append(compared);
    out.append(", with alerts: ").append(matching);
    out.append(", with competing matches: ").append(competing);
    out.append(", too large for the reference: ").append(tooLarge);
    out.append("\nwords of rules, in how many pairs:");
    words.forEach((word, count) -> out.append("\n  ").append(count).append(' ').append(word));
    out.append("\nwhat happened, how often and in how many pairs:");
    counters.forEach(
        (counter, count) ->
            out.append("\n  ")
                .append(count)
                .append(" in ")
                .append(pairs.get(counter))
                .append(' ')
                .append(counter));
    System.out.println(out);
  }
}
