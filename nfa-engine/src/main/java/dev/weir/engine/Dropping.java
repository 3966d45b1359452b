package dev.weir.engine;

import java.util.Arrays;

/**
 * Takes events back out of a partial match: those of branches that were not needed. Linear in the
 * cells behind the oldest of them. Owned by one thread.
 */
final class Dropping {
  private final Arena arena;
  private int[] cells = new int[16];

  Dropping(Arena arena) {
    this.arena = arena;
  }

  /** Takes the events of these steps out of a partial match that is in no list yet. */
  void drop(RuleProgram rule, int partial, long steps) {
    int count = 0;
    int behindOldest = 0; // cells that stand behind the oldest one that goes
    int newest = Partial.newest(arena, partial);
    for (int cell = newest; cell != Arena.NULL; cell = Cell.parent(arena, cell)) {
      if (count == cells.length) {
        cells = Arrays.copyOf(cells, count * 2);
      }
      cells[count++] = cell;
      if ((steps & 1L << Cell.step(arena, cell)) != 0) {
        behindOldest = count;
      }
    }
    if (behindOldest == 0) {
      return;
    }
    int last = behindOldest == count ? Arena.NULL : cells[behindOldest];
    boolean isOwn = false; // the cell before is a copy that nothing else points to
    for (int i = behindOldest - 1; i >= 0; i--) {
      int step = Cell.step(arena, cells[i]);
      if ((steps & 1L << step) != 0) {
        continue;
      }
      int copy = Cell.copy(arena, cells[i], last);
      if (isOwn) {
        Cell.release(arena, last); // the copy holds it now
      }
      int word = partial + Partial.STEPS + step;
      if (arena.low(word) == cells[i]) {
        arena.putLow(word, copy);
      }
      last = copy;
      isOwn = true;
    }
    if (!isOwn && last != Arena.NULL) {
      Cell.retain(arena, last);
    }
    Partial.newest(arena, partial, last);
    Cell.release(arena, newest);
    for (StepProgram step : rule.steps) {
      if ((steps & 1L << step.id) != 0) {
        arena.put(partial + Partial.STEPS + step.id, 0);
        for (int register : step.registers) {
          arena.put(partial + rule.registersAt + 2 * register, 0);
          arena.put(partial + rule.registersAt + 2 * register + 1, 0);
        }
      }
    }
  }
}
