package dev.weir.dsl.syntax;

import dev.weir.dsl.ast.Expression;
import dev.weir.dsl.ast.RuleFile;
import dev.weir.dsl.diagnostic.Code;
import dev.weir.dsl.diagnostic.Diagnostic;
import dev.weir.dsl.diagnostic.NearNames;
import dev.weir.dsl.diagnostic.Result;
import dev.weir.dsl.source.SourceText;
import dev.weir.dsl.source.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.antlr.v4.runtime.BaseErrorListener;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Recognizer;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.misc.IntervalSet;
import org.jspecify.annotations.Nullable;

/** Parses rule files. Safe for many threads. */
public final class RuleParser {
  /** Characters of the longest file. */
  public static final int FILE_CHARS_MAX = 4 * 1024 * 1024;

  /** Characters of the longest line. */
  public static final int LINE_CHARS_MAX = 100_000;

  /** Mistakes looked for in one file; what follows most likely follows from them. */
  private static final int DIAGNOSTICS_MAX = 1_000;

  /**
   * Operators and dots of one expression; each may nest what stands before it. Every pass over an
   * expression is recursive: this many levels fit several times into the smallest usual stack.
   */
  public static final int OPERATORS_MAX = 300;

  /** How deep brackets may nest. */
  public static final int NESTING_MAX = 200;

  private RuleParser() {}

  /** The tree of the file, or what is wrong with it. Throws nothing for a mistake in the file. */
  public static Result<RuleFile> parse(SourceText source) {
    Complaints complaints = new Complaints(source);
    if (!isWithinLimits(source, complaints)) {
      return new Result<>(Optional.empty(), complaints.all());
    }
    WeirParser parser = parser(source.text(), 0, source.text().length(), complaints);
    WeirParser.FileContext tree = parser.file();
    Optional<RuleFile> file = Optional.empty();
    if (complaints.all().isEmpty()) {
      file = Optional.of(new AstBuilder(complaints).file(tree));
    } else {
      complaints = byDeclaration(source);
    }
    List<Diagnostic> found = new ArrayList<>(complaints.all());
    found.sort(Comparator.comparingInt(d -> d.span().start()));
    return new Result<>(found.isEmpty() ? file : Optional.empty(), found);
  }

  private static final Pattern DECLARATION_START =
      Pattern.compile("(?m)^[ \\t]*(?:event|define|list|param|let|rule|test)\\b");

  /** The mistakes of each declaration by itself, so that one never hides those of the next. */
  private static Complaints byDeclaration(SourceText source) {
    Complaints complaints = new Complaints(source);
    String text = source.text();
    List<Integer> starts = new ArrayList<>();
    starts.add(0);
    Matcher matcher = DECLARATION_START.matcher(text);
    while (matcher.find()) {
      // a field may be called `list`: only a keyword at the margin begins a declaration
      boolean atMargin = matcher.group().equals(matcher.group().strip());
      if (atMargin && matcher.start() > 0) {
        starts.add(matcher.start());
      }
    }
    starts.add(text.length());
    for (int i = 0; i + 1 < starts.size(); i++) {
      int before = complaints.all().size();
      if (before > DIAGNOSTICS_MAX) {
        break;
      }
      WeirParser.FileContext tree =
          parser(text, starts.get(i), starts.get(i + 1), complaints).file();
      if (complaints.all().size() == before) {
        new AstBuilder(complaints).file(tree);
      }
    }
    return complaints;
  }

  /** Parses the expression at a place of a file whose other text is parsed already. */
  static Optional<Expression> parseExpression(
      SourceText source, Span hole, Complaints complaints, ExpressionBuilder builder) {
    int before = complaints.all().size();
    String text = withPlainQuotes(source.text().substring(hole.start(), hole.end()));
    String whole = source.text().substring(0, hole.start()) + text;
    WeirParser parser = parser(whole, hole.start(), whole.length(), complaints);
    WeirParser.ExpressionContext tree = parser.expression();
    Token rest = parser.getCurrentToken();
    if (rest.getType() != Token.EOF && complaints.all().size() == before) {
      complaints.add(
          Code.W0001, AstBuilder.span(rest), "unexpected `" + rest.getText() + "`", "", "");
    }
    return complaints.all().size() == before
        ? Optional.of(builder.expression(tree))
        : Optional.empty();
  }

  /** A hole's {@code \"} as quotes; a space outside of the text fills the room of each. */
  private static String withPlainQuotes(String hole) {
    StringBuilder out = new StringBuilder(hole);
    boolean opens = true;
    for (int i = out.indexOf("\\\""); i >= 0; i = out.indexOf("\\\"", i + 2)) {
      out.replace(i, i + 2, opens ? " \"" : "\" ");
      opens = !opens;
    }
    return out.toString();
  }

  private static WeirParser parser(String text, int from, int end, Complaints complaints) {
    WeirLexer lexer = new WeirLexer(new Utf16Stream(text, from, end));
    lexer.removeErrorListeners();
    WeirParser parser = new WeirParser(new CommonTokenStream(lexer));
    parser.removeErrorListeners();
    parser.addErrorListener(new InWords(complaints, text, end));
    return parser;
  }

