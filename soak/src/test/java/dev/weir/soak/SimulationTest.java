package dev.weir.soak;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Lives of an engine on machines that fail. A failing seed is named; {@code -Dweir.seed=N} runs it
 * alone, {@code -Dweir.runs=N} runs more.
 */
class SimulationTest {
  private static final int RUNS = Integer.getInteger("weir.runs", 200);

  @Test
  void shouldAlertEachMatchOnceWhateverFails() {
    long only = Long.getLong("weir.seed", -1);
    long first = only >= 0 ? only : 1;
    long behind = only >= 0 ? only + 1 : first + RUNS;
    long alerts = 0;
    int crashes = 0;
    int fromCheckpoint = 0;
    int orphanings = 0;
    for (long seed = first; seed < behind; seed++) {
      SimulationRun.Outcome outcome = SimulationRun.run(seed);
      alerts += outcome.alerts();
      crashes += outcome.crashes();
      fromCheckpoint += outcome.fromCheckpoint();
      orphanings += outcome.orphanings();
    }
    if (behind - first >= 200) {
      assertThat(alerts).as("alerts").isGreaterThan(5_000);
      assertThat(crashes).as("crashes").isGreaterThan(400);
      assertThat(fromCheckpoint).as("lives from a checkpoint").isGreaterThan(100);
      assertThat(orphanings).as("alerts moved aside").isPositive();
    }
  }

  @Test
  void shouldDoTheSameAgainForTheSameSeed() {
    for (long seed = 1; seed < 6; seed++) {
      assertThat(SimulationRun.run(seed)).isEqualTo(SimulationRun.run(seed));
    }
  }
}
