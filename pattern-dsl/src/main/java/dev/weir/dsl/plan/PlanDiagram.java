package dev.weir.dsl.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A rule as a Mermaid state diagram: steps, edges with their guards, deadlines. */
public final class PlanDiagram {
  private static final String ALERT = "alert";

  private final RulePlan rule;
  private final PlanText text;
  private final StringBuilder out = new StringBuilder("stateDiagram-v2\n");
  private int forks;

  private PlanDiagram(RuleSetPlan plan, RulePlan rule) {
    this.rule = rule;
    this.text = PlanText.of(plan, rule);
  }

  /** The diagram of one rule of the set; ends with a line break. */
  public static String print(RuleSetPlan plan, RulePlan rule) {
    PlanDiagram diagram = new PlanDiagram(plan, rule);
    diagram.rule();
    return diagram.out.toString();
  }

  private void rule() {
    line("state \"" + shown("alert of " + rule.name()).replace("\"", "'") + "\" as " + ALERT);
    if (rule.body() instanceof RulePlan.When when) {
      String roles =
          when.roles().stream()
              .map(r -> rule.roles().get(r).name())
              .collect(Collectors.joining(", "));
      line("state \"each " + shown(roles) + "\" as tested");
      edge("[*]", "tested", "");
      edge("tested", ALERT, (when.rising() ? "on rising " : "") + text.whenCondition(when));
    } else if (rule.body() instanceof RulePlan.Match match) {
      List<String> ends = part(match, match.pattern(), List.of("[*]"), "");
      ends.forEach(end -> edge(end, ALERT, ""));
      List<String> limits = new ArrayList<>();
      if (match.withinNs() != RulePlan.NO_LIMIT) {
        limits.add("within " + DurationText.print(match.withinNs()));
      }
      match.without().forEach(g -> limits.add("without " + text.guard(g)));
      match.unless().forEach(g -> limits.add("unless " + text.guard(g)));
      if (!limits.isEmpty()) {
        line("note right of " + ALERT);
        limits.forEach(limit -> line("  " + shown(limit)));
        line("end note");
      }
    }
    edge(ALERT, "[*]", "");
  }

  /** Draws a part behind these states; the states that it may end in. */
  private List<String> part(
      RulePlan.Match match, RulePlan.PatternPlan pattern, List<String> from, String label) {
    if (pattern instanceof RulePlan.Single single) {
      return step(match.steps().get(single.step()), from, label);
    }
    if (pattern instanceof RulePlan.Sequence sequence) {
      List<String> at = part(match, sequence.parts().get(0), from, label);
      for (int i = 1; i < sequence.parts().size(); i++) {
        RulePlan.Edge edge = sequence.edges().get(i - 1);
        List<String> ends = part(match, sequence.parts().get(i), at, text.edge(match, edge));
        if (edge.maybe().isPresent()) {
          List<String> both = new ArrayList<>(at); // it may be left out
          both.addAll(ends);
          ends = both;
        }
        at = ends;
      }
      return at;
    }
    if (pattern instanceof RulePlan.OneOf oneOf) {
      List<String> ends = new ArrayList<>();
      oneOf.branches().forEach(branch -> ends.addAll(part(match, branch, from, label)));
      return ends;
    }
    List<RulePlan.PatternPlan> branches =
        pattern instanceof RulePlan.AllOf allOf
            ? allOf.branches()
            : pattern instanceof RulePlan.SomeOf someOf ? someOf.branches() : List.of();
    if (!branches.isEmpty()) {
      forks++;
      String fork = "fork" + forks;
      String join = "join" + forks;
      line("state " + fork + " <<fork>>");
      line("state " + join + " <<join>>");
      from.forEach(state -> edge(state, fork, label));
      for (RulePlan.PatternPlan branch : branches) {
        part(match, branch, List.of(fork), "").forEach(end -> edge(end, join, ""));
      }
      return List.of(join);
    }
    RulePlan.Absence absence = (RulePlan.Absence) pattern;
    line("state \"silence\" as silence");
    String silent =
        "no " + text.guard(absence.guard()) + " for " + DurationText.print(absence.durationNs());
    from.forEach(state -> edge(state, "silence", (label + " " + silent).strip()));
    return List.of("silence");
  }

  private List<String> step(RulePlan.StepPlan step, List<String> from, String label) {
    String state = "s" + (step.id() + 1);
    String loop = step.loop().map(l -> " " + text.loop(l)).orElse("");
    String name = ExprText.stepName(step) + " is " + rule.roles().get(step.role()).name() + loop;
    line("state \"" + shown(name) + "\" as " + state);
    from.forEach(before -> edge(before, state, (label + text.condition(step)).strip()));
    if (step.loop().isPresent()) {
      edge(state, state, "again" + text.condition(step));
    }
    return List.of(state);
  }

  private void edge(String from, String to, String label) {
    line(from + " --> " + to + (label.isEmpty() ? "" : " : " + shown(label)));
  }

  private void line(String text) {
    out.append("  ").append(text).append('\n');
  }

  /** Signs that Mermaid reads as its own are said otherwise. */
  private static String shown(String text) {
    return text.replace("#", "no. ").replace(";", ",").replace(":", " ").replace("\n", " ");
  }
}
