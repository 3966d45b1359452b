package dev.weir.dsl.diagnostic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dsl.Compile;
import dev.weir.dsl.source.SourceText;
import dev.weir.dsl.source.Span;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DiagnosticTextTest {
  private static Diagnostic at(String text, String place) {
    int start = text.indexOf(place);
    return new Diagnostic(
        Code.W0301,
        Diagnostic.Severity.ERROR,
        new SourceText("a.weir", text),
        new Span(start, start + place.length()),
        "headline",
        "here",
        List.of(),
        Optional.empty());
  }

  private static List<String> lines(Diagnostic diagnostic) {
    return DiagnosticText.render(diagnostic).lines().toList();
  }

  @Test
  void shouldPutTheCaretByDisplayWidthAndTheColumnByCodePoints() {
    List<String> lines = lines(at("a \ud83d\ude00 \u6f22 e\u0301 wrong", "wrong"));
    assertThat(lines.get(1)).isEqualTo(" --> a.weir:1:10");
    assertThat(lines.get(3)).isEqualTo("1 | a \ud83d\ude00 \u6f22 e\u0301 wrong");
    assertThat(lines.get(4)).isEqualTo("  |           ^^^^^ here");
  }

  @Test
  void shouldShowTabsAsSpacesAndNoReturns() {
    List<String> lines = lines(at("\tx wrong\r\nnext", "wrong"));
    assertThat(lines.get(3)).isEqualTo("1 |  x wrong");
    assertThat(lines.get(4)).isEqualTo("  |    ^^^^^ here");
  }

  @Test
  void shouldCutALongLineRoundThePlace() {
    List<String> lines = lines(at("a".repeat(1_000) + " wrong " + "b".repeat(1_000), "wrong"));
    assertThat(lines.get(1)).isEqualTo(" --> a.weir:1:1002");
    assertThat(lines.get(3)).hasSizeLessThan(170).contains(" wrong ");
    assertThat(lines.get(4).indexOf('^')).isEqualTo(lines.get(3).indexOf("wrong"));
  }

  @Test
  void shouldShowTwentyFindingsAndCountTheRest() {
    String text =
        "event P { n int, at time }\n"
            + "define A = P where wrong > 1\n".repeat(1)
            + java.util.stream.IntStream.range(0, 24)
                .mapToObj(i -> "define A" + i + " = P where wrong > 1\n")
                .collect(java.util.stream.Collectors.joining());
    String shown = DiagnosticText.render(Compile.findings("a.weir", text));
    assertThat(shown.lines().filter(l -> l.startsWith("error["))).hasSize(20);
    assertThat(shown).endsWith("5 more findings\n");
  }

  @Test
  void shouldKeepQuotesAndControlCharactersInJsonStrings() {
    String json = DiagnosticJson.render(at("say \"it\"\u0001", "\"it\"\u0001"));
    assertThat(json)
        .contains("\"file\":\"a.weir\",\"line\":1,\"column\":5,\"endLine\":1,\"endColumn\":10,")
        .contains("\"help\":null");
  }
}
