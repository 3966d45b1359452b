package dev.weir.dsl.check;

import dev.weir.dsl.diagnostic.Code;
import dev.weir.dsl.plan.Expr;
import dev.weir.dsl.plan.ValueType;
import dev.weir.dsl.source.SourceText;
import dev.weir.dsl.source.Span;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Finds conditions of one rule that can never hold or always hold: by the ranges that constants
 * give to fields of the event at hand and of the steps before it, by the values that a text may
 * have, by comparison with itself, and by the key that all events of a match share. It proves only
 * what these show; a condition that it passes may still never hold. Used for one rule, by one
 * thread; linear in the conditions.
 */
final class Conditions {
  /** What is known of a field: the least and greatest value in its own scale. */
  private record Range(long least, long greatest) {
    static final Range ALL = new Range(Long.MIN_VALUE, Long.MAX_VALUE);

    boolean isEmpty() {
      return least > greatest;
    }

    Range and(Range other) {
      return new Range(Math.max(least, other.least), Math.min(greatest, other.greatest));
    }
  }

  /** Fields of one event: ranges of ordered ones, the one value or the excluded ones of others. */
  private static final class Known {
    final Map<Integer, Range> ranges = new HashMap<>();
    final Map<Integer, Set<Expr.Constant>> allowed = new HashMap<>();
    final Map<Integer, Set<Expr.Constant>> excluded = new HashMap<>();
  }

  private final SourceText source;
  private final Findings findings;
  private final Function<Expr, Optional<Typer.Place>> places;
  private final Map<Integer, Known> steps = new HashMap<>();

  Conditions(SourceText source, Findings findings, Function<Expr, Optional<Typer.Place>> places) {
    this.source = source;
    this.findings = findings;
    this.places = places;
  }

  /**
   * Looks at the condition of a step, guard or {@code when}.
   *
   * @param step the step that takes events that pass; -1 for none
   * @param keyFields the fields of the event that are the rule's key, which each earlier step
   *     shares: by field the same field number in the step, see {@code stepKeys}
   * @param stepKeys key fields by step
   */
  void look(
      Optional<Expr> condition,
      Span span,
      int step,
      List<Integer> keyFields,
      Map<Integer, List<Integer>> stepKeys) {
    Known known = new Known();
    List<Expr> conjuncts = new ArrayList<>();
    condition.ifPresent(c -> split(c, conjuncts));
    boolean never = false;
    for (Expr conjunct : conjuncts) {
      if (!never && !narrow(conjunct, known)) {
        never = true;
        report(conjunct, span, "no event can pass: this contradicts what is asked before it");
      }
    }
    for (Expr conjunct : conjuncts) {
      Optional<Boolean> always = verdict(conjunct, known, keyFields, stepKeys);
      if (!never && always.isPresent() && !always.get()) {
        never = true;
        report(conjunct, span, "this condition can never hold");
      } else if (always.isPresent() && always.get()) {
        Typer.Place place = placeOf(conjunct, span);
        findings.warning(
            place.source(),
            Code.W0308,
            place.span(),
            "this condition always holds",
            "says nothing",
            "leave it out");
      }
    }
    if (step >= 0) {
      steps.put(step, known);
    }
  }

  private void report(Expr conjunct, Span span, String message) {
    Typer.Place place = placeOf(conjunct, span);
    findings.error(
        place.source(),
        Code.W0309,
        place.span(),
        message,
        "never true",
        "change it or leave it out");
  }

  private Typer.Place placeOf(Expr conjunct, Span otherwise) {
    return places.apply(conjunct).orElse(new Typer.Place(source, otherwise));
  }

  private static void split(Expr condition, List<Expr> conjuncts) {
    if (condition instanceof Expr.Logical logical && logical.and()) {
      logical.operands().forEach(operand -> split(operand, conjuncts));
    } else {
      conjuncts.add(condition);
    }
  }

  // ---- what constants say of fields

