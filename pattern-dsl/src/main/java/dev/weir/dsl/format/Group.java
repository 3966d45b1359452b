package dev.weir.dsl.format;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * A run of words that stands on one line where it fits; else a line begins at each of its breaks.
 * Groups nest. Built by {@link Layout}, read by {@link LineWriter}.
 */
final class Group {
  final int from;
  final int to;

  /** Columns of the lines that begin at a word, counted from the group's first column. */
  final TreeMap<Integer, Integer> breaks = new TreeMap<>();

  final List<Group> inner = new ArrayList<>();

  /** Broken whether it fits or not. */
  boolean always;

  /** A line begins only where the next piece does not fit. */
  boolean fill;

  /**
   * A group of words.
   *
   * @param from its first word
   * @param to one past its last word
   */
  Group(int from, int to) {
    this.from = from;
    this.to = to;
  }

  Group breakAt(int word, int column) {
    if (word > from && word < to) {
      breaks.put(word, column);
    }
    return this;
  }

  /** Puts a group inside this one or inside the group of this one that holds it. */
  void put(Group group) {
    for (Group child : inner) {
      if (child.from <= group.from && group.to <= child.to) {
        child.put(group);
        return;
      }
    }
    inner.add(group);
    inner.sort(Comparator.comparingInt(g -> g.from));
  }
}
