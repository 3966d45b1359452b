package dev.weir.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.TraceEntry;
import dev.weir.engine.TraceEntry.Kind;
import dev.weir.engine.TraceSink;
import dev.weir.testkit.random.Property;
import dev.weir.testkit.reference.ReferenceAlert;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A trace changes nothing, and tells all that happens. */
class TraceTest {
  private static final int CASES = 300;
  private static final int EVENTS_MAX = 16;

  @Test
  void shouldGiveTheSameAlertsWithTracingOn() {
    Property.check(
        CASES,
        choices -> {
          RandomCase random = RandomCase.draw(choices, EVENTS_MAX);
          List<TraceEntry> trace = new ArrayList<>();
          List<ReferenceAlert> alerts =
              new EngineRun(random.plan(), (TraceSink) trace::add).run(random.stream()).alerts();
          assertThat(alerts).isEqualTo(EngineRun.alerts(random.plan(), random.stream()));
          assertThat(trace.stream().filter(e -> e.kind() == Kind.ALERTED).count())
              .as("alerts, those held back included")
              .isGreaterThanOrEqualTo(alerts.size());
        });
  }

  @Test
  void shouldTellOfEachPartialMatchHowItBeganAndHowItEnded() {
    int[] unexplained = new int[1];
    int[] told = new int[1];
    Property.check(
        CASES,
        choices -> {
          RandomCase random = RandomCase.draw(choices, EVENTS_MAX);
          List<TraceEntry> trace = new ArrayList<>();
          new EngineRun(random.plan(), (TraceSink) trace::add).run(random.stream());
          for (TraceEntry entry : trace) {
            told[0]++;
            unexplained[0] += entry.text().endsWith("its own limits") ? 1 : 0;
            if (entry.kind() == Kind.GONE_ON) {
              assertThat(entry.taken()).as(entry.text()).isNotEmpty();
            }
          }
        });
    assertThat(told[0]).isGreaterThan(CASES);
    assertThat(unexplained[0]).as("ends without a reason").isZero();
  }
}
