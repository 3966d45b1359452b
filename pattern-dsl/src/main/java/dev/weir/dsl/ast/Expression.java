package dev.weir.dsl.ast;

import dev.weir.dsl.source.Span;
import java.util.List;
import java.util.Optional;

/** An expression. Untyped: the checker gives types. */
public sealed interface Expression {
  Span span();

  <R> R accept(Visitor<R> visitor);

  /** One method for each kind of expression. */
  interface Visitor<R> {
    R number(NumberLiteral literal);

    R text(TextLiteral literal);

    R bool(BoolLiteral literal);

    R duration(DurationLiteral literal);

    R variable(Variable variable);

    R member(Member member);

    R index(Index index);

    R call(Call call);

    R feature(Feature feature);

    R previous(Previous previous);

    R unary(Unary unary);

    R binary(Binary binary);

    R logical(Logical logical);

    R isMissing(IsMissing isMissing);

    R inList(InList inList);

    R inValues(InValues inValues);
  }

  /** {@code 5}, {@code 2_000}, {@code 0.50}; the digits as written, without underscores. */
  record NumberLiteral(Span span, String digits) implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.number(this);
    }
  }

  /** {@code "text"}, escapes resolved. */
  record TextLiteral(Span span, String value) implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.text(this);
    }
  }

  /** {@code true} or {@code false}. */
  record BoolLiteral(Span span, boolean value) implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.bool(this);
    }
  }

  /** {@code 30m}, {@code 1h30m}: nanoseconds. */
  record DurationLiteral(Span span, long nanos) implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.duration(this);
    }
  }

  /**
   * A bare name. In conditions: a field of the event at hand, else a step, group, binding, {@code
   * param} or {@code let}. In alert texts: a part of the key, a step, binding, {@code param} or
   * {@code let}; in those of {@code when} rules also a field of the event at hand. An event type or
   * define before a dot means the event at hand seen as that type.
   */
  record Variable(Span span, String name) implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.variable(this);
    }
  }

  /** {@code target.name}. */
  record Member(Span span, Expression target, Name name) implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.member(this);
    }
  }

  /** {@code target[1]}, {@code target[-1]}; 1 is the first, -1 the last. */
  record Index(Span span, Expression target, int index) implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.index(this);
    }
  }

  /**
   * {@code abs(x)}, {@code count(probe)}, {@code last(hop)}, {@code any(probe.amount > 5)}, {@code
   * count(matches)}. In the arguments of {@code any} and {@code all} and of the aggregates over a
   * loop, {@code probe.f} means the f of each iteration in turn.
   */
  record Call(Span span, Name function, List<Expression> arguments) implements Expression {
    public Call {
      arguments = List.copyOf(arguments);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.call(this);
    }
  }

  /**
   * {@code avg(Payment.amount where country = "NL" over 30d step 1h by card before this)}.
   *
   * @param function {@code count sum avg min max stddev distinct first last percentile}
   * @param percent first argument of {@code percentile(99, …)}
   * @param type event type or define
   * @param value the field behind the dot; absent for {@code count}
   * @param windowNs {@code over}; empty: {@code ever}
   * @param stepNs {@code step}
   * @param exact {@code exact}
   * @param by fields of the event at hand; empty: the rule's key
   * @param beforeThis {@code before this}
   */
  record Feature(
      Span span,
      Name function,
      Optional<Integer> percent,
      Name type,
      Optional<Name> value,
      Optional<Expression> where,
      Optional<Long> windowNs,
      Optional<Long> stepNs,
      boolean exact,
      List<Name> by,
      boolean beforeThis)
      implements Expression {
    public Feature {
      by = List.copyOf(by);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.feature(this);
    }
  }

  /** {@code prev(Payment)}; only before a dot. */
  record Previous(Span span, Name type) implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.previous(this);
    }
  }

  /** {@code not x} or {@code -x}. */
  record Unary(Span span, Operator operator, Expression operand) implements Expression {
    /** The operators. */
    public enum Operator {
      NOT,
      MINUS
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.unary(this);
    }
  }

  /** Arithmetic, comparison, or a test of texts. */
  record Binary(Span span, Operator operator, Expression left, Expression right)
      implements Expression {
    /** The operators, with the words that write them. */
    public enum Operator {
      PLUS("+"),
      MINUS("-"),
      TIMES("*"),
      DIVIDE("/"),
      EQUAL("="),
      NOT_EQUAL("!="),
      LESS("<"),
      LESS_OR_EQUAL("<="),
      GREATER(">"),
      GREATER_OR_EQUAL(">="),
      STARTS_WITH("starts with"),
      ENDS_WITH("ends with"),
      CONTAINS("contains"),
      MATCHES("matches");

      private final String words;

      Operator(String words) {
        this.words = words;
      }

      /** As written in a rule. */
      public String words() {
        return words;
      }

      /** True for {@code = != < <= > >=}. */
      public boolean isComparison() {
        return switch (this) {
          case EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL -> true;
          default -> false;
        };
      }

      /** True for {@code + - * /}. */
      public boolean isArithmetic() {
        return this == PLUS || this == MINUS || this == TIMES || this == DIVIDE;
      }
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.binary(this);
    }
  }

  /** {@code a and b and c} or {@code a or b}; at least two operands, never mixed. */
  record Logical(Span span, boolean and, List<Expression> operands) implements Expression {
    public Logical {
      operands = List.copyOf(operands);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.logical(this);
    }
  }

  /** {@code x is missing} or {@code x is not missing}. */
  record IsMissing(Span span, Expression operand, boolean negated) implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.isMissing(this);
    }
  }

  /** {@code bin in bad_bins}, {@code ip in "10.0.0.0/8"}, {@code x not in list}. */
  record InList(Span span, Expression operand, Expression list, boolean negated)
      implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.inList(this);
    }
  }

  /** {@code country in ("NL", "BE")}. */
  record InValues(Span span, Expression operand, List<Expression> values, boolean negated)
      implements Expression {
    public InValues {
      values = List.copyOf(values);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.inValues(this);
    }
  }
}
