package dev.weir.alerts;

import dev.weir.engine.AlertSink;
import dev.weir.engine.AlertView;
import dev.weir.event.Hashing;
import dev.weir.event.RecentKeys;
import java.util.Arrays;
import org.agrona.DirectBuffer;

/**
 * The {@code suppress} clause, the last step of the fold: after a shown alert, alerts of the same
 * rule and the same values are held back for the duration and counted; the next shown one carries
 * the count, if it comes within one more duration after that. Works by the alerts' event time.
 * Rules without the clause pass through at no cost; the others allocate nothing after warm-up.
 * Owned by one thread.
 */
public final class Suppressor implements AlertSink {
  /** Takes the alerts that are shown. */
  public interface Output {
    /**
     * The view is valid during the call. {@code suppressed}: held back since the last shown one.
     */
    void onAlert(AlertView alert, long suppressed);
  }

  private final Output output;
  private final long[] heldBack;
  private final RecentKeys[] periods; // by rule; the number is how many alerts were held back

  /** For this many rules. */
  public Suppressor(int rules, Output output) {
    this.output = output;
    this.heldBack = new long[rules];
    this.periods = new RecentKeys[rules];
    Arrays.setAll(periods, rule -> new RecentKeys());
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
    RecentKeys ofRule = periods[rule];
    long forgottenNs = nowNs - 2 * durationNs; // a duration held back, one more for the count
    if (forgottenNs < nowNs) {
      ofRule.forgetBefore(forgottenNs + 1);
    }
    long period = ofRule.find(alert.suppressBytes(), 0, alert.suppressLength());
    long held = 0;
    if (period != RecentKeys.NONE) {
      held = ofRule.number(period);
      if (nowNs - ofRule.timeNs(period) < durationNs) {
        ofRule.number(period, held + 1);
        heldBack[rule]++;
        return;
      }
    }
    ofRule.put(alert.suppressBytes(), 0, alert.suppressLength(), nowNs, 0);
    output.onAlert(alert, held);
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
