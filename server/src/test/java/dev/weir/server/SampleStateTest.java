package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.alerts.AlertJson;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.engine.AlertView;
import dev.weir.engine.Engine;
import dev.weir.engine.Program;
import dev.weir.engine.StateImport;
import dev.weir.rules.RuleSetLoader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of the samples alert the same when live state moves from engine to engine. */
class SampleStateTest {
  private static final int EVENTS = 3_000;
  private static final int MOVES_EVERY = 61;
  private static final long BUDGET_BYTES = 1L << 30;

  @ParameterizedTest
  @MethodSource("dev.weir.server.SampleAllocationTest#ruleSets")
  void shouldAlertTheSameWhenStateMovesToANewEngineAgainAndAgain(String rules) throws IOException {
    RuleSetPlan plan =
        RuleSetLoader.load(SampleAllocationTest.SAMPLES.resolve(rules)).plan().orElseThrow();
    Run whole = new Run(plan, rules);
    whole.run(EVENTS);
    Run moved = new Run(plan, rules);
    for (int done = 0; done < EVENTS; done += MOVES_EVERY) {
      moved.run(Math.min(MOVES_EVERY, EVENTS - done));
      moved.move();
    }
    assertThat(moved.alerts).isEqualTo(whole.alerts);
    // of some packs made-up events let few alerts out, but all keep something
    assertThat(whole.alerts.size() + whole.engine.keysInUse()).isGreaterThan(10);
  }

  /** A stream, and the engine that has it now. */
  private static final class Run {
    final List<String> alerts = new ArrayList<>();
    private final Program program;
    private final AlertJson json;
    private final SampleEvents events;
    private Engine engine;

    Run(RuleSetPlan plan, String rules) {
      program = Program.compile(plan);
      json = new AlertJson(plan);
      engine = new Engine(program, this::onAlert, BUDGET_BYTES);
      events =
          new SampleEvents(
              plan,
              (buffer, offset, length, watermarkNs) ->
                  engine.onRecord(buffer, offset, length, watermarkNs),
              EVENTS,
              SampleAllocationTest.meanStepNs(rules));
    }

    void run(int count) {
      events.send(count);
    }

    void move() {
      Engine next = new Engine(program, this::onAlert, BUDGET_BYTES);
      StateImport importing = next.importState(1);
      engine.exportState(
          (buffer, offset, length) -> {
            byte[] chunk = new byte[length];
            buffer.getBytes(offset, chunk);
            importing.onChunk(new UnsafeBuffer(chunk), 0, length);
          });
      importing.finish();
      engine = next;
    }

    private void onAlert(AlertView alert) {
      int length = json.write(alert, 0);
      alerts.add(json.buffer().getStringWithoutLengthUtf8(0, length));
    }
  }
}
