package dev.weir.engine;

/**
 * A part of a rule that a trace can see at work.
 *
 * @param rule number of the rule in the rule set
 * @param text as a reader of the rule knows it
 */
public record TracePart(int rule, Kind kind, String text) {
  /** What a part is. */
  public enum Kind {
    /** A step that takes events. */
    STEP,
    /** A way from one step to another, or to an end that waits. */
    EDGE,
    /** A part of a step's condition: it should be seen to hold and not to hold. */
    CONDITION,
    /** What must not come, or ends something: it should be seen to come. */
    GUARD
  }
}
