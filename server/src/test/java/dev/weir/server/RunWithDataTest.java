package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.journal.Durability;
import dev.weir.journal.Log;
import dev.weir.journal.LogOptions;
import dev.weir.journal.Logs;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code weir run --data}. {@code -Dweir.kills=N} kills more often, {@code -Dweir.seed=N} chooses
 * other moments.
 */
class RunWithDataTest {
  private static final long SEED = Long.getLong("weir.seed", 1);
  private static final Path SAMPLE = Cli.HOME.resolve("samples/account-takeover");

  @TempDir Path folder;

  private Path rules(String text) {
    return Cli.write(folder.resolve("rules.weir"), text);
  }

  private Path rows(String text) {
    return Cli.write(folder.resolve("rows.csv"), text);
  }

  private Cli.Result run(Path rules, Path rows, Object... more) {
    List<Object> command =
        new ArrayList<>(List.of("run", "--rules", rules, "--input", "Payment=" + rows));
    command.addAll(List.of("--dead-letters", folder.resolve("letters.jsonl")));
    command.addAll(List.of(more));
    return Cli.run(command.toArray());
  }

  private String exported() {
    Cli.Result result = Cli.run("alerts", "export", folder.resolve("data"));
    assertThat(result.code()).as(result.err()).isZero();
    return result.out();
  }

