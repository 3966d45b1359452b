package dev.weir.engine;

import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one kind of key: an index of 8-byte entries over rows in the arena. The full key
 * decides equality. A row counts what leans on it; with nothing left it is freed by {@link #sweep}.
 * The index grows and shrinks with the keys: entries move to the new table a few at a time, with
 * every key that comes or goes, and tables are used again, so that a daily tide of keys leaves no
 * garbage. Owned by one thread; every operation is O(1) expected.
 *
 * <pre>
 *  row:   0 hash of the key
 *         1 length of the key in bytes (low) | references (high)
 *         2 state, stateWords long
 *         2+stateWords  the key's bytes
 *  index: tag, the upper half of the hash (high) | address of the row (low); 0 is empty, row 0
 *         with a tag an entry that is gone (only in the table that is left behind)
 * </pre>
 */
final class KeySpace {
  static final int STATE = 2;
  private static final int CAPACITY_MIN = 64;
  private static final int MOVES = 16; // slots looked at for each key that comes or goes
  private static final long GONE = 1L << 32;
  private static final long[] NO_TABLE = {0};

  private final Arena arena;
  private final int stateWords;
  private long[] index = new long[CAPACITY_MIN];
  private long[] old = NO_TABLE; // entries from slot moved on are still here
  private int moved;
  private final long[] @Nullable [] spare = new long[32][]; // by the logarithm of the capacity
  private int size;
  private long additions;
  private int[] idle = new int[16]; // rows that had no reference when last looked at
  private int idleCount;

  KeySpace(Arena arena, int stateWords) {
    this.arena = arena;
    this.stateWords = stateWords;
  }

  /** Number of rows. */
  int size() {
    return size;
  }

  /** Words of state in a row. */
  int stateWords() {
    return stateWords;
  }

  /** How many rows were ever added. */
  long additions() {
    return additions;
  }

  /** Bytes of the index; rows are counted by the arena. */
  long indexBytes() {
    return (index.length + (old == NO_TABLE ? 0 : old.length)) * 8L;
  }

  /** The row of this key, or {@link Arena#NULL}. */
  int find(DirectBuffer key, int length, long hash) {
    int row = find(index, key, length, hash);
    return row == Arena.NULL && old != NO_TABLE ? find(old, key, length, hash) : row;
  }

  private int find(long[] table, DirectBuffer key, int length, long hash) {
    int mask = table.length - 1;
    int tag = (int) (hash >>> 32);
    for (int i = tag & mask; ; i = (i + 1) & mask) {
      long entry = table[i];
      if (entry == 0) {
        return Arena.NULL;
      }
      if ((int) (entry >>> 32) == tag && (int) entry != Arena.NULL) {
        int row = (int) entry;
        if (arena.get(row) == hash && sameKey(row, key, length)) {
          return row;
        }
      }
    }
  }

  /**
   * A new row with zeroed state and no reference, for a key that has none; it lives at least until
   * the next {@link #sweep}.
   */
  int add(DirectBuffer key, int length, long hash) {
    move(MOVES);
    if ((size + 1) * 5L > index.length * 3L) {
      resize(index.length * 2);
    }
    int row = arena.allocateZeroed(STATE + stateWords + Arena.wordsFor(length));
    arena.put(row, hash);
    arena.putLow(row + 1, length);
    arena.buffer(row).putBytes(Arena.byteOffset(row + STATE + stateWords), key, 0, length);
    insert(index, ((hash >>> 32) << 32) | row);
    size++;
    additions++;
    idle(row);
    return row;
  }

  /** One more thing leans on the row. */
  void retain(int row) {
    arena.putHigh(row + 1, arena.high(row + 1) + 1);
  }

  /** One thing less leans on the row. */
  void release(int row) {
    int references = arena.high(row + 1) - 1;
    assert references >= 0 : "released more often than retained";
    arena.putHigh(row + 1, references);
    if (references == 0) {
      idle(row);
    }
  }

  /** Frees the rows on which nothing leans. Their addresses must not be used any more. */
  void sweep() {
    for (int i = 0; i < idleCount; i++) {
      int row = idle[i];
      // a row may stand here twice: the second time it is no longer marked
      if (arena.high(row + 1) == 0 && arena.low(row + 1) >= 0) {
        remove(row);
        arena.putLow(row + 1, ~arena.low(row + 1));
      }
    }
    for (int i = 0; i < idleCount; i++) {
      int row = idle[i];
      if (arena.low(row + 1) < 0 && arena.high(row + 1) == 0) {
        int length = ~arena.low(row + 1);
        arena.putHigh(row + 1, -1); // freed once
        arena.free(row, STATE + stateWords + Arena.wordsFor(length));
      }
    }
    idleCount = 0;
  }

  boolean hasIdle() {
    return idleCount > 0;
  }

  /** Takes every row, in no order that means anything; none may come or go meanwhile. */
  void forEach(java.util.function.IntConsumer rows) {
    for (long entry : index) {
      if ((int) entry != Arena.NULL) {
        rows.accept((int) entry);
      }
    }
    for (int i = moved; old != NO_TABLE && i < old.length; i++) {
      if ((int) old[i] != Arena.NULL) {
        rows.accept((int) old[i]);
      }
    }
  }

  long hash(int row) {
    return arena.get(row);
  }

  int keyLength(int row) {
    return arena.low(row + 1);
  }

  DirectBuffer keyBuffer(int row) {
    return arena.buffer(row);
  }

  int keyOffset(int row) {
    return Arena.byteOffset(row + STATE + stateWords);
  }

  private void idle(int row) {
    if (idleCount == idle.length) {
      idle = java.util.Arrays.copyOf(idle, idleCount * 2);
    }
    idle[idleCount++] = row;
  }

  private boolean sameKey(int row, DirectBuffer key, int length) {
    if (arena.low(row + 1) != length) {
      return false;
    }
    DirectBuffer own = arena.buffer(row);
    int at = Arena.byteOffset(row + STATE + stateWords);
    int i = 0;
    for (; i + 8 <= length; i += 8) {
      if (own.getLong(at + i) != key.getLong(i)) {
        return false;
      }
    }
    for (; i < length; i++) {
      if (own.getByte(at + i) != key.getByte(i)) {
        return false;
      }
    }
    return true;
  }

  private void remove(int row) {
    move(MOVES);
    int tag = (int) (arena.get(row) >>> 32);
    int slot = slotOf(index, tag, row);
    if (slot >= 0) {
      closeHole(slot);
    } else {
      old[slotOf(old, tag, row)] = GONE;
    }
    size--;
    if (index.length > CAPACITY_MIN && size * 8L < index.length) {
      resize(index.length / 2);
    }
  }

  /** Where the row stands in the table; -1 if it does not. */
  private static int slotOf(long[] table, int tag, int row) {
    int mask = table.length - 1;
    for (int i = tag & mask; table[i] != 0; i = (i + 1) & mask) {
      if ((int) table[i] == row) {
        return i;
      }
    }
    return -1;
  }

  /** Empties a slot of the index; entries behind it move up, so that none is cut off. */
  private void closeHole(int slot) {
    int mask = index.length - 1;
    int hole = slot;
    for (int i = (hole + 1) & mask; index[i] != 0; i = (i + 1) & mask) {
      int home = (int) (index[i] >>> 32) & mask;
      if (((i - home) & mask) >= ((i - hole) & mask)) {
        index[hole] = index[i];
        hole = i;
      }
    }
    index[hole] = 0;
  }

  /** Begins to move to a table of this capacity. */
  private void resize(int capacity) {
    move(old.length); // what is left of the move before
    long[] next = spare[log(capacity)];
    if (next == null) {
      arena.reserve(capacity * 8L);
      next = new long[capacity];
    } else {
      spare[log(capacity)] = null;
      java.util.Arrays.fill(next, 0);
    }
    old = index;
    moved = 0;
    index = next;
    if (size == 0 || old.length == CAPACITY_MIN) {
      move(old.length);
    }
  }

  /** Moves the entries of some slots out of the old table. */
  private void move(int slots) {
    if (old == NO_TABLE) {
      return;
    }
    int end = Math.min(old.length, moved + slots);
    for (; moved < end; moved++) {
      long entry = old[moved];
      if (entry != 0) {
        old[moved] = GONE;
        if ((int) entry != Arena.NULL) {
          insert(index, entry);
        }
      }
    }
    if (moved == old.length) {
      spare[log(old.length)] = old;
      old = NO_TABLE;
    }
  }

  private static int log(int capacity) {
    return Integer.numberOfTrailingZeros(capacity);
  }

  private static void insert(long[] table, long entry) {
    int mask = table.length - 1;
    int i = (int) (entry >>> 32) & mask;
    while (table[i] != 0) {
      i = (i + 1) & mask;
    }
    table[i] = entry;
  }
}
