package dev.weir.engine;

/**
 * A queue of entries of a fixed number of words, in segments of the arena. Entries are numbered
 * from 0 for the life of the queue; any entry between head and end can be read, so that several
 * cursors may walk one log. Owned by one thread; all O(1).
 */
final class Fifo {
  private static final int SEGMENT_WORDS = 510;

  private final Arena arena;
  private final int entryWords;
  private final int perSegment;
  private int[] segments = new int[4]; // ring of segment addresses
  private int ringMask = 3;
  private long head; // number of the first entry that is kept
  private long end; // number of the next entry

  Fifo(Arena arena, int entryWords) {
    this.arena = arena;
    this.entryWords = entryWords;
    this.perSegment = Math.max(1, SEGMENT_WORDS / entryWords);
  }

  long head() {
    return head;
  }

  long end() {
    return end;
  }

  boolean isEmpty() {
    return head == end;
  }

  /** Address of a new entry at the end, with any content. */
  int append() {
    long segment = end / perSegment;
    int within = (int) (end - segment * perSegment);
    if (within == 0) {
      if (segment - head / perSegment > ringMask) {
        growRing();
      }
      segments[(int) segment & ringMask] = arena.allocate(perSegment * entryWords);
    }
    end++;
    return segments[(int) segment & ringMask] + within * entryWords;
  }

  /** Address of a kept entry. */
  int entry(long number) {
    long segment = number / perSegment;
    return segments[(int) segment & ringMask] + (int) (number - segment * perSegment) * entryWords;
  }

  /** Drops the first entry. */
  void removeFirst() {
    long segment = head / perSegment;
    head++;
    if (head / perSegment != segment) {
      arena.free(segments[(int) segment & ringMask], perSegment * entryWords);
    } else if (head == end) {
      arena.free(segments[(int) segment & ringMask], perSegment * entryWords);
      end = (segment + 1) * perSegment; // an empty queue holds no segment
      head = end;
    }
  }

  private void growRing() {
    int[] wider = new int[segments.length * 2];
    int mask = wider.length - 1;
    long first = head / perSegment;
    for (long s = first; s <= first + ringMask; s++) {
      wider[(int) s & mask] = segments[(int) s & ringMask];
    }
    segments = wider;
    ringMask = mask;
  }
}
