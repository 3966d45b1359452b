package dev.weir.alerts.delivery;

import dev.weir.journal.Durations;
import dev.weir.journal.Log;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.agrona.concurrent.Agent;

/**
 * All sinks of an alert log, as one agent. Each has a folder of its own with cursor, dead letters
 * and requests. An alert of the log goes to each sink at least once, under its id, in order for
 * each key. Owned by the agent's thread; {@link #status} and {@link #isDone} may be called by any.
 */
public final class Deliveries implements Agent, AutoCloseable {
  private final List<Outbox> outboxes = new ArrayList<>();
  private boolean isClosed;

  /**
   * Opens the sinks, which begin where their cursors stand, new ones with the oldest alert.
   *
   * @param folder of all sinks' folders
   * @param alerts the alert log; read only
   * @param executor for the attempts of concurrent sinks; has at least as many threads as those
   *     have attempts at one time, all together
   * @throws DeliveryException if a sink cannot go on where it stood
   */
  public Deliveries(
      Path folder, Log alerts, List<SinkSpec> sinks, DeliveryClock clock, Executor executor) {
    try {
      for (SinkSpec sink : sinks) {
        outboxes.add(new Outbox(sink, folderOf(folder, sink.name()), alerts, clock, executor));
      }
    } catch (IOException e) {
      closeAll();
      throw new DeliveryException("deliveries in " + folder + ": " + e.getMessage(), e);
    } catch (RuntimeException e) {
      closeAll();
      throw e;
    }
  }

  /** The folder of a sink. */
  public static Path folderOf(Path folder, String sink) {
    return folder.resolve(sink);
  }

  @Override
  public int doWork() {
    int work = 0;
    for (Outbox outbox : outboxes) {
      work += outbox.doWork();
    }
    return work;
  }

  @Override
  public String roleName() {
    return "deliveries";
  }

  /** How each sink stands, in the order of the configuration; at last how it stood at the end. */
  public List<SinkStatus> status() {
    return outboxes.stream().map(Outbox::status).toList();
  }

  /** How long the attempts of each sink took, in the order of the configuration. Any thread. */
  public List<Durations> attemptTimes() {
    return outboxes.stream().map(Outbox::attemptTimes).toList();
  }

  /** Each sink has delivered or given up all that stands in the alert log, or is disabled. */
  public boolean isDone() {
    return outboxes.stream().allMatch(Outbox::isDone);
  }

  @Override
  public void onClose() {
    closeAll();
  }

  private void closeAll() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    IOException first = null;
    for (Outbox outbox : outboxes) {
      try {
        outbox.close();
      } catch (IOException e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw new DeliveryException("deliveries: " + first.getMessage(), first);
    }
  }

  @Override
  public void close() {
    closeAll();
  }
}
