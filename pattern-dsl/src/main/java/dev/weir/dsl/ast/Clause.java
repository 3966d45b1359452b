package dev.weir.dsl.ast;

import dev.weir.dsl.source.Span;
import java.util.List;
import java.util.Optional;

/** A clause of a rule; begins with its keyword. Durations are nanoseconds. */
public sealed interface Clause {
  Span span();

  <R> R accept(Visitor<R> visitor);

  /** One method for each kind of clause. */
  interface Visitor<R> {
    R about(About clause);

    R owner(Owner clause);

    R tags(Tags clause);

    R severity(Severity clause);

    R by(By clause);

    R onArrival(OnArrival clause);

    R when(When clause);

    R match(Match clause);

    R without(Without clause);

    R unless(Unless clause);

    R within(Within clause);

    R onlyDuring(OnlyDuring clause);

    R starts(Starts clause);

    R pick(Pick clause);

    R afterMatch(AfterMatch clause);

    R fire(Fire clause);

    R alert(Alert clause);

    R stage(Stage clause);

    R onTimeout(OnTimeout clause);

    R decide(Decide clause);

    R suppress(Suppress clause);

    R status(Status clause);

    R onUpdate(OnUpdate clause);

    R budget(Budget clause);

    R valid(Valid clause);
  }

