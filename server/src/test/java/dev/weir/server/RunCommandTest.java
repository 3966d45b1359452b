package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunCommandTest {
  @TempDir Path folder;

  private Path rules;
  private Path rows;
  private Path letters;

  @BeforeEach
  void writeFiles() {
    rules = Cli.write(folder.resolve("rules/payments.weir"), Cli.RULES);
    rows = Cli.write(folder.resolve("rows.csv"), Cli.ROWS);
    letters = folder.resolve("letters.jsonl");
  }

  private Cli.Result run(Object... more) {
    Object[] all = new Object[6 + more.length];
    Object[] first = {
      "run", "--rules", rules, "--input", "Payment=" + rows, "--dead-letters=" + letters
    };
    System.arraycopy(first, 0, all, 0, first.length);
    System.arraycopy(more, 0, all, first.length, more.length);
    return Cli.run(all);
  }

  // ---- what comes out
  // -----------------------------------------------------------------------------

  @Test
  void shouldPrintJsonLinesWhereNobodyWatchesAndTheSummaryApart() {
    Cli.Result result = run();
    assertThat(result.code()).isZero();
    assertThat(Cli.lines(result.out()))
        .hasSize(3)
        .allMatch(line -> line.startsWith("{\"id\":\"") && line.endsWith("}"))
        .anyMatch(line -> line.contains("\"text\":\"card a paid 150.00\""))
        .anyMatch(line -> line.contains("\"text\":\"card a: 50.00, then 150.00\""))
        .anyMatch(line -> line.contains("\"text\":\"card b paid 999.99\""));
    assertThat(result.err())
        .contains("5 events in ")
        .contains(" events/s), 1 late, 1 repeated, 0 rejected")
        .containsPattern("large +2 alerts")
        .containsPattern("rising +1 alerts, 1 open partial matches")
        .contains("left open: 1 partial matches, 0 events held back");
    assertThat(letters).doesNotExist();
  }

  @Test
  void shouldPrintATableOnRequest() {
    Cli.Result result = run("--format", "table");
    assertThat(Cli.lines(result.out()).get(0)).matches("TIME +RULE +SEVERITY +ALERT");
    assertThat(Cli.lines(result.out()).get(1))
        .matches("2026-01-01T00:00:20Z +large +high +card a paid 150.00");
  }

  @Test
  void shouldLetNoTextSteerTheTerminal() {
    Cli.write(
        rows,
        "id,card,amount,at\n1,\"\u001b[2J \"\"x\"\" \\ \u009b \u202e\",200,2026-01-01T00:00:00Z\n");
    assertThat(run("--format=table").out())
        .contains("card \\u001b[2J \"x\" \\ \\u009b \\u202e paid 200.00");
  }

  @Test
  void shouldWriteTheSameAlertsToTheFileAsToTheOutput() throws IOException {
    Path out = folder.resolve("out.jsonl");
    Cli.Result result = run("--alerts", out);
    assertThat(Files.readString(out)).isEqualTo(result.out()).isNotEmpty();
    assertThat(folder.resolve("out.jsonl.part")).doesNotExist();
  }

  @Test
  void shouldMoveTimeOnToUntil() {
    Path absent =
        Cli.write(
            folder.resolve("absent.weir"),
            """
            event Payment { id text, card text, amount money, at time }
            rule silent {
              severity low
              by card
              match a: Payment then no Payment for 5m
              alert "{card} fell silent"
            }
            """);
    Object[] line = {"run", "--rules", absent, "--input", "Payment=" + rows};
    assertThat(Cli.run(line).out()).isEmpty();
    Object[] later = Arrays.copyOf(line, line.length + 2);
    later[line.length] = "--until";
    later[line.length + 1] = "2026-01-01T00:05:21Z";
    assertThat(Cli.lines(Cli.run(later).out()))
        .hasSize(1)
        .allMatch(alert -> alert.contains("a fell silent"));
  }

  @Test
  void shouldReadAFolderWithItsSettings() {
    Cli.write(
        folder.resolve("weir.yaml"),
        "sources:\n  - type: Payment\n    files: [rows.csv]\nalerts: alerts.jsonl\n");
    Cli.Result result = Cli.run("run", folder);
    assertThat(result.code()).isZero();
    assertThat(Cli.read(folder.resolve("alerts.jsonl"))).isEqualTo(result.out()).isNotEmpty();
  }

  // ---- bad input
  // ----------------------------------------------------------------------------------

  @Test
  void shouldPutBadRowsAsideAndFailOnlyWhenStrict() {
    Cli.write(rows, Cli.ROWS + "5,c,1.005,2026-01-01T00:01:00Z\n6,c,500,2026-01-01T00:01:01Z\n");
    Cli.Result result = run();
    assertThat(result.code()).isZero();
    assertThat(result.out()).contains("card c paid 500.00");
    assertThat(result.err()).contains("1 rejected (see " + letters + ")");
    assertThat(Cli.read(letters))
        .startsWith("{\"type\":\"Payment\",\"file\":\"")
        .contains("\"line\":7,\"reason\":\"field amount: a digit beyond the scale\",\"raw\":\"");
    Cli.Result strict = run("--strict");
    assertThat(strict.code()).isEqualTo(65);
    assertThat(strict.out()).isEqualTo(result.out());
  }

  @Test
  void shouldLeaveNoFileThatLooksCompleteAfterAFailure() {
    byte[] whole = Cli.gzip(Cli.ROWS.repeat(1) + "9,z,500,2026-01-01T00:02:00Z\n".repeat(50_000));
    rows = Cli.write(folder.resolve("cut.csv.gz"), Arrays.copyOf(whole, whole.length - 20));
    Path out = Cli.write(folder.resolve("out.jsonl"), "of yesterday\n");
    Cli.Result result = run("--alerts", out);
    assertThat(result.code()).isEqualTo(65);
    assertThat(Cli.lines(result.err()))
        .containsExactly(
            "weir: cannot read "
                + rows
                + " on behind byte "
                + (whole.length - 20)
                + ": the gzip is cut off");
    assertThat(Cli.read(out)).isEqualTo("of yesterday\n");
    assertThat(Cli.read(folder.resolve("out.jsonl.part"))).contains("card a paid 150.00");
  }

  @Test
  void shouldStopAtAMissingColumn() {
    Cli.write(rows, "id,card,at\n1,a,2026-01-01T00:00:00Z\n");
    mistake(run(), 65, "has no column `amount` for field `amount` of Payment");
  }

  // ---- mistakes
  // -----------------------------------------------------------------------------------

  private static void mistake(Cli.Result result, int code, String message) {
    assertThat(result.err()).startsWith("weir: ").contains(message).doesNotContain("\tat ");
    assertThat(Cli.lines(result.err())).hasSize(1);
    assertThat(result.code()).as(result.err()).isEqualTo(code);
    assertThat(result.out()).isEmpty();
  }

  @Test
  void shouldSayEachMistakeOnTheCommandLineInOneLine() {
    mistake(run("--until", "tomorrow"), 2, "--until needs a time such as 2018-05-01T00:00:00Z");
    mistake(run("--until", "9999-01-01T00:00:00Z"), 2, "--until needs a time such as");
    mistake(run("--format", "xml"), 2, "--format is table or json, not xml");
    mistake(
        run("--strickt"),
        2,
        "no option `--strickt`; did you mean `--strict`? (see `weir help run`)");
    mistake(run("--alerts"), 2, "--alerts");
    mistake(run(folder), 2, "give a folder with weir.yaml, or --rules and --input");
    mistake(Cli.run("run"), 2, "give a folder with weir.yaml, or --rules and --input");
    mistake(Cli.run("run", "--rules", rules), 2, "--rules needs at least one --input TYPE=FILE");
    mistake(Cli.run("run", "a", "b"), 2, "`b` is too much");
    mistake(Cli.run("run", folder, "--input", "Payment=x"), 2, "--input goes with --rules");
    mistake(
        Cli.run("run", "--rules", rules, "--input", rows), 2, "--input is TYPE=FILE[,FILE], not");
    mistake(
        Cli.run("run", "--rules", rules, "--input", "Paymnet=" + rows),
        2,
        "the rules declare no event type `Paymnet`; did you mean `Payment`?");
    mistake(Cli.run("run", "--rules", rules, "--input", "X=" + rows), 2, "they declare Payment");
  }

  @Test
  void shouldSayWhichFileCannotBeReadOrWritten() {
    mistake(
        Cli.run("run", "--rules", rules, "--input", "Payment=" + folder.resolve("none.csv")),
        74,
        "none.csv: no such file");
    mistake(
        Cli.run("run", "--rules", folder.resolve("none"), "--input", "Payment=" + rows),
        74,
        "no such file or folder");
    mistake(run("--alerts", folder.resolve("none/out.jsonl")), 74, "cannot write alerts to ");
    mistake(run("--alerts", folder), 74, "it is a folder");
    Path empty = folder.resolve("empty");
    assertThat(empty.toFile().mkdir()).isTrue();
    mistake(Cli.run("run", "--rules", empty, "--input", "Payment=" + rows), 74, "no .weir file in");
    letters = folder.resolve("none/letters.jsonl");
    Cli.write(rows, Cli.ROWS + "x\n");
    Cli.Result result = run();
    assertThat(result.code()).isEqualTo(74);
    assertThat(result.err()).startsWith("weir: cannot write dead letters to " + letters);
  }

  @Test
  void shouldSayWhatIsWrongWithTheSettings() {
    mistake(Cli.run("run", folder), 78, "weir.yaml: no such file");
    Cli.write(folder.resolve("weir.yaml"), "sources:\n  - type: Paymnt\n    files: [rows.csv]\n");
    mistake(Cli.run("run", folder), 78, "no event type `Paymnt`; did you mean `Payment`?");
    Cli.write(folder.resolve("weir.yaml"), "ruels: rules\nsources: 7\n");
    Cli.Result result = Cli.run("run", folder);
    assertThat(result.code()).isEqualTo(78);
    assertThat(result.err())
        .contains("no setting is called `ruels`; did you mean `rules`?")
        .contains("`sources` must be a list");
  }

  @Test
  void shouldShowWhatIsWrongWithTheRules() {
    Cli.write(rules, Cli.RULES.replace("amount > 100", "amuont > 100"));
    Cli.Result result = run();
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("amuont").contains("amount");
    assertThat(result.out()).isEmpty();
  }

  @Test
  void shouldGiveUpWithoutAWordWhenTheOutputIsGone() {
    PrintWriter gone =
        new PrintWriter(
            new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
              }
            },
            false,
            java.nio.charset.StandardCharsets.UTF_8);
    java.io.StringWriter err = new java.io.StringWriter();
    int code =
        WeirCommand.execute(
            gone,
            new PrintWriter(err),
            "run",
            "--rules",
            rules.toString(),
            "--input",
            "Payment=" + rows);
    assertThat(code).isEqualTo(74);
    assertThat(err.toString()).isEmpty();
  }
}
