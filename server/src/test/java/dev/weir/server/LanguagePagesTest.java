package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.rules.RuleSetLoader;
import dev.weir.rules.RuleTests;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What tutorial and cookbook show is run from the pages themselves. */
class LanguagePagesTest {
  private static final Path HOME = Path.of(System.getProperty("weir.home", ".."));
  private static final Pattern BLOCK =
      Pattern.compile("(?ms)^```(?<kind>\\w+)(?<words>[^\\n]*)\\n(?<text>.*?)^```$");

  @TempDir Path folder;

  private static String page(String name) throws IOException {
    return Files.readString(HOME.resolve("docs/language").resolve(name));
  }

  /** Blocks in order: files are written or added to, commands run on what is there by then. */
  @Test
  void shouldPrintWhatTheTutorialSays() throws IOException {
    Matcher block = BLOCK.matcher(page("tutorial.md"));
    int commands = 0;
    while (block.find()) {
      if (block.group("kind").equals("console")) {
        runAndCompare(block.group("text"));
        commands++;
      } else {
        String[] words = block.group("words").strip().split(" ", -1);
        StandardOpenOption how =
            words.length > 1 ? StandardOpenOption.APPEND : StandardOpenOption.CREATE_NEW;
        Files.writeString(folder.resolve(words[0]), block.group("text"), how);
      }
    }
    assertThat(commands).isGreaterThanOrEqualTo(7);
  }

  /** A command, then lines of which each stands in what it prints, then perhaps its exit code. */
  private void runAndCompare(String console) {
    List<String> lines = new ArrayList<>(console.lines().toList());
    String command = lines.remove(0);
    assertThat(command).startsWith("$ ./weir ");
    int code = 0;
    Matcher exit = Pattern.compile("\\(exit code (\\d+)\\)").matcher(lines.get(lines.size() - 1));
    if (exit.matches()) {
      code = Integer.parseInt(exit.group(1));
      lines.remove(lines.size() - 1);
    }
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] words =
        Arrays.stream(command.substring("$ ./weir ".length()).split(" ", -1))
            .map(word -> word.replaceFirst("(?<=^|=)(?=[a-z]+\\.(weir|csv)$)", folder + "/"))
            .toArray(String[]::new);
    int exited = WeirCommand.execute(new PrintWriter(out, true), new PrintWriter(err, true), words);
    String printed = (out + "\n" + err).replace(folder + "/", "");
    assertThat(exited).as("exit code of %s:%n%s", command, printed).isEqualTo(code);
    assertThat(lines).isNotEmpty().allSatisfy(line -> assertThat(printed).contains(line));
  }

  /** Each answer passes its test, and finds something in it. */
  @TestFactory
  Stream<DynamicTest> shouldGiveTheAnswersOfTheCookbook() throws IOException {
    String page = page("cookbook.md");
    Matcher block = BLOCK.matcher(page);
    assertThat(block.find()).isTrue();
    assertThat(block.group("words")).isEqualTo(" types");
    String types = block.group("text");
    List<DynamicTest> answers = new ArrayList<>();
    while (block.find()) {
      String question = page.substring(0, block.start()).replaceFirst("(?s).*\\n## ", "");
      String rules = types + block.group("text");
      answers.add(
          DynamicTest.dynamicTest(question.lines().findFirst().orElseThrow(), () -> passes(rules)));
    }
    assertThat(answers).hasSizeGreaterThanOrEqualTo(18);
    return answers.stream();
  }

  private void passes(String rules) throws IOException {
    Path file = Files.writeString(Files.createTempFile(folder, "answer", ".weir"), rules);
    RuleSetLoader.Loaded loaded = RuleSetLoader.load(file);
    assertThat(loaded.diagnostics()).isEmpty();
    RuleSetPlan plan = loaded.plan().orElseThrow();
    assertThat(plan.tests()).hasSize(1).allSatisfy(t -> assertThat(t.expected()).isNotEmpty());
    assertThat(RuleTests.run(plan, ""))
        .allSatisfy(outcome -> assertThat(outcome.problems()).isEmpty());
  }
}
