package dev.weir.engine;

import dev.weir.dsl.plan.PeerPattern;

/**
 * Complete matches that wait until no earlier start has an open partial match, and what they end
 * when they come out: see {@link PeerPattern.Skip}. A key's row leads to a list of them, by place
 * of their starts; each is a partial match of its own with a start of its own, in no other list.
 * Adding is linear in the matches held. Owned by one thread.
 */
final class HeldMatches {
  private final Arena arena;
  private final Evaluator evaluator;
  private final AlertRecord alert;
  private final Partials partials;
  private final Instant now;

  HeldMatches(Arena arena, Evaluator evaluator, AlertRecord alert, Partials partials, Instant now) {
    this.arena = arena;
    this.evaluator = evaluator;
    this.alert = alert;
    this.partials = partials;
    this.now = now;
  }

  /** Holds a match of the rule and key at hand, as it is now. */
  void add(KeySpace space, int row, int match) {
    int of = Partial.start(arena, match);
    int start =
        Start.create(
            arena, Start.sequence(arena, of), Start.timeNs(arena, of), Start.position(arena, of));
    int held = Partial.copy(arena, now.rule, match);
    arena.putLow(held + 2, start);
    int before = Arena.NULL;
    int behind = first(row);
    while (behind != Arena.NULL && startOf(behind) <= startOf(held)) {
      before = behind;
      behind = next(behind);
    }
    arena.putLow(held, behind);
    if (before == Arena.NULL) {
      first(row, held);
    } else {
      arena.putLow(before, held);
    }
    space.retain(row);
  }

  /** Lets out what need not wait any more, at the end of an instant of the rule and key at hand. */
  void comeOut(KeySpace space, int row, long timeNs) {
    if (row == Arena.NULL) {
      return;
    }
    RuleProgram rule = now.rule;
    for (int ordinal = 0; first(row) != Arena.NULL; ordinal++) {
      int match = first(row);
      int open = partials.firstStart(row, rule);
      if (open != Arena.NULL && Start.sequence(arena, open) < startOf(match)) {
        return;
      }
      evaluator.partial(match);
      alert.ofMatch(rule, row, now.role, timeNs, 0, match, ordinal);
      long from = goesOnFrom(rule, match);
      removeFirst(space, row);
      while (first(row) != Arena.NULL && startOf(first(row)) < from) {
        removeFirst(space, row);
      }
      for (open = partials.firstStart(row, rule);
          open != Arena.NULL && Start.sequence(arena, open) < from;
          open = partials.firstStart(row, rule)) {
        partials.free(space, row, rule, Start.first(arena, open));
      }
    }
  }

  /** Where starts must lie to go on. */
  private long goesOnFrom(RuleProgram rule, int match) {
    PeerPattern.Skip skip = java.util.Objects.requireNonNull(rule.skip);
    return switch (skip.to()) {
      case TO_NEXT -> startOf(match) + 1;
      case PAST_LAST -> Cell.sequence(arena, Partial.newest(arena, match)) + 1;
      case TO_FIRST -> placeOf(Partial.cell(arena, match, skip.step(), 1));
      case TO_LAST -> placeOf(Partial.cell(arena, match, skip.step(), -1));
    };
  }

  private long placeOf(int cell) {
    return cell == Arena.NULL ? Long.MIN_VALUE : Cell.sequence(arena, cell);
  }

  private long startOf(int match) {
    return Start.sequence(arena, Partial.start(arena, match));
  }

  private int first(int row) {
    return arena.low(row + now.rule.heldAt());
  }

  private void first(int row, int match) {
    arena.putLow(row + now.rule.heldAt(), match);
  }

  private int next(int match) {
    return arena.low(match);
  }

  private void removeFirst(KeySpace space, int row) {
    int match = first(row);
    first(row, next(match));
    Cell.release(arena, Partial.newest(arena, match));
    arena.free(Partial.start(arena, match), Start.WORDS);
    arena.free(match, now.rule.partialWords);
    space.release(row);
  }
}
