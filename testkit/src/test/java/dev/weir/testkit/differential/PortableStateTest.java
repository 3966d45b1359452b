package dev.weir.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.Engine;
import dev.weir.engine.Program;
import dev.weir.testkit.random.Property;
import dev.weir.testkit.reference.ReferenceEvent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** After every event live state may go out in chunks and into new engines: the alerts stay. */
class PortableStateTest {
  private static final int CASES = 150;

  private int withAlerts;

  @Test
  void shouldAlertTheSameWhenStateMovesToANewEngineAfterEveryEvent() {
    Property.check(CASES, choices -> compare(RandomCase.draw(choices, 25), 1));
    assertThat(withAlerts).as("cases with alerts").isGreaterThan(CASES / 3);
  }

  @Test
  void shouldAlertTheSameWhenKeyGroupsMoveBetweenEngines() {
    Property.check(CASES / 2, choices -> compare(RandomCase.draw(choices, 25), 3));
    assertThat(withAlerts).as("cases with alerts").isGreaterThan(CASES / 12);
  }

  @Test
  void shouldAlertTheSameWhenKeyGroupsMoveAndRulesReadFeaturesByOtherKeys() {
    Property.check(CASES / 3, choices -> compare(KeyGroupsTest.drawCrossing(choices), 3));
    assertThat(withAlerts).as("cases with alerts").isGreaterThan(CASES / 12);
  }

  private void compare(RandomCase random, int enginesMax) {
    Program program = Program.compile(random.plan());
    Moving whole = new Moving(random, program);
    whole.run(1, false);
    Moving moved = new Moving(random, program);
    moved.run(enginesMax, true);
    assertThat(moved.alerts).as(random.toString()).isEqualTo(whole.alerts);
    assertThat(moved.figures()).as(random.toString()).isEqualTo(whole.figures());
    withAlerts += whole.alerts.isEmpty() ? 0 : 1;
  }

  /** A stream given to engines that hand their state on. */
  private static final class Moving {
    final List<PlacedAlert> alerts = new ArrayList<>();
    private final List<PlacedAlert> ofRecord = new ArrayList<>();
    private final RandomCase random;
    private final Program program;
    private EngineGroup group;

    Moving(RandomCase random, Program program) {
      this.random = random;
      this.program = program;
      this.group = group(1);
    }

    /** As many engines in turn: 1, 2 up to the most, then 1 again. */
    void run(int enginesMax, boolean moves) {
      for (ReferenceEvent event : random.stream().events()) {
        group.fold(engine -> new EngineRun(random.plan(), engine).offer(event));
        inOrder();
        if (moves) {
          group = group(group.engines.size() % enginesMax + 1).goOnFrom(group);
        }
      }
      random.stream().endNs().ifPresent(end -> group.fold(engine -> engine.onEnd(end)));
      inOrder();
    }

    private void inOrder() {
      ofRecord.sort(null);
      alerts.addAll(ofRecord);
      ofRecord.clear();
    }

    private EngineGroup group(int engines) {
      return new EngineGroup(program, alert -> ofRecord.add(PlacedAlert.of(alert)), engines);
    }

    /** What a user is shown at the end. */
    List<Long> figures() {
      List<Long> figures = new ArrayList<>();
      List<Engine> engines = group.engines;
      figures.add((long) engines.get(0).heldEvents());
      for (int i = 0; i < random.plan().rules().size(); i++) {
        int rule = i;
        figures.add(engines.stream().mapToLong(e -> e.openPartials(rule)).sum());
        figures.add(engines.stream().mapToLong(e -> e.unpicked(rule)).sum());
        figures.add(engines.stream().mapToLong(e -> e.alerts(rule)).sum());
        figures.add(engines.stream().mapToLong(e -> e.keyMissing(rule)).sum());
      }
      return figures;
    }
  }
}
