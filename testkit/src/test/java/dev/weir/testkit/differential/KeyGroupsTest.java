package dev.weir.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.AlertView;
import dev.weir.engine.Engine;
import dev.weir.engine.Program;
import dev.weir.testkit.random.Choices;
import dev.weir.testkit.random.Property;
import dev.weir.testkit.reference.ReferenceEvent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Engines that share the key groups among them give, merged, the alerts of one for all keys. */
class KeyGroupsTest {
  private static final int CASES = 120;
  private static final int STRETCH = 3;

  private int withAlerts;
  private int crossing;

  @Test
  void shouldGiveTheSameAlertsHoweverManyEnginesShareTheKeys() {
    Property.check(CASES, choices -> compare(RandomCase.draw(choices, 25)));
    assertThat(withAlerts).as("cases with alerts").isGreaterThan(Property.cases(CASES) / 5);
  }

  @Test
  void shouldGiveTheSameAlertsWhenRulesReadFeaturesByOtherKeysThanTheirOwn() {
    Property.check(CASES / 2, choices -> compare(drawCrossing(choices)));
    int cases = Property.cases(CASES / 2);
    assertThat(crossing).as("cases that need two phases").isGreaterThan(cases / 2);
    assertThat(withAlerts).as("cases with alerts").isGreaterThan(cases / 2);
  }

  /** A random case and some rules that read across keys. */
  static RandomCase drawCrossing(Choices choices) {
    RandomCase random = RandomCase.draw(choices, 40);
    String mode = choices.chance(30) ? " on arrival" : "";
    int window = 2 + choices.below(6);
    int least = 1 + choices.below(2);
    String rules =
        """
        rule zz_each {
          by k MODE
          when count(A over WINDOW by g) >= LEAST
          alert "{last(A.s over 3s by g)} {first(A.s ever by g)}" {
            a: avg(A.x over 5s by g before this), c: count(B over WINDOW by s),
            d: distinct(A.s ever by (g, ok)), p: count(A over WINDOW), l: usual }
        }
        rule zz_pair {
          by g MODE
          match a: A where count(B over 4s by k) >= 1
          then b: B where (sum(A.n over WINDOW by k before this) >= LEAST) or (n > a.n)
            with p = count(A over 3s by k), m = max(A.x over 4s by s before this)
          within 6s
          pick all
          after match consume none
          alert "{b.s}" { p: b.p, m: b.m, own: count(A over 3s) }
        }
        rule zz_all {
          match a: A where min(A.n over WINDOW by s) < 3
          then no B where count(B over 4s by k) > LEAST for 2s
          after match consume all
          alert "{a.s}" { own: count(A over 3s) }
        }
        """
            .replace("MODE", mode)
            .replace("WINDOW", window + "s")
            .replace("LEAST", Integer.toString(least));
    return RandomCase.of(choices, random.text() + rules, random.words(), random.stream());
  }

  private void compare(RandomCase random) {
    Program program = Program.compile(random.plan());
    crossing += program.readsAcrossKeys() ? 1 : 0;
    Run whole = new Run(random, program, 1);
    assertThat(whole.alerts).isSorted();
    for (int shards : new int[] {2, 8}) {
      Run shared = new Run(random, program, shards);
      assertThat(shared.alerts.stream().sorted().toList())
          .as("%d shards\n%s", shards, random)
          .isEqualTo(whole.alerts);
      assertThat(shared.keyMissing).as("%d shards\n%s", shards, random).isEqualTo(whole.keyMissing);
      assertThat(shared.openPartials)
          .as("%d shards\n%s", shards, random)
          .isEqualTo(whole.openPartials);
    }
    withAlerts += whole.alerts.isEmpty() ? 0 : 1;
  }

  /** A stream given to several engines. */
  private static final class Run {
    final List<PlacedAlert> alerts = new ArrayList<>();
    final List<Long> keyMissing = new ArrayList<>();
    final List<Long> openPartials = new ArrayList<>();

    Run(RandomCase random, Program program, int shards) {
      EngineGroup group = new EngineGroup(program, this::onAlert, shards);
      List<ReferenceEvent> events = random.stream().events();
      for (int from = 0; from < events.size(); from += STRETCH) {
        List<ReferenceEvent> stretch =
            events.subList(from, Math.min(events.size(), from + STRETCH));
        group.fold(engine -> stretch.forEach(new EngineRun(random.plan(), engine)::offer));
      }
      // the end has a position of its own: arrival comes before stream time at each
      long behind = events.size();
      random.stream().endNs().ifPresent(end -> group.fold(engine -> engine.onEnd(behind, end)));
      List<Engine> engines = group.engines;
      for (int rule = 0; rule < random.plan().rules().size(); rule++) {
        int index = rule;
        keyMissing.add(engines.stream().mapToLong(e -> e.keyMissing(index)).sum());
        openPartials.add(engines.stream().mapToLong(e -> e.openPartials(index)).sum());
      }
    }

    private void onAlert(AlertView alert) {
      alerts.add(PlacedAlert.of(alert));
    }
  }
}
