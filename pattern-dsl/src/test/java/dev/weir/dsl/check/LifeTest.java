package dev.weir.dsl.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dsl.Compile;
import dev.weir.dsl.plan.PlanText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a rule runs, and what an update does. */
class LifeTest {
  private static final String TYPES = "event A { k text, n int, at time }\n";

  @Test
  void shouldPrintStatusUpdateAndValidityInThePlan() {
    String rule =
        """
        rule r {
          by k
          when on A n > 1
          alert "x"
          status retired
          on update carry
          valid from "2026-01-01T00:00:00Z" to "2027-01-01T00:00:00Z"
        }
        """;
    assertThat(PlanText.print(Compile.file("a.weir", TYPES + rule).value().orElseThrow()))
        .contains(
            """
              status retired
              on update carry
              valid from "2026-01-01T00:00:00Z"
              valid to "2027-01-01T00:00:00Z"
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          W0302 | valid from "today"
          W0403 | valid from "2027-01-01T00:00:00Z" to "2026-01-01T00:00:00Z"
          W0403 | valid from "2027-01-01T00:00:00Z" to "2027-01-01T00:00:00Z"
          """)
  void shouldRefuseByCode(String code, String clause) {
    assertThat(
            Compile.findings(
                "a.weir", TYPES + "rule r { by k when on A n > 1 alert \"x\" " + clause + " }"))
        .extracting(d -> d.code().name())
        .contains(code);
  }
}
