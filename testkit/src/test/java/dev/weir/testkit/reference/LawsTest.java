package dev.weir.testkit.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dsl.ast.RuleFile;
import dev.weir.dsl.source.SourceText;
import dev.weir.dsl.syntax.RuleParser;
import dev.weir.testkit.random.Choices;
import dev.weir.testkit.random.Property;
import dev.weir.testkit.reference.ReferenceEvent.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** The laws of docs/language/semantics.md, on the reference, over the whole language. */
class LawsTest {
  private static final int CASES = 80;
  private static final int EVENTS_MAX = 12;
  private static final long SECOND = 1_000_000_000L;
  private static final long DAY = 86_400 * SECOND;
  private static final ReferenceLimits LIMITS = new ReferenceLimits(400, 400);
  private static final String HOW = " pick all after match consume none alert \"x\" }\n";

  private static RuleFile parse(String text) {
    var parsed = RuleParser.parse(new SourceText("law.weir", text));
    return parsed.value().orElseThrow(() -> new AssertionError(text + parsed.diagnostics()));
  }

  /** The alerts; cases that explode do not count. */
  private static List<ReferenceAlert> run(
      Choices choices, String rules, List<ReferenceEvent> events) {
    long endNs = events.isEmpty() ? 0 : last(events).timeNs() + 5 * DAY;
    try {
      return Reference.run(List.of(parse(rules)), events, OptionalLong.of(endNs), Map.of(), LIMITS)
          .alerts();
    } catch (TooLarge e) {
      throw choices.discard();
    }
  }

  private static ReferenceEvent last(List<ReferenceEvent> events) {
    return events.get(events.size() - 1);
  }

  /** Events in order of time; some have the same time. */
  private static List<ReferenceEvent> stream(Choices choices, String... types) {
    List<ReferenceEvent> events = new ArrayList<>();
    int count = choices.between(1, EVENTS_MAX);
    long timeNs = 0;
    for (int i = 0; i < count; i++) {
      timeNs += choices.oneOf(1L, 1L, 1L, 0L, 2L, 5L) * SECOND;
      Map<String, Object> values = new HashMap<>();
      values.put("k", choices.chance(20) ? "l" : "k");
      if (!choices.chance(10)) {
        values.put("n", (long) choices.below(3));
      }
      events.add(
          new ReferenceEvent(choices.oneOf(types), timeNs, i, Verdict.IN_TIME, timeNs, values));
    }
    return events;
  }

  private static String shown(ReferenceAlert alert) {
    return alert.rule() + "@" + alert.timeNs() + alert.key() + alert.events();
  }

  private static List<String> shown(List<ReferenceAlert> alerts) {
    return alerts.stream().map(LawsTest::shown).toList();
  }

  @Test
  void shouldAlertEitherTheEventOrItsAbsenceForEachStart() {
    int[] seen = new int[2];
    Property.check(
        CASES,
        choices -> {
          String where = choices.oneOf("", "", " where n != a.n", " where n = 1");
          String t = choices.between(1, 4) + "s";
          String rules =
              WholeLanguage.TYPES
                  + ("rule start { by k match a: A" + HOW)
                  + ("rule event { by k match a: A then b: B" + where + " within " + t + HOW)
                  + ("rule absence { by k match a: A then no B" + where + " for " + t + HOW);
          List<ReferenceEvent> events = stream(choices, "A", "B", "B", "A", "C");
          Map<String, List<Long>> starts = new HashMap<>();
          for (ReferenceAlert alert : run(choices, rules, events)) {
            starts
                .computeIfAbsent(alert.rule(), r -> new ArrayList<>())
                .add(alert.events().get(0).position());
          }
          List<Long> either = new ArrayList<>(starts.getOrDefault("event", List.of()));
          seen[0] += either.size();
          seen[1] += starts.getOrDefault("absence", List.of()).size();
          either.addAll(starts.getOrDefault("absence", List.of()));
          assertThat(either)
              .as(rules + events)
              .containsExactlyInAnyOrderElementsOf(starts.getOrDefault("start", List.of()));
        });
    assertThat(seen[0]).isPositive();
    assertThat(seen[1]).isPositive();
  }

