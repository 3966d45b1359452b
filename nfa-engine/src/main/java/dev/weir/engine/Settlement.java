package dev.weir.engine;

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
  private final long[] unpicked; // by rule

  // places in stream order of the events used up in this instant
  private long[] used = new long[64];
  private int usedCount;
  private long usedLeast;
  private long usedGreatest;
  private boolean restart;

  Settlement(
      Arena arena,
      Evaluator evaluator,
      AlertRecord alert,
      Partials partials,
      Instant now,
      int rules) {
    this.arena = arena;
    this.evaluator = evaluator;
    this.alert = alert;
    this.partials = partials;
    this.now = now;
    this.ranking = new Ranking(arena);
    this.unpicked = new long[rules];
  }

  long unpicked(int ruleIndex) {
    return unpicked[ruleIndex];
  }

  void begin() {
    usedCount = 0;
    usedLeast = Long.MAX_VALUE;
    usedGreatest = Long.MIN_VALUE;
    restart = false;
  }

  /** Chooses among the completions, alerts, and notes which events are used up. */
  void settle(int row, long timeNs) {
    RuleProgram rule = now.rule;
    int candidates = now.completeCount;
    ranking.begin(rule, now.complete, now.completeCount);
    if (!rule.severalPerStart) {
      candidates = ranking.keepBestOfEachStart();
    }
    int picked = ranking.pick();
    int shown = 0;
    for (int i = 0; i < picked; i++) {
      int p = ranking.at(i);
      if (holdsUsed(p)) {
        continue;
      }
      if (rule.consumption == Consumption.RESTART && shown > 0) {
        break;
      }
      evaluator.partial(p);
      alert.ofMatch(rule, row, now.role, timeNs, p, shown++);
      use(rule, p);
    }
    unpicked[rule.index] += candidates - shown;
    restart = rule.consumption == Consumption.RESTART && shown > 0;
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
      case NONE, RESTART -> {}
    }
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
    if (restart) {
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
    return restart
        || Start.has(arena, Partial.start(arena, fresh), Start.ENDED)
        || holdsUsed(fresh);
  }

  /**
   * Ends what the instant used up: open partial matches that hold used events, and those of
   * completed starts. Linear in the open partial matches whose start is not younger than what was
   * used up.
   */
  void endOthers(int row) {
    RuleProgram rule = now.rule;
    if (restart || usedCount > 0) {
      for (int start = partials.firstStart(row, rule);
          start != Arena.NULL && (restart || Start.sequence(arena, start) <= usedGreatest);
          start = Start.next(arena, start)) {
        for (int p = Start.first(arena, start); p != Arena.NULL; p = partials.nextOfStart(p)) {
          if (restart || holdsUsed(p)) {
            now.kill(p);
          }
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
