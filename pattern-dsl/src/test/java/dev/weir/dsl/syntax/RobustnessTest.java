package dev.weir.dsl.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dsl.Compile;
import dev.weir.dsl.Golden;
import dev.weir.dsl.diagnostic.Code;
import dev.weir.dsl.diagnostic.Diagnostic;
import dev.weir.dsl.diagnostic.DiagnosticJson;
import dev.weir.dsl.diagnostic.DiagnosticText;
import dev.weir.dsl.format.Formatter;
import dev.weir.dsl.source.SourceText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No text, however broken, gives anything but diagnostics in words. */
class RobustnessTest {
  private static final int CASES = 2_000;
  private static final long SEED = Long.getLong("weir.seed", 20_260_101L);

  private static final List<String> SCRAPS =
      List.of(
          "{",
          "}",
          "(",
          ")",
          "\"",
          "\\",
          "#",
          "\n",
          "\r",
          "\t",
          ".",
          "..",
          ",",
          ":",
          "=",
          "<",
          "-",
          "and",
          "or",
          "not",
          "then",
          "match",
          "when",
          "rule",
          "event",
          "in",
          "0",
          "99999999999999999999",
          "1.5",
          "5m",
          "999999999d",
          "\u0000",
          "\ud83d",
          "\ud83d\ude00",
          "\u00e9",
          "{3..}",
          "{0}",
          "first",
          "within 1h",
          "where",
          "no A for 5m",
          "alert \"{",
          "}\"",
          "{{",
          "\\\"");

  private static String text(List<Path> files, Random random) {
    String text = Golden.read(files.get(random.nextInt(files.size())));
    StringBuilder out = new StringBuilder(text);
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes && out.length() > 2; i++) {
      int from = random.nextInt(out.length());
      int to = Math.min(out.length(), from + 1 + random.nextInt(20));
      switch (random.nextInt(5)) {
        case 0 -> out.setLength(from);
        case 1 -> out.delete(from, to);
        case 2 -> out.insert(from, SCRAPS.get(random.nextInt(SCRAPS.size())));
        case 3 -> out.replace(from, to, SCRAPS.get(random.nextInt(SCRAPS.size())));
        default -> out.insert(random.nextInt(out.length()), out.substring(from, to));
      }
    }
    return out.toString();
  }

  @Test
  void shouldGiveOnlyDiagnosticsForGarbledFiles() {
    List<Path> files = new ArrayList<>();
    for (String folder : List.of("ast", "format", "diagnostics")) {
      files.addAll(Golden.ruleFiles(Golden.folder(folder)));
    }
    files.addAll(Golden.ruleFiles(Path.of(System.getProperty("weir.home"), "samples")));
    files.removeIf(file -> Golden.read(file).length() > 20_000);
    int refused = 0;
    for (int i = 0; i < CASES; i++) {
      long seed = SEED + i;
      String text = text(files, new Random(seed));
      try {
        List<Diagnostic> findings = Compile.findings("a.weir", text);
        refused += findings.isEmpty() ? 0 : 1;
        String shown = DiagnosticText.render(findings) + DiagnosticJson.render(findings);
        assertThat(shown)
            .doesNotContain("token recognition", "mismatched", "extraneous", "<EOF>", "viable");
        Formatter.format(new SourceText("a.weir", text));
      } catch (RuntimeException | StackOverflowError | AssertionError e) {
        throw new AssertionError("-Dweir.seed=" + seed + "\n" + text, e);
      }
    }
    assertThat(refused).as("broken files of " + CASES).isGreaterThan(CASES / 2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(", "not ", "-", "1+", "a.", "a and ", "a or ", "f(", "1*", "{", "[", "a = ", "x in "
      })
  void shouldRefuseDeepExpressionsWithOneDiagnostic(String part) {
    for (int count : new int[] {5_000, 50_000}) {
      String text = "let a = " + (part + "\n").repeat(count) + "1";
      assertThat(Compile.findings("a.weir", text))
          .extracting(Diagnostic::code)
          .containsExactly(Code.W0002);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"not ", "-", "1 + ", "1 * ", "true and ", "x."})
  void shouldReadExpressionsUpToTheLimit(String part) {
    String text = "let a = " + part.repeat(RuleParser.OPERATORS_MAX - 1) + "x";
    assertThat(RuleParser.parse(new SourceText("a.weir", text)).diagnostics()).isEmpty();
  }

  @Test
  void shouldReadTenThousandBrokenDeclarationsWithoutHanging() {
    String text = "define A = B where where\n".repeat(10_000);
    assertThat(Compile.findings("a.weir", text)).hasSizeGreaterThan(20);
  }
}
