package dev.weir.engine;

import dev.weir.event.EventReader;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * An event that a step took: a block of the arena that never changes. Cells hang together by their
 * parents, so that partial matches share what they have in common; a cell counts what points to it.
 *
 * <pre>
 *  0 place in stream order      1 position      2 event time, ns
 *  3 parent (low) | references (high)
 *  4 step (bits 0-7), rank of the way by which it was taken (8-15), words of the null bitmap (16-31)
 *    | words of the block (high)
 *  5 null bitmap, one bit a kept field, as many words as needed
 *  . 8 bytes a kept field: the slot, or byte offset from the block's start (low) | length (high)
 *  . the bytes of texts and ips
 * </pre>
 */
final class Cell {
  private static final int BITMAP = 5;

  private Cell() {}

  /** A cell of the event with one reference; the parent, if any, gets one more. */
  static int create(
      Arena arena, int parent, StepProgram kept, int rank, long sequence, EventReader event) {
    int fields = kept.projection.length;
    int bitmapWords = (fields + 63) >>> 6;
    int bytes = 0;
    for (int i = 0; i < fields; i++) {
      if (kept.projectionIsBytes[i] && !event.isMissing(kept.projection[i])) {
        bytes += event.textLength(kept.projection[i]);
      }
    }
    int words = BITMAP + bitmapWords + fields + Arena.wordsFor(bytes);
    int cell = arena.allocate(words);
    arena.put(cell, sequence);
    arena.put(cell + 1, event.position());
    arena.put(cell + 2, event.timeNs());
    arena.putLow(cell + 3, parent);
    arena.putHigh(cell + 3, 1);
    arena.putLow(cell + 4, kept.id | rank << 8 | bitmapWords << 16);
    arena.putHigh(cell + 4, words);
    for (int i = 0; i < bitmapWords; i++) {
      arena.put(cell + BITMAP + i, 0);
    }
    UnsafeBuffer block = arena.buffer(cell);
    int start = Arena.byteOffset(cell);
    int slots = cell + BITMAP + bitmapWords;
    int at = (BITMAP + bitmapWords + fields) << 3;
    for (int i = 0; i < fields; i++) {
      int field = kept.projection[i];
      if (event.isMissing(field)) {
        int word = cell + BITMAP + (i >>> 6);
        arena.put(word, arena.get(word) | 1L << i);
      } else if (kept.projectionIsBytes[i]) {
        int length = event.textLength(field);
        block.putBytes(start + at, event.buffer(), event.textOffset(field), length);
        arena.putLow(slots + i, at);
        arena.putHigh(slots + i, length);
        at += length;
      } else {
        arena.put(slots + i, event.slot(field));
      }
    }
    if (parent != Arena.NULL) {
      retain(arena, parent);
    }
    return cell;
  }

  /** The same cell behind another parent, with one reference; the parent gets one more. */
  static int copy(Arena arena, int cell, int parent) {
    int words = arena.high(cell + 4);
    int copy = arena.allocate(words);
    for (int i = 0; i < words; i++) {
      arena.put(copy + i, arena.get(cell + i));
    }
    arena.putLow(copy + 3, parent);
    arena.putHigh(copy + 3, 1);
    if (parent != Arena.NULL) {
      retain(arena, parent);
    }
    return copy;
  }

  static void retain(Arena arena, int cell) {
    arena.putHigh(cell + 3, arena.high(cell + 3) + 1);
  }

  /** Drops a reference; frees the cell and its forebears as far as nothing else points to them. */
  static void release(Arena arena, int cell) {
    int at = cell;
    while (at != Arena.NULL) {
      int references = arena.high(at + 3) - 1;
      if (references > 0) {
        arena.putHigh(at + 3, references);
        return;
      }
      int parent = arena.low(at + 3);
      arena.free(at, arena.high(at + 4));
      at = parent;
    }
  }

  static long sequence(Arena arena, int cell) {
    return arena.get(cell);
  }

  static long position(Arena arena, int cell) {
    return arena.get(cell + 1);
  }

  static long timeNs(Arena arena, int cell) {
    return arena.get(cell + 2);
  }

  static int parent(Arena arena, int cell) {
    return arena.low(cell + 3);
  }

  static int step(Arena arena, int cell) {
    return arena.low(cell + 4) & 0xff;
  }

  /** Rank of the way, among those of the state before in the region of the step. */
  static int rank(Arena arena, int cell) {
    return arena.low(cell + 4) >>> 8 & 0xff;
  }

  static boolean isMissing(Arena arena, int cell, int projection) {
    return (arena.get(cell + BITMAP + (projection >>> 6)) & 1L << projection) != 0;
  }

  static long number(Arena arena, int cell, int projection) {
    return arena.get(slot(arena, cell, projection));
  }

  static int bytesOffset(Arena arena, int cell, int projection) {
    return Arena.byteOffset(cell) + arena.low(slot(arena, cell, projection));
  }

  static int bytesLength(Arena arena, int cell, int projection) {
    return arena.high(slot(arena, cell, projection));
  }

  private static int slot(Arena arena, int cell, int projection) {
    return cell + BITMAP + (arena.low(cell + 4) >>> 16) + projection;
  }
}
