package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.engine.Program;
import dev.weir.journal.Durability;
import dev.weir.rules.RuleSetLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  /** Reads features by other keys than its own. */
  private static final String ACROSS =
      """
      rule farm {
        severity high
        by card
        when on Pay (count(Pay over 10m by amount) >= 6) and (count(Pay over 10m) >= 2)
        alert "{card} {amount}" {
          all: count(Pay over 1h by (amount, card) before this),
          last: max(Pay.id over 1m by amount before this) }
        suppress 5m by card
      }

      rule popular {
        severity low
        match big: Pay where amount > 95 and count(Pay over 2m by card) >= 1
        then no Login where count(Login over 30m by card) >= 5 for 10s
        pick all
        after match consume none
        alert "{big.card}"
      }
      """;

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

  private Ran run(PipelineOptions options) {
    List<String> alerts = new ArrayList<>();
    FileRun run = new FileRun(plan, inputs, (t, f, line, raw, length, reason) -> {}, options);
    FileRun.Summary summary =
        run.run(
            OptionalLong.empty(), alert -> alerts.add(alert.json()), (events, read, total) -> {});
    return new Ran(summary, alerts);
  }

  private Ran runWithJournal(PipelineOptions options, Durability durability) {
    Path data =
        folder.resolve("data-" + options.shards() + options.threading() + durability.mode());
    List<String> alerts = new ArrayList<>();
    FileRun run = new FileRun(plan, inputs, (t, f, line, raw, length, reason) -> {}, options);
    try (DataFolder open =
        DataFolder.open(
            data,
            durability,
            plan,
            List.copyOf(inputs.keySet()),
            alert -> alerts.add(alert.json()),
            notice -> {})) {
      FileRun.Summary summary = run.run(open, OptionalLong.empty(), (events, read, total) -> {});
      return new Ran(summary, alerts);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, SHARED",
    "1, DEDICATED",
    "2, SHARED",
    "2, DEDICATED",
    "8, SHARED",
    "8, DEDICATED"
  })
  void shouldGiveTheSameAlertBytesWhateverTheSettings(
      int shards, PipelineOptions.Threading threading) {
    check(shards, threading);
  }

  @ParameterizedTest
  @CsvSource({"2, SHARED", "2, DEDICATED", "8, SHARED", "8, DEDICATED"})
  void shouldGiveTheSameAlertBytesWhereRulesReadFeaturesByOtherKeys(
      int shards, PipelineOptions.Threading threading) throws IOException {
    Path rules = Files.writeString(folder.resolve("across.weir"), RULES + ACROSS);
    RuleSetLoader.Loaded loaded = RuleSetLoader.load(rules);
    plan = loaded.plan().orElseThrow(() -> new AssertionError(loaded));
    assertThat(Program.compile(plan).readsAcrossKeys()).isTrue();
    assertThat(run(PipelineOptions.defaults()).summary().alerts().get("farm")).isGreaterThan(50);
    check(shards, threading);
  }

  private void check(int shards, PipelineOptions.Threading threading) {
    Ran expected = run(PipelineOptions.defaults());
    assertThat(expected.alerts()).as("seed %d", SEED).hasSizeGreaterThan(50);
    PipelineOptions options =
        PipelineOptions.defaults().withShards(shards).withThreading(threading);
    assertThat(run(options)).as("without a journal").isEqualTo(expected);
    assertThat(runWithJournal(options, Durability.process())).as("process").isEqualTo(expected);
    assertThat(runWithJournal(options, Durability.group(Duration.ofMillis(3))))
        .as("group")
        .isEqualTo(expected);
  }

  @Test
  void shouldCountWhatWasLateDroppedAndRepeated() {
    FileRun.Summary summary = run(PipelineOptions.defaults()).summary();
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
        run.run(OptionalLong.empty(), alert -> {}, (events, read, total) -> run.stop());
    assertThat(summary.isComplete()).isFalse();
    assertThat(summary.events()).isBetween(4096L, (long) ROWS);
    assertThat(summary.heldEvents()).isPositive();
  }
}
