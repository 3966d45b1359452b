package dev.weir.dsl.plan;

import dev.weir.event.EventType;
import dev.weir.event.TimeZones;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Expressions of a plan as text, with the names of fields, steps, lists and parameters for their
 * numbers, and features written out where they are read.
 */
final class ExprText implements Expr.Visitor<String> {
  private final RuleSetPlan plan;
  private final @Nullable RulePlan rule;
  private final @Nullable EventType event;

  /**
   * Text of expressions at one place.
   *
   * @param rule whose steps and key are named; null in a feature's filter
   * @param event the type of the event at hand; null in the alert of a match
   */
  ExprText(RuleSetPlan plan, @Nullable RulePlan rule, @Nullable EventType event) {
    this.plan = plan;
    this.rule = rule;
    this.event = event;
  }

  String of(Expr expr) {
    return expr.accept(this);
  }

  /** In parentheses where it is made of parts. */
  private String part(Expr expr) {
    boolean isWhole =
        expr instanceof Expr.Arithmetic
            || expr instanceof Expr.Compare
            || expr instanceof Expr.TextTest
            || expr instanceof Expr.Logical
            || expr instanceof Expr.Not
            || expr instanceof Expr.IsMissing
            || expr instanceof Expr.InList
            || expr instanceof Expr.InValues;
    return isWhole ? "(" + of(expr) + ")" : of(expr);
  }

  @Override
  public String constant(Expr.Constant c) {
    return switch (c.type().kind()) {
      case TEXT, IP -> quoted(c.text());
      case INT, DECIMAL, RATIO -> BigDecimal.valueOf(c.value(), c.type().scale()).toPlainString();
      case BOOL -> c.value() == 0 ? "false" : "true";
      case TIME -> time(c.value());
      case DURATION -> DurationText.print(c.value());
      case GEO ->
          quoted(
              BigDecimal.valueOf(c.value() >> 32, 7).toPlainString()
                  + ","
                  + BigDecimal.valueOf(c.value() << 32 >> 32, 7).toPlainString());
    };
  }

