package dev.weir.engine;

import dev.weir.engine.Automaton.State;
import java.util.Arrays;

/**
 * The open partial matches of all rules and keys: in a key's row stands, for each match rule, a
 * list of starts, by place in stream order, and for each place of the pattern where partial matches
 * wait a list of those. A start lists its partial matches. All operations are O(1) but for
 * releasing cells. Owned by one thread.
 *
 * <pre>
 *  row of a key, from the rule's slot on, in halves of words: first start; first of list 0, 1 …
 * </pre>
 *
 * <p>A deadline knows what it was armed for by a number, which is given back when it falls due:
 * what ends before only leaves its number empty.
 */
final class Partials {
  private final Arena arena;
  private final long[] open; // by rule

  // deadlines: by number, what it is for, and the number of an earlier one for the same
  private int[] owner = new int[64];
  private int[] earlier = new int[64];
  private int[] entry = new int[64]; // where it stands in the queue
  private int numbers = 1; // 0 is none
  private int spare; // list of numbers to be used again, by earlier

  Partials(Arena arena, int rules) {
    this.arena = arena;
    this.open = new long[rules];
  }

  /** Words of a row for the starts and this many lists. */
  static int stateWords(int lists) {
    return (1 + lists + 1) >>> 1;
  }

  long open(int ruleIndex) {
    return open[ruleIndex];
  }

  // ---- lists ------------------------------------------------------------------------------------

  /** The first start of the rule and key, or {@link Arena#NULL}. */
  int firstStart(int row, RuleProgram rule) {
    return arena.low(row + KeySpace.STATE + rule.slot);
  }

  /** The first partial match in the list. */
  int first(int row, RuleProgram rule, int list) {
    return half(row + KeySpace.STATE + rule.slot, 1 + list);
  }

  int next(int partial) {
    return arena.low(partial);
  }

  /** The next partial match of the same start. */
  int nextOfStart(int partial) {
    return arena.low(partial + 1);
  }

  private int half(int word, int i) {
    return (i & 1) == 0 ? arena.low(word + (i >>> 1)) : arena.high(word + (i >>> 1));
  }

  private void half(int word, int i, int value) {
    if ((i & 1) == 0) {
      arena.putLow(word + (i >>> 1), value);
    } else {
      arena.putHigh(word + (i >>> 1), value);
    }
  }

  /** The partial match points to the start; it is in no list yet. */
  void join(int partial, int start) {
    arena.putLow(partial + 2, start);
    arena.putLow(start + 2, arena.low(start + 2) + 1);
  }

  /** Puts a partial match into its lists, and its start into that of the key. */
  void link(KeySpace space, int row, RuleProgram rule, int partial) {
    int start = Partial.start(arena, partial);
    if (!Start.has(arena, start, Start.LISTED)) {
      listStart(space, row, rule, start);
    }
    linkToStart(start, partial);
    linkToList(row, rule, partial);
  }

  /** Makes it the first of its start, which is in the list of its key. */
  void linkToStart(int start, int partial) {
    int first = Start.first(arena, start);
    arena.put(partial + 1, first); // and none before
    if (first != Arena.NULL) {
      arena.putHigh(first + 1, partial);
    }
    arena.putLow(start + 1, partial);
  }

  /** Makes it the first of the list of its place; it stands in that of its start. */
  void linkToList(int row, RuleProgram rule, int partial) {
    push(row, rule, state(rule, partial).list, partial);
    arena.putHigh(partial + 2, Partial.LINKED); // what else held was about the instant
    open[rule.index]++;
  }

  private void push(int row, RuleProgram rule, int list, int partial) {
    int word = row + KeySpace.STATE + rule.slot;
    int head = half(word, 1 + list);
    arena.put(partial, head);
    if (head != Arena.NULL) {
      arena.putHigh(head, partial);
    }
    half(word, 1 + list, partial);
  }

  private void take(int row, RuleProgram rule, int list, int partial) {
    int next = arena.low(partial);
    int previous = arena.high(partial);
    if (next != Arena.NULL) {
      arena.putHigh(next, previous);
    }
    if (previous != Arena.NULL) {
      arena.putLow(previous, next);
    } else {
      half(row + KeySpace.STATE + rule.slot, 1 + list, next);
    }
  }

  // ---- complete matches that wait ---------------------------------------------------------------

  /** The first match that waits to be alerted; only of rules whose matches may. */
  int firstHeld(int row, RuleProgram rule) {
    return first(row, rule, rule.automaton.lists);
  }

  /** A complete match waits; it is of no partial match's list any more. */
  void hold(KeySpace space, int row, RuleProgram rule, int match, int start) {
    join(match, start);
    if (!Start.has(arena, start, Start.LISTED)) {
      listStart(space, row, rule, start);
    }
    push(row, rule, rule.automaton.lists, match);
  }

  /** It waits no longer; the caller frees it. */
  void unhold(int row, RuleProgram rule, int match) {
    take(row, rule, rule.automaton.lists, match);
  }

