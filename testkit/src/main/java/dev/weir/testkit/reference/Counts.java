package dev.weir.testkit.reference;

import dev.weir.testkit.reference.Outcome.Counter;
import java.util.EnumMap;
import java.util.Map;

/** Counts what happens in a run. */
final class Counts {
  private final Map<Counter, Long> counts = new EnumMap<>(Counter.class);

  void add(Counter counter, long more) {
    counts.merge(counter, more, Long::sum);
  }

  Map<Counter, Long> all() {
    return counts;
  }
}
