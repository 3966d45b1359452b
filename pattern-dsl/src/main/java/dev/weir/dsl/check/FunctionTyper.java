package dev.weir.dsl.check;

import dev.weir.dsl.ast.Expression;
import dev.weir.dsl.diagnostic.Code;
import dev.weir.dsl.plan.Expr;
import dev.weir.dsl.plan.Expr.Call.Function;
import dev.weir.dsl.plan.ValueType;
import dev.weir.dsl.plan.ValueType.Kind;
import dev.weir.dsl.source.Span;
import dev.weir.event.EventType;
import dev.weir.event.Field;
import dev.weir.event.FieldType;
import dev.weir.event.NetworkAddress;
import dev.weir.event.TimeZones;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Functions of single values: what they take and give. Throws {@link Findings.Rejected}. */
final class FunctionTyper {
  private static final ValueType RATIO = new ValueType(Kind.RATIO, 0, "");
  private static final Set<String> NAMES =
      Set.of(
          "lower",
          "upper",
          "trim",
          "length",
          "similarity",
          "luhn",
          "hash",
          "abs",
          "round",
          "coalesce",
          "now",
          "hour",
          "weekday",
          "day",
          "distance",
          "speed",
          "any",
          "all");

  private final Typer typer;

  FunctionTyper(Typer typer) {
    this.typer = typer;
  }

  Set<String> names() {
    return NAMES;
  }

  /** Whether the call is of a function of single values, or of {@code any} and {@code all}. */
  boolean isOf(Expression.Call call) {
    String name = call.function().text();
    boolean isChoice = name.equals("min") || name.equals("max");
    return NAMES.contains(name) || (isChoice && call.arguments().size() > 1);
  }

  Expr call(Expression.Call call, Scope scope) {
    String name = call.function().text();
    if (name.equals("any") || name.equals("all")) {
      return forEach(call, scope);
    }
    Function function = Function.valueOf(name.toUpperCase(Locale.ROOT));
    return switch (function) {
      case NOW -> {
        arguments(call, 0, 0, scope);
        yield new Expr.Call(ValueType.TIME, function, List.of());
      }
      case LOWER, UPPER, TRIM, HASH -> ofText(call, function, 1, ValueType.TEXT, scope);
      case LENGTH -> ofText(call, function, 1, ValueType.INT, scope);
      case LUHN -> ofText(call, function, 1, ValueType.BOOL, scope);
      case SIMILARITY -> ofText(call, function, 2, RATIO, scope);
      case ABS -> {
        Expr value = arguments(call, 1, 1, scope).get(0);
        requireAmount(value, call, scope);
        yield new Expr.Call(value.type(), function, List.of(value));
      }
      case ROUND -> round(call, scope);
      case MIN, MAX, COALESCE -> choice(call, function, scope);
      case HOUR, WEEKDAY, DAY -> zoned(call, function, scope);
      case DISTANCE -> {
        List<Expr> places = Arrays.asList(place(call, 0, 2, scope), place(call, 1, 2, scope));
        yield new Expr.Call(ValueType.INT, function, places);
      }
      case SPEED -> speed(call, scope);
      case IN_NETWORK -> throw new IllegalStateException("written with `in`");
    };
  }

  private List<Expr> arguments(Expression.Call call, int least, int most, Scope scope) {
    requireCount(call, least, most, scope);
    List<Expr> values = new ArrayList<>();
    for (Expression argument : call.arguments()) {
      values.add(typer.type(argument, scope));
    }
    return values;
  }

  private void requireCount(Expression.Call call, int least, int most, Scope scope) {
    int count = call.arguments().size();
    if (count < least || count > most) {
      String name = call.function().text();
      throw wrong(
          scope,
          call.span(),
          "`" + name + "` takes " + words(least, most),
          count == 0 ? "has none" : "has " + count);
    }
  }

  private static String words(int least, int most) {
    String plural = most == 1 ? " argument" : " arguments";
    if (most == 0) {
      return "no arguments";
    }
    return least == most
        ? least + plural
        : most == Integer.MAX_VALUE ? "at least " + least + plural : least + " or " + most + plural;
  }

  private Expr ofText(
      Expression.Call call, Function function, int count, ValueType gives, Scope scope) {
    List<Expr> values = arguments(call, count, count, scope);
    for (int i = 0; i < values.size(); i++) {
      if (values.get(i).type().kind() != Kind.TEXT) {
        throw wrong(
            scope,
            call.arguments().get(i).span(),
            "`" + call.function().text() + "` takes a text",
            "is " + values.get(i).type());
      }
    }
    return new Expr.Call(gives, function, values);
  }

  private void requireAmount(Expr value, Expression.Call call, Scope scope) {
    if (!value.type().isNumber() && value.type().kind() != Kind.DURATION) {
      throw wrong(
          scope,
          call.arguments().get(0).span(),
          "`" + call.function().text() + "` takes a number",
          "is " + value.type());
    }
  }

