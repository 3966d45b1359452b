package dev.weir.alerts.delivery;

import java.io.IOException;

/** Where alerts go. */
public interface Sink extends AutoCloseable {
  /**
   * Tries to deliver once; waits for the receiver. Called by the agent of the deliveries, or where
   * the sink has an executor by its threads, several at once. What it throws counts as a failure.
   */
  Outcome deliver(Delivery delivery);

  /** An attempt has taken too long: makes it fail soon. Called by the agent. */
  default void giveUp(Delivery delivery) {}

  /** Makes what was delivered safe from a power cut, where that lies with the sink. */
  default void sync() throws IOException {}

  @Override
  default void close() throws IOException {}
}
