package dev.weir.engine;

import org.agrona.DirectBuffer;

/**
 * The rows of one kind of key: an index of 8-byte entries over rows in the arena. The full key
 * decides equality. A row counts what leans on it; with nothing left it is freed by {@link #sweep}.
 * Owned by one thread; every operation is O(1) expected.
 *
 * <pre>
 *  row:   0 hash of the key
 *         1 length of the key in bytes (low) | references (high)
 *         2 state, stateWords long
 *         2+stateWords  the key's bytes
 *  index: tag, the upper half of the hash (high) | address of the row (low); 0 is empty
 * </pre>
 */
final class KeySpace {
  static final int STATE = 2;
  private static final int CAPACITY_MIN = 64;

  private final Arena arena;
  private final int stateWords;
  private long[] index = new long[CAPACITY_MIN];
  private int size;
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

  /** Bytes of the index; rows are counted by the arena. */
  long indexBytes() {
    return index.length * 8L;
  }

  /** The row of this key, or {@link Arena#NULL}. */
  int find(DirectBuffer key, int length, long hash) {
    int mask = index.length - 1;
    int tag = (int) (hash >>> 32);
    for (int i = tag & mask; ; i = (i + 1) & mask) {
      long entry = index[i];
      if (entry == 0) {
        return Arena.NULL;
      }
      if ((int) (entry >>> 32) == tag) {
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
    if ((size + 1) * 5L > index.length * 3L) {
      resize(index.length * 2);
    }
    int row = arena.allocateZeroed(STATE + stateWords + Arena.wordsFor(length));
    arena.put(row, hash);
    arena.putLow(row + 1, length);
    arena.buffer(row).putBytes(Arena.byteOffset(row + STATE + stateWords), key, 0, length);
    insert(index, ((hash >>> 32) << 32) | row);
    size++;
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
    int mask = index.length - 1;
    int hole = (int) (arena.get(row) >>> 32) & mask;
    while ((int) index[hole] != row) {
      hole = (hole + 1) & mask;
    }
    for (int i = (hole + 1) & mask; index[i] != 0; i = (i + 1) & mask) {
      int home = (int) (index[i] >>> 32) & mask;
      if (((i - home) & mask) >= ((i - hole) & mask)) { // may move back to the hole
        index[hole] = index[i];
        hole = i;
      }
    }
    index[hole] = 0;
    size--;
    if (index.length > CAPACITY_MIN && size * 8L < index.length) {
      resize(index.length / 2);
    }
  }

  private void resize(int capacity) {
    long[] next = new long[capacity];
    for (long entry : index) {
      if (entry != 0) {
        insert(next, entry);
      }
    }
    index = next;
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
