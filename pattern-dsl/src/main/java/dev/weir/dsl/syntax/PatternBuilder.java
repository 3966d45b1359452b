package dev.weir.dsl.syntax;

import static dev.weir.dsl.syntax.AstBuilder.name;
import static dev.weir.dsl.syntax.AstBuilder.optionalName;
import static dev.weir.dsl.syntax.AstBuilder.span;

import dev.weir.dsl.ast.Clause;
import dev.weir.dsl.ast.Expression;
import dev.weir.dsl.ast.Pattern;
import dev.weir.dsl.diagnostic.Code;
import dev.weir.dsl.source.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes patterns. */
final class PatternBuilder {
  private final Complaints complaints;
  private final ExpressionBuilder expressions;

  PatternBuilder(Complaints complaints, ExpressionBuilder expressions) {
    this.complaints = complaints;
    this.expressions = expressions;
  }

  Pattern lowRate(WeirParser.LowRateContext c) {
    return new Pattern.LowRate(
        span(c),
        complaints.integer(c.NUMBER().getSymbol()),
        expressions.selector(c.selector()),
        complaints.duration(c.DURATION().getSymbol()),
        optionalName(c.name()));
  }

  Pattern sequence(WeirParser.SequenceContext context) {
    if (context.part() instanceof WeirParser.StepPartContext step && step.step().scope() != null) {
      misplaced(span(step.step().scope()), "`among` belongs to `then next`, behind its step");
    }
    Pattern first = part(context.part());
    if (context.link().isEmpty()) {
      return first;
    }
    return new Pattern.Sequence(
        span(context), first, context.link().stream().map(this::link).toList());
  }

  private Pattern.Link link(WeirParser.LinkContext context) {
    Span span = span(context);
    Span word = span(context.getStart());
    if (context instanceof WeirParser.AbsenceLinkContext c) {
      Pattern.Edge edge =
          new Pattern.Edge(
              word,
              Pattern.Edge.Kind.THEN,
              Optional.empty(),
              Optional.empty(),
              without(c.without()),
              List.of());
      Clause.Selector selector = expressions.selector(c.selector());
      return new Pattern.Link(
          span,
          edge,
          new Pattern.Absence(
              selector.span(), selector, complaints.duration(c.DURATION().getSymbol())));
    }
    WeirParser.PartLinkContext c = (WeirParser.PartLinkContext) context;
    Pattern.Edge.Kind kind =
        c.kind == null
            ? Pattern.Edge.Kind.THEN
            : c.kind.getText().equals("any")
                ? Pattern.Edge.Kind.THEN_ANY
                : Pattern.Edge.Kind.THEN_NEXT;
    Optional<Pattern.Maybe> maybe = Optional.empty();
    if (c.maybe != null) {
      maybe =
          Optional.of(
              new Pattern.Maybe(
                  span(c.maybe),
                  c.both != null,
                  Optional.ofNullable(c.closing()).map(this::closing)));
    }
    if (c.maybe == null && c.both != null) {
      misplaced(span(c.both), "`both ways` belongs to `then maybe`");
    }
    if (c.maybe == null && c.closing() != null) {
      misplaced(span(c.closing()), "when a loop fires is said behind its braces, before `where`");
    }
    if (c.scope() != null
        && c.part() instanceof WeirParser.StepPartContext step
        && step.step().scope() != null) {
      misplaced(span(c.scope()), "`among` is said twice");
    }
    WeirParser.ScopeContext scope = c.scope();
    if (scope == null && c.part() instanceof WeirParser.StepPartContext step) {
      scope = step.step().scope();
    }
    Pattern.Edge edge =
        new Pattern.Edge(
            word,
            kind,
            Optional.ofNullable(scope).map(this::scope),
            maybe,
            without(c.without()),
            c.bound().stream().map(this::bound).toList());
    return new Pattern.Link(span, edge, part(c.part()));
  }

  private void misplaced(Span span, String message) {
    complaints.add(Code.W0008, span, message, "not here", "");
  }

  private List<Clause.Selector> without(List<WeirParser.WithoutContext> contexts) {
    return contexts.stream().map(c -> expressions.selector(c.selector())).toList();
  }

  private Pattern.Bound bound(WeirParser.BoundContext c) {
    return new Pattern.Bound(
        span(c),
        c.least == null ? Pattern.Bound.Kind.WITHIN : Pattern.Bound.Kind.AT_LEAST,
        complaints.duration(c.DURATION().getSymbol()),
        name(c.name()));
  }

  private Pattern.Scope scope(WeirParser.ScopeContext c) {
    return new Pattern.Scope(span(c), c.all != null, AstBuilder.names(c.name()));
  }

