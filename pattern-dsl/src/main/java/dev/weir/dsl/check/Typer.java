package dev.weir.dsl.check;

import com.google.re2j.PatternSyntaxException;
import dev.weir.dsl.ast.Expression;
import dev.weir.dsl.ast.Name;
import dev.weir.dsl.check.Declarations.Placed;
import dev.weir.dsl.diagnostic.Code;
import dev.weir.dsl.plan.Expr;
import dev.weir.dsl.plan.FeaturePlan;
import dev.weir.dsl.plan.RuleSetPlan.ListPlan;
import dev.weir.dsl.plan.RuleSetPlan.ParamPlan;
import dev.weir.dsl.plan.ValueType;
import dev.weir.dsl.plan.ValueType.Kind;
import dev.weir.dsl.source.SourceText;
import dev.weir.dsl.source.Span;
import dev.weir.event.EventType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Gives expressions their types and names their meaning. Throws {@link Findings.Rejected}. */
final class Typer {
  private static final int STDDEV_SCALE = 6;
  private static final Set<String> LOOP_FUNCTIONS =
      Set.of("count", "sum", "avg", "min", "max", "distinct", "span", "first", "last");

  private final Declarations declarations;
  private final Findings findings;
  private final FeatureTyper features;
  private final FunctionTyper functions;
  private final Set<String> openLets = new HashSet<>();
  private final IdentityHashMap<Expr, Place> places = new IdentityHashMap<>();

  /** Where an expression was written. */
  record Place(SourceText source, Span span) {}

  Typer(Declarations declarations, Findings findings) {
    this.declarations = declarations;
    this.findings = findings;
    this.features = new FeatureTyper(declarations, this);
    this.functions = new FunctionTyper(this);
  }

  List<FeaturePlan> features() {
    return features.all();
  }

  /** The time of the key's last event that passes, strictly before the event at hand. */
  Expr lastSeen(dev.weir.dsl.ast.Clause.Selector selector, Scope scope) {
    return features.lastSeen(selector, scope);
  }

  /** A condition. */
  Expr condition(Expression expression, Scope scope) {
    Expr typed = type(expression, scope);
    if (typed.type().kind() != Kind.BOOL) {
      throw wrong(
          scope,
          Code.W0302,
          expression.span(),
          "a condition is needed, not " + typed.type(),
          "is " + typed.type(),
          "");
    }
    return typed;
  }

