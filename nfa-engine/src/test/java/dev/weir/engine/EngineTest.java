package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import org.junit.jupiter.api.Test;

/** The examples of docs/language/semantics.md, and what rules of each kind do. */
class EngineTest {
  private static final String TYPES =
      """
      event A { k text, n int?, at time } keep 1d
      event B { k text, n int?, at time } keep 1d
      event C { k text, n int?, at time }
      """;

  private static Harness rule(String body) {
    return new Harness(TYPES + "rule r { by k " + body + " }");
  }

  private static final String AB = "match a: A then b: B within 1h alert \"x\" ";

  @Test
  void shouldTakeTheEarliestStartAndEndTheOthers() {
    assertThat(rule(AB).run("1 A k", "2 A k", "3 B k", "4 B k").alerts)
        .containsExactly("r@3{a0 b2}");
  }

  @Test
  void shouldAlertEveryPairUnderPickAllWithoutConsumption() {
    assertThat(
            rule(AB + "pick all after match consume none")
                .run("1 A k", "2 A k", "3 B k", "4 B k")
                .alerts)
        .containsExactly("r@3{a0 b2}", "r@3{a1 b2}");
    assertThat(rule(AB + "pick all").run("1 A k", "2 A k", "3 B k", "4 B k").alerts)
        .containsExactly("r@3{a0 b2}");
  }

  @Test
  void shouldUseEventsUpSoThatNoneStartsAnotherMatch() {
    assertThat(
            rule("match a: A then b: A within 1h alert \"x\"")
                .run("1 A k", "2 A k", "3 A k", "4 A k")
                .alerts)
        .containsExactly("r@2{a0 b1}", "r@4{a2 b3}");
  }

  @Test
  void shouldPreferTheLongestLoop() {
    String rule = "match a: A {2..} then b: B within 1h alert \"x\" ";
    assertThat(rule(rule).run("1 A k", "2 A k", "3 A k", "4 B k").alerts)
        .containsExactly("r@4{a0 a1 a2 b3}");
    assertThat(
            rule(rule.replace("{2..}", "{2..} shortest"))
                .run("1 A k", "2 A k", "3 A k", "4 B k")
                .alerts)
        .containsExactly("r@4{a0 a1 b3}");
  }

  @Test
  void shouldAlertAnAbsenceAtItsDeadlineForEachStart() {
    Harness h = rule("match a: A then no B for 5m alert \"x\"");
    assertThat(h.run("0 A k", "60 A k").until(3600).alerts)
        .containsExactly("r@300{a0}", "r@360{a1}");
    assertThat(h.engine.keysInUse()).isZero();
  }

  @Test
  void shouldKeepTheBorderOfAnAbsenceOpen() {
    String rule = "match a: A then no B for 5m alert \"x\"";
    assertThat(rule(rule).run("0 A k", "299 B k").until(3600).alerts).isEmpty();
    assertThat(rule(rule).run("0 A k", "300 B k").until(3600).alerts).containsExactly("r@300{a0}");
  }

  @Test
  void shouldKeepKeysApart() {
    assertThat(rule(AB).run("1 A k", "2 A l", "3 B l", "4 B k").alerts)
        .containsExactly("r@3{a1 b2}", "r@4{a0 b3}");
  }

  @Test
  void shouldLeaveOutWhatIsAsOldAsTheWindow() {
    String rule = "match a: A then b: B within 10s alert \"x\"";
    assertThat(rule(rule).run("0 A k", "9.999 B k").alerts).hasSize(1);
    assertThat(rule(rule).run("0 A k", "10 B k").alerts).isEmpty();
  }

  @Test
  void shouldEndAPartialMatchAtAForbiddenEvent() {
    assertThat(rule(AB + "without C").run("1 A k", "2 C k", "3 B k").alerts).isEmpty();
    assertThat(rule(AB + "without C").run("1 A k", "2 C k", "2 A k", "3 B k").alerts)
        .containsExactly("r@3{a2 b3}");
  }

  @Test
  void shouldReadEarlierStepsAndLoopsInConditions() {
    assertThat(
            rule("match a: A {2..3} then b: B where n > 2 * avg(a.n) and n >= last(a).n within 1h"
                    + " alert \"x\" { total: sum(a.n), mean: avg(a.n), first: a[1].n }")
                .run("1 A k 1", "2 A k 3", "3 B k 4", "4 B k 5")
                .alerts)
        .containsExactly("r@4{a0 a1 b3} 4 4/2 1");
  }

