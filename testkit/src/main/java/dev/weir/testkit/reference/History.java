package dev.weir.testkit.reference;

import dev.weir.dsl.ast.Clause;
import dev.weir.dsl.ast.Declaration;
import dev.weir.dsl.ast.Expression;
import dev.weir.dsl.ast.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All events of one mode so far, and rolling features over them: each is counted anew from the
 * whole past whenever it is asked for.
 */
final class History {
  private final RuleSet set;
  private final Evaluator evaluator;
  private final List<Ev> events = new ArrayList<>();

  History(RuleSet set, Evaluator evaluator) {
    this.set = set;
    this.evaluator = evaluator;
  }

  void add(Ev event) {
    events.add(event);
  }

  int size() {
    return events.size();
  }

  /** The value of a feature, or null where it is missing. */
  @Nullable Value feature(Expression.Feature feature, Scope scope) {
    List<Value> key = keyOf(feature, scope);
    if (key == null) {
      return null;
    }
    Ev now = scope.at().event();
    List<Ev> inside = new ArrayList<>();
    for (Ev event : kept(feature, key, scope)) {
      if (isInside(feature, event, scope.at().timeNs(), now == null)
          && !(feature.beforeThis() && event.equals(now))
          && passes(feature, event, scope)) {
        inside.add(event);
      }
    }
    String function = feature.function().text();
    if (feature.value().isEmpty()) {
      return Value.number(inside.size(), 0);
    }
    String field = feature.value().get().text();
    List<@Nullable Value> values = new ArrayList<>();
    inside.forEach(e -> values.add(e.value(field)));
    Declaration.Event base = base(feature.type());
    if (function.equals("percentile")) {
      return evaluator
          .totals()
          .percentile(feature.percent().orElseThrow(), values, scaleOf(base, field));
    }
    return evaluator.totals().of(function, values, zeroOf(base, field));
  }

  private Declaration.Event base(Name name) {
    return java.util.Objects.requireNonNull(set.base(name.text()));
  }

  private static int scaleOf(Declaration.Event type, String field) {
    return type.fields().stream()
        .filter(f -> f.name().text().equals(field))
        .mapToInt(f -> Literals.scale(f.type()))
        .findFirst()
        .orElse(0);
  }

  /** What the sum over nothing of a field is. */
  static Value zeroOf(Declaration.Event type, String field) {
    boolean isDuration =
        type.fields().stream()
            .anyMatch(f -> f.name().text().equals(field) && f.type().word().equals("duration"));
    return isDuration ? new Value.Span(0) : Value.number(0, scaleOf(type, field));
  }

  private static @Nullable List<Value> keyOf(Expression.Feature feature, Scope scope) {
    if (feature.by().isEmpty()) {
      return scope.key();
    }
    Ev event = scope.event();
    return event == null ? null : valuesOf(event, feature.by());
  }

  private static @Nullable List<Value> valuesOf(Ev event, List<Name> fields) {
    List<Value> values = new ArrayList<>();
    for (Name field : fields) {
      Value value = event.value(field.text());
      if (value == null) {
        return null;
      }
      values.add(value);
    }
    return values;
  }

  /** Events of the type and key that are not forgotten. */
  private List<Ev> kept(Expression.Feature feature, List<Value> key, Scope scope) {
    List<Ev> ofKey = new ArrayList<>();
    Declaration.Event base = base(feature.type());
    for (Ev event : events) {
      if (set.isOfType(event, feature.type().text())) {
        List<Value> its =
            feature.by().isEmpty()
                ? scope.def().key(event, feature.type().text())
                : valuesOf(event, feature.by());
        if (key.equals(its)) {
          ofKey.add(event);
        }
      }
    }
    return feature.windowNs().isPresent() ? ofKey : sinceSilence(ofKey, base, scope);
  }

  /**
   * What {@code keep} leaves: nothing from before the last time the key was silent for as long. The
   * event at hand ends a silence.
   */
  private static List<Ev> sinceSilence(List<Ev> ofKey, Declaration.Event type, Scope scope) {
    long keepNs = type.keep().orElse(Long.MAX_VALUE);
    List<Ev> left = new ArrayList<>();
    long lastNs = Long.MIN_VALUE;
    for (Ev event : ofKey) {
      if (!left.isEmpty() && event.timeNs() - lastNs >= keepNs) {
        left.clear();
      }
      left.add(event);
      lastNs = event.timeNs();
    }
    boolean isSilent = !left.isEmpty() && scope.at().timeNs() - lastNs >= keepNs;
    return isSilent ? List.of() : left;
  }

  private static boolean isInside(
      Expression.Feature feature, Ev event, long nowNs, boolean isDeadline) {
    if (isDeadline && event.timeNs() >= nowNs) {
      return false;
    }
    if (feature.windowNs().isEmpty()) {
      return true;
    }
    long windowNs = feature.windowNs().get();
    if (feature.stepNs().isPresent()) {
      long stepNs = feature.stepNs().get();
      long piece = Math.floorDiv(event.timeNs(), stepNs);
      return piece > Math.floorDiv(nowNs, stepNs) - windowNs / stepNs;
    }
    return nowNs - event.timeNs() < windowNs;
  }

  /** The conditions of the defines and the filter, on the event alone. */
  private boolean passes(Expression.Feature feature, Ev event, Scope scope) {
    Scope own = Scope.ofEvent(scope.def(), this, scope.key(), At.event(event), event);
    return evaluator.isOf(feature.type().text(), event, own)
        && feature.where().map(w -> evaluator.holds(w, own)).orElse(true);
  }

  /**
   * The latest event of the type or define strictly before the event at hand, by the rule's key.
   */
  @Nullable Ev previous(String type, Scope scope) {
    return last(type, Optional.empty(), scope);
  }

  /** The latest event that a selector lets through strictly before the event at hand. */
  Optional<Ev> lastBefore(Clause.Selector selector, Scope scope) {
    return Optional.ofNullable(last(selector.type().text(), selector.where(), scope));
  }

  private @Nullable Ev last(String type, Optional<Expression> where, Scope scope) {
    Ev now = scope.at().event();
    List<Ev> ofKey = new ArrayList<>();
    Declaration.Event base = java.util.Objects.requireNonNull(set.base(type));
    for (Ev event : events) {
      boolean isBefore = now == null ? event.timeNs() < scope.at().timeNs() : !event.equals(now);
      if (isBefore
          && set.isOfType(event, type)
          && scope.key().equals(scope.def().key(event, type))) {
        ofKey.add(event);
      }
    }
    List<Ev> left = sinceSilence(ofKey, base, scope);
    for (int i = left.size() - 1; i >= 0; i--) {
      Ev event = left.get(i);
      Scope own = Scope.ofEvent(scope.def(), this, scope.key(), At.event(event), event);
      if (evaluator.isOf(type, event, own)
          && where.map(w -> evaluator.holds(w, own)).orElse(true)) {
        return event;
      }
    }
    return null;
  }
}
