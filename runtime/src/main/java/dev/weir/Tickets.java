package dev.weir;

import dev.weir.ingest.Journaler;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait for the position of what they sent. A ticket is the number of a place, from 1,
 * with {@link #DECIDE} for an event whose alerts are asked for. Safe for many threads.
 */
final class Tickets {
  /** In a ticket: the alerts that the event lets out are kept for it. */
  static final long DECIDE = 1L << 32;

  /** Calls that can wait at one time. */
  static final int PLACES = 1024;

  static final long NOT_YET = -2;

  private static final long GIVEN_UP = -3;

  private final AtomicLongArray positions = new AtomicLongArray(PLACES + 1);
  private final ArrayBlockingQueue<Integer> free = new ArrayBlockingQueue<>(PLACES);
  private final ConcurrentHashMap<Long, Decision.Builder> open = new ConcurrentHashMap<>();

  Tickets() {
    for (int place = 1; place <= PLACES; place++) {
      free.add(place);
    }
  }

  /** A ticket, or 0 while all are taken. */
  long take() {
    Integer place = free.poll();
    if (place == null) {
      return 0;
    }
    positions.set(place, NOT_YET);
    return place;
  }

  /** The position that the ticket was given, {@link Journaler#REFUSED} or {@link #NOT_YET}. */
  long position(long ticket) {
    return positions.getAcquire((int) ticket);
  }

  /** Waits no longer, unless the position has come; the ticket is given back when it comes. */
  boolean giveUp(long ticket) {
    return positions.compareAndSet((int) ticket, NOT_YET, GIVEN_UP);
  }

  void giveBack(long ticket) {
    free.add((int) ticket);
  }

  /** Called by the journaler, before the record is evaluated. */
  void onPosition(long ticket, long position) {
    if ((ticket & DECIDE) != 0 && position != Journaler.REFUSED) {
      open.put(position, new Decision.Builder(position));
    }
    if (!positions.compareAndSet((int) ticket, NOT_YET, position)) {
      forgetDecision(position);
      giveBack(ticket);
    }
  }

  /** The decision in the making for the event at this position, if somebody waits for one. */
  Decision.@Nullable Builder decisionAt(long position) {
    return open.isEmpty() ? null : open.get(position);
  }

  /** Nobody waits any more for the decision at this position. */
  void forgetDecision(long position) {
    open.remove(position);
  }

  /** Takes the decision for the event at this position, which this rule set judged. */
  Decision takeDecision(long position, String ruleSet) {
    Decision.Builder made = open.remove(position);
    if (made == null) {
      throw new IllegalStateException("no decision: position=" + position);
    }
    return made.build(ruleSet);
  }
}
