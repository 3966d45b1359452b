package dev.weir.perf;

import dev.weir.engine.AlertSink;
import dev.weir.engine.AlertView;
import java.util.Locale;

/**
 * Count and digest of matches, whatever their order: sum and exclusive or over a hash of each
 * match's rule and the positions of its events. Every position is read.
 */
final class Answer implements AlertSink {
  private long count;
  private long sum;
  private long xor;

  private long hash;

  /** Begins a match of this rule. */
  Answer begin(int rule) {
    hash = (rule + 1) * 0x9E3779B97F4A7C15L;
    return this;
  }

  /** The match's next event. */
  Answer event(long position) {
    hash = Long.rotateLeft(hash, 17) * 0xD6E8FEB86659FD93L + position;
    return this;
  }

  /** The match is complete. */
  void end() {
    long mixed = (hash ^ hash >>> 32) * 0x94D049BB133111EBL;
    count++;
    sum += mixed;
    xor ^= mixed;
  }

  @Override
  public void onAlert(AlertView alert) {
    begin(alert.ruleIndex());
    for (int i = 0; i < alert.eventCount(); i++) {
      event(alert.eventPosition(i));
    }
    end();
  }

  long count() {
    return count;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%,d matches, digest %016x%016x", count, sum, xor);
  }
}
