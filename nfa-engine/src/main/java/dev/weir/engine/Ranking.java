package dev.weir.engine;

import dev.weir.engine.Automaton.Composite;
import dev.weir.engine.Automaton.Region;
import dev.weir.engine.Automaton.State;
import java.util.Arrays;

/**
 * The order of preference among the completions of one rule, key and instant. A match is written
 * down as its choices in pattern order: at each place which way was taken, by the way's rank, and
 * which event took it; a composite's branches one after the other; and where a region ends, the
 * rank of its end. Two matches are compared choice by choice. Owned by one thread.
 */
final class Ranking {
  private final Arena arena;

  @SuppressWarnings("NullAway.Init") // set when an instant begins
  private RuleProgram rule;

  private int[] matches = new int[64];
  private int count;

  // the choices of match i: ranks and places in stream order at [first[i], first[i + 1])
  private int[] first = new int[65];
  private int[] rank = new int[256];
  private long[] sequence = new long[256];
  private int written;

  private int[] cells = new int[64]; // of the match that is being written down, oldest first
  private int[] order = new int[64]; // ranks to matches
  private int[] scratch = new int[64];

  Ranking(Arena arena) {
    this.arena = arena;
  }

  /** Ranks the completions of an instant. */
  void begin(RuleProgram program, int[] complete, int completeCount) {
    rank(program, complete, completeCount);
    if (rule.drops) {
      keepDistinct();
    }
  }

  /** Ranks partial matches, complete or not. */
  void rank(RuleProgram program, int[] complete, int completeCount) {
    rule = program;
    count = completeCount;
    if (count > matches.length) {
      int capacity = Integer.highestOneBit(count) * 2;
      matches = new int[capacity];
      first = new int[capacity + 1];
      order = new int[capacity];
      scratch = new int[capacity];
    }
    written = 0;
    for (int i = 0; i < count; i++) {
      matches[i] = complete[i];
      order[i] = i;
      if (count > 1) { // one alone needs no comparison
        first[i] = written;
        writeDown(complete[i]);
      }
    }
    first[count] = written;
    sort(0, count);
  }

  /** Of matches with the same events for the same steps leaves the preferred one. */
  private void keepDistinct() {
    int kept = 0;
    for (int i = 0; i < count; i++) {
      boolean isNew = true;
      for (int j = 0; j < kept; j++) {
        isNew &= !isSame(matches[order[i]], matches[order[j]]);
      }
      if (isNew) {
        order[kept++] = order[i];
      }
    }
    count = kept;
  }

  private boolean isSame(int a, int b) {
    int x = Partial.newest(arena, a);
    int y = Partial.newest(arena, b);
    while (x != y && x != Arena.NULL && y != Arena.NULL) {
      if (Cell.step(arena, x) != Cell.step(arena, y)
          || Cell.sequence(arena, x) != Cell.sequence(arena, y)) {
        return false;
      }
      x = Cell.parent(arena, x);
      y = Cell.parent(arena, y);
    }
    return x == y;
  }

  /** Matches that stand for choice. */
  int count() {
    return count;
  }

  /** Leaves only the preferred matches of each start, at most this many; returns how many stay. */
  int keepBestOfEachStart(int limit) {
    int kept = 0;
    int ofStart = 0;
    int last = -1;
    for (int i = 0; i < count; i++) {
      // by preference, the matches of one start stand together, the best first
      ofStart = i > 0 && start(order[i]) == start(last) ? ofStart + 1 : 1;
      last = order[i];
      if (ofStart <= limit) {
        order[kept++] = order[i];
      }
    }
    count = kept;
    return kept;
  }

  /** Chooses by the rule's {@code pick}; the chosen stand first, in preference order. */
  int pick() {
    int best = 0;
    switch (rule.pick) {
      case FIRST -> {}
      case TOTALS -> {
        return count;
      }
      case ALL -> {
        return Math.min(count, rule.pickLimit);
      }
      case LAST -> {
        for (int i = 1; i < count; i++) {
          if (start(order[i]) > start(order[best])) {
            best = i;
          }
        }
      }
      case LONGEST -> {
        for (int i = 1; i < count; i++) {
          if (events(order[i]) > events(order[best])) {
            best = i;
          }
        }
      }
      case SHORTEST -> {
        for (int i = 1; i < count; i++) {
          if (events(order[i]) < events(order[best])) {
            best = i;
          }
        }
      }
    }
    order[0] = order[best];
    return Math.min(count, 1);
  }

  /** The match at this rank. */
  int at(int rank) {
    return matches[order[rank]];
  }

  private long start(int match) {
    return Start.sequence(arena, Partial.start(arena, matches[match]));
  }

  private int events(int match) {
    int events = 0;
    for (int cell = Partial.newest(arena, matches[match]);
        cell != Arena.NULL;
        cell = Cell.parent(arena, cell)) {
      events++;
    }
    return events;
  }

