package dev.weir.engine;

import dev.weir.dsl.plan.Expr;
import dev.weir.dsl.plan.PlanText;
import dev.weir.dsl.plan.RulePlan;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.dsl.plan.ValueType;
import dev.weir.engine.Automaton.State;
import dev.weir.engine.Automaton.Target;
import dev.weir.engine.Automaton.Way;
import dev.weir.event.EventType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a trace needs to know of a rule beyond what runs: each condition taken apart, with the
 * values that it reads, and names. Only programs made for tracing have it. Immutable.
 */
final class TraceProgram {
  /** A part of a condition that must hold by itself. */
  record Conjunct(TracePart part, String text, int program, List<Leaf> leaves) {}

  /** A value that a condition reads. */
  record Leaf(String text, ValueType type, int program, boolean isMasked) {}

  /** One way to one step. */
  private record EdgeKey(int state, int way, int step) {}

  final List<TracePart> parts = new ArrayList<>();
  final List<List<Conjunct>> where = new ArrayList<>(); // by step
  final List<List<Conjunct>> require = new ArrayList<>();
  final List<Conjunct> when = new ArrayList<>();
  final List<TracePart> steps = new ArrayList<>();
  final List<TracePart> guards = new ArrayList<>(); // by number
  private final Map<EdgeKey, TracePart> edges = new HashMap<>();

  private final RuleSetPlan set;
  private final RuleCompiler rule;
  private final Expressions expressions;

  private TraceProgram(RuleSetPlan set, RuleCompiler rule, Expressions expressions) {
    this.set = set;
    this.rule = rule;
    this.expressions = expressions;
  }

  /** Of a rule that has been packed; packs the pieces of its conditions once more. */
  static TraceProgram of(RuleSetPlan set, RuleCompiler rule, Expressions expressions) {
    TraceProgram traced = new TraceProgram(set, rule, expressions);
    if (rule.plan.body() instanceof RulePlan.When body) {
      int role = body.roles().isEmpty() ? 0 : body.roles().get(0);
      traced.when.addAll(traced.conjuncts("", Optional.of(body.condition()), role));
    } else {
      traced.match((RulePlan.Match) rule.plan.body());
    }
    return traced;
  }

  private void match(RulePlan.Match match) {
    for (RulePlan.StepPlan step : match.steps()) {
      String name = PlanText.stepName(step);
      steps.add(part(TracePart.Kind.STEP, name + ": " + roleName(step.role())));
      where.add(conjuncts(name + ": ", step.where(), step.role()));
      require.add(conjuncts(name + ": require ", step.require(), step.role()));
    }
    for (RulePlan.Guard guard : rule.guardPlans) {
      guards.add(part(TracePart.Kind.GUARD, PlanText.guard(set, rule.plan, guard)));
    }
    for (State state : rule.automaton.states) {
      for (Way way : state.ways) {
        for (Target target : way.targets()) {
          int to = target.step().number;
          String text = from(state) + " -> " + steps.get(to).text();
          edges.computeIfAbsent(
              new EdgeKey(state.number, way.bit(), to), k -> part(TracePart.Kind.EDGE, text));
        }
        if (way.end() != null && way.durationNs() > 0) {
          String text = from(state) + " -> " + PlanText.duration(way.durationNs()) + " pass";
          edges.put(new EdgeKey(state.number, way.bit(), -1), part(TracePart.Kind.EDGE, text));
        }
      }
    }
  }

  private String from(State state) {
    if (state.step != null) {
      return PlanText.stepName(matchSteps().get(state.number));
    }
    return state == state.region.start
        ? state.region.number == 0 ? "start" : "another branch"
        : "all branches";
  }

  private List<RulePlan.StepPlan> matchSteps() {
    return ((RulePlan.Match) rule.plan.body()).steps();
  }

  private String roleName(int role) {
    return rule.plan.roles().get(role).name();
  }

  /** The edge by this way; to the region's end with step -1. Null for ends that do not wait. */
  @Nullable TracePart edge(State state, Way way, int step) {
    return edges.get(new EdgeKey(state.number, way.bit(), step));
  }

  /** Parts with the same text are one: as ways by which alternatives lead to one step. */
  private TracePart part(TracePart.Kind kind, String text) {
    TracePart part = new TracePart(rule.index, kind, text);
    if (!parts.contains(part)) {
      parts.add(part);
    }
    return part;
  }

  private List<Conjunct> conjuncts(String place, Optional<Expr> condition, int role) {
    List<Conjunct> all = new ArrayList<>();
    if (condition.isPresent()) {
      EventType event = set.types().get(rule.plan.roles().get(role).typeId());
      for (Expr expr : RuleCompiler.conjuncts(condition.get())) {
        String text = PlanText.expression(set, rule.plan, event, expr);
        List<Leaf> leaves = new ArrayList<>();
        for (Expr leaf : TraceLeaves.of(expr)) {
          leaves.add(
              new Leaf(
                  PlanText.expression(set, rule.plan, event, leaf),
                  leaf.type(),
                  expressions.pack(leaf, rule, false),
                  isMasked(leaf, event)));
        }
        all.add(
            new Conjunct(
                part(TracePart.Kind.CONDITION, place + text),
                text,
                expressions.pack(expr, rule, false),
                leaves));
      }
    }
    return all;
  }

  private boolean isMasked(Expr leaf, EventType event) {
    if (leaf instanceof Expr.EventField field) {
      return event.fields().get(field.field()).pii();
    }
    if (leaf instanceof Expr.StepField field) {
      return isMasked(field.step(), field.field());
    }
    if (leaf instanceof Expr.LoopValue value) {
      return value.field() >= 0 && isMasked(value.step(), value.field());
    }
    return leaf instanceof Expr.FeatureValue value
        && set.features().get(value.feature()).field() >= 0
        && set.types()
            .get(set.features().get(value.feature()).typeId())
            .fields()
            .get(set.features().get(value.feature()).field())
            .pii();
  }

  /** Whether a kept field, or what a bound value is worked out from, is masked. */
  private boolean isMasked(int step, int field) {
    RulePlan.StepPlan plan = matchSteps().get(step);
    EventType type = set.types().get(rule.plan.roles().get(plan.role()).typeId());
    int fields = type.fields().size();
    return field < fields
        ? type.fields().get(field).pii()
        : TraceLeaves.of(plan.bindings().get(field - fields).value()).stream()
            .anyMatch(leaf -> isMasked(leaf, type));
  }
}
