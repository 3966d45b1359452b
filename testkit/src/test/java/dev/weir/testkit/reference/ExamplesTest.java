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

/** Every row of the tables of examples in the language reference. */
class ExamplesTest {
  private static final String HEADER = "| rule | events | alerts |";

  static List<Example> examples() throws IOException {
    Path page = Path.of(System.getProperty("weir.home"), "docs/language/semantics.md");
    List<Example> examples = new ArrayList<>();
    String section = "";
    boolean inTable = false;
    int line = 0;
    for (String text : Files.readAllLines(page)) {
      line++;
      if (text.startsWith("#")) {
        section = text.replaceAll("^#+ *", "");
      }
      inTable = text.startsWith("|") && (inTable || text.equals(HEADER));
      if (inTable && !text.equals(HEADER) && !text.startsWith("|--")) {
        String[] cells = text.replaceAll("`", "").split("\\|");
        examples.add(
            new Example(
                section + ", line " + line, cells[1].strip(), cells[2].strip(), cells[3].strip()));
      }
    }
    return examples;
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
