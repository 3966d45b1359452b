package dev.weir.engine;

import dev.weir.dsl.plan.RulePlan.Consumption;
import dev.weir.dsl.plan.RulePlan.Starts;
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
  private final long[] unpicked; // by rule

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
      int rules) {
    this.arena = arena;
    this.evaluator = evaluator;
    this.alert = alert;
    this.partials = partials;
    this.now = now;
    this.ranking = new Ranking(arena);
    this.held = held;
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

  /** Chooses among the completions, alerts, and notes which events are used up. */
  void settle(KeySpace space, int row, long timeNs) {
    RuleProgram rule = now.rule;
    ranking.begin(rule, now.complete, now.completeCount);
    int candidates = ranking.count();
    if (!rule.severalPerStart) {
      candidates = ranking.keepBestOfEachStart();
    }
    int picked = ranking.pick();
    if (rule.skip != null) {
      for (int i = 0; i < picked; i++) {
        held.add(space, row, ranking.at(i));
      }
      return;
    }
    int shown = 0;
    for (int i = 0; i < picked; i++) {
      int p = ranking.at(i);
      if (holdsUsed(p)) {
        continue;
      }
      if (endsBefore != Long.MIN_VALUE) {
        break; // only the first is alerted
      }
      evaluator.partial(p);
      alert.ofMatch(rule, row, now.role, timeNs, p, shown++);
      use(rule, p);
    }
    unpicked[rule.index] += candidates - shown;
    if (shown > 0 && rule.starts == Starts.ONCE && arena.get(row + rule.alertedAt()) == 0) {
      arena.put(row + rule.alertedAt(), 1);
      space.retain(row); // for good
    }
    if (!rule.severalPerStart) {
      for (int i = 0; i < now.completeCount; i++) {
        Start.mark(arena, Partial.start(arena, now.complete[i]), Start.ENDED);
      }
    }
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
    if (endsBefore == Long.MAX_VALUE) {
      return true;
    }
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
