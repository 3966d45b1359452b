package dev.weir.server.http;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Requests of one caller: so many a second, and one second's worth at once. Safe for many threads.
 */
final class RateLimit {
  private final long intervalNs;
  private final LongSupplier ticksNs;
  private final Map<String, Long> next = new ConcurrentHashMap<>(); // by caller: few, all known

  RateLimit(double perSecond, LongSupplier ticksNs) {
    this.intervalNs = Math.max(1, (long) (1e9 / perSecond));
    this.ticksNs = ticksNs;
  }

  boolean allows(String caller) {
    long nowNs = ticksNs.getAsLong();
    boolean[] allowed = {false};
    next.compute(
        caller,
        (name, dueNs) -> {
          long earliest = nowNs - Math.max(0, 1_000_000_000L - intervalNs);
          long from = dueNs == null || dueNs - earliest < 0 ? earliest : dueNs;
          allowed[0] = from - nowNs <= 0;
          return allowed[0] ? from + intervalNs : from;
        });
    return allowed[0];
  }
}
