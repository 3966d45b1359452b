package dev.weir.engine;

import dev.weir.dsl.plan.RulePlan.Starts;
import dev.weir.engine.Automaton.End;
import dev.weir.engine.Automaton.Region;
import dev.weir.engine.Automaton.State;
import dev.weir.engine.Automaton.TimeBound;
import dev.weir.engine.Automaton.Way;
import dev.weir.event.EventReader;

/**
 * Runs match rules: offers an event, or a deadline, to the partial matches of one rule and key and
 * settles the instant, in the order of {@code docs/language/semantics.md}, "One instant". Cost of
 * an event: linear in the partial matches that wait where a condition on the event alone lets them
 * look closer; those that wait elsewhere are not visited. Owned by one thread.
 */
final class Matcher {
  private final Arena arena;
  private final Evaluator evaluator;
  private final Deadlines[] deadlines; // by mode
  private final Partials partials;
  private final Instant now;
  private final Advance advance;
  private final Settlement settlement;
  private final HeldMatches held;
  private final Notices notices;
  private final Waiting waiting;
  private final RuleFigures figures;
  private final int[] empty; // by rule: a partial match that has taken nothing

  // for which start and steps looks are armed at the event at hand
  private int lookedStart;
  private long looked;

  Matcher(
      Arena arena,
      Evaluator evaluator,
      Predicates predicates,
      Deadlines[] deadlines,
      AlertRecord alert,
      RuleProgram[] rules,
      RuleFigures figures) {
    this.arena = arena;
    this.figures = figures;
    this.evaluator = evaluator;
    this.deadlines = deadlines;
    this.partials = new Partials(arena, rules.length);
    this.now = new Instant(arena);
    this.advance = new Advance(arena, evaluator, predicates, partials, now);
    this.held = new HeldMatches(arena, evaluator, alert, partials, now);
    Ranking ranking = new Ranking(arena);
    this.settlement =
        new Settlement(arena, evaluator, alert, partials, now, held, ranking, rules.length);
    this.notices = new Notices(arena, evaluator, alert, partials, now, ranking);
    this.waiting = new Waiting(arena, partials, now, advance, ranking);
    this.empty = new int[rules.length];
    for (RuleProgram rule : rules) {
      if (!rule.isWhen) {
        empty[rule.index] = Partial.empty(arena, rule);
      }
    }
  }

  /** The portable form of partial matches. */
  MatchState portable() {
    return new MatchState(arena, partials, deadlines);
  }

  /** For tracing: reads only. */
  Partials partials() {
    return partials;
  }

  /** For tracing: a partial match of the rule that has taken nothing. */
  int empty(int ruleIndex) {
    return empty[ruleIndex];
  }

  long openPartials(int ruleIndex) {
    return partials.open(ruleIndex);
  }

  long unpicked(int ruleIndex) {
    return settlement.unpicked()[ruleIndex];
  }

  /** The same by rule, for whoever counts on. */
  long[] unpicked() {
    return settlement.unpicked();
  }

  /** Whether the rule has partial matches of the key at this row, or {@link Arena#NULL}. */
  boolean hasOpen(RuleProgram program, int row) {
    return row != Arena.NULL && partials.firstStart(row, program) != Arena.NULL;
  }

  // ---- an event ---------------------------------------------------------------------------------