  @Test
  void shouldCompareWithParametersThatAreTexts() {
    Harness h =
        new Harness(TYPES + "param one text = \"k\" rule r { by k when on A k = one alert \"x\" }");
    assertThat(h.run("1 A l", "2 A k", "3 A kk").alerts).containsExactly("r@2{1}");
  }

  @Test
  void shouldTakeBranchesInAnyOrder() {
    String rule = "match all of { a: A; b: B then c: C } within 1h alert \"x\"";
    assertThat(rule(rule).run("1 B k", "2 A k", "3 C k").alerts).containsExactly("r@3{b0 a1 c2}");
    assertThat(rule(rule).run("1 C k", "2 A k", "3 B k").alerts).isEmpty();
  }

  @Test
  void shouldForkForEveryLaterEventOnlyWhenAsked() {
    assertThat(
            rule("match a: A then any b: B within 1h pick all limit 10 after match consume none alert \"x\"")
                .run("1 A k", "2 B k", "3 B k")
                .alerts)
        .containsExactly("r@2{a0 b1}", "r@3{a0 b2}");
  }

  @Test
  void shouldFireAClosingLoopAsItSays() {
    String[] events = {"0 A k", "10 A k", "20 A k", "200 A k"};
    String rule = "match a: A {2..} %s within 1h after match consume none alert \"x\"";
    assertThat(rule(rule.formatted("first")).run(events).until(7200).alerts)
        .containsExactly("r@10{a0 a1}", "r@20{a1 a2}", "r@200{a2 a3}");
    assertThat(rule(rule.formatted("each")).run("0 A k", "10 A k", "20 A k").until(7200).alerts)
        .containsExactly("r@10{a0 a1}", "r@20{a0 a1 a2}");
    assertThat(
            rule("match a: A {2..} when quiet for 1m within 1h alert \"x\"")
                .run(events)
                .until(7200)
                .alerts)
        .containsExactly("r@80{a0 a1 a2}");
  }

  @Test
  void shouldCountDifferentTextsWithoutTheEventAtHand() {
    Harness h =
        new Harness(
            TYPES
                + """
                rule r { by n when on A n >= 0
                  alert "x" { w: distinct(A.k over 10s before this),
                    e: distinct(A.k ever before this) } }
                """);
    h.run("1 A k 1", "2 A k 1", "3 A l 1", "4 A k 1");
    assertThat(h.alerts).containsExactly("r@1{0} 0 0", "r@2{1} 1 1", "r@3{2} 1 1", "r@4{3} 2 2");
  }

  @Test
  void shouldCountQuietFromTheLastEventWhereTheWindowEndsAtTheSameTime() {
    // one instant for both starts, that of their last event: the limit holds for both
    assertThat(
            rule("match a: A then any b: A {1..} when quiet for 3s within 8s"
                    + " pick all limit 1 after match consume none alert \"x\"")
                .run("1 A k", "2 A k", "6 A k")
                .until(100)
                .alerts)
        .containsExactly("r@5{a0 b1}", "r@9{a0 b2}");
    assertThat(
            rule("match a: A {1..} when quiet for 3s within 3s pick all alert \"x\"")
                .run("1 A k")
                .until(100)
                .alerts)
        .containsExactly("r@4{a0}");
  }

  @Test
  void shouldSuppressEqualFractionsAlikeWhateverTheirTerms() {
    Harness h =
        rule("when on A n > -9 alert \"x\" { mean: avg(A.n over 10s) } suppress 1m by mean");
    h.run("1 A k 4", "2 A k 0", "3 A k 2", "4 A k -2", "30 A k -2", "31 A k -4", "32 A k -3");
    assertThat(h.alerts)
        .containsExactly(
            "r@1{0} 4",
            "r@2{1} 4/2", "r@3{2} 6/3", "r@4{3} 4/4", "r@30{4} -2", "r@31{5} -6/2", "r@32{6} -9/3");
    assertThat(h.suppressKeys.get(2)).isEqualTo(h.suppressKeys.get(1)); // 4/2 and 6/3
    assertThat(h.suppressKeys.get(6)).isEqualTo(h.suppressKeys.get(5)); // -6/2 and -9/3
    assertThat(new HashSet<>(h.suppressKeys)).hasSize(5);
  }

  @Test
  void shouldCountExactlyWhatIsInTheWindow() {
    Harness h =
        new Harness(
            TYPES
                + """
                rule r { by k when count(A over 10s) >= 2
                  alert "x" { c: count(A over 10s), s: sum(A.n over 10s), m: max(A.n over 10s),
                    d: distinct(A.n over 10s), before: count(A over 10s before this),
                    ever: count(A ever), p: prev(A).n } }
                """);
    h.run("0 A k 5", "9 A k 3", "10 A k 3", "19 A k ?", "20 A l 1");
    assertThat(h.alerts)
        .containsExactly("r@9{1} 2 8 5 2 1 2 5", "r@10{2} 2 6 3 1 1 3 3", "r@19{3} 2 3 3 1 1 4 3");
  }

