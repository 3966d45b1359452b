package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.Weir;
import dev.weir.WeirConfig;
import dev.weir.journal.Durability;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules of a stopped service. */
class RulesCommandsTest {
  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int weir(String... args) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return WeirCommand.execute(new PrintWriter(out), new PrintWriter(err), args);
  }

  @Test
  void shouldPlanApplyListAndGoBack() throws IOException {
    Cli.write(folder.resolve("weir.yaml"), "rules: rules\n");
    Path rules = Cli.write(folder.resolve("rules/rules.weir"), Cli.RULES);
    String dir = folder.toString();
    assertThat(weir("apply", dir)).isEqualTo(ExitCode.CONFIG);
    try (Weir engine =
        Weir.open(
            WeirConfig.of(folder.resolve("rules"))
                .withData(folder.resolve("data"), Durability.process())
                .withIdleTime(Duration.ofDays(1)))) {
      Instant at = Instant.parse("2026-01-01T00:00:00Z");
      engine.events("Payment").send(Map.of("id", "1", "card", "c", "amount", "5", "at", at));
      engine
          .events("Payment")
          .send(Map.of("id", "2", "card", "c", "amount", "1", "at", at.plusSeconds(60)));
      engine.flush();
    }
    Cli.write(rules, Cli.RULES.replace("amount > a.amount", "amount > 2 * a.amount"));
    assertThat(weir("plan", dir)).as(err.toString()).isEqualTo(ExitCode.OK);
    assertThat(out.toString())
        .containsPattern("unchanged +large +keep, 0 open")
        .containsPattern("changed +rising +finish, 1 open");
    assertThat(weir("apply", dir)).as(err.toString()).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).contains("\"position\":\"2\"");
    assertThat(weir("plan", dir)).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).doesNotContain("changed    rising").contains("unchanged  rising");
    assertThat(weir("rollback", dir)).as(err.toString()).isEqualTo(ExitCode.OK);
    assertThat(weir("history", folder.resolve("data").toString())).isEqualTo(ExitCode.OK);
    assertThat(out.toString().lines()).hasSize(4);
    Cli.write(rules, "rule broken {");
    assertThat(weir("apply", dir)).isEqualTo(ExitCode.FINDINGS);
    assertThat(err.toString()).contains("rules.weir");
  }

  private void pay(Weir engine, int id, String card, String amount) {
    Instant at = Instant.parse("2026-01-01T00:00:00Z").plusSeconds(60L * id);
    engine
        .events("Payment")
        .send(Map.of("id", Integer.toString(id), "card", card, "amount", amount, "at", at));
  }

  /** Neither replay nor explain nor state is told of rules: they are in the journal. */
  @Test
  void shouldFoldTheJournalAgainWithTheRuleSetsThatAreInIt() throws IOException {
    Path rules = Cli.write(folder.resolve("rules/rules.weir"), Cli.RULES);
    Path data = folder.resolve("data");
    WeirConfig config =
        WeirConfig.of(folder.resolve("rules"))
            .withData(data, Durability.process())
            .withIdleTime(Duration.ofDays(1));
    String judgedByTheSecond;
    try (Weir engine = Weir.open(config)) {
      pay(engine, 1, "c", "50");
      pay(engine, 2, "d", "200");
      pay(engine, 3, "c", "1"); // lets those before it out
      engine.flush();
      Cli.write(rules, Cli.RULES.replace("on Payment amount > 100", "on Payment amount > 40"));
      judgedByTheSecond = engine.apply(folder.resolve("rules"), "test").hash();
      pay(engine, 4, "c", "60");
      pay(engine, 5, "e", "45");
      pay(engine, 6, "f", "1");
      engine.flush();
    }
    assertThat(weir("alerts", "export", data.toString())).isEqualTo(ExitCode.OK);
    String exported = out.toString();
    assertThat(exported.lines()).hasSize(4);
    assertThat(exported.lines().filter(alert -> alert.contains(judgedByTheSecond))).hasSize(3);

    Path again = folder.resolve("again.jsonl");
    assertThat(weir("replay", "--data", data.toString(), "--alerts", again.toString()))
        .as(err.toString())
        .isEqualTo(ExitCode.OK);
    assertThat(again).content().isEqualTo(exported);
    Path rest = folder.resolve("rest.jsonl");
    assertThat(
            weir("replay", "--data", data.toString(), "--from", "4", "--alerts", rest.toString()))
        .isEqualTo(ExitCode.OK);
    assertThat(rest).as("by the set in force there").content().contains(judgedByTheSecond, "45");

    Matcher id = Pattern.compile("\"id\":\"([0-9a-f]{32})\",\"rule\":\"large\"").matcher(exported);
    assertThat(id.results().map(found -> found.group(1)).skip(1).limit(1))
        .allSatisfy(
            alert -> {
              assertThat(weir("explain", alert, "--data", data.toString())).isEqualTo(ExitCode.OK);
              assertThat(out.toString()).contains("alerted: amount > 40.00 (amount = 60.00)");
            });
    String[] whyNot = {"explain", "--why-not", "large", "--key", "c", "--data", data.toString()};
    assertThat(weir(whyNot)).isEqualTo(ExitCode.OK);
    assertThat(out.toString())
        .contains("guard false: amount > 100.00 (amount = 50.00)", "\n1 alert\n");
    whyNot[2] = "lrage";
    assertThat(weir(whyNot)).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("did you mean `large`?");

    assertThat(weir("state", "show", data.toString(), "--key", "e")).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).contains("rule rising, key \"e\"");
  }

  @Test
  void shouldSayThatNothingWasDeployedYet() throws IOException {
    Cli.write(folder.resolve("weir.yaml"), "rules: rules\n");
    Cli.write(folder.resolve("rules/rules.weir"), Cli.RULES);
    WeirConfig config =
        WeirConfig.of(folder.resolve("rules"))
            .withData(folder.resolve("data"), Durability.process());
    try (Weir engine = Weir.open(config)) {
      engine.start();
    }
    assertThat(weir("plan", folder.toString())).isEqualTo(ExitCode.FINDINGS);
    assertThat(err.toString()).contains("nothing was deployed yet");
  }
}
