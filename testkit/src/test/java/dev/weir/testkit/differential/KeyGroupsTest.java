package dev.weir.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.AlertView;
import dev.weir.engine.Engine;
import dev.weir.engine.KeyGroups;
import dev.weir.engine.Program;
import dev.weir.testkit.random.Choices;
import dev.weir.testkit.random.Property;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Engines that share the key groups among them give, merged, the alerts of one for all keys. */
class KeyGroupsTest {
  private static final int CASES = 300;

  private int withAlerts;
  private int crossing;

  @Test
  void shouldGiveTheSameAlertsHoweverManyEnginesShareTheKeys() {
    Property.check(CASES, this::compare);
    assertThat(withAlerts).as("cases with alerts").isGreaterThan(CASES / 5);
    assertThat(crossing).as("cases that one engine must run").isLessThan(CASES / 2);
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

  /** An alert by its place in alert order. */
  private record Placed(
      long releasePosition,
      long timeNs,
      boolean isEvent,
      long instant,
      int rule,
      int role,
      byte[] key,
      int ordinal,
      List<Long> events)
      implements Comparable<Placed> {
    private static final Comparator<Placed> ALERT_ORDER =
        Comparator.comparingLong(Placed::releasePosition)
            .thenComparingLong(Placed::timeNs)
            .thenComparing(Placed::isEvent)
            .thenComparingLong(Placed::instant)
            .thenComparingInt(Placed::rule)
            .thenComparingInt(Placed::role)
            .thenComparing(Placed::key, Arrays::compareUnsigned)
            .thenComparingInt(Placed::ordinal);

    @Override
    public int compareTo(Placed other) {
      return ALERT_ORDER.compare(this, other);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Placed placed
          && compareTo(placed) == 0
          && events.equals(placed.events);
    }

    @Override
    public int hashCode() {
      return Long.hashCode(releasePosition);
    }
  }

  /** A stream given to several engines. */
  private static final class Run {
    final List<Placed> alerts = new ArrayList<>();
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
        random.stream().endNs().ifPresent(engine::onEnd);
      }
      for (int rule = 0; rule < random.plan().rules().size(); rule++) {
        int index = rule;
        keyMissing.add(engines.stream().mapToLong(e -> e.keyMissing(index)).sum());
        openPartials.add(engines.stream().mapToLong(e -> e.openPartials(index)).sum());
      }
    }

    private void onAlert(AlertView alert) {
      byte[] key = new byte[alert.keyLength()];
      alert.keyBytes().getBytes(0, key);
      List<Long> events = new ArrayList<>();
      for (int i = 0; i < alert.eventCount(); i++) {
        events.add(alert.eventPosition(i));
      }
      alerts.add(
          new Placed(
              alert.releasePosition(),
              alert.timeNs(),
              !alert.isDeadline(),
              alert.instant(),
              alert.ruleIndex(),
              alert.role(),
              key,
              alert.ordinal(),
              events));
    }
  }
}
