package dev.weir.testkit.reference;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a run gave.
 *
 * @param alerts in alert order, those held back by {@code suppress} left out
 * @param counters by the names in {@link Counter}; all are there
 */
public record Outcome(List<ReferenceAlert> alerts, SortedMap<Counter, Long> counters) {
  /** What is counted over a run. */
  public enum Counter {
    /** Events offered to a rule under a key. */
    OFFERS,
    /** Partial matches opened by a start. */
    STARTS,
    /** Events taken by a partial match that was open already. */
    ADVANCES,
    /** Completions, before a start's preferred one is chosen. */
    COMPLETIONS,
    /** Instants of one rule and key with two or more completions, of one start or several. */
    COMPETING_INSTANTS,
    /** Instants of one rule and key with completions of two or more starts. */
    COMPETING_STARTS,
    /** Completions that {@code pick}, or an event used up at the same instant, left out. */
    UNPICKED,
    /** Partial matches that ended because an event of theirs was used up. */
    ENDED_BY_CONSUMPTION,
    /** Starts that did not open, or ways not taken, since the event was used up. */
    UNDONE_BY_CONSUMPTION,
    /** Deadlines at which a match completed. */
    DEADLINE_COMPLETIONS,
    /** Starts that ended by {@code within} without a match. */
    EXPIRED,
    /** Partial matches ended by {@code without}, {@code unless} or {@code require}. */
    KILLED,
    /** Events at the same time as the event before in stream order. */
    TIES,
    /** Events released later than they arrived. */
    REORDERED,
    /** Deadlines at the time of an event. */
    DEADLINE_TIES,
    LATE,
    REPEATS,
    /** Events not offered to a rule since their key is missing. */
    KEY_MISSING,
    /** Divisions by zero and overflows. */
    ARITHMETIC_FAULTS,
    /** Alerts held back by {@code suppress}. */
    SUPPRESSED,
    /** Partial matches dropped by {@code budget}. */
    DROPPED_BY_BUDGET
  }

  public Outcome {
    alerts = List.copyOf(alerts);
    TreeMap<Counter, Long> all = new TreeMap<>();
    for (Counter counter : Counter.values()) {
      all.put(counter, counters.getOrDefault(counter, 0L));
    }
    counters = java.util.Collections.unmodifiableSortedMap(all);
  }

  Outcome(List<ReferenceAlert> alerts, Map<Counter, Long> counters) {
    this(alerts, (SortedMap<Counter, Long>) new TreeMap<>(counters));
  }

  /** How often something happened. */
  public long count(Counter counter) {
    return java.util.Objects.requireNonNull(counters.get(counter));
  }
}
