package dev.weir.alerts;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.Agent;

/**
 * Merges the alerts of all shards by alert order, holds back what {@code suppress} says, and gives
 * the rest to the output. An alert goes on once every shard is done with the record that released
 * it. One agent, owned by its thread; allocates nothing after warm-up.
 */
public final class AlertMerge implements Agent {
  private final AlertQueue[] queues;
  private final Alert[] firsts;
  private final boolean[] hasFirst;
  private final long[] doneTo;
  private final Suppression suppression;
  private final long[] shown;
  private final AlertOutput output;
  private final AtomicLong mergedTo = new AtomicLong();
  private final AtomicLong committedTo = new AtomicLong();

  /**
   * @param queues one a shard
   * @param rules number of rules
   */
  public AlertMerge(List<AlertQueue> queues, int rules, AlertOutput output) {
    this.queues = queues.toArray(AlertQueue[]::new);
    this.firsts = new Alert[this.queues.length];
    for (int i = 0; i < firsts.length; i++) {
      firsts[i] = new Alert();
    }
    this.hasFirst = new boolean[firsts.length];
    this.doneTo = new long[firsts.length];
    this.suppression = new Suppression(rules);
    this.shown = new long[rules];
    this.output = output;
  }

  @Override
  public String roleName() {
    return "merge";
  }

  @Override
  public int doWork() {
    for (int i = 0; i < queues.length; i++) {
      doneTo[i] = queues[i].doneTo();
      hasFirst[i] = queues[i].first(firsts[i]);
    }
    int work = 0;
    int least = least();
    while (least >= 0 && output.hasRoom()) {
      give(firsts[least]);
      queues[least].removeFirst();
      hasFirst[least] = queues[least].first(firsts[least]);
      work++;
      least = least();
    }
    long upTo = Long.MAX_VALUE;
    for (int i = 0; i < queues.length; i++) {
      upTo = Math.min(upTo, hasFirst[i] ? firsts[i].releasePosition() : doneTo[i]);
    }
    if (upTo > mergedTo.get()) {
      mergedTo.setRelease(upTo);
      work++;
    }
    work += output.commit(upTo) ? 1 : 0;
    committedTo.setRelease(output.committedTo());
    return work;
  }

  /** As {@link AlertOutput#committedTo}, after the last turn. Any thread. */
  public long committedTo() {
    return committedTo.getAcquire();
  }

  /** The queue whose first record is next, or -1 while that is not known. */
  private int least() {
    int least = -1;
    for (int i = 0; i < queues.length; i++) {
      if (hasFirst[i] && (least < 0 || firsts[i].compareTo(firsts[least]) < 0)) {
        least = i;
      }
    }
    if (least < 0) {
      return -1;
    }
    long release = firsts[least].releasePosition();
    for (int i = 0; i < queues.length; i++) {
      if (!hasFirst[i] && doneTo[i] <= release && queues.length > 1) {
        return -1;
      }
    }
    return least;
  }

  private void give(Alert alert) {
    long held = 0;
    if (alert.suppressNs() > 0) {
      held =
          suppression.judge(
              alert.ruleIndex(),
              alert.timeNs(),
              alert.suppressNs(),
              alert.buffer(),
              alert.suppressOffset(),
              alert.suppressLength());
      if (held == Suppression.HELD_BACK) {
        return;
      }
    }
    shown[alert.ruleIndex()]++;
    output.onAlert(alert, held);
  }

  /** All alerts released by records before this position have gone to the output. Any thread. */
  public long mergedTo() {
    return mergedTo.getAcquire();
  }

  /** Alerts of a rule that were given out. Owner's thread, or after it has ended. */
  public long shown(int rule) {
    return shown[rule];
  }

  /** Alerts of a rule that were held back. Owner's thread, or after it has ended. */
  public long heldBack(int rule) {
    return suppression.heldBack(rule);
  }
}
