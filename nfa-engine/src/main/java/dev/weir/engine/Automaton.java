package dev.weir.engine;

import dev.weir.engine.StepProgram.GuardProgram;

/**
 * The states of a pattern and the ways between them: a position automaton. The pattern falls into
 * regions: the outermost, and each branch of an {@code all of}. In a region a partial match is at
 * one state: at the region's start, at the step that took the latest event, or in or behind a
 * composite, whose branches are regions of their own. From a state lead ways, ordered by
 * preference; a partial match keeps for each region its state and which of the state's ways are
 * closed. Immutable.
 */
final class Automaton {
  /** Most ways from one state: a partial match keeps a bit for each. */
  static final int WAYS_MAX = 48;

  /** Of rules without a pattern. */
  static final Automaton NONE = new Automaton(new State[0], new Region[0], 0);

  final State[] states;
  final Region[] regions; // regions[0] is the outermost
  final int lists; // kinds of places in the outermost region where partial matches wait

  /** Whether a match may be without the event that opened it, as another start's match is. */
  boolean drops() {
    for (State state : states) {
      if (state.composite != null && state.composite.needed < state.composite.branches.length) {
        return true;
      }
    }
    return false;
  }

  Automaton(State[] states, Region[] regions, int lists) {
    this.states = states;
    this.regions = regions;
    this.lists = lists;
  }

  /** The pattern, or a branch. */
  static final class Region {
    final int number;
    final int word; // of a partial match: state and closed ways

    @org.jspecify.annotations.Nullable Composite composite; // that it is a branch of
    long steps; // in it, and in its branches

    @SuppressWarnings("NullAway.Init") // set by the builder
    State start;

    Region(int number, int word) {
      this.number = number;
      this.word = word;
    }
  }

  /** Branches that are followed side by side, and how many of them it takes. */
  static final class Composite {
    final Region outer;
    final Region[] branches;
    final int needed;
    final State within; // while not enough branches are complete
    final State behind;

    Composite(Region outer, Region[] branches, int needed, State within, State behind) {
      this.outer = outer;
      this.branches = branches;
      this.needed = needed;
      this.within = within;
      this.behind = behind;
    }
  }

  /** A place in a region. */
  static final class State {
    static final int NO_LIST = -1;

    final int number;
    final Region region;
    final @org.jspecify.annotations.Nullable StepProgram step; // null: start, or of a composite

    /** Of the state within a composite. */
    @org.jspecify.annotations.Nullable Composite composite;

    Way[] ways = new Way[0]; // the best first; a way's place is its bit

    /** The way among {@link #ways} that ends the region. */
    @org.jspecify.annotations.Nullable Way end;

    // what can change a partial match that waits here, branches included
    long steps;
    long guards;
    int list = NO_LIST;

    State(int number, Region region, @org.jspecify.annotations.Nullable StepProgram step) {
      this.number = number;
      this.region = region;
      this.step = step;
    }

    /** Place of the way to a state of the same region; none leads there twice. */
    int rankOf(State to) {
      for (Way way : ways) {
        if (way.into == to) {
          return way.bit;
        }
      }
      throw new IllegalStateException("no way: from=" + number + " to=" + to.number);
    }
  }

  /** When a way that ends the outermost region completes the match. */
  enum End {
    /** When its counts hold; the match takes nothing more. */
    AT_ONCE,
    /** As above, and it may go on. */
    EACH,
    /** When no more comes for a while, or can come. */
    WHEN_QUIET,
    /** When no more can come, or when the window ends. */
    AT_END,
    /** When a forbidden event does not come for a while, or until the window ends. */
    ABSENCE,
    /** At the next event, whatever it is, unless it is forbidden; the match may go on. */
    AFTER_NEXT
  }

  /**
   * One way on from a state: to a step, into a composite, or to the region's end.
   *
   * @param bit place among the state's ways
   * @param into the state of the same region that it leads to; null at the end
   * @param targets the steps whose events take it; several where it leads into a composite
   * @param isAny it stays open when an event takes it
   * @param isAgain it begins a further iteration of a loop
   * @param scope such an event takes the way or closes it; none: gaps are allowed
   * @param without events that close it; of an absence, what must not come
   * @param notNext events that close it, taken or not, if they are the next of the stream
   * @param until events that close it before it could be taken
   * @param isGreedy what fits it closes the ways behind it, but for the end, before they take it
   * @param bounds what must hold of times
   * @param counts what must hold of loops
   * @param end null but for a way to the region's end
   * @param durationNs of an absence or of quiet; {@link #TO_WINDOW_END}: as long as the window
   */
  record Way(
      int bit,
      @org.jspecify.annotations.Nullable State into,
      Target[] targets,
      boolean isAny,
      boolean isAgain,
      GuardProgram[] scope,
      GuardProgram[] without,
      GuardProgram[] notNext,
      GuardProgram[] until,
      TimeBound[] bounds,
      Count[] counts,
      boolean isGreedy,
      @org.jspecify.annotations.Nullable End end,
      long durationNs) {
    static final long TO_WINDOW_END = Long.MAX_VALUE;

    long mask() {
      return 1L << bit;
    }
  }

  /**
   * A condition on the time since the latest event of a step; it does not hold where that has none.
   *
   * @param word of the partial match, whose lower half is the cell of that event
   * @param isAtLeast at least the duration, else less than it
   */
  record TimeBound(int word, boolean isAtLeast, long durationNs) {}

  /**
   * A step that takes the event, and what follows for the partial match.
   *
   * @param step the state of the step
   * @param rank of the way by which the step's region is entered or gone on with
   * @param words of regions that are set, first to last
   * @param states what they are set to
   * @param rounds counters that are set, in order
   */
  record Target(State step, int rank, int[] words, int[] states, Round[] rounds) {}

  /**
   * Counts a round of a repeated part.
   *
   * @param word of the partial match, whose upper half counts
   * @param isFirst the first round, else one more
   */
  record Round(int word, boolean isFirst) {}

  /**
   * A condition on a counter.
   *
   * @param word of the partial match, whose upper half counts
   * @param isBelow below the limit, else at least the limit
   */
  record Count(int word, boolean isBelow, int limit) {}
}