  /** Offers the event at hand to a rule under one key. */
  void offer(
      RuleProgram rule,
      Keys keys,
      int key,
      int keyRole,
      long roles,
      EventReader event,
      long sequence) {
    if (!advance.isTouched(rule, roles)) {
      return;
    }
    int row = keys.find(key);
    boolean hasPartials = row != Arena.NULL && partials.firstStart(row, rule) != Arena.NULL;
    boolean mayStart =
        (rule.automaton.regions[0].start.steps & now.steps) != 0
            && (rule.starts != Starts.ONCE
                || row == Arena.NULL
                || arena.get(row + rule.alertedAt()) == 0);
    if (!mayStart && !hasPartials) {
      return;
    }
    KeySpace space = keys.space(key);
    evaluator.key(space, row);
    now.begin(rule, keyRole);
    now.event = event;
    now.sequence = sequence;
    advance.begin();
    settlement.begin();
    if (rule.starts == Starts.ONE_OPEN_AT_A_TIME && mayStart && hasPartials) {
      mayStart = !isAnyOpen(row, rule, event.timeNs());
    }
    if (hasPartials) {
      for (State state : rule.automaton.states) {
        if (state.list != State.NO_LIST && advance.concerns(state)) {
          for (int p = partials.first(row, rule, state.list);
              p != Arena.NULL;
              p = partials.next(p)) {
            advance.offer(p);
          }
        }
      }
    }
    if (mayStart) {
      advance.offerToEmpty(empty[rule.index]);
    }
    for (int i = 0; i < now.freshCount; i++) {
      int step = Cell.step(arena, Partial.newest(arena, now.fresh[i]));
      figures.took(rule.index, step, event.timeNs());
    }
    if (row == Arena.NULL && now.freshCount > 0) {
      row = keys.findOrAdd(key);
      evaluator.key(space, row);
    }
    if (rule.holds()) {
      now.closeUsedUp(); // what can still come is asked as if the event were not consumed
      for (int i = 0; i < now.freshCount; i++) {
        advance.closePastOfFresh(now.fresh[i]);
      }
      hold(space, row, event.timeNs());
    }
    if (now.completeCount > 0) {
      settlement.choose(space, row);
    }
    int place = 0;
    if (rule.notices.length > 0 && now.freshCount > 0 && !settlement.isUsedUp(sequence)) {
      place = notices.stages(row, event.timeNs());
    }
    if (now.completeCount > 0) {
      place = settlement.alert(space, row, event.timeNs(), place);
      settlement.endOthers(row);
    }
    boolean isUsed = settlement.isUsed(sequence);
    if (isUsed) {
      now.reopen();
    } else if (!rule.holds()) {
      now.closeUsedUp();
    }
    linkFresh(space, row, isUsed);
    endTouched(space, row);
    if (rule.isLowRate()) {
      endLowRate(rule, space, row);
    }
    if (rule.skip != null) {
      held.comeOut(space, row, event.timeNs());
    }
    if (rule.holds() && row != Arena.NULL) {
      waiting.endOthers(space, row, settlement);
      settleMore(space, row, event.timeNs(), place);
    }
  }

  /** What is complete waits, and what is decided by now is complete. */
  private void hold(KeySpace space, int row, long timeNs) {
    if (row != Arena.NULL) {
      waiting.hold(space, row);
      waiting.decide(row, timeNs);
    }
  }

  /** What an instant ended may decide more: each time as a choice of its own. */
  private void settleMore(KeySpace space, int row, long timeNs, int firstPlace) {
    int place = firstPlace;
    now.freshCount = 0; // they are linked, or gone
    while (waiting.decide(row, timeNs)) {
      settlement.begin();
      settlement.choose(space, row);
      place = settlement.alert(space, row, timeNs, place);
      settlement.endOthers(row);
      endTouched(space, row);
      waiting.endOthers(space, row, settlement);
    }
  }

  private void linkFresh(KeySpace space, int row, boolean isUsed) {
    RuleProgram rule = now.rule;
    lookedStart = Arena.NULL;
    for (int i = 0; i < now.freshCount; i++) {
      int p = now.fresh[i];
      if (isUsed
          || Partial.has(arena, p, Partial.DEAD)
          || settlement.ends(p)
          || !advance.isAlive(p)) {
        partials.free(space, row, rule, p);
      } else {
        partials.link(space, row, rule, p);
        arm(space, row, p);
      }
    }
  }

  /** Whether a way of any partial match is open at this time; what is late is closed first. */
  private boolean isAnyOpen(int row, RuleProgram rule, long timeNs) {
    boolean isOpen = rule.holds() && partials.firstHeld(row, rule) != Arena.NULL;
    for (int start = partials.firstStart(row, rule);
        start != Arena.NULL;
        start = Start.next(arena, start)) {
      for (int p = Start.first(arena, start); p != Arena.NULL; p = partials.nextOfStart(p)) {
        advance.closePast(p, timeNs);
        isOpen |= advance.isAlive(p);
      }
    }
    return isOpen;
  }