  /** {@code about "…"}. */
  record About(Span span, String text) implements Clause {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.about(this);
    }
  }

  /** {@code owner "cards-fraud"}. */
  record Owner(Span span, String text) implements Clause {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.owner(this);
    }
  }

  /** {@code tags card_testing, "F1012"}. */
  record Tags(Span span, List<String> tags) implements Clause {
    public Tags {
      tags = List.copyOf(tags);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.tags(this);
    }
  }

  /** {@code severity low|medium|high|critical}. */
  record Severity(Span span, Name level) implements Clause {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.severity(this);
    }
  }

  /** {@code by card}, {@code by (card, merchant)}, {@code by In.payee = Out.payer}. */
  record By(Span span, List<KeyPart> parts) implements Clause {
    public By {
      parts = List.copyOf(parts);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.by(this);
    }
  }

  /**
   * One part of a key: the same field name in every type, or one field for each type or define.
   *
   * @param fields one plain name (type empty), or several with the type or define before the dot
   */
  record KeyPart(Span span, List<KeyField> fields) {
    public KeyPart {
      fields = List.copyOf(fields);
    }
  }

  /** {@code card} or {@code Payment.card}. */
  record KeyField(Span span, Optional<Name> type, Name field) {}

  /** {@code on arrival}. */
  record OnArrival(Span span) implements Clause {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.onArrival(this);
    }
  }

  /**
   * {@code when on Payment on rising count(Payment over 5m) >= 10}.
   *
   * @param on the types behind {@code on}; empty: those that the condition mentions
   */
  record When(Span span, List<Name> on, boolean rising, Expression condition) implements Clause {
    public When {
      on = List.copyOf(on);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.when(this);
    }
  }

  /** {@code match a: A then b: B …}. */
  record Match(Span span, Pattern pattern) implements Clause {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.match(this);
    }
  }

  /** {@code without Reversal where …}. May stand several times. */
  record Without(Span span, Selector selector) implements Clause {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.without(this);
    }
  }

  /** {@code unless Chargeback where …}. May stand several times. */
  record Unless(Span span, Selector selector) implements Clause {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.unless(this);
    }
  }

  /** {@code within 10m}. */
  record Within(Span span, long durationNs) implements Clause {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.within(this);
    }
  }

  /** {@code only during hour(at) >= 22 …}: a condition on each event. */
  record OnlyDuring(Span span, Expression condition) implements Clause {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.onlyDuring(this);
    }
  }

  /** {@code starts every | one open at a time | once}. */
  record Starts(Span span, Kind kind) implements Clause {
    /** How many partial matches of a rule and key may be open. */
    public enum Kind {
      EVERY,
      ONE_OPEN_AT_A_TIME,
      ONCE
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.starts(this);
    }
  }

  /** {@code pick first | last | longest | shortest | all [limit n] | totals}. */
  record Pick(Span span, Kind kind, Optional<Integer> limit) implements Clause {
    /** Which matches of one rule, key and instant are alerted. */
    public enum Kind {
      FIRST,
      LAST,
      LONGEST,
      SHORTEST,
      ALL,
      TOTALS
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.pick(this);
    }
  }

  /**
   * {@code after match consume all | consume start | consume none | restart | resume at first x |
   * resume at last x}.
   *
   * @param step the step behind {@code resume at first|last}
   */
  record AfterMatch(Span span, Kind kind, Optional<Name> step) implements Clause {
    /** What happens to the events of an alerted match. */
    public enum Kind {
      CONSUME_ALL,
      CONSUME_START,
      CONSUME_NONE,
      RESTART,
      RESUME_AT_FIRST,
      RESUME_AT_LAST
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.afterMatch(this);
    }
  }

  /** {@code fire prompt | settled | in order}. */
  record Fire(Span span, Kind kind) implements Clause {
    /** When a completed match is alerted. */
    public enum Kind {
      PROMPT,
      SETTLED,
      IN_ORDER
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.fire(this);
    }
  }

  /** {@code alert "Card {card}" { score 80, spent: sum(probe.amount) }}. */
  record Alert(Span span, AlertBody body) implements Clause {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.alert(this);
    }
  }

  /** The text and the values of an alert. */
  record AlertBody(Span span, Template text, Optional<Expression> score, List<AlertField> fields) {
    public AlertBody {
      fields = List.copyOf(fields);
    }
  }

  /** {@code spent: sum(probe.amount)}. */
  record AlertField(Span span, Name name, Expression value) {}

  /** A text with holes; the parts in order. */
  record Template(Span span, List<TemplatePart> parts) {
    public Template {
      parts = List.copyOf(parts);
    }
  }

  /** A piece of text, or the expression of a hole. Exactly one of the two is there. */
  record TemplatePart(Span span, String text, Optional<Expression> hole) {}

  /**
   * {@code stage warn after probe {2} alert "…"}.
   *
   * @param count the number in braces: how many events the step has; 1 unless told
   */
  record Stage(Span span, Name name, Name step, int count, AlertBody body) implements Clause {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.stage(this);
    }
  }

  /** {@code on timeout alert "…"}. */
  record OnTimeout(Span span, AlertBody body) implements Clause {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.onTimeout(this);
    }
  }

  /** {@code decide review}. */
  record Decide(Span span, Name decision) implements Clause {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.decide(this);
    }
  }

  /**
   * {@code suppress 1h by card}.
   *
   * @param by key parts or alert fields; empty: the rule's key
   */
  record Suppress(Span span, long durationNs, List<Name> by) implements Clause {
    public Suppress {
      by = List.copyOf(by);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.suppress(this);
    }
  }

  /**
   * {@code status off | shadow | canary 5% | live | retired}.
   *
   * @param canary percent, with {@code canary} only
   */
  record Status(Span span, Name status, Optional<Integer> canary) implements Clause {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.status(this);
    }
  }

  /** {@code on update finish | carry | rebuild | discard}. */
  record OnUpdate(Span span, Name mode) implements Clause {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.onUpdate(this);
    }
  }

  /**
   * {@code budget 2_000 partials per key, drop oldest}.
   *
   * @param unit {@code partials}, {@code events} or {@code keys}
   * @param policy {@code drop oldest} or {@code refuse}
   */
  record Budget(Span span, long amount, String unit, boolean perKey, String policy)
      implements Clause {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.budget(this);
    }
  }

  /** {@code valid from "2026-01-01T00:00:00Z" to "2027-01-01T00:00:00Z"}. */
  record Valid(Span span, Optional<String> from, Optional<String> to) implements Clause {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.valid(this);
    }
  }

  /**
   * An event type or define with a condition, as in {@code without X where …}.
   *
   * @param type event type or define
   */
  record Selector(Span span, Name type, Optional<Expression> where) {}
}
