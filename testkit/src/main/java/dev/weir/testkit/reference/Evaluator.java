package dev.weir.testkit.reference;

import com.google.re2j.Pattern;
import dev.weir.dsl.ast.Clause;
import dev.weir.dsl.ast.Expression;
import dev.weir.dsl.ast.Expression.Binary.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Evaluates expressions. Null is what is missing. */
final class Evaluator {
  private static final Set<String> AGGREGATES =
      Set.of("count", "sum", "avg", "min", "max", "stddev", "distinct", "first", "last");

  private final Arithmetic arithmetic;
  private final Totals totals;
  private final Functions functions;

  Evaluator(Counts counts) {
    this.arithmetic = new Arithmetic(counts);
    this.totals = new Totals(arithmetic);
    this.functions = new Functions(this, arithmetic);
  }

  Totals totals() {
    return totals;
  }

  /** Whether a condition holds; what is missing does not. */
  boolean holds(Expression condition, Scope scope) {
    return value(condition, scope) instanceof Value.Truth truth && truth.isTrue();
  }

  /** Whether the event at hand is of the type, and passes the defines behind the name. */
  boolean isOf(String type, Ev event, Scope scope) {
    return scope.def().set.isOfType(event, type)
        && scope.def().set.conditions(type).stream().allMatch(c -> holds(c, scope.ofEventAlone()));
  }

  /** Whether the event at hand is one of {@code X where …}. */
  boolean passes(Clause.Selector selector, Ev event, Scope scope) {
    return isOf(selector.type().text(), event, scope)
        && selector.where().map(w -> holds(w, scope)).orElse(true);
  }

  @Nullable Value value(Expression e, Scope scope) {
    return e.accept(new Visit(scope)).orElse(null);
  }

  private final class Visit implements Expression.Visitor<Optional<Value>> {
    private final Scope scope;

    Visit(Scope scope) {
      this.scope = scope;
    }

    private @Nullable Value value(Expression e) {
      return Evaluator.this.value(e, scope);
    }

    @Override
    public Optional<Value> number(Expression.NumberLiteral literal) {
      return Optional.of(Literals.plain(literal));
    }

    @Override
    public Optional<Value> text(Expression.TextLiteral literal) {
      return Optional.of(Literals.plain(literal));
    }

    @Override
    public Optional<Value> bool(Expression.BoolLiteral literal) {
      return Optional.of(Literals.plain(literal));
    }

    @Override
    public Optional<Value> duration(Expression.DurationLiteral literal) {
      return Optional.of(Literals.plain(literal));
    }

    @Override
    public Optional<Value> variable(Expression.Variable variable) {
      return Optional.ofNullable(ofVariable(variable));
    }

    private @Nullable Value ofVariable(Expression.Variable variable) {
      String name = variable.name();
      Ev event = scope.event();
      if (event != null && event.hasField(name)) {
        return event.value(name);
      }
      int part = scope.def().keyNames().indexOf(name);
      if (event == null && part >= 0) {
        return scope.key().get(part);
      }
      State.Took binding = binding(name);
      if (binding != null) {
        return Objects.requireNonNull(binding.bound().get(name)).orElse(null);
      }
      Value param = scope.def().set.params().get(name);
      if (param != null) {
        return param;
      }
      Expression let = scope.def().set.lets().get(name);
      return let == null ? null : Evaluator.this.value(let, scope.ofEventAlone());
    }

    /** The latest event that was taken with a {@code with} of this name; null: none. */
    private State.@Nullable Took binding(String name) {
      State.Took found = null;
      if (scope.state() != null) {
        for (State.TakenBy each : State.events(scope.def().root(), scope.state(), false)) {
          found = each.took().bound().containsKey(name) ? each.took() : found;
        }
      }
      return found;
    }

    @Override
    public Optional<Value> member(Expression.Member member) {
      return Optional.ofNullable(ofMember(member));
    }

