package dev.weir.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.StateFullException;
import dev.weir.testkit.random.Property;
import dev.weir.testkit.reference.ReferenceAlert;
import dev.weir.testkit.reference.ReferenceAlert.Taken;
import dev.weir.testkit.reference.ReferenceEvent;
import dev.weir.testkit.reference.ReferenceEvent.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The laws of docs/language/semantics.md, on the engine, for random rules and streams. */
class LawsTest {
  private static final int CASES = 250;
  private static final int EVENTS_MAX = 20;
  private static final long SECOND = RandomStream.SECOND;
  private static final long YEARS_NS = 500L * 24 * 3600 * SECOND;

  private static List<String> lines(RandomCase random) {
    return EngineRun.alerts(random.plan(), random.stream()).stream().map(Comparison::line).toList();
  }

  private static long greatestNs(RandomStream stream) {
    return stream.events().stream().mapToLong(ReferenceEvent::timeNs).max().orElse(0);
  }

  private static RandomStream endingAfter(RandomStream stream, long beyondNs) {
    return new RandomStream(stream.events(), OptionalLong.of(greatestNs(stream) + beyondNs));
  }

  @Test
  void shouldAlertEitherTheEventOrItsAbsenceForEachStart() {
    boolean[] seen = new boolean[2];
    Property.check(
        CASES,
        choices -> {
          EventTypes types = new EventTypes(choices, /* lateWithTies= */ false);
          RandomStream stream = RandomStream.draw(choices, types, EVENTS_MAX);
          Set<String> words = new TreeSet<>();
          RandomExpressions expressions = new RandomExpressions(choices, words);
          var a = new RandomExpressions.Named("A", types.type("A"));
          var b = new RandomExpressions.Named("B", types.type("B"));
          var fed = List.of(a, b);
          String first =
              expressions.condition(
                  new RandomExpressions.Place(
                      java.util.Optional.of(a.type()), List.of(), fed, true),
                  1);
          String second =
              expressions.condition(
                  new RandomExpressions.Place(
                      java.util.Optional.of(b.type()),
                      List.of(new RandomExpressions.StepOf("a", a.type(), false)),
                      fed,
                      true),
                  1);
          String t = expressions.duration();
          String how = " pick all after match consume none alert \"x\" }\n";
          String start = "by k match a: A where " + first;
          String text =
              types.declarations()
                  + "list words text { \"k0\", \"k1\" }\n"
                  + "param few int = 2 param limit money = 0.50\n"
                  + "let usual = count(A over 4s by k)\n"
                  + ("rule start { " + start + how)
                  + ("rule event { " + start + " then b: B where " + second + " within " + t + how)
                  + ("rule absence { " + start + " then no B where " + second + " for " + t + how);
          RandomCase random = RandomCase.of(choices, text, words, endingAfter(stream, YEARS_NS));
          Map<String, List<Long>> starts = new HashMap<>();
          for (ReferenceAlert alert : EngineRun.alerts(random.plan(), random.stream())) {
            starts
                .computeIfAbsent(alert.rule(), r -> new ArrayList<>())
                .add(alert.events().get(0).position());
          }
          List<Long> either = new ArrayList<>(starts.getOrDefault("event", List.of()));
          either.addAll(starts.getOrDefault("absence", List.of()));
          seen[0] |= starts.containsKey("event");
          seen[1] |= starts.containsKey("absence");
          assertThat(either)
              .as(random.toString())
              .containsExactlyInAnyOrderElementsOf(starts.getOrDefault("start", List.of()));
        });
    assertThat(seen).containsOnly(true);
  }

  @Test
  void shouldAlertAtTheLastEventWhereNoDeadlineIsSaid() {
    Property.check(
        CASES,
        choices -> {
          RandomCase random = RandomCase.drawLawful(choices, EVENTS_MAX, false);
          if (hasDeadlines(random)) {
            return;
          }
          for (ReferenceAlert alert : EngineRun.alerts(random.plan(), random.stream())) {
            long lastNs =
                alert.events().stream()
                    .mapToLong(e -> random.stream().events().get((int) e.position()).timeNs())
                    .max()
                    .orElseThrow();
            assertThat(alert.timeNs()).as(random.toString()).isEqualTo(lastNs);
          }
        });
  }

