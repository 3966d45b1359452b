package dev.weir.dsl.syntax;

import static dev.weir.dsl.syntax.AstBuilder.name;
import static dev.weir.dsl.syntax.AstBuilder.span;

import dev.weir.dsl.ast.Clause;
import dev.weir.dsl.ast.Expression;
import dev.weir.dsl.diagnostic.Code;
import dev.weir.dsl.source.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.antlr.v4.runtime.Token;

/** Makes expressions and alert texts. */
final class ExpressionBuilder {
  private final Complaints complaints;

  ExpressionBuilder(Complaints complaints) {
    this.complaints = complaints;
  }

  Clause.Selector selector(WeirParser.SelectorContext context) {
    return new Clause.Selector(
        span(context),
        name(context.type),
        Optional.ofNullable(context.expression()).map(this::expression));
  }

  Expression expression(WeirParser.ExpressionContext context) {
    Span span = span(context);
    if (context instanceof WeirParser.PrimaryExpressionContext c) {
      return primary(c.primary());
    }
    if (context instanceof WeirParser.MemberExpressionContext c) {
      return new Expression.Member(span, expression(c.expression()), name(c.stepName()));
    }
    if (context instanceof WeirParser.IndexExpressionContext c) {
      int index = complaints.integer(c.NUMBER().getSymbol());
      return new Expression.Index(
          span, expression(c.expression()), c.minus == null ? index : -index);
    }
    if (context instanceof WeirParser.MinusExpressionContext c) {
      return new Expression.Unary(
          span, Expression.Unary.Operator.MINUS, expression(c.expression()));
    }
    if (context instanceof WeirParser.NotExpressionContext c) {
      return new Expression.Unary(span, Expression.Unary.Operator.NOT, expression(c.expression()));
    }
    if (context instanceof WeirParser.ProductExpressionContext c) {
      return binary(span, c.op, c.expression(0), c.expression(1));
    }
    if (context instanceof WeirParser.SumExpressionContext c) {
      return binary(span, c.op, c.expression(0), c.expression(1));
    }
    if (context instanceof WeirParser.MissingExpressionContext c) {
      return new Expression.IsMissing(span, expression(c.expression()), c.negated != null);
    }
    if (context instanceof WeirParser.InValuesExpressionContext c) {
      return new Expression.InValues(
          span,
          expression(c.expression()),
          c.literal().stream().map(this::literal).toList(),
          c.negated != null);
    }
    if (context instanceof WeirParser.InListExpressionContext c) {
      Expression list =
          c.name() != null
              ? new Expression.Variable(span(c.name()), c.name().getText())
              : new Expression.TextLiteral(
                  span(c.STRING().getSymbol()), AstBuilder.text(c.STRING()));
      return new Expression.InList(span, expression(c.expression()), list, c.negated != null);
    }
    if (context instanceof WeirParser.CompareExpressionContext c) {
      return compare(span, c);
    }
    if (context instanceof WeirParser.AndExpressionContext c) {
      return logical(span, true, c.expression(0), c.expression(1));
    }
    WeirParser.OrExpressionContext c = (WeirParser.OrExpressionContext) context;
    return logical(span, false, c.expression(0), c.expression(1));
  }

  private Expression binary(
      Span span, Token op, WeirParser.ExpressionContext left, WeirParser.ExpressionContext right) {
    Expression.Binary.Operator operator =
        switch (op.getText()) {
          case "*" -> Expression.Binary.Operator.TIMES;
          case "/" -> Expression.Binary.Operator.DIVIDE;
          case "+" -> Expression.Binary.Operator.PLUS;
          default -> Expression.Binary.Operator.MINUS;
        };
    return new Expression.Binary(span, operator, expression(left), expression(right));
  }

  private Expression compare(Span span, WeirParser.CompareExpressionContext context) {
    WeirParser.ComparisonContext sign = context.comparison();
    Expression.Binary.Operator operator =
        switch (sign.getStart().getText()) {
          case "=", "==" -> Expression.Binary.Operator.EQUAL;
          case "!=" -> Expression.Binary.Operator.NOT_EQUAL;
          case "<" -> Expression.Binary.Operator.LESS;
          case "<=" -> Expression.Binary.Operator.LESS_OR_EQUAL;
          case ">" -> Expression.Binary.Operator.GREATER;
          case ">=" -> Expression.Binary.Operator.GREATER_OR_EQUAL;
          case "starts" -> Expression.Binary.Operator.STARTS_WITH;
          case "ends" -> Expression.Binary.Operator.ENDS_WITH;
          case "contains" -> Expression.Binary.Operator.CONTAINS;
          default -> Expression.Binary.Operator.MATCHES;
        };
    if (sign.getText().equals("==")) {
      complaints.add(Code.W0005, span(sign), "`==` is written `=`", "not a sign of Weir", "=");
    }
    for (WeirParser.ExpressionContext side : context.expression()) {
      if (side instanceof WeirParser.CompareExpressionContext inner) {
        complaints.add(
            Code.W0006,
            span(inner),
            "two comparisons in a row",
            "compares a truth value",
            "`a < b and b < c`");
      }
    }
    return new Expression.Binary(
        span, operator, expression(context.expression(0)), expression(context.expression(1)));
  }

