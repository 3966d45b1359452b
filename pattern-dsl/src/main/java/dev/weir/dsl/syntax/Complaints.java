package dev.weir.dsl.syntax;

import dev.weir.dsl.ast.Expression;
import dev.weir.dsl.diagnostic.Code;
import dev.weir.dsl.diagnostic.Diagnostic;
import dev.weir.dsl.source.SourceText;
import dev.weir.dsl.source.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.antlr.v4.runtime.Token;

/** Collects what is wrong with one file, and reads values that may be out of range. */
final class Complaints {
  private final SourceText source;
  private final List<Diagnostic> all = new ArrayList<>();

  Complaints(SourceText source) {
    this.source = source;
  }

  List<Diagnostic> all() {
    return all;
  }

  void add(Code code, Span span, String message, String note, String help) {
    all.add(
        new Diagnostic(
            code,
            Diagnostic.Severity.ERROR,
            source,
            span,
            message,
            note,
            List.of(),
            help.isEmpty() ? Optional.empty() : Optional.of(help)));
  }

  long duration(Token token) {
    Optional<Long> value = Literals.duration(token.getText());
    if (value.isEmpty()) {
      add(
          Code.W0003,
          AstBuilder.span(token),
          "a duration beyond 292 years",
          "too long",
          "a shorter duration, such as `3650d`");
    }
    return value.orElse(1L);
  }

  int integer(Token token) {
    String digits = token.getText().replace("_", "");
    if (digits.length() <= 9 && digits.chars().allMatch(Character::isDigit)) {
      return Integer.parseInt(digits);
    }
    add(
        Code.W0003,
        AstBuilder.span(token),
        "not a whole number below 1,000,000,000",
        "a whole number is needed",
        "");
    return 1;
  }

  /** The expression of a hole in a text. */
  Optional<Expression> parseHole(Span hole, ExpressionBuilder builder) {
    return RuleParser.parseExpression(source, hole, this, builder);
  }
}
