package dev.weir.engine;

import java.util.Arrays;

/**
 * What falls due at a time: one first-in first-out queue for each distinct duration, since
 * deadlines of one duration are armed in the order in which they fall due. Owned by one thread;
 * arming is O(1), finding the next is O(number of durations). Deadlines that come out of order,
 * when state is imported, stand in a heap beside the queues; O(log n) each.
 *
 * <pre>
 *  entry: time of arming; position of the record armed by; key's row (low) | rule (high);
 *         kind (bits 0-7), number of the duration (8-31) | role (high); number given by Partials
 * </pre>
 */
final class Deadlines {
  /** An absence or a quiet loop completes; the entry's number is that of a partial match. */
  static final int COMPLETE = 0;

  /** The window of a start ends; the entry's number is that of a start. */
  static final int WINDOW_END = 1;

  /** Bounds of ways may have passed; the entry's number is that of a partial match. */
  static final int BOUND = 2;

  /**
   * Bounds counted from an event end: matches that wait are looked at; the number means nothing.
   */
  static final int LOOK = 3;

  private static final int ENTRY_WORDS = 5;
  private static final int DURATION_SHIFT = 8;
  private static final int KIND_MASK = (1 << DURATION_SHIFT) - 1;

  private final Arena arena;
  private final long[] durationsNs;
  private final Fifo[] queues;
  private long nextNs = Long.MAX_VALUE;

  private int[] imported = new int[16]; // entries as blocks, the first to fall due first
  private int importedCount;

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
    this.arena = arena;
    this.durationsNs = durationsNs;
    this.queues = new Fifo[durationsNs.length];
    Arrays.setAll(queues, i -> new Fifo(arena, ENTRY_WORDS));
  }

  /** The next time at which something falls due; the greatest long if nothing is armed. */
  long nextNs() {
    return nextNs;
  }

  /** Arms at the event at hand: times never fall. Returns the address of the entry. */
  int arm(
      long durationNs,
      long timeNs,
      long armingPosition,
      int ruleIndex,
      int keyRole,
      int keyRow,
      int entryKind,
      long number) {
    int duration = Arrays.binarySearch(durationsNs, durationNs);
    int entry = queues[duration].append();
    put(entry, duration, timeNs, armingPosition, ruleIndex, keyRole, keyRow, entryKind, number);
    return entry;
  }

  private void put(
      int entry,
      int duration,
      long timeNs,
      long armingPosition,
      int ruleIndex,
      int keyRole,
      int keyRow,
      int entryKind,
      long number) {
    arena.put(entry, timeNs);
    arena.put(entry + 1, armingPosition);
    arena.putLow(entry + 2, keyRow);
    arena.putHigh(entry + 2, ruleIndex);
    arena.putLow(entry + 3, entryKind | duration << DURATION_SHIFT);
    arena.putHigh(entry + 3, keyRole);
    arena.put(entry + 4, number);
    nextNs = Math.min(nextNs, dueNs(entry));
  }

  private long dueNs(int entry) {
    return Features.saturatedSum(arena.get(entry), durationOf(entry));
  }

  /** Whether something may be armed for this long. */
  boolean knows(long durationNs) {
    return Arrays.binarySearch(durationsNs, durationNs) >= 0;
  }

  /** Arms as of any time; the duration is known. Returns the address of the entry. */
  int insert(
      long durationNs,
      long timeNs,
      long armingPosition,
      int ruleIndex,
      int keyRole,
      int keyRow,
      int entryKind,
      long number) {
    int entry = arena.allocate(ENTRY_WORDS);
    int duration = Arrays.binarySearch(durationsNs, durationNs);
    put(entry, duration, timeNs, armingPosition, ruleIndex, keyRole, keyRow, entryKind, number);
    if (importedCount == imported.length) {
      imported = Arrays.copyOf(imported, importedCount * 2);
    }
    long dueNs = dueNs(entry);
    int at = importedCount++;
    while (at > 0 && dueNs < dueNs(imported[(at - 1) >>> 1])) {
      imported[at] = imported[(at - 1) >>> 1];
      at = (at - 1) >>> 1;
    }
    imported[at] = entry;
    return entry;
  }

  private void removeFirstImported() {
    arena.free(imported[0], ENTRY_WORDS);
    int moved = imported[--importedCount];
    long dueNs = importedCount == 0 ? 0 : dueNs(moved);
    int at = 0;
    for (int child = 1; child < importedCount; child = 2 * at + 1) {
      if (child + 1 < importedCount && dueNs(imported[child + 1]) < dueNs(imported[child])) {
        child++;
      }
      if (dueNs <= dueNs(imported[child])) {
        break;
      }
      imported[at] = imported[child];
      at = child;
    }
    imported[at] = moved;
  }

  static int kindOf(Arena arena, int entry) {
    return arena.low(entry + 3) & KIND_MASK;
  }

  static int roleOf(Arena arena, int entry) {
    return arena.high(entry + 3);
  }

  static long armedAtOf(Arena arena, int entry) {
    return arena.get(entry);
  }

  static long positionOf(Arena arena, int entry) {
    return arena.get(entry + 1);
  }

  long durationOf(int entry) {
    return durationsNs[arena.low(entry + 3) >>> DURATION_SHIFT];
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
      while (!queue.isEmpty()) {
        int entry = queue.entry(queue.head());
        long dueNs = Features.saturatedSum(arena.get(entry), durationsNs[i]);
        if (dueNs > timeNs) {
          next = Math.min(next, dueNs);
          break;
        }
        addDue(entry);
        queue.removeFirst();
      }
    }
    for (; importedCount > 0; removeFirstImported()) {
      long dueNs = dueNs(imported[0]);
      if (dueNs > timeNs) {
        next = Math.min(next, dueNs);
        break;
      }
      addDue(imported[0]);
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

  private void addDue(int entry) {
    insert(
        arena.get(entry + 1),
        arena.high(entry + 2),
        arena.high(entry + 3),
        arena.low(entry + 2),
        kindOf(arena, entry),
        arena.get(entry + 4));
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
