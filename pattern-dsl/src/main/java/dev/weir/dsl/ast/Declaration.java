package dev.weir.dsl.ast;

import dev.weir.dsl.source.Span;
import java.util.List;
import java.util.Optional;

/** What stands at the top of a rule file. */
public sealed interface Declaration {
  Span span();

  Name name();

  <R> R accept(Visitor<R> visitor);

  /** One method for each kind of declaration. */
  interface Visitor<R> {
    R event(Event event);

    R define(Define define);

    R list(ListDeclaration list);

    R param(Param param);

    R let(Let let);

    R rule(Rule rule);

    R test(Test test);
  }

  /**
   * {@code event Payment { … } late 30s to side keep 400d}.
   *
   * @param tieBreak the name behind {@code at time, then …}
   * @param lateness duration behind {@code late}, in nanoseconds
   * @param drop true for {@code to drop}, false for {@code to side}
   * @param keep duration behind {@code keep}, in nanoseconds
   */
  record Event(
      Span span,
      Name name,
      List<FieldDeclaration> fields,
      Optional<Name> tieBreak,
      Optional<Long> lateness,
      boolean drop,
      Optional<Long> keep)
      implements Declaration {
    public Event {
      fields = List.copyOf(fields);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.event(this);
    }
  }

  /**
   * {@code card text? pii from "cardNumber" in epoch ms}.
   *
   * @param optional a {@code ?} stands behind the type
   * @param idHorizon duration behind {@code id within}, in nanoseconds
   * @param source column or JSON path behind {@code from}
   * @param timeUnit {@code s ms us ns} behind {@code in epoch}
   * @param zone the text behind {@code in zone}
   */
  record FieldDeclaration(
      Span span,
      Name name,
      TypeName type,
      boolean optional,
      boolean pii,
      Optional<Long> idHorizon,
      Optional<String> source,
      Optional<String> timeUnit,
      Optional<String> zone) {}

  /**
   * {@code define Small = Payment where amount < 5}; the base is an event type or another define.
   */
  record Define(Span span, Name name, Name base, Optional<Expression> where)
      implements Declaration {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.define(this);
    }
  }

  /** {@code list bins text from "bins.csv"} or {@code list bins text { "a", "b" }}. */
  record ListDeclaration(
      Span span, Name name, TypeName type, Optional<String> file, List<Expression> values)
      implements Declaration {
    public ListDeclaration {
      values = List.copyOf(values);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.list(this);
    }
  }

  /** {@code param probe_limit money = 5.00 in 1.00 .. 50.00}. */
  record Param(
      Span span,
      Name name,
      TypeName type,
      Expression value,
      Optional<Expression> least,
      Optional<Expression> greatest)
      implements Declaration {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.param(this);
    }
  }

  /** {@code let usual = avg(Payment.amount over 30d exact by card before this)}. */
  record Let(Span span, Name name, Expression value) implements Declaration {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.let(this);
    }
  }

  /** A rule; its clauses in the order written. The checker sees to it that each stands once. */
  record Rule(Span span, Name name, List<Clause> clauses) implements Declaration {
    public Rule {
      clauses = List.copyOf(clauses);
    }

    /** The first clause of this kind. */
    public <C extends Clause> Optional<C> clause(Class<C> kind) {
      for (Clause clause : clauses) {
        if (kind.isInstance(clause)) {
          return Optional.of(kind.cast(clause));
        }
      }
      return Optional.empty();
    }

    /** All clauses of this kind, in order. */
    public <C extends Clause> List<C> clauses(Class<C> kind) {
      return clauses.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.rule(this);
    }
  }

  /**
   * {@code test "classic" for card_testing { … }}.
   *
   * @param name the text behind {@code test}
   * @param rules the rules that are tested; alerts of others are not looked at
   */
  record Test(Span span, Name name, List<Name> rules, List<TestLine> lines) implements Declaration {
    public Test {
      rules = List.copyOf(rules);
      lines = List.copyOf(lines);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.test(this);
    }
  }
}
