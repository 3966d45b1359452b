package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.weir.alerts.AlertOutput;
import dev.weir.alerts.DirectOutput;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.engine.Program;
import dev.weir.event.EventEncoder;
import dev.weir.ingest.FiniteSources;
import dev.weir.ingest.RecordRing;
import dev.weir.ingest.SourceSpec;
import dev.weir.journal.Durability;
import dev.weir.journal.Log;
import dev.weir.journal.Logs;
import dev.weir.rules.RuleSetLoader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way of an event on one thread: ring, journal, evaluation, merge, alert. */
class PipelineAllocationTest {
  private static final int EVENTS = 200_000;
  private static final int ALLOWED_BYTES = 1024;

  /** The queue of the journal takes some 200 bytes for each batch, whatever is in it. */
  private static final int ALLOWED_BYTES_WITH_JOURNAL = EVENTS * 8;

  private static final String RULES =
      """
      event Pay { id int id within 1s, card int, amount money, at time in epoch s } late 1s to drop
      rule often {
        by card
        when (count(Pay over 10s) >= 3) and (amount > 95)
        alert "{card} {amount}"
        suppress 5s by card
      }
      """;

  @TempDir Path folder;

  private final UnsafeBuffer record = new UnsafeBuffer(new byte[1024]);
  private final EventEncoder encoder = new EventEncoder();
  private long sent;
  private long alerts;

  private RuleSetPlan plan() throws IOException {
    Path rules = Files.writeString(folder.resolve("rules.weir"), RULES);
    return RuleSetLoader.load(rules).plan().orElseThrow();
  }

  private void send(Pipeline pipeline, RuleSetPlan plan, int events) {
    for (int i = 0; i < events; i++, sent++) {
      encoder.wrap(record, 0, plan.types().get(0)).source(0, 0, sent);
      encoder.putLong(0, sent).putLong(1, sent % 97).putLong(2, sent % 9_973);
      encoder.putLong(3, sent / 50 * 1_000_000_000L);
      int length = encoder.finish();
      while (!pipeline.ring().offer(RecordRing.NO_TICKET, record, 0, length)) {
        pipeline.work();
      }
      if (i % 64 == 0) {
        pipeline.work();
      }
    }
    while (pipeline.ring().size() > 0 || pipeline.merge().mergedTo() < sent) {
      pipeline.work();
    }
  }

  private long allocated(Log journal, AlertOutput output, RuleSetPlan plan) {
    try (Pipeline pipeline =
        new Pipeline(
            PipelineOptions.defaults().withIdle(PipelineOptions.Idle.BUSY_SPIN),
            Clocks.system(),
            plan,
            Program.compile(plan),
            List.of(SourceSpec.live("test", 1_000_000_000L, Long.MAX_VALUE)),
            ring -> new FiniteSources(List.of(), 1, 0, false, FiniteSources.to(ring)),
            journal,
            output,
            isFull -> {},
            null,
            null,
            null)) {
      send(pipeline, plan, EVENTS);
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long before = threads.getCurrentThreadAllocatedBytes();
      send(pipeline, plan, EVENTS);
      return threads.getCurrentThreadAllocatedBytes() - before;
    }
  }

  @Test
  void shouldAllocateNothingForAnEventWithoutAJournal() throws IOException {
    RuleSetPlan plan = plan();
    long bytes = allocated(Logs.unkept(), new DirectOutput(alert -> alerts++), plan);
    assertThat(alerts).isGreaterThan(100);
    assertThat(bytes).isLessThanOrEqualTo(ALLOWED_BYTES);
  }

  @Test
  void shouldAllocateLittleForABatchWithJournalAndAlertLog() throws IOException {
    RuleSetPlan plan = plan();
    try (DataFolder data =
        DataFolder.open(
            folder.resolve("data"),
            Durability.process(),
            plan,
            List.of("test"),
            alert -> alerts++,
            notice -> {})) {
      long bytes = allocated(data.journal(), data.alerts(), plan);
      assertThat(alerts).isGreaterThan(100);
      assertThat(bytes).isLessThanOrEqualTo(ALLOWED_BYTES_WITH_JOURNAL);
    }
  }
}
