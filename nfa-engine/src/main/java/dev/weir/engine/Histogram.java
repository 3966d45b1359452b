package dev.weir.engine;

/**
 * Counts of values by size, for percentiles: buckets are exact below 128 and divide each power of
 * two above into 64, so that the middle of a bucket is within 1 % of each value in it. Counts are
 * added and subtracted exactly. Only buckets that hold something are kept, sorted; adding is linear
 * in their number, which is at most 7,600. Owned by one thread.
 *
 * <pre>
 *  state (in the row): block (low) | buckets used (high)
 *  block: words of the block; then a word a bucket: count (low) | index (high)
 * </pre>
 */
final class Histogram {
  private static final int SUB_BITS = 6;
  private static final int SUB = 1 << SUB_BITS;
  private static final int EXACT = 2 * SUB;
  private static final int WORDS_MIN = 8;

  private final Arena arena;

  Histogram(Arena arena) {
    this.arena = arena;
  }

  void add(int state, long value) {
    int index = index(value);
    int used = arena.high(state);
    int block = arena.low(state);
    int at = used == 0 ? 0 : place(block, used, index);
    if (at < used && arena.high(block + 1 + at) == index) {
      arena.putLow(block + 1 + at, arena.low(block + 1 + at) + 1);
      return;
    }
    if (block == Arena.NULL) {
      block = arena.allocate(WORDS_MIN);
      arena.put(block, WORDS_MIN);
    } else if (1 + used == arena.get(block)) {
      block = wider(block, used);
    }
    for (int i = used; i > at; i--) {
      arena.put(block + 1 + i, arena.get(block + i));
    }
    arena.putLow(block + 1 + at, 1);
    arena.putHigh(block + 1 + at, index);
    arena.putLow(state, block);
    arena.putHigh(state, used + 1);
  }

  void remove(int state, long value) {
    int used = arena.high(state);
    int block = arena.low(state);
    int at = place(block, used, index(value));
    int count = arena.low(block + 1 + at) - 1;
    if (count > 0) {
      arena.putLow(block + 1 + at, count);
      return;
    }
    if (used == 1) {
      clear(state);
      return;
    }
    for (int i = at; i < used - 1; i++) {
      arena.put(block + 1 + i, arena.get(block + 2 + i));
    }
    arena.putHigh(state, used - 1);
  }

  void clear(int state) {
    int block = arena.low(state);
    if (block != Arena.NULL) {
      arena.free(block, (int) arena.get(block));
      arena.put(state, 0);
    }
  }

  boolean isEmpty(int state) {
    return arena.high(state) == 0;
  }

  /** The middle of the bucket that holds the value of rank ceil(percent * n / 100). */
  long percentile(int state, int percent) {
    int used = arena.high(state);
    int block = arena.low(state);
    long total = 0;
    for (int i = 1; i <= used; i++) {
      total += arena.low(block + i);
    }
    long rank = Math.max(1, (percent * total + 99) / 100);
    int at = 1;
    for (long below = arena.low(block + at); below < rank; below += arena.low(block + at)) {
      at++;
    }
    return middle(arena.high(block + at));
  }

  /** Writes the buckets, ascending: how many; index and count of each. */
  void write(ChunkWriter to, int state) {
    int used = arena.high(state);
    to.putInt(used);
    for (int i = 1; i <= used; i++) {
      to.putInt(arena.high(arena.low(state) + i));
      to.putInt(arena.low(arena.low(state) + i));
    }
  }

  /** Reads what {@link #write} wrote into a state that has nothing. */
  void read(SectionReader from, int state) {
    int buckets = from.getInt();
    for (int i = 0; i < buckets; i++) {
      int index = from.getInt();
      int count = from.getInt();
      if (count < 1 || Math.abs((long) index) > index(Long.MAX_VALUE) + 1) {
        throw SectionReader.bad("no such bucket of a percentile: index=" + index);
      }
      add(state, middle(index));
      int block = arena.low(state);
      arena.putLow(block + 1 + place(block, arena.high(state), index), count);
    }
  }

  /** Place of the bucket, or where it belongs. */
  private int place(int block, int used, int index) {
    int from = 0;
    int to = used;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (arena.high(block + 1 + middle) < index) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }

  private int wider(int block, int used) {
    int words = (int) arena.get(block);
    int wider = arena.allocate(words * 2);
    arena.put(wider, words * 2L);
    for (int i = 1; i <= used; i++) {
      arena.put(wider + i, arena.get(block + i));
    }
    arena.free(block, words);
    return wider;
  }

  /** Number of the bucket; ascending with the value. */
  static int index(long value) {
    if (value == Long.MIN_VALUE) {
      return -index(Long.MAX_VALUE) - 1;
    }
    long size = Math.abs(value);
    if (size < EXACT) {
      return (int) value;
    }
    int shift = shift(size);
    int index = EXACT + (shift - 1) * SUB + (int) ((size >> shift) - SUB);
    return value < 0 ? -index : index;
  }

  private static int shift(long size) {
    return Long.SIZE - 1 - Long.numberOfLeadingZeros(size) - SUB_BITS;
  }

  /** The value that stands for a bucket. */
  static long middle(int index) {
    int size = Math.abs(index);
    if (size < EXACT) {
      return index;
    }
    int shift = (size - EXACT) / SUB + 1;
    if (shift > Long.SIZE - 1 - SUB_BITS - 1) {
      return Long.MIN_VALUE;
    }
    long middle = ((long) ((size - EXACT) % SUB + SUB) << shift) + (1L << (shift - 1));
    return index < 0 ? -middle : middle;
  }
}
