package dev.weir.engine;

import dev.weir.dsl.plan.RulePlan;
import dev.weir.dsl.plan.RulePlan.Consumption;
import java.util.Arrays;

/**
 * What becomes of the completions of an instant: which are alerted, which events they use up, which
 * starts end. Owned by one thread.
 */
final class Settlement {
  private final Arena arena;
  private final Evaluator evaluator;
  private final AlertRecord alert;
  private final Partials partials;
  private final Instant now;
  private final Ranking ranking;
  private final HeldMatches held;
  private final Totals totals;
  private final long[] unpicked; // by rule

  private int[] chosen = new int[64]; // the preferred first
  private int chosenCount;

  // places in stream order of the events used up in this instant
  private long[] used = new long[64];
  private int usedCount;
  private long usedLeast;
  private long usedGreatest;
  private long endsBefore; // partial matches that began before this place end

  Settlement(
      Arena arena,
      Evaluator evaluator,
      AlertRecord alert,
      Partials partials,
      Instant now,
      HeldMatches held,
      Ranking ranking,
      int rules) {
    this.arena = arena;
    this.evaluator = evaluator;
    this.alert = alert;
    this.partials = partials;
    this.now = now;
    this.held = held;
    this.ranking = ranking;
    this.totals = new Totals(arena);
    this.unpicked = new long[rules];
  }

  /** Matches that were complete and not picked, by rule. */
  long[] unpicked() {
    return unpicked;
  }

  void begin() {
    usedCount = 0;
    usedLeast = Long.MAX_VALUE;
    usedGreatest = Long.MIN_VALUE;
    endsBefore = Long.MIN_VALUE;
  }

  /** Chooses among the completions, and notes which events are used up and which starts end. */
  void choose(KeySpace space, int row) {
    RuleProgram rule = now.rule;
    ranking.begin(rule, now.complete, now.completeCount);
    int candidates = ranking.count();
    int ofStart = rule.severalPerStart ? rule.startLimit : 1;
    if (ofStart < candidates) {
      candidates = ranking.keepBestOfEachStart(ofStart);
    }
    int picked = ranking.pick();
    chosenCount = 0;
    if (rule.skip != null) {
      for (int i = 0; i < picked; i++) {
        held.add(space, row, ranking.at(i));
      }
      return;
    }
    for (int i = 0; i < picked; i++) {
      int p = ranking.at(i);
      if (rule.pick == RulePlan.Pick.TOTALS) {
        add(p);
        if (endsBefore == Long.MIN_VALUE) {
          use(rule, p);
        }
      } else if (!holdsUsed(p)) {
        add(p);
        use(rule, p);
        if (endsBefore != Long.MIN_VALUE) {
          break; // only the first is alerted
        }
      }
    }
    unpicked[rule.index] += candidates - chosenCount;
    int flags =
        (rule.severalPerStart ? 0 : Start.ENDED)
            | (rule.timeout == RuleProgram.NO_TIMEOUT ? 0 : Start.MATCHED);
    for (int i = 0; i < now.completeCount; i++) {
      Start.mark(arena, Partial.start(arena, now.complete[i]), flags);
    }
  }

  private void add(int p) {
    if (chosenCount == chosen.length) {
      chosen = Arrays.copyOf(chosen, chosenCount * 2);
    }
    chosen[chosenCount++] = p;
  }

  /**
   * Alerts what was chosen.
   *
   * @param place of the first alert among those of the instant
   * @return the place behind the last
   */
  int alert(KeySpace space, int row, long timeNs, int place) {
    RuleProgram rule = now.rule;
    if (chosenCount == 0) {
      return place;
    }
    if (rule.remembersAlert() && arena.get(row + rule.alertedAt()) == 0) {
      arena.put(row + rule.alertedAt(), 1);
      space.retain(row);
    }
    if (rule.pick == RulePlan.Pick.TOTALS) {
      int total = totals.add(rule, chosen, chosenCount);
      evaluator.matches(chosenCount);
      evaluator.partial(total);
      alert.ofTotals(rule, row, now.role, timeNs, place);
      totals.free(rule, total);
      return place + 1;
    }
    if (rule.isLowRate()) {
      evaluator.partial(chosen[0]);
      alert.ofTotals(rule, row, now.role, timeNs, place); // no event is why
      return place + 1;
    }
    for (int i = 0; i < chosenCount; i++) {
      evaluator.partial(chosen[i]);
      alert.ofMatch(rule, row, now.role, timeNs, 0, chosen[i], place + i);
    }
    return place + chosenCount;
  }

