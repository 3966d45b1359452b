package dev.weir.dsl.format;

import dev.weir.dsl.ast.Clause;
import dev.weir.dsl.ast.Declaration;
import dev.weir.dsl.ast.RuleFile;
import dev.weir.dsl.ast.TestLine;
import dev.weir.dsl.source.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Decides where lines begin and how wide the gaps are: blocks here, what stands inside a clause in
 * {@link ClauseLayout}. Words are neither changed nor moved; separators that the language leaves
 * open are put in or left out.
 */
final class Layout implements Declaration.Visitor<Void> {
  private static final int INDENT = 2;

  /** Arguments of clauses begin in one column: behind the longest keywords of one word. */
  private static final int KEYWORD_WIDTH = "severity".length() + 1;

  private static final Set<String> ALONE = Set.of("on", "after", "only");

  private final Words words;

  private Layout(Words words) {
    this.words = words;
  }

  static void of(RuleFile file, Words words) {
    Layout layout = new Layout(words);
    for (Declaration declaration : file.declarations()) {
      layout.words.beginLine(layout.words.first(declaration.span()), 0);
      declaration.accept(layout);
    }
  }

  // ---- events

  @Override
  public Void event(Declaration.Event event) {
    int open = words.next(words.first(event.span()), "{");
    int close =
        event.fields().isEmpty()
            ? open + 1
            : words.next(words.end(event.fields().get(event.fields().size() - 1).span()), "}");
    words.tightScales(event.span());
    List<Integer> starts = new ArrayList<>();
    event.fields().forEach(field -> starts.add(words.first(field.span())));
    boolean wide =
        words.isNewLineAfter(open)
            || words.hasComment(open, close)
            || words.width(words.first(event.span()), close + 1) > LineWriter.WIDTH_MAX;
    if (!wide || starts.isEmpty()) {
      words.separate(starts, close, ",");
      return null;
    }
    separateFields(starts, close);
    int nameWidth = 0;
    int typeWidth = 0;
    for (Declaration.FieldDeclaration field : event.fields()) {
      nameWidth = Math.max(nameWidth, field.name().text().length());
      typeWidth = Math.max(typeWidth, typeWidth(field));
    }
    for (Declaration.FieldDeclaration field : event.fields()) {
      int start = words.first(field.span());
      words.beginLine(start, INDENT);
      words.gapBefore(start + 1, nameWidth - field.name().text().length() + 1);
      int option = words.end(field.type().span()) + (field.optional() ? 1 : 0);
      if (option < words.size() && !words.text(option).equals(",")) {
        words.gapBefore(option, typeWidth - typeWidth(field) + 1);
      }
    }
    words.beginLine(close, 0);
    return null;
  }

  private int typeWidth(Declaration.FieldDeclaration field) {
    int from = words.first(field.type().span());
    return words.width(from, words.end(field.type().span()) + (field.optional() ? 1 : 0));
  }

  /** No commas at the ends of lines, but where the next name would be read as part of the type. */
  private void separateFields(List<Integer> starts, int close) {
    for (int i = 1; i < starts.size(); i++) {
      String name = words.text(starts.get(i));
      boolean isWord = Set.of("pii", "id", "from", "in").contains(name);
      if (!isWord && !name.matches("[A-Z][A-Z][A-Z]")) {
        words.dropIf(starts.get(i) - 1, ",");
      }
    }
    words.dropIf(close - 1, ",");
  }

  // ---- values

  @Override
  public Void define(Declaration.Define define) {
    define.where().ifPresent(where -> clauseLayout().selection(where, words.end(define.span())));
    return null;
  }

  @Override
  public Void list(Declaration.ListDeclaration list) {
    words.tightScales(list.span());
    if (list.file().isEmpty()) {
      int open = words.next(words.end(list.type().span()), "{");
      int close = words.end(list.span()) - 1;
      List<Integer> starts = new ArrayList<>();
      list.values().forEach(value -> starts.add(words.first(value.span())));
      list.values().forEach(clauseLayout()::expression);
      words.separate(starts, close, ",");
      filled(open, close, starts);
    }
    return null;
  }

  /** Items between braces: as many a line as fit. */
  private void filled(int open, int close, List<Integer> starts) {
    Group items = new Group(open, close + 1);
    items.fill = true;
    starts.forEach(start -> items.breakAt(start, INDENT));
    words.root().put(items);
  }

  @Override
  public Void param(Declaration.Param param) {
    words.tightScales(param.span());
    ClauseLayout inside = clauseLayout();
    inside.expression(param.value());
    param.least().ifPresent(inside::expression);
    param.greatest().ifPresent(inside::expression);
    return null;
  }

  @Override
  public Void let(Declaration.Let let) {
    clauseLayout().expression(let.value());
    return null;
  }

  // ---- rules

  @Override
  public Void rule(Declaration.Rule rule) {
    for (Clause clause : rule.clauses()) {
      int keyword = words.first(clause.span());
      words.beginLine(keyword, INDENT);
      boolean isAlone =
          ALONE.contains(words.text(keyword)) || keyword + 1 == words.end(clause.span());
      if (!isAlone) {
        int width = words.text(keyword).length();
        words.gapBefore(keyword + 1, Math.max(1, KEYWORD_WIDTH - width));
      }
      clause.accept(clauseLayout());
    }
    closeBlock(rule.span(), rule.clauses().isEmpty());
    return null;
  }

  private void closeBlock(Span span, boolean isEmpty) {
    int close = words.end(span) - 1;
    if (!isEmpty || words.hasComment(words.first(span), close)) {
      words.beginLine(close, 0);
    }
  }

  private ClauseLayout clauseLayout() {
    return new ClauseLayout(words);
  }

  // ---- tests

  @Override
  public Void test(Declaration.Test test) {
    int offsetWidth = 0;
    for (TestLine line : test.lines()) {
      if (line instanceof TestLine.Event) {
        offsetWidth = Math.max(offsetWidth, words.text(words.first(line.span()) + 1).length());
      }
    }
    for (TestLine line : test.lines()) {
      int start = words.first(line.span());
      words.beginLine(start, INDENT);
      if (line instanceof TestLine.Event event) {
        words.gapBefore(start + 2, offsetWidth - words.text(start + 1).length() + 1);
        fieldValues(event.values(), words.next(start, "{"), words.end(line.span()) - 1);
      } else if (line instanceof TestLine.Expect expect && !expect.values().isEmpty()) {
        int open = words.next(start, "{");
        TestLine.FieldValue last = expect.values().get(expect.values().size() - 1);
        fieldValues(expect.values(), open, words.next(words.end(last.span()), "}"));
      }
    }
    closeBlock(test.span(), test.lines().isEmpty());
    return null;
  }

  private void fieldValues(List<TestLine.FieldValue> values, int open, int close) {
    List<Integer> starts = new ArrayList<>();
    for (TestLine.FieldValue value : values) {
      int start = words.first(value.span());
      starts.add(start);
      words.dropIf(start + 1, ":");
      clauseLayout().expression(value.value());
    }
    words.separate(starts, close, ",");
    filled(open, close, starts);
  }
}