  private Expr round(Expression.Call call, Scope scope) {
    List<Expr> values = arguments(call, 1, 2, scope);
    ValueType type = values.get(0).type();
    if (!type.isNumber()) {
      requireAmount(values.get(0), call, scope);
      throw wrong(scope, call.arguments().get(0).span(), "`round` takes a number", "is " + type);
    }
    long digits = 0;
    if (values.size() == 2) {
      if (!(values.get(1) instanceof Expr.Constant constant)
          || constant.type().kind() != Kind.INT
          || constant.value() < 0
          || constant.value() > FieldType.SCALE_MAX) {
        throw wrong(
            scope,
            call.arguments().get(1).span(),
            "`round` needs a written number of digits from 0 to " + FieldType.SCALE_MAX,
            "");
      }
      digits = constant.value();
    }
    ValueType result =
        digits == 0 && type.unit().isEmpty()
            ? ValueType.INT
            : new ValueType(Kind.DECIMAL, (int) digits, type.unit());
    return new Expr.Call(
        result,
        Function.ROUND,
        List.of(values.get(0), new Expr.Constant(ValueType.INT, digits, "")));
  }

  /** {@code min}, {@code max}, {@code coalesce}: all arguments are brought to one type. */
  private Expr choice(Expression.Call call, Function function, Scope scope) {
    List<Expr> values = arguments(call, 2, Integer.MAX_VALUE, scope);
    Expr model =
        values.stream()
            .filter(v -> !(v instanceof Expr.Constant))
            .findFirst()
            .orElse(values.get(0));
    List<Expr> adapted = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      adapted.add(typer.adapted(values.get(i), model.type(), call.arguments().get(i), scope));
    }
    ValueType common = adapted.get(0).type();
    for (int i = 1; i < adapted.size(); i++) {
      common = common(common, adapted.get(i), call.arguments().get(i), scope);
    }
    boolean isOrdered =
        common.isNumber() || common.kind() == Kind.TIME || common.kind() == Kind.DURATION;
    if (function != Function.COALESCE && !isOrdered) {
      throw wrong(scope, call.span(), common + " has no order", "");
    }
    return new Expr.Call(common, function, adapted);
  }

  private ValueType common(ValueType a, Expr value, Expression written, Scope scope) {
    ValueType b = value.type();
    if (a.isNumber() && b.isNumber()) {
      boolean mixes = !a.unit().equals(b.unit()) && !(value instanceof Expr.Constant);
      if (mixes) {
        throw typer.wrong(
            scope, Code.W0304, written.span(), a + " and " + b + " do not mix", "", "");
      }
      int scale = Math.max(a.scale(), b.scale());
      Kind kind =
          a.kind() == Kind.RATIO || b.kind() == Kind.RATIO
              ? Kind.RATIO
              : a.kind() == Kind.INT ? b.kind() : a.kind();
      return new ValueType(kind, scale, a.unit());
    }
    if (!a.equals(b)) {
      throw wrong(scope, written.span(), "the arguments are of one type", "is " + b + ", not " + a);
    }
    return a;
  }

  private Expr zoned(Expression.Call call, Function function, Scope scope) {
    List<Expr> values = arguments(call, 1, 2, scope);
    if (values.get(0).type().kind() != Kind.TIME) {
      throw wrong(
          scope,
          call.arguments().get(0).span(),
          "`" + call.function().text() + "` takes a time",
          "is " + values.get(0).type());
    }
    String zone = "UTC";
    if (values.size() == 2) {
      Span span = call.arguments().get(1).span();
      if (!(values.get(1) instanceof Expr.Constant constant)
          || constant.type().kind() != Kind.TEXT) {
        throw wrong(scope, span, "a written time zone is needed", "");
      }
      zone = constant.text();
      if (TimeZones.zone(zone).isEmpty()) {
        Set<String> known = new TreeSet<>();
        TimeZones.names().forEach(known::add);
        throw typer.wrong(
            scope,
            Code.W0302,
            span,
            "no time zone is called `" + zone + "`",
            "unknown time zone",
            Findings.didYouMean(zone, known));
      }
    }
    return new Expr.Call(
        ValueType.INT,
        function,
        List.of(values.get(0), new Expr.Constant(ValueType.TEXT, 0, zone)));
  }

  // ---- places -----------------------------------------------------------------------------------

  private Expr place(Expression.Call call, int index, int count, Scope scope) {
    requireCount(call, count, count, scope);
    Expression written = call.arguments().get(index);
    Expr value =
        typer.adapted(typer.type(written, scope), new ValueType(Kind.GEO, 0, ""), written, scope);
    if (value.type().kind() != Kind.GEO) {
      throw wrong(
          scope,
          written.span(),
          "`" + call.function().text() + "` takes places",
          "is " + value.type());
    }
    return value;
  }

  /** Two events, each with one place: {@code this}, a step, {@code last(loop)}, {@code prev(T)}. */
  private Expr speed(Expression.Call call, Scope scope) {
    requireCount(call, 2, 2, scope);
    List<Expr> values = new ArrayList<>();
    for (Expression event : call.arguments()) {
      EventType type = typeOf(event, scope);
      List<Field> places =
          type.fields().stream().filter(f -> f.type().kind() == FieldType.Kind.GEO).toList();
      if (places.size() != 1) {
        throw wrong(
            scope,
            event.span(),
            "`" + type.name() + "` has " + places.size() + " places",
            "one is needed");
      }
      values.add(fieldOf(event, places.get(0).name(), type, scope));
      values.add(fieldOf(event, type.fields().get(type.timeField()).name(), type, scope));
    }
    return new Expr.Call(RATIO, Function.SPEED, values);
  }

  private EventType typeOf(Expression event, Scope scope) {
    if (isThis(event) && scope.event() != null) {
      return scope.event();
    }
    if (event instanceof Expression.Previous previous) {
      return typer.typeOf(previous, scope);
    }
    Expression step = event;
    if (event instanceof Expression.Index index) {
      step = index.target();
    } else if (event instanceof Expression.Call call && call.arguments().size() == 1) {
      step = call.arguments().get(0);
    }
    if (!(step instanceof Expression.Variable name)) {
      throw wrong(
          scope, event.span(), "`speed` takes events", "`this`, a step, `last(loop)` or `prev(T)`");
    }
    return typer.step(name, scope).type();
  }

  private Expr fieldOf(Expression event, String field, EventType type, Scope scope) {
    return isThis(event)
        ? Typer.field(type, type.indexOf(field))
        : typer.type(
            new Expression.Member(
                event.span(), event, new dev.weir.dsl.ast.Name(event.span(), field)),
            scope);
  }

  private static boolean isThis(Expression event) {
    return event instanceof Expression.Variable name && name.name().equals("this");
  }

  /** An address in a written network. */
  Expr inNetwork(Expr operand, Expression.InList in, Scope scope) {
    String text = ((Expression.TextLiteral) in.list()).value();
    if (operand.type().kind() != Kind.IP) {
      throw wrong(scope, in.operand().span(), "only an ip is in a network", "is " + operand.type());
    }
    if (NetworkAddress.parse(text).isEmpty()) {
      throw wrong(scope, in.list().span(), "not a network such as `10.0.0.0/8`", "");
    }
    return new Expr.Call(
        ValueType.BOOL,
        Function.IN_NETWORK,
        List.of(operand, new Expr.Constant(ValueType.TEXT, 0, text)));
  }

  // ---- any and all ------------------------------------------------------------------------------

  private Expr forEach(Expression.Call call, Scope scope) {
    requireCount(call, 1, 1, scope);
    Expression condition = call.arguments().get(0);
    String name = call.function().text();
    String loop = loopIn(condition, scope);
    if (loop.isEmpty() || !scope.each().isEmpty()) {
      throw wrong(
          scope,
          condition.span(),
          "`" + name + "` asks a condition of each event of a loop",
          loop.isEmpty() ? "names no loop" : "stands within another");
    }
    int step = java.util.Objects.requireNonNull(scope.steps().get(loop)).id();
    return new Expr.ForEach(
        name.equals("any"), step, typer.condition(condition, scope.eachOf(loop)));
  }

  /** The first loop that an expression mentions, or empty. */
  private static String loopIn(Expression e, Scope scope) {
    if (e instanceof Expression.Variable v) {
      Scope.StepName step = scope.steps().get(v.name());
      return step != null && step.isLoop() ? v.name() : "";
    }
    List<Expression> parts = new ArrayList<>();
    if (e instanceof Expression.Member member) {
      parts.add(member.target());
    } else if (e instanceof Expression.Binary binary) {
      parts.add(binary.left());
      parts.add(binary.right());
    } else if (e instanceof Expression.Unary unary) {
      parts.add(unary.operand());
    } else if (e instanceof Expression.Logical logical) {
      parts.addAll(logical.operands());
    } else if (e instanceof Expression.IsMissing missing) {
      parts.add(missing.operand());
    } else if (e instanceof Expression.InList in) {
      parts.add(in.operand());
    } else if (e instanceof Expression.InValues in) {
      parts.add(in.operand());
    } else if (e instanceof Expression.Call call) {
      parts.addAll(call.arguments());
    }
    return parts.stream()
        .map(part -> loopIn(part, scope))
        .filter(found -> !found.isEmpty())
        .findFirst()
        .orElse("");
  }

  private Findings.Rejected wrong(Scope scope, Span span, String message, String note) {
    return typer.wrong(scope, Code.W0302, span, message, note, "");
  }
}
