package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weir state}, on the journal of a run. */
class StateCommandTest {
  private static final String WINDOW =
      """

      rule often {
        severity low
        by card
        when on Payment count(Payment over 1d) > 100
        alert "card {card}"
      }
      """;

  @TempDir Path folder;
  private Path rules;
  private Path data;

  @BeforeEach
  void run() {
    rules = Cli.write(folder.resolve("rules.weir"), Cli.RULES + WINDOW);
    Path rows = Cli.write(folder.resolve("rows.csv"), Cli.ROWS);
    data = folder.resolve("data");
    Cli.Result result =
        Cli.run("run", "--rules", rules, "--input", "Payment=" + rows, "--data", data);
    assertThat(result.code()).as(result.err()).isZero();
  }

  @Test
  void shouldShowWhatIsOpenOfAKey() {
    Cli.Result result = Cli.run("state", "show", data, "--key", "b", "--rules", rules);
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out())
        .contains("stream time 2026-01-01T00:00:40Z\n")
        .contains("rule rising, key \"b\"\n")
        .containsPattern(
            "begun at 2026-01-01T00:00:40Z by #[0-9]+; its window ends at 2026-01-01T01:00:40Z")
        .containsPattern("a #[0-9]+ at 2026-01-01T00:00:40Z  card \"b\", amount 999.99")
        .contains("feature count(Payment over 1d by (card)), key \"b\": 1\n")
        .doesNotContain("\"a\"");
  }

  @Test
  void shouldSayThatNothingIsHeld() {
    Cli.Result result = Cli.run("state", "show", data, "--key", "nobody", "--rules", rules);
    assertThat(result.code()).isZero();
    assertThat(result.out()).contains("nothing is held of key nobody\n");
  }

  @Test
  void shouldSayWhatTakesMemory() {
    Cli.Result result = Cli.run("state", "size", data, "--rules", rules);
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out())
        .contains("\n2 keys, ")
        .containsPattern("[1-9][0-9]* bytes  1 keys  rule rising\n")
        .containsPattern(
            "[1-9][0-9]* bytes  2 keys  feature count\\(Payment over 1d by \\(card\\)\\)")
        .containsPattern("largest keys:\n +[1-9][0-9]* bytes  card \"[ab]\"\n");
  }

  @Test
  void shouldNotShowPersonalData() {
    Path personal =
        Cli.write(
            folder.resolve("personal.weir"),
            (Cli.RULES + WINDOW)
                .replace("card   text", "card   text pii")
                .replace("amount money", "amount money pii"));
    Path rows = Cli.write(folder.resolve("again.csv"), Cli.ROWS);
    Path other = folder.resolve("other");
    Cli.Result run =
        Cli.run("run", "--rules", personal, "--input", "Payment=" + rows, "--data", other);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(Cli.run("state", "show", other, "--key", "b", "--rules", personal).out())
        .contains("amount masked")
        .doesNotContain("999.99");
    assertThat(Cli.run("state", "size", other, "--rules", personal).out())
        .contains("card masked (")
        .doesNotContain("\"b\"");
  }

  @Test
  void shouldSayWhatIsWrong() {
    Cli.Result none = Cli.run("state", "size", folder.resolve("none"), "--rules", rules);
    assertThat(none.code()).isEqualTo(74);
    assertThat(Cli.lines(none.err())).hasSize(1);
    Path others =
        Cli.write(folder.resolve("o.weir"), Cli.RULES.replace("amount money", "amount money?"));
    Cli.Result other = Cli.run("state", "size", data, "--rules", others);
    assertThat(other.code()).isEqualTo(78);
    assertThat(other.err()).contains("other types than these rules declare");
  }
}
