package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows is run from the README itself, and must give what it says. */
class ReadmeTest {
  private static final Path HOME = Path.of(System.getProperty("weir.home", ".."));
  private static final String README = read();

  @TempDir Path folder;

  private record Ran(int code, String out, String err) {}

  private static String read() {
    try {
      return Files.readString(HOME.resolve("README.md"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** The only fenced block of a language. */
  private static String block(String language) {
    Matcher found = Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```$").matcher(README);
    assertThat(found.find()).as("a block of " + language + " in README.md").isTrue();
    String text = found.group(1);
    assertThat(found.find()).as("a second block of " + language + " in README.md").isFalse();
    return text;
  }

  /** A command as the README writes it, in backquotes or on a line of its own. */
  private String[] command(String start) {
    Matcher found =
        Pattern.compile("(?m)(?:^|`)\\./weir (" + start + "[^`\\n]*)(?:`|$)").matcher(README);
    assertThat(found.find()).as("`./weir " + start + "…` in README.md").isTrue();
    return Arrays.stream(found.group(1).split(" ", -1))
        .map(
            word ->
                word.replace("samples/", HOME.resolve("samples").toString() + "/")
                    .replace("card_testing.weir", folder.resolve("card_testing.weir").toString())
                    .replace("payments.csv", folder.resolve("payments.csv").toString()))
        .toArray(String[]::new);
  }

  private static Ran run(String... command) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    PrintWriter outWriter = new PrintWriter(out);
    PrintWriter errWriter = new PrintWriter(err);
    int code = WeirCommand.execute(outWriter, errWriter, command);
    outWriter.flush();
    errWriter.flush();
    return new Ran(code, out.toString(), err.toString());
  }

  private void writeExample() throws IOException {
    Files.writeString(folder.resolve("card_testing.weir"), block("weir"));
    Files.writeString(folder.resolve("payments.csv"), block("csv"));
  }

  /** Line breaks of the README fall away, and what names the version of rule and plan. */
  private static String comparable(String json) {
    return json.replaceAll("\\n\\s*", "")
        .replaceAll("\"(id|version|ruleset)\":\"[0-9a-f]+\"", "\"$1\":\"\"");
  }

  @Test
  void shouldRunTheFirstCommandWithTheCountsOfTheReadme() {
    Ran ran = run(command("run samples/"));
    assertThat(ran.code()).isZero();
    List<String> rules = block("summary").lines().map(String::strip).toList();
    assertThat(rules).hasSizeGreaterThanOrEqualTo(8);
    for (String line : rules) {
      String[] words = line.split("\\s+", -1);
      assertThat(ran.err()).containsPattern("(?m)^\\s*" + words[0] + "\\s+" + words[1] + " alert");
    }
  }

  @Test
  void shouldGiveTheAlertOfTheExample() throws IOException {
    writeExample();
    Ran ran = run(command("run --rules card_testing"));
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(comparable(ran.out())).isEqualTo(comparable(block("json")));
  }

  @Test
  void shouldPassTheTestOfTheExample() throws IOException {
    writeExample();
    Ran ran = run(command("test card_testing"));
    assertThat(ran.code()).as(ran.out() + ran.err()).isZero();
    assertThat(run(command("check card_testing")).code()).isZero();
    assertThat(run("help").code()).isZero();
  }

  @Test
  void shouldMeasureAsTheReadmeSays() {
    List<String> command = new ArrayList<>(List.of(command("bench ")));
    command.addAll(List.of("--repeat", "1")); // that it runs is the question here, not how fast
    Ran ran = run(command.toArray(String[]::new));
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out()).contains("288,062 events");
  }

  @Test
  void shouldNameOnlyModulesThatExist() throws IOException {
    String pom = Files.readString(HOME.resolve("pom.xml"));
    Matcher modules = Pattern.compile("<module>(.*?)</module>").matcher(pom);
    while (modules.find()) {
      assertThat(README).contains("| `" + modules.group(1) + "` |");
    }
    Matcher rows = Pattern.compile("(?m)^\\| `([a-z-]+)` \\|").matcher(README);
    while (rows.find()) {
      assertThat(pom).contains("<module>" + rows.group(1) + "</module>");
    }
  }
}
