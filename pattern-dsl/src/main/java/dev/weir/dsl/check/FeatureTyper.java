package dev.weir.dsl.check;

import dev.weir.dsl.ast.Expression;
import dev.weir.dsl.ast.Name;
import dev.weir.dsl.diagnostic.Code;
import dev.weir.dsl.plan.Expr;
import dev.weir.dsl.plan.FeaturePlan;
import dev.weir.dsl.plan.ValueType;
import dev.weir.dsl.source.Span;
import dev.weir.event.EventType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Rolling features: what they keep, by which key they are fed and read. The same feature is one
 * plan. Throws {@link Findings.Rejected}.
 */
final class FeatureTyper {
  private static final long DAY_NS = 86_400_000_000_000L;
  private static final long LONG_WINDOW_NS = 7 * DAY_NS;
  private static final Set<String> FUNCTIONS =
      Set.of(
          "count", "sum", "avg", "min", "max", "stddev", "distinct", "first", "last", "percentile");

  private final Declarations declarations;
  private final Typer typer;
  private final List<FeaturePlan> features = new ArrayList<>();

  FeatureTyper(Declarations declarations, Typer typer) {
    this.declarations = declarations;
    this.typer = typer;
  }

  List<FeaturePlan> all() {
    return features;
  }

  /** Does work of which no feature comes. */
  void tryOut(Runnable work) {
    int before = features.size();
    try {
      work.run();
    } finally {
      features.subList(before, features.size()).clear();
    }
  }

  /** The number in front of a percentile. */
  private int percent(
      Expression.Feature feature, String function, Declarations.Selected fed, Scope scope) {
    boolean isPercentile = function.equals("percentile");
    if (feature.percent().isPresent() != isPercentile) {
      throw typer.wrong(
          scope,
          Code.W0302,
          feature.span(),
          "`" + function + (isPercentile ? "` needs a number" : "` takes no number"),
          "",
          "`" + function + (isPercentile ? "(99, " : "(") + fed.name() + ".field over …)`");
    }
    int percent = feature.percent().orElse(0);
    if (isPercentile && (percent < 1 || percent > 100)) {
      throw typer.wrong(
          scope, Code.W0302, feature.span(), "a percentile is one from 1 to 100", "", "");
    }
    return percent;
  }

  /** A rolling feature. */
  Expr feature(Expression.Feature feature, Scope scope) {
    String function = feature.function().text();
    if (!FUNCTIONS.contains(function)) {
      throw typer.wrong(
          scope,
          Code.W0204,
          feature.function().span(),
          "no function over a window is called `" + function + "`",
          "unknown function",
          Findings.didYouMean(function, FUNCTIONS));
    }
    Declarations.Selected fed = declarations.select(scope.source(), feature.type());
    int field = -1;
    ValueType type = ValueType.INT;
    if (feature.value().isPresent()) {
      field = typer.fieldIndex(fed.type(), feature.value().get(), scope);
      type = ValueType.of(fed.type().fields().get(field).type());
    }
    int percent = percent(feature, function, fed, scope);
    if (function.equals("count")) {
      if (feature.value().isPresent()) {
        String name = feature.value().get().text();
        throw typer.wrong(
            scope,
            Code.W0302,
            feature.value().get().span(),
            "`count` counts events, not values of a field",
            "leave it out",
            "`count(" + fed.name() + " where " + name + " is not missing over …)`");
      }
    } else if (field < 0) {
      throw typer.wrong(
          scope,
          Code.W0302,
          feature.type().span(),
          "`" + function + "` needs a field",
          "",
          "`" + function + "(" + fed.name() + ".field over …)`");
    }
    ValueType result = typer.aggregated(function, type, feature.span(), scope);
    long windowNs = feature.windowNs().orElse(FeaturePlan.EVER);
    if (windowNs == 0) {
      throw typer.wrong(scope, Code.W0403, feature.span(), "a window of no length", "", "");
    }
    long stepNs = feature.stepNs().orElse(0L);
    if (feature.stepNs().isPresent() && (stepNs == 0 || windowNs % stepNs != 0)) {
      throw typer.wrong(
          scope,
          Code.W0403,
          feature.span(),
          "the step must go into the window without a rest",
          "",
          "such as `over 30d step 1h`");
    }
    if (windowNs > LONG_WINDOW_NS && !feature.exact() && stepNs == 0) {
      throw typer.wrong(
          scope,
          Code.W0405,
          feature.span(),
          "a window above 7 days keeps every event of that time",
          "say that you want it",
          "write `exact` behind the duration, or `step 1h`");
    }
    if (windowNs == FeaturePlan.EVER) {
      requireKeep(fed.type(), feature.span(), scope);
    }
    List<Expr.EventField> readBy = readBy(feature, fed, scope);
    List<Integer> fedBy = new ArrayList<>();
    for (Name by : feature.by()) {
      fedBy.add(typer.fieldIndex(fed.type(), by, scope));
    }
    if (feature.by().isEmpty() && scope.key() != null) {
      fedBy = scope.key().fieldsOf(fed.name(), fed.type(), feature.type().span());
    }
    Scope filterScope =
        Scope.ofEvent(
            scope.source(), fed.type(), List.of(fed.name(), fed.type().name()), scope.key());
    Optional<Expr> filter = typer.conditions(fed, feature.where(), filterScope);
    int id =
        intern(
            FeaturePlan.Function.valueOf(function.toUpperCase(java.util.Locale.ROOT)),
            fed.type(),
            field,
            filter,
            fedBy,
            percent,
            windowNs,
            stepNs,
            scope);
    return new Expr.FeatureValue(result, id, feature.beforeThis(), readBy);
  }