    private @Nullable Value ofMember(Expression.Member member) {
      String field = member.name().text();
      if (member.target() instanceof Expression.Previous previous) {
        Ev before = scope.history().previous(previous.type().text(), scope);
        return before == null ? null : before.value(field);
      }
      Records records = Records.of(member.target(), scope);
      if (records != null) {
        List<@Nullable Value> values = records.values(field);
        return values.isEmpty() ? null : values.get(values.size() - 1);
      }
      Ev event = scope.event();
      if (event != null
          && member.target() instanceof Expression.Variable type
          && scope.def().set.isType(type.name())
          && scope.def().set.isOfType(event, type.name())) {
        return event.value(field);
      }
      return null;
    }

    @Override
    public Optional<Value> index(Expression.Index index) {
      throw new IllegalArgumentException("an index without a field");
    }

    @Override
    public Optional<Value> previous(Expression.Previous previous) {
      throw new IllegalArgumentException("prev without a field");
    }

    @Override
    public Optional<Value> call(Expression.Call call) {
      return Optional.ofNullable(ofCall(call));
    }

    private @Nullable Value ofCall(Expression.Call call) {
      String function = call.function().text();
      List<Expression> arguments = call.arguments();
      if (arguments.size() == 1) {
        Expression argument = arguments.get(0);
        if (argument instanceof Expression.Variable v
            && v.name().equals("matches")
            && function.equals("count")) {
          return Value.number(scope.total().size(), 0);
        }
        if (function.equals("any") || function.equals("all")) {
          boolean isAny = function.equals("any");
          boolean found =
              each(argument).stream().anyMatch(s -> Evaluator.this.holds(argument, s) == isAny);
          return new Value.Truth(found == isAny);
        }
        if (function.equals("span")) {
          return span(java.util.Objects.requireNonNull(Records.of(argument, scope)));
        }
        if (AGGREGATES.contains(function)) {
          return aggregate(function, argument);
        }
      }
      return functions.call(function, arguments, scope);
    }

    private @Nullable Value span(Records records) {
      List<State.Took> all = records.events();
      return all.isEmpty()
          ? null
          : new Value.Span(all.get(all.size() - 1).event().timeNs() - all.get(0).event().timeNs());
    }

    private @Nullable Value aggregate(String function, Expression argument) {
      Records whole = argument instanceof Expression.Member ? null : Records.of(argument, scope);
      if (whole != null && function.equals("count")) {
        return Value.number(whole.states().size(), 0);
      }
      Value zero = Value.number(0, 0);
      List<@Nullable Value> values = new ArrayList<>();
      Records records =
          argument instanceof Expression.Member member ? Records.of(member.target(), scope) : null;
      if (records != null && argument instanceof Expression.Member member) {
        Records inner = Records.of(argument, scope);
        if (inner != null && function.equals("count")) {
          return Value.number(inner.states().size(), 0);
        }
        values.addAll(records.values(member.name().text()));
        if (records.element() instanceof Node.Leaf leaf) {
          zero =
              History.zeroOf(
                  java.util.Objects.requireNonNull(scope.def().set.base(leaf.step().type().text())),
                  member.name().text());
        }
      } else {
        each(argument).forEach(s -> values.add(Evaluator.this.value(argument, s)));
      }
      return totals.of(function, values, zero);
    }

    /** The scope once for each iteration of the loop that the expression mentions. */
    private List<Scope> each(Expression argument) {
      String loop = Functions.loopIn(argument, scope);
      Records records =
          loop.isEmpty() ? null : Records.of(new Expression.Variable(argument.span(), loop), scope);
      if (records == null) {
        return List.of(scope);
      }
      List<Scope> all = new ArrayList<>();
      for (State state : records.states()) {
        all.add(scope.narrowedTo(loop, new Records(records.element(), List.of(state))));
      }
      return all;
    }

    @Override
    public Optional<Value> feature(Expression.Feature feature) {
      return Optional.ofNullable(ofFeature(feature));
    }

