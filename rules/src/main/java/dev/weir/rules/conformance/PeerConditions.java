package dev.weir.rules.conformance;

import dev.weir.dsl.plan.Expr;
import dev.weir.dsl.plan.Expr.LoopValue.Function;
import dev.weir.dsl.plan.ValueType;
import dev.weir.dsl.plan.ValueType.Kind;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/**
 * Translates the conditions of a case. Their numbers are doubles; here they are decimals of {@link
 * #SCALE} digits.
 */
final class PeerConditions {
  static final int ID = 0;
  static final int TYPE = 1;
  static final int VALUE = 2;
  static final int VOLUME = 3;
  static final int SCALE = 6;
  private static final ValueType NUMBER = new ValueType(Kind.DECIMAL, SCALE, "");

  private final Map<String, Integer> steps; // by variable

  PeerConditions(Map<String, Integer> steps) {
    this.steps = steps;
  }

  Expr condition(Json json) {
    String op = json.text("op");
    return switch (op) {
      case "true" -> new Expr.Constant(ValueType.BOOL, 1, "");
      case "false" -> new Expr.Constant(ValueType.BOOL, 0, "");
      case "and", "or" -> logical(op.equals("and"), json.objects("args"));
      case "not" -> new Expr.Not(condition(json.object("arg")));
      case "exists" -> new Expr.Not(new Expr.IsMissing(value(json.value("arg"))));
      case "contains" -> test(Expr.TextTest.Operator.CONTAINS, json);
      case "startsWith" -> test(Expr.TextTest.Operator.STARTS_WITH, json);
      case "eq" -> compare(Expr.Compare.Operator.EQUAL, json);
      case "ne" -> compare(Expr.Compare.Operator.NOT_EQUAL, json);
      case "lt" -> compare(Expr.Compare.Operator.LESS, json);
      case "le" -> compare(Expr.Compare.Operator.LESS_OR_EQUAL, json);
      case "gt" -> compare(Expr.Compare.Operator.GREATER, json);
      case "ge" -> compare(Expr.Compare.Operator.GREATER_OR_EQUAL, json);
      default -> throw new BadCaseException("no such condition: " + op);
    };
  }

  private Expr logical(boolean and, List<Json> args) {
    List<Expr> operands = args.stream().map(this::condition).toList();
    return operands.size() == 1 ? operands.get(0) : new Expr.Logical(and, operands);
  }

  private Expr test(Expr.TextTest.Operator operator, Json json) {
    return new Expr.TextTest(operator, value(json.value("left")), value(json.value("right")));
  }

  private Expr compare(Expr.Compare.Operator operator, Json json) {
    return new Expr.Compare(operator, value(json.value("left")), value(json.value("right")));
  }

  private Expr value(Object json) {
    if (json instanceof String text) {
      return new Expr.Constant(ValueType.TEXT, 0, text);
    }
    if (json instanceof Number number) {
      return number(Json.exact(number));
    }
    Json object = Json.of(json);
    if (object.has("op")) {
      return arithmetic(object);
    }
    return object.has("var") ? taken(object) : field(object.text("field"));
  }

  private static Expr number(BigDecimal exact) {
    return new Expr.Constant(
        exact.scale() == 0 ? ValueType.INT : new ValueType(Kind.DECIMAL, exact.scale(), ""),
        exact.unscaledValue().longValueExact(),
        "");
  }

  private static Expr field(String name) {
    return new Expr.EventField(typeOf(name), numberOf(name));
  }

  private static ValueType typeOf(String field) {
    return field.equals("type") ? ValueType.TEXT : NUMBER;
  }

  private static int numberOf(String field) {
    return switch (field) {
      case "type" -> TYPE;
      case "value" -> VALUE;
      case "volume" -> VOLUME;
      default -> throw new BadCaseException("no such field: " + field);
    };
  }

  private Expr taken(Json json) {
    Integer step = steps.get(json.text("var"));
    if (step == null) {
      throw new BadCaseException("no such variable: " + json.text("var"));
    }
    String agg = json.text("agg");
    if (agg.equals("count")) {
      return new Expr.LoopValue(ValueType.INT, Function.COUNT, step, -1);
    }
    String field = json.text("field");
    return switch (agg) {
      case "first" -> new Expr.StepField(typeOf(field), step, 1, numberOf(field));
      case "last" -> new Expr.StepField(typeOf(field), step, -1, numberOf(field));
      case "sum" -> new Expr.LoopValue(NUMBER, Function.SUM, step, numberOf(field));
      case "min" -> new Expr.LoopValue(NUMBER, Function.MIN, step, numberOf(field));
      case "max" -> new Expr.LoopValue(NUMBER, Function.MAX, step, numberOf(field));
      case "avg" ->
          new Expr.LoopValue(
              new ValueType(Kind.RATIO, SCALE, ""), Function.AVG, step, numberOf(field));
      default -> throw new BadCaseException("no such aggregate: " + agg);
    };
  }

  private Expr arithmetic(Json json) {
    Expr left = value(json.value("left"));
    Expr right = value(json.value("right"));
    Expr.Arithmetic.Operator operator =
        switch (json.text("op")) {
          case "+" -> Expr.Arithmetic.Operator.PLUS;
          case "-" -> Expr.Arithmetic.Operator.MINUS;
          case "*" -> Expr.Arithmetic.Operator.TIMES;
          default -> throw new BadCaseException("no such operation: " + json.text("op"));
        };
    ValueType a = left.type();
    ValueType b = right.type();
    int scale =
        operator == Expr.Arithmetic.Operator.TIMES
            ? a.scale() + b.scale()
            : Math.max(a.scale(), b.scale());
    boolean isRatio = a.kind() == Kind.RATIO || b.kind() == Kind.RATIO;
    boolean isWhole = a.kind() == Kind.INT && b.kind() == Kind.INT;
    return new Expr.Arithmetic(
        isWhole ? ValueType.INT : new ValueType(isRatio ? Kind.RATIO : Kind.DECIMAL, scale, ""),
        operator,
        left,
        right);
  }
}
