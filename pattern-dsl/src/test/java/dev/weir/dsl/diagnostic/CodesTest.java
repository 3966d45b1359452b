package dev.weir.dsl.diagnostic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dsl.Compile;
import dev.weir.dsl.Golden;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each code has a rule that brings it about, its whole message, and a page. */
class CodesTest {
  private static final String PAYMENT =
      "event Payment { id text id within 1h, card text, amount money, country text?, n int, at time }"
          + " keep 400d\n";
  private static final String LOGIN =
      "event Login { card text, user text, country text?, n int, at time }\n";

  private static Path file(Code code, String ending) {
    return Golden.folder("diagnostics").resolve(code + ending);
  }

  private static List<Diagnostic> findings(Code code, String text) {
    String name = code + ".weir";
    return code == Code.W0701
        ? Compile.file(name, text).diagnostics()
        : Compile.findings(name, text);
  }

  @ParameterizedTest
  @EnumSource
  void shouldSayTheWholeMessageOfACode(Code code) {
    List<Diagnostic> findings = findings(code, Golden.read(file(code, ".weir")));
    assertThat(findings).extracting(Diagnostic::code).containsExactly(code);
    Golden.assertMatches(file(code, ".txt"), DiagnosticText.render(findings));
    Golden.assertMatches(file(code, ".json"), DiagnosticJson.render(findings));
  }

  @ParameterizedTest
  @EnumSource
  void shouldExplainACodeWithARuleThatPasses(Code code) {
    String page = Explanation.of(code);
    assertThat(page).startsWith("# " + code + ": " + code.summary() + "\n");
    String passes = block(page, "Instead:");
    assertThat(findings(code, withTypes(passes))).isEmpty();
    if (code != Code.W0002) {
      String fails = block(page, page.contains("Refused:") ? "Refused:" : "Warned of:");
      assertThat(findings(code, withTypes(fails)))
          .extracting(Diagnostic::code)
          .containsExactly(code);
    }
  }

  private static String withTypes(String rule) {
    return (rule.contains("event Payment") ? "" : PAYMENT)
        + (rule.contains("event Login") ? "" : LOGIN)
        + rule;
  }

  /** The indented lines behind a heading. */
  private static String block(String page, String heading) {
    assertThat(page).contains("\n" + heading + "\n\n");
    return page.substring(page.indexOf("\n" + heading + "\n\n") + heading.length() + 3)
        .lines()
        .takeWhile(line -> line.isEmpty() || line.startsWith("    "))
        .map(String::strip)
        .collect(Collectors.joining("\n"));
  }
}
