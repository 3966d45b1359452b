package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dsl.plan.ClosingRules;
import dev.weir.dsl.plan.RuleSetPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An engine of one rule set goes on where that of another stood. */
class TakeOverTest {
  private static final String TYPES =
      """
      event Payment { card text, amount int, note text?, at time } keep 1d
      event Login { card text, ok int, at time } keep 1d
      """;

  private static final String OTHERS =
      """
      rule anywhere {
        match a: Login then b: Login where card = a.card and ok != a.ok
        within 1h
        alert "twice" { card: a.card }
      }
      rule often {
        by card
        when on rising count(Payment over 1m) >= 2
        alert "{count(Payment over 1m)}" { d: distinct(Payment.note over 2m),
          s: sum(Payment.amount where amount > 1 over 2m), n: count(Payment ever),
          p: prev(Payment).note, e: distinct(Payment.note ever), a: avg(Payment.amount ever) }
      }
      rule silent {
        by card  starts once
        match l: Login then no Payment for 5m
        alert "{card}" { ok: l.ok }
      }
      """;

  private static final String[] EVENTS = {
    "1 Payment c1 2 hello",
    "3 Login c1 1",
    "4 Payment c2 9 ?",
    "20 Payment c1 3 x",
    "21 Login c2 0",
    "22 Login c1 0",
    "25 Payment c1 4 x",
    "40 Payment c2 1 hello",
    "41 Payment c1 60 y",
    "43 Payment c2 80 y",
    "50 Login c3 1",
    "90 Payment c1 2 x",
    "95 Payment c2 70 x",
    "400 Payment c3 70 x",
    "1000 Login c4 70"
  };

  private static String big(String life, int more) {
    return "rule big { by card match p: Payment where amount < 5 then q: Payment where amount > "
        + more
        + " within 10m "
        + life
        + " alert \"{q.amount}\" }\n";
  }

  private static RuleSetPlan rules(String... rules) {
    return Harness.plan(TYPES + String.join("", rules));
  }

  private static List<String> run(RuleSetPlan first, RuleSetPlan second, int cut) {
    Harness before = new Harness(first, 8 << 20);
    before.run(Arrays.copyOf(EVENTS, cut));
    Harness after = new Harness(second, 8 << 20);
    after.engine.takeOver(before.engine);
    if (cut > 0) {
      after.after(cut, Long.parseLong(EVENTS[cut - 1].split(" ")[0]));
    }
    after.run(Arrays.copyOfRange(EVENTS, cut, EVENTS.length)).until(2000);
    List<String> alerts = new ArrayList<>(before.alerts);
    alerts.addAll(after.alerts);
    return alerts;
  }

  private static List<String> of(String rule, List<String> alerts) {
    return alerts.stream().filter(alert -> alert.startsWith(rule + "@")).toList();
  }

  @Test
  void shouldKeepWhatUnchangedRulesHaveWhateverElseChanges() {
    RuleSetPlan all = rules(OTHERS, big("", 50));
    List<String> straight = run(all, all, 0);
    assertThat(straight).hasSizeGreaterThan(6);
    // with another rule first and another key, all numbers of rules, features and keys differ
    RuleSetPlan other =
        rules(
            "rule aa { by ok when on Login count(Login over 1h) > 100 alert \"\" }\n",
            "rule zz { by card when count(Payment over 5m) > 100 alert \"\" }\n",
            OTHERS,
            big("", 50));
    for (int cut = 0; cut <= EVENTS.length; cut++) {
      assertThat(run(all, other, cut)).as("changed before event %d", cut).isEqualTo(straight);
      assertThat(run(other, all, cut)).as("changed back before %d", cut).isEqualTo(straight);
    }
  }

  @Test
  void shouldCompleteOpenMatchesByTheOldVersionAndOpenNoneWhenFinishing() {
    RuleSetPlan old = rules(big("", 50));
    RuleSetPlan next = rules(big("", 75));
    RuleSetPlan both =
        ClosingRules.beside(next, List.of(new ClosingRules.Earlier(old, List.of("big"))));
    assertThat(run(old, both, 6))
        .containsExactly("big@41{p0 q8}", "big@43{p7 q9}"); // one of each version
    assertThat(run(old, both, 0)).isEqualTo(run(next, next, 0));
  }

  @Test
  void shouldJudgeOpenMatchesByTheNewVersionWhenCarrying() {
    RuleSetPlan old = rules(big("", 50));
    RuleSetPlan next = rules(big("on update carry", 65));
    assertThat(run(old, next, 8)).containsExactly("big@43{p7 q9}");
    assertThat(run(old, next, 0)).isEqualTo(run(next, next, 0));
  }

  @Test
  void shouldForgetOpenMatchesWhenDiscarding() {
    RuleSetPlan old = rules(big("", 50));
    RuleSetPlan next = rules(big("on update discard", 55));
    assertThat(run(old, next, 8)).isEmpty();
  }

  @Test
  void shouldKeepFeaturesParametersAndListsThatClosingRulesWereJudgedBy() {
    String rule =
        "rule big { by card match p: Payment where amount < low and count(Payment over 1h) < 9"
            + " then q: Payment where amount > high and count(Login over 1h) > 0 within 10m"
            + " alert \"{q.amount}\" }\n";
    RuleSetPlan old = rules("param low int = 5 in 1 .. 9\nparam high int = 50 in 1 .. 99\n", rule);
    RuleSetPlan next =
        rules(
            "param more int = 99 in 1 .. 99\n",
            "rule big { by card when (max(Payment.amount over 1m) > more)"
                + " and (count(Payment over 1h) > 99) alert \"\" }\n");
    RuleSetPlan both =
        ClosingRules.beside(next, List.of(new ClosingRules.Earlier(old, List.of("big"))));
    assertThat(of("big", run(old, both, 8))).containsExactly("big@41{p0 q8}", "big@43{p7 q9}");
  }
}
