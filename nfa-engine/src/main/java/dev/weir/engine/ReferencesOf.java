package dev.weir.engine;

import dev.weir.dsl.plan.Expr;
import dev.weir.dsl.plan.PeerPattern;
import dev.weir.dsl.plan.RulePlan;
import dev.weir.dsl.plan.RulePlan.AllOf;
import dev.weir.dsl.plan.RulePlan.Guard;
import dev.weir.dsl.plan.RulePlan.Match;
import dev.weir.dsl.plan.RulePlan.OneOf;
import dev.weir.dsl.plan.RulePlan.PatternPlan;
import dev.weir.dsl.plan.RulePlan.Sequence;
import dev.weir.dsl.plan.RulePlan.StepPlan;
import dev.weir.dsl.plan.RulePlan.When;

/** Finds the features that a rule reads, and under which role the event at hand is then seen. */
final class ReferencesOf {
  /** Takes what is found. */
  interface Found {
    void feature(int role, Expr.FeatureValue value);
  }

  private ReferencesOf() {}

  static void rule(RulePlan rule, Found found) {
    int last = 0; // in alert texts the event at hand is the last one
    if (rule.body() instanceof When when) {
      for (int role : when.roles()) {
        expr(when.condition(), role, found);
      }
      last = when.roles().isEmpty() ? 0 : when.roles().get(0);
    } else {
      Match match = (Match) rule.body();
      for (StepPlan step : match.steps()) {
        step.where().ifPresent(e -> expr(e, step.role(), found));
        step.require().ifPresent(e -> expr(e, step.role(), found));
        step.bindings().forEach(binding -> expr(binding.value(), step.role(), found));
        step.loop().flatMap(RulePlan.LoopPlan::until).ifPresent(guard -> guard(guard, found));
        last = step.role();
      }
      match.without().forEach(guard -> guard(guard, found));
      match.unless().forEach(guard -> guard(guard, found));
      pattern(match.pattern(), found);
      int ofRate = last;
      match.lowRate().ifPresent(e -> expr(e, ofRate, found));
    }
    int role = last;
    alert(rule.alert(), role, found);
    if (rule.body() instanceof Match match) {
      match.notices().forEach(notice -> alert(notice.alert(), role, found));
    }
    rule.suppress().ifPresent(s -> s.by().forEach(e -> expr(e, role, found)));
  }

  private static void alert(RulePlan.AlertPlan alert, int role, Found found) {
    alert.text().forEach(part -> part.value().ifPresent(e -> expr(e, role, found)));
    alert.fields().forEach(field -> expr(field.value(), role, found));
    alert.score().ifPresent(e -> expr(e, role, found));
  }

  private static void guard(Guard guard, Found found) {
    guard.where().ifPresent(e -> expr(e, guard.role(), found));
  }

  private static void pattern(PatternPlan pattern, Found found) {
    if (pattern instanceof Sequence sequence) {
      sequence.edges().forEach(edge -> edge.without().forEach(guard -> guard(guard, found)));
      sequence.parts().forEach(part -> pattern(part, found));
    } else if (pattern instanceof AllOf allOf) {
      allOf.branches().forEach(branch -> pattern(branch, found));
    } else if (pattern instanceof RulePlan.SomeOf someOf) {
      someOf.branches().forEach(branch -> pattern(branch, found));
    } else if (pattern instanceof OneOf oneOf) {
      oneOf.branches().forEach(branch -> pattern(branch, found));
    } else if (pattern instanceof PeerPattern) {
      return; // has no features
    } else if (pattern instanceof RulePlan.Absence absence) {
      guard(absence.guard(), found);
    }
  }

  private static void expr(Expr expr, int role, Found found) {
    if (expr instanceof Expr.FeatureValue value) {
      found.feature(role, value);
    } else if (expr instanceof Expr.Arithmetic e) {
      expr(e.left(), role, found);
      expr(e.right(), role, found);
    } else if (expr instanceof Expr.Compare e) {
      expr(e.left(), role, found);
      expr(e.right(), role, found);
    } else if (expr instanceof Expr.TextTest e) {
      expr(e.left(), role, found);
      expr(e.right(), role, found);
    } else if (expr instanceof Expr.Logical e) {
      e.operands().forEach(operand -> expr(operand, role, found));
    } else if (expr instanceof Expr.Negate e) {
      expr(e.operand(), role, found);
    } else if (expr instanceof Expr.Not e) {
      expr(e.operand(), role, found);
    } else if (expr instanceof Expr.IsMissing e) {
      expr(e.operand(), role, found);
    } else if (expr instanceof Expr.InList e) {
      expr(e.operand(), role, found);
    } else if (expr instanceof Expr.InValues e) {
      expr(e.operand(), role, found);
    } else if (expr instanceof Expr.Call e) {
      e.arguments().forEach(argument -> expr(argument, role, found));
    } else if (expr instanceof Expr.ForEach e) {
      expr(e.condition(), role, found);
    }
  }
}
