package dev.weir.engine;

import dev.weir.engine.Automaton.Target;

/**
 * A partial match: a block of the arena. It lists what was taken as a chain of cells, keeps what
 * conditions ask for, and knows where it is in the pattern. All functions are O(1) unless they say
 * otherwise.
 *
 * <pre>
 *  0 next in its list (low) | previous (high)
 *  1 next of its start (low) | previous (high)
 *  2 start (low) | flags (high)
 *  3 newest cell (low) | number of its latest deadline (high)
 *  4 a word a step: its newest cell (low) | events taken (high)
 *  . a word a region: state (bits 48-63) | closed ways (0-47)
 *  . a word a repeated part: rounds (high)
 *  . two words a register: value, count (-1: overflow)
 * </pre>
 */
final class Partial {
  static final int STEPS = 4;

  /** The word whose lower half is the newest cell. */
  static final int NEWEST = 3;

  // flags
  /** It ends at the end of this instant. */
  static final int DEAD = 1;

  /** It has changed in this instant. */
  static final int TOUCHED = 2;

  /** It stands in the lists of its key and start. */
  static final int LINKED = 4;

  /** It is complete in this instant. */
  static final int COMPLETE = 8;

  private static final int STATE_SHIFT = 48;
  private static final long WAYS = (1L << STATE_SHIFT) - 1;

  private Partial() {}

  static int start(Arena arena, int partial) {
    return arena.low(partial + 2);
  }

  static boolean has(Arena arena, int partial, int flag) {
    return (arena.high(partial + 2) & flag) != 0;
  }

  static void mark(Arena arena, int partial, int flag) {
    arena.putHigh(partial + 2, arena.high(partial + 2) | flag);
  }

  static void unmark(Arena arena, int partial, int flag) {
    arena.putHigh(partial + 2, arena.high(partial + 2) & ~flag);
  }

  static int newest(Arena arena, int partial) {
    return arena.low(partial + 3);
  }

  static void newest(Arena arena, int partial, int cell) {
    arena.putLow(partial + 3, cell);
  }

  /** Number of its latest deadline; 0 if it has none. */
  static int deadline(Arena arena, int partial) {
    return arena.high(partial + 3);
  }

  /** Number of the state that it is at in the region. */
  static int state(Arena arena, int partial, int regionWord) {
    return (int) (arena.get(partial + regionWord) >>> STATE_SHIFT);
  }

  static void state(Arena arena, int partial, int regionWord, int state) {
    arena.put(partial + regionWord, (long) state << STATE_SHIFT);
  }

  /** Bits of the ways that are closed in the region. */
  static long closed(Arena arena, int partial, int regionWord) {
    return arena.get(partial + regionWord) & WAYS;
  }

  static void close(Arena arena, int partial, int regionWord, long ways) {
    arena.put(partial + regionWord, arena.get(partial + regionWord) | (ways & WAYS));
  }

  static void open(Arena arena, int partial, int regionWord, long ways) {
    arena.put(partial + regionWord, arena.get(partial + regionWord) & ~(ways & WAYS));
  }

  /** Whether all conditions on counters hold. */
  static boolean counts(Arena arena, int partial, Automaton.Count[] counts) {
    for (Automaton.Count count : counts) {
      if (arena.high(partial + count.word()) < count.limit() != count.isBelow()) {
        return false;
      }
    }
    return true;
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

  /** One that has taken nothing; the base of all others of the rule. */
  static int empty(Arena arena, RuleProgram rule) {
    int partial = arena.allocateZeroed(rule.partialWords);
    state(arena, partial, rule.regionsAt, rule.automaton.regions[0].start.number);
    return partial;
  }

  /** The same, in no list and without deadlines. */
  static int copy(Arena arena, RuleProgram rule, int from) {
    int to = block(arena, rule, from);
    int cell = newest(arena, from);
    arena.put(to + 3, cell);
    if (cell != Arena.NULL) {
      Cell.retain(arena, cell);
    }
    return to;
  }

  /** A block with the same place, counts and registers; its newest cell is not set. */
  private static int block(Arena arena, RuleProgram rule, int from) {
    int words = rule.partialWords;
    int to = arena.allocate(words);
    arena.put(to, 0);
    arena.put(to + 1, 0);
    arena.put(to + 2, arena.low(from + 2)); // no flags
    for (int i = STEPS; i < words; i++) {
      arena.put(to + i, arena.get(from + i));
    }
    return to;
  }

  /** Frees what is in no list and was never joined to its start. */
  static void freeUnlinked(Arena arena, RuleProgram rule, int partial) {
    Cell.release(arena, newest(arena, partial));
    arena.free(partial, rule.partialWords);
  }

  /**
   * A new partial match that has also taken the event of a cell, in no list yet. Ways of the place
   * it came from are not touched; those of the new place are open.
   *
   * @param from the shorter one
   * @param cell behind the newest of the shorter one; its reference is passed on
   */
  static int extend(Arena arena, RuleProgram rule, int from, Target target, int cell) {
    int to = block(arena, rule, from);
    arena.put(to + 3, cell); // and no deadline
    StepProgram step = rule.steps[target.step().number];
    int word = to + STEPS + step.id;
    arena.putLow(word, cell);
    arena.putHigh(word, arena.high(word) + 1);
    for (int i = 0; i < target.words().length; i++) {
      state(arena, to, target.words()[i], target.states()[i]);
    }
    for (Automaton.Round round : target.rounds()) {
      arena.putHigh(to + round.word(), round.isFirst() ? 1 : arena.high(to + round.word()) + 1);
    }
    for (int register : step.registers) {
      feed(arena, to + rule.registersAt + 2 * register, rule.registers[register], cell);
    }
    return to;
  }

  private static void feed(Arena arena, int at, StepProgram.Register register, int cell) {
    if (!Cell.isMissing(arena, cell, register.projection())) {
      long value = Cell.number(arena, cell, register.projection());
      StepProgram.Register.add(register.kind(), arena, at, value, 1);
    }
  }
}
