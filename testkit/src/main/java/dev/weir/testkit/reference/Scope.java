package dev.weir.testkit.reference;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an expression is about.
 *
 * @param def the rule
 * @param history events for features, in the order of the rule's mode
 * @param key the rule's key
 * @param at the instant
 * @param event the event whose bare field names are meant; null in the alert of a match
 * @param state what the partial match has taken, the event at hand included where {@code isTaking}
 * @param position path of the step, or of the place, that the expression belongs to; empty: outside
 *     of the pattern
 * @param isTaking the state holds the event at hand as if it were taken already
 * @param narrowed steps and groups that mean one iteration for now
 * @param total all matches of an instant, for {@code pick totals}; empty otherwise
 */
record Scope(
    RuleDef def,
    History history,
    List<Value> key,
    At at,
    @Nullable Ev event,
    @Nullable State state,
    String position,
    boolean isTaking,
    Map<String, Records> narrowed,
    List<State> total) {
  /** Conditions on an event alone. */
  static Scope ofEvent(RuleDef def, History history, List<Value> key, At at, @Nullable Ev event) {
    return new Scope(def, history, key, at, event, null, "", false, Map.of(), List.of());
  }

  /** Conditions of a guard, seen from a place of a partial match. */
  Scope from(State partial, String place) {
    return new Scope(def, history, key, at, event, partial, place, false, Map.of(), total);
  }

  /** Conditions of the step that takes the event at hand. */
  Scope taking(State withEvent, Node.Leaf leaf) {
    return new Scope(def, history, key, at, event, withEvent, leaf.path(), true, Map.of(), total);
  }

  /** The alert of a match. */
  Scope ofMatch(State match) {
    return new Scope(def, history, key, at, null, match, "", false, Map.of(), List.of());
  }

  /** The alert of all matches of an instant. */
  Scope ofTotal(List<State> matches) {
    return new Scope(def, history, key, at, null, matches.get(0), "", false, Map.of(), matches);
  }

  /** Without steps: a define, a let. */
  Scope ofEventAlone() {
    return ofEvent(def, history, key, at, event);
  }

  Scope narrowedTo(String name, Records one) {
    Map<String, Records> all = new HashMap<>(narrowed);
    all.put(name, one);
    return new Scope(def, history, key, at, event, state, position, isTaking, all, total);
  }
}
