package dev.weir.server.lsp;

import dev.weir.dsl.syntax.Lexeme;
import dev.weir.server.lsp.Outline.Kind;
import dev.weir.server.lsp.Outline.Symbol;
import dev.weir.server.lsp.RuleNames.Found;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.lsp4j.CompletionItem;
import org.eclipse.lsp4j.CompletionItemKind;

/** What may be written at a place, judged by the tokens before it. One use. */
final class Completion {
  private static final Set<String> BEFORE_VALUES =
      Set.of(
          "where", "require", "and", "or", "not", "when", "(", "=", "!=", "<", "<=", ">", ">=", "+",
          "-", "*", "/", ",", "rising", "during", "until", "with");
  private static final Set<String> BEFORE_TYPES =
      Set.of(
          "match", "then", "next", "any", "maybe", "no", "among", "without", "unless", ":", "than",
          "{", "or", "}");
  private static final List<String> SEVERITIES = List.of("low", "medium", "high", "critical");
  private static final List<String> STATUSES =
      List.of("off", "shadow", "canary", "live", "retired");

  private final RuleNames names;
  private final Outline outline;
  private final int offset;
  private final Map<String, CompletionItem> items = new LinkedHashMap<>();

  private Completion(RuleNames names, Outline outline, int offset) {
    this.names = names;
    this.outline = outline;
    this.offset = offset;
  }

  static List<CompletionItem> at(RuleNames names, Outline outline, int offset) {
    Completion completion = new Completion(names, outline, offset);
    completion.complete();
    return List.copyOf(completion.items.values());
  }

  private void complete() {
    int last = outline.before(wordStart());
    List<Lexeme> all = outline.lexemes();
    String before = last < 0 ? "" : all.get(last).text();
    if (isInside(last)) {
      return; // in a text or comment
    }
    Optional<Symbol> within = outline.around(wordStart());
    if (within.isEmpty() || isJustBegun(last, within.get())) {
      words(Vocabulary.DECLARATIONS, CompletionItemKind.Keyword);
      return;
    }
    if (before.equals(".")) {
      members(within.get(), last);
      return;
    }
    switch (within.get().kind()) {
      case EVENT -> inEvent(last, before);
      case TEST -> inTest(last, before);
      case DEFINE -> inDefine(within.get(), before);
      case LIST, PARAM -> words(Vocabulary.FIELD_TYPES, CompletionItemKind.TypeParameter);
      case LET -> expression(within.get());
      default -> inRule(within.get(), last, before);
    }
  }

  /** Where the word begins that is being written. */
  private int wordStart() {
    int at = offset;
    String text = outline.text();
    while (at > 0
        && (Character.isLetterOrDigit(text.charAt(at - 1)) || text.charAt(at - 1) == '_')) {
      at--;
    }
    return at;
  }

  private boolean isInside(int last) {
    String text = outline.text();
    int line = text.lastIndexOf('\n', offset - 1) + 1;
    boolean isQuoted = false;
    for (int i = line; i < offset; i++) {
      char c = text.charAt(i);
      if (c == '"' && (i == line || text.charAt(i - 1) != '\\')) {
        isQuoted = !isQuoted;
      } else if (c == '#' && !isQuoted) {
        return true;
      }
    }
    return isQuoted && last >= -1;
  }

  /** Only the first word of a declaration stands there, and that is being written. */
  private boolean isJustBegun(int last, Symbol within) {
    return last < 0 || outline.lexemes().get(last).span().end() <= within.whole().start();
  }

  private boolean startsLine() {
    String text = outline.text();
    int at = wordStart();
    return text.substring(text.lastIndexOf('\n', at - 1) + 1, at).isBlank();
  }

  private void inEvent(int last, String before) {
    if (before.equals("{") || before.equals(",") || startsLine()) {
      return; // a new name
    }
    String beforeThat = last > 0 ? outline.lexemes().get(last - 1).text() : "";
    boolean isName = beforeThat.equals("{") || beforeThat.equals(",") || isFirstOfLine(last);
    words(
        isName ? Vocabulary.FIELD_TYPES : Vocabulary.FIELD_OPTIONS,
        isName ? CompletionItemKind.TypeParameter : CompletionItemKind.Keyword);
  }

  private boolean isFirstOfLine(int lexeme) {
    if (lexeme < 0) {
      return false;
    }
    int start = outline.lexemes().get(lexeme).span().start();
    return outline
        .text()
        .substring(outline.text().lastIndexOf('\n', start - 1) + 1, start)
        .isBlank();
  }

  private void inDefine(Symbol define, String before) {
    if (before.equals("=") && define.type().isEmpty()) {
      types();
    } else if (before.equals(define.type())) {
      item("where", CompletionItemKind.Keyword, "", Vocabulary.meaning("where"));
    } else {
      types();
      expression(define);
    }
  }