  /** An instant in quotes. */
  static String time(long nanos) {
    return quoted(
        Instant.ofEpochSecond(
                Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L))
            .toString());
  }

  static String quoted(String text) {
    return '"'
        + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\t", "\\t")
        + '"';
  }

  @Override
  public String param(Expr.Param param) {
    return plan.params().get(param.param()).name();
  }

  @Override
  public String eventField(Expr.EventField field) {
    return event == null ? "field " + field.field() : event.fields().get(field.field()).name();
  }

  @Override
  public String keyPart(Expr.KeyPart part) {
    return "key." + (rule == null ? part.part() : rule.keyNames().get(part.part()));
  }

  @Override
  public String stepField(Expr.StepField field) {
    RulePlan.StepPlan step = step(field.step());
    boolean isEach = field.index() == Expr.StepField.EACH;
    String index = step.loop().isPresent() && !isEach ? "[" + field.index() + "]" : "";
    return stepName(step) + index + "." + fieldOf(step, field.field());
  }

  @Override
  public String loopValue(Expr.LoopValue value) {
    if (value.function() == Expr.LoopValue.Function.MATCHES) {
      return "count(matches)";
    }
    RulePlan.StepPlan step = step(value.step());
    return lower(value.function())
        + "("
        + stepName(step)
        + (value.field() < 0 ? "" : "." + fieldOf(step, value.field()))
        + ")";
  }

  private RulePlan.StepPlan step(int id) {
    if (rule != null && rule.body() instanceof RulePlan.Match match) {
      return match.steps().get(id);
    }
    throw new IllegalStateException("no step here: step=" + id);
  }

  static String stepName(RulePlan.StepPlan step) {
    return step.name().isEmpty() ? "step" + (step.id() + 1) : step.name();
  }

  private String fieldOf(RulePlan.StepPlan step, int field) {
    int type = java.util.Objects.requireNonNull(rule).roles().get(step.role()).typeId();
    return kept(step, plan.types().get(type), field);
  }

  /** The name of a kept field or bound value. */
  static String kept(RulePlan.StepPlan step, EventType type, int place) {
    int fields = type.fields().size();
    return place < fields
        ? type.fields().get(place).name()
        : step.bindings().get(place - fields).name();
  }

  @Override
  public String featureValue(Expr.FeatureValue value) {
    FeaturePlan feature = plan.features().get(value.feature());
    EventType fed = plan.types().get(feature.typeId());
    ExprText inside = new ExprText(plan, null, fed);
    String where = feature.filter().map(f -> " where " + inside.of(f)).orElse("");
    String keys = names(fed, feature.keyFields());
    String read = value.key().stream().map(this::eventField).collect(Collectors.joining(", "));
    String by = " by (" + keys + ")" + (read.isEmpty() ? "" : " of (" + read + ")");
    if (feature.function() == FeaturePlan.Function.PREV) {
      return "prev(" + fed.name() + where + by + ")." + fed.fields().get(feature.field()).name();
    }
    return lower(feature.function())
        + "("
        + (feature.percent() == 0 ? "" : feature.percent() + ", ")
        + fed.name()
        + (feature.field() < 0 ? "" : "." + fed.fields().get(feature.field()).name())
        + where
        + (feature.windowNs() == FeaturePlan.EVER
            ? " ever, kept " + DurationText.print(feature.keepNs())
            : " over "
                + DurationText.print(feature.windowNs())
                + (feature.stepNs() == 0 ? "" : " step " + DurationText.print(feature.stepNs())))
        + by
        + (value.before() ? " before this)" : ")");
  }

  static String names(EventType type, List<Integer> fields) {
    return fields.stream().map(f -> type.fields().get(f).name()).collect(Collectors.joining(", "));
  }

  static String lower(Enum<?> word) {
    return word.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String arithmetic(Expr.Arithmetic a) {
    String sign =
        switch (a.operator()) {
          case PLUS -> " + ";
          case MINUS -> " - ";
          case TIMES -> " * ";
          case DIVIDE -> " / ";
        };
    return part(a.left()) + sign + part(a.right());
  }

  @Override
  public String negate(Expr.Negate negate) {
    return "-" + part(negate.operand());
  }

  @Override
  public String compare(Expr.Compare compare) {
    String sign =
        switch (compare.operator()) {
          case EQUAL -> " = ";
          case NOT_EQUAL -> " != ";
          case LESS -> " < ";
          case LESS_OR_EQUAL -> " <= ";
          case GREATER -> " > ";
          case GREATER_OR_EQUAL -> " >= ";
        };
    return part(compare.left()) + sign + part(compare.right());
  }

  @Override
  public String textTest(Expr.TextTest test) {
    return part(test.left())
        + " "
        + lower(test.operator()).replace('_', ' ')
        + " "
        + part(test.right());
  }

  @Override
  public String logical(Expr.Logical logical) {
    return logical.operands().stream()
        .map(this::part)
        .collect(Collectors.joining(logical.and() ? " and " : " or "));
  }

  @Override
  public String not(Expr.Not not) {
    return "not " + part(not.operand());
  }

  @Override
  public String isMissing(Expr.IsMissing isMissing) {
    return part(isMissing.operand()) + " is missing";
  }

  @Override
  public String inList(Expr.InList inList) {
    return part(inList.operand()) + " in " + plan.lists().get(inList.list()).name();
  }

  @Override
  public String inValues(Expr.InValues inValues) {
    return part(inValues.operand())
        + " in ("
        + inValues.values().stream().map(this::of).collect(Collectors.joining(", "))
        + ")";
  }

  @Override
  public String call(Expr.Call call) {
    List<Expr> arguments = call.arguments();
    if (call.function() == Expr.Call.Function.IN_NETWORK) {
      return part(arguments.get(0)) + " in " + of(arguments.get(1));
    }
    boolean isZoned =
        call.function() == Expr.Call.Function.HOUR
            || call.function() == Expr.Call.Function.WEEKDAY
            || call.function() == Expr.Call.Function.DAY;
    return lower(call.function())
        + arguments.stream().map(this::of).collect(Collectors.joining(", ", "(", ")"))
        + (isZoned ? " of zones " + TimeZones.VERSION : "");
  }

  @Override
  public String forEach(Expr.ForEach forEach) {
    return (forEach.any() ? "any" : "all")
        + "("
        + stepName(step(forEach.step()))
        + ": "
        + of(forEach.condition())
        + ")";
  }
}
