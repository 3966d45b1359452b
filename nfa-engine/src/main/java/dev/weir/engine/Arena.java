package dev.weir.engine;

import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Memory of one engine: blocks of 8-byte words in off-heap chunks. An address is the number of a
 * word; {@link #NULL} is no address. A block lies in one chunk and is contiguous, so that text in
 * it can be read in place. Freed blocks go to a list of their size class and are used again; chunks
 * are never given back. Keeps the budget of the engine's whole live state: what lies elsewhere is
 * reserved here. Owned by one thread. Allocation and release are O(1).
 */
final class Arena {
  static final int NULL = 0;

  private static final int CHUNK_BITS = 17;
  private static final int CHUNK_WORDS = 1 << CHUNK_BITS;
  private static final int WORD_MASK = CHUNK_WORDS - 1;

  /** The largest block, in words (1 MiB). */
  static final int BLOCK_WORDS_MAX = CHUNK_WORDS - 1;

  private static final int EXACT_CLASSES = 32;

  private static final long CHUNK_BYTES = CHUNK_WORDS * 8L;
  private static final int CHUNKS_MAX = (int) ((1L << 31) / CHUNK_WORDS - 1);

  /** The least budget. */
  static final long BUDGET_BYTES_MIN = 2 * CHUNK_BYTES;

  private final long budgetBytes;
  private long reservedBytes;
  private UnsafeBuffer[] chunks = new UnsafeBuffer[16];
  private int chunkCount;
  private int next = CHUNK_WORDS; // forces the first chunk
  private final int[] free = new int[EXACT_CLASSES + 4 * 16];
  private long wordsInUse;

  /** An arena of at most this many bytes, but at least {@link #BUDGET_BYTES_MIN}. */
  Arena(long budgetBytes) {
    this.budgetBytes = Math.max(BUDGET_BYTES_MIN, budgetBytes);
  }

  /** Takes bytes outside of the arena out of its budget, for good. */
  void reserve(long bytes) {
    if (reservedBytes + bytes > budgetBytes) {
      throw new StateFullException(
          "live state does not fit its budget: budget="
              + budgetBytes
              + " bytes, reserved="
              + reservedBytes
              + " bytes, in use="
              + bytesInUse()
              + " bytes, wanted="
              + bytes
              + " bytes");
    }
    reservedBytes += bytes;
  }

  /** Bytes of all blocks that are allocated and not freed. */
  long bytesInUse() {
    return wordsInUse * 8;
  }

  /** Bytes taken from the operating system, and those reserved for others. */
  long bytesReserved() {
    return reservedBytes;
  }

  /** A block of this many words, with any content. */
  int allocate(int words) {
    int sizeClass = sizeClass(words);
    int size = classWords(sizeClass);
    int head = free[sizeClass];
    if (head != NULL) {
      free[sizeClass] = (int) get(head);
      wordsInUse += size;
      return head;
    }
    if (next + size > CHUNK_WORDS) {
      addChunk();
    }
    wordsInUse += size;
    int address = ((chunkCount - 1) << CHUNK_BITS) + next;
    next += size;
    return address;
  }

  /** A block of this many words, all 0. */
  int allocateZeroed(int words) {
    int address = allocate(words);
    UnsafeBuffer chunk = chunks[address >>> CHUNK_BITS];
    chunk.setMemory((address & WORD_MASK) << 3, words << 3, (byte) 0);
    return address;
  }

  /** Gives back a block that was allocated with the same number of words. */
  void free(int address, int words) {
    int sizeClass = sizeClass(words);
    wordsInUse -= classWords(sizeClass);
    put(address, free[sizeClass]);
    free[sizeClass] = address;
  }

  long get(int address) {
    return chunks[address >>> CHUNK_BITS].getLong((address & WORD_MASK) << 3);
  }

  void put(int address, long value) {
    chunks[address >>> CHUNK_BITS].putLong((address & WORD_MASK) << 3, value);
  }

  /** Low half of a word. */
  int low(int address) {
    return chunks[address >>> CHUNK_BITS].getInt((address & WORD_MASK) << 3);
  }

  /** High half of a word. */
  int high(int address) {
    return chunks[address >>> CHUNK_BITS].getInt(((address & WORD_MASK) << 3) + 4);
  }

  void putLow(int address, int value) {
    chunks[address >>> CHUNK_BITS].putInt((address & WORD_MASK) << 3, value);
  }

  void putHigh(int address, int value) {
    chunks[address >>> CHUNK_BITS].putInt(((address & WORD_MASK) << 3) + 4, value);
  }

  /** The buffer that holds the block; see {@link #byteOffset}. */
  UnsafeBuffer buffer(int address) {
    return chunks[address >>> CHUNK_BITS];
  }

  /** Offset of the block's first byte in {@link #buffer}. */
  static int byteOffset(int address) {
    return (address & WORD_MASK) << 3;
  }

  /** Words that hold this many bytes. */
  static int wordsFor(int bytes) {
    return (bytes + 7) >>> 3;
  }

  private void addChunk() {
    if (chunkCount == CHUNKS_MAX) {
      throw new StateFullException(
          "live state does not fit: limit=" + CHUNKS_MAX * CHUNK_BYTES + " bytes");
    }
    reserve(CHUNK_BYTES);
    int rest = CHUNK_WORDS - next;
    if (chunkCount > 0 && rest > 0) {
      shelve(((chunkCount - 1) << CHUNK_BITS) + next, rest);
    }
    if (chunkCount == chunks.length) {
      chunks = java.util.Arrays.copyOf(chunks, chunkCount * 2);
    }
    chunks[chunkCount] = new UnsafeBuffer(ByteBuffer.allocateDirect(CHUNK_WORDS * 8));
    chunkCount++;
    next = chunkCount == 1 ? 1 : 0; // word 0 of the first chunk is NULL
  }

  /** Puts the unused end of a chunk on the free list of the largest class that fits. */
  private void shelve(int address, int words) {
    int sizeClass = Math.min(sizeClass(words), free.length - 1);
    while (sizeClass > 0 && classWords(sizeClass) > words) {
      sizeClass--;
    }
    if (sizeClass > 0) {
      put(address, free[sizeClass]);
      free[sizeClass] = address;
    }
  }

  /** Classes 1 to 32 are exact; above, four classes for each power of two. */
  private static int sizeClass(int words) {
    if (words <= EXACT_CLASSES) {
      return words;
    }
    if (words > BLOCK_WORDS_MAX) {
      throw new StateFullException(
          "one value or key is too large: bytes=" + words * 8L + ", limit=" + BLOCK_WORDS_MAX * 8L);
    }
    int log = 31 - Integer.numberOfLeadingZeros(words - 1); // words in (2^log, 2^(log+1)]
    int quarter = (words - 1 - (1 << log)) >>> (log - 2);
    return EXACT_CLASSES + 1 + 4 * (log - 5) + quarter;
  }

  private static int classWords(int sizeClass) {
    if (sizeClass <= EXACT_CLASSES) {
      return sizeClass;
    }
    int index = sizeClass - EXACT_CLASSES - 1;
    int log = 5 + index / 4;
    return Math.min((1 << log) + ((index % 4 + 1) << (log - 2)), BLOCK_WORDS_MAX);
  }
}