  private void use(RuleProgram rule, int p) {
    switch (rule.consumption) {
      case ALL -> {
        for (int cell = Partial.newest(arena, p);
            cell != Arena.NULL;
            cell = Cell.parent(arena, cell)) {
          addUsed(Cell.sequence(arena, cell));
        }
      }
      case START -> addUsed(Start.sequence(arena, Partial.start(arena, p)));
      case NONE -> {}
      case RESTART -> endsBefore = Long.MAX_VALUE;
      case RESUME_AT_FIRST, RESUME_AT_LAST -> endsBefore = resumeAt(rule, p);
    }
  }

  /** Where starts must lie to go on; a step that took nothing is as a restart. */
  private long resumeAt(RuleProgram rule, int p) {
    long place = Long.MAX_VALUE;
    for (int cell = Partial.newest(arena, p); cell != Arena.NULL; cell = Cell.parent(arena, cell)) {
      if (Cell.step(arena, cell) == rule.resumeStep) {
        place = Cell.sequence(arena, cell);
        if (rule.consumption == Consumption.RESUME_AT_LAST) {
          return place;
        }
      }
    }
    return place;
  }

  private void addUsed(long eventSequence) {
    if (usedCount == used.length) {
      used = Arrays.copyOf(used, usedCount * 2);
    }
    used[usedCount++] = eventSequence;
    usedLeast = Math.min(usedLeast, eventSequence);
    usedGreatest = Math.max(usedGreatest, eventSequence);
  }

  /** Whether no partial match may hold this event any more. */
  boolean isUsed(long eventSequence) {
    return endsBefore == Long.MAX_VALUE || isUsedUp(eventSequence);
  }

  /** Whether an alerted match has used this event up. */
  boolean isUsedUp(long eventSequence) {
    for (int i = 0; i < usedCount; i++) {
      if (used[i] == eventSequence) {
        return true;
      }
    }
    return false;
  }

  private boolean holdsUsed(int p) {
    if (usedCount == 0) {
      return false;
    }
    for (int cell = Partial.newest(arena, p); cell != Arena.NULL; cell = Cell.parent(arena, cell)) {
      long sequence = Cell.sequence(arena, cell);
      if (sequence < usedLeast) {
        return false; // cells get older from here on
      }
      if (isUsed(sequence)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a new partial match does not outlive the instant because of what was alerted. */
  boolean ends(int fresh) {
    int start = Partial.start(arena, fresh);
    return Start.has(arena, start, Start.ENDED)
        || Start.sequence(arena, start) < endsBefore
        || holdsUsed(fresh);
  }

  /**
   * Ends what the instant used up: open partial matches that hold used events, and those of
   * completed starts. Linear in the open partial matches whose start is not younger than what was
   * used up.
   */
  void endOthers(int row) {
    RuleProgram rule = now.rule;
    long last = Math.max(usedGreatest, endsBefore);
    for (int start = last == Long.MIN_VALUE ? Arena.NULL : partials.firstStart(row, rule);
        start != Arena.NULL && Start.sequence(arena, start) <= last;
        start = Start.next(arena, start)) {
      boolean ends = Start.sequence(arena, start) < endsBefore;
      for (int p = Start.first(arena, start); p != Arena.NULL; p = partials.nextOfStart(p)) {
        if (ends || holdsUsed(p)) {
          now.kill(p);
        }
      }
    }
    if (!rule.severalPerStart) {
      for (int i = 0; i < now.completeCount; i++) {
        int start = Partial.start(arena, now.complete[i]);
        for (int p = Start.first(arena, start); p != Arena.NULL; p = partials.nextOfStart(p)) {
          now.kill(p);
        }
      }
    }
  }
}
