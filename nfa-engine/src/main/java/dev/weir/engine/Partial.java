package dev.weir.engine;

import dev.weir.event.EventReader;

/**
 * A partial match: a block of the arena. It lists what was taken as a chain of cells and keeps what
 * conditions ask for. All functions are O(1) unless they say otherwise.
 *
 * <pre>
 *  0 next in the list of its rule and key (low) | flags (high)
 *  1 newest cell (low) | item of the pattern that it is in (high)
 *  2 stream order, 3 time, 4 position of its first event      5 serial number
 *  6 a word a step: its newest cell (low) | events taken (high)
 *  . a word a branch of the widest all-of: steps begun (low) | flags (high)
 *  . two words a register: value, count (-1: overflow)
 * </pre>
 */
final class Partial {
  static final int STEPS = 6;

  // flags of a partial match and of a branch
  /** The way to one more iteration is used up. */
  static final int ON_USED = 1;

  /** The way out of the present item, or step of a branch, is used up. */
  static final int OUT_USED = 2;

  /** All branches of the present all-of are complete. */
  static final int ALL_DONE = 4;

  /** It ends at the end of this instant. */
  static final int DEAD = 8;

  /** A deadline is armed for it. */
  static final int ARMED = 16;

  private Partial() {}

  static int next(Arena arena, int partial) {
    return arena.low(partial);
  }

  static void next(Arena arena, int partial, int next) {
    arena.putLow(partial, next);
  }

  static int flags(Arena arena, int partial) {
    return arena.high(partial);
  }

  static void flags(Arena arena, int partial, int flags) {
    arena.putHigh(partial, flags);
  }

  static void mark(Arena arena, int partial, int flag) {
    arena.putHigh(partial, arena.high(partial) | flag);
  }

  static boolean isDead(Arena arena, int partial) {
    return (arena.high(partial) & DEAD) != 0;
  }

  static int newest(Arena arena, int partial) {
    return arena.low(partial + 1);
  }

  static int item(Arena arena, int partial) {
    return arena.high(partial + 1);
  }

  static long startSequence(Arena arena, int partial) {
    return arena.get(partial + 2);
  }

  static long startTimeNs(Arena arena, int partial) {
    return arena.get(partial + 3);
  }

  static long startPosition(Arena arena, int partial) {
    return arena.get(partial + 4);
  }

  static long serial(Arena arena, int partial) {
    return arena.get(partial + 5);
  }

  /** Events that the step took. */
  static int count(Arena arena, int partial, int step) {
    return arena.high(partial + STEPS + step);
  }

  /**
   * The cell of the step's event at this index: 1 the first, -1 the last; {@link Arena#NULL} if
   * there is none. Linear in the events taken, but for -1.
   */
  static int cell(Arena arena, int partial, int step, int index) {
    int count = count(arena, partial, step);
    int fromEnd = index < 0 ? -index - 1 : count - index;
    if (fromEnd < 0 || fromEnd >= count) {
      return Arena.NULL;
    }
    int cell = arena.low(partial + STEPS + step);
    for (int left = fromEnd; left > 0; ) {
      cell = Cell.parent(arena, cell);
      if (Cell.step(arena, cell) == step) {
        left--;
      }
    }
    return cell;
  }

  /** Different values of a kept field over the step's events. Quadratic in their number. */
  static int distinct(Arena arena, int partial, int step, int projection, boolean isBytes) {
    int distinct = 0;
    int left = count(arena, partial, step);
    for (int cell = arena.low(partial + STEPS + step); left > 0; cell = Cell.parent(arena, cell)) {
      if (Cell.step(arena, cell) != step) {
        continue;
      }
      left--;
      if (!Cell.isMissing(arena, cell, projection)
          && !occursBefore(arena, cell, step, left, projection, isBytes)) {
        distinct++;
      }
    }
    return distinct;
  }

  private static boolean occursBefore(
      Arena arena, int of, int step, int earlier, int projection, boolean isBytes) {
    int left = earlier;
    for (int cell = Cell.parent(arena, of); left > 0; cell = Cell.parent(arena, cell)) {
      if (Cell.step(arena, cell) != step) {
        continue;
      }
      left--;
      if (Cell.isMissing(arena, cell, projection)) {
        continue;
      }
      boolean same =
          isBytes
              ? ByteRange.equal(
                  arena.buffer(cell),
                  Cell.bytesOffset(arena, cell, projection),
                  Cell.bytesLength(arena, cell, projection),
                  arena.buffer(of),
                  Cell.bytesOffset(arena, of, projection),
                  Cell.bytesLength(arena, of, projection))
              : Cell.number(arena, cell, projection) == Cell.number(arena, of, projection);
      if (same) {
        return true;
      }
    }
    return false;
  }

  /**
   * A new partial match that has also taken the event. Ways of the place it came from are not
   * touched; those of the new place are open.
   *
   * @param from the shorter one, or {@link Arena#NULL}
   * @param item the item of the pattern that the event is in
   */
  static int extend(
      Arena arena,
      RuleProgram rule,
      int from,
      int item,
      StepProgram step,
      EventReader event,
      long sequence,
      long serial) {
    int words = rule.partialWords;
    int to;
    if (from == Arena.NULL) {
      to = arena.allocateZeroed(words);
      arena.put(to + 2, sequence);
      arena.put(to + 3, event.timeNs());
      arena.put(to + 4, event.position());
    } else {
      to = arena.allocate(words);
      for (int i = 1; i < words; i++) {
        arena.put(to + i, arena.get(from + i));
      }
    }
    int cell =
        Cell.create(
            arena,
            from == Arena.NULL ? Arena.NULL : newest(arena, from),
            step.id,
            sequence,
            event,
            step);
    boolean sameItem = from != Arena.NULL && item(arena, from) == item;
    arena.put(to, 0); // no next, all ways open
    arena.putLow(to + 1, cell);
    arena.putHigh(to + 1, item);
    arena.put(to + 5, serial);
    int word = to + STEPS + step.id;
    arena.putLow(word, cell);
    arena.putHigh(word, arena.high(word) + 1);
    if (!sameItem) {
      for (int b = 0; b < rule.branchWords; b++) {
        arena.put(to + rule.branchesAt + b, 0);
      }
    }
    for (int register : step.registers) {
      feed(arena, to + rule.registersAt + 2 * register, rule.registers[register], cell);
    }
    return to;
  }

  private static void feed(Arena arena, int at, StepProgram.Register register, int cell) {
    long count = arena.get(at + 1);
    if (Cell.isMissing(arena, cell, register.projection()) || count < 0) {
      return;
    }
    long value = Cell.number(arena, cell, register.projection());
    long kept = arena.get(at);
    switch (register.kind()) {
      case SUM -> {
        long sum = kept + value;
        if (((kept ^ sum) & (value ^ sum)) < 0) {
          arena.put(at + 1, -1);
          return;
        }
        arena.put(at, sum);
      }
      case MIN -> arena.put(at, count == 0 ? value : Math.min(kept, value));
      case MAX -> arena.put(at, count == 0 ? value : Math.max(kept, value));
    }
    arena.put(at + 1, count + 1);
  }

  static void free(Arena arena, RuleProgram rule, int partial) {
    Cell.release(arena, newest(arena, partial));
    arena.free(partial, rule.partialWords);
  }
}
