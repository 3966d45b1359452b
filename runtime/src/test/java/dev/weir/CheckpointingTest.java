package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.alerts.AlertExport;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.engine.ChunkStore;
import dev.weir.journal.Durability;
import dev.weir.rules.RuleSetLoader;
import dev.weir.state.RocksStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A run with a data folder goes on from its newest checkpoint, with the same alerts. */
class CheckpointingTest {
  private static final int SEED = 11;
  private static final int ROWS = 16_000;

  private static final String RULES =
      """
      event Pay { id int id within 1m, card text, amount money, at time in epoch s } late 20s keep 1d
      event Login { card text, at time in epoch s }
      rule pair {
        by card
        match a: Pay then b: Pay where amount > a.amount then no Login for 30s
        within 2m
        pick first
        after match consume all
        alert "{card} {b.amount}" { n: count(Pay over 1m), all: count(Pay ever) }
      }
      rule spike {
        by card
        when count(Pay over 30s) >= 4
        alert "{card}" { sum: sum(Pay.amount over 30s) }
        suppress 1m by card
      }
      rule shared {
        by card
        when on Pay count(Pay over 10s by amount) >= 3
        alert "{card} {sum(Pay.id over 1m by amount before this)}"
        suppress 2m by card
      }
      rule anyone {
        match l: Login then p: Pay where card = l.card
        within 10s
        alert "{p.card}"
      }
      """;

  @TempDir private Path folder;
  private RuleSetPlan plan;
  private final Map<String, List<Path>> inputs = new LinkedHashMap<>();
  private int crashAfter = Integer.MAX_VALUE;
  private final List<String> notices = new ArrayList<>();

  @BeforeEach
  void write() throws IOException {
    Path rules = Files.writeString(folder.resolve("rules.weir"), RULES);
    RuleSetLoader.Loaded loaded = RuleSetLoader.load(rules);
    plan = loaded.plan().orElseThrow(() -> new AssertionError(loaded));
    Random random = new Random(SEED);
    StringBuilder pays = new StringBuilder("id,card,amount,at\n");
    StringBuilder logins = new StringBuilder("card,at\n");
    for (int i = 0; i < ROWS; i++) {
      long time = 1_000_000L + i / 20 - random.nextInt(25);
      pays.append(random.nextInt(50) == 0 ? i / 2 : i).append(',').append(random.nextInt(900));
      pays.append(',').append(random.nextInt(100)).append(',').append(time).append('\n');
      if (i % 10 == 0) {
        logins.append(random.nextInt(900)).append(',').append(1_000_000 + i / 20).append('\n');
      }
    }
    inputs.put("Pay", List.of(Files.writeString(folder.resolve("pays.csv"), pays)));
    inputs.put("Login", List.of(Files.writeString(folder.resolve("logins.csv"), logins)));
  }

  @ParameterizedTest
  @CsvSource({"1, SHARED", "1, DEDICATED", "3, SHARED", "3, DEDICATED"})
  void shouldGoOnFromTheNewestCheckpointWithTheSameAlertsAndCounts(
      int shards, PipelineOptions.Threading threading) {
    PipelineOptions options =
        PipelineOptions.defaults()
            .withShards(shards)
            .withThreading(threading)
            .withCheckpointEvery(Duration.ofMillis(4));
    FileRun whole = new FileRun(plan, inputs, (t, f, line, raw, length, reason) -> {}, options);
    List<String> expected = new ArrayList<>();
    FileRun.Summary summary =
        whole.run(
            OptionalLong.empty(), alert -> expected.add(alert.json()), (events, read, total) -> {});
    assertThat(expected).hasSizeGreaterThan(500);

    Path data = folder.resolve("data");
    Random random = new Random(SEED);
    long before = 0;
    int runs = 0;
    int fromCheckpoint = 0;
    FileRun.Summary last = null;
    while (last == null) {
      FileRun run = new FileRun(plan, inputs, (t, f, line, raw, length, reason) -> {}, options);
      crashAfter = runs < 6 ? 50 + random.nextInt(200) : Integer.MAX_VALUE;
      try (DataFolder open = open(data)) {
        Checkpointing.Saved saved = open.saved();
        long from = saved == null ? 0 : saved.checkpoint().position();
        assertThat(from).as("run %d", runs).isGreaterThanOrEqualTo(before);
        fromCheckpoint += from > before ? 1 : 0;
        before = from;
        last = run.run(open, OptionalLong.empty(), (events, read, total) -> {});
      } catch (Crash e) {
        runs++;
      }
    }
    assertThat(runs).as("crashes").isGreaterThan(3);
    if (threading == PipelineOptions.Threading.SHARED) { // else all may be over before a cut
      assertThat(fromCheckpoint).as("runs that went on from a newer checkpoint").isPositive();
    }
    assertThat(notices).isEmpty();
    assertThat(alertsOf(data)).isEqualTo(expected);
    assertThat(last).isEqualTo(summary);

    try (DataFolder open = open(data)) { // and once more: nothing is added
      FileRun run = new FileRun(plan, inputs, (t, f, line, raw, length, reason) -> {}, options);
      assertThat(run.run(open, OptionalLong.empty(), (events, read, total) -> {}))
          .isEqualTo(summary);
    }
    assertThat(alertsOf(data)).isEqualTo(expected);
  }