  @Test
  void shouldAlertAtTheLastEventWhereNoDeadlineIsSaid() {
    int[] alerts = new int[1];
    Property.check(
        CASES,
        choices -> {
          String rules = WholeLanguage.TYPES + new WholeLanguage(choices).rule(10);
          List<ReferenceEvent> events = stream(choices, "A", "B", "C");
          for (ReferenceAlert alert : run(choices, rules, events)) {
            alerts[0]++;
            long lastNs =
                alert.events().stream()
                    .mapToLong(e -> events.get((int) e.position()).timeNs())
                    .max()
                    .orElseThrow();
            assertThat(alert.timeNs()).as(rules + events).isEqualTo(lastNs);
            assertThat(alert.releasePosition())
                .as(rules + events)
                .isEqualTo(
                    alert.events().stream().mapToLong(e -> e.position()).max().orElseThrow());
          }
        });
    assertThat(alerts[0]).isGreaterThan(CASES / 2);
  }

  @Test
  void shouldGiveTheSameMatchesInAnyArrivalOrderInsideTheLateness() {
    int[] disordered = new int[1];
    Property.check(
        CASES,
        choices -> {
          String rules =
              WholeLanguage.TYPES.replace("at time }", "at time, then n } late 10s")
                  + new WholeLanguage(choices).rule(10);
          List<ReferenceEvent> events = new ArrayList<>();
          Set<List<Object>> seen = new HashSet<>();
          for (ReferenceEvent e : stream(choices, "A", "B", "C")) {
            if (e.values().containsKey("n")
                && seen.add(List.of(e.timeNs(), e.type(), e.values().get("n")))) {
              events.add(e);
            }
          }
          List<ReferenceEvent> late = new ArrayList<>(events);
          Map<ReferenceEvent, Long> arrival = new HashMap<>();
          late.forEach(e -> arrival.put(e, e.timeNs() + choices.below(9) * SECOND));
          late.sort(Comparator.comparingLong(arrival::get));
          List<ReferenceAlert> inOrder = run(choices, rules, numbered(events));
          List<ReferenceAlert> inDisorder = run(choices, rules, numbered(late));
          assertThat(byOriginal(inDisorder, late))
              .as(rules + events + late)
              .containsExactlyInAnyOrderElementsOf(byOriginal(inOrder, events));
          disordered[0] += inOrder.isEmpty() || late.equals(events) ? 0 : 1;
        });
    assertThat(disordered[0]).isGreaterThan(CASES / 10);
  }

  /** Positions in this order; the watermark is 10 s behind the greatest time. */
  private static List<ReferenceEvent> numbered(List<ReferenceEvent> events) {
    List<ReferenceEvent> numbered = new ArrayList<>();
    long greatestNs = 0;
    for (ReferenceEvent e : events) {
      greatestNs = Math.max(greatestNs, e.timeNs());
      numbered.add(
          new ReferenceEvent(
              e.type(),
              e.timeNs(),
              numbered.size(),
              Verdict.IN_TIME,
              greatestNs - 10 * SECOND,
              e.values()));
    }
    return numbered;
  }

  private static List<String> byOriginal(
      List<ReferenceAlert> alerts, List<ReferenceEvent> arrived) {
    return alerts.stream()
        .map(
            a ->
                a.timeNs()
                    + " "
                    + a.events().stream()
                        .map(e -> e.step() + arrived.get((int) e.position()).position())
                        .toList())
        .toList();
  }

  @Test
  void shouldNotChangeByEventsThatTheRuleDoesNotMention() {
    int[] alerts = new int[1];
    Property.check(
        CASES,
        choices -> {
          String rules = WholeLanguage.TYPES + new WholeLanguage(choices).rule(10);
          List<ReferenceEvent> events = stream(choices, "A", "B", "C", "Z", "Z");
          List<ReferenceEvent> without = keep(events, e -> !e.type().equals("Z"));
          List<ReferenceAlert> expected = run(choices, rules, without);
          alerts[0] += expected.size();
          assertThat(shown(run(choices, rules, events)))
              .as(rules + events)
              .isEqualTo(shown(expected));
        });
    assertThat(alerts[0]).isGreaterThan(CASES / 4);
  }

