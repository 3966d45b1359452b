package dev.weir.engine;

import dev.weir.engine.Automaton.Composite;
import dev.weir.engine.Automaton.End;
import dev.weir.engine.Automaton.Region;
import dev.weir.engine.Automaton.State;
import dev.weir.engine.Automaton.Target;
import dev.weir.engine.Automaton.TimeBound;
import dev.weir.engine.Automaton.Way;
import dev.weir.engine.StepProgram.GuardProgram;
import java.util.Arrays;

/**
 * Offers the event at hand to partial matches: which ways take it, which it closes. Cost of an
 * offer: linear in the ways of the places that the partial match is at. Owned by one thread.
 */
final class Advance {
  private static final byte UNKNOWN = 0;
  private static final byte PASSES = 1;
  private static final byte FAILS = 2;

  private final Arena arena;
  private final Evaluator evaluator;
  private final Predicates predicates;
  private final Partials partials;
  private final Instant now;
  private final Dropping dropped;

  // answers that do not depend on the partial match, for the instant
  private final byte[] stepAnswer = new byte[RuleCompiler.STEPS_MAX];

  private long[] taken = new long[4]; // by region: ways of the partial match that took the event

  private boolean unlessHit;
  private boolean isStart; // the partial match at hand has taken nothing
  private int start; // of the event at hand, if it is one

  Advance(Arena arena, Evaluator evaluator, Predicates predicates, Partials partials, Instant now) {
    this.arena = arena;
    this.evaluator = evaluator;
    this.predicates = predicates;
    this.partials = partials;
    this.now = now;
    this.dropped = new Dropping(arena);
  }

  /** Notes which steps and guards of the rule look closer at the event; false if none does. */
  boolean isTouched(RuleProgram rule, long roles) {
    long steps = 0;
    for (StepProgram step : rule.steps) {
      if ((roles & 1L << step.role) != 0 && predicates.holds(step.eventCondition)) {
        steps |= 1L << step.id;
      }
    }
    long guards = 0;
    for (GuardProgram guard : rule.guards) {
      if ((roles & 1L << guard.role()) != 0 && predicates.holds(guard.condition().event())) {
        guards |= guard.mask();
      }
    }
    now.roles = roles;
    now.steps = steps;
    now.guards = guards;
    return (steps | guards) != 0;
  }

  /** A new event, or rule, is at hand; {@link #isTouched} has been asked. */
  void begin() {
    Arrays.fill(stepAnswer, 0, now.rule.steps.length, UNKNOWN);
    start = Arena.NULL;
    int regions = now.rule.automaton.regions.length;
    if (taken.length < regions) {
      taken = new long[regions];
    }
  }

  /** Whether the event may change partial matches that wait at the state. */
  boolean concerns(State state) {
    return (state.steps & now.steps) != 0
        || ((state.guards | now.rule.wideGuards) & now.guards) != 0;
  }

  /** Offers the event to an open partial match. */
  void offer(int partial) {
    evaluator.partial(partial);
    RuleProgram rule = now.rule;
    isStart = false;
    unlessHit = rule.unless.length > 0 && anyPasses(rule.unless);
    int firstFresh = now.freshCount;
    State state = stateIn(partial, rule.automaton.regions[0]);
    Arrays.fill(taken, 0, rule.automaton.regions.length, 0);
    take(partial, state);
    close(partial, state, firstFresh);
    if (unlessHit || (rule.without.length > 0 && anyPasses(rule.without))) {
      now.kill(partial);
    }
  }

  /** Offers the event to what has taken nothing yet. */
  void offerToEmpty(int empty) {
    evaluator.partial(empty);
    isStart = true;
    unlessHit = false;
    take(empty, now.rule.automaton.regions[0].start);
  }

  /** Where the partial match is in a region. */
  State stateIn(int partial, Region region) {
    return now.rule.automaton.states[Partial.state(arena, partial, region.word)];
  }

  // ---- taking -----------------------------------------------------------------------------------

