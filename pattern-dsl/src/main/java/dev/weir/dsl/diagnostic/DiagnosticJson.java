package dev.weir.dsl.diagnostic;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Shows diagnostics as JSON, with the data of the text form. */
public final class DiagnosticJson {
  private DiagnosticJson() {}

  /**
   * One object on one line, without a line break: {@code code severity file line column endLine
   * endColumn message note labels help}. Lines and columns count from 1, columns in code points;
   * the end is exclusive. {@code help} is null where there is none.
   */
  public static String render(Diagnostic diagnostic) {
    String text = diagnostic.source().text();
    return "{\"code\":"
        + quoted(diagnostic.code().name())
        + ",\"severity\":"
        + quoted(diagnostic.severity().name().toLowerCase(Locale.ROOT))
        + ",\"file\":"
        + quoted(diagnostic.source().name())
        + place(text, diagnostic.span().start(), diagnostic.span().end())
        + ",\"message\":"
        + quoted(diagnostic.message())
        + ",\"note\":"
        + quoted(diagnostic.note())
        + ",\"labels\":"
        + diagnostic.labels().stream()
            .map(label -> label(text, label))
            .collect(Collectors.joining(",", "[", "]"))
        + ",\"help\":"
        + diagnostic.help().map(DiagnosticJson::quoted).orElse("null")
        + "}";
  }

  /** An array, one object a line; ends with a line break. */
  public static String render(List<Diagnostic> diagnostics) {
    return diagnostics.isEmpty()
        ? "[]\n"
        : diagnostics.stream()
            .map(DiagnosticJson::render)
            .collect(Collectors.joining(",\n", "[\n", "\n]\n"));
  }

  private static String label(String text, Diagnostic.Label label) {
    return "{\"message\":"
        + quoted(label.text())
        + place(text, label.span().start(), label.span().end())
        + "}";
  }

  private static String place(String text, int start, int end) {
    return ",\"line\":"
        + DiagnosticText.lineOf(text, start)
        + ",\"column\":"
        + DiagnosticText.columnOf(text, start)
        + ",\"endLine\":"
        + DiagnosticText.lineOf(text, end)
        + ",\"endColumn\":"
        + DiagnosticText.columnOf(text, end);
  }

  static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean isLone =
          Character.isSurrogate(c)
              && !(i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1)))
              && !(i > 0 && Character.isSurrogatePair(text.charAt(i - 1), c));
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c == '\n') {
        out.append("\\n");
      } else if (c < 0x20 || isLone) {
        out.append("\\u").append(HEX.toHexDigits(c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }

  private static final java.util.HexFormat HEX = java.util.HexFormat.of();
}
