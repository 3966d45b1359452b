package dev.weir.rules;

import dev.weir.dsl.plan.RulePlan;
import dev.weir.dsl.plan.RulePlan.Life.OnUpdate;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.dsl.plan.RuleSuccession;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What becomes of a rule when one set takes the place of another.
 *
 * @param reason why open partial matches go another way than {@code on update} says, or empty
 */
public record RuleChange(String rule, What what, Then then, String reason) {
  /** How the sets differ. */
  public enum What {
    ADDED,
    CHANGED,
    REMOVED,
    UNCHANGED
  }

  /** What happens to open partial matches. */
  public enum Then {
    /** There are none: the rule is new. */
    NOTHING,
    /** They stay as they are. */
    KEEP,
    /** They are judged by the new version from now on. */
    CARRY,
    /** The old version completes them and opens none. */
    FINISH,
    /** They end. */
    DISCARD
  }

  /** By the names of the rules. Linear in the sets. */
  public static List<RuleChange> between(RuleSetPlan before, RuleSetPlan next) {
    Map<String, RulePlan> old = byName(before);
    Map<String, RulePlan> now = byName(next);
    TreeSet<String> names = new TreeSet<>(old.keySet());
    names.addAll(now.keySet());
    List<RuleChange> changes = new ArrayList<>();
    for (String name : names) {
      changes.add(change(name, old.get(name), now.get(name)));
    }
    return changes;
  }

  private static Map<String, RulePlan> byName(RuleSetPlan plan) {
    Map<String, RulePlan> byName = new LinkedHashMap<>();
    plan.rules().forEach(rule -> byName.put(rule.name(), rule));
    return byName;
  }

  private static RuleChange change(
      String name,
      @org.jspecify.annotations.Nullable RulePlan old,
      @org.jspecify.annotations.Nullable RulePlan now) {
    if (old == null) {
      return new RuleChange(name, What.ADDED, Then.NOTHING, "");
    }
    if (now == null) {
      boolean discards = old.life().onUpdate() == OnUpdate.DISCARD;
      return new RuleChange(name, What.REMOVED, discards ? Then.DISCARD : Then.FINISH, "");
    }
    if (old.version().equals(now.version())) {
      return new RuleChange(name, What.UNCHANGED, Then.KEEP, "");
    }
    return switch (now.life().onUpdate()) {
      case DISCARD -> new RuleChange(name, What.CHANGED, Then.DISCARD, "");
      case FINISH -> new RuleChange(name, What.CHANGED, Then.FINISH, "");
      case CARRY ->
          RuleSuccession.fits(old, now)
              ? new RuleChange(name, What.CHANGED, Then.CARRY, "")
              : new RuleChange(
                  name,
                  What.CHANGED,
                  Then.FINISH,
                  "carry does not fit: key, pattern or what is kept of events differs");
      case REBUILD ->
          new RuleChange(
              name, What.CHANGED, Then.FINISH, "this version of Weir does not rebuild yet");
    };
  }
}
