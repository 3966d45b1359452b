package dev.weir.dsl.format;

import static dev.weir.dsl.format.AstPrinter.names;

import dev.weir.dsl.ast.Expression;
import java.util.stream.Collectors;

/** Writes expressions with the parentheses that they need, and no others. */
final class ExpressionPrinter implements Expression.Visitor<String> {
  private static final ExpressionPrinter INSTANCE = new ExpressionPrinter();

  private ExpressionPrinter() {}

  static String print(Expression expression) {
    return expression.accept(INSTANCE);
  }

  /** How tightly the written form binds, tightest last; the grammar's order turned round. */
  private enum Binding {
    LOGICAL(0),
    NOT(1),
    COMPARE(2),
    IN(3),
    MISSING(4),
    SUM(5),
    PRODUCT(6),
    MINUS(7),
    PRIMARY(8);

    private final int tightness;

    Binding(int tightness) {
      this.tightness = tightness;
    }
  }

  private static Binding bindingOf(Expression e) {
    if (e instanceof Expression.Logical) {
      return Binding.LOGICAL;
    }
    if (e instanceof Expression.Unary unary) {
      return unary.operator() == Expression.Unary.Operator.NOT ? Binding.NOT : Binding.MINUS;
    }
    if (e instanceof Expression.NumberLiteral number) {
      return number.digits().startsWith("-") ? Binding.MINUS : Binding.PRIMARY;
    }
    if (e instanceof Expression.InList || e instanceof Expression.InValues) {
      return Binding.IN;
    }
    if (e instanceof Expression.IsMissing) {
      return Binding.MISSING;
    }
    if (e instanceof Expression.Binary binary) {
      return switch (binary.operator()) {
        case PLUS, MINUS -> Binding.SUM;
        case TIMES, DIVIDE -> Binding.PRODUCT;
        default -> Binding.COMPARE;
      };
    }
    return Binding.PRIMARY;
  }

  /** The operand, in parentheses unless it binds at least this tightly. */
  private static String operand(Expression e, Binding least) {
    return operand(e, least.tightness);
  }

  private static String operand(Expression e, int least) {
    String text = print(e);
    return bindingOf(e).tightness >= least ? text : "(" + text + ")";
  }

  @Override
  public String number(Expression.NumberLiteral literal) {
    return literal.digits();
  }

  @Override
  public String text(Expression.TextLiteral literal) {
    return AstPrinter.quoted(literal.value());
  }

  @Override
  public String bool(Expression.BoolLiteral literal) {
    return literal.value() ? "true" : "false";
  }

  @Override
  public String duration(Expression.DurationLiteral literal) {
    return AstPrinter.duration(literal.nanos());
  }

  @Override
  public String variable(Expression.Variable variable) {
    return variable.name();
  }

  @Override
  public String member(Expression.Member member) {
    return operand(member.target(), Binding.PRIMARY) + "." + member.name().text();
  }

  @Override
  public String index(Expression.Index index) {
    return operand(index.target(), Binding.PRIMARY) + "[" + index.index() + "]";
  }

  @Override
  public String call(Expression.Call call) {
    return call.function().text()
        + call.arguments().stream()
            .map(ExpressionPrinter::print)
            .collect(Collectors.joining(", ", "(", ")"));
  }

  @Override
  public String feature(Expression.Feature f) {
    StringBuilder out = new StringBuilder(f.function().text() + "(");
    f.percent().ifPresent(n -> out.append(n).append(", "));
    out.append(f.type().text());
    f.value().ifPresent(v -> out.append('.').append(v.text()));
    f.where().ifPresent(w -> out.append(" where ").append(print(w)));
    out.append(f.windowNs().map(d -> " over " + AstPrinter.duration(d)).orElse(" ever"));
    f.stepNs().ifPresent(d -> out.append(" step ").append(AstPrinter.duration(d)));
    out.append(f.exact() ? " exact" : "");
    if (!f.by().isEmpty()) {
      out.append(" by ").append(f.by().size() == 1 ? names(f.by()) : "(" + names(f.by()) + ")");
    }
    return out.append(f.beforeThis() ? " before this)" : ")").toString();
  }

  @Override
  public String previous(Expression.Previous previous) {
    return "prev(" + previous.type().text() + ")";
  }

  @Override
  public String unary(Expression.Unary unary) {
    if (unary.operator() == Expression.Unary.Operator.NOT) {
      return "not " + operand(unary.operand(), Binding.NOT);
    }
    boolean isNumber = unary.operand() instanceof Expression.NumberLiteral; // `-5` is one literal
    return isNumber
        ? "-(" + print(unary.operand()) + ")"
        : "-" + operand(unary.operand(), Binding.PRIMARY);
  }

  @Override
  public String binary(Expression.Binary binary) {
    int own = bindingOf(binary).tightness;
    int left = binary.operator().isArithmetic() ? own : own + 1;
    return operand(binary.left(), left)
        + " "
        + binary.operator().words()
        + " "
        + operand(binary.right(), own + 1);
  }

  @Override
  public String logical(Expression.Logical logical) {
    return logical.operands().stream()
        .map(e -> operand(e, Binding.NOT))
        .collect(Collectors.joining(logical.and() ? " and " : " or "));
  }

  @Override
  public String isMissing(Expression.IsMissing e) {
    return operand(e.operand(), Binding.SUM) + (e.negated() ? " is not missing" : " is missing");
  }

  @Override
  public String inList(Expression.InList e) {
    return operand(e.operand(), Binding.SUM) + in(e.negated()) + print(e.list());
  }

  @Override
  public String inValues(Expression.InValues e) {
    return operand(e.operand(), Binding.SUM)
        + in(e.negated())
        + "("
        + AstPrinter.expressions(e.values())
        + ")";
  }

  private static String in(boolean negated) {
    return negated ? " not in " : " in ";
  }
}