  @Test
  void shouldGiveTheSameMatchesInAnyArrivalOrderInsideTheLateness() {
    int[] disordered = new int[1];
    Property.check(
        CASES,
        choices -> {
          RandomCase random = RandomCase.drawLawful(choices, EVENTS_MAX, true);
          // deadlines at one time go by the positions of the records that armed them, which are the
          // arrival order: no two of one start may meet
          boolean hasDeadlines = random.text().contains(" no ") || random.text().contains("at end");
          if (random.text().contains("when quiet")) {
            hasDeadlines = true;
            String longer = random.text().replaceAll("(?m)^  within \\d+s", "  within 1000s");
            random = RandomCase.of(choices, longer, random.words(), random.stream());
          }
          Set<Long> times = new HashSet<>();
          List<ReferenceEvent> events = new ArrayList<>();
          Set<List<Object>> seen = new HashSet<>();
          for (ReferenceEvent event : random.stream().events()) {
            // (time, type, tie-break) is unique, so that no order is left to the position
            if ((!hasDeadlines || times.add(event.timeNs()))
                && event.values().containsKey("n")
                && seen.add(List.of(event.timeNs(), event.type(), event.values().get("n")))) {
              events.add(event);
            }
          }
          Set<String> inOrder;
          try {
            inOrder = arriving(random, events, event -> event.timeNs());
          } catch (StateFullException e) {
            throw choices.discard(); // the longer window holds more partial matches than fit
          }
          Map<Long, Long> delays = new HashMap<>();
          events.forEach(e -> delays.put(e.position(), choices.below(5) * SECOND));
          Set<String> disorder =
              arriving(random, events, event -> event.timeNs() + delays.get(event.position()));
          assertThat(disorder).as(random + "\ndelays " + delays).isEqualTo(inOrder);
          disordered[0] +=
              inOrder.isEmpty() || delays.values().stream().allMatch(d -> d == 0) ? 0 : 1;
        });
    assertThat(disordered[0]).isGreaterThan(0);
  }

  /** Lets events arrive by this clock, and names events by their place in the given order. */
  private static Set<String> arriving(
      RandomCase random,
      List<ReferenceEvent> events,
      java.util.function.ToLongFunction<ReferenceEvent> arrival) {
    List<ReferenceEvent> order = new ArrayList<>(events);
    order.sort(Comparator.comparingLong(arrival));
    List<ReferenceEvent> stamped = new ArrayList<>();
    long greatestNs = Long.MIN_VALUE;
    for (ReferenceEvent event : order) {
      greatestNs = Math.max(greatestNs, event.timeNs());
      stamped.add(
          new ReferenceEvent(
              event.type(),
              event.timeNs(),
              stamped.size(),
              Verdict.IN_TIME,
              greatestNs - 4 * SECOND,
              event.values()));
    }
    RandomStream stream = endingAfter(new RandomStream(stamped, OptionalLong.empty()), YEARS_NS);
    Set<String> matches = new TreeSet<>();
    for (ReferenceAlert alert : EngineRun.alerts(random.plan(), stream)) {
      List<String> taken = new ArrayList<>();
      for (Taken event : alert.events()) {
        taken.add(event.step() + order.get((int) event.position()).position());
      }
      matches.add(
          alert.rule() + alert.timeNs() + alert.key() + taken + alert.text() + alert.fields());
    }
    return matches;
  }

  @Test
  void shouldChangeNothingAtAnEventOfATypeThatNoRuleMentions() {
    Property.check(
        CASES,
        choices -> {
          RandomCase random = RandomCase.draw(choices, EVENTS_MAX);
          List<ReferenceEvent> spaced = new ArrayList<>();
          List<ReferenceEvent> more = new ArrayList<>();
          for (ReferenceEvent event : random.stream().events()) {
            ReferenceEvent at = moved(event, event.type(), event.position() * 10, event.values());
            spaced.add(at);
            more.add(at);
            while (choices.chance(30) && more.get(more.size() - 1).position() % 10 < 9) {
              more.add(
                  new ReferenceEvent(
                      EventTypes.UNREAD,
                      event.watermarkNs(),
                      more.get(more.size() - 1).position() + 1,
                      Verdict.IN_TIME,
                      event.watermarkNs(),
                      Map.of()));
            }
          }
          RandomCase without = random.with(new RandomStream(spaced, random.stream().endNs()));
          RandomCase with = random.with(new RandomStream(more, random.stream().endNs()));
          List<String> expected = new ArrayList<>();
          for (ReferenceAlert alert : EngineRun.alerts(without.plan(), without.stream())) {
            expected.add(withoutRelease(alert));
          }
          assertThat(
                  EngineRun.alerts(with.plan(), with.stream()).stream()
                      .map(LawsTest::withoutRelease))
              .as(with.toString())
              .containsExactlyElementsOf(expected);
        });
  }

