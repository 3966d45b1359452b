package dev.weir.engine;

/**
 * An event that began partial matches of a rule and key: a block of the arena, to which they point.
 * All functions are O(1).
 *
 * <pre>
 *  0 next start of the rule and key (low) | previous (high); the first one's is the last
 *  1 first partial match in its list (low) | flags (high)
 *  2 partial matches that point here, listed or not (low) | number of its deadline (high)
 *  3 place in stream order, 4 time, 5 position of the event
 * </pre>
 */
final class Start {
  static final int WORDS = 6;

  /** It stands in the list of its key. */
  static final int LISTED = 1;

  /** All its partial matches end with this instant. */
  static final int ENDED = 2;

  /** It has given a match, alerted or not; noted where a timeout asks for it. */
  static final int MATCHED = 4;

  private static final int STAGE = 1 << 8; // and one bit for each further stage

  private Start() {}

  static int create(Arena arena, long sequence, long timeNs, long position) {
    int start = arena.allocate(WORDS);
    arena.put(start, 0);
    arena.put(start + 1, 0);
    arena.put(start + 2, 0);
    arena.put(start + 3, sequence);
    arena.put(start + 4, timeNs);
    arena.put(start + 5, position);
    return start;
  }

  static int next(Arena arena, int start) {
    return arena.low(start);
  }

  static int first(Arena arena, int start) {
    return arena.low(start + 1);
  }

  static int flags(Arena arena, int start) {
    return arena.high(start + 1);
  }

  /** Number of its latest deadline; 0 if it has none. */
  static int deadline(Arena arena, int start) {
    return arena.high(start + 2);
  }

  static boolean has(Arena arena, int start, int flag) {
    return (arena.high(start + 1) & flag) != 0;
  }

  static void mark(Arena arena, int start, int flag) {
    arena.putHigh(start + 1, arena.high(start + 1) | flag);
  }

  /** The flag of a stage that it has reached; stages from 0, at most 16. */
  static int stage(int number) {
    return STAGE << number;
  }

  /** Whether it has no deadline. */
  static boolean isUnarmed(Arena arena, int start) {
    return deadline(arena, start) == 0;
  }

  static long sequence(Arena arena, int start) {
    return arena.get(start + 3);
  }

  static long timeNs(Arena arena, int start) {
    return arena.get(start + 4);
  }

  static long position(Arena arena, int start) {
    return arena.get(start + 5);
  }
}
