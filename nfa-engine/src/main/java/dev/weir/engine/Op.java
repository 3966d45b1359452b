package dev.weir.engine;

/**
 * Operations of packed expressions. A program is a run of ints: an operation, then its operands.
 * The machine has a stack of values; {@code a b -- c} below says what an operation takes and
 * leaves.
 */
final class Op {
  /** {@code a --}: the program's result is on the stack. */
  static final int END = 0;

  /** {@code -- c}; operand: index of the constant. */
  static final int CONSTANT = 1;

  /** {@code -- c}; operands: offset and length in the constant bytes. */
  static final int CONSTANT_BYTES = 2;

  /** {@code -- v}; operand: number of the parameter. */
  static final int PARAM = 3;

  /** {@code -- v}; operand: field of the event at hand, of a fixed kind. */
  static final int FIELD = 4;

  /** {@code -- v}; operand: field of the event at hand, a text or ip. */
  static final int FIELD_BYTES = 5;

  /** {@code -- v}; operands: part of the key, 1 for bytes. */
  static final int KEY_PART = 6;

  /** {@code -- v}; operands: step, index, place in the projection, how it is kept. */
  static final int CELL = 7;

  static final int CELL_NUMBER = 0;
  static final int CELL_BYTES = 1;
  static final int CELL_RATIO = 2;

  /** {@code -- n}; operand: step, or {@link #ALL_MATCHES}. */
  static final int LOOP_COUNT = 8;

  /** In place of a step: the matches that the alert at hand is about. */
  static final int ALL_MATCHES = -1;

  /** {@code -- d}; operand: step. */
  static final int LOOP_SPAN = 9;

  /** {@code -- v}; operand: offset of the register in the partial match. */
  static final int LOOP_SUM = 10;

  /** {@code -- r}; operand as above. */
  static final int LOOP_AVG = 11;

  /** {@code -- v}; operand as above. */
  static final int LOOP_EXTREME = 12;

  /** {@code -- n}; operands: step, place in the projection, 1 for bytes. */
  static final int LOOP_DISTINCT = 13;

  /** {@code -- v}; operand: number of the feature reference. */
  static final int FEATURE = 14;

  /** {@code a b -- c}; operands: powers of ten for a and b. */
  static final int ADD = 15;

  static final int SUBTRACT = 16;

  /** {@code a b -- c}. */
  static final int MULTIPLY = 17;

  /** {@code a b -- r}; operand: power of ten for a. */
  static final int DIVIDE = 18;

  /** Ratios; operands as above. */
  static final int RATIO_ADD = 19;

  static final int RATIO_SUBTRACT = 20;
  static final int RATIO_MULTIPLY = 21;
  static final int RATIO_DIVIDE = 22;

  /** {@code a -- -a}. */
  static final int NEGATE = 23;

  /** {@code a b -- t}; operands: comparison, powers of ten for a and b. */
  static final int COMPARE = 24;

  static final int COMPARE_RATIO = 25;

  /** {@code a b -- t}; operand: comparison, only equal and not equal. */
  static final int COMPARE_BYTES = 26;

  /**
   * {@code -- t}; operands: field, comparison, index of the constant. The common case in one step.
   */
  static final int FIELD_COMPARE = 27;

  /** {@code a b -- t}. */
  static final int STARTS_WITH = 28;

  static final int ENDS_WITH = 29;
  static final int CONTAINS = 30;

  /** {@code a -- t}; operand: number of the regular expression. */
  static final int MATCHES = 31;

  /** {@code a -- a | }: if a does not hold jump to the operand leaving it, else drop it. */
  static final int JUMP_IF_FALSE = 32;

  static final int JUMP_IF_TRUE = 33;

  /** {@code a -- t}. */
  static final int NOT = 34;

  static final int IS_MISSING = 35;

  /** {@code a -- t}; operand: number of the set. */
  static final int IN_SET = 36;

  static final int IN_BYTES_SET = 37;

  /** {@code a -- t}: a missing bool does not hold. */
  static final int HOLDS = 38;

  /** {@code a -- b}; operand: power of ten by which the value, or numerator, grows. */
  static final int WIDEN = 39;

  /**
   * Takes the arguments of a function and leaves its value; operands: number of the function, two
   * of its own.
   */
  static final int CALL = 40;

  /** {@code -- t}. */
  static final int NOW = 41;

  /**
   * {@code -- t}: tests a condition, which stands behind up to {@link #EACH_END}, for events of a
   * step; operands: step, 1 for any, where it goes on.
   */
  static final int EACH = 42;

  static final int EACH_END = 43;

  private static final String[] NAMES = {
    "end",
    "constant",
    "constant-bytes",
    "param",
    "field",
    "field-bytes",
    "key-part",
    "cell",
    "loop-count",
    "loop-span",
    "loop-sum",
    "loop-avg",
    "loop-extreme",
    "loop-distinct",
    "feature",
    "add",
    "subtract",
    "multiply",
    "divide",
    "ratio-add",
    "ratio-subtract",
    "ratio-multiply",
    "ratio-divide",
    "negate",
    "compare",
    "compare-ratio",
    "compare-bytes",
    "field-compare",
    "starts-with",
    "ends-with",
    "contains",
    "matches",
    "jump-if-false",
    "jump-if-true",
    "not",
    "is-missing",
    "in-set",
    "in-bytes-set",
    "holds",
    "widen",
    "call",
    "now",
    "each",
    "each-end"
  };

  private static final int[] OPERANDS = {
    0,
    1,
    2,
    1,
    1,
    1,
    2,
    4,
    1,
    1, // end to loop-span
    1,
    1,
    1,
    3,
    1,
    2,
    2,
    0,
    1,
    2, // loop-sum to ratio-add
    2,
    0,
    1,
    0,
    3,
    3,
    1,
    3,
    0,
    0, // ratio-subtract to ends-with
    0,
    1,
    1,
    1,
    0,
    0,
    1,
    1,
    0, // contains to holds
    1,
    3,
    0,
    3,
    0 // widen to each-end
  };

  /** How many ints follow the operation. */
  static int operands(int op) {
    return OPERANDS[op];
  }

  /** The operation in printed programs. */
  static String name(int op) {
    return NAMES[op];
  }

  private Op() {}
}