    private @Nullable Value ofFeature(Expression.Feature feature) {
      return scope.history().feature(feature, scope);
    }

    @Override
    public Optional<Value> unary(Expression.Unary unary) {
      return Optional.ofNullable(ofUnary(unary));
    }

    private @Nullable Value ofUnary(Expression.Unary unary) {
      if (unary.operator() == Expression.Unary.Operator.NOT) {
        return new Value.Truth(!Evaluator.this.holds(unary.operand(), scope));
      }
      return arithmetic.negate(value(unary.operand()));
    }

    @Override
    public Optional<Value> binary(Expression.Binary binary) {
      return Optional.ofNullable(ofBinary(binary));
    }

    private @Nullable Value ofBinary(Expression.Binary binary) {
      Value left = value(binary.left());
      Value right = value(binary.right());
      if (binary.operator().isArithmetic()) {
        return arithmetic.apply(binary.operator(), left, right);
      }
      return new Value.Truth(compares(binary.operator(), left, right));
    }

    @Override
    public Optional<Value> logical(Expression.Logical logical) {
      return Optional.ofNullable(ofLogical(logical));
    }

    private @Nullable Value ofLogical(Expression.Logical logical) {
      for (Expression operand : logical.operands()) {
        if (Evaluator.this.holds(operand, scope) != logical.and()) {
          return new Value.Truth(!logical.and());
        }
      }
      return new Value.Truth(logical.and());
    }

    @Override
    public Optional<Value> isMissing(Expression.IsMissing isMissing) {
      return Optional.ofNullable(ofIsMissing(isMissing));
    }

    private @Nullable Value ofIsMissing(Expression.IsMissing isMissing) {
      return new Value.Truth((value(isMissing.operand()) == null) != isMissing.negated());
    }

    @Override
    public Optional<Value> inList(Expression.InList in) {
      return Optional.ofNullable(ofInList(in));
    }

    private @Nullable Value ofInList(Expression.InList in) {
      Value operand = value(in.operand());
      boolean isIn;
      if (in.list() instanceof Expression.TextLiteral network) {
        isIn = operand instanceof Value.Address a && Literals.isIn(a, network.value());
      } else {
        String list = ((Expression.Variable) in.list()).name();
        isIn = operand != null && scope.def().set.list(list).contains(operand);
      }
      return new Value.Truth(isIn != in.negated());
    }

    @Override
    public Optional<Value> inValues(Expression.InValues in) {
      return Optional.ofNullable(ofInValues(in));
    }

    private @Nullable Value ofInValues(Expression.InValues in) {
      Value operand = value(in.operand());
      boolean isIn =
          in.values().stream().anyMatch(v -> compares(Operator.EQUAL, operand, Literals.plain(v)));
      return new Value.Truth(isIn != in.negated());
    }
  }

  @SuppressWarnings("unchecked")
  private static boolean compares(
      Operator operator, @Nullable Value first, @Nullable Value second) {
    Value left = Literals.adapted(first, second);
    Value right = Literals.adapted(second, first);
    if (left == null || right == null) {
      return false;
    }
    if (operator == Operator.EQUAL || operator == Operator.NOT_EQUAL) {
      return left.equals(right) == (operator == Operator.EQUAL);
    }
    if (operator.isComparison()) {
      int order = ((Comparable<Value>) left).compareTo(right);
      return switch (operator) {
        case LESS -> order < 0;
        case LESS_OR_EQUAL -> order <= 0;
        case GREATER -> order > 0;
        default -> order >= 0;
      };
    }
    String text = ((Value.Text) left).text();
    String other = ((Value.Text) right).text();
    return switch (operator) {
      case STARTS_WITH -> text.startsWith(other);
      case ENDS_WITH -> text.endsWith(other);
      case CONTAINS -> text.contains(other);
      default -> Pattern.matches(other, text);
    };
  }
}
