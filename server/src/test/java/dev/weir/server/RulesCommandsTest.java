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
}
