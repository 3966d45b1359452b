package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.alerts.AlertJson;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.ingest.IntakeSink;
import dev.weir.rules.RuleSetLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileRunTest {
  private static final long SEED = Long.getLong("weir.seed", 20260131L);
  private static final int ROWS = 20_000;

  private static final String RULES =
      """
      event Pay { id int id within 10m, card int, amount money, at time in epoch s } late 30s to drop
      event Login { card int, at time in epoch s } late 5s to side

      rule spike {
        severity high
        by card
        match login: Login then small: Pay {2..5} where amount < 20 then big: Pay where amount > 80
        within 10m
        alert "{card} {count(small)} {big.amount}"
        suppress 1h by card
      }

      rule silence {
        severity low
        by card
        match login: Login then no Pay for 2m
        alert "{card}"
      }
      """;

  @TempDir Path folder;

  private RuleSetPlan plan;
  private final Map<String, List<Path>> inputs = new LinkedHashMap<>();

  @BeforeEach
  void writeFiles() throws IOException {
    Path rules = Files.writeString(folder.resolve("rules.weir"), RULES);
    plan = RuleSetLoader.load(rules).plan().orElseThrow();
    SplittableRandom random = new SplittableRandom(SEED);
    StringBuilder pays = new StringBuilder("id,card,amount,at\n");
    StringBuilder logins = new StringBuilder("card,at\n");
    for (int i = 0; i < ROWS; i++) {
      long time = 1_000_000L + i - random.nextInt(40);
      pays.append(random.nextInt(50) == 0 ? i / 2 : i).append(',').append(random.nextInt(200));
      pays.append(',').append(random.nextInt(100)).append(',').append(time).append('\n');
      if (i % 4 == 0) {
        logins.append(random.nextInt(300)).append(',').append(1_000_000 + i).append('\n');
      }
    }
    inputs.put("Pay", List.of(Files.writeString(folder.resolve("pays.csv"), pays)));
    inputs.put("Login", List.of(Files.writeString(folder.resolve("logins.csv"), logins)));
  }

  private record Ran(FileRun.Summary summary, List<String> alerts) {}

  private Ran run(UnaryOperator<IntakeSink> between) {
    List<String> alerts = new ArrayList<>();
    AlertJson json = new AlertJson(plan);
    FileRun run = new FileRun(plan, inputs, (t, f, line, raw, length, reason) -> {});
    FileRun.Summary summary =
        run.run(
            OptionalLong.empty(),
            (alert, held) ->
                alerts.add(json.buffer().getStringWithoutLengthUtf8(0, json.write(alert, held))),
            (events, read, total) -> {},
            between);
    return new Ran(summary, alerts);
  }

  /** Keeps a copy of all that comes and hands it on in batches, as a journal does. */
  private static final class Batching implements IntakeSink {
    private final IntakeSink next;
    private final List<byte[]> records = new ArrayList<>();
    private final List<Long> watermarks = new ArrayList<>();

    Batching(IntakeSink next) {
      this.next = next;
    }

    @Override
    public void onRecord(DirectBuffer buffer, int offset, int length, long watermarkNs) {
      byte[] copy = new byte[length];
      buffer.getBytes(offset, copy);
      records.add(copy);
      watermarks.add(watermarkNs);
      if (records.size() == 37) {
        handOn();
      }
    }

    private void handOn() {
      for (int i = 0; i < records.size(); i++) {
        byte[] record = records.get(i);
        next.onRecord(new UnsafeBuffer(record), 0, record.length, watermarks.get(i));
      }
      records.clear();
      watermarks.clear();
    }

    @Override
    public void onEnd(long finalTimeNs) {
      handOn();
      next.onEnd(finalTimeNs);
    }
  }

  @Test
  void shouldGiveTheSameAlertBytesWithAndWithoutAJournalInBetween() {
    Ran without = run(sink -> sink);
    Ran with = run(Batching::new);
    assertThat(without.alerts()).as("seed %d", SEED).hasSizeGreaterThan(50);
    assertThat(with.alerts()).isEqualTo(without.alerts());
    assertThat(with.summary()).isEqualTo(without.summary());
  }

  @Test
  void shouldCountWhatWasLateDroppedAndRepeated() {
    FileRun.Summary summary = run(sink -> sink).summary();
    assertThat(summary.isComplete()).isTrue();
    assertThat(summary.events()).isEqualTo(ROWS + ROWS / 4);
    assertThat(summary.late()).isPositive();
    assertThat(summary.lateDropped()).isPositive().isLessThanOrEqualTo(summary.late());
    assertThat(summary.repeats()).isPositive();
    assertThat(summary.heldEvents()).isZero();
    assertThat(summary.heldBack().get("spike")).isPositive();
  }

  @Test
  void shouldStopWhereItIsToldToAndSayWhatWasOpen() {
    FileRun run = new FileRun(plan, inputs, (t, f, line, raw, length, reason) -> {});
    FileRun.Summary summary =
        run.run(OptionalLong.empty(), (alert, held) -> {}, (events, read, total) -> run.stop());
    assertThat(summary.isComplete()).isFalse();
    assertThat(summary.events()).isEqualTo(4096);
    assertThat(summary.heldEvents()).isPositive();
  }
}