  private List<Expr.EventField> readBy(
      Expression.Feature feature, Declarations.Selected fed, Scope scope) {
    List<Expr.EventField> fields = new ArrayList<>();
    for (Name by : feature.by()) {
      EventType event = scope.event();
      if (event == null) {
        throw typer.wrong(
            scope,
            Code.W0401,
            by.span(),
            "a feature with its own key has no event here",
            "",
            "leave `by` out: the rule's key is used");
      }
      Expr.EventField read = Typer.field(event, typer.fieldIndex(event, by, scope));
      ValueType fedType =
          ValueType.of(fed.type().fields().get(typer.fieldIndex(fed.type(), by, scope)).type());
      if (!fedType.equals(read.type())) {
        throw typer.wrong(
            scope,
            Code.W0402,
            by.span(),
            "the key is " + fedType + " in `" + fed.name() + "`",
            "is " + read.type() + " here",
            "");
      }
      fields.add(read);
    }
    return fields;
  }

  /** {@code prev(T).field}. */
  Expr previous(Expression.Previous previous, Name field, Scope scope) {
    Declarations.Selected fed = declarations.select(scope.source(), previous.type());
    int index = typer.fieldIndex(fed.type(), field, scope);
    requireKeep(fed.type(), previous.span(), scope);
    RuleKey key = scope.key();
    List<Integer> fedBy =
        key == null ? List.of() : key.fieldsOf(fed.name(), fed.type(), previous.type().span());
    Optional<Expr> filter =
        typer.conditions(
            fed,
            Optional.empty(),
            Scope.ofEvent(scope.source(), fed.type(), List.of(fed.name()), key));
    int id =
        intern(
            FeaturePlan.Function.PREV,
            fed.type(),
            index,
            filter,
            fedBy,
            0,
            FeaturePlan.EVER,
            0,
            scope);
    return new Expr.FeatureValue(
        ValueType.of(fed.type().fields().get(index).type()), id, true, List.of());
  }

  /** The time of the key's last event that passes, strictly before the event at hand. */
  Expr lastSeen(dev.weir.dsl.ast.Clause.Selector selector, Scope scope) {
    Declarations.Selected seen = declarations.select(scope.source(), selector.type());
    requireKeep(seen.type(), selector.type().span(), scope);
    RuleKey key = java.util.Objects.requireNonNull(scope.key());
    List<Integer> by = key.fieldsOf(seen.name(), seen.type(), selector.type().span());
    Scope own =
        Scope.ofEvent(scope.source(), seen.type(), List.of(seen.name(), seen.type().name()), key);
    Optional<Expr> filter = typer.conditions(seen, selector.where(), own);
    int id =
        intern(
            FeaturePlan.Function.PREV,
            seen.type(),
            seen.type().timeField(),
            filter,
            by,
            0,
            FeaturePlan.EVER,
            0,
            scope);
    return new Expr.FeatureValue(ValueType.TIME, id, true, List.of());
  }

  private void requireKeep(EventType type, Span span, Scope scope) {
    if (type.keepNs() == EventType.KEEP_NONE) {
      throw typer.wrong(
          scope,
          Code.W0404,
          span,
          "`" + type.name() + "` does not say how long a silent key is remembered",
          "would be kept for ever",
          "add `keep 400d` behind the event's `}`");
    }
  }

  private int intern(
      FeaturePlan.Function function,
      EventType type,
      int field,
      Optional<Expr> filter,
      List<Integer> keyFields,
      int percent,
      long windowNs,
      long stepNs,
      Scope scope) {
    boolean onArrival = scope.key() != null && scope.key().isOnArrival();
    for (FeaturePlan known : features) {
      if (known.function() == function
          && known.typeId() == type.typeId()
          && known.field() == field
          && known.filter().equals(filter)
          && known.keyFields().equals(keyFields)
          && known.percent() == percent
          && known.windowNs() == windowNs
          && known.stepNs() == stepNs
          && known.onArrival() == onArrival) {
        return known.id();
      }
    }
    features.add(
        new FeaturePlan(
            features.size(),
            function,
            type.typeId(),
            field,
            filter,
            keyFields,
            percent,
            windowNs,
            stepNs,
            type.keepNs(),
            onArrival));
    return features.size() - 1;
  }
}
