package dev.weir.dsl.plan;

import dev.weir.dsl.plan.RulePlan.Guard;
import dev.weir.dsl.plan.RulePlan.PatternPlan;
import java.util.List;
import java.util.Optional;

/**
 * Patterns in the way of Flink CEP, for which the grammar has no words: they let its cases run in
 * the engine. Repeated parts count rounds of their own, step names mean all rounds, each number of
 * repetitions is a match, and every match is given as it completes, unless {@link Skip} holds it.
 * Only for rules without a key: "the next event" is that of the whole stream.
 */
public sealed interface PeerPattern extends PatternPlan {
  /**
   * The outermost part.
   *
   * @param skip absent: every match comes out when it completes and ends nothing
   */
  record Whole(PatternPlan part, Optional<Skip> skip) implements PeerPattern {}

  /**
   * Matches wait until no earlier start has an open partial match. The earliest comes out and ends
   * every partial and waiting match that began before a place in the stream.
   *
   * @param step whose event is the place, of {@code TO_FIRST} and {@code TO_LAST}; one that took
   *     nothing ends nothing
   */
  record Skip(Place to, int step) {
    /** The place. */
    public enum Place {
      /** Behind the match's first event. */
      TO_NEXT,
      /** Behind its last event. */
      PAST_LAST,
      TO_FIRST,
      TO_LAST
    }
  }

  /**
   * Parts in order.
   *
   * @param closing absent: the chain ends with its last part
   */
  record Chain(List<Link> links, Optional<Closing> closing) implements PeerPattern {
    public Chain {
      links = List.copyOf(links);
    }
  }

  /**
   * A part of a chain.
   *
   * @param reach absent: as the chain itself is reached
   * @param withinNs exclusive bound of its first event from the one taken before; {@link
   *     RulePlan#NO_LIMIT} without
   * @param isOptional it may be left out; then what the reach forbids is forbidden further on
   */
  record Link(Optional<Reach> reach, PatternPlan part, long withinNs, boolean isOptional) {}

  /**
   * How the next event is chosen.
   *
   * @param notNext such an event must not be the next, also if it would be taken
   * @param without no such event in between
   * @param until such an event ends the waiting, taken or not
   * @param withinNs exclusive bound from the event taken last; {@link RulePlan#NO_LIMIT} without
   */
  record Reach(
      Contiguity contiguity,
      List<Guard> notNext,
      List<Guard> without,
      List<Guard> until,
      long withinNs) {
    public Reach {
      notNext = List.copyOf(notNext);
      without = List.copyOf(without);
      until = List.copyOf(until);
    }
  }

  /** Which events may be passed over. */
  enum Contiguity {
    /** None: the next event is taken, or none. */
    NEXT,
    /** Those before the first that fits. */
    FOLLOWED_BY,
    /** All. */
    FOLLOWED_BY_ANY
  }

  /**
   * A part, some times.
   *
   * @param max {@link Integer#MAX_VALUE} for no bound
   * @param again from one round to the next
   * @param isGreedy an event that fits the next round closes the way out, taken by it or not; of a
   *     single step
   */
  record Repeat(PatternPlan part, int min, int max, Reach again, boolean isGreedy)
      implements PeerPattern {}

  /**
   * What must not come behind the last event.
   *
   * @param isNext the match completes at the next event, unless that is forbidden; else at a
   *     deadline
   * @param reach what is forbidden, and the deadline from the event taken last; without a limit it
   *     is the end of the rule's window
   */
  record Closing(boolean isNext, Reach reach) {}
}
