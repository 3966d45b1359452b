package dev.weir.testkit.reference;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An alert that stands in the log.
 *
 * @param rule the rule's name
 * @param timeNs of its instant
 * @param releasePosition of the record whose folding let it out; -1: there was none
 * @param phase 0 for rules on arrival, 1 for the others
 * @param role place in key-role order of the type or define that gave the key
 * @param key the parts of the key
 * @param ordinal place among the alerts of the rule, role and key at the instant, from 0
 * @param events in the order taken
 * @param text with its holes filled; {@code ?} for what is missing
 * @param score 0 where the rule says none; empty: missing
 * @param fields by name; missing ones are left out
 * @param suppressed alerts held back since the last one shown
 * @param kind {@code alert}, {@code stage NAME} or {@code timeout}
 */
public record ReferenceAlert(
    String rule,
    long timeNs,
    long releasePosition,
    int phase,
    int role,
    List<Value> key,
    int ordinal,
    List<Taken> events,
    String text,
    Optional<Value> score,
    SortedMap<String, Value> fields,
    long suppressed,
    String kind) {
  /**
   * An event of a match.
   *
   * @param step name of the step that took it; empty where it has none, and for {@code when} rules
   */
  public record Taken(String step, long position) {
    @Override
    public String toString() {
      return step + position;
    }
  }

  public ReferenceAlert {
    key = List.copyOf(key);
    events = List.copyOf(events);
    fields = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(fields));
  }
}
