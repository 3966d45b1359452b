package dev.weir.alerts;

import dev.weir.engine.AlertSink;
import dev.weir.engine.AlertView;
import dev.weir.event.Hashing;
import java.util.stream.IntStream;
import org.agrona.DirectBuffer;

/**
 * The {@code suppress} clause between an engine and whoever takes its alerts, without a merge: for
 * tests of rules. Rules without the clause pass through. Owned by one thread.
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
  private final Suppression suppression;
  private int[] numbers; // by place in the plan

  /** For this many rules. */
  public Suppressor(int rules, Output output) {
    this.output = output;
    this.suppression = new Suppression(rules);
    this.numbers = IntStream.range(0, rules).toArray();
  }

  /** From now on the rules of the plan have these numbers: other rules took their places. */
  public void number(int[] ofRules) {
    numbers = ofRules.clone();
  }

  /** Alerts of a rule that were held back. */
  public long heldBack(int rule) {
    return suppression.heldBack(rule);
  }

  @Override
  public void onAlert(AlertView alert) {
    long held = 0;
    if (alert.rule().suppress().isPresent()) {
      held =
          suppression.judge(
              numbers[alert.ruleIndex()],
              alert.timeNs(),
              alert.rule().suppress().get().durationNs(),
              alert.suppressBytes(),
              0,
              alert.suppressLength());
    }
    if (held != Suppression.HELD_BACK) {
      output.onAlert(alert, held);
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
    hash += alert.kind() * 0x9FB21C651E98DF25L;
    return hash ^ hash >>> 32;
  }
}