  /** Closes what is too late at a deadline, but for starts whose timeout is still to come at it. */
  private void closePast(int row, RuleProgram rule, long timeNs) {
    boolean tellsTimeouts = rule.timeout != RuleProgram.NO_TIMEOUT && rule.hasWindow();
    for (int start = partials.firstStart(row, rule);
        start != Arena.NULL;
        start = Start.next(arena, start)) {
      if (tellsTimeouts && timeNs - Start.timeNs(arena, start) == rule.withinNs) {
        continue;
      }
      for (int p = Start.first(arena, start); p != Arena.NULL; p = partials.nextOfStart(p)) {
        advance.closePast(p, timeNs);
      }
    }
  }

  private void endTouched(KeySpace space, int row) {
    for (int i = 0; i < now.touchedCount; i++) {
      int p = now.touched[i];
      if (Partial.has(arena, p, Partial.DEAD) || !advance.isAlive(p)) {
        partials.free(space, row, now.rule, p);
      } else {
        Partial.unmark(arena, p, Partial.TOUCHED | Partial.COMPLETE);
      }
    }
    now.touchedCount = 0;
  }

  // ---- deadlines --------------------------------------------------------------------------------

  /** Arms what the event at hand begins for a partial match that has taken it. */
  private void arm(KeySpace space, int row, int p) {
    RuleProgram rule = now.rule;
    int start = Partial.start(arena, p);
    if (rule.hasWindow() && Start.isUnarmed(arena, start)) {
      arm(rule.withinNs, space, row, Deadlines.WINDOW_END, partials.numberForStart(start));
    }
    State state = outermost(p);
    if (rule.holds()) {
      armLooks(space, row, start, Cell.step(arena, Partial.newest(arena, p)));
    } else {
      armBounds(space, row, p, state);
    }
    if (!advance.waitsAtEnd(p, state)) {
      return;
    }
    End end = java.util.Objects.requireNonNull(state.end).end();
    long durationNs = state.end.durationNs();
    if (end == End.AT_END || end == End.AFTER_NEXT || durationNs == Way.TO_WINDOW_END) {
      return; // the window's end is its deadline, or there is none
    }
    if (end == End.WHEN_QUIET
        && rule.hasWindow()
        && Features.saturatedSum(now.event.timeNs(), durationNs)
            > Features.saturatedSum(Start.timeNs(arena, start), rule.withinNs)) {
      return; // the window ends before
    }
    arm(durationNs, space, row, Deadlines.COMPLETE, partials.numberForPartial(p));
  }

  /**
   * So that a silent key holds nothing in the end: bounds are looked at again when they have passed
   * for sure, their whole duration from now.
   */
  private void armBounds(KeySpace space, int row, int p, State state) {
    if (state.composite != null) {
      for (Region branch : state.composite.branches) {
        int at = Partial.state(arena, p, branch.word);
        armBounds(space, row, p, now.rule.automaton.states[at]);
      }
    }
    for (Way way : state.ways) {
      for (TimeBound bound : way.bounds()) {
        if (!bound.isAtLeast()
            && !(now.rule.hasWindow() && bound.durationNs() >= now.rule.withinNs)) {
          arm(bound.durationNs(), space, row, Deadlines.BOUND, partials.numberForPartial(p));
        }
      }
    }
  }

  /** The times at which bounds end that are counted from the event at hand. */
  private void armLooks(KeySpace space, int row, int start, int step) {
    if (start == lookedStart && (looked & 1L << step) != 0) {
      return; // as for the partial match before
    }
    looked = start == lookedStart ? looked | 1L << step : 1L << step;
    lookedStart = start;
    for (long durationNs : now.rule.looks[step]) {
      arm(durationNs, space, row, Deadlines.LOOK, partials.numberForStart(start));
    }
  }

  private void arm(long durationNs, KeySpace space, int row, int kind, int number) {
    int entry =
        deadlines[now.rule.mode].arm(
            durationNs,
            now.event.timeNs(),
            now.event.position(),
            now.rule.index,
            now.role,
            row,
            kind,
            number);
    partials.armed(number, entry);
    space.retain(row);
  }

  private State outermost(int p) {
    RuleProgram rule = now.rule;
    return rule.automaton.states[Partial.state(arena, p, rule.regionsAt)];
  }