  @Test
  void shouldForgetAKeyWhenItsWindowsHavePassed() {
    Harness h =
        new Harness(
            TYPES
                + "rule r { by k when distinct(A.n over 1m) > 5 alert \"x\" }\n"
                + "rule s { by k match a: A {2..} then b: B within 2m alert \"y\" }");
    long before = h.engine.bytesInUse();
    for (int i = 0; i < 1000; i++) {
      h.run(i * 0.01 + " A key" + i + " " + i, i * 0.01 + " A key" + i + " 7");
    }
    assertThat(h.engine.keysInUse()).isEqualTo(1000);
    h.run("1000 C k");
    assertThat(h.engine.keysInUse()).isZero();
    assertThat(h.engine.openPartials(1)).isZero();
    assertThat(h.engine.bytesInUse()).isEqualTo(before);
  }

  @Test
  void shouldOfferAnEventUnderEachOfItsRoles() {
    Harness h =
        new Harness(
            """
            event T { payer text, payee text, at time }
            define In = T  define Out = T
            rule pass { by In.payee = Out.payer match i: In then o: Out within 1h alert "x" }
            """);
    h.run("1 T a b", "2 T b c", "3 T c c", "4 T c d");
    assertThat(h.alerts).containsExactly("pass@2{i0 o1}", "pass@3{i1 o2}");
  }

  @Test
  void shouldCloseTheEdgeOfABranchAtAForbiddenEventThatAnotherBranchTakes() {
    String first = "match all of { a: A; b: B then (without A) c: C } within 1h alert \"x\"";
    String last = "match all of { b: B then (without A) c: C; a: A } within 1h alert \"x\"";
    for (String rule : java.util.List.of(first, last)) {
      assertThat(rule(rule).run("1 B k", "2 A k", "3 C k").alerts).as(rule).isEmpty();
      assertThat(rule(rule).run("1 B k", "2 C k", "3 A k").alerts).as(rule).hasSize(1);
    }
  }

  @Test
  void shouldReadAtADeadlineWhatTheLastEventLeft() {
    Harness h =
        rule(
            "match a: A then no B for 5m"
                + " alert \"x\" { p: prev(A).n, c: count(A over 1h before this) }");
    assertThat(h.run("0 A k 7").until(3600).alerts).containsExactly("r@300{a0} 7 1");
  }

  @Test
  void shouldCompleteEveryStartWhoseWindowEndsAtOneTime() {
    String rule =
        "match a: A {2..} when quiet for 5s within 10s"
            + " pick all after match consume none alert \"x\"";
    assertThat(rule(rule).run("0 A k", "0 A k", "8 A k").until(60).alerts)
        .containsExactly("r@5{a0 a1}", "r@10{a1 a2}");
    assertThat(rule(rule).run("0 A k", "0 A k", "4 A k", "8 A k").until(60).alerts)
        .containsExactly("r@10{a0 a1 a2 a3}", "r@10{a1 a2 a3}", "r@13{a2 a3}");
  }

  private static final String NONE = " after match consume none";

  @Test
  void shouldTakeOnlyTheVeryNextEventOfItsScope() {
    String next = "match a: A then next b: B %s within 1h alert \"x\"";
    assertThat(rule(next.formatted("")).run("1 A k", "2 C k", "3 B k").alerts)
        .containsExactly("r@3{a0 b2}");
    assertThat(rule(next.formatted("among C")).run("1 A k", "2 C k", "3 B k").alerts).isEmpty();
    assertThat(
            rule(next.formatted("among C where n > 5")).run("1 A k", "2 B k 1", "3 B k 9").alerts)
        .isEmpty();
    assertThat(rule(next.formatted("among C where n > 5")).run("1 A k", "2 C l", "3 B k 9").alerts)
        .containsExactly("r@3{a0 b2}");
  }

  @Test
  void shouldEndALoopAtAGapWhereItsEventsAreAdjacent() {
    String rule = "match a: A {2..} adjacent among A, C then b: B within 1h alert \"x\"";
    assertThat(rule(rule).run("1 A k", "2 A k", "3 C k", "4 A k", "5 B k").alerts)
        .containsExactly("r@5{a0 a1 b4}");
  }

