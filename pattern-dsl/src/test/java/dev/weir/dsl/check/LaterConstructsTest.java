package dev.weir.dsl.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dsl.Compile;
import dev.weir.dsl.diagnostic.Code;
import dev.weir.dsl.diagnostic.Diagnostic;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the language has and this version does not run is refused by name, never passed over. */
class LaterConstructsTest {
  private static final String TYPES =
      """
      event A { k text, n int, m money, ip ip, at time } keep 90d
      event B { k text, n int, m money, ip ip, at time } keep 90d
      list some int { 1, 2 }
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          `on arrival`              | on arrival match a: A alert "x"
          `decide`                  | decide review match a: A alert "x"
          `status shadow`           | status shadow match a: A alert "x"
          `status canary`           | status canary 5% match a: A alert "x"
          `budget`                  | budget 10 partials per key, drop oldest match a: A alert "x"
          a group with a loop       | match (a: A then b: B) {2} as hop within 1h alert "x"
          a name for a group        | match (a: A) as hop alert "x"
          `fewer than`              | match fewer than 3 A in 5m alert "x"
          `stddev` over a window    | when stddev(A.m over 1h) > 3 alert "x"
          `first` over a window     | when first(A.n over 1h) > 3 alert "x"
          `last` over a window      | when last(A.n over 1h) > 3 alert "x"
          `percentile` over a window | when percentile(99, A.m over 1h) > 3 alert "x"
          `step`                    | when count(A over 30d step 1h) > 3 alert "x"
          `in` a network            | when on A ip in "10.0.0.0/8" alert "x"
          `lower(…)`                | when on A lower(k) = "x" alert "x"
          `upper(…)`                | when on A upper(k) = "x" alert "x"
          `trim(…)`                 | when on A trim(k) = "x" alert "x"
          `similarity(…)`           | when on A similarity(k, "x") > 3 alert "x"
          `abs(…)`                  | when on A abs(n) > 3 alert "x"
          `round(…)`                | when on A round(n) > 3 alert "x"
          `min(a, b)`               | when on A min(n, 5) > 3 alert "x"
          `max(a, b)`               | when on A max(n, 5) > 3 alert "x"
          `coalesce(…)`             | when on A coalesce(n, 5) > 3 alert "x"
          `hour(…)`                 | when on A hour(at) > 3 alert "x"
          `weekday(…)`              | when on A weekday(at) > 3 alert "x"
          `day(…)`                  | when on A day(at) > 3 alert "x"
          `distance(…)`             | when on A distance(n, n) > 3 alert "x"
          `speed(…)`                | when on A speed(n, n) > 3 alert "x"
          `hash(…)`                 | when on A hash(k) > 3 alert "x"
          `luhn(…)`                 | when on A luhn(k) alert "x"
          `any(…)`                  | match a: A {2} then b: B where any(a.n > 5) within 1h alert "x"
          `all(…)`                  | match a: A {2} then b: B where all(a.n > 5) within 1h alert "x"
          """)
  void shouldRefuseByName(String construct, String clauses) {
    List<Diagnostic> findings =
        Compile.findings("a.weir", TYPES + "rule r { by k " + clauses + " }");
    assertThat(findings)
        .filteredOn(d -> d.code() == Code.W0901)
        .extracting(Diagnostic::message)
        .containsExactly("not in this version of Weir: " + construct);
    assertThat(findings).extracting(Diagnostic::code).containsOnly(Code.W0901);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          match a: A among A, B then b: B within 1h alert "x"
          match a: A then b: B among A, B within 1h alert "x"
          match a: A then b: B {2..3} where n = 1 first within 1h alert "x"
          match a: A then b: B both ways within 1h alert "x"
          match a: A then next b: B among A where n = 1 among B within 1h alert "x"
          match a: A {2..3} longest shortest then b: B within 1h alert "x"
          match a: A alert "x" { score 1, score 2 }
          match a: A alert "x" { v: 1, v: 2 }
          """)
  void shouldRefuseWhatWouldSayNothing(String clauses) {
    assertThat(Compile.findings("a.weir", TYPES + "rule r { by k " + clauses + " }"))
        .extracting(Diagnostic::code)
        .contains(Code.W0008);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          event X { at time } late 1m late 2m
          event X { at time } keep 1d keep 2d
          event X { n int pii pii, at time }
          event X { n int from "a" from "b", at time }
          event X { n int, at time, then n, o int, then n }
          test "t" for r { until 1h until 2h }
          test "t" for r { starting "2026-01-01T00:00:00Z" starting "2026-01-01T00:00:00Z" }
          """)
  void shouldRefuseWhatIsSaidTwiceOutsideOfRules(String declaration) {
    assertThat(Compile.findings("a.weir", declaration))
        .extracting(Diagnostic::code)
        .containsExactly(Code.W0008);
  }
}
