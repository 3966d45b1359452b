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
 *  . 8 bytes a kept field or bound value: the slot, or byte offset from the block's start (low) |
 *    length (high)
 *  . the bytes of texts and ips; of a bound ratio: numerator, denominator
 * </pre>
 */
final class Cell {
  private static final int BITMAP = 5;
  private static final int RATIO_BYTES = 2 * Long.BYTES;

  private Cell() {}

  /** A cell of the event with one reference; the parent, if any, gets one more. */
  static int create(
      Arena arena,
      int parent,
      StepProgram kept,
      int rank,
      long sequence,
      EventReader event,
      Evaluator evaluator) {
    int fields = kept.projection.length;
    int bitmapWords = (fields + 63) >>> 6;
    int bytes = 0;
    for (int i = 0; i < fields; i++) {
      if (kept.bound[i] != Code.NONE) {
        bytes += boundBytes(kept, i, evaluator);
      } else if (kept.projectionIsBytes[i] && !event.isMissing(kept.projection[i])) {
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
      if (kept.bound[i] != Code.NONE) {
        at = bind(arena, cell, kept, i, slots, at, evaluator);
      } else if (event.isMissing(field)) {
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

  private static int boundBytes(StepProgram kept, int i, Evaluator evaluator) {
    if (!kept.projectionIsBytes[i] && !kept.boundIsRatio[i]) {
      return 0;
    }
    evaluator.value(kept.bound[i]);
    if (evaluator.isMissing()) {
      return 0;
    }
    return kept.boundIsRatio[i] ? RATIO_BYTES : evaluator.length();
  }

  /** Keeps a bound value; returns where the next bytes go. */
  private static int bind(
      Arena arena, int cell, StepProgram kept, int i, int slots, int at, Evaluator evaluator) {
    evaluator.value(kept.bound[i]);
    if (evaluator.isMissing()) {
      int word = cell + BITMAP + (i >>> 6);
      arena.put(word, arena.get(word) | 1L << i);
      return at;
    }
    int length = evaluator.length();
    UnsafeBuffer block = arena.buffer(cell);
    int to = Arena.byteOffset(cell) + at;
    if (kept.boundIsRatio[i]) {
      length = RATIO_BYTES;
      block.putLong(to, evaluator.raw());
      block.putLong(to + Long.BYTES, evaluator.denominator());
    } else if (kept.projectionIsBytes[i]) {
      block.putBytes(to, evaluator.buffer(), evaluator.offset(), length);
    } else {
      arena.put(slots + i, evaluator.raw());
      return at;
    }
    arena.putLow(slots + i, at);
    arena.putHigh(slots + i, length);
    return at + length;
  }

  /** Writes all but the parent; see {@link MatchState}. */
  static void write(Arena arena, int cell, StepProgram kept, ChunkWriter to) {
    to.putByte(kept.id);
    to.putByte(rank(arena, cell));
    to.putLong(sequence(arena, cell));
    to.putLong(position(arena, cell));
    to.putLong(timeNs(arena, cell));
    for (int i = 0; i < kept.projection.length; i++) {
      if (isMissing(arena, cell, i)) {
        to.putByte(PortableValue.MISSING);
      } else if (kept.boundIsRatio[i]) {
        to.putByte(PortableValue.RATIO);
        to.putLong(numerator(arena, cell, i));
        to.putLong(denominator(arena, cell, i));
      } else if (kept.projectionIsBytes[i]) {
        to.putByte(PortableValue.TEXT);
        to.putText(arena.buffer(cell), bytesOffset(arena, cell, i), bytesLength(arena, cell, i));
      } else {
        to.putByte(PortableValue.NUMBER);
        to.putLong(number(arena, cell, i));
      }
    }
  }

  /** Reads what {@link #write} wrote; no reference yet, the parent, if any, gets one more. */
  static int read(Arena arena, int parent, StepProgram[] steps, SectionReader from) {
    int id = from.getByte();
    if (id >= steps.length) {
      throw SectionReader.bad("no such step: step=" + id);
    }
    StepProgram kept = steps[id];
    int rank = from.getByte();
    long sequence = from.getLong();
    long position = from.getLong();
    long timeNs = from.getLong();
    int fields = kept.projection.length;
    int bitmapWords = (fields + 63) >>> 6;
    int begin = from.at();
    int bytes = 0;
    for (int i = 0; i < fields; i++) {
      bytes +=
          kept.boundIsRatio[i]
              ? PortableValue.skip(from, PortableValue.RATIO)
              : PortableValue.skip(from, kept.projectionIsBytes[i]);
    }
    int words = BITMAP + bitmapWords + fields + Arena.wordsFor(bytes);
    int cell = arena.allocateZeroed(words);
    arena.put(cell, sequence);
    arena.put(cell + 1, position);
    arena.put(cell + 2, timeNs);
    arena.putLow(cell + 3, parent);
    arena.putLow(cell + 4, kept.id | rank << 8 | bitmapWords << 16);
    arena.putHigh(cell + 4, words);
    int slots = cell + BITMAP + bitmapWords;
    int at = (BITMAP + bitmapWords + fields) << 3;
    from.at(begin);
    for (int i = 0; i < fields; i++) {
      switch (from.getByte()) {
        case PortableValue.MISSING -> {
          int word = cell + BITMAP + (i >>> 6);
          arena.put(word, arena.get(word) | 1L << i);
        }
        case PortableValue.NUMBER -> arena.put(slots + i, from.getLong());
        case PortableValue.RATIO -> {
          int to = Arena.byteOffset(cell) + at;
          arena.buffer(cell).putLong(to, from.getLong());
          arena.buffer(cell).putLong(to + Long.BYTES, from.getLong());
          arena.putLow(slots + i, at);
          arena.putHigh(slots + i, RATIO_BYTES);
          at += RATIO_BYTES;
        }
        default -> {
          int length = from.getLength();
          arena
              .buffer(cell)
              .putBytes(Arena.byteOffset(cell) + at, from.content(), from.skip(length), length);
          arena.putLow(slots + i, at);
          arena.putHigh(slots + i, length);
          at += length;
        }
      }
    }
    if (parent != Arena.NULL) {
      retain(arena, parent);
    }
    return cell;
  }

  /** As {@link #create}, of an event that is not known: it is later than all, and has no fields. */
  static int createUnknown(Arena arena, int parent, StepProgram kept, int rank) {
    int bitmapWords = (kept.projection.length + 63) >>> 6;
    int words = BITMAP + bitmapWords;
    int cell = arena.allocate(words);
    arena.put(cell, Long.MAX_VALUE);
    arena.put(cell + 1, Long.MAX_VALUE);
    arena.put(cell + 2, Long.MAX_VALUE);
    arena.putLow(cell + 3, parent);
    arena.putHigh(cell + 3, 1);
    arena.putLow(cell + 4, kept.id | rank << 8 | bitmapWords << 16);
    arena.putHigh(cell + 4, words);
    for (int i = 0; i < bitmapWords; i++) {
      arena.put(cell + BITMAP + i, -1L);
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

  /** Numerator of a bound ratio. */
  static long numerator(Arena arena, int cell, int projection) {
    return arena.buffer(cell).getLong(bytesOffset(arena, cell, projection));
  }

  static long denominator(Arena arena, int cell, int projection) {
    return arena.buffer(cell).getLong(bytesOffset(arena, cell, projection) + Long.BYTES);
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