  @Test
  void shouldTakeAnOptionalStepWhereThereIsOne() {
    String rule = "match a: A then maybe b: B then c: C within 1h";
    assertThat(rule(rule + " alert \"x\"").run("1 A k", "2 B k", "3 C k").alerts)
        .containsExactly("r@3{a0 b1 c2}");
    assertThat(rule(rule + " alert \"x\"").run("1 A k", "3 C k").alerts)
        .containsExactly("r@3{a0 c1}");
    assertThat(
            rule(rule.replace("b: B", "b: B both ways") + " pick all" + NONE + " alert \"x\"")
                .run("1 A k", "2 B k", "3 C k")
                .alerts)
        .containsExactly("r@3{a0 b1 c2}", "r@3{a0 c2}");
  }

  @Test
  void shouldFireAnOptionalEndAsItSays() {
    String rule = "match a: A then maybe b: B %s within 1h" + NONE + " alert \"x\"";
    String[] events = {"0 A k", "10 B k", "100 A k"};
    assertThat(rule(rule.formatted("first")).run(events).until(7200).alerts)
        .containsExactly("r@0{a0}", "r@100{a2}");
    assertThat(rule(rule.formatted("each")).run(events).until(7200).alerts)
        .containsExactly("r@0{a0}", "r@10{a0 b1}", "r@100{a2}");
    assertThat(rule(rule.formatted("when quiet for 30s")).run(events).until(7200).alerts)
        .containsExactly("r@10{a0 b1}", "r@130{a2}");
    assertThat(rule(rule.formatted("at end")).run(events).until(7200).alerts)
        .containsExactly("r@10{a0 b1}", "r@3700{a2}");
  }

  @Test
  void shouldFollowAlternativesSideBySide() {
    String rule =
        "match a: A then one of { b: B then c: C or d: C } within 1h alert \"x\" { n: d.n }";
    assertThat(rule(rule).run("1 A k", "2 C k 7").alerts).containsExactly("r@2{a0 d1} 7");
    assertThat(rule(rule + " pick all" + NONE).run("1 A k", "2 B k", "3 C k 7").alerts)
        .containsExactly("r@3{a0 b1 c2} ?");
  }

  @Test
  void shouldKeepBoundsBetweenSteps() {
    String within = "match a: A then b: B then c: C within 10s of a within 1h alert \"x\"";
    assertThat(rule(within).run("0 A k", "5 B k", "9 C k").alerts).hasSize(1);
    Harness late = rule(within);
    assertThat(late.run("0 A k", "5 B k", "10 C k").until(15).alerts).isEmpty();
    assertThat(late.engine.openPartials(0)).isZero();
    String atLeast = "match a: A then b: B at least 10s after a within 1h alert \"x\"";
    assertThat(rule(atLeast).run("0 A k", "9 B k", "10 B k").alerts).containsExactly("r@10{a0 b2}");
  }

  @Test
  void shouldKeepTheGapAndTheTrendOfALoop() {
    String gap = "match a: A {3} gap < 10s within 1h alert \"x\"";
    assertThat(rule(gap).run("0 A k", "9 A k", "19 A k", "20 A k", "21 A k").alerts)
        .containsExactly("r@21{a2 a3 a4}");
    String rising = "match a: A {3} rising by n within 1h alert \"x\"";
    assertThat(rule(rising).run("0 A k 5", "1 A k 5", "2 A k 6", "3 A k ?", "4 A k 7").alerts)
        .containsExactly("r@4{a0 a2 a4}");
  }

  @Test
  void shouldCloseALoopBeforeTheEventThatEndsIt() {
    String until = "match a: A {1..} until n = 0 then b: A within 1h alert \"x\"";
    assertThat(rule(until).run("1 A k 5", "2 A k 0").alerts).containsExactly("r@2{a0 b1}");
    String quiet = "match a: A {1..} until n = 0 when quiet for 1m within 1h alert \"x\"";
    assertThat(rule(quiet).run("1 A k 5", "2 A k 6", "3 A k 0").until(600).alerts)
        .containsExactly("r@3{a0 a1}");
    String end = "match a: A {1..} adjacent among A, B at end within 1h alert \"x\"";
    assertThat(rule(end).run("1 A k", "2 A k", "3 B k", "9 A k").until(7200).alerts)
        .containsExactly("r@3{a0 a1}", "r@3609{a3}");
  }

