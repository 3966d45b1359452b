package dev.weir.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.random.Property;
import org.junit.jupiter.api.Test;

/** The engine gives the alerts of the reference, in its order, for random rules and streams. */
class DifferentialTest {
  private static final int CASES = 1_500;

  @Test
  void shouldAlertWhatTheReferenceAlerts() {
    DifferentialRun run = new DifferentialRun();
    Property.check(CASES, run::compare);
    System.out.println(run.report());
    if (run.compared() < 1_000) {
      return; // a few cases, asked for by hand, have no shares
    }
    assertThat(run.matchingPercent()).as("percent of pairs that match").isGreaterThan(40);
    assertThat(run.competingPercent()).as("percent with competing matches").isGreaterThan(30);
    assertThat(run.tooLargePercent()).as("percent too large for the reference").isLessThan(5);
  }
}
