package dev.weir.rules;

import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.engine.Program;
import dev.weir.engine.TracePart;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which parts of rules tests have seen at work: steps that took an event, edges that were gone,
 * guards that came, and of each condition whether it held and whether it did not. Owned by one
 * thread.
 */
public final class Coverage {
  private final Set<TracePart> seen = new HashSet<>();
  private final Set<TracePart> failed = new HashSet<>();

  /**
   * How far tests reach into one rule.
   *
   * @param total what there is; a condition counts twice: it should hold, and it should not
   * @param missing what no test reached, in the order of the rule
   */
  public record OfRule(String rule, int reached, int total, List<String> missing) {
    public OfRule {
      missing = List.copyOf(missing);
    }
  }

  void add(TracePart part, boolean held) {
    (held ? seen : failed).add(part);
  }

  /** The figures, rule by rule. */
  public List<OfRule> of(RuleSetPlan plan) {
    List<TracePart> parts = Program.compileTraced(plan).traceParts();
    List<OfRule> all = new ArrayList<>();
    for (int rule = 0; rule < plan.rules().size(); rule++) {
      int total = 0;
      List<String> missing = new ArrayList<>();
      for (TracePart part : parts) {
        if (part.rule() != rule) {
          continue;
        }
        total++;
        if (!seen.contains(part)) {
          missing.add(
              switch (part.kind()) {
                case STEP -> "step never taken: " + part.text();
                case EDGE -> "edge never gone: " + part.text();
                case GUARD -> "guard never came: " + part.text();
                case CONDITION -> "condition never true: " + part.text();
              });
        }
        if (part.kind() == TracePart.Kind.CONDITION) {
          total++;
          if (!failed.contains(part)) {
            missing.add("condition never false: " + part.text());
          }
        }
      }
      all.add(new OfRule(plan.rules().get(rule).name(), total - missing.size(), total, missing));
    }
    return all;
  }
}