  /** Adds what a conjunct says; false if nothing is left of a field. */
  private static boolean narrow(Expr conjunct, Known known) {
    if (conjunct instanceof Expr.InValues in && in.operand() instanceof Expr.EventField field) {
      return allow(known, field, new HashSet<>(in.values()));
    }
    if (!(conjunct instanceof Expr.Compare compare)) {
      return true;
    }
    if (compare.left() instanceof Expr.EventField field
        && compare.right() instanceof Expr.Constant constant) {
      return narrow(known, field, compare.operator(), constant);
    }
    if (compare.right() instanceof Expr.EventField field
        && compare.left() instanceof Expr.Constant constant) {
      return narrow(known, field, turned(compare.operator()), constant);
    }
    return true;
  }

  private static boolean narrow(
      Known known, Expr.EventField field, Expr.Compare.Operator operator, Expr.Constant constant) {
    if (!isOrdered(field.type())) {
      if (operator == Expr.Compare.Operator.EQUAL) {
        return allow(known, field, new HashSet<>(Set.of(constant)));
      }
      known.excluded.computeIfAbsent(field.field(), f -> new HashSet<>()).add(constant);
      return isPossible(known, field);
    }
    if (constant.type().scale() != field.type().scale()) {
      return true;
    }
    long value = constant.value();
    Range range =
        switch (operator) {
          case EQUAL -> new Range(value, value);
          case NOT_EQUAL -> Range.ALL;
          case LESS -> new Range(Long.MIN_VALUE, value - 1);
          case LESS_OR_EQUAL -> new Range(Long.MIN_VALUE, value);
          case GREATER -> new Range(value + 1, Long.MAX_VALUE);
          case GREATER_OR_EQUAL -> new Range(value, Long.MAX_VALUE);
        };
    Range narrowed = known.ranges.getOrDefault(field.field(), Range.ALL).and(range);
    known.ranges.put(field.field(), narrowed);
    return !narrowed.isEmpty();
  }

  private static boolean allow(Known known, Expr.EventField field, Set<Expr.Constant> values) {
    if (isOrdered(field.type())) {
      long least = values.stream().mapToLong(Expr.Constant::value).min().orElse(Long.MIN_VALUE);
      long greatest = values.stream().mapToLong(Expr.Constant::value).max().orElse(Long.MAX_VALUE);
      Range narrowed =
          known.ranges.getOrDefault(field.field(), Range.ALL).and(new Range(least, greatest));
      known.ranges.put(field.field(), narrowed);
      return !narrowed.isEmpty();
    }
    known.allowed.merge(
        field.field(),
        values,
        (before, now) -> {
          Set<Expr.Constant> both = new HashSet<>(before);
          both.retainAll(now);
          return both;
        });
    return isPossible(known, field);
  }

  private static boolean isPossible(Known known, Expr.EventField field) {
    Set<Expr.Constant> allowed = known.allowed.get(field.field());
    return allowed == null
        || !known.excluded.getOrDefault(field.field(), Set.of()).containsAll(allowed);
  }

  private static boolean isOrdered(ValueType type) {
    return switch (type.kind()) {
      case INT, DECIMAL, TIME, DURATION -> true;
      case TEXT, RATIO, BOOL, GEO, IP -> false;
    };
  }

  private static Expr.Compare.Operator turned(Expr.Compare.Operator operator) {
    return switch (operator) {
      case EQUAL, NOT_EQUAL -> operator;
      case LESS -> Expr.Compare.Operator.GREATER;
      case LESS_OR_EQUAL -> Expr.Compare.Operator.GREATER_OR_EQUAL;
      case GREATER -> Expr.Compare.Operator.LESS;
      case GREATER_OR_EQUAL -> Expr.Compare.Operator.LESS_OR_EQUAL;
    };
  }

  // ---- verdicts

