package dev.weir.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.Engine;
import dev.weir.engine.KeyGroups;
import dev.weir.engine.Program;
import dev.weir.engine.StateImport;
import dev.weir.testkit.random.Choices;
import dev.weir.testkit.random.Property;
import dev.weir.testkit.reference.ReferenceEvent;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** After every event live state may go out in chunks and into new engines: the alerts stay. */
class PortableStateTest {
  private static final int CASES = 150;
  private static final long BUDGET_BYTES = 64 << 20;

  private int withAlerts;

  @Test
  void shouldAlertTheSameWhenStateMovesToANewEngineAfterEveryEvent() {
    Property.check(CASES, choices -> compare(choices, /* several= */ false));
    assertThat(withAlerts).as("cases with alerts").isGreaterThan(CASES / 3);
  }

  @Test
  void shouldAlertTheSameWhenKeyGroupsMoveBetweenEngines() {
    Property.check(CASES / 2, choices -> compare(choices, /* several= */ true));
    assertThat(withAlerts).as("cases with alerts").isGreaterThan(CASES / 12);
  }

  private void compare(Choices choices, boolean several) {
    RandomCase random = RandomCase.draw(choices, 25);
    Program program = Program.compile(random.plan());
    if (several && program.readsAcrossKeys()) {
      return;
    }
    Moving whole = new Moving(random, program);
    whole.run(1, false);
    Moving moved = new Moving(random, program);
    moved.run(several ? 3 : 1, true);
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
    private List<Engine> engines = new ArrayList<>();

    Moving(RandomCase random, Program program) {
      this.random = random;
      this.program = program;
    }

    /** As many engines in turn: 1, 2 up to the most, then 1 again. */
    void run(int enginesMax, boolean moves) {
      engines = engines(1);
      for (ReferenceEvent event : random.stream().events()) {
        engines.forEach(engine -> new EngineRun(random.plan(), engine).offer(event));
        inOrder();
        if (moves) {
          move(engines.size() % enginesMax + 1);
        }
      }
      random.stream().endNs().ifPresent(end -> engines.forEach(engine -> engine.onEnd(end)));
      inOrder();
    }

    private void inOrder() {
      ofRecord.sort(null);
      alerts.addAll(ofRecord);
      ofRecord.clear();
    }

    private void move(int count) {
      List<byte[]> chunks = new ArrayList<>();
      for (Engine engine : engines) {
        engine.exportState(
            (buffer, offset, length) -> {
              byte[] chunk = new byte[length];
              buffer.getBytes(offset, chunk);
              chunks.add(chunk);
            });
      }
      List<Engine> next = engines(count);
      for (Engine engine : next) {
        StateImport importing = engine.importState(engines.size());
        chunks.forEach(chunk -> importing.onChunk(new UnsafeBuffer(chunk), 0, chunk.length));
        importing.finish();
      }
      engines = next;
    }

    private List<Engine> engines(int count) {
      List<Engine> made = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        made.add(
            new Engine(
                program,
                alert -> ofRecord.add(PlacedAlert.of(alert)),
                BUDGET_BYTES,
                KeyGroups.ofShard(i, count)));
      }
      return made;
    }

    /** What a user is shown at the end. */
    List<Long> figures() {
      List<Long> figures = new ArrayList<>();
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
