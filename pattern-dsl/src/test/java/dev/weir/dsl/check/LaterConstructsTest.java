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
          `status shadow`           | status shadow match a: A alert "x"
          `status canary`           | status canary 5% match a: A alert "x"
          `budget`                  | budget 10 partials per key, drop oldest match a: A alert "x"
          a group with a loop       | match (a: A then b: B) {2} as hop within 1h alert "x"
          a name for a group        | match (a: A) as hop alert "x"
          `for keys in`             | match fewer than 3 A in 5m for keys in some alert "x"
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
