package dev.weir.testkit.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every row of the tables of examples in docs/language. */
public class ExamplesTest {
  private static final String HEADER = "| rule | events | alerts |";

  /** All of them. */
  public static List<Example> examples() throws IOException {
    List<Example> examples = new ArrayList<>();
    for (String page : List.of("semantics.md", "differences.md", "functions.md")) {
      addExamples(page, examples);
    }
    return examples;
  }

  private static void addExamples(String page, List<Example> examples) throws IOException {
    Path path = Path.of(System.getProperty("weir.home"), "docs/language", page);
    String section = "";
    boolean inTable = false;
    int line = 0;
    for (String text : Files.readAllLines(path)) {
      line++;
      if (text.startsWith("#")) {
        section = text.replaceAll("^#+ *", "");
      }
      inTable = text.startsWith("|") && (inTable || text.equals(HEADER));
      if (inTable && !text.equals(HEADER) && !text.startsWith("|--")) {
        String[] cells = text.replaceAll("`", "").split("\\|");
        String name = page + ", " + section + ", line " + line;
        examples.add(new Example(name, cells[1].strip(), cells[2].strip(), cells[3].strip()));
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> shouldDoWhatTheLanguageReferenceSays() throws IOException {
    return examples().stream()
        .map(
            e ->
                DynamicTest.dynamicTest(
                    e.name(), () -> assertThat(e.got()).as(e.rule()).isEqualTo(e.alerts())));
  }

  @Test
  void shouldFindTheTables() throws IOException {
    assertThat(examples()).hasSizeGreaterThan(100);
  }
}
