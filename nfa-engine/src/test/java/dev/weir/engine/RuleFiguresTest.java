package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What an engine tells of the work of its rules. */
class RuleFiguresTest {
  private static final String TYPES =
      """
      event Payment { card text, amount int, days int, at time } keep 1d
      event Login { card text, at time } keep 1d
      """;

  @Test
  void shouldCountWhatARuleIsGivenAndEachStepThatItsPartialMatchesTake() {
    Harness run =
        new Harness(
            TYPES
                + """
                rule big { by card match p: Payment where amount < 5 then q: Payment where amount > 9
                  within 1h alert "{card}" }
                """);
    run.run(
        "1 Payment c1 1 1", // taken
        "2 Payment c1 7 1", // by no step: the rule is not asked
        "3 Payment c2 10 1", // by a key without partial match
        "4 Payment c1 2 1", // taken
        "5 Payment c1 10 1", // by both partial matches; one alert
        "6 Login c1");
    Engine engine = run.engine;
    assertThat(engine.steps(0)).isEqualTo(2);
    assertThat(engine.taken(0, 0)).isEqualTo(2);
    assertThat(engine.taken(0, 1)).isEqualTo(2);
    assertThat(engine.alerts(0)).isEqualTo(1);
    assertThat(engine.evaluations(0)).isEqualTo(3);
    assertThat(engine.evaluatedNs(0)).isEqualTo(5 * Harness.SECOND);
    assertThat(engine.advancedNs(0)).isEqualTo(5 * Harness.SECOND);
    assertThat(engine.firedNs(0)).isEqualTo(5 * Harness.SECOND);
    assertThat(engine.errors(0)).isZero();
  }

  @Test
  void shouldCountArithmeticWithoutAResultForEachRuleThatAsks() {
    Harness run =
        new Harness(
            TYPES
                + """
                rule a { by card when on Payment amount / days > 5 alert "a" }
                rule b { by card when on Payment amount / days > 5 alert "b" }
                rule c { by card match p: Payment then q: Payment where amount / p.days > 5
                  within 1h alert "c" }
                rule d { by card match p: Payment where amount = 3 within 1h
                  alert "d" { x: p.amount / p.days } }
                rule e { by card when on Payment amount > 100 alert "e" }
                """);
    run.run("1 Payment c1 2 0", "2 Payment c1 1 ?", "3 Payment c1 3 1", "4 Payment c2 3 0");
    Engine engine = run.engine;
    assertThat(engine.errors(0)).as("of a predicate that two ask").isEqualTo(2);
    assertThat(engine.errors(1)).isEqualTo(2);
    assertThat(engine.errors(2)).as("of its partial match of second 1").isEqualTo(2);
    assertThat(engine.errors(3)).as("of an alert's field").isEqualTo(1);
    assertThat(engine.errors(4)).isZero();
  }

  @Test
  void shouldGoOnWhereTheRuleOfAnotherSetStood() {
    String rule =
        "rule a { by card match p: Payment where amount / days > 5 then q: Login within 1h"
            + " alert \"a\" }\n";
    Harness before = new Harness(TYPES + rule);
    before.run("1 Payment c1 6 1", "2 Payment c1 6 0", "3 Login c1");
    Harness after =
        new Harness(TYPES + "rule z { by card when on Login true alert \"z\" }\n" + rule);
    after.engine.takeOver(before.engine);
    assertThat(after.engine.evaluations(0)).isEqualTo(before.engine.evaluations(0)).isPositive();
    assertThat(after.engine.errors(0)).isEqualTo(1);
    assertThat(after.engine.taken(0, 1)).isEqualTo(1);
    assertThat(after.engine.firedNs(0)).isEqualTo(3 * Harness.SECOND);
    assertThat(after.engine.evaluations(1)).isZero();
  }
}