  /**
   * Handles the entries {@code from} to {@code to} of what is due: one instant of one rule and key.
   */
  void deadline(RuleProgram rule, KeySpace space, Deadlines due, int from, int to, long timeNs) {
    int row = due.row(from);
    evaluator.noEvent();
    evaluator.key(space, row);
    now.begin(rule, due.role(from));
    settlement.begin();
    notices.begin();
    boolean looks = false;
    for (int i = from; i < to; i++) {
      int number = (int) due.reference(i);
      switch (due.kind(i)) {
        case Deadlines.COMPLETE -> {
          int p = partials.takePartial(number);
          if (p != Arena.NULL && advance.waitsAtEnd(p, outermost(p))) {
            complete(p);
            looks = true;
          }
        }
        case Deadlines.WINDOW_END -> {
          int start = partials.takeStart(number);
          endWindow(start, row, timeNs);
          looks |= start != Arena.NULL;
        }
        case Deadlines.BOUND -> {
          int p = partials.takePartial(number);
          if (p != Arena.NULL) {
            advance.closePast(p, timeNs);
          }
        }
        default -> looks |= partials.takeStart(number) != Arena.NULL;
      }
    }
    if (!rule.life.isValid(timeNs)) { // what would be complete just ends
      now.completeCount = 0;
      notices.begin();
    }
    if (rule.isLowRate() && now.completeCount > 0 && !begins(rule, space, row)) {
      now.completeCount = 0;
    }
    if (rule.holds() && looks) {
      closePast(row, rule, timeNs);
      hold(space, row, timeNs);
    }
    int place = 0;
    if (now.completeCount > 0) {
      settlement.choose(space, row);
      place = settlement.alert(space, row, timeNs, 0);
    }
    place = notices.timeout(row, timeNs, place);
    if (now.completeCount > 0) {
      settlement.endOthers(row);
    }
    endTouched(space, row);
    if (rule.skip != null) {
      held.comeOut(space, row, timeNs);
    }
    if (rule.holds() && looks) {
      waiting.endOthers(space, row, settlement);
      settleMore(space, row, timeNs, place);
    }
  }

  /** Whether the key has too few events since this deadline, not before. */
  private boolean begins(RuleProgram rule, KeySpace space, int row) {
    evaluator.partial(empty[rule.index]);
    if (!evaluator.holds(rule.lowRate)) {
      endLowRate(rule, space, row);
      return false;
    }
    return arena.get(row + rule.alertedAt()) == 0;
  }

  /** The key may alert again if it has enough events. */
  private void endLowRate(RuleProgram rule, KeySpace space, int row) {
    if (row != Arena.NULL && arena.get(row + rule.alertedAt()) != 0) {
      evaluator.partial(empty[rule.index]);
      if (!evaluator.holds(rule.lowRate)) {
        arena.put(row + rule.alertedAt(), 0);
        space.release(row);
      }
    }
  }

  /** The window of a start ends: what waits for quiet completes, an absence goes on waiting. */
  private void endWindow(int start, int row, long timeNs) {
    if (start == Arena.NULL) {
      return;
    }
    if (now.rule.timeout != RuleProgram.NO_TIMEOUT
        && !(now.rule.holds() && waiting.isWaiting(row, start))) {
      notices.noteTimeout(start, advance, timeNs);
    }
    for (int p = Start.first(arena, start); p != Arena.NULL; p = partials.nextOfStart(p)) {
      State state = outermost(p);
      Way end = advance.waitsAtEnd(p, state) ? state.end : null;
      if (end == null || end.end() == End.AFTER_NEXT) {
        now.kill(p);
      } else if (hasOwnDeadline(p, end, timeNs)) {
        now.close(p, state.region.word, ~end.mask()); // nothing more is taken
      } else {
        complete(p);
      }
    }
  }

  /** Whether the end at which it waits has a deadline that is still to come. */
  private boolean hasOwnDeadline(int p, Way end, long timeNs) {
    return (end.end() == End.ABSENCE && end.durationNs() != Way.TO_WINDOW_END)
        || (end.end() == End.WHEN_QUIET
            && Cell.timeNs(arena, Partial.newest(arena, p)) + end.durationNs() == timeNs);
  }

  private void complete(int p) {
    now.addComplete(p);
    now.kill(p);
  }
}