  private void take(int partial, State state) {
    if ((state.steps & now.steps) == 0) {
      return;
    }
    if (state.composite != null) {
      for (Region branch : state.composite.branches) {
        take(partial, stateIn(partial, branch));
      }
      return;
    }
    int word = state.region.word;
    long closed = Partial.closed(arena, partial, word);
    for (Way way : state.ways) {
      if ((closed & way.mask()) == 0
          && way.end() == null
          && counts(partial, way)
          && inTime(partial, way)
          && !isBarred(partial, way)
          && take(partial, way)) {
        if (way.isGreedy()) {
          closed |= behind(state, way);
        }
        if (isStart) {
          continue;
        }
        taken[state.region.number] |= way.mask();
        long used = way.isAny() ? 0 : way.mask();
        Way end = state.end;
        if (end != null && isGrowing(end)) {
          used |= end.mask(); // what is taken cancels the end before it
        }
        now.useUp(partial, word, used);
      }
    }
    if (!isStart && closed != Partial.closed(arena, partial, word)) {
      now.close(partial, word, closed);
    }
  }

  /** The ways behind a greedy one, which it closes; not the end. */
  private static long behind(State state, Way greedy) {
    long mask = -greedy.mask() << 1;
    return state.end == null ? mask : mask & ~state.end.mask();
  }

  /** Whether the event is the next one behind the newest of the match and must not be. */
  private boolean isBarred(int partial, Way way) {
    return way.notNext().length > 0 && !isStart && isNext(partial) && anyPasses(way.notNext());
  }

  private boolean isNext(int partial) {
    return Cell.sequence(arena, Partial.newest(arena, partial)) + 1 == now.sequence;
  }

  /** Whether the way is the end of what may grow and waits for it. */
  private static boolean isGrowing(Way end) {
    return end.end() == End.WHEN_QUIET || end.end() == End.AT_END;
  }

  private boolean take(int partial, Way way) {
    boolean taken = false;
    for (Target target : way.targets()) {
      StepProgram step = now.rule.steps[target.step().number];
      if ((now.steps & 1L << step.id) == 0 || !passes(step)) {
        continue;
      }
      taken = true;
      if (evaluator.holds(step.require)) {
        extend(partial, target);
        evaluator.partial(partial);
      } else if (!isStart) {
        now.kill(partial);
      }
    }
    return taken;
  }

  private boolean counts(int partial, Way way) {
    return Partial.counts(arena, partial, way.counts());
  }

  private boolean inTime(int partial, Way way) {
    for (TimeBound bound : way.bounds()) {
      if (!holds(partial, bound, now.event.timeNs())) {
        return false;
      }
    }
    return true;
  }

  private boolean holds(int partial, TimeBound bound, long timeNs) {
    int cell = arena.low(partial + bound.word());
    if (cell == Arena.NULL) {
      return bound.word() == Partial.NEWEST; // before the first event there is nothing to be near
    }
    return timeNs - Cell.timeNs(arena, cell) < bound.durationNs() != bound.isAtLeast();
  }

  private boolean passes(StepProgram step) {
    byte answer = stepAnswer[step.id];
    if (answer == UNKNOWN) {
      answer = evaluator.holds(step.keyCondition) ? PASSES : FAILS;
      stepAnswer[step.id] = answer;
    }
    return answer == PASSES && evaluator.holds(step.matchCondition);
  }

  private void extend(int from, Target target) {
    RuleProgram rule = now.rule;
    StepProgram step = rule.steps[target.step().number];
    int cell =
        Cell.create(
            arena,
            Partial.newest(arena, from),
            step,
            target.rank(),
            now.sequence,
            now.event,
            evaluator);
    int to = Partial.extend(arena, rule, from, target, cell);
    if (isStart) {
      if (start == Arena.NULL) {
        start = Start.create(arena, now.sequence, now.event.timeNs(), now.event.position());
      }
      partials.join(to, start);
    } else {
      partials.join(to, Partial.start(arena, from));
    }
    now.addFresh(to, target.step().region.number);
    Region region = leaveComplete(to, target.step().region);
    if (unlessHit) {
      Partial.mark(arena, to, Partial.DEAD); // it is alerted, perhaps, but does not go on
    }
    if (region == rule.automaton.regions[0]) {
      end(to, stateIn(to, region));
    }
  }

  /** What an open partial match becomes by an event that is not known; in no list, of no start. */
  int imagine(int from, Target target) {
    StepProgram step = now.rule.steps[target.step().number];
    int cell = Cell.createUnknown(arena, Partial.newest(arena, from), step, target.rank());
    int to = Partial.extend(arena, now.rule, from, target, cell);
    leaveComplete(to, target.step().region);
    return to;
  }