  // ---- ends -------------------------------------------------------------------------------------

  private State state(RuleProgram rule, int partial) {
    return rule.automaton.states[Partial.state(arena, partial, rule.regionsAt)];
  }

  /** Makes a start the last of its key. */
  void listStart(KeySpace space, int row, RuleProgram rule, int start) {
    int word = row + KeySpace.STATE + rule.slot;
    int first = arena.low(word);
    if (first == Arena.NULL) {
      arena.putLow(word, start);
      arena.putHigh(start, start);
      space.retain(row);
    } else {
      int last = arena.high(first);
      arena.putLow(last, start);
      arena.putHigh(start, last);
      arena.putHigh(first, start);
    }
    arena.putLow(start, Arena.NULL);
    Start.mark(arena, start, Start.LISTED);
  }

  private void unlistStart(KeySpace space, int row, RuleProgram rule, int start) {
    int word = row + KeySpace.STATE + rule.slot;
    int first = arena.low(word);
    int next = arena.low(start);
    int previous = arena.high(start);
    if (start == first) {
      arena.putLow(word, next);
      if (next == Arena.NULL) {
        space.release(row);
      } else {
        arena.putHigh(next, previous);
      }
    } else {
      arena.putLow(previous, next);
      arena.putHigh(next == Arena.NULL ? first : next, previous);
    }
  }

  /** Ends a partial match: takes it out of its lists and frees it; with its last, the start. */
  void free(KeySpace space, int row, RuleProgram rule, int partial) {
    if (Partial.has(arena, partial, Partial.LINKED)) {
      take(row, rule, state(rule, partial).list, partial);
      int next = arena.low(partial + 1);
      int previous = arena.high(partial + 1);
      if (next != Arena.NULL) {
        arena.putHigh(next + 1, previous);
      }
      if (previous != Arena.NULL) {
        arena.putLow(previous + 1, next);
      } else {
        arena.putLow(Partial.start(arena, partial) + 1, next);
      }
      open[rule.index]--;
    }
    forget(arena.high(partial + 3));
    int start = Partial.start(arena, partial);
    Cell.release(arena, Partial.newest(arena, partial));
    arena.free(partial, rule.partialWords);
    int references = arena.low(start + 2) - 1;
    arena.putLow(start + 2, references);
    if (references == 0) {
      if (Start.has(arena, start, Start.LISTED)) {
        unlistStart(space, row, rule, start);
      }
      forget(arena.high(start + 2));
      arena.free(start, Start.WORDS);
    }
  }

  // ---- deadlines --------------------------------------------------------------------------------

  /** A number for a deadline of this partial match. */
  int numberForPartial(int partial) {
    int number = number(partial, arena.high(partial + 3));
    arena.putHigh(partial + 3, number);
    return number;
  }

  /** A number for a deadline of this start. */
  int numberForStart(int start) {
    int number = number(start, arena.high(start + 2));
    arena.putHigh(start + 2, number);
    return number;
  }

  private int number(int of, int before) {
    int number = spare;
    if (number != 0) {
      spare = earlier[number];
    } else {
      if (numbers == owner.length) {
        owner = Arrays.copyOf(owner, numbers * 2);
        earlier = Arrays.copyOf(earlier, numbers * 2);
        entry = Arrays.copyOf(entry, numbers * 2);
      }
      number = numbers++;
    }
    owner[number] = of;
    earlier[number] = before;
    return number;
  }

  /** The deadline of this number stands at this entry of its queue. */
  void armed(int number, int queueEntry) {
    entry[number] = queueEntry;
  }

  /** Entry of a deadline that has not fallen due. */
  int entry(int number) {
    return entry[number];
  }

  /** The deadline armed before this one for the same, or 0. */
  int earlier(int number) {
    return earlier[number];
  }

  private void forget(int latest) {
    for (int number = latest; number != 0; number = earlier[number]) {
      owner[number] = Arena.NULL;
    }
  }

  /** The partial match of a deadline that falls due, or {@link Arena#NULL}; the number is free. */
  int takePartial(int number) {
    int partial = owner[number];
    if (partial != Arena.NULL) {
      arena.putHigh(partial + 3, without(arena.high(partial + 3), number));
    }
    release(number);
    return partial;
  }

  /** The start of a deadline that falls due, or {@link Arena#NULL}; the number is free. */
  int takeStart(int number) {
    int start = owner[number];
    if (start != Arena.NULL) {
      arena.putHigh(start + 2, without(arena.high(start + 2), number));
    }
    release(number);
    return start;
  }

  /** The chain without one of its numbers; returns its new latest. */
  private int without(int latest, int number) {
    if (latest == number) {
      return earlier[number];
    }
    int at = latest;
    while (earlier[at] != number) {
      at = earlier[at];
    }
    earlier[at] = earlier[number];
    return latest;
  }

  private void release(int number) {
    owner[number] = Arena.NULL;
    earlier[number] = spare;
    spare = number;
  }
}
