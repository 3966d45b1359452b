package dev.weir.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole rule files in the pages about the language are rules, and pass their own tests. */
class DocumentedRulesTest {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```\\n(event .*?)^```$");

  @TempDir Path folder;

  static List<String> examples() throws IOException {
    List<String> examples = new ArrayList<>();
    Path pages = Path.of(System.getProperty("weir.home", ".."), "docs/language");
    try (Stream<Path> files = Files.list(pages)) {
      for (Path page : files.filter(p -> p.toString().endsWith(".md")).sorted().toList()) {
        Matcher blocks = BLOCK.matcher(Files.readString(page));
        while (blocks.find()) {
          examples.add("# of " + page.getFileName() + "\n" + blocks.group(1));
        }
      }
    }
    return examples;
  }

  @ParameterizedTest
  @MethodSource("examples")
  void shouldRunWhatThePagesShow(String example) throws IOException {
    Path file = Files.writeString(folder.resolve("example.weir"), example);
    RuleSetLoader.Loaded loaded = RuleSetLoader.load(file);
    assertThat(loaded.diagnostics()).as(example).isEmpty();
    assertThat(RuleTests.run(loaded.plan().orElseThrow(), ""))
        .isNotEmpty()
        .allSatisfy(outcome -> assertThat(outcome.problems()).isEmpty());
  }
}
