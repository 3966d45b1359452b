package dev.weir.server.http;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts by a few labels. Safe for many threads. */
final class Counters {
  private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

  void add(String label, long number) {
    counts.computeIfAbsent(label, l -> new LongAdder()).add(number);
  }

  /** All counts, by label. */
  Map<String, Long> all() {
    Map<String, Long> all = new TreeMap<>();
    counts.forEach((label, count) -> all.put(label, count.sum()));
    return all;
  }

  long sum() {
    return counts.values().stream().mapToLong(LongAdder::sum).sum();
  }
}
