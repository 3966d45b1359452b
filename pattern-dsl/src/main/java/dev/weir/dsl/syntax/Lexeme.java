package dev.weir.dsl.syntax;

import dev.weir.dsl.source.Span;
import java.util.ArrayList;
import java.util.List;
import org.antlr.v4.runtime.Token;

/**
 * A word, sign, literal or comment of a rule file. Immutable.
 *
 * @param kind what it is
 * @param span where it stands
 * @param text as written; a comment with its {@code #}, without spaces at its end
 */
public record Lexeme(Kind kind, Span span, String text) {
  /** What a lexeme is. */
  public enum Kind {
    /** A name that is no word of the language. */
    NAME,
    /** A word or sign of the language, a number, a duration, a text. */
    TOKEN,
    COMMENT
  }

  /** All lexemes of a text in order; white space is left out. */
  public static List<Lexeme> of(String text) {
    WeirLexer lexer = new WeirLexer(new Utf16Stream(text, 0, text.length()));
    lexer.removeErrorListeners();
    List<Lexeme> all = new ArrayList<>();
    for (Token token : lexer.getAllTokens()) {
      Kind kind =
          switch (token.getType()) {
            case WeirLexer.COMMENT -> Kind.COMMENT;
            case WeirLexer.IDENT -> Kind.NAME;
            default -> Kind.TOKEN;
          };
      if (token.getType() != WeirLexer.SPACE) {
        String written = token.getText();
        all.add(
            new Lexeme(
                kind,
                AstBuilder.span(token),
                kind == Kind.COMMENT ? written.stripTrailing() : written));
      }
    }
    return all;
  }

  /** True if the text can stand as a name wherever one is wanted. */
  public static boolean isName(String text) {
    List<Lexeme> all = of(text);
    return all.size() == 1 && all.get(0).kind() == Kind.NAME && all.get(0).text().equals(text);
  }
}
