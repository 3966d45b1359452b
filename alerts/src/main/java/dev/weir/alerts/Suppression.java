package dev.weir.alerts;

import dev.weir.event.RecentKeys;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.agrona.DirectBuffer;

/**
 * The {@code suppress} clause, the last step of the fold: after a shown alert, alerts of the same
 * rule and the same values are held back for the duration and counted; the next shown one carries
 * the count, if it comes within one more duration after that. Works by the alerts' event time.
 * Allocates nothing after warm-up. Owned by one thread.
 */
final class Suppression {
  /** This alert is held back. */
  static final long HELD_BACK = -1;

  private long[] heldBack;
  private RecentKeys[] periods; // by rule; the number is how many alerts were held back

  Suppression(int rules) {
    heldBack = new long[0];
    periods = new RecentKeys[0];
    grow(rules);
  }

  /** From now on there are so many rules. */
  void grow(int rules) {
    int before = heldBack.length;
    heldBack = Arrays.copyOf(heldBack, rules);
    periods = Arrays.copyOf(periods, rules);
    for (int rule = before; rule < rules; rule++) {
      periods[rule] = new RecentKeys();
    }
  }

  long heldBack(int rule) {
    return rule < heldBack.length ? heldBack[rule] : 0;
  }

  void save(DataOutput to) throws IOException {
    for (int rule = 0; rule < periods.length; rule++) {
      to.writeLong(heldBack[rule]);
      periods[rule].save(to);
    }
  }

  void restore(DataInput from, int rules) throws IOException {
    grow(rules);
    for (int rule = 0; rule < periods.length; rule++) {
      heldBack[rule] = from.readLong();
      periods[rule].restore(from);
    }
  }

  /**
   * Judges an alert of a rule with the clause.
   *
   * @param timeNs of the alert; never falls for one rule
   * @return how many were held back before it, or {@link #HELD_BACK}
   */
  long judge(int rule, long timeNs, long durationNs, DirectBuffer values, int offset, int length) {
    RecentKeys ofRule = periods[rule];
    long forgottenNs = timeNs - 2 * durationNs; // a duration held back, one more for the count
    if (forgottenNs < timeNs) {
      ofRule.forgetBefore(forgottenNs + 1);
    }
    long period = ofRule.find(values, offset, length);
    long held = 0;
    if (period != RecentKeys.NONE) {
      held = ofRule.number(period);
      if (timeNs - ofRule.timeNs(period) < durationNs) {
        ofRule.number(period, held + 1);
        heldBack[rule]++;
        return HELD_BACK;
      }
    }
    ofRule.put(values, offset, length, timeNs, 0);
    return held;
  }
}
