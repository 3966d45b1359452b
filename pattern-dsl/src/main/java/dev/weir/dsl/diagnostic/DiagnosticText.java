package dev.weir.dsl.diagnostic;

import dev.weir.dsl.source.Span;
import java.util.List;
import java.util.Locale;

/** Shows a diagnostic as text: headline, place, the line with carets, help. */
public final class DiagnosticText {
  private static final int LINE_SHOWN_MAX = 160;

  private DiagnosticText() {}

  /** Diagnostics shown before the rest is only counted. */
  public static final int SHOWN_MAX = 20;

  /** The first {@link #SHOWN_MAX} messages, an empty line behind each, and how many follow. */
  public static String render(List<Diagnostic> diagnostics) {
    StringBuilder out = new StringBuilder();
    diagnostics.stream().limit(SHOWN_MAX).forEach(d -> out.append(render(d)).append('\n'));
    int more = diagnostics.size() - SHOWN_MAX;
    if (more > 0) {
      out.append(more).append(more == 1 ? " more finding\n" : " more findings\n");
    }
    return out.toString();
  }

  /** The whole message; ends with a line break. */
  public static String render(Diagnostic diagnostic) {
    String text = diagnostic.source().text();
    Span span = diagnostic.span();
    int line = lineOf(text, span.start());
    StringBuilder out = new StringBuilder();
    out.append(diagnostic.severity().name().toLowerCase(Locale.ROOT))
        .append('[')
        .append(diagnostic.code())
        .append("]: ")
        .append(diagnostic.message())
        .append('\n');
    String margin = " ".repeat(Integer.toString(widest(text, diagnostic)).length());
    out.append(margin)
        .append("--> ")
        .append(diagnostic.source().name())
        .append(':')
        .append(line)
        .append(':')
        .append(columnOf(text, span.start()))
        .append('\n');
    out.append(margin).append(" |\n");
    for (Diagnostic.Label label : firstLabels(diagnostic)) {
      show(out, margin, text, label.span(), '-', label.text());
    }
    show(out, margin, text, span, '^', diagnostic.note());
    out.append(margin).append(" |\n");
    diagnostic
        .help()
        .ifPresent(help -> out.append(margin).append(" = help: ").append(help).append('\n'));
    out.append(margin)
        .append(" = note: `weir explain ")
        .append(diagnostic.code())
        .append("` says more\n");
    return out.toString();
  }

  private static List<Diagnostic.Label> firstLabels(Diagnostic diagnostic) {
    return diagnostic.labels().size() > 2 ? diagnostic.labels().subList(0, 2) : diagnostic.labels();
  }

  private static int widest(String text, Diagnostic diagnostic) {
    int widest = lineOf(text, diagnostic.span().start());
    for (Diagnostic.Label label : firstLabels(diagnostic)) {
      widest = Math.max(widest, lineOf(text, label.span().start()));
    }
    return widest;
  }

  private static void show(
      StringBuilder out, String margin, String text, Span span, char mark, String note) {
    int start = text.lastIndexOf('\n', span.start() - 1) + 1;
    int end = text.indexOf('\n', span.start());
    end = end < 0 ? text.length() : end;
    int from = start;
    if (span.start() - start > LINE_SHOWN_MAX / 2) {
      from = span.start() - LINE_SHOWN_MAX / 2; // a long line is cut round the place
      from -= Character.isLowSurrogate(text.charAt(from)) ? 1 : 0;
    }
    int to = Math.min(end, from + LINE_SHOWN_MAX);
    to -= to < end && Character.isLowSurrogate(text.charAt(to)) ? 1 : 0;
    String number = Integer.toString(lineOf(text, span.start()));
    out.append(" ".repeat(margin.length() - number.length()))
        .append(number)
        .append(" | ")
        .append(shown(text.substring(from, to)).stripTrailing())
        .append('\n');
    int last = Math.max(span.start(), Math.min(Math.min(span.end(), end), to));
    int width = Math.max(1, DisplayWidth.of(shown(text.substring(span.start(), last))));
    out.append(margin)
        .append(" | ")
        .append(" ".repeat(DisplayWidth.of(shown(text.substring(from, span.start())))))
        .append(String.valueOf(mark).repeat(width));
    if (!note.isEmpty()) {
      out.append(' ').append(note);
    }
    out.append('\n');
  }

  /** Signs that would move the caret are shown as spaces or left out. */
  private static String shown(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .filter(c -> c != '\r' && c != 0xFEFF)
        .map(c -> Character.isISOControl(c) ? ' ' : c)
        .forEach(out::appendCodePoint);
    return out.toString();
  }

  /** Line of a place, from 1. */
  public static int lineOf(String text, int offset) {
    int line = 1;
    for (int i = 0; i < Math.min(offset, text.length()); i++) {
      if (text.charAt(i) == '\n') {
        line++;
      }
    }
    return line;
  }

  /** Column of a place in code points, from 1. */
  public static int columnOf(String text, int offset) {
    int at = Math.min(offset, text.length());
    int start = text.lastIndexOf('\n', at - 1) + 1;
    return text.codePointCount(start, at) + 1;
  }
}
