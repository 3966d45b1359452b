package dev.weir.alerts.delivery;

import java.util.function.Consumer;

/** Gives alerts to code of the same process. What the callback throws makes the attempt fail. */
public final class CallbackSink implements Sink {
  private final Consumer<Delivery> callback;

  /** The callback is called by the agent of the deliveries, one alert at a time. */
  public CallbackSink(Consumer<Delivery> callback) {
    this.callback = callback;
  }

  @Override
  public Outcome deliver(Delivery delivery) {
    callback.accept(delivery);
    return Outcome.DELIVERED;
  }
}
