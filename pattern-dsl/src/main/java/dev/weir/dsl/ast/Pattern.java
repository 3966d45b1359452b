package dev.weir.dsl.ast;

import dev.weir.dsl.source.Span;
import java.util.List;
import java.util.Optional;

/** A pattern of a {@code match} clause. Durations are nanoseconds. */
public sealed interface Pattern {
  Span span();

  <R> R accept(Visitor<R> visitor);

  /** One method for each kind of pattern. */
  interface Visitor<R> {
    R step(Step step);

    R group(Group group);

    R sequence(Sequence sequence);

    R allOf(AllOf allOf);

    R oneOf(OneOf oneOf);

    R someOf(SomeOf someOf);

    R absence(Absence absence);

    R lowRate(LowRate lowRate);
  }

  /**
   * {@code probe: Small {3..50} where … require … with n = count(…)}.
   *
   * @param name the name before the colon; without it the step cannot be referred to
   * @param type an event type or a define
   * @param after {@code after no X for d} before the step; on a first step only
   * @param where selects events
   * @param require ends the partial match where it is false
   * @param bindings values taken when the step takes an event
   */
  record Step(
      Span span,
      Optional<Name> name,
      Name type,
      Optional<AfterNo> after,
      Optional<Loop> loop,
      Optional<Expression> where,
      Optional<Expression> require,
      List<Binding> bindings)
      implements Pattern {
    public Step {
      bindings = List.copyOf(bindings);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.step(this);
    }
  }

  /** {@code with n = count(Login over 1h)}. */
  record Binding(Span span, Name name, Expression value) {}

  /** {@code after no Payment where … for 90d, or never}. */
  record AfterNo(Span span, Clause.Selector selector, long durationNs, boolean orNever) {}

  /** {@code ( in: Credit then out: Debit ) {2..} as hop}. Without a loop it only brackets. */
  record Group(Span span, Pattern body, Optional<Loop> loop, Optional<Name> name)
      implements Pattern {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.group(this);
    }
  }

  /** {@code first then … then …}; at least one link. */
  record Sequence(Span span, Pattern first, List<Link> links) implements Pattern {
    public Sequence {
      links = List.copyOf(links);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.sequence(this);
    }
  }

  /** One edge of a sequence and what it leads to. */
  record Link(Span span, Edge edge, Pattern to) {}

  /**
   * {@code then (without X) … within 5m of login}.
   *
   * @param scope of {@code then next}; empty for the others
   * @param without what must not come in between
   * @param bounds written behind the step that the edge leads to
   */
  record Edge(
      Span span,
      Kind kind,
      Optional<Scope> scope,
      Optional<Maybe> maybe,
      List<Clause.Selector> without,
      List<Bound> bounds) {
    /** How the next event is chosen. */
    public enum Kind {
      THEN,
      THEN_ANY,
      THEN_NEXT
    }

    public Edge {
      without = List.copyOf(without);
      bounds = List.copyOf(bounds);
    }

    /** Plain {@code then}. */
    public static Edge then(Span span) {
      return new Edge(span, Kind.THEN, Optional.empty(), Optional.empty(), List.of(), List.of());
    }
  }

  /**
   * {@code maybe} and, for a closing one, when it fires.
   *
   * @param bothWays {@code both ways}
   * @param closing as for a closing loop; empty in the middle of a pattern
   */
  record Maybe(Span span, boolean bothWays, Optional<Closing> closing) {}

  /** {@code among A, B} or {@code among all}. */
  record Scope(Span span, boolean all, List<Name> types) {
    public Scope {
      types = List.copyOf(types);
    }
  }

  /** {@code within 5m of login} or {@code at least 3m after login}. */
  record Bound(Span span, Kind kind, long durationNs, Name step) {
    /** Which side is bounded. */
    public enum Kind {
      WITHIN,
      AT_LEAST
    }
  }

  /**
   * {@code {3..50} longest gap < 5m rising by amount until … when quiet for 2m}.
   *
   * @param max {@link #UNBOUNDED} for {@code {n..}}
   * @param subsetLimit the limit of {@code every subset limit n}
   * @param adjacent scope of {@code adjacent}; empty: gaps allowed
   * @param gapNs exclusive bound of {@code gap <}
   */
  record Loop(
      Span span,
      int min,
      int max,
      Mode mode,
      Optional<Integer> subsetLimit,
      Optional<Scope> adjacent,
      Optional<Expression> until,
      Optional<Trend> trend,
      Optional<Long> gapNs,
      Optional<Closing> closing) {
    public static final int UNBOUNDED = Integer.MAX_VALUE;

    /** Which of the possible numbers of iterations are matches. */
    public enum Mode {
      LONGEST,
      SHORTEST,
      EVERY_PREFIX,
      EVERY_SUBSET
    }

    /** {@code {min..max}} with nothing behind it. */
    public static Loop of(Span span, int min, int max) {
      return new Loop(
          span,
          min,
          max,
          Mode.LONGEST,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());
    }
  }

  /** {@code rising by amount} or {@code falling by amount}: each strictly beyond the one before. */
  record Trend(Span span, boolean rising, Name field) {}

  /**
   * When a pattern that ends in a loop or a {@code maybe} fires.
   *
   * @param quietNs of {@code when quiet for}
   */
  record Closing(Span span, Kind kind, Optional<Long> quietNs) {
    /** The words. */
    public enum Kind {
      FIRST,
      EACH,
      WHEN_QUIET,
      AT_END
    }
  }

  /** {@code all of { a: A; b: B then c: C }}. */
  record AllOf(Span span, List<Pattern> branches) implements Pattern {
    public AllOf {
      branches = List.copyOf(branches);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.allOf(this);
    }
  }

  /** {@code one of { a: A or b: B }}. */
  record OneOf(Span span, List<Pattern> branches) implements Pattern {
    public OneOf {
      branches = List.copyOf(branches);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.oneOf(this);
    }
  }

  /** {@code 2 of { a: A; b: B; c: C }}. */
  record SomeOf(Span span, int count, List<Pattern> branches) implements Pattern {
    public SomeOf {
      branches = List.copyOf(branches);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.someOf(this);
    }
  }

  /** {@code no Confirm where … for 30m}; only behind the last {@code then}. */
  record Absence(Span span, Clause.Selector selector, long durationNs) implements Pattern {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.absence(this);
    }
  }

  /**
   * {@code fewer than 3 Heartbeat in 5m [for keys in LIST]}; the whole pattern.
   *
   * @param keys the list that names the keys to watch; empty: keys seen before
   */
  record LowRate(
      Span span, long count, Clause.Selector selector, long windowNs, Optional<Name> keys)
      implements Pattern {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.lowRate(this);
    }
  }
}
