package dev.weir.engine;

import java.util.List;

/** Reads in the rows of all engines, event by event. Owned by one thread. */
final class OthersFeatures {
  private final int[] owner = new int[KeyGroups.COUNT]; // by group
  private final FeatureRows[] rows; // by engine
  private final int[] first; // of those at hand, row of the event or the next that has one
  private final int[] sharedReference;
  private long event;

  OthersFeatures(int engines, int[] sharedReference) {
    this.rows = new FeatureRows[engines];
    this.first = new int[engines];
    this.sharedReference = sharedReference;
    for (int engine = 0; engine < engines; engine++) {
      KeyGroups groups = KeyGroups.ofShard(engine, engines);
      for (int group = 0; group < owner.length; group++) {
        if (groups.contains(group)) {
          owner[group] = engine;
        }
      }
    }
  }

  /** The next events are those of these rows. */
  void stretch(List<FeatureRows> ofEngines) {
    for (int i = 0; i < rows.length; i++) {
      rows[i] = ofEngines.get(i);
      first[i] = 0;
    }
  }

  /** The event at hand has this number, which grows. */
  void at(long number) {
    event = number;
  }

  /** Puts the value of a reference by a key of this group on the stack. */
  void load(ValueStack stack, int slot, int reference, int group) {
    int engine = owner[group];
    FeatureRows from = rows[engine];
    int row = first[engine];
    while (from.isRow(row) && from.event(row) < event) {
      row = from.next(row);
    }
    first[engine] = row;
    int wanted = sharedReference[reference];
    while (from.isRow(row) && from.event(row) == event && from.reference(row) != wanted) {
      row = from.next(row);
    }
    if (!from.isRow(row) || from.event(row) != event) {
      throw new IllegalStateException(
          "no row: event=" + event + " reference=" + wanted + " engine=" + engine);
    }
    switch (from.kind(row)) {
      case FeatureRows.MISSING -> stack.missing[slot] = true;
      case FeatureRows.NUMBER -> stack.fraction(slot, from.number(row), from.denominator(row));
      default -> stack.range(slot, from.buffer(), from.offset(row), from.length(row));
    }
  }
}
