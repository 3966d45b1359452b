package dev.weir.alerts.delivery;

/** The times that deliveries see. Safe for many threads. */
public interface DeliveryClock {
  /** Wall clock, nanoseconds since the epoch; may step. */
  long wallNs();

  /** For durations: never steps; its zero means nothing. */
  long ticksNs();
}
