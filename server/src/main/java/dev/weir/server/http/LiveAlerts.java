package dev.weir.server.http;

import dev.weir.alerts.AlertTail;
import dev.weir.journal.Log;
import io.undertow.server.handlers.sse.ServerSentEventConnection;
import java.io.IOException;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.concurrent.Agent;

/**
 * Alerts to those who watch, as server-sent events read from the alert log: who is slow holds up
 * nobody, and misses nothing while it stays connected. The id of an event is the alert's position;
 * who connects again with the last one goes on behind it. One agent; {@link #add} may be called by
 * any thread.
 */
final class LiveAlerts implements Agent {
  static final int WATCHERS_MAX = 64;
  private static final int UNSENT_MAX = 64;

  private static final class Watcher {
    final ServerSentEventConnection connection;
    final AlertTail tail;
    final AtomicInteger unsent = new AtomicInteger();

    Watcher(ServerSentEventConnection connection, AlertTail tail) {
      this.connection = connection;
      this.tail = tail;
    }
  }

  private final Log alerts;
  private final Set<Watcher> watchers = ConcurrentHashMap.newKeySet();

  LiveAlerts(Log alerts) {
    this.alerts = alerts;
  }

  int watchers() {
    return watchers.size();
  }

  /** Where a watcher begins who has seen this alert last, or none. */
  long from(@org.jspecify.annotations.Nullable String lastEventId) {
    long end = alerts.nextPosition();
    if (lastEventId == null || !lastEventId.matches("[0-9]{1,18}")) {
      return end;
    }
    long next = Long.parseLong(lastEventId) + 1;
    return Math.max(alerts.firstPosition(), Math.min(next, end));
  }

  void add(ServerSentEventConnection connection, long from) {
    connection.setKeepAliveTime(15_000);
    watchers.add(new Watcher(connection, new AlertTail(alerts, from)));
  }

  @Override
  public int doWork() {
    int work = 0;
    for (Iterator<Watcher> all = watchers.iterator(); all.hasNext(); ) {
      Watcher watcher = all.next();
      if (!watcher.connection.isOpen()) {
        all.remove();
        watcher.tail.close();
        continue;
      }
      while (watcher.unsent.get() < UNSENT_MAX && watcher.tail.next()) {
        send(watcher);
        work++;
      }
    }
    return work;
  }

  private static void send(Watcher watcher) {
    AlertTail tail = watcher.tail;
    byte[] json = new byte[tail.jsonLength()];
    tail.buffer().getBytes(tail.jsonOffset(), json);
    watcher.unsent.incrementAndGet();
    watcher.connection.send(
        new String(json, java.nio.charset.StandardCharsets.UTF_8),
        "alert",
        Long.toString(tail.position()),
        new ServerSentEventConnection.EventCallback() {
          @Override
          public void done(
              ServerSentEventConnection connection, String data, String event, String id) {
            watcher.unsent.decrementAndGet();
          }

          @Override
          public void failed(
              ServerSentEventConnection connection,
              String data,
              String event,
              String id,
              IOException e) {
            watcher.unsent.decrementAndGet();
          }
        });
  }

  @Override
  public void onClose() {
    for (Watcher watcher : watchers) {
      watcher.connection.shutdown();
      watcher.tail.close();
    }
    watchers.clear();
  }

  @Override
  public String roleName() {
    return "live-alerts";
  }
}
