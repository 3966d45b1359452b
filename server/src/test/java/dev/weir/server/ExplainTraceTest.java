package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weir explain} of alerts, and of silence, from the journal of a data folder. */
class ExplainTraceTest {
  @TempDir Path folder;
  private Path rules;
  private Path data;
  private String alerts;

  @BeforeEach
  void run() {
    rules = Cli.write(folder.resolve("rules.weir"), Cli.RULES);
    Path rows =
        Cli.write(
            folder.resolve("rows.csv"),
            Cli.ROWS + "5,b,1.00,2026-01-01T00:00:02Z\n6,a,10.00,2026-01-01T01:30:00Z\n");
    data = folder.resolve("data");
    Cli.Result result =
        Cli.run("run", "--rules", rules, "--input", "Payment=" + rows, "--data", data);
    assertThat(result.code()).as(result.err()).isZero();
    alerts = result.out();
  }

  private String idOf(String rule) {
    Matcher id =
        Pattern.compile("\"id\":\"([0-9a-f]{32})\",\"rule\":\"" + rule + "\"").matcher(alerts);
    assertThat(id.find()).as(alerts).isTrue();
    return id.group(1);
  }

  private Cli.Result whyNot(Object... more) {
    Object[] all = new Object[more.length + 6];
    all[0] = "explain";
    all[1] = "--why-not";
    System.arraycopy(more, 0, all, 2, more.length);
    all[more.length + 2] = "--data";
    all[more.length + 3] = data;
    all[more.length + 4] = "--rules";
    all[more.length + 5] = rules;
    return Cli.run(all);
  }

  @Test
  void shouldTellHowAMatchCame() {
    Cli.Result result = Cli.run("explain", idOf("rising"), "--data", data, "--rules", rules);
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(Cli.lines(result.out())).hasSize(3);
    assertThat(result.out())
        .startsWith("rule rising\n")
        .contains("begun: `a: Payment`")
        .containsPattern("a#[0-9]+ b#[0-9]+ alerted: `b: Payment`: amount > a.amount \\(amount = ");
  }

  @Test
  void shouldTellWhatAConditionRead() {
    Cli.Result result = Cli.run("explain", idOf("large"), "--data", data, "--rules", rules);
    assertThat(result.out()).contains("alerted: amount > 100.00 (amount = 150.00)");
  }

  @Test
  void shouldTellWhyNothingCame() {
    String told = whyNot("rising", "--key", "a", "--from", "2026-01-01T00:00:20Z").out();
    assertThat(told)
        .contains("repeat: the id of the event came before")
        .contains("the closest miss:")
        .doesNotContain("late");
    assertThat(whyNot("rising", "--key", "b").out())
        .contains("late: behind the watermark: Payment");
    assertThat(whyNot("large", "--key", "a", "--to", "2026-01-01T00:00:10Z").out())
        .contains("guard false: amount > 100.00 (amount = 50.00)")
        .contains("\n0 alerts\n");
  }

  @Test
  void shouldSayWhatIsWrongWithTheQuestion() {
    assertThat(whyNot("risng").err()).contains("did you mean `rising`?");
    assertThat(whyNot("rising", "--from", "noon").err()).contains("not a time: noon");
    assertThat(Cli.run("explain", "--why-not", "rising").err()).contains("need `--data FOLDER`");
    assertThat(Cli.run("explain", "0".repeat(32), "--data", data, "--rules", rules).err())
        .contains("has this id");
    Cli.write(rules, Cli.RULES.replace("card   text", "card   text pii"));
    assertThat(whyNot("rising").err()).contains("made for other event types");
    assertThat(whyNot("rising").code()).isEqualTo(78);
  }
}