  private Pattern part(WeirParser.PartContext context) {
    Span span = span(context);
    if (context instanceof WeirParser.AllOfPartContext c) {
      return new Pattern.AllOf(span, c.sequence().stream().map(this::sequence).toList());
    }
    if (context instanceof WeirParser.OneOfPartContext c) {
      return new Pattern.OneOf(span, c.sequence().stream().map(this::sequence).toList());
    }
    if (context instanceof WeirParser.SomeOfPartContext c) {
      return new Pattern.SomeOf(
          span,
          complaints.integer(c.NUMBER().getSymbol()),
          c.sequence().stream().map(this::sequence).toList());
    }
    if (context instanceof WeirParser.GroupPartContext c) {
      return new Pattern.Group(
          span,
          sequence(c.sequence()),
          Optional.ofNullable(c.loop()).map(this::loop),
          optionalName(c.name()));
    }
    return step(((WeirParser.StepPartContext) context).step());
  }

  private Pattern.Step step(WeirParser.StepContext c) {
    return new Pattern.Step(
        span(c),
        Optional.ofNullable(c.label).map(AstBuilder::name),
        name(c.type),
        Optional.ofNullable(c.afterNo()).map(this::afterNo),
        Optional.ofNullable(c.loop()).map(this::loop),
        Optional.ofNullable(c.where).map(expressions::expression),
        Optional.ofNullable(c.require).map(expressions::expression),
        c.binding().stream()
            .map(
                b ->
                    new Pattern.Binding(
                        span(b), name(b.name()), expressions.expression(b.expression())))
            .toList());
  }

  private Pattern.AfterNo afterNo(WeirParser.AfterNoContext c) {
    return new Pattern.AfterNo(
        span(c),
        expressions.selector(c.selector()),
        complaints.duration(c.DURATION().getSymbol()),
        c.orNever != null);
  }

  private Pattern.Closing closing(WeirParser.ClosingContext c) {
    if (c.quiet != null) {
      return new Pattern.Closing(
          span(c),
          Pattern.Closing.Kind.WHEN_QUIET,
          Optional.of(complaints.duration(c.DURATION().getSymbol())));
    }
    Pattern.Closing.Kind kind =
        c.each != null
            ? Pattern.Closing.Kind.EACH
            : c.end != null ? Pattern.Closing.Kind.AT_END : Pattern.Closing.Kind.FIRST;
    return new Pattern.Closing(span(c), kind, Optional.empty());
  }

  private Pattern.Loop loop(WeirParser.LoopContext context) {
    Span span = span(context);
    int min = complaints.integer(context.min);
    int max =
        context.dots == null
            ? min
            : context.max == null ? Pattern.Loop.UNBOUNDED : complaints.integer(context.max);
    Pattern.Loop.Mode mode = Pattern.Loop.Mode.LONGEST;
    Optional<Integer> subsetLimit = Optional.empty();
    Optional<Pattern.Scope> adjacent = Optional.empty();
    Optional<Expression> until = Optional.empty();
    Optional<Pattern.Trend> trend = Optional.empty();
    Optional<Long> gapNs = Optional.empty();
    Optional<Pattern.Closing> closing = Optional.empty();
    List<Class<?>> seen = new ArrayList<>();
    for (WeirParser.LoopWordContext word : context.loopWord()) {
      boolean isMode =
          word instanceof WeirParser.LongestWordContext
              || word instanceof WeirParser.ShortestWordContext
              || word instanceof WeirParser.EveryPrefixWordContext
              || word instanceof WeirParser.EverySubsetWordContext;
      Class<?> kind = isMode ? Pattern.Loop.Mode.class : word.getClass();
      if (seen.contains(kind)) {
        complaints.add(
            Code.W0008, span(word), "said twice for one loop", "the second", "leave one out");
      }
      seen.add(kind);
      if (word instanceof WeirParser.ShortestWordContext) {
        mode = Pattern.Loop.Mode.SHORTEST;
      } else if (word instanceof WeirParser.EveryPrefixWordContext) {
        mode = Pattern.Loop.Mode.EVERY_PREFIX;
      } else if (word instanceof WeirParser.EverySubsetWordContext c) {
        mode = Pattern.Loop.Mode.EVERY_SUBSET;
        subsetLimit = Optional.ofNullable(c.NUMBER()).map(n -> complaints.integer(n.getSymbol()));
      } else if (word instanceof WeirParser.AdjacentWordContext c) {
        adjacent =
            Optional.of(
                c.scope() == null
                    ? new Pattern.Scope(span(c), false, List.of())
                    : scope(c.scope()));
      } else if (word instanceof WeirParser.UntilWordContext c) {
        until = Optional.of(expressions.expression(c.expression()));
      } else if (word instanceof WeirParser.TrendWordContext c) {
        trend =
            Optional.of(
                new Pattern.Trend(span(c), c.direction.getText().equals("rising"), name(c.name())));
      } else if (word instanceof WeirParser.GapWordContext c) {
        gapNs = Optional.of(complaints.duration(c.DURATION().getSymbol()));
      } else if (word instanceof WeirParser.ClosingWordContext c) {
        closing = Optional.of(closing(c.closing()));
      }
    }
    return new Pattern.Loop(
        span, min, max, mode, subsetLimit, adjacent, until, trend, gapNs, closing);
  }
}
