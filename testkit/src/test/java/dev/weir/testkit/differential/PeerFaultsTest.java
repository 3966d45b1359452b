package dev.weir.testkit.differential;

import static dev.weir.testkit.differential.BothMatchers.assertAlerts;
import static dev.weir.testkit.differential.BothMatchers.codes;
import static dev.weir.testkit.differential.BothMatchers.isRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Faults that other engines were seen to have, each with the right answer, of the engine and of the
 * reference. The notation is that of docs/language/semantics.md.
 */
class PeerFaultsTest {
  /** A rule for the event that comes in time, and one for its absence. */
  private static final String IN_TIME_OR_NOT =
      "rule absent { by k match a: A then no B for 10s alert \"x\" }"
          + " rule present { by k match a: A then b: B within 10s alert \"x\" }";

  @Test
  void fault01MatchDoesNotWaitForAnOlderUnfinishedOne() {
    assertAlerts(
        "match a: A then c: C where n = a.n within 1h",
        "a(n=1)@1 a(n=2)@2 c(n=2)@3 x@50 c(n=1)@60",
        "{a2 c1}@3 {a1 c2}@60");
  }

  @Test
  void fault02AbsenceFiresForASilentKeyWithABoundOnEachStep() {
    assertAlerts(
        "match a: A then b: B within 5s of a then no C for 5s within 1h",
        "a@0 b@4 x(k=z)@60",
        "{a1 b1}@9");
  }

  @Test
  void fault03EveryGapOfALoopIsHeldToItsBound() {
    assertAlerts("match b: B {3} gap < 5s within 1h", "b@0 b@4 b@9", "none");
    assertAlerts("match b: B {3} gap < 5s within 1h", "b@0 b@5 b@9", "none");
    assertAlerts("match b: B {3} gap < 5s within 1h", "b@0 b@5 b@9 b@13", "{b2 b3 b4}@13");
  }

  @Test
  void fault04LoopWhoseExitFitsTheSameEventsStillMatches() {
    assertAlerts(
        "match a: A then b: B {1..} then c: B within 1h", "a@0 b@1 b@2 b@3", "{a1 b1 b2}@2");
  }

  @Test
  void fault05AbsenceCarriesItsDeadline() {
    assertAlerts("match a: A then no B for 10s", "a@0 x@29", "{a1}@10");
    assertAlerts("match a: A then no B for 10s", "a@3", "{a1}@13");
  }

  @Test
  void fault06AStartMatchesOrRunsOutOfTime() {
    assertAlerts(IN_TIME_OR_NOT, "a@0 b@4", "present:{a1 b1}@4");
    assertAlerts(IN_TIME_OR_NOT, "a@0 b@14", "absent:{a1}@10");
  }

  @Test
  void fault07SignsWithoutMeaningAreRefused() {
    assertThat(isRefused("match a: A then b: B within 1h")).isFalse();
    assertThat(isRefused("match ^ a: A then b: B within 1h")).isTrue();
    assertThat(isRefused("match a: A then b: B $ within 1h")).isTrue();
  }

  @Test
  void fault08WhatAMatchUsesUpIsSaidInTheRule() {
    String rule = "match a: A then b: A within 1h";
    assertAlerts(rule, "a@0 a@1 a@2 a@3", "{a1 a2}@1 {a3 a4}@3");
    assertAlerts(
        rule + " after match consume none", "a@0 a@1 a@2 a@3", "{a1 a2}@1 {a2 a3}@2 {a3 a4}@3");
  }

  @Test
  void fault09TimeZeroIsATimeLikeAnyOther() {
    assertAlerts("match a: A then no B for 10s", "a@0 end@10", "{a1}@10");
    assertAlerts("match a: A then no B for 10s", "a@0 end@9", "none");
  }

  @Test
  void fault10BoundCountsFromTheFirstEventOfTheMatch() {
    assertAlerts("match a: A then b: B within 10s", "a@9 b@11", "{a1 b1}@11");
  }

