package dev.weir.engine;

import dev.weir.event.EventReader;
import java.util.Arrays;

/**
 * What happens to the partial matches of one rule and key at one event, or at deadlines that fall
 * due together: which are new, changed or complete. Nothing is linked or freed before its end, so
 * that lists may be walked meanwhile. Owned by one thread.
 */
final class Instant {
  private final Arena arena;

  @SuppressWarnings("NullAway.Init") // set by begin
  RuleProgram rule;

  int role;
  EventReader event = new EventReader();
  long sequence;
  long roles; // of the offer
  long steps; // whose condition on the event alone holds
  long guards; // likewise

  // made by this instant
  int[] fresh = new int[64];
  int[] freshRegion = new int[64]; // number of the region in which it took the event
  int freshCount;

  int[] complete = new int[64];
  int completeCount;

  int[] touched = new int[64];
  int touchedCount;

  // ways that are used up unless the event is consumed
  private int[] usedPartial = new int[64];
  private int[] usedRegion = new int[64]; // its word
  private long[] usedWays = new long[64];
  private int usedCount;
  private boolean isUsedUpClosed;

  Instant(Arena arena) {
    this.arena = arena;
  }

  void begin(RuleProgram program, int keyRole) {
    rule = program;
    role = keyRole;
    freshCount = 0;
    completeCount = 0;
    touchedCount = 0;
    usedCount = 0;
    isUsedUpClosed = false;
  }

  void addFresh(int partial, int region) {
    if (freshCount == fresh.length) {
      fresh = Arrays.copyOf(fresh, freshCount * 2);
      freshRegion = Arrays.copyOf(freshRegion, freshCount * 2);
    }
    fresh[freshCount] = partial;
    freshRegion[freshCount++] = region;
  }

  /** Notes a complete match, once. */
  void addComplete(int partial) {
    if (Partial.has(arena, partial, Partial.COMPLETE)) {
      return;
    }
    Partial.mark(arena, partial, Partial.COMPLETE);
    if (completeCount == complete.length) {
      complete = Arrays.copyOf(complete, completeCount * 2);
    }
    complete[completeCount++] = partial;
  }

  /** The linked partial match ends with this instant. */
  void kill(int partial) {
    Partial.mark(arena, partial, Partial.DEAD);
    touch(partial);
  }

  /** Closes ways of a linked partial match at once. */
  void close(int partial, int regionWord, long ways) {
    Partial.close(arena, partial, regionWord, ways);
    touch(partial);
  }

  private void touch(int partial) {
    if (Partial.has(arena, partial, Partial.TOUCHED)) {
      return;
    }
    Partial.mark(arena, partial, Partial.TOUCHED);
    if (touchedCount == touched.length) {
      touched = Arrays.copyOf(touched, touchedCount * 2);
    }
    touched[touchedCount++] = partial;
  }

  /** The ways have taken the event; they close when it turns out not to be consumed. */
  void useUp(int partial, int regionWord, long ways) {
    if (usedCount == usedPartial.length) {
      usedPartial = Arrays.copyOf(usedPartial, usedCount * 2);
      usedRegion = Arrays.copyOf(usedRegion, usedCount * 2);
      usedWays = Arrays.copyOf(usedWays, usedCount * 2);
    }
    usedPartial[usedCount] = partial;
    usedRegion[usedCount] = regionWord;
    usedWays[usedCount++] = ways;
  }

  /** The event was not consumed: the ways that took it close. */
  void closeUsedUp() {
    isUsedUpClosed = true;
    for (int i = 0; i < usedCount; i++) {
      usedWays[i] &= ~Partial.closed(arena, usedPartial[i], usedRegion[i]);
      close(usedPartial[i], usedRegion[i], usedWays[i]);
    }
  }

  /**
   * It was consumed after all: what {@link #closeUsedUp} closed is open again. What a guard closed
   * at this event stays closed.
   */
  void reopen() {
    if (!isUsedUpClosed) {
      return;
    }
    for (int i = 0; i < usedCount; i++) {
      Partial.open(arena, usedPartial[i], usedRegion[i], usedWays[i]);
    }
  }
}
