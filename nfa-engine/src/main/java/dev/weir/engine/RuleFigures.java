package dev.weir.engine;

import dev.weir.engine.StepProgram.GuardProgram;
import java.util.ArrayList;
import java.util.List;

/**
 * What the rules of an engine did since it began, by rule: for those who watch it; nothing that is
 * evaluated reads any of it, and it is not part of the state. Owned by the engine's thread; others
 * may read, and what they see is not exact.
 */
final class RuleFigures {
  static final long NEVER = Long.MIN_VALUE;

  private final long[] evaluations;
  private final long[] errors;
  private final long[] evaluatedNs;
  private final long[] advancedNs;
  private final long[] firedNs;
  private final long[][] taken; // by rule and step
  private final int[][] askers; // by predicate: the rules that ask it

  RuleFigures(RuleProgram[] rules, int predicates) {
    int count = rules.length;
    evaluations = new long[count];
    errors = new long[count];
    evaluatedNs = never(count);
    advancedNs = never(count);
    firedNs = never(count);
    taken = new long[count][];
    List<List<Integer>> asking = new ArrayList<>();
    for (int i = 0; i < predicates; i++) {
      asking.add(new ArrayList<>());
    }
    for (RuleProgram rule : rules) {
      taken[rule.index] = new long[rule.isWhen ? 0 : rule.steps.length];
      if (rule.isWhen) {
        asks(asking, rule.condition.event(), rule);
        continue;
      }
      for (StepProgram step : rule.steps) {
        asks(asking, step.eventCondition, rule);
      }
      for (GuardProgram guard : rule.guards) {
        asks(asking, guard.condition().event(), rule);
      }
    }
    askers =
        asking.stream()
            .map(list -> list.stream().mapToInt(rule -> rule).distinct().toArray())
            .toArray(int[][]::new);
  }

  private static void asks(List<List<Integer>> asking, int predicate, RuleProgram rule) {
    if (predicate != Code.NONE) {
      asking.get(predicate).add(rule.index);
    }
  }

  private static long[] never(int count) {
    long[] times = new long[count];
    java.util.Arrays.fill(times, NEVER);
    return times;
  }

  /** The rule is given an event, under one key. */
  void evaluated(int rule, long timeNs) {
    evaluations[rule]++;
    evaluatedNs[rule] = timeNs;
  }

  /** Arithmetic of the rule had no result. */
  void failed(int rule, long times) {
    errors[rule] += times;
  }

  /** Arithmetic of a predicate had no result: each rule that asks it has that fault. */
  void predicateFailed(int predicate, long times) {
    for (int rule : askers[predicate]) {
      errors[rule] += times;
    }
  }

  /** A partial match of the rule took an event at this step. */
  void took(int rule, int step, long timeNs) {
    taken[rule][step]++;
    advancedNs[rule] = timeNs;
  }

  void fired(int rule, long timeNs) {
    firedNs[rule] = timeNs;
  }

  long evaluations(int rule) {
    return evaluations[rule];
  }

  long errors(int rule) {
    return errors[rule];
  }

  long evaluatedNs(int rule) {
    return evaluatedNs[rule];
  }

  long advancedNs(int rule) {
    return advancedNs[rule];
  }

  long firedNs(int rule) {
    return firedNs[rule];
  }

  /** Steps of a rule; none of a {@code when} rule. */
  int steps(int rule) {
    return taken[rule].length;
  }

  long taken(int rule, int step) {
    return taken[rule][step];
  }

  /** A rule goes on as another one, perhaps of other steps. */
  void goOn(int rule, RuleFigures before, int as) {
    evaluations[rule] += before.evaluations[as];
    errors[rule] += before.errors[as];
    evaluatedNs[rule] = Math.max(evaluatedNs[rule], before.evaluatedNs[as]);
    advancedNs[rule] = Math.max(advancedNs[rule], before.advancedNs[as]);
    firedNs[rule] = Math.max(firedNs[rule], before.firedNs[as]);
    if (taken[rule].length == before.taken[as].length) {
      for (int step = 0; step < taken[rule].length; step++) {
        taken[rule][step] += before.taken[as][step];
      }
    }
  }
}
