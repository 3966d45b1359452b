package dev.weir.engine;

import java.util.Arrays;

/**
 * What falls due at a time: one first-in first-out queue for each distinct duration, since
 * deadlines of one duration are armed in the order in which they fall due. Owned by one thread;
 * arming is O(1), finding the next is O(number of durations).
 *
 * <pre>
 *  entry: time of arming; position of the record armed by; key's row (low) | rule (high);
 *         kind (low) | role (high); number given by Partials
 * </pre>
 */
final class Deadlines {
  /** An absence or a quiet loop completes; the entry's number is that of a partial match. */
  static final int COMPLETE = 0;

  /** The window of a start ends; the entry's number is that of a start. */
  static final int WINDOW_END = 1;

  /** Bounds of ways may have passed; the entry's number is that of a partial match. */
  static final int BOUND = 2;

  private static final int ENTRY_WORDS = 5;

  private final long[] durationsNs;
  private final Fifo[] queues;
  private long nextNs = Long.MAX_VALUE;

  // entries that fall due at one time, in the order in which they are handled
  private long[] position = new long[16];
  private int[] rule = new int[16];
  private int[] role = new int[16];
  private int[] row = new int[16];
  private int[] kind = new int[16];
  private long[] reference = new long[16];
  private int due;

  /** For these durations, ascending and distinct. */
  Deadlines(Arena arena, long[] durationsNs) {
    this.durationsNs = durationsNs;
    this.queues = new Fifo[durationsNs.length];
    Arrays.setAll(queues, i -> new Fifo(arena, ENTRY_WORDS));
  }

  /** The next time at which something falls due; the greatest long if nothing is armed. */
  long nextNs() {
    return nextNs;
  }

  void arm(
      long durationNs,
      long timeNs,
      long armingPosition,
      int ruleIndex,
      int keyRole,
      int keyRow,
      int entryKind,
      long number) {
    Fifo queue = queues[Arrays.binarySearch(durationsNs, durationNs)];
    int entry = queue.append();
    Arena arena = queue.arena();
    arena.put(entry, timeNs);
    arena.put(entry + 1, armingPosition);
    arena.putLow(entry + 2, keyRow);
    arena.putHigh(entry + 2, ruleIndex);
    arena.putLow(entry + 3, entryKind);
    arena.putHigh(entry + 3, keyRole);
    arena.put(entry + 4, number);
    nextNs = Math.min(nextNs, Features.saturatedSum(timeNs, durationNs));
  }

  /**
   * Takes out all entries that fall due at {@link #nextNs}, sorted by arming position, rule, role;
   * windows end after completions.
   */
  int takeDue() {
    long timeNs = nextNs;
    due = 0;
    long next = Long.MAX_VALUE;
    for (int i = 0; i < queues.length; i++) {
      Fifo queue = queues[i];
      Arena arena = queue.arena();
      while (!queue.isEmpty()) {
        int entry = queue.entry(queue.head());
        long dueNs = Features.saturatedSum(arena.get(entry), durationsNs[i]);
        if (dueNs > timeNs) {
          next = Math.min(next, dueNs);
          break;
        }
        insert(
            arena.get(entry + 1),
            arena.high(entry + 2),
            arena.high(entry + 3),
            arena.low(entry + 2),
            arena.low(entry + 3),
            arena.get(entry + 4));
        queue.removeFirst();
      }
    }
    nextNs = next;
    return due;
  }

  long position(int i) {
    return position[i];
  }

  int rule(int i) {
    return rule[i];
  }

  int role(int i) {
    return role[i];
  }

  int row(int i) {
    return row[i];
  }

  int kind(int i) {
    return kind[i];
  }

  /** The number that {@link Partials} gave the deadline. */
  long reference(int i) {
    return reference[i];
  }

  /** Whether the two entries belong to one instant of one rule and key. */
  boolean sameInstant(int a, int b) {
    return position[a] == position[b]
        && rule[a] == rule[b]
        && role[a] == role[b]
        && row[a] == row[b];
  }

  private void insert(long p, int ruleIndex, int keyRole, int keyRow, int entryKind, long ref) {
    if (due == position.length) {
      position = Arrays.copyOf(position, due * 2);
      rule = Arrays.copyOf(rule, due * 2);
      role = Arrays.copyOf(role, due * 2);
      row = Arrays.copyOf(row, due * 2);
      kind = Arrays.copyOf(kind, due * 2);
      reference = Arrays.copyOf(reference, due * 2);
    }
    int at = due++; // insertion: entries come nearly sorted
    while (at > 0 && isBefore(p, ruleIndex, keyRole, keyRow, entryKind, at - 1)) {
      position[at] = position[at - 1];
      rule[at] = rule[at - 1];
      role[at] = role[at - 1];
      row[at] = row[at - 1];
      kind[at] = kind[at - 1];
      reference[at] = reference[at - 1];
      at--;
    }
    position[at] = p;
    rule[at] = ruleIndex;
    role[at] = keyRole;
    row[at] = keyRow;
    kind[at] = entryKind;
    reference[at] = ref;
  }

  private boolean isBefore(
      long p, int ruleIndex, int keyRole, int keyRow, int entryKind, int other) {
    if (p != position[other]) {
      return p < position[other];
    }
    if (ruleIndex != rule[other]) {
      return ruleIndex < rule[other];
    }
    if (keyRole != role[other]) {
      return keyRole < role[other];
    }
    if (keyRow != row[other]) {
      return false; // one record arms under one key for a role: cannot be
    }
    return entryKind < kind[other];
  }
}
