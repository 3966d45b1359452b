package dev.weir.engine;

import dev.weir.dsl.plan.FeaturePlan;
import java.util.List;

/**
 * A rolling feature, packed.
 *
 * @param state word of the key's row where its state begins; how many words see {@link #stateWords}
 * @param column word of the feed's log entry that holds its value; -1 if it needs none
 * @param scale digits behind the point of the field
 * @param percent of a percentile
 * @param mode of the rules that read it
 * @param readBefore some expression reads it without the event at hand
 */
record FeatureProgram(
    int id,
    FeaturePlan.Function function,
    int field,
    boolean isBytes,
    int state,
    int column,
    boolean isEver,
    int scale,
    int percent,
    int mode,
    boolean readBefore) {
  /** Whether its value is a range of bytes. */
  boolean givesBytes() {
    return isBytes
        && switch (function) {
          case PREV, FIRST, LAST -> true;
          case COUNT, SUM, AVG, MIN, MAX, STDDEV, PERCENTILE, DISTINCT -> false;
        };
  }

  /** Words of state in a row. */
  static int stateWords(FeaturePlan.Function function, boolean isEver) {
    return switch (function) {
      case COUNT, DISTINCT, PERCENTILE -> 1;
      case SUM, PREV -> 2;
      case AVG -> 3;
      case STDDEV -> 1 + Sums.SUM_WORDS + Sums.SQUARES_WORDS;
      case MIN, MAX, FIRST, LAST -> isEver ? 2 : 1;
    };
  }

  /**
   * Events of one type and filter that feed features of one key. A windowed feed keeps a log,
   * shared by all windows; a feed without window keeps when the key was last seen.
   *
   * @param filter predicate, or {@link Code#NONE}
   * @param key key expression of the fed type
   * @param lastSeen word of the row with the last time, of feeds without window; else -1
   * @param keepNs of feeds without window
   * @param stepNs length of the pieces in which windows move; 0: with every event
   * @param mode of the rules that read its features
   * @param entryWords words of a log entry
   * @param windows shortest first
   */
  record Feed(
      int filter,
      int key,
      int space,
      int lastSeen,
      long keepNs,
      long stepNs,
      int mode,
      int entryWords,
      int bitmapWords,
      FeatureProgram[] features,
      List<Window> windows) {
    /** When an event enters the windows: with its piece, or by itself. */
    long pieceNs(long timeNs) {
      return stepNs == 0 ? timeNs : Math.floorDiv(timeNs, stepNs) * stepNs;
    }
  }

  /** The features of a feed that have one length. */
  record Window(long lengthNs, FeatureProgram[] features) {}
}