  @Test
  void shouldGiveTheAlertsOfARunWithoutJournalAndOnlyOnce() {
    Path rules = rules(Cli.RULES);
    Path rows = rows(Cli.ROWS);
    Path data = folder.resolve("data");
    String expected = run(rules, rows).out();
    assertThat(expected).isNotEmpty();
    for (String mode : List.of("process", "group", "sync")) {
      Cli.Result first = run(rules, rows, "--data", data + mode, "--durability", mode);
      assertThat(first.code()).as(first.err()).isZero();
      assertThat(first.out()).isEqualTo(expected);
    }
    assertThat(run(rules, rows, "--data", data).out()).isEqualTo(expected);
    Cli.Result again = run(rules, rows, "--data", data);
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.out()).as("no alert is new").isEmpty();
    assertThat(again.err()).contains("5 events", "1 repeated");
    assertThat(exported()).isEqualTo(expected);
  }

  @Test
  void shouldKeepADataFolderToItsRules() {
    Path rules = rules(Cli.RULES);
    Path rows = rows(Cli.ROWS);
    Path data = folder.resolve("data");
    run(rules, rows, "--data", data);
    String before = exported();

    Cli.Result other = run(rules(Cli.RULES.replace("> 100", "> 99")), rows, "--data", data);
    assertThat(other.code()).isEqualTo(ExitCode.CONFIG);
    assertThat(other.err()).contains(": made for other rules, lists, parameters or sources");

    assertThat(exported()).isEqualTo(before);
  }

  @Test
  void shouldFoldHistoryAgainAndLeaveItAsItIs() throws IOException {
    Path rules = rules(Cli.RULES);
    Path data = folder.resolve("data");
    run(rules, rows(Cli.ROWS), "--data", data);
    String whole = exported();
    Path out = folder.resolve("again.jsonl");
    assertThat(replay(rules, data, out).err()).contains("5 events folded again, 3 alerts");
    assertThat(out).hasContent(whole);
    Map<Boolean, String> ofB =
        whole
            .lines()
            .collect(
                Collectors.partitioningBy(
                    line -> line.contains("\"key\":{\"card\":\"b\"}"), Collectors.joining("\n")));
    assertThat(ofB.values()).doesNotContain("");
    replay(rules, data, out, "--key", "b");
    assertThat(out).hasContent(ofB.get(true));
    replay(rules, data, out, "--from", "3");
    assertThat(out).hasContent(ofB.get(true));
    replay(rules, data, out, "--to", "2026-01-01T00:00:40Z");
    assertThat(out).hasContent(ofB.get(false));
    replay(rules, data, out, "--from", "2026-01-01T00:00:25Z", "--speed", "60x");
    assertThat(out).hasContent(ofB.get(true));
    Path stricter = Cli.write(folder.resolve("other.weir"), Cli.RULES.replace("> 100", "> 500"));
    replay(stricter, data, out);
    assertThat(Files.readString(out).lines()).hasSize(2);
    assertThat(exported()).isEqualTo(whole);

    Path types = Cli.write(folder.resolve("types.weir"), Cli.RULES.replace("card", "kard"));
    Cli.Result other = Cli.run("replay", "--rules", types, "--data", data, "--alerts", out);
    assertThat(other.code()).as(other.err()).isEqualTo(ExitCode.CONFIG);
    assertThat(Cli.run("replay", "--rules", rules, "--data", data, "--alerts", out, "--speed", "x"))
        .extracting(Cli.Result::code)
        .isEqualTo(ExitCode.USAGE);
  }

  private static Cli.Result replay(Path rules, Path data, Path out, Object... more) {
    List<Object> command =
        new ArrayList<>(List.of("replay", "--rules", rules, "--data", data, "--alerts", out));
    command.addAll(List.of(more));
    Cli.Result result = Cli.run(command.toArray());
    assertThat(result.code()).as(result.err()).isZero();
    return result;
  }

  @Test
  void shouldSayWhatCannotBe() throws IOException {
    Path rules = rules(Cli.RULES);
    Path rows = rows(Cli.ROWS);
    Path data = folder.resolve("data");
    assertThat(run(rules, rows, "--data", data, "--format", "table").code())
        .isEqualTo(ExitCode.USAGE);
    assertThat(run(rules, rows, "--durability", "sync").code()).isEqualTo(ExitCode.USAGE);
    assertThat(run(rules, rows, "--data", data, "--durability", "forever").code())
        .isEqualTo(ExitCode.USAGE);
    assertThat(Cli.run("alerts", "export", data).code()).isEqualTo(ExitCode.IO);

    run(rules, rows, "--data", data);
    try (Log held = Logs.open(data.resolve("journal"), LogOptions.of(Durability.process()))) {
      Cli.Result result = run(rules, rows, "--data", data);
      assertThat(result.code()).isEqualTo(ExitCode.IO);
      assertThat(result.err()).startsWith("weir: ").doesNotContain("fault");
      assertThat(held.nextPosition()).isEqualTo(7);
    }
  }

  @Test
  void shouldNoticeAnAlertLogThatIsAheadOrOfAnotherJournal() throws IOException {
    Path rules = rules(Cli.RULES);
    Path rows = rows(Cli.ROWS);
    Path data = folder.resolve("data");
    run(rules, rows, "--data", data);
    String whole = exported();

    Path other = folder.resolve("other");
    Path less = Cli.write(folder.resolve("less.csv"), Cli.ROWS.replace("150.00", "151.00"));
    run(rules, less, "--data", other);
    move(data.resolve("alerts"), folder.resolve("aside"));
    move(other.resolve("alerts"), data.resolve("alerts"));
    Cli.Result mixed = run(rules, rows, "--data", data);
    assertThat(mixed.code()).isEqualTo(ExitCode.IO);
    assertThat(mixed.err()).contains("does not agree with the journal at alert 0");

    move(data.resolve("alerts"), folder.resolve("aside2"));
    move(data.resolve("journal"), folder.resolve("lost"));
    move(folder.resolve("aside"), data.resolve("alerts"));
    Cli.Result ahead = run(rules, rows, "--data", data, "--durability", "sync");
    assertThat(ahead.code()).isEqualTo(ExitCode.IO);
    assertThat(ahead.err()).contains("ahead of the journal, which ends at position 0");

    Cli.Result orphaned = run(rules, rows, "--data", data);
    assertThat(orphaned.code()).as(orphaned.err()).isZero();
    assertThat(orphaned.err()).contains("alerts stand in orphans-1.jsonl");
    assertThat(data.resolve("orphans-1.jsonl")).hasContent(whole);
    assertThat(orphaned.out().replaceAll(".position.:.\\d+.", "").lines().count())
        .isEqualTo(whole.lines().count());
    assertThat(run(rules, rows, "--data", data).err()).doesNotContain("orphans");

    move(data.resolve("alerts"), folder.resolve("aside3"));
    assertThat(run(rules, rows, "--data", data).code()).isZero();
    assertThat(exported()).as("made again").isEqualTo(orphaned.out());
  }

  private static void move(Path from, Path to) throws IOException {
    Files.move(from, to);
  }

  /**
   * Half of the kills come after so many new alerts, half after so many milliseconds, which may be
   * before the first record, within recovery or behind the last.
   */
  @ParameterizedTest
  @CsvSource({"process, 6", "group, 3"})
  void shouldGiveEachAlertOnceHoweverOftenTheProcessIsKilled(String mode, int usual)
      throws IOException, InterruptedException {
    Cli.Result undisturbed =
        Cli.run("run", SAMPLE, "--dead-letters", folder.resolve("letters.jsonl"));
    assertThat(undisturbed.code()).as(undisturbed.err()).isZero();
    int alerts = (int) undisturbed.out().lines().count();
    int kills = Integer.getInteger("weir.kills", usual);
    Random random = new Random(SEED);
    int killed = 0;
    for (int kill = 0; kill < kills; kill++) {
      boolean byAlerts = kill % 2 == 0;
      int after = byAlerts ? random.nextInt(Math.max(1, alerts / kills)) : random.nextInt(4000);
      killed += start(mode, byAlerts, after) ? 1 : 0;
    }
    start(mode, true, Integer.MAX_VALUE);
    String how = "mode " + mode + " seed " + SEED + " killed " + killed + " of " + kills;
    assertThat(killed).as(how).isPositive();
    assertThat(exported()).as(how).isEqualTo(undisturbed.out());
    for (String log : List.of("journal", "alerts")) {
      assertThat(Cli.run("journal", "verify", folder.resolve("data").resolve(log)).code()).isZero();
    }
  }

  /** True if the process was killed before it ended. */
  private boolean start(String mode, boolean byAlerts, int after)
      throws IOException, InterruptedException {
    Path err = folder.resolve("err.txt");
    ProcessBuilder builder =
        Cli.child(
                "run",
                SAMPLE,
                "--data",
                folder.resolve("data"),
                "--durability",
                mode,
                "--dead-letters",
                folder.resolve("letters.jsonl"))
            .redirectError(err.toFile());
    if (!byAlerts) {
      builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    }
    Process process = builder.start();
    if (byAlerts) {
      try (BufferedReader out =
              new BufferedReader(
                  new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
          Stream<String> lines = out.lines()) {
        long read = lines.limit(after).count();
        if (read == after) {
          process.toHandle().destroyForcibly();
        }
      }
    } else if (!process.waitFor(after, TimeUnit.MILLISECONDS)) {
      process.destroyForcibly();
    }
    int code = process.waitFor();
    assertThat(code).as(Files.readString(err)).isIn(ExitCode.OK, 128 + 9);
    return code != ExitCode.OK;
  }
}
