package dev.weir.dsl.format;

import dev.weir.dsl.source.Span;
import dev.weir.dsl.syntax.Lexeme;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The words and signs of a file, numbered from 0, and what the layout says of each. Comments lie
 * between words. Owned by one thread.
 */
final class Words {
  static final int NO_LINE = -1;
  private static final int DEFAULT_GAP = -1;

  private final String source;
  private final List<Lexeme> words = new ArrayList<>();
  private final List<Lexeme> comments = new ArrayList<>();
  private final Map<Integer, Integer> byStart = new HashMap<>();
  private final int[] columns;
  private final int[] gaps;
  private final boolean[] dropped;
  private final String[] behind;
  private final Group root;

  Words(String source) {
    this.source = source;
    for (Lexeme lexeme : Lexeme.of(source)) {
      (lexeme.kind() == Lexeme.Kind.COMMENT ? comments : words).add(lexeme);
    }
    for (int i = 0; i < words.size(); i++) {
      byStart.put(words.get(i).span().start(), i);
    }
    columns = new int[words.size()];
    Arrays.fill(columns, NO_LINE);
    gaps = new int[words.size()];
    Arrays.fill(gaps, DEFAULT_GAP);
    dropped = new boolean[words.size()];
    behind = new String[words.size()];
    Arrays.fill(behind, "");
    root = new Group(0, words.size());
  }

  int size() {
    return words.size();
  }

  Group root() {
    return root;
  }

  /** As written, without what is put behind it. */
  String text(int word) {
    return words.get(word).text();
  }

  /** What is written out: the text and a separator that was put behind it. */
  String shown(int word) {
    return words.get(word).text() + behind[word];
  }

  boolean isDropped(int word) {
    return dropped[word];
  }

  int column(int word) {
    return columns[word];
  }

  /** The word that a node begins with. */
  int first(Span span) {
    Integer word = byStart.get(span.start());
    if (word == null) {
      throw new IllegalStateException("no word begins here: offset=" + span.start());
    }
    return word;
  }

  /** One past the last word of a node. */
  int end(Span span) {
    int word = first(span);
    while (word < words.size() && words.get(word).span().start() < span.end()) {
      word++;
    }
    return word;
  }

  /** The first such word from here on. */
  int next(int from, String text) {
    for (int i = from; i < words.size(); i++) {
      if (text(i).equals(text)) {
        return i;
      }
    }
    throw new IllegalStateException("no `" + text + "` from here on: word=" + from);
  }

  /** The nearest such word before this one. */
  int back(int from, String text) {
    for (int i = from - 1; i >= 0; i--) {
      if (text(i).equals(text)) {
        return i;
      }
    }
    throw new IllegalStateException("no `" + text + "` before: word=" + from);
  }

  // ---- what the layout says

  void beginLine(int word, int column) {
    columns[word] = column;
  }

  void gapBefore(int word, int spaces) {
    if (word < gaps.length) {
      gaps[word] = spaces;
    }
  }

  /** No space on the outer side of a sign: before `(` of a call, behind `-` of a number. */
  void tightBefore(int word) {
    gapBefore(word, 0);
  }

  /** No spaces inside these braces. */
  void tightBraces(int open) {
    for (int i = open; !text(i).equals("}"); i++) {
      tightBefore(i + 1);
    }
  }

  /** {@code decimal(2)} without spaces. */
  void tightScales(Span span) {
    for (int i = first(span); i < end(span) - 1; i++) {
      if (text(i).equals("decimal") && text(i + 1).equals("(")) {
        tightBefore(i + 1);
      }
    }
  }

  void dropIf(int word, String text) {
    if (text(word).equals(text)) {
      dropped[word] = true;
    }
  }

  /** One separator between items, none behind the last. */
  void separate(List<Integer> starts, int close, String separator) {
    for (int i = 1; i < starts.size(); i++) {
      int before = starts.get(i) - 1;
      if (!text(before).equals(separator)) {
        behind[before] = separator;
      }
    }
    dropIf(close - 1, separator);
  }

  void putBehind(int word, String separator) {
    behind[word] = separator;
  }

  // ---- gaps and widths

  /** Spaces before a word that does not begin a line. */
  int gap(int word) {
    if (gaps[word] != DEFAULT_GAP) {
      return gaps[word];
    }
    int before = word - 1;
    while (before >= 0 && dropped[before]) {
      before--;
    }
    if (before < 0) {
      return 0;
    }
    String left = text(before);
    boolean none =
        switch (text(word)) {
          case ")", "]", ",", ";", ":", ".", "?", "%", "[" -> true;
          default -> left.equals("(") || left.equals("[") || left.equals(".");
        };
    return none ? 0 : 1;
  }

  /** Width of words on one line, in code points. */
  int width(int from, int to) {
    int width = 0;
    for (int i = from; i < to; i++) {
      if (!dropped[i]) {
        width += (width == 0 ? 0 : gap(i)) + widthOf(i);
      }
    }
    return width;
  }

  int widthOf(int word) {
    String shown = shown(word);
    return shown.codePointCount(0, shown.length());
  }

  // ---- comments

  /** Comments between the last shown word before this one and this one (or the end). */
  List<Lexeme> commentsBefore(int word) {
    int from = endOfShownBefore(word);
    int to = word < words.size() ? words.get(word).span().start() : source.length();
    return comments.stream()
        .filter(c -> c.span().start() >= from && c.span().start() < to)
        .toList();
  }

  /** True if a comment stands between the first word and the one at the end. */
  boolean hasComment(int from, int to) {
    int start = words.get(from).span().end();
    int end = to < words.size() ? words.get(to).span().start() : source.length();
    return comments.stream().anyMatch(c -> c.span().start() >= start && c.span().start() < end);
  }

  /** Where the last shown word before this one ends. */
  int endOfShownBefore(int word) {
    for (int i = word - 1; i >= 0; i--) {
      if (!dropped[i]) {
        return words.get(i).span().end();
      }
    }
    return 0;
  }

  int startOf(int word) {
    return word < words.size() ? words.get(word).span().start() : source.length();
  }

  /** Line breaks of the source between two places. */
  int lineBreaks(int from, int to) {
    return (int) source.substring(from, to).chars().filter(c -> c == '\n').count();
  }

  boolean isNewLineAfter(int word) {
    return word + 1 < words.size()
        && lineBreaks(words.get(word).span().end(), words.get(word + 1).span().start()) > 0;
  }
}
