package dev.weir.engine;

/**
 * Values of a window in the order in which they came, without those that can never be asked for
 * again. The first is the answer: the least, the greatest, the first or the last of the window.
 * O(1) amortised. Owned by one thread.
 *
 * <pre>
 *  state (in the row): first node (low) | last node (high)
 *  node: number of the log entry; value; next (low) | previous (high)
 * </pre>
 */
final class ValueQueue {
  /** Which of the values in the window is asked for. */
  enum Asked {
    LEAST,
    GREATEST,
    FIRST,
    LAST;

    /** Whether an older value will not be asked for any more behind this one. */
    boolean outlives(long value, long older) {
      return switch (this) {
        case LEAST -> value <= older;
        case GREATEST -> value >= older;
        case FIRST -> false;
        case LAST -> true;
      };
    }
  }

  private static final int NODE_WORDS = 3;

  private final Arena arena;

  ValueQueue(Arena arena) {
    this.arena = arena;
  }

  /** A value of a new log entry. */
  void add(int state, long value, long number, Asked asked) {
    int first = arena.low(state);
    int last = arena.high(state);
    while (last != Arena.NULL && asked.outlives(value, arena.get(last + 1))) {
      int before = arena.high(last + 2);
      arena.free(last, NODE_WORDS);
      last = before;
    }
    int node = arena.allocate(NODE_WORDS);
    arena.put(node, number);
    arena.put(node + 1, value);
    arena.putLow(node + 2, Arena.NULL);
    arena.putHigh(node + 2, last);
    if (last == Arena.NULL) {
      first = node;
    } else {
      arena.putLow(last + 2, node);
    }
    arena.putLow(state, first);
    arena.putHigh(state, node);
  }

  /** The log entry leaves the window. */
  void remove(int state, long number) {
    int first = arena.low(state);
    if (first == Arena.NULL || arena.get(first) != number) {
      return; // it was outlived before
    }
    int next = arena.low(first + 2);
    arena.free(first, NODE_WORDS);
    arena.putLow(state, next);
    if (next == Arena.NULL) {
      arena.putHigh(state, Arena.NULL);
    } else {
      arena.putHigh(next + 2, Arena.NULL);
    }
  }

  boolean isEmpty(int state) {
    return arena.low(state) == Arena.NULL;
  }

  long value(int state) {
    return arena.get(arena.low(state) + 1);
  }
}
