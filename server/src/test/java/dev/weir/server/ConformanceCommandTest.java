package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConformanceCommandTest {
  private static final Path OWN =
      Path.of(System.getProperty("weir.home", ".."))
          .resolve("server/src/test/resources/conformance/own.jsonl");
  private static final Path CASES =
      Path.of(System.getProperty("weir.shared", "shared"), "conformance");

  @TempDir Path folder;

  @Test
  void shouldAnswerTheProjectsOwnCases() {
    Cli.Result result = Cli.run("conformance", OWN);
    assertThat(result.out())
        .isEqualTo("16 passed, 0 failed, 1 quirk, 0 by decision, 0 not expressible\n");
    assertThat(result.code()).isZero();
  }

  /** The counts are facts: a case that changes sides is looked at before they are changed. */
  @ParameterizedTest
  @CsvSource({
    "flink-cep/from-flink-tests.jsonl, 94, 9, 2",
    "flink-cep/made-by-hand.jsonl, 168, 33, 1",
    "random/random.jsonl, 860, 140, 0"
  })
  void shouldAnswerAsFlinkDoes(String file, int passed, int quirks, int decided) {
    Path cases = CASES.resolve(file);
    assumeTrue(Files.exists(cases), "no " + cases + "; name its folder by -Dweir.shared");
    Cli.Result result = Cli.run("conformance", cases);
    assertThat(result.out())
        .isEqualTo(
            passed
                + " passed, 0 failed, "
                + quirks
                + " quirk, "
                + decided
                + " by decision, 0 not expressible\n");
    assertThat(result.code()).isZero();
    assertThat(Cli.run("conformance", "--move-state", cases)).isEqualTo(result);
  }

  @Test
  void shouldPrintWhatDiffers() throws IOException {
    String line = Files.readAllLines(OWN).get(0).replace("\"at\": \"b1\"", "\"at\": \"b2\"");
    Cli.Result result = Cli.run("conformance", write(line));
    assertThat(result.out())
        .isEqualTo(
            """
            failed: own/relaxed
              missing   {a=[a1], b=[b1]} at b2
              missing   {a=[a2], b=[b1]} at b2
              too much  {a=[a1], b=[b1]} at b1
              too much  {a=[a2], b=[b1]} at b1
            0 passed, 1 failed, 0 quirk, 0 by decision, 0 not expressible
            """);
    assertThat(result.code()).isEqualTo(ExitCode.FINDINGS);
  }

  @Test
  void shouldSayWhyACaseIsCountedApart() {
    assertThat(Cli.run("conformance", "--all", OWN).out())
        .startsWith("quirk: own/labelled: otherwise here: deviation: the event that is taken");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{ | not JSON",
        "[] | not an object",
        "{\"name\": \"x\"} | missing: pattern",
        "{\"pattern\": {\"steps\": []}, \"skip\": {\"strategy\": \"noSkip\"}} | missing: name"
      })
  void shouldNameALineThatIsNoCase(String line, String message) throws IOException {
    Cli.Result result = Cli.run("conformance", write(line));
    assertThat(result.err().lines())
        .hasSize(1)
        .first()
        .asString()
        .contains("cases.jsonl:1: " + message);
    assertThat(result.code()).isEqualTo(ExitCode.DATA);
  }

  private Path write(String line) throws IOException {
    return Files.writeString(folder.resolve("cases.jsonl"), line + "\n");
  }
}