  private void inTest(int last, String before) {
    List<Lexeme> all = outline.lexemes();
    String beforeThat = last > 0 ? all.get(last - 1).text() : "";
    int open = openBrace(last);
    String owner = open > 0 ? all.get(open - 1).text() : "";
    if (before.equals("for") || before.equals("expect")) {
      for (Found rule : names.all(Set.of(Kind.RULE))) {
        found(rule, CompletionItemKind.Class);
      }
      item("nothing", CompletionItemKind.Keyword, "", Vocabulary.meaning("expect"));
    } else if (beforeThat.equals("at") && names.named(owner, RuleNames.TYPES).isEmpty()) {
      types();
    } else if (names.named(owner, RuleNames.TYPES).isPresent()) {
      fields(owner);
    } else if (startsLine() || before.equals("{") || before.equals("}")) {
      words(Vocabulary.TEST_LINES, CompletionItemKind.Keyword);
    }
  }

  /** The brace round the place; -1 if none. */
  private int openBrace(int last) {
    int depth = 0;
    for (int i = last; i >= 0; i--) {
      String text = outline.lexemes().get(i).text();
      if (text.equals("}")) {
        depth++;
      } else if (text.equals("{") && depth-- == 0) {
        return i;
      }
    }
    return -1;
  }

  private void inRule(Symbol rule, int last, String before) {
    String beforeThat = last > 0 ? outline.lexemes().get(last - 1).text() : "";
    if (before.equals("severity")) {
      SEVERITIES.forEach(w -> item(w, CompletionItemKind.EnumMember, "", ""));
    } else if (before.equals("status")) {
      STATUSES.forEach(w -> item(w, CompletionItemKind.EnumMember, "", ""));
    } else if (before.equals("in")) {
      for (Found list : names.all(Set.of(Kind.LIST))) {
        found(list, CompletionItemKind.Enum);
      }
    } else if (before.equals("by") || (before.equals("(") && beforeThat.equals("by"))) {
      keys(rule);
    } else if (BEFORE_TYPES.contains(before) && !(before.equals("{") && isClauseBrace(last))) {
      types();
      words(Vocabulary.PATTERN, CompletionItemKind.Keyword);
    } else if (BEFORE_VALUES.contains(before) && !(startsLine() && before.equals(","))) {
      types();
      expression(rule);
    } else {
      words(Vocabulary.CLAUSES, CompletionItemKind.Keyword);
      words(Vocabulary.PATTERN, CompletionItemKind.Keyword);
      words(Vocabulary.CONDITIONS, CompletionItemKind.Operator);
    }
  }

  /** The brace that opens the rule, not one of a pattern. */
  private boolean isClauseBrace(int brace) {
    return openBrace(brace - 1) < 0;
  }

  private void keys(Symbol rule) {
    List<String> types = names.typesIn(outline, rule);
    if (types.isEmpty()) {
      names.all(Set.of(Kind.EVENT)).forEach(event -> fields(event.symbol().label()));
    } else {
      types.forEach(this::fields);
    }
    types();
  }

  private void members(Symbol within, int dot) {
    List<Lexeme> all = outline.lexemes();
    if (dot < 1) {
      return;
    }
    int owner = dot - 1;
    if (all.get(owner).text().equals("]")) {
      while (owner > 0 && !all.get(owner).text().equals("[")) {
        owner--;
      }
      owner = Math.max(0, owner - 1);
    }
    String name = all.get(owner).text();
    fields(RuleNames.typeOf(Optional.of(within), name).orElse(name));
  }

  private void expression(Symbol within) {
    List<String> near = names.typesBefore(outline, within, wordStart());
    near.stream().limit(1).forEach(this::fields);
    for (Symbol step : within.parts()) {
      if (step.kind() == Kind.STEP) {
        item(step.label(), CompletionItemKind.Variable, step.type(), "A step of this rule.");
      }
    }
    for (Found value : names.all(RuleNames.VALUES)) {
      found(value, CompletionItemKind.Constant);
    }
    words(Vocabulary.FUNCTIONS, CompletionItemKind.Function);
  }

  private void types() {
    for (Found type : names.all(RuleNames.TYPES)) {
      found(type, CompletionItemKind.Class);
    }
  }

  private void fields(String type) {
    names
        .eventOf(type)
        .ifPresent(
            event ->
                event
                    .symbol()
                    .parts()
                    .forEach(f -> item(f.label(), CompletionItemKind.Field, f.type(), f.detail())));
  }

  private void found(Found found, CompletionItemKind kind) {
    Symbol symbol = found.symbol();
    item(symbol.label(), kind, symbol.type(), symbol.detail());
  }

  private void words(Map<String, String> words, CompletionItemKind kind) {
    words.forEach((word, meaning) -> item(word, kind, "", meaning));
  }

  private void item(String label, CompletionItemKind kind, String detail, String meaning) {
    CompletionItem item = new CompletionItem(label);
    item.setKind(kind);
    if (!detail.isEmpty()) {
      item.setDetail(detail);
    }
    if (!meaning.isEmpty()) {
      item.setDocumentation(meaning);
    }
    items.putIfAbsent(label, item);
  }
}