  /** The conditions of the defines behind a name and the one written beside it, all in one. */
  Optional<Expr> conditions(
      Declarations.Selected selected, Optional<Expression> where, Scope scope) {
    List<Expr> all = new ArrayList<>();
    for (int i = selected.filters().size() - 1; i >= 0; i--) {
      Placed<dev.weir.dsl.ast.Declaration.Define> define = selected.filters().get(i);
      Scope own =
          Scope.ofEvent(
              define.source(),
              selected.type(),
              List.of(selected.type().name(), selected.name()),
              scope.key());
      define.declaration().where().ifPresent(w -> all.add(condition(w, own)));
    }
    where.ifPresent(w -> all.add(condition(w, scope)));
    if (all.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(all.size() == 1 ? all.get(0) : new Expr.Logical(true, all));
  }

  /** Types an expression by itself; no feature comes of it. */
  void tryOut(Expression expression, Scope scope) {
    features.tryOut(() -> type(expression, scope));
  }

  /** The type of the event that {@code prev} means. */
  EventType typeOf(Expression.Previous previous, Scope scope) {
    return declarations.select(scope.source(), previous.type()).type();
  }

  /** Where this very expression was written, unless it was made from others. */
  Optional<Place> placeOf(Expr expr) {
    return Optional.ofNullable(places.get(expr));
  }

  Expr type(Expression e, Scope scope) {
    Expr typed = typeOf(e, scope);
    places.putIfAbsent(typed, new Place(scope.source(), e.span()));
    return typed;
  }

  private Expr typeOf(Expression e, Scope scope) {
    if (e instanceof Expression.NumberLiteral number) {
      int scale = Constants.scaleOf(number.digits());
      ValueType type = scale == 0 ? ValueType.INT : new ValueType(Kind.DECIMAL, scale, "");
      return Constants.scaled(number.digits(), scale)
          .map(v -> new Expr.Constant(type, v, ""))
          .orElseThrow(() -> wrong(scope, Code.W0003, e.span(), "number out of range", "", ""));
    }
    if (e instanceof Expression.TextLiteral text) {
      return new Expr.Constant(ValueType.TEXT, 0, text.value());
    }
    if (e instanceof Expression.BoolLiteral bool) {
      return new Expr.Constant(ValueType.BOOL, bool.value() ? 1 : 0, "");
    }
    if (e instanceof Expression.DurationLiteral duration) {
      return new Expr.Constant(ValueType.DURATION, duration.nanos(), "");
    }
    if (e instanceof Expression.Variable variable) {
      return variable(variable, scope);
    }
    if (e instanceof Expression.Member member) {
      return member(member, scope);
    }
    if (e instanceof Expression.Call call) {
      return call(call, scope);
    }
    if (e instanceof Expression.Feature feature) {
      return features.feature(feature, scope);
    }
    if (e instanceof Expression.Unary unary) {
      Expr operand = type(unary.operand(), scope);
      if (unary.operator() == Expression.Unary.Operator.NOT) {
        requireKind(operand, Kind.BOOL, unary.operand(), scope);
        return negated(operand, e.span(), scope);
      }
      if (!operand.type().isNumber() && operand.type().kind() != Kind.DURATION) {
        throw wrong(scope, Code.W0302, e.span(), "a number is needed", "is " + operand.type(), "");
      }
      return operand instanceof Expr.Constant c
          ? new Expr.Constant(c.type(), -c.value(), "")
          : new Expr.Negate(operand.type(), operand);
    }
    if (e instanceof Expression.Binary binary) {
      return binary(binary, scope);
    }
    if (e instanceof Expression.Logical logical) {
      List<Expr> operands = new ArrayList<>();
      boolean rejected = false;
      for (Expression operand : logical.operands()) {
        try {
          operands.add(condition(operand, scope));
        } catch (Findings.Rejected r) {
          rejected = true; // the others are looked at as well
        }
      }
      if (rejected) {
        throw new Findings.Rejected();
      }
      return new Expr.Logical(logical.and(), operands);
    }
    if (e instanceof Expression.IsMissing missing) {
      Expr test = new Expr.IsMissing(type(missing.operand(), scope));
      return missing.negated() ? new Expr.Not(test) : test;
    }
    if (e instanceof Expression.InList in) {
      return inList(in, scope);
    }
    if (e instanceof Expression.InValues in) {
      Expr operand = type(in.operand(), scope);
      List<Expr.Constant> values =
          in.values().stream()
              .map(v -> declarations.constant(scope.source(), operand.type(), v))
              .toList();
      Expr test = new Expr.InValues(operand, values);
      return in.negated() ? negated(test, e.span(), scope) : test;
    }
    String what =
        e instanceof Expression.Previous ? "`prev(…)` without a field" : "an index without a field";
    throw wrong(scope, Code.W0305, e.span(), what, "one value is needed", "add `.field`");
  }

  // ---- names
  // --------------------------------------------------------------------------------------

  private Expr variable(Expression.Variable variable, Scope scope) {
    String name = variable.name();
    EventType event = scope.event();
    if (event != null && event.indexOf(name) >= 0) {
      return field(event, event.indexOf(name));
    }
    Expr bound = scope.bound().get(name);
    if (bound != null) {
      return bound;
    }
    RuleKey key = scope.key();
    if (event == null && key != null && key.names().contains(name)) {
      int part = key.names().indexOf(name);
      if (part >= key.types().size()) {
        throw new Findings.Rejected(); // no step could tell its type, which has been reported
      }
      return new Expr.KeyPart(key.types().get(part), part);
    }
    ParamPlan param = declarations.params.get(name);
    if (param != null) {
      return new Expr.Param(param.value().type(), param.id());
    }
    Placed<dev.weir.dsl.ast.Declaration.Let> let = declarations.lets.get(name);
    if (let != null) {
      return let(let, scope);
    }
    if (scope.broken().contains(name)) {
      throw new Findings.Rejected();
    }
    if (scope.steps().containsKey(name) || scope.later().contains(name)) {
      throw wrong(
          scope,
          Code.W0305,
          variable.span(),
          "`" + name + "` is a step, not a value",
          "",
          "name a field: `" + name + ".…`");
    }
    TreeSet<String> known = new TreeSet<>(declarations.params.keySet());
    known.addAll(declarations.lets.keySet());
    known.addAll(scope.steps().keySet());
    known.addAll(scope.bound().keySet());
    if (event != null) {
      event.fields().forEach(f -> known.add(f.name()));
    } else if (key != null) {
      known.addAll(key.names());
    }
    String where = event == null ? "" : "`" + event.name() + "` has no field `" + name + "`";
    throw wrong(
        scope,
        event == null ? Code.W0202 : Code.W0301,
        variable.span(),
        event == null ? "nothing is called `" + name + "` here" : where,
        "unknown name",
        Findings.didYouMean(name, known));
  }

  private Expr let(Placed<dev.weir.dsl.ast.Declaration.Let> let, Scope scope) {
    String name = let.declaration().name().text();
    if (!openLets.add(name)) {
      throw wrong(
          scope,
          Code.W0107,
          let.declaration().name().span(),
          "`" + name + "` is defined by itself",
          "",
          "");
    }
    try {
      Scope own =
          new Scope(
              let.source(),
              scope.event(),
              scope.eventNames(),
              Map.of(),
              Set.of(),
              Set.of(),
              scope.key());
      return type(let.declaration().value(), own);
    } finally {
      openLets.remove(name);
    }
  }

  static Expr.EventField field(EventType type, int index) {
    return new Expr.EventField(ValueType.of(type.fields().get(index).type()), index);
  }

  int fieldIndex(EventType type, Name name, Scope scope) {
    int index = type.indexOf(name.text());
    if (index < 0) {
      throw wrong(
          scope,
          Code.W0301,
          name.span(),
          "`" + type.name() + "` has no field `" + name.text() + "`",
          "unknown field",
          Findings.didYouMean(name.text(), type.fields().stream().map(f -> f.name()).toList()));
    }
    return index;
  }

  private Expr member(Expression.Member member, Scope scope) {
    Expression target = member.target();
    if (target instanceof Expression.Previous previous) {
      return features.previous(previous, member.name(), scope);
    }
    if (target instanceof Expression.Index index
        && index.target() instanceof Expression.Variable step) {
      if (index.index() == 0) {
        throw wrong(
            scope,
            Code.W0305,
            index.span(),
            "there is no event 0",
            "",
            "`[1]` is the first, `[-1]` the last");
      }
      return stepField(step, index.index(), member.name(), scope);
    }
    if (target instanceof Expression.Call call
        && call.arguments().size() == 1
        && call.arguments().get(0) instanceof Expression.Variable step
        && (call.function().text().equals("first") || call.function().text().equals("last"))) {
      return stepField(step, call.function().text().equals("first") ? 1 : -1, member.name(), scope);
    }
    if (target instanceof Expression.InList in
        && in.list() instanceof Expression.Variable step
        && scope
            .steps()
            .containsKey(step.name())) { // `x in step.field` reads as `(x in step).field`
      throw notAList(in, step, "." + member.name().text(), scope);
    }
    if (!(target instanceof Expression.Variable variable)) {
      throw wrong(
          scope,
          Code.W0302,
          target.span(),
          "only an event has fields",
          "is a value, not an event",
          "");
    }
    EventType event = scope.event();
    if (event != null
        && !scope.steps().containsKey(variable.name())
        && scope.eventNames().contains(variable.name())) {
      return field(event, fieldIndex(event, member.name(), scope));
    }
    Scope.StepName step = step(variable, scope);
    if (step.isLoop()) {
      String name = variable.name();
      throw wrong(
          scope,
          Code.W0305,
          member.span(),
          "`" + name + "` is a loop: it has many values of `" + member.name().text() + "`",
          "which one?",
          "`last("
              + name
              + ")."
              + member.name().text()
              + "`, `"
              + name
              + "[1]."
              + member.name().text()
              + "` or an aggregate such as `max("
              + name
              + "."
              + member.name().text()
              + ")`");
    }
    return stepField(variable, 1, member.name(), scope);
  }

  Scope.StepName step(Expression.Variable variable, Scope scope) {
    Scope.StepName step = scope.steps().get(variable.name());
    if (scope.broken().contains(variable.name())) {
      throw new Findings.Rejected();
    }
    if (step == null && variable.name().equals("matches")) {
      throw wrong(
          scope,
          Code.W0203,
          variable.span(),
          "`matches` are counted in the alert of a rule with `pick totals`",
          "",
          "");
    }
    if (step == null && scope.later().contains(variable.name())) {
      throw wrong(
          scope,
          Code.W0307,
          variable.span(),
          "`" + variable.name() + "` has taken no event yet at this place",
          "comes later in the pattern",
          "compare the two in the condition of the later step");
    }
    if (step == null) {
      TreeSet<String> known = new TreeSet<>(scope.steps().keySet());
      known.addAll(scope.eventNames());
      throw wrong(
          scope,
          Code.W0203,
          variable.span(),
          "no step is called `" + variable.name() + "` before this place",
          "unknown step",
          Findings.didYouMean(variable.name(), known));
    }
    return step;
  }

  private void onlySteps(Scope.StepName step, Expression.Variable variable, Scope scope) {
    if (step.isMatches()) {
      throw wrong(
          scope,
          Code.W0302,
          variable.span(),
          "matches can only be counted",
          "has no fields",
          "`count(matches)`, or an aggregate over a step");
    }
  }

  private Expr stepField(Expression.Variable variable, int index, Name field, Scope scope) {
    Scope.StepName step = step(variable, scope);
    onlySteps(step, variable, scope);
    int at = keptIndex(step, field, scope);
    boolean isEach = variable.name().equals(scope.each()) && !step.isLoop();
    return new Expr.StepField(
        keptType(step, at), step.id(), isEach ? Expr.StepField.EACH : index, at);
  }

  /** The field, or the value of {@code with}, that a step's name with this one behind it means. */
  private int keptIndex(Scope.StepName step, Name name, Scope scope) {
    int bound = step.indexOfBinding(name.text());
    return bound >= 0 ? bound : fieldIndex(step.type(), name, scope);
  }

  private static ValueType keptType(Scope.StepName step, int index) {
    int fields = step.type().fields().size();
    return index < fields
        ? ValueType.of(step.type().fields().get(index).type())
        : step.bindings().get(index - fields).value().type();
  }

  private Expr call(Expression.Call call, Scope scope) {
    String function = call.function().text();
    if (functions.isOf(call)) {
      return functions.call(call, scope);
    }
    if (!LOOP_FUNCTIONS.contains(function)) {
      TreeSet<String> known = new TreeSet<>(LOOP_FUNCTIONS);
      known.addAll(functions.names());
      throw wrong(
          scope,
          Code.W0204,
          call.function().span(),
          "no function is called `" + function + "`",
          "unknown function",
          Findings.didYouMean(function, known));
    }
    if (call.arguments().size() != 1) {
      throw wrong(scope, Code.W0302, call.span(), "`" + function + "` takes one argument", "", "");
    }
    Expression argument = call.arguments().get(0);
    if (argument instanceof Expression.Variable variable
        && (function.equals("count") || function.equals("span"))) {
      Scope.StepName step = step(variable, scope);
      boolean count = function.equals("count");
      if (step.isMatches() && count) {
        return new Expr.LoopValue(ValueType.INT, Expr.LoopValue.Function.MATCHES, step.id(), -1);
      }
      onlySteps(step, variable, scope);
      return new Expr.LoopValue(
          count ? ValueType.INT : ValueType.DURATION,
          count ? Expr.LoopValue.Function.COUNT : Expr.LoopValue.Function.SPAN,
          step.id(),
          -1);
    }
    if (argument instanceof Expression.Member member
        && member.target() instanceof Expression.Variable variable
        && !function.equals("first")
        && !function.equals("last")) {
      Scope.StepName step = step(variable, scope);
      onlySteps(step, variable, scope);
      int field = keptIndex(step, member.name(), scope);
      ValueType type = keptType(step, field);
      return new Expr.LoopValue(
          aggregated(function, type, argument.span(), scope),
          Expr.LoopValue.Function.valueOf(function.toUpperCase(java.util.Locale.ROOT)),
          step.id(),
          field);
    }
    throw wrong(
        scope,
        Code.W0302,
        argument.span(),
        "`" + function + "` here takes a step, or a field of one",
        "",
        "over a window it is written `" + function + "(Type.field over 1h)`");
  }

  ValueType aggregated(String function, ValueType type, Span span, Scope scope) {
    boolean isAmount =
        (type.isNumber() && type.kind() != Kind.RATIO) || type.kind() == Kind.DURATION;
    switch (function) {
      case "count", "distinct":
        return ValueType.INT;
      case "avg":
        if (isAmount && type.isNumber()) {
          return new ValueType(Kind.RATIO, type.scale(), type.unit());
        }
        break;
      case "stddev":
        if (isAmount && type.isNumber()) {
          return new ValueType(Kind.DECIMAL, STDDEV_SCALE, type.unit());
        }
        break;
      case "percentile":
        if (isAmount && type.isNumber()) {
          return type;
        }
        break;
      case "first", "last":
        return type;
      case "sum":
        if (isAmount) {
          return type;
        }
        break;
      default:
        if (isAmount || type.kind() == Kind.TIME) {
          return type;
        }
    }
    throw wrong(scope, Code.W0302, span, "`" + function + "` needs numbers", "is " + type, "");
  }

  // ---- operators
  // ----------------------------------------------------------------------------------

  private Expr binary(Expression.Binary binary, Scope scope) {
    Expr left = type(binary.left(), scope);
    Expr right = type(binary.right(), scope);
    Expression.Binary.Operator operator = binary.operator();
    if (operator.isArithmetic()) {
      return arithmetic(binary, left, right, scope);
    }
    if (!operator.isComparison()) {
      requireKind(left, Kind.TEXT, binary.left(), scope);
      requireKind(right, Kind.TEXT, binary.right(), scope);
      if (operator == Expression.Binary.Operator.MATCHES) {
        checkPattern(right, binary, scope);
      }
      return new Expr.TextTest(Expr.TextTest.Operator.valueOf(operator.name()), left, right);
    }
    left = adapted(left, right.type(), binary.left(), scope);
    right = adapted(right, left.type(), binary.right(), scope);
    boolean numbers = left.type().isNumber() && right.type().isNumber();
    if (!numbers && left.type().kind() != right.type().kind()) {
      throw wrong(
          scope,
          Code.W0302,
          binary.span(),
          left.type() + " is compared with " + right.type(),
          "",
          "");
    }
    requireSameUnit(left, right, binary, scope);
    boolean ordered =
        numbers || left.type().kind() == Kind.TIME || left.type().kind() == Kind.DURATION;
    if (!ordered
        && operator != Expression.Binary.Operator.EQUAL
        && operator != Expression.Binary.Operator.NOT_EQUAL) {
      throw wrong(
          scope, Code.W0302, binary.span(), left.type() + " has no order", "", "only `=` and `!=`");
    }
    return new Expr.Compare(Expr.Compare.Operator.valueOf(operator.name()), left, right);
  }

  /** A literal takes the type of the other side. */
  Expr adapted(Expr literal, ValueType other, Expression written, Scope scope) {
    if (!(literal instanceof Expr.Constant constant) || literal.type().equals(other)) {
      return literal;
    }
    if (constant.type().kind() == Kind.TEXT
        && (other.kind() == Kind.IP || other.kind() == Kind.TIME || other.kind() == Kind.GEO)) {
      return Constants.fromText(other, constant.text())
          .orElseThrow(
              () ->
                  wrong(scope, Code.W0302, written.span(), "not a value of type " + other, "", ""));
    }
    if (!constant.type().isNumber()
        || !(other.kind() == Kind.INT || other.kind() == Kind.DECIMAL)) {
      return literal;
    }
    java.math.BigDecimal value =
        java.math.BigDecimal.valueOf(constant.value(), constant.type().scale());
    return Constants.scaled(value.toPlainString(), other.scale())
        .map(v -> (Expr) new Expr.Constant(other, v, ""))
        .orElseThrow(
            () ->
                wrong(
                    scope,
                    Code.W0303,
                    written.span(),
                    value.toPlainString() + " has more digits than " + other + " can have",
                    "can never be equal",
                    ""));
  }

  private Expr arithmetic(Expression.Binary binary, Expr left, Expr right, Scope scope) {
    Expr.Arithmetic.Operator operator = Expr.Arithmetic.Operator.valueOf(binary.operator().name());
    ValueType a = left.type();
    ValueType b = right.type();
    boolean sum =
        operator == Expr.Arithmetic.Operator.PLUS || operator == Expr.Arithmetic.Operator.MINUS;
    ValueType result = null;
    if (a.isNumber() && b.isNumber()) {
      if (sum) {
        left = adapted(left, b, binary.left(), scope);
        right = adapted(right, left.type(), binary.right(), scope);
        requireSameUnit(left, right, binary, scope);
        a = left.type();
        b = right.type();
      }
      boolean ratio =
          a.kind() == Kind.RATIO
              || b.kind() == Kind.RATIO
              || operator == Expr.Arithmetic.Operator.DIVIDE;
      int scale =
          sum
              ? Math.max(a.scale(), b.scale())
              : operator == Expr.Arithmetic.Operator.TIMES ? a.scale() + b.scale() : a.scale();
      if (scale > dev.weir.event.FieldType.SCALE_MAX) {
        throw wrong(
            scope,
            Code.W0303,
            binary.span(),
            "the product has more than 9 digits behind the point",
            "",
            "");
      }
      String unit = a.unit().isEmpty() ? b.unit() : a.unit();
      result =
          ratio
              ? new ValueType(Kind.RATIO, scale, unit)
              : a.kind() == Kind.INT && b.kind() == Kind.INT
                  ? ValueType.INT
                  : new ValueType(Kind.DECIMAL, scale, unit);
    } else if (sum && a.kind() == Kind.TIME && b.kind() == Kind.DURATION) {
      result = ValueType.TIME;
    } else if (operator == Expr.Arithmetic.Operator.MINUS
        && a.kind() == Kind.TIME
        && b.kind() == Kind.TIME) {
      result = ValueType.DURATION;
    } else if (sum && a.kind() == Kind.DURATION && b.kind() == Kind.DURATION) {
      result = ValueType.DURATION;
    } else if (operator == Expr.Arithmetic.Operator.TIMES
        && ((a.kind() == Kind.DURATION && b.kind() == Kind.INT)
            || (a.kind() == Kind.INT && b.kind() == Kind.DURATION))) {
      result = ValueType.DURATION;
    } else if (operator == Expr.Arithmetic.Operator.DIVIDE
        && a.kind() == Kind.DURATION
        && b.kind() == Kind.DURATION) {
      result = new ValueType(Kind.RATIO, 0, "");
    }
    if (result == null) {
      throw wrong(
          scope,
          Code.W0302,
          binary.span(),
          "`" + binary.operator().words() + "` does not work on " + a + " and " + b,
          "",
          "");
    }
    return new Expr.Arithmetic(result, operator, left, right);
  }

  private void requireSameUnit(Expr left, Expr right, Expression.Binary binary, Scope scope) {
    boolean isConstant = left instanceof Expr.Constant || right instanceof Expr.Constant;
    if (!isConstant && !left.type().unit().equals(right.type().unit())) {
      throw wrong(
          scope,
          Code.W0304,
          binary.span(),
          left.type() + " and " + right.type() + " do not mix",
          "",
          "");
    }
  }

  private void checkPattern(Expr pattern, Expression.Binary binary, Scope scope) {
    if (!(pattern instanceof Expr.Constant constant)) {
      throw wrong(
          scope,
          Code.W0306,
          binary.right().span(),
          "a written text is needed behind `matches`",
          "",
          "");
    }
    try {
      com.google.re2j.Pattern.compile(constant.text());
    } catch (PatternSyntaxException e) {
      throw wrong(
          scope,
          Code.W0306,
          binary.right().span(),
          "not a regular expression: " + e.getDescription(),
          "",
          "");
    }
  }

  private Findings.Rejected notAList(
      Expression.InList in, Expression.Variable step, String field, Scope scope) {
    String loop = step.name() + (field.isEmpty() ? ".field" : field);
    return wrong(
        scope,
        Code.W0302,
        in.span(),
        "`in` looks into a list, `" + step.name() + "` is a step",
        "not a list",
        "for the events of a step: `any(" + loop + " = …)`");
  }

  private Expr inList(Expression.InList in, Scope scope) {
    Expr operand = type(in.operand(), scope);
    if (!(in.list() instanceof Expression.Variable name)) {
      Expr test = functions.inNetwork(operand, in, scope);
      return in.negated() ? negated(test, in.span(), scope) : test;
    }
    ListPlan list = declarations.lists.get(name.name());
    if (list == null && scope.steps().containsKey(name.name())) {
      throw notAList(in, name, "", scope);
    }
    if (list == null) {
      throw wrong(
          scope,
          Code.W0205,
          name.span(),
          "no list is called `" + name.name() + "`",
          "unknown list",
          Findings.didYouMean(name.name(), declarations.lists.keySet()));
    }
    if (!list.type().equals(operand.type())) {
      throw wrong(
          scope,
          Code.W0302,
          in.span(),
          "`" + list.name() + "` is a list of " + list.type() + ", not of " + operand.type(),
          "",
          "");
    }
    Expr test = new Expr.InList(operand, list.id());
    return in.negated() ? negated(test, in.span(), scope) : test;
  }

  /** {@code not} is plain negation: it holds where the test is false because a value is missing. */
  private Expr negated(Expr test, Span span, Scope scope) {
    Optional<String> missing = missingIn(test, scope);
    if (missing.isPresent()) {
      findings.warning(
          scope.source(),
          Code.W0702,
          span,
          "this also holds where " + missing.get() + " is missing",
          "true for a missing value",
          "say what you mean: `(" + missing.get().replace("`", "") + " is not missing) and not …`");
    }
    return new Expr.Not(test);
  }

  /** The first value in a test that may be missing. */
  private Optional<String> missingIn(Expr test, Scope scope) {
    @Nullable String[] found = new @Nullable String[1];
    if (test instanceof Expr.IsMissing) {
      return Optional.empty();
    }
    Walk.over(
        test,
        part -> {
          EventType event = scope.event();
          if (found[0] != null) {
            return;
          }
          if (part instanceof Expr.EventField f
              && event != null
              && event.fields().get(f.field()).optional()) {
            found[0] = "`" + event.fields().get(f.field()).name() + "`";
          } else if (part instanceof Expr.StepField f) {
            scope.steps().forEach((name, step) -> missingField(f, name, step, found));
          } else if (part instanceof Expr.FeatureValue f
              && features.all().get(f.feature()).function() == FeaturePlan.Function.PREV) {
            found[0] = "`prev`";
          }
        });
    return Optional.ofNullable(found[0]);
  }

  private static void missingField(
      Expr.StepField f, String name, Scope.StepName step, @Nullable String[] found) {
    if (step.id() == f.step()
        && f.field() < step.type().fields().size()
        && step.type().fields().get(f.field()).optional()) {
      String field = step.type().fields().get(f.field()).name();
      found[0] = "`" + name + (step.isLoop() ? "[" + f.index() + "]" : "") + "." + field + "`";
    }
  }

  private void requireKind(Expr expr, Kind kind, Expression written, Scope scope) {
    if (expr.type().kind() != kind) {
      throw wrong(
          scope,
          Code.W0302,
          written.span(),
          "needs " + kind.name().toLowerCase(java.util.Locale.ROOT),
          "is " + expr.type(),
          "");
    }
  }

  Findings.Rejected wrong(
      Scope scope, Code code, Span span, String message, String note, String help) {
    findings.error(scope.source(), code, span, message, note, help);
    return new Findings.Rejected();
  }
}
