package dev.weir.alerts.delivery;

import java.time.Duration;

/**
 * How hard a sink is tried. Immutable; times are above 0.
 *
 * @param parallel most attempts at one time
 * @param retryFirst pause after the first failure of an alert; it doubles with each further one,
 *     and is cut by up to a half, by chance
 * @param retryMost longest pause
 * @param giveUpAfter an alert that still fails so long after its first attempt is a dead letter
 * @param timeout of one attempt
 * @param perSecond most attempts a second; up to one second's worth may come at once
 * @param breakAfter failures one after the other, of any alerts, that open the circuit breaker
 * @param breakFor how long it stays open, then one attempt is made
 * @param openMost alerts that may be open (on their way, or waiting for a retry); with more the
 *     alert log is read no further
 * @param openBytesMost the same, in bytes
 * @param seed of the chance in the pauses
 */
public record DeliveryPolicy(
    int parallel,
    Duration retryFirst,
    Duration retryMost,
    Duration giveUpAfter,
    Duration timeout,
    double perSecond,
    int breakAfter,
    Duration breakFor,
    int openMost,
    long openBytesMost,
    long seed) {
  public static final DeliveryPolicy DEFAULT =
      new DeliveryPolicy(
          4,
          Duration.ofSeconds(1),
          Duration.ofMinutes(10),
          Duration.ofDays(3),
          Duration.ofSeconds(15),
          1_000,
          8,
          Duration.ofSeconds(30),
          10_000,
          32L << 20,
          0);

  public DeliveryPolicy {
    if (parallel < 1 || perSecond <= 0 || breakAfter < 1 || openMost < 1 || openBytesMost < 1) {
      throw new IllegalArgumentException("a limit below 1");
    }
    for (Duration time : new Duration[] {retryFirst, retryMost, giveUpAfter, timeout, breakFor}) {
      if (time.isNegative() || time.isZero()) {
        throw new IllegalArgumentException("a time of " + time);
      }
    }
  }

  public DeliveryPolicy withParallel(int most) {
    return new DeliveryPolicy(
        most,
        retryFirst,
        retryMost,
        giveUpAfter,
        timeout,
        perSecond,
        breakAfter,
        breakFor,
        openMost,
        openBytesMost,
        seed);
  }

  /** Pauses of retries: the first, the longest, and after which time an alert is given up. */
  public DeliveryPolicy withRetry(Duration first, Duration most, Duration forAtMost) {
    return new DeliveryPolicy(
        parallel,
        first,
        most,
        forAtMost,
        timeout,
        perSecond,
        breakAfter,
        breakFor,
        openMost,
        openBytesMost,
        seed);
  }

  public DeliveryPolicy withTimeout(Duration ofOneAttempt) {
    return new DeliveryPolicy(
        parallel,
        retryFirst,
        retryMost,
        giveUpAfter,
        ofOneAttempt,
        perSecond,
        breakAfter,
        breakFor,
        openMost,
        openBytesMost,
        seed);
  }

  public DeliveryPolicy withRate(double attemptsPerSecond) {
    return new DeliveryPolicy(
        parallel,
        retryFirst,
        retryMost,
        giveUpAfter,
        timeout,
        attemptsPerSecond,
        breakAfter,
        breakFor,
        openMost,
        openBytesMost,
        seed);
  }

  public DeliveryPolicy withBreaker(int after, Duration openFor) {
    return new DeliveryPolicy(
        parallel,
        retryFirst,
        retryMost,
        giveUpAfter,
        timeout,
        perSecond,
        after,
        openFor,
        openMost,
        openBytesMost,
        seed);
  }

  public DeliveryPolicy withOpen(int most, long bytesMost) {
    return new DeliveryPolicy(
        parallel,
        retryFirst,
        retryMost,
        giveUpAfter,
        timeout,
        perSecond,
        breakAfter,
        breakFor,
        most,
        bytesMost,
        seed);
  }
}
