package dev.weir.engine;

import java.util.Arrays;

/**
 * The order of preference among the completions of one rule, key and instant. A match is written
 * down as its events by step, in pattern order; two matches are compared choice by choice: start,
 * then for each step whether the loop goes on, then which event. Owned by one thread.
 */
final class Ranking {
  private final Arena arena;

  @SuppressWarnings("NullAway.Init") // set when an instant begins
  private RuleProgram rule;

  private int[] matches = new int[64];
  private int count;

  // the choices of match i: steps and places in stream order at [first[i], first[i + 1])
  private int[] first = new int[65];
  private int[] step = new int[256];
  private long[] sequence = new long[256];
  private int[] order = new int[64]; // ranks to matches
  private int[] scratch = new int[64];

  Ranking(Arena arena) {
    this.arena = arena;
  }

  void begin(RuleProgram program, int[] complete, int completeCount) {
    rule = program;
    count = completeCount;
    if (count > matches.length) {
      int capacity = Integer.highestOneBit(count) * 2;
      matches = new int[capacity];
      first = new int[capacity + 1];
      order = new int[capacity];
      scratch = new int[capacity];
    }
    int at = 0;
    for (int i = 0; i < count; i++) {
      matches[i] = complete[i];
      order[i] = i;
      first[i] = at;
      at = writeDown(complete[i], at);
    }
    first[count] = at;
    sort(0, count);
  }

  /** Leaves only the preferred match of each start; returns how many stay. */
  int keepBestOfEachStart() {
    int kept = 0;
    for (int i = 0; i < count; i++) {
      // by preference, the matches of one start stand together, the best first
      if (kept == 0 || start(order[i]) != start(order[kept - 1])) {
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
    return Partial.startSequence(arena, matches[match]);
  }

  private int events(int match) {
    return first[match + 1] - first[match];
  }

  private int writeDown(int match, int at) {
    int end = at;
    for (int cell = Partial.newest(arena, match);
        cell != Arena.NULL;
        cell = Cell.parent(arena, cell)) {
      if (end == step.length) {
        step = Arrays.copyOf(step, end * 2);
        sequence = Arrays.copyOf(sequence, end * 2);
      }
      step[end] = Cell.step(arena, cell);
      sequence[end++] = Cell.sequence(arena, cell);
    }
    // newest first; turn round, then sort by step, keeping the order in a step
    for (int i = at, j = end - 1; i < j; i++, j--) {
      swap(i, j);
    }
    for (int i = at + 1; i < end; i++) {
      for (int j = i; j > at && step[j - 1] > step[j]; j--) {
        swap(j - 1, j);
      }
    }
    return end;
  }

  private void swap(int i, int j) {
    int s = step[i];
    step[i] = step[j];
    step[j] = s;
    long q = sequence[i];
    sequence[i] = sequence[j];
    sequence[j] = q;
  }

  private int compare(int a, int b) {
    int byStart = Long.compare(start(a), start(b));
    if (byStart != 0) {
      return byStart;
    }
    int i = first[a];
    int j = first[b];
    while (i < first[a + 1] && j < first[b + 1]) {
      if (step[i] != step[j]) {
        // one loop went on where the other went out
        return step[i] < step[j] ? prefersMore(step[i]) : -prefersMore(step[j]);
      }
      if (sequence[i] != sequence[j]) {
        return sequence[i] < sequence[j] ? -1 : 1;
      }
      i++;
      j++;
    }
    if (i < first[a + 1]) {
      return prefersMore(step[i]);
    }
    return j < first[b + 1] ? -prefersMore(step[j]) : 0;
  }

  /** The comparison's result for the match that took more events for this step. */
  private int prefersMore(int loop) {
    return rule.steps[loop].shortest ? 1 : -1;
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
