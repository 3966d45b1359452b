package dev.weir.engine;

import dev.weir.event.EventReader;
import org.jspecify.annotations.Nullable;

/**
 * Writes live state in its portable form, see {@link ChunkLayout}. One for each engine; owned by
 * its thread.
 */
final class StateExport {
  static final int MATCH_RULE = 1;
  static final int WHEN_RULE = 2;
  static final int FEED = 3;
  static final int END = 0;
  static final int ENTRY = 1;

  private final Engine.LiveState live;
  private final MatchState matches;
  private final FeatureState features;
  private final ChunkWriter to;
  private final EventReader event = new EventReader();
  private @Nullable Transfer transfer; // null: everything is written

  StateExport(Engine.LiveState live, MatchState matches, FeatureState features) {
    this.live = live;
    this.matches = matches;
    this.features = features;
    this.to = new ChunkWriter(live.program().fingerprint());
  }

  /** Writes everything. Linear in the state. */
  void writeAll(ChunkSink sink) {
    write(sink, null);
  }

  /** Writes what moves to another program. Linear in the state. */
  void write(ChunkSink sink, @Nullable Transfer moved) {
    transfer = moved;
    to.to(sink);
    writeEngine();
    // which is the same in every engine: of several that write, one is enough
    if (moved != null || live.owned().contains(KeyGroups.GLOBAL)) {
      writeHeld();
    }
    for (int f = 0; f < live.program().feeds.length; f++) {
      if (live.program().feeds[f].lastSeen() < 0 && movesFeed(f)) {
        writeLog(f);
      }
    }
    for (int s = 0; s < live.spaces().length; s++) {
      int space = s;
      live.spaces()[s].forEach(row -> writeKey(space, row));
    }
  }

  private void writeEngine() {
    to.begin(ChunkLayout.ENGINE, ChunkLayout.NO_GROUP, 0, 0);
    to.putLong(live.lastPosition());
    to.putLong(live.watermarkNs());
    to.putLong(live.sequence());
    to.putLong(live.arrivalNs());
    for (int mode = 0; mode < Program.MODES; mode++) {
      to.putLong(live.features().nowNs(mode));
    }
    to.putInt(live.owned().first());
    for (long[] counts : live.counters()) {
      to.putLongs(counts);
    }
    to.end();
  }

  private void writeHeld() {
    Reorder held = live.held();
    for (int i = 0; i < held.size(); ) {
      to.begin(ChunkLayout.HELD, ChunkLayout.NO_GROUP, 0, i);
      while (i < held.size() && !to.isHalfFull()) {
        held.record(i++, event);
        to.putByte(ENTRY);
        to.putText(event.buffer(), event.offset(), event.length());
      }
      to.putByte(END);
      to.end();
    }
  }

  private void writeLog(int f) {
    Fifo log = live.features().log(f);
    KeySpace space = live.spaces()[live.program().feeds[f].space()];
    for (long number = log.head(); number < log.end(); ) {
      to.begin(ChunkLayout.LOG, ChunkLayout.NO_GROUP, f, number);
      while (number < log.end() && !to.isHalfFull()) {
        to.putByte(ENTRY);
        features.writeEntry(to, f, number++, space);
      }
      to.putByte(END);
      to.end();
    }
  }

  /** Writes what a key holds, but for windows. */
  private void writeKey(int spaceNumber, int row) {
    KeySpace space = live.spaces()[spaceNumber];
    boolean isBegun = false;
    for (RuleProgram rule : live.program().rules) {
      if (rule.space != spaceNumber || transfer != null && !transfer.movesRule(rule.index)) {
        continue;
      }
      if (rule.isWhen) {
        if (arena().get(row + KeySpace.STATE + rule.slot) != 0) {
          isBegun = begin(isBegun, space, spaceNumber, row, WHEN_RULE);
          to.putInt(rule.index);
        }
      } else if (matches.isThere(rule, row)) {
        isBegun = begin(isBegun, space, spaceNumber, row, MATCH_RULE);
        matches.write(to, rule, row);
      }
    }
    for (int f = 0; f < live.program().feeds.length; f++) {
      boolean isOfKey = live.program().feeds[f].space() == spaceNumber && movesFeed(f);
      if (isOfKey && features.isKept(f, row)) {
        isBegun = begin(isBegun, space, spaceNumber, row, FEED);
        features.write(to, f, row);
      }
    }
    if (isBegun) {
      to.putByte(END);
      to.end();
    }
  }

  private boolean movesFeed(int f) {
    return transfer == null || transfer.feeds(f).length > 0;
  }

  private Arena arena() {
    return live.arena();
  }

  /** Begins the section unless it is, then a block of it. */
  private boolean begin(boolean isBegun, KeySpace space, int spaceNumber, int row, int block) {
    if (!isBegun) {
      long hash = space.hash(row);
      to.begin(ChunkLayout.KEY, KeyGroups.groupOf(hash), spaceNumber, hash);
      to.putText(space.keyBuffer(row), space.keyOffset(row), space.keyLength(row));
    }
    to.putByte(block);
    return true;
  }
}
