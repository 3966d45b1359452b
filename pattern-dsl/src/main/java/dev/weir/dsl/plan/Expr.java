package dev.weir.dsl.plan;

import java.util.List;

/**
 * A typed expression. A value may be missing; what that means for each operator stands in {@code
 * docs/language/semantics.md}. Scales are not aligned: whoever evaluates widens exactly.
 */
public sealed interface Expr {
  ValueType type();

  <R> R accept(Visitor<R> visitor);

  /** One method for each kind of expression. */
  interface Visitor<R> {
    R constant(Constant constant);

    R param(Param param);

    R eventField(EventField field);

    R keyPart(KeyPart part);

    R stepField(StepField field);

    R loopValue(LoopValue value);

    R featureValue(FeatureValue value);

    R arithmetic(Arithmetic arithmetic);

    R negate(Negate negate);

    R compare(Compare compare);

    R textTest(TextTest test);

    R logical(Logical logical);

    R not(Not not);

    R isMissing(IsMissing isMissing);

    R inList(InList inList);

    R inValues(InValues inValues);

    R call(Call call);

    R forEach(ForEach forEach);
  }

  /**
   * A constant; never missing.
   *
   * @param value the slot value of a fixed kind (scaled integer, nanoseconds, 0 or 1, packed geo)
   * @param text the value of a text; the address of an ip; else empty
   */
  record Constant(ValueType type, long value, String text) implements Expr {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.constant(this);
    }
  }

  /** The present value of a parameter. */
  record Param(ValueType type, int param) implements Expr {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.param(this);
    }
  }

  /** A field of the event at hand, whose type the context knows. */
  record EventField(ValueType type, int field) implements Expr {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.eventField(this);
    }
  }

  /** A part of the rule's key, from 0. Only in alert texts, scores and {@code suppress}. */
  record KeyPart(ValueType type, int part) implements Expr {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.keyPart(this);
    }
  }

  /**
   * A field of an event that a step took.
   *
   * @param index 1 is the first, -1 the last; 1 for a step without loop; {@link #EACH}: the one
   *     that a {@link ForEach} looks at
   */
  record StepField(ValueType type, int step, int index, int field) implements Expr {
    /** Of the event that a {@link ForEach} looks at. */
    public static final int EACH = 0;

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.stepField(this);
    }
  }

  /**
   * An aggregate over the events that a step took; in the step's own condition over those taken
   * before the event at hand.
   *
   * @param step -1 for {@code MATCHES}
   * @param field the field that is aggregated; -1 for {@code COUNT}, {@code SPAN} and {@code
   *     MATCHES}
   */
  record LoopValue(ValueType type, Function function, int step, int field) implements Expr {
    /**
     * The aggregates. {@code SPAN} is the last time less the first; {@code MATCHES} the number of
     * matches of the instant, where the rule picks totals.
     */
    public enum Function {
      MATCHES,
      COUNT,
      SUM,
      AVG,
      MIN,
      MAX,
      DISTINCT,
      SPAN
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.loopValue(this);
    }
  }

  /**
   * The value of a rolling feature.
   *
   * @param feature number in the rule set
   * @param before true: without the event at hand ({@code before this}; always so for {@code prev})
   * @param key fields of the event at hand; empty: the rule's key
   */
  record FeatureValue(ValueType type, int feature, boolean before, List<EventField> key)
      implements Expr {
    public FeatureValue {
      key = List.copyOf(key);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.featureValue(this);
    }
  }

  /** {@code + - * /} on numbers, times and durations. */
  record Arithmetic(ValueType type, Operator operator, Expr left, Expr right) implements Expr {
    /** The operators. */
    public enum Operator {
      PLUS,
      MINUS,
      TIMES,
      DIVIDE
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.arithmetic(this);
    }
  }

  /** {@code -x}. */
  record Negate(ValueType type, Expr operand) implements Expr {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.negate(this);
    }
  }

  /** A comparison of two values of one kind, or of two numbers. */
  record Compare(Operator operator, Expr left, Expr right) implements Expr {
    /** The operators. Texts, ips, geos and bools have only the first two. */
    public enum Operator {
      EQUAL,
      NOT_EQUAL,
      LESS,
      LESS_OR_EQUAL,
      GREATER,
      GREATER_OR_EQUAL
    }

    @Override
    public ValueType type() {
      return ValueType.BOOL;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.compare(this);
    }
  }

  /** A test of a text against a text; {@code MATCHES} takes a constant, an RE2 expression. */
  record TextTest(Operator operator, Expr left, Expr right) implements Expr {
    /** The operators; all compare bytes. */
    public enum Operator {
      STARTS_WITH,
      ENDS_WITH,
      CONTAINS,
      MATCHES
    }

    @Override
    public ValueType type() {
      return ValueType.BOOL;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.textTest(this);
    }
  }

  /** {@code and} or {@code or} of at least two. */
  record Logical(boolean and, List<Expr> operands) implements Expr {
    public Logical {
      operands = List.copyOf(operands);
    }

    @Override
    public ValueType type() {
      return ValueType.BOOL;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.logical(this);
    }
  }

  /** {@code not x}; true where x is missing. */
  record Not(Expr operand) implements Expr {
    @Override
    public ValueType type() {
      return ValueType.BOOL;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.not(this);
    }
  }

  /** {@code x is missing}. */
  record IsMissing(Expr operand) implements Expr {
    @Override
    public ValueType type() {
      return ValueType.BOOL;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.isMissing(this);
    }
  }

  /** {@code x in a_list}; false where x is missing. */
  record InList(Expr operand, int list) implements Expr {
    @Override
    public ValueType type() {
      return ValueType.BOOL;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.inList(this);
    }
  }

  /** {@code x in (1, 2, 3)}; false where x is missing. The values are of the operand's type. */
  record InValues(Expr operand, List<Constant> values) implements Expr {
    public InValues {
      values = List.copyOf(values);
    }

    @Override
    public ValueType type() {
      return ValueType.BOOL;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.inValues(this);
    }
  }

  /** A function of values; missing where one of them is, but for {@code COALESCE}. */
  record Call(ValueType type, Function function, List<Expr> arguments) implements Expr {
    /** The functions; what each takes and gives stands in {@code docs/language/functions.md}. */
    public enum Function {
      LOWER,
      UPPER,
      TRIM,
      LENGTH,
      SIMILARITY,
      LUHN,
      HASH,
      ABS,
      /** A number and the digits, a constant. */
      ROUND,
      /** Values of any kind with an order, brought to the type of the call. */
      MIN,
      MAX,
      COALESCE,
      NOW,
      /** A time and the name of a zone, a constant. */
      HOUR,
      WEEKDAY,
      DAY,
      DISTANCE,
      /** Two places, each with its time behind it. */
      SPEED,
      /** An address and a network, a constant text. */
      IN_NETWORK
    }

    public Call {
      arguments = List.copyOf(arguments);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.call(this);
    }
  }

  /**
   * Whether a condition holds for any, or for all, of the events that a step took; over none {@code
   * all} holds and {@code any} does not.
   */
  record ForEach(boolean any, int step, Expr condition) implements Expr {
    @Override
    public ValueType type() {
      return ValueType.BOOL;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.forEach(this);
    }
  }
}
