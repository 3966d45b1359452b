package dev.weir.alerts.delivery;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that moves when it is told. */
final class VirtualClock implements DeliveryClock {
  /** 2026-01-01T00:00:00Z. */
  static final long START_NS = 1_767_225_600_000_000_000L;

  private final AtomicLong nowNs = new AtomicLong();

  @Override
  public long wallNs() {
    return START_NS + nowNs.get();
  }

  @Override
  public long ticksNs() {
    return nowNs.get();
  }

  void pass(Duration time) {
    nowNs.addAndGet(time.toNanos());
  }
}
