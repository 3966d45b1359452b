package dev.weir.dsl.check;

import dev.weir.dsl.plan.Expr;
import dev.weir.dsl.plan.RulePlan;
import dev.weir.dsl.source.SourceText;
import dev.weir.event.EventType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What names mean where an expression stands.
 *
 * @param source the file
 * @param event the event at hand, or null in the alert of a match
 * @param eventNames what the event at hand may be called before a dot
 * @param steps steps that may be read, by name
 * @param later steps that come later in the pattern and cannot be read yet
 * @param broken steps whose type could not be told, which has been reported
 * @param key the rule's key; null outside of rules
 * @param bound values of {@code with} that may be read, by name
 * @param each the loop whose name means one of its events, in {@code any} and {@code all}; or empty
 */
record Scope(
    SourceText source,
    @Nullable EventType event,
    List<String> eventNames,
    Map<String, StepName> steps,
    Set<String> later,
    Set<String> broken,
    @Nullable RuleKey key,
    Map<String, Expr> bound,
    String each) {
  /** Name and number of what stands for all matches of an instant. */
  private static final String MATCHES = "matches";

  private static final int NO_STEP = -1;

  /**
   * A step that may be read.
   *
   * @param bindings values of its {@code with}, in order
   */
  record StepName(int id, EventType type, boolean isLoop, List<RulePlan.Binding> bindings) {
    StepName(int id, EventType type, boolean isLoop) {
      this(id, type, isLoop, List.of());
    }

    /** Whether it stands for the matches of an instant: they can be counted. */
    boolean isMatches() {
      return id == NO_STEP;
    }

    /** Place of a bound value among what the step keeps; -1 if none has this name. */
    int indexOfBinding(String name) {
      for (int i = 0; i < bindings.size(); i++) {
        if (bindings.get(i).name().equals(name)) {
          return type.fields().size() + i;
        }
      }
      return -1;
    }
  }

  Scope(
      SourceText source,
      @Nullable EventType event,
      List<String> eventNames,
      Map<String, StepName> steps,
      Set<String> later,
      Set<String> broken,
      @Nullable RuleKey key) {
    this(source, event, eventNames, steps, later, broken, key, Map.of(), "");
  }

  /** The same with the values that steps have bound, by name. */
  Scope withBound(Map<String, Expr> values) {
    return new Scope(source, event, eventNames, steps, later, broken, key, values, each);
  }

  /** The same where a loop's name means one of its events. */
  Scope eachOf(String loop) {
    Map<String, StepName> narrowed = new LinkedHashMap<>(steps);
    narrowed.computeIfPresent(
        loop, (name, step) -> new StepName(step.id(), step.type(), false, step.bindings()));
    return new Scope(source, event, eventNames, narrowed, later, broken, key, bound, loop);
  }

  Scope {
    bound = Map.copyOf(bound);
    steps = new LinkedHashMap<>(steps);
    later = Set.copyOf(later);
    broken = Set.copyOf(broken);
  }

  /** The condition of a define, a feature or a let: the event alone. */
  static Scope ofEvent(
      SourceText source, EventType event, List<String> names, @Nullable RuleKey key) {
    return new Scope(source, event, names, Map.of(), Set.of(), Set.of(), key);
  }

  /** The names in an alert about all matches of an instant: each step has many events. */
  static Map<String, StepName> overAllMatches(Map<String, StepName> steps, EventType any) {
    Map<String, StepName> all = new LinkedHashMap<>();
    all.put(MATCHES, new StepName(NO_STEP, any, true));
    steps.forEach(
        (name, step) -> all.put(name, new StepName(step.id(), step.type(), true, step.bindings())));
    return all;
  }
}
