package dev.weir.engine;

import dev.weir.event.EventReader;
import dev.weir.event.Hashing;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The different values of a feature of one key, each with the number of its occurrences: a chained
 * hash table in the arena. Values are compared whole, so the count is exact. O(1) expected.
 *
 * <pre>
 *  state (in the row): table (low) | different values (high)
 *  table: buckets (low) | unused (high); then one word a bucket: first node
 *  node:  next (low) | occurrences (high); hash; number, or bytes: length (low) | words of the
 *         node (high), then the bytes
 * </pre>
 */
final class DistinctTable {
  private static final int BUCKETS_MIN = 4;
  private static final int NUMBER_WORDS = 3;

  private final Arena arena;

  DistinctTable(Arena arena) {
    this.arena = arena;
  }

  /** One more occurrence of the event's value, which is there; returns the value's node. */
  int add(int state, EventReader event, int field, boolean isBytes) {
    long hash =
        isBytes
            ? Hashing.hash64(event.buffer(), event.textOffset(field), event.textLength(field))
            : mix(event.slot(field));
    int table = arena.low(state);
    int size = arena.high(state);
    if (table == Arena.NULL) {
      table = newTable(BUCKETS_MIN);
      arena.putLow(state, table);
    } else {
      for (int node = arena.low(bucket(table, hash)); node != Arena.NULL; node = arena.low(node)) {
        if (arena.get(node + 1) == hash && sameValue(node, event, field, isBytes)) {
          arena.putHigh(node, arena.high(node) + 1);
          return node;
        }
      }
      if (size >= arena.low(table) * 2) {
        table = grow(table);
        arena.putLow(state, table);
      }
    }
    int node = newNode(event, field, isBytes);
    int bucket = bucket(table, hash);
    arena.put(node + 1, hash);
    arena.putLow(node, arena.low(bucket));
    arena.putHigh(node, 1);
    arena.putLow(bucket, node);
    arena.putHigh(state, size + 1);
    return node;
  }

  /** The number of a node. */
  long number(int node) {
    return arena.get(node + 2);
  }

  /** Where the bytes of a node are; see {@link Arena#byteOffset}. */
  int bytes(int node) {
    return node + NUMBER_WORDS;
  }

  int bytesLength(int node) {
    return arena.low(node + 2);
  }

  /** The first node of the table, or {@link Arena#NULL}; in no order that means anything. */
  int first(int state) {
    int table = arena.low(state);
    return table == Arena.NULL ? Arena.NULL : firstFrom(table, 1);
  }

  /** The node behind this one. */
  int next(int state, int node) {
    int next = arena.low(node);
    int table = arena.low(state);
    return next != Arena.NULL
        ? next
        : firstFrom(table, bucket(table, arena.get(node + 1)) - table + 1);
  }

  private int firstFrom(int table, int place) {
    for (int b = place; b <= arena.low(table); b++) {
      if (arena.low(table + b) != Arena.NULL) {
        return arena.low(table + b);
      }
    }
    return Arena.NULL;
  }

  /** How often the node's value occurs. */
  int occurrences(int node) {
    return arena.high(node);
  }

  void occurrences(int node, int count) {
    arena.putHigh(node, count);
  }

  /** One occurrence less of the node's value. */
  void remove(int state, int node, boolean isBytes) {
    int occurrences = arena.high(node) - 1;
    if (occurrences > 0) {
      arena.putHigh(node, occurrences);
      return;
    }
    int table = arena.low(state);
    int at = bucket(table, arena.get(node + 1));
    while (arena.low(at) != node) {
      at = arena.low(at);
    }
    arena.putLow(at, arena.low(node));
    freeNode(node, isBytes);
    int size = arena.high(state) - 1;
    arena.putHigh(state, size);
    if (size == 0) {
      arena.free(table, 1 + arena.low(table));
      arena.put(state, 0);
    }
  }

  /** No value any more. Linear in the number of values. */
  void clear(int state, boolean isBytes) {
    int table = arena.low(state);
    if (table == Arena.NULL) {
      return;
    }
    int buckets = arena.low(table);
    for (int b = 1; b <= buckets; b++) {
      for (int node = arena.low(table + b); node != Arena.NULL; ) {
        int next = arena.low(node);
        freeNode(node, isBytes);
        node = next;
      }
    }
    arena.free(table, 1 + buckets);
    arena.put(state, 0);
  }

  private int newTable(int buckets) {
    int table = arena.allocateZeroed(1 + buckets);
    arena.putLow(table, buckets);
    return table;
  }

  private int grow(int table) {
    int buckets = arena.low(table);
    int wider = newTable(Math.min(buckets * 2, Integer.highestOneBit(Arena.BLOCK_WORDS_MAX) / 2));
    for (int b = 1; b <= buckets; b++) {
      for (int node = arena.low(table + b); node != Arena.NULL; ) {
        int next = arena.low(node);
        int bucket = bucket(wider, arena.get(node + 1));
        arena.putLow(node, arena.low(bucket));
        arena.putLow(bucket, node);
        node = next;
      }
    }
    arena.free(table, 1 + buckets);
    return wider;
  }

  private int bucket(int table, long hash) {
    return table + 1 + ((int) hash & (arena.low(table) - 1));
  }

  private int newNode(EventReader event, int field, boolean isBytes) {
    if (!isBytes) {
      int node = arena.allocate(NUMBER_WORDS);
      arena.put(node + 2, event.slot(field));
      return node;
    }
    int length = event.textLength(field);
    int words = NUMBER_WORDS + Arena.wordsFor(length);
    int node = arena.allocate(words);
    arena.putLow(node + 2, length);
    arena.putHigh(node + 2, words);
    arena
        .buffer(node)
        .putBytes(
            Arena.byteOffset(node + NUMBER_WORDS), event.buffer(), event.textOffset(field), length);
    return node;
  }

  private void freeNode(int node, boolean isBytes) {
    arena.free(node, isBytes ? arena.high(node + 2) : NUMBER_WORDS);
  }

  private boolean sameValue(int node, EventReader event, int field, boolean isBytes) {
    if (!isBytes) {
      return arena.get(node + 2) == event.slot(field);
    }
    UnsafeBuffer own = arena.buffer(node);
    return ByteRange.equal(
        own,
        Arena.byteOffset(node + NUMBER_WORDS),
        arena.low(node + 2),
        event.buffer(),
        event.textOffset(field),
        event.textLength(field));
  }

  /** The finaliser of SplitMix64 (Steele, Lea, Flood 2014). */
  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