  /** Leaves composites that are complete with what was taken in a region; where it is then. */
  private Region leaveComplete(int partial, Region of) {
    Region region = of;
    while (region.composite != null && isComplete(partial, region.composite)) {
      Composite composite = region.composite;
      region = composite.outer;
      Partial.state(arena, partial, region.word, composite.behind.number);
      if (composite.needed < composite.branches.length) {
        dropped.drop(now.rule, partial, unfinished(partial, composite));
      }
    }
    return region;
  }

  private boolean isComplete(int partial, Composite composite) {
    int complete = 0;
    for (Region branch : composite.branches) {
      complete += isComplete(partial, branch) ? 1 : 0;
    }
    return complete >= composite.needed;
  }

  /** Steps of branches that are not complete, those inside them included. */
  private long unfinished(int partial, Composite composite) {
    long steps = 0;
    for (Region branch : composite.branches) {
      if (!isComplete(partial, branch)) {
        steps |= branch.steps;
      }
    }
    return steps;
  }

  private boolean isComplete(int partial, Region branch) {
    State state = stateIn(partial, branch);
    return state.end != null && counts(partial, state.end);
  }

  /** Looks whether a new partial match is complete, and whether it goes on then. */
  private void end(int partial, State state) {
    Way end = state.end;
    if (end == null || !counts(partial, end)) {
      return;
    }
    boolean completes =
        switch (java.util.Objects.requireNonNull(end.end())) {
          case AT_ONCE, EACH -> true;
          case WHEN_QUIET, AT_END -> !goesOn(partial, state);
          case ABSENCE, AFTER_NEXT -> false;
        };
    if (!completes) {
      return;
    }
    now.addComplete(partial);
    if (end.end() != End.EACH || !goesOn(partial, state)) {
      Partial.mark(arena, partial, Partial.DEAD);
    }
  }

  // ---- closing ----------------------------------------------------------------------------------

  /**
   * Closes ways that may not pass over the event: of the partial match, and of those made from it
   * in which another branch took the event.
   */
  private void close(int partial, State state, int firstFresh) {
    if ((state.guards & now.guards) == 0) {
      return;
    }
    if (state.composite != null) {
      for (Region branch : state.composite.branches) {
        close(partial, stateIn(partial, branch), firstFresh);
      }
      return;
    }
    int word = state.region.word;
    long closed = Partial.closed(arena, partial, word);
    long closing = 0;
    long until = 0;
    for (Way way : state.ways) {
      if (!counts(partial, way)) {
        continue;
      }
      if (way.until().length > 0 && anyPasses(way.until())) {
        until |= way.mask(); // what grew ends here, even if the way has closed before
      } else if ((closed & way.mask()) == 0
          && !isPast(partial, way, now.event.timeNs())
          && closes(partial, way, (taken[state.region.number] & way.mask()) != 0)) {
        closing |= way.mask();
        if (way.end() == End.AFTER_NEXT && !anyPasses(way.without()) && !isBarred(partial, way)) {
          now.addComplete(partial);
        }
      }
    }
    closing |= until;
    if (closing == 0) {
      return;
    }
    completeClosed(partial, state, until, closed | closing);
    now.close(partial, word, closing);
    for (int i = firstFresh; i < now.freshCount; i++) {
      // not where the event led it on: there other ways have these places
      if (now.freshRegion[i] != state.region.number
          && Partial.state(arena, now.fresh[i], word) == state.number) {
        Partial.close(arena, now.fresh[i], word, closing);
      }
    }
  }

  /** Whether the event may not come between, or had to be taken and was not. */
  private boolean closes(int partial, Way way, boolean isTaken) {
    return anyPasses(way.without())
        || (!isTaken && anyPasses(way.scope()))
        || isBarred(partial, way);
  }

  /** The event ends what grew, if nothing more can come: the match is complete without it. */
  private void completeClosed(int partial, State state, long until, long closed) {
    Way end = state.end;
    if (end == null || state.region.number != 0 || !isGrowing(end) || !waitsAtEnd(partial, state)) {
      return;
    }
    boolean ends = until != 0 || (end.end() == End.AT_END && !isAnyLeft(partial, state, closed));
    if (ends) {
      now.addComplete(partial);
      now.kill(partial);
    }
  }

