package dev.weir.server.lsp;

import dev.weir.dsl.source.Span;
import dev.weir.dsl.syntax.Lexeme;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a file declares, read from its tokens: also from a file that is not whole yet. Immutable.
 *
 * @param lexemes without comments
 */
record Outline(String text, List<Lexeme> lexemes, List<Symbol> symbols) {
  /** What is declared. */
  enum Kind {
    EVENT,
    DEFINE,
    LIST,
    PARAM,
    LET,
    RULE,
    TEST,
    FIELD,
    STEP
  }

  /**
   * A declaration.
   *
   * @param name where its name stands
   * @param whole from its first word to its end
   * @param type of a field or parameter as written; of a define or step the type it is of
   * @param detail the declaration in one line
   * @param parts fields of an event, steps of a rule
   */
  record Symbol(
      Kind kind,
      String label,
      Span name,
      Span whole,
      String type,
      String detail,
      List<Symbol> parts) {
    Symbol {
      parts = List.copyOf(parts);
    }
  }

  private static final Set<String> DECLARING =
      Set.of("event", "define", "list", "param", "let", "rule", "test");
  private static final int DETAIL_MAX = 160;

  static Outline of(String text) {
    List<Lexeme> lexemes =
        Lexeme.of(text).stream().filter(l -> l.kind() != Lexeme.Kind.COMMENT).toList();
    List<Symbol> symbols = new ArrayList<>();
    for (int at = 0; at < lexemes.size(); ) {
      int end = endOf(lexemes, at);
      if (DECLARING.contains(lexemes.get(at).text()) && at + 1 < end) {
        symbols.add(symbol(text, lexemes.subList(at, end)));
      }
      at = end;
    }
    return new Outline(text, lexemes, symbols);
  }

  /**
   * Where the declaration that begins here ends: before the next one that stands at a line's start.
   */
  private static int endOf(List<Lexeme> all, int from) {
    int depth = 0;
    for (int i = from; i < all.size(); i++) {
      String text = all.get(i).text();
      boolean isNext = i > from && DECLARING.contains(text) && i + 1 < all.size();
      if (isNext && (depth <= 0 || isUnclosedBefore(all, i))) {
        return i;
      }
      depth += text.equals("{") ? 1 : text.equals("}") ? -1 : 0;
    }
    return all.size();
  }

  /** A declaring word, a name and what follows it: too much for a field or a clause. */
  private static boolean isUnclosedBefore(List<Lexeme> all, int at) {
    String word = all.get(at).text();
    String next = all.get(at + 1).text();
    String behind = at + 2 < all.size() ? all.get(at + 2).text() : "";
    return switch (word) {
      case "event", "rule" -> all.get(at + 1).kind() == Lexeme.Kind.NAME && behind.equals("{");
      case "test" -> next.startsWith("\"") && behind.equals("for");
      case "define", "let" -> all.get(at + 1).kind() == Lexeme.Kind.NAME && behind.equals("=");
      default -> false;
    };
  }

  private static Symbol symbol(String text, List<Lexeme> all) {
    Kind kind = Kind.valueOf(all.get(0).text().toUpperCase(java.util.Locale.ROOT));
    Lexeme name = all.get(1);
    Span whole = all.get(0).span().to(all.get(all.size() - 1).span());
    String label = kind == Kind.TEST ? name.text().replace("\"", "") : name.text();
    List<Symbol> parts =
        switch (kind) {
          case EVENT -> fields(text, all);
          case RULE -> steps(text, all);
          default -> List.of();
        };
    String type =
        switch (kind) {
          case DEFINE -> all.size() > 3 ? all.get(3).text() : "";
          case LIST, PARAM -> all.size() > 2 ? all.get(2).text() : "";
          default -> "";
        };
    return new Symbol(kind, label, name.span(), whole, type, detail(text, whole), parts);
  }

  /** The first lines of a declaration as one. */
  private static String detail(String text, Span span) {
    String written = text.substring(span.start(), span.end()).replaceAll("\\s+", " ");
    int points = Math.min(DETAIL_MAX, written.codePointCount(0, written.length()));
    int end = written.offsetByCodePoints(0, points);
    return end < written.length() ? written.substring(0, end) + "…" : written;
  }

