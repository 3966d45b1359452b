package dev.weir.alerts.delivery;

/**
 * When a sink may be tried: not while it asked for a pause, not faster than its rate, and after
 * several failures in a row not for a while; then one attempt decides whether it goes on. Owned by
 * one thread; times are ticks.
 */
final class Breaker {
  private final DeliveryPolicy policy;
  private final long intervalNs;
  private int failures;
  private long openUntilNs;
  private boolean isOpen;
  private boolean isProbing;
  private long pausedUntilNs;
  private boolean isPaused;
  private long nextNs; // of the rate, one second behind what it would be without bursts
  private boolean isStarted;

  Breaker(DeliveryPolicy policy) {
    this.policy = policy;
    intervalNs = Math.max(1, (long) (1e9 / policy.perSecond()));
  }

  /** Whether an attempt may begin now. */
  boolean allows(long nowNs) {
    if (isPaused && nowNs - pausedUntilNs < 0) {
      return false;
    }
    isPaused = false;
    if (isOpen && (isProbing || nowNs - openUntilNs < 0)) {
      return false;
    }
    return !isStarted || nowNs - nextNs >= 0;
  }

  /** An attempt begins. */
  void began(long nowNs) {
    isProbing = isOpen;
    long burst = Math.max(0, 1_000_000_000L - intervalNs);
    long earliest = nowNs - burst;
    nextNs = (isStarted && nextNs - earliest > 0 ? nextNs : earliest) + intervalNs;
    isStarted = true;
  }

  void succeeded() {
    failures = 0;
    isOpen = false;
    isProbing = false;
  }

  void failed(long nowNs, long pauseNs) {
    failures++;
    if (failures >= policy.breakAfter()) {
      isOpen = true;
      isProbing = false;
      openUntilNs = nowNs + policy.breakFor().toNanos();
    }
    if (pauseNs > 0) {
      isPaused = true;
      pausedUntilNs = nowNs + pauseNs;
    }
  }

  boolean isOpen() {
    return isOpen;
  }
}
