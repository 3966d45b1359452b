package dev.weir.alerts;

import dev.weir.engine.AlertSink;
import dev.weir.engine.AlertView;
import dev.weir.event.Hashing;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.agrona.DirectBuffer;

/**
 * The {@code suppress} clause, the last step of the fold: after a shown alert, alerts of the same
 * rule and the same values are held back for the duration and counted; the next shown one carries
 * the count. Works by the alerts' event time; forgets a value when its duration has passed without
 * a held alert. Rules without the clause pass through at no cost. Owned by one thread.
 */
public final class Suppressor implements AlertSink {
  /** Takes the alerts that are shown. */
  public interface Output {
    /**
     * The view is valid during the call. {@code suppressed}: held back since the last shown one.
     */
    void onAlert(AlertView alert, long suppressed);
  }

  private static final class Period {
    long shownNs;
    long held;
  }

  private record Key(int rule, byte[] value) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Key key && key.rule == rule && Arrays.equals(key.value, value);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(value) * 31 + rule;
    }

    @Override
    public String toString() {
      return "Key[rule=" + rule + " bytes=" + value.length + "]";
    }
  }

  private record Due(Key key, long shownNs) {}

  private final Output output;
  private final long[] heldBack;
  private final Map<Key, Period> periods = new HashMap<>();
  private final Map<Integer, ArrayDeque<Due>> ends = new HashMap<>(); // by rule, in time order

  /** For this many rules. */
  public Suppressor(int rules, Output output) {
    this.output = output;
    this.heldBack = new long[rules];
  }

  /** Alerts of a rule that were held back. */
  public long heldBack(int rule) {
    return heldBack[rule];
  }

  @Override
  public void onAlert(AlertView alert) {
    if (alert.rule().suppress().isEmpty()) {
      output.onAlert(alert, 0);
      return;
    }
    long durationNs = alert.rule().suppress().get().durationNs();
    int rule = alert.ruleIndex();
    long nowNs = alert.timeNs();
    forget(rule, nowNs, durationNs);
    byte[] value = new byte[alert.suppressLength()];
    alert.suppressBytes().getBytes(0, value);
    Key key = new Key(rule, value);
    Period period = periods.get(key);
    if (period != null && nowNs - period.shownNs < durationNs) {
      period.held++;
      heldBack[rule]++;
      return;
    }
    long held = period == null ? 0 : period.held;
    Period next = new Period();
    next.shownNs = nowNs;
    periods.put(key, next);
    ends.computeIfAbsent(rule, r -> new ArrayDeque<>()).addLast(new Due(key, nowNs));
    output.onAlert(alert, held);
  }

  /** Drops periods that have ended with nothing held back: no later alert needs them. */
  private void forget(int rule, long nowNs, long durationNs) {
    ArrayDeque<Due> queue = ends.get(rule);
    while (queue != null && !queue.isEmpty() && nowNs - queue.peekFirst().shownNs() >= durationNs) {
      Due due = queue.removeFirst();
      Period period = periods.get(due.key());
      if (period != null && period.shownNs == due.shownNs() && period.held == 0) {
        periods.remove(due.key());
      }
    }
  }

  /** 64 bits of an alert's rule, key and events; the same whatever the order of alerts. */
  public static long digest(AlertView alert) {
    long hash = alert.ruleIndex() * 0x9E3779B97F4A7C15L;
    DirectBuffer key = alert.keyBytes();
    hash ^= Hashing.hash64(key, 0, alert.keyLength());
    for (int i = 0; i < alert.eventCount(); i++) {
      hash = Long.rotateLeft(hash, 17) * 0xD6E8FEB86659FD93L + alert.eventPosition(i);
    }
    return hash ^ hash >>> 32;
  }
}