  @Test
  void shouldTakeTheCheckpointBeforeADamagedOneAndTheWholeJournalAfterThat() {
    PipelineOptions options = PipelineOptions.defaults().withCheckpointEvery(Duration.ofMillis(4));
    Path data = folder.resolve("data");
    FileRun first = new FileRun(plan, inputs, (t, f, line, raw, length, reason) -> {}, options);
    FileRun.Summary whole;
    List<Long> positions = new ArrayList<>();
    try (DataFolder open = open(data)) {
      whole = first.run(open, OptionalLong.empty(), (events, read, total) -> {});
      open.checkpoints().list().forEach(checkpoint -> positions.add(checkpoint.position()));
    }
    assertThat(positions).hasSize(2);
    List<String> all = alertsOf(data);
    for (int damaged = 1; damaged <= 2; damaged++) {
      damageNewestWhole(data, damaged);
      notices.clear();
      FileRun again = new FileRun(plan, inputs, (t, f, line, raw, length, reason) -> {}, options);
      try (DataFolder open = open(data)) {
        Checkpointing.Saved saved = open.saved();
        assertThat(saved == null ? 0 : saved.checkpoint().position())
            .isEqualTo(damaged == 1 ? positions.get(1) : 0);
        assertThat(notices).hasSize(damaged).first().asString().contains("is damaged: part=");
        if (damaged == 2) {
          assertThat(again.run(open, OptionalLong.empty(), (events, read, total) -> {}))
              .isEqualTo(whole);
        }
      }
    }
    assertThat(alertsOf(data)).isEqualTo(all);
  }

  /** Flips a bit in a chunk of the newest, or of the one before. */
  private static void damageNewestWhole(Path data, int which) {
    try (ChunkStore store = RocksStore.open(data.resolve(DataFolder.CHECKPOINTS))) {
      List<byte[]> manifests = new ArrayList<>();
      store.forEach(
          new byte[] {'m'}, new byte[] {'n'}, (name, buffer, length) -> manifests.add(name));
      byte[] from = manifests.get(manifests.size() - which).clone();
      from[0] = 'c';
      store.forEach(
          from,
          new byte[] {'d'},
          (name, buffer, length) -> {
            byte[] bytes = new byte[length];
            buffer.getBytes(0, bytes);
            bytes[length / 2] ^= 4;
            store.put(name, new UnsafeBuffer(bytes), 0, length);
            return false;
          });
      store.sync();
    }
  }

  private DataFolder open(Path data) {
    return DataFolder.open(
        data,
        Durability.process(),
        plan,
        List.copyOf(inputs.keySet()),
        alert -> {
          if (crashAfter-- == 0) {
            throw new Crash();
          }
        },
        notices::add);
  }

  private static List<String> alertsOf(Path data) {
    List<String> alerts = new ArrayList<>();
    AlertExport.run(DataFolder.alertsOf(data), alert -> alerts.add(alert.json()));
    return alerts;
  }

  /** Ends a run in the middle of anything. */
  private static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