  /** Joins chains of one word; `and` beside `or` needs parentheses. */
  private Expression logical(
      Span span,
      boolean and,
      WeirParser.ExpressionContext left,
      WeirParser.ExpressionContext right) {
    List<Expression> operands = new ArrayList<>();
    for (WeirParser.ExpressionContext side : List.of(left, right)) {
      boolean sideAnd = side instanceof WeirParser.AndExpressionContext;
      boolean sideOr = side instanceof WeirParser.OrExpressionContext;
      Expression operand = expression(side);
      if ((and && sideOr) || (!and && sideAnd)) {
        complaints.add(
            Code.W0004,
            span(side),
            "`and` and `or` beside each other",
            "which of the two binds first is not said",
            "put parentheses round it: `(" + (sideAnd ? "… and …" : "… or …") + ")`");
      }
      if ((and ? sideAnd : sideOr) && operand instanceof Expression.Logical chain) {
        operands.addAll(chain.operands());
      } else {
        operands.add(operand);
      }
    }
    return new Expression.Logical(span, and, operands);
  }

  private Expression primary(WeirParser.PrimaryContext context) {
    Span span = span(context);
    if (context instanceof WeirParser.ParenthesisContext c) {
      return expression(c.expression());
    }
    if (context instanceof WeirParser.LiteralPrimaryContext c) {
      return literal(c.literal());
    }
    if (context instanceof WeirParser.FeaturePrimaryContext c) {
      return feature(c.feature());
    }
    if (context instanceof WeirParser.PreviousPrimaryContext c) {
      return new Expression.Previous(span, name(c.name()));
    }
    if (context instanceof WeirParser.CallPrimaryContext c) {
      return new Expression.Call(
          span, name(c.name()), c.expression().stream().map(this::expression).toList());
    }
    return new Expression.Variable(span, context.getText());
  }

  private Expression feature(WeirParser.FeatureContext c) {
    List<WeirParser.NameContext> by = new ArrayList<>(c.name());
    by.remove(c.function);
    by.remove(c.type);
    if (c.value != null) {
      by.remove(c.value);
    }
    return new Expression.Feature(
        span(c),
        name(c.function),
        Optional.ofNullable(c.percent).map(complaints::integer),
        name(c.type),
        AstBuilder.optionalName(c.value),
        Optional.ofNullable(c.where).map(this::expression),
        Optional.ofNullable(c.window).map(complaints::duration),
        Optional.ofNullable(c.stepping).map(complaints::duration),
        c.exact != null,
        AstBuilder.names(by),
        c.before != null);
  }

  Expression literal(WeirParser.LiteralContext context) {
    Span span = span(context);
    if (context.NUMBER() != null) {
      String digits = context.NUMBER().getText().replace("_", "");
      return new Expression.NumberLiteral(span, context.minus == null ? digits : "-" + digits);
    }
    if (context.STRING() != null) {
      return new Expression.TextLiteral(span, AstBuilder.text(context.STRING()));
    }
    if (context.DURATION() != null) {
      return new Expression.DurationLiteral(
          span, complaints.duration(context.DURATION().getSymbol()));
    }
    return new Expression.BoolLiteral(span, context.truth.getText().equals("true"));
  }

  // ---- texts with holes
  // ---------------------------------------------------------------------------

  /** Splits an alert text at its holes; each hole is parsed where it stands in the file. */
  Clause.Template template(Token string) {
    String quoted = string.getText();
    List<Clause.TemplatePart> parts = new ArrayList<>();
    StringBuilder plain = new StringBuilder("\"");
    int at = 1;
    int plainFrom = 1;
    while (at < quoted.length() - 1) {
      char c = quoted.charAt(at);
      if (c == '\\') {
        plain.append(c).append(quoted.charAt(at + 1));
        at += 2;
      } else if ((c == '{' || c == '}') && quoted.charAt(at + 1) == c) {
        plain.append(c);
        at += 2;
      } else if (c == '{') {
        addPlain(parts, plain, string, plainFrom, at);
        int close = endOfHole(quoted, at);
        Span whole = new Span(string.getStartIndex() + at, string.getStopIndex());
        if (close < 0) {
          complaints.add(
              Code.W0007, whole, "a hole without end", "opened here", "close it with `}`");
          return new Clause.Template(span(string), parts);
        }
        int start = string.getStartIndex() + at + 1;
        Span hole = new Span(start, string.getStartIndex() + close);
        Optional<Expression> value = complaints.parseHole(hole, this);
        value.ifPresent(v -> parts.add(new Clause.TemplatePart(hole, "", Optional.of(v))));
        at = close + 1;
        plainFrom = at;
      } else if (c == '}') {
        complaints.add(
            Code.W0007,
            new Span(string.getStartIndex() + at, string.getStartIndex() + at + 1),
            "a `}` without `{`",
            "closes nothing",
            "write `}}` for the sign itself");
        at++;
      } else {
        plain.append(c);
        at++;
      }
    }
    addPlain(parts, plain, string, plainFrom, at);
    return new Clause.Template(span(string), parts);
  }

  /** The `}` that closes a hole, texts in it passed over; -1 if there is none. */
  private static int endOfHole(String quoted, int open) {
    boolean inText = false;
    for (int i = open + 1; i < quoted.length() - 1; i++) {
      char c = quoted.charAt(i);
      if (c == '\\' && quoted.charAt(i + 1) == '"') {
        inText = !inText;
        i++;
      } else if (c == '}' && !inText) {
        return i;
      }
    }
    return -1;
  }

  private static void addPlain(
      List<Clause.TemplatePart> parts, StringBuilder plain, Token string, int from, int to) {
    if (plain.length() > 1) {
      parts.add(
          new Clause.TemplatePart(
              new Span(string.getStartIndex() + from, string.getStartIndex() + to),
              Literals.unquote(plain + "\""),
              Optional.empty()));
    }
    plain.setLength(1);
  }
}
