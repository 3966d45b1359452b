package dev.weir.dsl.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dsl.Compile;
import dev.weir.dsl.diagnostic.Code;
import dev.weir.dsl.diagnostic.Diagnostic;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever looks for a value among the events of a loop is told how to. */
class StepsAreNotListsTest {
  @ParameterizedTest
  @ValueSource(strings = {"card in a.card", "card in a", "not (card in a.card)"})
  void shouldPointFromInToAnyWhereAStepStandsForAList(String condition) {
    Diagnostic finding =
        Compile.findings(
                "a.weir",
                "event P { card text, at time }\nrule r { match a: P {2..3} then b: P where "
                    + condition
                    + " within 1h alert \"x\" }")
            .get(0);
    assertThat(finding.code()).isEqualTo(Code.W0302);
    assertThat(finding.toString()).contains("`a` is a step").contains("any(a.");
  }
}