  private void writeDown(int match) {
    int taken = 0;
    for (int cell = Partial.newest(arena, match);
        cell != Arena.NULL;
        cell = Cell.parent(arena, cell)) {
      if (taken == cells.length) {
        cells = Arrays.copyOf(cells, taken * 2);
      }
      cells[taken++] = cell;
    }
    for (int i = 0, j = taken - 1; i < j; i++, j--) {
      int cell = cells[i];
      cells[i] = cells[j];
      cells[j] = cell;
    }
    writeRegion(match, rule.automaton.regions[0], 0, taken);
  }

  /**
   * Writes down the choices in a region; its cells are among those from {@code from} to {@code to}.
   */
  private void writeRegion(int match, Region region, int from, int to) {
    State at = region.start;
    for (int i = from; i < to; ) {
      Region own = regionOf(cells[i]);
      if (own == region) {
        write(Cell.rank(arena, cells[i]), Cell.sequence(arena, cells[i]));
        at = rule.automaton.states[Cell.step(arena, cells[i])];
        i++;
        continue;
      }
      Composite composite = childOf(region, own);
      if (composite == null) {
        i++; // of another branch
        continue;
      }
      int end = endOf(region, composite, i, to);
      write(at.rankOf(composite.within), 0);
      boolean isOpen = Partial.state(arena, match, region.word) == composite.within.number;
      for (Region branch : composite.branches) {
        if (hasBegun(branch, i, end)) {
          writeRegion(match, branch, i, end);
        } else {
          // left out: behind all that is taken; what may still come stands behind that
          write(isOpen ? Integer.MAX_VALUE : Integer.MAX_VALUE - 1, 0);
        }
      }
      at = composite.behind;
      i = end;
    }
    boolean ends = at.end != null && Partial.counts(arena, match, at.end.counts());
    if (ends) {
      write(java.util.Objects.requireNonNull(at.end).bit(), 0);
    } else {
      write(rankOfLeaving(match, at), Long.MAX_VALUE);
    }
  }

  /** Whether one of the cells is of the branch, or of a composite in it. */
  private boolean hasBegun(Region branch, int from, int to) {
    for (int i = from; i < to; i++) {
      Region own = regionOf(cells[i]);
      if (own == branch || childOf(branch, own) != null) {
        return true;
      }
    }
    return false;
  }

  /** What may be left counts as left, and what is not decided yet stands behind all that is. */
  private int rankOfLeaving(int match, State at) {
    int rank = -1;
    for (Automaton.Way way : at.ways) {
      if (!way.isAgain() && Partial.counts(arena, match, way.counts())) {
        rank = way.bit();
      }
    }
    return rank < 0 ? Integer.MAX_VALUE : rank;
  }

  private Region regionOf(int cell) {
    return rule.automaton.states[Cell.step(arena, cell)].region;
  }

  /** The composite of this region in which the other region lies, or null. */
  private static @org.jspecify.annotations.Nullable Composite childOf(Region region, Region inner) {
    for (Composite around = inner.composite; around != null; around = around.outer.composite) {
      if (around.outer == region) {
        return around;
      }
    }
    return null;
  }

  /** Where the cells of the region next leave the composite. */
  private int endOf(Region region, Composite composite, int from, int to) {
    for (int i = from; i < to; i++) {
      Region own = regionOf(cells[i]);
      if (own == region || (childOf(region, own) != null && childOf(region, own) != composite)) {
        return i;
      }
    }
    return to;
  }

  private void write(int wayRank, long place) {
    if (written == rank.length) {
      rank = Arrays.copyOf(rank, written * 2);
      sequence = Arrays.copyOf(sequence, written * 2);
    }
    rank[written] = wayRank;
    sequence[written++] = place;
  }

  private int compare(int a, int b) {
    int byStart = Long.compare(start(a), start(b));
    int i = first[a];
    int j = first[b];
    while (byStart == 0 && i < first[a + 1] && j < first[b + 1]) {
      byStart =
          rank[i] != rank[j]
              ? Integer.compare(rank[i], rank[j])
              : Long.compare(sequence[i], sequence[j]);
      i++;
      j++;
    }
    return byStart;
  }

  /** Merge sort of {@code order}; stable, quick on what is sorted already. */
  private void sort(int from, int to) {
    if (to - from < 2) {
      return;
    }
    int middle = (from + to) >>> 1;
    sort(from, middle);
    sort(middle, to);
    if (compare(order[middle - 1], order[middle]) <= 0) {
      return;
    }
    System.arraycopy(order, from, scratch, from, middle - from);
    int left = from;
    int right = middle;
    for (int at = from; left < middle; at++) {
      order[at] =
          right == to || compare(scratch[left], order[right]) <= 0
              ? scratch[left++]
              : order[right++];
    }
  }
}
