package dev.weir.dsl.check;

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
 */
record Scope(
    SourceText source,
    @Nullable EventType event,
    List<String> eventNames,
    Map<String, StepName> steps,
    Set<String> later,
    Set<String> broken,
    @Nullable RuleKey key) {
  /** A step that may be read. */
  record StepName(int id, EventType type, boolean isLoop) {}

  Scope {
    steps = new LinkedHashMap<>(steps);
    later = Set.copyOf(later);
    broken = Set.copyOf(broken);
  }

  /** The condition of a define, a feature or a let: the event alone. */
  static Scope ofEvent(
      SourceText source, EventType event, List<String> names, @Nullable RuleKey key) {
    return new Scope(source, event, names, Map.of(), Set.of(), Set.of(), key);
  }
}
