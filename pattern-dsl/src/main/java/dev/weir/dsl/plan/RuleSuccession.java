package dev.weir.dsl.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * Which rule of a set goes on with the state of which rule of the set before it. Decided from the
 * two plans alone, so that every fold decides the same.
 */
public final class RuleSuccession {
  /** The rule begins with nothing. */
  public static final int NONE = -1;

  private RuleSuccession() {}

  /**
   * For each rule of the next set the number of the rule whose partial matches it has, or {@link
   * #NONE}: a rule of the same name and version; for a live rule that says {@code on update carry}
   * also the live rule of that name, if it {@link #fits}. Linear in the sets.
   */
  public static List<Integer> of(RuleSetPlan before, RuleSetPlan next) {
    List<Integer> from = new ArrayList<>();
    for (RulePlan rule : next.rules()) {
      from.add(predecessor(before.rules(), rule));
    }
    return from;
  }

  private static int predecessor(List<RulePlan> before, RulePlan rule) {
    int carried = NONE;
    for (int i = 0; i < before.size(); i++) {
      RulePlan old = before.get(i);
      if (!old.name().equals(rule.name())) {
        continue;
      }
      if (old.version().equals(rule.version())) {
        return i;
      }
      boolean isLive = !rule.life().isClosing() && !old.life().isClosing();
      if (isLive && rule.life().onUpdate() == RulePlan.Life.OnUpdate.CARRY && fits(old, rule)) {
        carried = i;
      }
    }
    return carried;
  }

  /**
   * Whether open partial matches of a rule are partial matches of another version: key and pattern
   * are the same, and so is what is kept of events; only constants, values that are looked up,
   * texts, severity and {@code suppress} may differ.
   */
  public static boolean fits(RulePlan old, RulePlan next) {
    return old.onArrival() == next.onArrival()
        && old.roles().equals(next.roles())
        && old.keyTypes().equals(next.keyTypes())
        && PlanWalk.masked(old.body()).equals(PlanWalk.masked(next.body()));
  }
}