  /** At the end of input the last record lets alerts out, whatever it is. */
  private static String withoutRelease(ReferenceAlert alert) {
    return Comparison.line(alert).replaceFirst("released by -?\\d+", "");
  }

  private static ReferenceEvent moved(
      ReferenceEvent event, String type, long position, Map<String, Object> values) {
    return new ReferenceEvent(
        type, event.timeNs(), position, event.verdict(), event.watermarkNs(), values);
  }

  @Test
  void shouldGiveTheAlertsOfAKeyFromTheEventsOfThatKey() {
    int[] compared = new int[1];
    Property.check(
        CASES,
        choices -> {
          RandomCase random = RandomCase.draw(choices, EVENTS_MAX);
          boolean isPlain =
              random.text().contains("  by k\n")
                  && random.words().stream()
                      .noneMatch(
                          w ->
                              w.startsWith("by ")
                                  || w.equals("no by")
                                  || w.equals("feature by")
                                  || w.equals("suppress by field"));
          if (!isPlain) {
            return;
          }
          for (String key : List.of("k0", "k1")) {
            List<ReferenceEvent> others = new ArrayList<>();
            for (ReferenceEvent event : random.stream().events()) {
              boolean isOther = !key.equals(event.values().get("k"));
              others.add(
                  isOther ? moved(event, EventTypes.UNREAD, event.position(), Map.of()) : event);
            }
            RandomCase alone = random.with(new RandomStream(others, random.stream().endNs()));
            String wanted = "key [Text[text=" + key + "]]";
            List<String> expected =
                lines(random).stream().filter(line -> line.contains(wanted)).toList();
            assertThat(lines(alone)).as(alone.toString()).containsExactlyElementsOf(expected);
            compared[0] += expected.size();
          }
        });
    assertThat(compared[0]).isGreaterThan(0);
  }

  @Test
  void shouldHoldNothingWhenWindowsDeadlinesAndKeptValuesArePast() {
    Property.check(
        CASES,
        choices -> {
          RandomCase random = RandomCase.draw(choices, EVENTS_MAX);
          if (random.words().stream()
              .anyMatch(List.of("on rising", "starts once", "fewer than")::contains)) {
            return; // what it was at the last test is kept, and that it has alerted
          }
          EngineRun run = new EngineRun(random.plan());
          long before = run.engine.bytesInUse();
          run.run(endingAfter(random.stream(), YEARS_NS));
          assertThat(run.engine.keysInUse()).as("keys\n%s", random).isZero();
          assertThat(run.engine.heldEvents()).as("held events\n%s", random).isZero();
          for (int rule = 0; rule < random.plan().rules().size(); rule++) {
            assertThat(run.engine.openPartials(rule)).as("open\n%s", random).isZero();
          }
          assertThat(run.engine.bytesInUse()).as("bytes\n%s", random).isEqualTo(before);
        });
  }

  @Test
  void shouldLoseNoMatchByALongerWindow() {
    int[] grown = new int[1];
    Property.check(
        CASES,
        choices -> {
          RandomCase random = RandomCase.drawLawful(choices, EVENTS_MAX, false);
          if (hasDeadlines(random)) {
            return;
          }
          String longer = random.text().replaceAll("(?m)^  within \\d+s", "  within 200s");
          RandomCase wide = RandomCase.of(choices, longer, random.words(), random.stream());
          Set<String> few = new TreeSet<>(matches(random));
          Set<String> many = new TreeSet<>(matches(wide));
          if (many.size() >= 1_000 && longer.contains("limit 1_000")) {
            throw choices.discard(); // what is above the limit is not alerted
          }
          assertThat(many).as(random.toString()).containsAll(few);
          grown[0] += many.size() > few.size() ? 1 : 0;
        });
    assertThat(grown[0]).isGreaterThan(0);
  }

  private static boolean hasDeadlines(RandomCase random) {
    return Stream.of(" no ", "when quiet", "at end").anyMatch(random.text()::contains);
  }

  private static List<String> matches(RandomCase random) {
    return EngineRun.alerts(random.plan(), random.stream()).stream()
        .map(a -> a.rule() + a.key() + a.events() + a.timeNs() + a.text() + a.fields())
        .toList();
  }
}
