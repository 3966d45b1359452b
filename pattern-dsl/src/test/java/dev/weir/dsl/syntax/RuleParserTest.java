package dev.weir.dsl.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dsl.ast.Clause;
import dev.weir.dsl.ast.Declaration;
import dev.weir.dsl.ast.Expression;
import dev.weir.dsl.ast.Pattern;
import dev.weir.dsl.ast.RuleFile;
import dev.weir.dsl.diagnostic.Code;
import dev.weir.dsl.diagnostic.Diagnostic;
import dev.weir.dsl.diagnostic.Result;
import dev.weir.dsl.source.SourceText;
import java.util.List;
import org.junit.jupiter.api.Test;

class RuleParserTest {
  private static final String EXAMPLE =
      """
      event Payment {
        id       text   id within 24h          # repeats of an id are dropped
        card     text   pii
        merchant text
        amount   money
        country  text?
        place    geo
        at       time, then id
      } late 30s to side  keep 400d

      event Login { user text, device text, ip ip, ok bool, at time from "ts" in epoch ms }
      define In = Transfer   define Out = Transfer where amount > 5
      list  bad_bins   text  from "bins.csv"
      list  risky int { 1, 2 3 }
      param probe_limit money = 5.00 in 1.00 .. 50.00
      let   usual = avg(Payment.amount over 30d exact by card before this)

      rule card_testing {
        about    "Three or more tiny charges on one card, then a big one."
        owner    "cards-fraud"
        tags     card_testing, "F1012"
        severity high
        by       card
        match    probe: Small {3..50}
                 then big: Payment where amount > 500 and amount > 20 * avg(probe.amount)
        without  Reversal
        within   10m
        after match consume all
        alert    "Card {card}: {count(probe)} probes, then {big.amount}" { score 80, spent: sum(probe.amount) }
        suppress 1h by card
        status   shadow
        on update rebuild
      }
      rule velocity {
        by card  on arrival
        when (count(Payment over 5m) >= 10) or (distinct(Payment.country over 1h) >= 3)
        decide review
        alert "fast card {card}"
      }
      rule many_words {
        by In.payee = Out.payer
        match a: A then any b: B within 5m of a then (without X where y = a.y) c: C {2..} shortest gap < 5m
          then all of { d: D; e: E then f: F } then no G where h = a.h for 30m
        pick all limit 10 after match consume none
        alert "x {{literal}} {a.n}"
      }
      test "classic" for card_testing {
        starting "2026-01-01T00:00:00Z"
        at 0s  Payment { card "c1", amount 1.00 }
        at 5m  Payment { card "c1" amount -900.00 }
        until 1h
        expect card_testing at 5m { spent 4.00 } because "x"
        expect nothing
      }
      """;

  private static Result<RuleFile> parse(String text) {
    return RuleParser.parse(new SourceText("test.weir", text));
  }

  @Test
  void shouldParseEveryFormOfTheExample() {
    Result<RuleFile> result = parse(EXAMPLE);
    assertThat(result.diagnostics()).extracting(Diagnostic::message).isEmpty();
    List<Declaration> all = result.value().orElseThrow().declarations();
    assertThat(all).hasSize(12);
    Declaration.Event payment = (Declaration.Event) all.get(0);
    assertThat(payment.fields()).hasSize(7);
    assertThat(payment.tieBreak().orElseThrow().text()).isEqualTo("id");
    assertThat(payment.lateness()).contains(30_000_000_000L);
    assertThat(payment.fields().get(4).optional()).isTrue();
    Declaration.Rule rule = (Declaration.Rule) all.get(8);
    assertThat(rule.clauses()).hasSize(13);
    Clause.AlertBody body = rule.clause(Clause.Alert.class).orElseThrow().body();
    assertThat(body.text().parts()).hasSize(6);
    assertThat(body.fields()).hasSize(1);
    Declaration.Rule words = (Declaration.Rule) all.get(10);
    Pattern.Sequence sequence =
        (Pattern.Sequence) words.clause(Clause.Match.class).orElseThrow().pattern();
    assertThat(sequence.links()).hasSize(4);
    assertThat(sequence.links().get(0).edge().bounds()).hasSize(1);
    assertThat(sequence.links().get(3).to()).isInstanceOf(Pattern.Absence.class);
  }

  @Test
  void shouldSayEveryMistakeOfAFileInOneRun() {
    Result<RuleFile> result =
        parse(
            """
            rule a { wihtin 10m }
            rule b { within 10 }
            rule c { when x == 1 && y = 2 }
            """);
    assertThat(result.value()).isEmpty();
    assertThat(result.diagnostics()).hasSizeGreaterThanOrEqualTo(3);
    assertThat(result.diagnostics().get(0).help().orElseThrow()).contains("within");
    assertThat(result.diagnostics().get(2).message()).isEqualTo("unexpected `&`");
  }

  @Test
  void shouldAskForParenthesesBetweenAndAndOr() {
    Result<RuleFile> result = parse("rule a { when x = 1 and y = 2 or z = 3 }");
    assertThat(result.diagnostics()).extracting(Diagnostic::code).containsExactly(Code.W0004);
  }

  @Test
  void shouldBindArithmeticAsInSchool() {
    Declaration.Let let =
        (Declaration.Let)
            parse("let a = 1 + 2 * 3 > 4 and not b").value().orElseThrow().declarations().get(0);
    Expression.Logical and = (Expression.Logical) let.value();
    Expression.Binary greater = (Expression.Binary) and.operands().get(0);
    Expression.Binary plus = (Expression.Binary) greater.left();
    assertThat(plus.operator()).isEqualTo(Expression.Binary.Operator.PLUS);
  }

  @Test
  void shouldRefuseDeepNestingAndLongLinesWithOneDiagnostic() {
    assertThat(parse("let a = " + "(".repeat(10_000)).diagnostics())
        .extracting(Diagnostic::code)
        .containsExactly(Code.W0002);
    assertThat(parse("let a = " + "1+".repeat(500_000)).diagnostics())
        .extracting(Diagnostic::code)
        .containsExactly(Code.W0002);
  }

  @Test
  void shouldReadRisingAsAWordAndNotAsATypeName() {
    RuleFile file =
        RuleParser.parse(new SourceText("r.weir", "rule r { when on rising A.n > 1 alert \"x\" }"))
            .value()
            .orElseThrow();
    Declaration.Rule rule = (Declaration.Rule) file.declarations().get(0);
    Clause.When when = rule.clause(Clause.When.class).orElseThrow();
    assertThat(when.on()).isEmpty();
    assertThat(when.rising()).isTrue();
  }
}
