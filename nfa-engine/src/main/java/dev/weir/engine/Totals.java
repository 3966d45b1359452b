package dev.weir.engine;

/**
 * All matches of an instant as one: a block like that of a partial match whose steps have taken the
 * events of all, so that counts and aggregates go over them. Linear in the events of the matches.
 * Owned by one thread.
 */
final class Totals {
  private final Arena arena;
  private int[] cells = new int[64]; // of one match, newest first

  Totals(Arena arena) {
    this.arena = arena;
  }

  /** The matches, the preferred first, as one; the caller frees it. */
  int add(RuleProgram rule, int[] matches, int count) {
    int total = arena.allocateZeroed(rule.partialWords);
    int newest = Arena.NULL;
    for (int i = 0; i < count; i++) {
      newest = addEvents(total, newest, matches[i]);
      for (int register = 0; register < rule.registers.length; register++) {
        int at = rule.registersAt + 2 * register;
        StepProgram.Register.add(
            rule.registers[register].kind(),
            arena,
            total + at,
            arena.get(matches[i] + at),
            arena.get(matches[i] + at + 1));
      }
    }
    Partial.newest(arena, total, newest);
    return total;
  }

  private int addEvents(int total, int behind, int match) {
    int count = 0;
    for (int cell = Partial.newest(arena, match);
        cell != Arena.NULL;
        cell = Cell.parent(arena, cell)) {
      if (count == cells.length) {
        cells = java.util.Arrays.copyOf(cells, count * 2);
      }
      cells[count++] = cell;
    }
    int newest = behind;
    for (int i = count - 1; i >= 0; i--) {
      int copy = Cell.copy(arena, cells[i], newest);
      if (newest != Arena.NULL) {
        Cell.release(arena, newest); // the copy holds it now
      }
      newest = copy;
      int word = total + Partial.STEPS + Cell.step(arena, copy);
      arena.putLow(word, copy);
      arena.putHigh(word, arena.high(word) + 1);
    }
    return newest;
  }

  void free(RuleProgram rule, int total) {
    Cell.release(arena, Partial.newest(arena, total));
    arena.free(total, rule.partialWords);
  }
}
