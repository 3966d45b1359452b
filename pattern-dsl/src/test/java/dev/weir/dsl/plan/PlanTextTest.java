package dev.weir.dsl.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dsl.Compile;
import dev.weir.dsl.Golden;
import dev.weir.dsl.diagnostic.Diagnostic;
import dev.weir.dsl.diagnostic.Result;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class PlanTextTest {
  private static final String TYPES =
      "event A { k text, n int, at time } keep 1d\nparam low int = 5\nlist some int { 1 }\n";
  private static final String RULE =
      "rule r { by k when count(A where n in some over 1h) > low alert \"x {n}\" }\n";

  static List<Path> files() {
    return Golden.ruleFiles(Golden.folder("plan"));
  }

  private static RuleSetPlan plan(String text) {
    Result<RuleSetPlan> result = Compile.file("a.weir", text);
    assertThat(result.diagnostics().stream().filter(d -> d.severity() == Diagnostic.Severity.ERROR))
        .extracting(Diagnostic::message)
        .isEmpty();
    return result.value().orElseThrow();
  }

  private static String version(String text) {
    return plan(text).rules().stream()
        .filter(r -> r.name().equals("r"))
        .findFirst()
        .orElseThrow()
        .version();
  }

  @ParameterizedTest
  @MethodSource("files")
  void shouldPrintWhatRulesMean(Path file) {
    RuleSetPlan plan = plan(Golden.read(file));
    Golden.assertMatches(Path.of(file.toString().replace(".weir", ".plan")), PlanText.print(plan));
    assertDrawn(file, ".mermaid", plan, PlanDiagram::mermaid);
    assertDrawn(file, ".dot", plan, PlanDiagram::dot);
    assertDrawn(file, ".svg", plan, PlanDiagram::svg);
  }

  private static void assertDrawn(
      Path file, String ending, RuleSetPlan plan, BiFunction<RuleSetPlan, RulePlan, String> draw) {
    Golden.assertMatches(
        Path.of(file.toString().replace(".weir", ending)),
        plan.rules().stream()
            .map(rule -> draw.apply(plan, rule))
            .collect(Collectors.joining("\n")));
  }

  @ParameterizedTest
  @MethodSource("files")
  void shouldDrawWellFormedPicturesInsideTheirFrame(Path file) throws Exception {
    RuleSetPlan plan = plan(Golden.read(file));
    for (RulePlan rule : plan.rules()) {
      Element svg =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(new InputSource(new StringReader(PlanDiagram.svg(plan, rule))))
              .getDocumentElement();
      int width = Integer.parseInt(svg.getAttribute("width"));
      int height = Integer.parseInt(svg.getAttribute("height"));
      NodeList texts = svg.getElementsByTagName("text");
      assertThat(texts.getLength()).isPositive();
      for (int i = 0; i < texts.getLength(); i++) {
        Element text = (Element) texts.item(i);
        int x = Integer.parseInt(text.getAttribute("x"));
        int size = 7 * text.getTextContent().length();
        int left =
            switch (text.getAttribute("text-anchor")) {
              case "middle" -> x - size / 2;
              case "end" -> x - size;
              default -> x;
            };
        assertThat(left).as(text.getTextContent()).isNotNegative();
        assertThat(left + size).as(text.getTextContent()).isLessThanOrEqualTo(width);
        assertThat(Integer.parseInt(text.getAttribute("y"))).isLessThan(height);
      }
    }
  }

  @Test
  void shouldKeepAVersionWhateverElseTheSetHolds() {
    String version = version(TYPES + RULE);
    assertThat(version).matches("[0-9a-f]{16}");
    assertThat(
            version(
                "list first_of_all int { 9 }\nparam first int = 1\nevent Z { k text, at time }\n"
                    + TYPES
                    + "rule a { by k when count(A over 9m) > 1 alert \"y\" }\n"
                    + RULE))
        .isEqualTo(version);
    assertThat(version("# a comment\n" + TYPES + RULE.replace("{ by", "{\n\n  by")))
        .isEqualTo(version);
  }

  @Test
  void shouldChangeAVersionWithWhatTheRuleMeans() {
    assertThat(
            List.of(
                RULE,
                RULE.replace("1h", "2h"),
                RULE.replace("> low", ">= low"),
                RULE.replace("> low", "> 5"),
                RULE.replace("x {n}", "y {n}"),
                RULE.replace("alert", "severity low alert"),
                RULE.replace("n in some", "n not in some"),
                RULE.replace("when", "when on rising"),
                RULE.replace("by k", "")))
        .extracting(rule -> version(TYPES + rule))
        .doesNotHaveDuplicates();
  }
}
