package dev.weir.dsl.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dsl.Compile;
import dev.weir.dsl.diagnostic.Code;
import dev.weir.dsl.diagnostic.Diagnostic;
import java.util.List;
import org.junit.jupiter.api.Test;

/** All independent mistakes of a rule come in one run, and none because of another. */
class AllMistakesTest {
  private static List<Code> errors(String rule) {
    return Compile.findings(
            "a.weir", "event Payment { card text, amount money, at time }\nrule r {" + rule + "}")
        .stream()
        .filter(finding -> finding.severity() == Diagnostic.Severity.ERROR)
        .map(Diagnostic::code)
        .toList();
  }

  @Test
  void shouldReportTheMistakesOfEachStepAndOfTheAlert() {
    assertThat(
            errors(
                "by card match a: Paymnt then b: Payment where amuont > 5 then c: Payment where"
                    + " amount > b.amonut and crad = b.card within 1h alert \"{b.foo}\""))
        .containsExactly(Code.W0201, Code.W0301, Code.W0301, Code.W0301, Code.W0301);
  }

  @Test
  void shouldSayNothingOfWhatLeansOnAStepThatIsWrong() {
    assertThat(
            errors(
                "by card match a: Paymnt {2..3} then b: Payment where amount > avg(a.amount)"
                    + " within 1h alert \"{a[1].foo} {count(a)}\""))
        .containsExactly(Code.W0201);
  }

  @Test
  void shouldLookAtTheBranchesApart() {
    assertThat(
            errors(
                "by card match all of { a: Payment where amuont > 1; b: Payment where amonut > 2 }"
                    + " within 1h alert \"x\""))
        .hasSize(2);
  }
}