  @Test
  void shouldGiveEveryPrefixAndEverySubset() {
    String rule =
        "match a: A {1..2} %s then b: B within 1h pick all limit 9" + NONE + " alert \"x\"";
    assertThat(rule(rule.formatted("every prefix")).run("1 A k", "2 A k", "3 B k").alerts)
        .containsExactly("r@3{a0 a1 b2}", "r@3{a0 b2}", "r@3{a1 b2}");
    assertThat(rule(rule.formatted("every subset")).run("1 A k", "2 A k", "3 A k", "4 B k").alerts)
        .containsExactly(
            "r@4{a0 a1 b3}",
            "r@4{a0 a2 b3}",
            "r@4{a0 b3}",
            "r@4{a1 a2 b3}",
            "r@4{a1 b3}",
            "r@4{a2 b3}");
  }

  @Test
  void shouldTakeSomeBranchesAndDropTheEventsOfOthers() {
    String rule =
        "match 2 of { a: A; b: B then c: C; d: A where n = 9 } then e: B where n = 5 within 1h"
            + " alert \"x\" { b: b.n }";
    assertThat(rule(rule).run("1 B k 1", "2 A k", "3 A k 9", "4 B k 5").alerts)
        .containsExactly("r@4{a1 d2 e3} ?");
    assertThat(rule(rule).run("1 B k 1", "2 A k", "3 C k", "4 B k 5").alerts)
        .containsExactly("r@4{b0 a1 c2 e3} 1");
  }

  @Test
  void shouldFollowBranchesInsideBranches() {
    String rule =
        "match all of { a: A; all of { b: B; c: C } then d: A where n = 9 } within 1h alert \"x\"";
    assertThat(rule(rule).run("1 C k", "2 A k", "3 B k", "4 A k 9").alerts)
        .containsExactly("r@4{c0 a1 b2 d3}");
    assertThat(rule(rule).run("1 C k", "2 A k", "4 A k 9", "5 B k").alerts).isEmpty();
  }

  @Test
  void shouldOpenNothingWhileAPartialMatchIsOpen() {
    String rule = "match a: A then b: B starts one open at a time within 10s alert \"x\"";
    assertThat(rule(rule).run("0 A k", "1 A k", "9 B k", "9 B k").alerts)
        .containsExactly("r@9{a0 b2}");
    assertThat(rule(rule).run("0 A k", "5 A k", "10 A k", "14 B k").alerts)
        .containsExactly("r@14{a2 b3}");
  }

  @Test
  void shouldOpenNothingAfterTheFirstAlertOfAKey() {
    assertThat(
            rule(AB + "starts once")
                .run("1 A k", "2 B k", "3 A k", "4 B k", "5 A l", "6 B l")
                .alerts)
        .containsExactly("r@2{a0 b1}", "r@6{a4 b5}");
  }

  @Test
  void shouldTakeNoEventOutsideOfItsTimes() {
    assertThat(
            rule(AB + "only during n > 0").run("1 A k 0", "2 A k 1", "3 B k 0", "4 B k 1").alerts)
        .containsExactly("r@4{a1 b3}");
  }

  @Test
  void shouldResumeAtAStep() {
    String rule =
        "match a: A {2} then b: B within 1h pick all after match resume at %s a alert \"x\"";
    String[] events = {"1 A k", "2 A k", "3 B k", "4 A k", "5 B k"};
    assertThat(rule(rule.formatted("last")).run(events).alerts)
        .containsExactly("r@3{a0 a1 b2}", "r@5{a1 a3 b4}");
    assertThat(rule(rule.replace("resume at %s a", "restart")).run(events).alerts)
        .containsExactly("r@3{a0 a1 b2}");
  }

  @Test
  void shouldStartAfterASilence() {
    String rule = "match after no A for 1h %s a: A then b: B within 1h alert \"x\"";
    String[] events = {"0 A k", "1 B k", "3600 A k", "3601 B k", "5000 A k", "5001 B k"};
    assertThat(rule(rule.formatted("")).run(events).alerts).containsExactly("r@3601{a2 b3}");
    assertThat(rule(rule.formatted("or never")).run(events).alerts)
        .containsExactly("r@1{a0 b1}", "r@3601{a2 b3}");
  }

  @Test
  void shouldEndWhatGrewAtUntilButNotAtABreakAfterItsTime() {
    String until = "match a: A {1..} gap < 3s until n = 0 at end within 20s alert \"x\"";
    assertThat(rule(until).run("0 A k 1", "8 C k", "9 A k 0").until(60).alerts)
        .containsExactly("r@9{a0}");
    String next = "match a: A {1..} gap < 3s adjacent among B at end within 20s alert \"x\"";
    assertThat(rule(next).run("0 A k", "1 B k").until(60).alerts).containsExactly("r@1{a0}");
    assertThat(rule(next).run("0 A k", "4 B k").until(60).alerts).containsExactly("r@20{a0}");
  }
}
