package dev.weir.dsl.format;

import dev.weir.dsl.syntax.Lexeme;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes words as lines, as their layout says. Used once, by one thread. */
final class LineWriter {
  static final int WIDTH_MAX = 100;
  private static final int INDENT = 2;

  private final Words words;
  private final List<String> lines = new ArrayList<>();
  private final List<String> trailing = new ArrayList<>();
  private final StringBuilder line = new StringBuilder();
  private String comment = "";
  private boolean mustBreak;
  private int blockColumn;

  private LineWriter(Words words) {
    this.words = words;
  }

  /** The text; ends with a line break unless nothing is there. */
  static String write(Words words) {
    LineWriter writer = new LineWriter(words);
    writer.group(words.root(), 0);
    writer.comments(words.size(), 0, true);
    writer.endLine();
    return writer.text();
  }

  // ---- words

  private void group(Group group, int trail) {
    int start = column();
    boolean isFlat = isFlat(group, trail);
    int child = 0;
    int word = group.from;
    while (word < group.to) {
      while (child < group.inner.size() && group.inner.get(child).from < word) {
        child++;
      }
      if (word != group.from || group == words.root()) {
        place(word, group, start, isFlat, trail);
      }
      if (!isFlat && child < group.inner.size() && group.inner.get(child).from == word) {
        Group inner = group.inner.get(child);
        group(inner, trailOf(group, inner.to, trail));
        word = inner.to;
      } else {
        if (!words.isDropped(word)) {
          line.append(words.shown(word));
        }
        word++;
      }
    }
  }

  /** Brings the pen to where a word begins. */
  private void place(int word, Group group, int start, boolean isFlat, int trail) {
    if (words.isDropped(word)) {
      return;
    }
    int column = words.column(word);
    Integer breakColumn = isFlat ? null : group.breaks.get(word);
    if (column != Words.NO_LINE) {
      blockColumn = column;
      comments(word, words.text(word).equals("}") ? column + INDENT : column, true);
      beginLine(column);
      return;
    }
    int indent = breakColumn != null ? start + breakColumn : Math.max(start, blockColumn + INDENT);
    comments(word, indent, false);
    boolean breaks =
        mustBreak || (breakColumn != null && (!group.fill || !fits(group, word, trail)));
    if (breaks) {
      beginLine(indent);
    } else {
      line.append(" ".repeat(words.gap(word)));
    }
  }

  /** True if a filled group's piece from this word to the next break has room on this line. */
  private boolean fits(Group group, int word, int trail) {
    Map.Entry<Integer, Integer> next = group.breaks.higherEntry(word);
    int end = next == null ? group.to : next.getKey();
    int rest = next == null ? trail : 0;
    return column() + words.gap(word) + words.width(word, end) + rest <= WIDTH_MAX;
  }

  private boolean isFlat(Group group, int trail) {
    if (group == words.root() || (group.always && !group.breaks.isEmpty())) {
      return false;
    }
    for (Group inner : group.inner) {
      if (inner.always && !inner.breaks.isEmpty()) {
        return false;
      }
    }
    return !words.hasComment(group.from, group.to - 1)
        && column() + words.width(group.from, group.to) + trail <= WIDTH_MAX;
  }

  /** Width of what must follow an inner group on its last line. */
  private int trailOf(Group group, int from, int trail) {
    int end = from;
    while (end < group.to && words.column(end) == Words.NO_LINE) {
      if (group.breaks.containsKey(end)) {
        break;
      }
      end++;
    }
    int gap = from < end ? words.gap(from) : 0;
    boolean reachesEnd = end == group.to && group != words.root();
    return gap + words.width(from, end) + (reachesEnd ? trail : 0);
  }

  // ---- comments and blank lines

  /** Writes the comments before a word; the blank lines of a block are kept, one at a time. */
  private void comments(int word, int indent, boolean inBlock) {
    int at = words.endOfShownBefore(word);
    boolean isFirst = true;
    for (Lexeme found : words.commentsBefore(word)) {
      int breaks = words.lineBreaks(at, found.span().start());
      if (isFirst && breaks == 0 && (line.length() > 0 || !lines.isEmpty())) {
        comment = found.text();
      } else {
        endLine();
        blankLine(inBlock && breaks > 1, found.text());
        line.append(" ".repeat(indent)).append(found.text());
      }
      mustBreak = true;
      isFirst = false;
      at = found.span().end();
    }
    if (inBlock && word < words.size()) {
      endLine();
      blankLine(words.lineBreaks(at, words.startOf(word)) > 1, words.text(word));
    }
  }

  private void blankLine(boolean wanted, String next) {
    boolean behindOpen = !lines.isEmpty() && lines.get(lines.size() - 1).endsWith("{");
    if (wanted && !lines.isEmpty() && !behindOpen && !next.equals("}")) {
      lines.add("");
      trailing.add("");
    }
  }

  private void beginLine(int column) {
    endLine();
    line.append(" ".repeat(column));
  }

  private void endLine() {
    if (line.length() > 0) {
      lines.add(line.toString());
      trailing.add(comment);
      line.setLength(0);
      comment = "";
    }
    mustBreak = false;
  }

  private int column() {
    return line.codePointCount(0, line.length());
  }

  // ---- the text

  /** Comments at the ends of neighbouring lines begin in one column. */
  private String text() {
    StringBuilder out = new StringBuilder();
    int i = 0;
    while (i < lines.size()) {
      int end = i;
      int widest = 0;
      while (end < lines.size() && !trailing.get(end).isEmpty()) {
        widest = Math.max(widest, width(lines.get(end)));
        end++;
      }
      for (; i < end; i++) {
        String spaces = " ".repeat(widest - width(lines.get(i)) + INDENT);
        out.append(lines.get(i)).append(spaces).append(trailing.get(i)).append('\n');
      }
      if (i < lines.size()) {
        out.append(lines.get(i).stripTrailing()).append('\n');
        i++;
      }
    }
    return out.toString();
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }
}
