package dev.weir;

import dev.weir.alerts.AlertMerge;
import dev.weir.dsl.plan.RulePlan;
import dev.weir.engine.Engine;
import dev.weir.ingest.IntakeStatus;
import dev.weir.rules.Deployment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Adds up what the stages of a pipeline tell of themselves. */
final class EngineFigures {
  private EngineFigures() {}

  /** The rules of a set, with what all shards and the merge know of them. */
  static List<EngineStatus.Rule> rules(Deployment set, List<Shard> shards, AlertMerge merge) {
    Map<String, Sum> sums = new HashMap<>();
    for (Shard shard : shards) {
      Engine engine = shard.engine();
      List<RulePlan> rules = engine.plan().rules();
      for (int i = 0; i < rules.size(); i++) {
        sums.computeIfAbsent(rules.get(i).name(), name -> new Sum()).add(engine, rules.get(i), i);
      }
    }
    int[] numbers = set.numbers();
    List<EngineStatus.Rule> all = new ArrayList<>();
    for (RulePlan rule : set.live().rules()) {
      Sum sum = sums.getOrDefault(rule.name(), new Sum());
      int number = -1;
      for (int i = 0; i < numbers.length; i++) {
        number = set.plan().rules().get(i).name().equals(rule.name()) ? numbers[i] : number;
      }
      long shown = number < 0 ? 0 : merge.shown(number);
      long heldBack = number < 0 ? 0 : merge.heldBack(number);
      all.add(sum.rule(rule, shown, heldBack));
    }
    return all;
  }

  /** The intake with its counts of records less those that it began with. */
  static IntakeStatus since(IntakeStatus now, IntakeStatus start) {
    List<IntakeStatus.Type> types = new ArrayList<>();
    for (int i = 0; i < now.types().size(); i++) {
      IntakeStatus.Type type = now.types().get(i);
      IntakeStatus.Type before = start.types().get(i);
      types.add(
          new IntakeStatus.Type(
              type.type(),
              type.inTime() - before.inTime(),
              type.late() - before.late(),
              type.repeats() - before.repeats()));
    }
    return new IntakeStatus(now.position(), now.watermarkNs(), now.sources(), types);
  }

  /** Of one rule, over shards and versions. */
  private static final class Sum {
    private long evaluations;
    private long errors;
    private long open;
    private long evaluatedNs = Long.MIN_VALUE;
    private long advancedNs = Long.MIN_VALUE;
    private long firedNs = Long.MIN_VALUE;
    private long[] taken = {};

    void add(Engine engine, RulePlan plan, int rule) {
      evaluations += engine.evaluations(rule);
      errors += engine.errors(rule);
      open += engine.openPartials(rule);
      evaluatedNs = Math.max(evaluatedNs, engine.evaluatedNs(rule));
      advancedNs = Math.max(advancedNs, engine.advancedNs(rule));
      firedNs = Math.max(firedNs, engine.firedNs(rule));
      if (!plan.life().isClosing()) {
        taken = java.util.Arrays.copyOf(taken, engine.steps(rule));
        for (int step = 0; step < taken.length; step++) {
          taken[step] += engine.taken(rule, step);
        }
      }
    }

    EngineStatus.Rule rule(RulePlan plan, long shown, long heldBack) {
      List<EngineStatus.Step> steps = new ArrayList<>();
      if (plan.body() instanceof RulePlan.Match match) {
        for (int step = 0; step < Math.min(taken.length, match.steps().size()); step++) {
          steps.add(new EngineStatus.Step(match.steps().get(step).name(), taken[step]));
        }
      }
      return new EngineStatus.Rule(
          plan.name(),
          evaluations,
          errors,
          open,
          0, // budgets are not enforced yet: state that is full ends the engine
          shown,
          heldBack,
          time(evaluatedNs),
          time(advancedNs),
          time(firedNs),
          steps);
    }

    private static Optional<Long> time(long ns) {
      return ns == Long.MIN_VALUE ? Optional.empty() : Optional.of(ns);
    }
  }
}