  private static List<Symbol> fields(String text, List<Lexeme> all) {
    List<Symbol> fields = new ArrayList<>();
    int depth = 0;
    for (int i = 2; i < all.size(); i++) {
      String word = all.get(i).text();
      depth += word.equals("{") ? 1 : word.equals("}") ? -1 : 0;
      boolean isFirst =
          text.substring(lineStart(text, all.get(i)), all.get(i).span().start()).isBlank();
      String before = all.get(i - 1).text();
      if (depth == 1
          && i + 1 < all.size()
          && isWord(word)
          && isWord(all.get(i + 1).text())
          && (before.equals("{") || before.equals(",") || isFirst)
          && !word.equals("then")) {
        int end = i + 1;
        while (end + 1 < all.size() && !endsField(text, all, end + 1)) {
          end++;
        }
        Span whole = all.get(i).span().to(all.get(end).span());
        fields.add(
            new Symbol(
                Kind.FIELD,
                word,
                all.get(i).span(),
                whole,
                all.get(i + 1).text(),
                detail(text, whole),
                List.of()));
        i = end;
      }
    }
    return fields;
  }

  private static boolean endsField(String text, List<Lexeme> all, int at) {
    String word = all.get(at).text();
    return word.equals(",")
        || word.equals("}")
        || text.substring(lineStart(text, all.get(at)), all.get(at).span().start()).isBlank();
  }

  private static int lineStart(String text, Lexeme lexeme) {
    return text.lastIndexOf('\n', lexeme.span().start() - 1) + 1;
  }

  /**
   * In a pattern a step is called {@code name: Type}; nothing else has a word behind such a sign.
   */
  private static List<Symbol> steps(String text, List<Lexeme> all) {
    List<Symbol> steps = new ArrayList<>();
    boolean inMatch = false;
    for (int i = 2; i + 2 < all.size(); i++) {
      String word = all.get(i).text();
      inMatch |= word.equals("match") && !all.get(i - 1).text().equals("after");
      inMatch &= !word.equals("alert");
      String name = all.get(i).text();
      if (inMatch
          && all.get(i + 1).text().equals(":")
          && isWord(name)
          && isWord(all.get(i + 2).text())) {
        Span whole = all.get(i).span().to(all.get(i + 2).span());
        steps.add(
            new Symbol(
                Kind.STEP,
                name,
                all.get(i).span(),
                whole,
                all.get(i + 2).text(),
                detail(text, whole),
                List.of()));
      }
    }
    return steps;
  }

  static boolean isWord(String text) {
    return !text.isEmpty() && (Character.isLetter(text.charAt(0)) || text.charAt(0) == '_');
  }

  /** The declaration that stands round the place, as far as it is written. */
  java.util.Optional<Symbol> around(int offset) {
    java.util.Optional<Symbol> found = java.util.Optional.empty();
    for (Symbol symbol : symbols) {
      if (symbol.whole().start() < offset) {
        boolean isClosed =
            symbol.whole().end() < offset
                && text.substring(symbol.whole().start(), symbol.whole().end()).endsWith("}");
        found = isClosed ? java.util.Optional.empty() : java.util.Optional.of(symbol);
      }
    }
    return found;
  }

  /** The lexeme at or just before the place, a word rather than a sign; -1 if none. */
  int at(int offset) {
    int found = -1;
    for (int i = 0; i < lexemes.size() && lexemes.get(i).span().start() <= offset; i++) {
      if (offset <= lexemes.get(i).span().end()
          && (found < 0 || !isWord(lexemes.get(found).text()))) {
        found = i;
      }
    }
    return found;
  }

  /** The last lexeme that ends at or before the place; -1 if none. */
  int before(int offset) {
    for (int i = lexemes.size() - 1; i >= 0; i--) {
      if (lexemes.get(i).span().end() <= offset) {
        return i;
      }
    }
    return -1;
  }
}
