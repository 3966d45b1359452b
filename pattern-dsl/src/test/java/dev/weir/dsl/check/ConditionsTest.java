package dev.weir.dsl.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dsl.Compile;
import dev.weir.dsl.diagnostic.Code;
import dev.weir.dsl.diagnostic.Diagnostic;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionsTest {
  private static final String TYPES =
      """
      event A { k text, t text, n int, m money, ok bool, o int?, at time } keep 90d
      event B { k text, t text, n int, m money, ok bool, o int?, at time } keep 90d
      define Big = A where m > 500
      define Odd = A where t != "x"
      param limit money = 5.00
      """;

  private static List<Diagnostic> findings(String clauses) {
    return Compile.findings(
        "a.weir", TYPES + "rule r { by k " + clauses + " within 1h alert \"x\" }");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "n > 5 and n < 5",
        "n > 5 and n < 6",
        "m > 5 and m < 5.01",
        "n = 1 and n = 2",
        "n in (1, 2) and n > 2",
        "t = \"x\" and t = \"y\"",
        "t in (\"x\", \"y\") and t = \"z\"",
        "t = \"x\" and t != \"x\"",
        "5 > n and n > 7",
        "n != n",
        "n < n",
        "1 > 2",
        "false",
        "m > 5 and (n = 1 or n = 2) and m < 4",
        "at < \"2026-01-01T00:00:00Z\" and at > \"2026-02-01T00:00:00Z\"",
      })
  void shouldRefuseAConditionThatCanNeverHold(String condition) {
    assertThat(findings("match a: A where " + condition + " then b: B"))
        .extracting(Diagnostic::code)
        .containsExactly(Code.W0309);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "match a: A where n > 5 then b: B where n < 3 and n > a.n",
        "match a: Big then b: B where m < 100 and m = a.m",
        "match a: A then b: B where k != a.k",
        "match a: Big where m < 100 then b: B",
        "match a: Odd where t = \"x\" then b: B",
        "match a: A where n > 5 then no B where n < 3 and n > a.n for 5m",
        "match a: A where n > 5 then (without A where n < 3 and n > a.n) b: B",
        "match a: A then b: B without A where n > 2 and n < 2",
        "match a: A {2..3} where n > 5 then b: B where n < 3 and n > last(a).n",
      })
  void shouldRefuseAStepThatContradictsWhatIsKnown(String clauses) {
    assertThat(findings(clauses)).extracting(Diagnostic::code).contains(Code.W0309);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "match a: A where n > 5 and n < 7 then b: B",
        "match a: A where n > 5 or n < 3 then b: B",
        "match a: A where n >= 5 and n <= 5 then b: B",
        "match a: A where m > limit and m < 1 then b: B",
        "match a: A where n > 5 then b: B where n < 8 and n > a.n",
        "match a: A where t != \"x\" and t != \"y\" then b: B",
        "match a: A then b: B where t != a.t and n = 1",
        "match a: A where not (n > 5 and n < 5) then b: B",
        "match a: A then b: B where at > a.at + 5m",
      })
  void shouldPassWhatMayHold(String clauses) {
    assertThat(findings(clauses)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "match a: A where n = n then b: B",
        "match a: A where true then b: B",
        "match a: A where 2 > 1 then b: B",
        "match a: A then b: B where k = a.k",
      })
  void shouldWarnOfAConditionThatAlwaysHolds(String clauses) {
    assertThat(findings(clauses)).extracting(Diagnostic::code).containsExactly(Code.W0308);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "match a: A where not (o = 5) then b: B",
        "match a: A where o not in (1, 2) then b: B",
        "match a: A then b: B where not (n > a.o)",
        "match a: A where not (n > prev(A).n) then b: B",
      })
  void shouldSayThatANotHoldsForMissingValues(String clauses) {
    assertThat(findings(clauses)).extracting(Diagnostic::code).containsExactly(Code.W0702);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "match a: A where not (n = 5) then b: B",
        "match a: A where o is not missing then b: B",
        "match a: A where not (o is missing) then b: B",
        "match a: A where o != 5 then b: B",
      })
  void shouldNotWarnWhereNothingCanBeMissing(String clauses) {
    assertThat(findings(clauses)).isEmpty();
  }
}