  @Test
  void fault11RuleOutlivesTheBoundOfItsMatches() {
    assertAlerts("match a: A then b: B within 10s", "a@3d b@3d", "{a1 b1}@3d");
  }

  @Test
  void fault12BranchCountsOnlyInsideTheWindowAndOnce() {
    assertAlerts("match all of { a: A; b: B } within 10s", "b@0 a@20 a@21", "none");
    assertAlerts("match all of { a: A; b: B } within 10s", "b@0 a@1 a@2", "{b1 a1}@1");
  }

  @Test
  void fault13AnyOrderMeansAnyOrder() {
    assertAlerts("match all of { a: A; b: B } within 10s", "b@1 a@2", "{b1 a1}@2");
    assertAlerts("match all of { a: A; b: B } within 10s", "a@1 b@2", "{a1 b1}@2");
  }

  @Test
  void fault14ExactlyOneOfInTimeAndAbsentAtTheBound() {
    assertAlerts(IN_TIME_OR_NOT, "a@0 b@10", "absent:{a1}@10");
  }

  @Test
  void fault15OneEventIsInOneOfTwoRunsOfALoop() {
    assertAlerts(
        "match a: A {3} within 1h", "a@0 a@1 a@2 a@3 a@4 a@5", "{a1 a2 a3}@2 {a4 a5 a6}@5");
  }

  @Test
  void fault16AfterAForbiddenEventTheNextAllowedOneCounts() {
    assertAlerts(
        "match a: A then (without X) b: B within 1h",
        "a@0 x@1 a@2 b@3 a@4 b@5",
        "{a2 b1}@3 {a3 b2}@5");
  }

  @Test
  void fault17AggregateOverALoopWorksInACondition() {
    assertAlerts(
        "match a: A {2} then b: B where m > 20 * avg(a.m) within 1h",
        "a(m=1)@0 a(m=2)@1 b(m=30)@2 b(m=30.01)@3", "{a1 a2 b2}@3");
  }

  @Test
  void fault18AbsenceIsSilentIfTheEventCame() {
    assertAlerts("match a: A then no B for 10s", "a@1 b@5", "none");
    assertAlerts("match a: A then no B for 10s", "a@1 b(k=z)@5", "{a1}@11");
  }

  @Test
  void fault19UnboundedStateIsRefused() {
    assertThat(isRefused("match a: A then b: B")).isTrue();
    assertThat(codes("match a: A then b: B")).contains("W0501");
  }

  @Test
  void fault20EventTimeDecidesNotArrival() {
    assertAlerts("match a: A then b: B within 1h", "a@5/0 b@3/0 x@9", "none");
    assertAlerts("match a: A then b: B within 1h", "b@6/0 a@5/0 x@9", "{a1 b1}@6");
  }

  @Test
  void fault21AbsenceNeedsNoFurtherEvent() {
    assertAlerts("match a: A then no B for 10s", "a@5 end@15", "{a1}@15");
  }

  @Test
  void fault22LoopIsNotCutSilently() {
    String events =
        IntStream.range(0, 300).mapToObj(i -> "a@" + i).collect(Collectors.joining(" "));
    String match =
        IntStream.rangeClosed(1, 300).mapToObj(i -> "a" + i).collect(Collectors.joining(" "));
    assertAlerts("match a: A {300} within 1h", events, "{" + match + "}@4m59s");
  }

  @Test
  void fault23ComparisonThatIsNeverTrueIsRefused() {
    assertThat(codes("match a: A then b: B where n > n within 1h")).contains("W0309");
    assertThat(codes("match a: A then b: B where n > a.n within 1h")).doesNotContain("W0309");
  }

  @Test
  void fault24PlaceToGoOnFromIsCheckedOrDefined() {
    assertThat(isRefused("match a: A then c: A within 1h after match resume at last z")).isTrue();
    assertAlerts(
        "match a: A then maybe b: B then c: A within 1h after match resume at last b",
        "a@0 a@1 a@2 a@3",
        "{a1 a2}@1 {a3 a4}@3");
  }
}
