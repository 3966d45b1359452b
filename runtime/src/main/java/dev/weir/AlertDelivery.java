package dev.weir;

import dev.weir.alerts.delivery.Deliveries;
import dev.weir.alerts.delivery.DeliveryClock;
import dev.weir.alerts.delivery.SinkSpec;
import dev.weir.alerts.delivery.SinkStatus;
import dev.weir.journal.Durations;
import dev.weir.journal.Log;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.SystemEpochNanoClock;

/**
 * Delivers the alerts of a data folder on threads of its own, from opening to closing; detection
 * never waits for it. Safe for many threads.
 */
public final class AlertDelivery implements AutoCloseable {
  private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final long IDLE_NS_MAX = TimeUnit.MILLISECONDS.toNanos(10);
  private static final int CLOSE_SECONDS = 5;

  private final Deliveries deliveries;
  private final AgentRunner runner;
  private final ExecutorService threads;

  private AlertDelivery(Log alerts, Path folder, List<SinkSpec> sinks) {
    int parallel =
        sinks.stream().filter(SinkSpec::isConcurrent).mapToInt(s -> s.policy().parallel()).sum();
    AtomicInteger number = new AtomicInteger();
    threads =
        Executors.newFixedThreadPool(
            Math.max(1, parallel),
            task -> {
              Thread thread = new Thread(task, "weir-attempt-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    deliveries = new Deliveries(deliveriesOf(folder), alerts, sinks, new SystemClock(), threads);
    runner =
        new AgentRunner(
            new BackoffIdleStrategy(10, 10, 50_000, IDLE_NS_MAX),
            error -> {}, // a sink that fails says so in its status and ends; others go on
            null,
            deliveries);
    Thread thread = new Thread(runner, "weir-deliveries");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Begins to deliver.
   *
   * @param alerts the alert log; is read alone, and closed after this
   * @param folder of the data
   * @throws dev.weir.alerts.delivery.DeliveryException if a sink cannot go on where it stood
   */
  public static AlertDelivery start(Log alerts, Path folder, List<SinkSpec> sinks) {
    return new AlertDelivery(alerts, folder, sinks);
  }

  /** Where a data folder keeps the cursors and dead letters of its sinks. */
  public static Path deliveriesOf(Path folder) {
    return folder.resolve("deliveries");
  }

  /** How each sink stands. */
  public List<SinkStatus> status() {
    return deliveries.status();
  }

  /** How long the attempts of each sink took, in the order of the configuration. */
  public List<Durations> attemptTimes() {
    return deliveries.attemptTimes();
  }

  /**
   * Waits until each sink has delivered all alerts of the log or given them up, or is disabled, or
   * the time is over; returns whether all is delivered.
   */
  public boolean awaitDone(Duration most) {
    long endNs = System.nanoTime() + most.toNanos();
    while (!deliveries.isDone()) {
      if (System.nanoTime() - endNs >= 0 || Thread.interrupted()) {
        return false;
      }
      LockSupport.parkNanos(LOOK_NS);
    }
    return true;
  }

  /** Ends what is under way; what did not arrive is delivered by the next run. */
  @Override
  public void close() {
    threads.shutdown();
    try {
      boolean ignored = threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    threads.shutdownNow();
    runner.close();
  }

  private static final class SystemClock implements DeliveryClock {
    @Override
    public long wallNs() {
      return SystemEpochNanoClock.INSTANCE.nanoTime();
    }

    @Override
    public long ticksNs() {
      return System.nanoTime();
    }
  }
}