  /** Whether a conjunct is always or never true; empty if neither is known. */
  private Optional<Boolean> verdict(
      Expr conjunct, Known known, List<Integer> keyFields, Map<Integer, List<Integer>> stepKeys) {
    if (conjunct instanceof Expr.Constant constant) {
      return Optional.of(constant.value() != 0);
    }
    if (conjunct instanceof Expr.Not not) {
      return not.operand() instanceof Expr.Constant constant
          ? Optional.of(constant.value() == 0)
          : Optional.empty();
    }
    if (!(conjunct instanceof Expr.Compare compare)) {
      return Optional.empty();
    }
    Expr.Compare.Operator operator = compare.operator();
    if (compare.left().equals(compare.right())) {
      // of a missing value even `x = x` is false, so only the contradictions are sure
      return switch (operator) {
        case NOT_EQUAL, LESS, GREATER -> Optional.of(false);
        case EQUAL, LESS_OR_EQUAL, GREATER_OR_EQUAL -> Optional.of(true);
      };
    }
    if (isKeyOfBoth(compare.left(), compare.right(), keyFields, stepKeys)
        || isKeyOfBoth(compare.right(), compare.left(), keyFields, stepKeys)) {
      return switch (operator) {
        case EQUAL, LESS_OR_EQUAL, GREATER_OR_EQUAL -> Optional.of(true);
        case NOT_EQUAL, LESS, GREATER -> Optional.of(false);
      };
    }
    if (compare.left() instanceof Expr.EventField && compare.right() instanceof Expr.Constant) {
      return Optional.empty(); // these made the ranges
    }
    if (compare.right() instanceof Expr.EventField && compare.left() instanceof Expr.Constant) {
      return Optional.empty();
    }
    return byRanges(operator, compare.left(), compare.right(), known);
  }

  private static boolean isKeyOfBoth(
      Expr mine, Expr other, List<Integer> keyFields, Map<Integer, List<Integer>> stepKeys) {
    if (!(mine instanceof Expr.EventField field) || !(other instanceof Expr.StepField of)) {
      return false;
    }
    List<Integer> theirs = stepKeys.getOrDefault(of.step(), List.of());
    int part = keyFields.indexOf(field.field());
    return part >= 0 && part < theirs.size() && theirs.get(part) == of.field();
  }

  private Optional<Boolean> byRanges(
      Expr.Compare.Operator operator, Expr left, Expr right, Known known) {
    Optional<Range> a = rangeOf(left, known);
    Optional<Range> b = rangeOf(right, known);
    if (a.isEmpty() || b.isEmpty()) {
      return Optional.empty();
    }
    int aScale = left.type().scale();
    int bScale = right.type().scale();
    boolean allBelow = compare(a.get().greatest(), aScale, b.get().least(), bScale) < 0;
    boolean allAbove = compare(a.get().least(), aScale, b.get().greatest(), bScale) > 0;
    boolean noneAbove = compare(a.get().greatest(), aScale, b.get().least(), bScale) <= 0;
    boolean noneBelow = compare(a.get().least(), aScale, b.get().greatest(), bScale) >= 0;
    boolean isNever =
        switch (operator) {
          case EQUAL -> allBelow || allAbove;
          case NOT_EQUAL -> noneAbove && noneBelow;
          case LESS -> noneBelow;
          case LESS_OR_EQUAL -> allAbove;
          case GREATER -> noneAbove;
          case GREATER_OR_EQUAL -> allBelow;
        };
    boolean areConstants = left instanceof Expr.Constant && right instanceof Expr.Constant;
    return isNever ? Optional.of(false) : areConstants ? Optional.of(true) : Optional.empty();
  }

  private static int compare(long a, int aScale, long b, int bScale) {
    return BigDecimal.valueOf(a, aScale).compareTo(BigDecimal.valueOf(b, bScale));
  }

  private Optional<Range> rangeOf(Expr expr, Known known) {
    if (!isOrdered(expr.type())) {
      return Optional.empty();
    }
    if (expr instanceof Expr.Constant constant) {
      return Optional.of(new Range(constant.value(), constant.value()));
    }
    if (expr instanceof Expr.EventField field) {
      return Optional.ofNullable(known.ranges.get(field.field()));
    }
    if (expr instanceof Expr.StepField field) {
      Known step = steps.get(field.step());
      return step == null ? Optional.empty() : Optional.ofNullable(step.ranges.get(field.field()));
    }
    return Optional.empty();
  }
}
