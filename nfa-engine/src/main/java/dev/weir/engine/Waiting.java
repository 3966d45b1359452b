package dev.weir.engine;

import dev.weir.dsl.plan.RulePlan.Fire;
import dev.weir.engine.Automaton.Region;
import dev.weir.engine.Automaton.State;
import dev.weir.engine.Automaton.Target;
import dev.weir.engine.Automaton.Way;
import java.util.Arrays;

/**
 * Complete matches that are not alerted yet, of rules that {@code fire settled} or {@code in
 * order}: each waits while an open partial match of its start has a way on that leads to a
 * preferred match. Cost of a look: the waiting matches of the key, times the open ways of their
 * starts. Owned by one thread.
 */
final class Waiting {
  private final Arena arena;
  private final Partials partials;
  private final Instant now;
  private final Advance advance;
  private final Ranking ranking;
  private final int[] pair = new int[2];

  // the waiting matches of the key, the preferred first
  private int[] held = new int[16];
  private boolean[] isDecided = new boolean[16];
  private int heldCount;
  private int[] decided = new int[16];
  private int decidedCount;

  Waiting(Arena arena, Partials partials, Instant now, Advance advance, Ranking ranking) {
    this.arena = arena;
    this.partials = partials;
    this.now = now;
    this.advance = advance;
    this.ranking = ranking;
  }

  /** The completions of the instant wait. */
  void hold(KeySpace space, int row) {
    for (int i = 0; i < now.completeCount; i++) {
      int match = now.complete[i];
      int copy = Partial.copy(arena, now.rule, match);
      partials.hold(space, row, now.rule, copy, Partial.start(arena, match));
    }
    now.completeCount = 0;
  }

  /** Whether a match of the start waits. */
  boolean isWaiting(int row, int start) {
    for (int p = partials.firstHeld(row, now.rule); p != Arena.NULL; p = partials.next(p)) {
      if (Partial.start(arena, p) == start) {
        return true;
      }
    }
    return false;
  }

  /** Makes what is decided by now the completions of the instant; false if nothing is. */
  boolean decide(int row, long timeNs) {
    RuleProgram rule = now.rule;
    now.completeCount = 0;
    heldCount = 0;
    for (int p = partials.firstHeld(row, rule); p != Arena.NULL; p = partials.next(p)) {
      add(p);
    }
    if (heldCount == 0) {
      return false;
    }
    ranking.rank(rule, held, heldCount);
    for (int i = 0; i < heldCount; i++) {
      held[i] = ranking.at(i);
    }
    for (int i = 0; i < heldCount; i++) {
      isDecided[i] = isDecided(row, i, timeNs);
    }
    for (int i = 0; i < heldCount; i++) {
      if (isDecided[i]) {
        partials.unhold(row, rule, held[i]);
        noteDecided(held[i]);
        now.addComplete(held[i]);
      }
    }
    return now.completeCount > 0;
  }

  private void add(int p) {
    if (heldCount == held.length) {
      held = Arrays.copyOf(held, heldCount * 2);
      isDecided = new boolean[heldCount * 2];
    }
    held[heldCount++] = p;
  }

  private void noteDecided(int p) {
    if (decidedCount == decided.length) {
      decided = Arrays.copyOf(decided, decidedCount * 2);
    }
    decided[decidedCount++] = p;
  }

  private boolean isDecided(int row, int place, long timeNs) {
    RuleProgram rule = now.rule;
    int match = held[place];
    int start = Partial.start(arena, match);
    boolean inOrder = rule.fire == Fire.IN_ORDER;
    for (int i = 0; i < place; i++) {
      // those before it are preferred, or of an earlier start
      boolean isOfStart = Partial.start(arena, held[i]) == start;
      if (!isDecided[i] && (isOfStart ? !rule.severalPerStart : inOrder)) {
        return false;
      }
    }
    if (inOrder && isEarlierOpen(row, start, timeNs)) {
      return false;
    }
    for (int p = Start.first(arena, start); p != Arena.NULL; p = partials.nextOfStart(p)) {
      if (couldBePreferred(p, match, timeNs)) {
        return false;
      }
    }
    for (int i = 0; i < now.freshCount; i++) {
      int p = now.fresh[i];
      if (!Partial.has(arena, p, Partial.LINKED)
          && Partial.start(arena, p) == start
          && couldBePreferred(p, match, timeNs)) {
        return false;
      }
    }
    return true;
  }

  private boolean isEarlierOpen(int row, int start, long timeNs) {
    for (int s = partials.firstStart(row, now.rule);
        s != Arena.NULL && Start.sequence(arena, s) < Start.sequence(arena, start);
        s = Start.next(arena, s)) {
      for (int p = Start.first(arena, s); p != Arena.NULL; p = partials.nextOfStart(p)) {
        if (isOpen(p, timeNs)) {
          return true;
        }
      }
    }
    for (int i = 0; i < now.freshCount; i++) {
      int p = now.fresh[i];
      int s = Partial.start(arena, p);
      if (!Partial.has(arena, p, Partial.LINKED)
          && Start.sequence(arena, s) < Start.sequence(arena, start)
          && isOpen(p, timeNs)) {
        return true;
      }
    }
    return false;
  }

  private boolean isOpen(int p, long timeNs) {
    return !Partial.has(arena, p, Partial.DEAD)
        && (advance.waitsAtEnd(p) || (!isOver(p, timeNs) && advance.isAlive(p)));
  }

  /** Whether the window of its start has ended. */
  private boolean isOver(int p, long timeNs) {
    return now.rule.hasWindow()
        && timeNs - Start.timeNs(arena, Partial.start(arena, p)) >= now.rule.withinNs;
  }

  /** Whether an event, should one come, could make a preferred match of it. */
  private boolean couldBePreferred(int p, int match, long timeNs) {
    if (Partial.has(arena, p, Partial.DEAD)) {
      return false;
    }
    if (advance.waitsAtEnd(p) && isPreferred(p, match)) {
      return true;
    }
    return !isOver(p, timeNs)
        && couldBePreferred(p, advance.stateIn(p, now.rule.automaton.regions[0]), match, timeNs);
  }

  private boolean couldBePreferred(int p, State state, int match, long timeNs) {
    if (state.composite != null) {
      for (Region branch : state.composite.branches) {
        if (couldBePreferred(p, advance.stateIn(p, branch), match, timeNs)) {
          return true;
        }
      }
      return false;
    }
    for (Way way : state.ways) {
      if (advance.isOpen(p, state, way, timeNs)) {
        for (Target target : way.targets()) {
          int longer = advance.imagine(p, target);
          boolean isPreferred = isPreferred(longer, match);
          Partial.freeUnlinked(arena, now.rule, longer);
          if (isPreferred) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private boolean isPreferred(int p, int match) {
    pair[0] = match;
    pair[1] = p;
    ranking.rank(now.rule, pair, 2);
    return ranking.at(0) == p; // where none is preferred the first stays first
  }

  /** What was alerted ends waiting matches too; the decided ones are done with. */
  void endOthers(KeySpace space, int row, Settlement settlement) {
    for (int p = partials.firstHeld(row, now.rule); p != Arena.NULL; ) {
      int next = partials.next(p);
      if (settlement.ends(p)) {
        partials.unhold(row, now.rule, p);
        partials.free(space, row, now.rule, p);
      }
      p = next;
    }
    for (int i = 0; i < decidedCount; i++) {
      partials.free(space, row, now.rule, decided[i]);
    }
    decidedCount = 0;
  }
}
