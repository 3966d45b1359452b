package dev.weir.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.AlertView;
import dev.weir.engine.Engine;
import dev.weir.engine.KeyGroups;
import dev.weir.engine.Program;
import dev.weir.testkit.random.Choices;
import dev.weir.testkit.random.Property;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Engines that share the key groups among them give, merged, the alerts of one for all keys. */
class KeyGroupsTest {
  private static final int CASES = 120;

  private int withAlerts;
  private int crossing;

  @Test
  void shouldGiveTheSameAlertsHoweverManyEnginesShareTheKeys() {
    Property.check(CASES, this::compare);
    int cases = Property.cases(CASES);
    assertThat(withAlerts).as("cases with alerts").isGreaterThan(cases / 5);
    assertThat(crossing).as("cases that one engine must run").isLessThan(cases / 2);
  }

  private void compare(Choices choices) {
    RandomCase random = RandomCase.draw(choices, 25);
    Program program = Program.compile(random.plan());
    if (program.readsAcrossKeys()) {
      crossing++;
      return;
    }
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
      List<Engine> engines = new ArrayList<>();
      for (int shard = 0; shard < shards; shard++) {
        Engine engine =
            new Engine(program, this::onAlert, 64 << 20, KeyGroups.ofShard(shard, shards));
        engines.add(engine);
        EngineRun feeding = new EngineRun(random.plan(), engine);
        random.stream().events().forEach(feeding::offer);
        // the end has a position of its own: arrival comes before stream time at each
        long behind = random.stream().events().size();
        random.stream().endNs().ifPresent(endNs -> engine.onEnd(behind, endNs));
      }
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
