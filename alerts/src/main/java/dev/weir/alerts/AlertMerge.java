package dev.weir.alerts;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.Agent;
import org.jspecify.annotations.Nullable;

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
  private long[] shown;
  private final AlertOutput output;
  private final AtomicLong mergedTo = new AtomicLong();
  private final AtomicLong committedTo = new AtomicLong();
  private volatile long cutAt = NO_CUT;
  private @Nullable Cut cut;

  private static final long NO_CUT = Long.MAX_VALUE;
  private static final int RULES_MAX = 1 << 24;

  /** Waits for a place between two records. */
  @FunctionalInterface
  public interface Cut {
    /**
     * All alerts released before the position have gone to the output, and none released later.
     *
     * @return false: not yet; it is asked again, and nothing is given meanwhile
     */
    boolean onCut(long position);
  }

  /**
   * @param queues one a shard
   * @param rules number of rules; more may come
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

  /** Who is told of cuts. Before the first turn. */
  public void onCut(Cut waiting) {
    cut = waiting;
  }

  /**
   * Stops once, before the first alert that this record or a later one releases. Any thread, but
   * before that record is given to a shard; the cut before it is over.
   */
  public void cutAt(long position) {
    cutAt = position;
  }

  /** Writes what it holds between two records: see {@link #restore}. Owner's thread. */
  public void save(DataOutput to) throws IOException {
    to.writeInt(shown.length);
    for (long count : shown) {
      to.writeLong(count);
    }
    suppression.save(to);
  }

  /** Reads what {@link #save} wrote. Before the first turn. */
  public void restore(DataInput from) throws IOException {
    int rules = from.readInt();
    if (rules < 0 || rules > RULES_MAX) {
      throw new IOException("another number of rules: " + rules);
    }
    shown = new long[rules];
    for (int rule = 0; rule < rules; rule++) {
      shown[rule] = from.readLong();
    }
    suppression.restore(from, rules);
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
    long stopAt = cutAt;
    int least = least();
    while (least >= 0 && firsts[least].releasePosition() < stopAt && output.hasRoom()) {
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
    if (upTo >= stopAt && (cut == null || cut.onCut(stopAt))) {
      cutAt = NO_CUT;
      work++;
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
    if (alert.ruleIndex() >= shown.length) {
      shown = Arrays.copyOf(shown, alert.ruleIndex() + 1);
      suppression.grow(shown.length);
    }
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

  /** Alerts that were given out. Owner's thread, or after it has ended. */
  public long shown() {
    return Arrays.stream(shown).sum();
  }

  /** Alerts of a rule that were given out. Owner's thread, or after it has ended. */
  public long shown(int rule) {
    return rule < shown.length ? shown[rule] : 0;
  }

  /** Alerts of a rule that were held back. Owner's thread, or after it has ended. */
  public long heldBack(int rule) {
    return rule < shown.length ? suppression.heldBack(rule) : 0;
  }
}
