package dev.weir.dsl.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dsl.Compile;
import dev.weir.dsl.plan.PlanText;
import dev.weir.dsl.plan.RuleSetPlan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stages, timeouts and totals: what a rule says beside the alert of a match. */
class NoticesTest {
  private static final String TYPES =
      """
      event A { k text, n int, at time } keep 90d
      event B { k text, n int, at time } keep 90d
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          W0203 | match a: A then b: B within 1h alert "{count(matches)}"
          W0203 | match a: A then b: B within 1h stage s after x alert "y" alert "x"
          W0503 | match a: A then b: B within 1h stage s after a {2} alert "y" alert "x"
          W0503 | match a: A {2..3} then b: B within 1h stage s after a {0} alert "y" alert "x"
          W0101 | match a: A then b: B within 1h stage s after a alert "y" stage s after b alert "z" alert "x"
          W0501 | match a: A then no B for 5s on timeout alert "y" alert "x"
          W0305 | match a: A then b: B within 1h pick totals alert "{b.n}"
          W0302 | match a: A then b: B within 1h pick totals alert "{sum(matches.n)}"
          W0302 | match a: A then b: B within 1h pick totals alert "{span(matches)}"
          W0503 | match a: A {2..} every subset limit 0 then b: B within 1h after match consume none alert "x"
          W0601 | when on A n > 1 stage s after a alert "y" alert "x"
          W0601 | when on A n > 1 on timeout alert "y" alert "x"
          """)
  void shouldRefuseByCode(String code, String clauses) {
    assertThat(Compile.findings("a.weir", TYPES + "rule r { by k " + clauses + " }"))
        .extracting(d -> d.code().name())
        .contains(code);
  }

  @Test
  void shouldPrintStagesTimeoutsTotalsAndLimitsInThePlan() {
    RuleSetPlan plan =
        Compile.file(
                "a.weir",
                TYPES
                    + """
                rule r {
                  by k
                  match a: A {2..} every subset limit 5 then b: B
                  within 1h
                  pick totals
                  after match consume none
                  alert "{count(matches)}" { s: sum(b.n), v: max(a.n) }
                  stage warm after a {3} alert "{last(a).n}" { s: count(a) }
                  on timeout alert "late"
                  suppress 1h by s
                }
                """)
            .value()
            .orElseThrow();
    assertThat(PlanText.print(plan))
        .contains(
            "  pick totals\n",
            "  of one start limit 5\n",
            "  alert \"{count(matches)}\"\n",
            "  stage warm after a {3}\n    alert \"{a[-1].n}\"\n",
            "      suppress by (count(a))\n",
            "  timeout\n    alert \"late\"\n");
  }
}