  private boolean isAnyLeft(int partial, State state, long closed) {
    for (Way way : state.ways) {
      if ((closed & way.mask()) == 0
          && way.end() == null
          && counts(partial, way)
          && !isPast(partial, way, now.event.timeNs())) {
        return true;
      }
    }
    return false;
  }

  private boolean anyPasses(GuardProgram[] guards) {
    for (GuardProgram guard : guards) {
      if ((now.guards & guard.mask()) != 0 && passes(guard)) {
        return true;
      }
    }
    return false;
  }

  private boolean passes(GuardProgram guard) {
    return (now.roles & 1L << guard.role()) != 0
        && predicates.holds(guard.condition().event())
        && evaluator.holds(guard.condition().key())
        && evaluator.holds(guard.condition().match());
  }

  /** Closes ways of an open partial match that are too late at this time. */
  void closePast(int partial, long timeNs) {
    closePast(partial, stateIn(partial, now.rule.automaton.regions[0]), timeNs);
  }

  /** As above, of what the event at hand has made. */
  void closePastOfFresh(int partial) {
    closePast(partial, stateIn(partial, now.rule.automaton.regions[0]), now.event.timeNs());
  }

  private void closePast(int partial, State state, long timeNs) {
    if (state.composite != null) {
      for (Region branch : state.composite.branches) {
        closePast(partial, stateIn(partial, branch), timeNs);
      }
    }
    for (Way way : state.ways) {
      if (isPast(partial, way, timeNs)) {
        if (Partial.has(arena, partial, Partial.LINKED)) {
          now.close(partial, state.region.word, way.mask());
        } else {
          Partial.close(arena, partial, state.region.word, way.mask());
        }
      }
    }
  }

  /** Whether it is too late for the way. */
  private boolean isPast(int partial, Way way, long timeNs) {
    for (TimeBound bound : way.bounds()) {
      if (!bound.isAtLeast() && !holds(partial, bound, timeNs)) {
        return true;
      }
    }
    return false;
  }

  // ---- places -----------------------------------------------------------------------------------

  /** Whether a way is open by which an event could be taken. */
  boolean goesOn(int partial, State state) {
    long closed = Partial.closed(arena, partial, state.region.word);
    for (Way way : state.ways) {
      if ((closed & way.mask()) == 0 && way.end() == null && counts(partial, way)) {
        return true;
      }
    }
    return false;
  }

  /** Whether an event at this time could take the way. */
  boolean isOpen(int partial, State state, Way way, long timeNs) {
    return (Partial.closed(arena, partial, state.region.word) & way.mask()) == 0
        && way.end() == null
        && counts(partial, way)
        && !isPast(partial, way, timeNs);
  }

  /** Whether the match waits at its end, for an absence or for quiet. */
  boolean waitsAtEnd(int partial, State state) {
    Way end = state.end;
    return end != null
        && (end.end() == End.ABSENCE || end.end() == End.AFTER_NEXT || isGrowing(end))
        && (Partial.closed(arena, partial, state.region.word) & end.mask()) == 0
        && counts(partial, end);
  }

  /** As above, wherever it is. */
  boolean waitsAtEnd(int partial) {
    return waitsAtEnd(partial, stateIn(partial, now.rule.automaton.regions[0]));
  }

  /** Whether a way is open that can lead to a match. */
  boolean isAlive(int partial) {
    State state = stateIn(partial, now.rule.automaton.regions[0]);
    return waitsAtEnd(partial, state) || canGoOn(partial, state);
  }

  private boolean canGoOn(int partial, State state) {
    Composite composite = state.composite;
    if (composite == null) {
      return goesOn(partial, state);
    }
    int complete = 0;
    int open = 0;
    for (Region branch : composite.branches) {
      if (now.rule.showsOpen) {
        // what is open is asked of any way on, not only of one that can lead to a match
        open += canGoOn(partial, stateIn(partial, branch)) ? composite.needed : 0;
      } else if (isComplete(partial, branch)) {
        complete++;
      } else if (canGoOn(partial, stateIn(partial, branch))) {
        open++;
      }
    }
    return complete + open >= composite.needed;
  }
}