  /** Size and nesting, before anything recursive looks at the file. */
  private static boolean isWithinLimits(SourceText source, Complaints complaints) {
    String text = source.text();
    if (text.length() > FILE_CHARS_MAX) {
      complaints.add(
          Code.W0002,
          new Span(0, 1),
          "a file of more than 4 MiB",
          "",
          "split it: all files of a folder are one rule set");
      return false;
    }
    int depth = 0;
    int lineStart = 0;
    boolean inText = false;
    boolean inComment = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        lineStart = i + 1;
        inText = false;
        inComment = false;
      } else if (i - lineStart >= LINE_CHARS_MAX) {
        complaints.add(
            Code.W0002, new Span(i, i + 1), "a line of more than 100,000 characters", "", "");
        return false;
      } else if (c == '\\' && inText) {
        i++;
      } else if (c == '"' && !inComment) {
        inText = !inText;
      } else if (!inText && c == '#') {
        inComment = true;
      } else if (!inText && !inComment && (c == '(' || c == '{' || c == '[')) {
        depth++;
        if (depth > NESTING_MAX) {
          complaints.add(
              Code.W0002, new Span(i, i + 1), "brackets nested more than 200 deep", "", "");
          return false;
        }
      } else if (!inText && !inComment && (c == ')' || c == '}' || c == ']')) {
        depth--;
      }
    }
    return hasShortExpressions(text, complaints);
  }

  private static final Set<String> OPERATORS =
      Set.of(
          "+",
          "-",
          "*",
          "/",
          ".",
          "[",
          "not",
          "and",
          "or",
          "is",
          "in",
          "=",
          "==",
          "!=",
          "<",
          "<=",
          ">",
          ">=",
          "starts",
          "ends",
          "contains",
          "matches");

  private static final Set<String> DECLARATIONS =
      Set.of("event", "define", "list", "param", "let", "rule", "test");

  /** Chains of operators become deep trees. */
  private static boolean hasShortExpressions(String text, Complaints complaints) {
    int operators = 0;
    int depth = 0;
    List<Lexeme> all = Lexeme.of(text);
    for (int i = 0; i < all.size(); i++) {
      Lexeme lexeme = all.get(i);
      // a declaration's word may also be a name, but then no name follows
      boolean begins =
          DECLARATIONS.contains(lexeme.text())
              && i + 1 < all.size()
              && (all.get(i + 1).kind() == Lexeme.Kind.NAME
                  || all.get(i + 1).text().startsWith("\""));
      operators = begins && depth == 0 ? 0 : operators;
      switch (lexeme.text()) {
        case "(" -> depth++;
        case ")" -> depth = Math.max(0, depth - 1);
        case "{", "}", ",", ";", ":" -> operators = depth == 0 ? 0 : operators;
        default -> operators += OPERATORS.contains(lexeme.text()) ? 1 : 0;
      }
      if (operators > OPERATORS_MAX) {
        complaints.add(
            Code.W0002,
            lexeme.span(),
            "an expression of more than 300 operators",
            "too long",
            "a list, or several rules");
        return false;
      }
    }
    return true;
  }

  /** Says syntax errors in words; one a line, since the rest follows from the first. */
  private static final class InWords extends BaseErrorListener {
    private final Complaints complaints;
    private final String text;
    private final int end;
    private int lastLine = -1;

    InWords(Complaints complaints, String text, int end) {
      this.complaints = complaints;
      this.text = text;
      this.end = end;
    }

    @Override
    public void syntaxError(
        Recognizer<?, ?> recognizer,
        Object offending,
        int line,
        int column,
        String message,
        @Nullable RecognitionException cause) {
      Token token = (Token) offending;
      if (line == lastLine || complaints.all().size() > DIAGNOSTICS_MAX) {
        return;
      }
      lastLine = line;
      boolean atEnd = token.getType() == Token.EOF;
      Span span = atEnd ? new Span(end, end) : whole(AstBuilder.span(token));
      String seen =
          atEnd ? "the end of the text" : "`" + text.substring(span.start(), span.end()) + "`";
      WeirParser parser = (WeirParser) recognizer;
      IntervalSet expected =
          cause != null && cause.getExpectedTokens() != null
              ? cause.getExpectedTokens()
              : parser.getExpectedTokens();
      String help = otherLanguage(token.getText());
      SortedSet<String> words = words(parser, expected);
      if (help.isEmpty()) {
        List<String> near = NearNames.of(token.getText(), words);
        help = near.isEmpty() ? expectation(words) : "did you mean `" + near.get(0) + "`?";
      }
      complaints.add(Code.W0001, span, "unexpected " + seen, "not expected here", help);
    }

    /** A sign beyond the basic plane is two code units, of which the lexer sees the first. */
    private Span whole(Span span) {
      boolean isHalf =
          span.end() < text.length()
              && Character.isSurrogatePair(text.charAt(span.end() - 1), text.charAt(span.end()));
      return isHalf ? new Span(span.start(), span.end() + 1) : span;
    }

    private static String otherLanguage(String seen) {
      return switch (seen) {
        case "&" -> "write `and`";
        case "|" -> "write `or`";
        case "'" -> "texts stand in double quotes: \"text\"";
        case "!" -> "write `not`, or `!=`";
        case "\"" -> "the text is not closed: add `\"` on the same line";
        case ";" -> "nothing stands between clauses: leave it out";
        default -> "";
      };
    }

    private static SortedSet<String> words(WeirParser parser, IntervalSet expected) {
      SortedSet<String> words = new TreeSet<>();
      for (int type : expected.toList()) {
        String literal = parser.getVocabulary().getLiteralName(type);
        if (literal != null) {
          words.add(literal.substring(1, literal.length() - 1));
        }
      }
      return words;
    }

    private static String expectation(SortedSet<String> words) {
      if (words.isEmpty() || words.size() > 6) {
        return "";
      }
      return "expected here: "
          + String.join(" or ", words.stream().map(w -> "`" + w + "`").toList());
    }
  }
}
