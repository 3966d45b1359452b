package dev.weir.alerts.delivery;

import java.util.Objects;

/**
 * A sink as it is set up.
 *
 * @param name letters, digits, {@code -} and {@code _}; its cursor is found by it
 * @param sink closed with the deliveries
 * @param isConcurrent whether attempts go to the executor; else the agent makes them itself, one at
 *     a time
 */
public record SinkSpec(String name, Sink sink, DeliveryPolicy policy, boolean isConcurrent) {
  public SinkSpec {
    Objects.requireNonNull(sink);
    if (!isName(name)) {
      throw new IllegalArgumentException("name of a sink: " + name);
    }
  }

  /** A sink that takes one alert at a time and is quick. */
  public static SinkSpec of(String name, Sink sink) {
    return new SinkSpec(name, sink, DeliveryPolicy.DEFAULT.withParallel(1).withRate(1e9), false);
  }

  /** Whether a sink may be called so. */
  public static boolean isName(String name) {
    return name.matches("[A-Za-z0-9_-]{1,64}");
  }
}