  @Test
  void shouldJudgeAKeyByItsOwnEvents() {
    int[] alerts = new int[1];
    Property.check(
        CASES,
        choices -> {
          String rules = WholeLanguage.TYPES + new WholeLanguage(choices).rule(10);
          List<ReferenceEvent> events = stream(choices, "A", "B", "C");
          List<ReferenceEvent> ofKey = keep(events, e -> "k".equals(e.values().get("k")));
          List<ReferenceAlert> expected = run(choices, rules, ofKey);
          alerts[0] += expected.size();
          List<ReferenceAlert> all = new ArrayList<>(run(choices, rules, events));
          all.removeIf(a -> !a.key().equals(List.of(new Value.Text("k"))));
          assertThat(shown(all)).as(rules + events).isEqualTo(shown(expected));
        });
    assertThat(alerts[0]).isGreaterThan(CASES / 4);
  }

  /** Leaves events out; positions and watermarks stay those of the whole stream. */
  private static List<ReferenceEvent> keep(
      List<ReferenceEvent> events, Predicate<ReferenceEvent> which) {
    return events.stream().filter(which).toList();
  }

  @Test
  void shouldStartAnewWhenAllWindowsHavePassed() {
    int[] alerts = new int[1];
    Property.check(
        CASES,
        choices -> {
          String rules = WholeLanguage.TYPES + new WholeLanguage(choices).rule(10);
          List<ReferenceEvent> once = stream(choices, "A", "B", "C");
          long shift = 10 * DAY;
          List<ReferenceEvent> twice = new ArrayList<>(once);
          once.forEach(
              e ->
                  twice.add(
                      new ReferenceEvent(
                          e.type(),
                          e.timeNs() + shift,
                          e.position() + once.size(),
                          e.verdict(),
                          e.watermarkNs() + shift,
                          e.values())));
          List<String> expected = new ArrayList<>();
          for (ReferenceAlert alert : run(choices, rules, once)) {
            expected.add(alert.timeNs() + " " + alert.events());
          }
          alerts[0] += expected.size();
          List<String> first = new ArrayList<>();
          List<String> second = new ArrayList<>();
          for (ReferenceAlert alert : run(choices, rules, twice)) {
            if (alert.timeNs() < shift) {
              first.add(alert.timeNs() + " " + alert.events());
            } else {
              List<ReferenceAlert.Taken> moved =
                  alert.events().stream()
                      .map(e -> new ReferenceAlert.Taken(e.step(), e.position() - once.size()))
                      .toList();
              second.add(alert.timeNs() - shift + " " + moved);
            }
          }
          assertThat(first).as(rules + once).isEqualTo(expected);
          assertThat(second).as(rules + once).isEqualTo(expected);
        });
    assertThat(alerts[0]).isGreaterThan(CASES / 4);
  }

  @Test
  void shouldNotLoseAMatchByALongerWindow() {
    int[] alerts = new int[1];
    Property.check(
        CASES,
        choices -> {
          int within = choices.between(3, 8);
          String rule = WholeLanguage.TYPES + new WholeLanguage(choices).rule(within);
          String longer =
              rule.replace(
                  " within " + within + "s pick",
                  " within " + (within + choices.between(1, 9)) + "s pick");
          List<ReferenceEvent> events = stream(choices, "A", "B", "C");
          List<ReferenceAlert> inShort = run(choices, rule, events);
          alerts[0] += inShort.size();
          assertThat(shown(run(choices, longer, events)))
              .as(rule + events)
              .containsAll(shown(inShort));
        });
    assertThat(alerts[0]).isGreaterThan(CASES / 4);
  }
}
