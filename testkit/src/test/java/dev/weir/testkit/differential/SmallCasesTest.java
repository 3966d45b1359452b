package dev.weir.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.random.Choices;
import dev.weir.testkit.random.Property;
import dev.weir.testkit.reference.Reference;
import dev.weir.testkit.reference.ReferenceEvent;
import dev.weir.testkit.reference.ReferenceEvent.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** All short streams of two types, for a handful of rule shapes, before random ones. */
class SmallCasesTest {
  private static final int LENGTH_MAX = 6;

  private static final List<String> PATTERNS =
      List.of(
          "A then B within 4s",
          "A then A within 4s",
          "a: A {2..} then B within 4s",
          "a: A {2..} shortest then B within 4s",
          "a: A {1..2} then b: B {1..2} first within 5s",
          "A then b: B {1..} when quiet for 2s within 5s",
          "A then no B for 2s",
          "a: A {1..} then no A for 3s within 9s",
          "A then (without B) A within 4s",
          "all of { a: A; b: B } within 4s",
          "all of { a: A {2}; b: B then c: A } within 6s",
          "A then B then no A for 2s within 5s without A where n = 3");
  private static final List<String> SEVERAL =
      List.of(
          "A then any B within 4s",
          "A then any a: A then any B within 5s",
          "a: A {2..} each within 4s",
          "A then b: B {1..3} each within 4s");
  private static final List<String> HOW =
      List.of(
          "",
          " pick all after match consume none",
          " pick last",
          " pick longest after match consume start",
          " pick shortest after match restart");
  private static final List<String> SEVERAL_HOW =
      List.of(
          " pick all limit 3 after match consume none",
          " pick all limit 3 after match consume start",
          " pick all limit 3 after match restart");

  /** When the events come: some at one time, some with a gap. */
  private static final int[] SECONDS = {0, 1, 1, 2, 4, 4};

  private final Map<String, RandomCase> rules = new HashMap<>();

  private RandomCase rule(Choices choices, String pattern, String how) {
    return rules.computeIfAbsent(
        pattern + how,
        match ->
            RandomCase.of(
                choices,
                "event A { n int, at time } event B { n int, at time }\n"
                    + ("rule r { match " + match + " alert \"x\" }"),
                Set.of(),
                new RandomStream(List.of(), OptionalLong.empty())));
  }

  /** Up to six letters; {@code n} is the number of the event. */
  private static RandomStream letters(Choices choices) {
    int length = choices.between(1, LENGTH_MAX);
    List<ReferenceEvent> events = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      long timeNs = SECONDS[i] * RandomStream.SECOND;
      events.add(
          new ReferenceEvent(
              choices.oneOf("A", "B"), timeNs, i, Verdict.IN_TIME, timeNs, Map.of("n", (long) i)));
    }
    return new RandomStream(events, OptionalLong.of(100 * RandomStream.SECOND));
  }

  private void compareAll(List<String> patterns, List<String> how) {
    int cases =
        Property.checkAll(
            100_000,
            choices -> {
              RandomCase random =
                  rule(choices, choices.oneOf(patterns), choices.oneOf(how)).with(letters(choices));
              Comparison.assertSame(
                  random,
                  Reference.run(
                          List.of(random.file()), random.stream().events(), random.stream().endNs())
                      .alerts());
            });
    assertThat(cases).isEqualTo(patterns.size() * how.size() * (2 + 4 + 8 + 16 + 32 + 64));
  }

  @Test
  void shouldAlertWhatTheReferenceAlertsOnAllShortStreams() {
    compareAll(PATTERNS, HOW);
  }

  @Test
  void shouldAlertWhatTheReferenceAlertsWhereOneStartGivesSeveralMatches() {
    compareAll(SEVERAL, SEVERAL_HOW);
  }
}
