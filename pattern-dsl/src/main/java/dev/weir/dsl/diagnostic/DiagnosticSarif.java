package dev.weir.dsl.diagnostic;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Shows diagnostics as SARIF 2.1.0, which code hosts and editors read: one run, a rule for each
 * code that occurs, a result for each diagnostic. The same diagnostics give the same text.
 */
public final class DiagnosticSarif {
  private DiagnosticSarif() {}

  /**
   * The whole log.
   *
   * @param version of the program that found them
   */
  public static String render(List<Diagnostic> diagnostics, String version) {
    List<Code> codes = diagnostics.stream().map(Diagnostic::code).distinct().sorted().toList();
    return "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\","
        + "\"runs\":[{\"tool\":{\"driver\":{\"name\":\"weir\",\"version\":"
        + DiagnosticJson.quoted(version)
        + ",\"rules\":"
        + list(codes.stream().map(DiagnosticSarif::rule).toList())
        + "}},\"columnKind\":\"unicodeCodePoints\",\"results\":"
        + list(diagnostics.stream().map(d -> result(d, codes)).toList())
        + "}]}\n";
  }

  private static String list(List<String> objects) {
    return objects.isEmpty()
        ? "[]"
        : objects.stream().collect(Collectors.joining(",\n", "[\n", "\n]"));
  }

  private static String rule(Code code) {
    return "{\"id\":\""
        + code
        + "\",\"shortDescription\":"
        + text(code.summary())
        + ",\"help\":"
        + text(Explanation.of(code))
        + "}";
  }

  private static String result(Diagnostic diagnostic, List<Code> codes) {
    String level =
        switch (diagnostic.severity()) {
          case ERROR -> "error";
          case WARNING -> "warning";
        };
    List<String> related = new ArrayList<>();
    for (Diagnostic.Label label : diagnostic.labels()) {
      related.add(
          "{\"id\":"
              + (related.size() + 1)
              + ","
              + place(diagnostic, label.span().start(), label.span().end())
              + ",\"message\":"
              + text(label.text())
              + "}");
    }
    String said = diagnostic.message();
    if (!diagnostic.note().isEmpty()) {
      said += " (" + diagnostic.note() + ")";
    }
    if (diagnostic.help().isPresent()) {
      said += "\nhelp: " + diagnostic.help().get();
    }
    return "{\"ruleId\":\""
        + diagnostic.code()
        + "\",\"ruleIndex\":"
        + codes.indexOf(diagnostic.code())
        + ",\"level\":\""
        + level
        + "\",\"message\":"
        + text(said)
        + ",\"locations\":[{"
        + place(diagnostic, diagnostic.span().start(), diagnostic.span().end())
        + "}]"
        + (related.isEmpty() ? "" : ",\"relatedLocations\":" + list(related))
        + "}";
  }

  private static String place(Diagnostic diagnostic, int start, int end) {
    String text = diagnostic.source().text();
    return "\"physicalLocation\":{\"artifactLocation\":{\"uri\":"
        + DiagnosticJson.quoted(uri(diagnostic.source().name()))
        + "},\"region\":{\"startLine\":"
        + DiagnosticText.lineOf(text, start)
        + ",\"startColumn\":"
        + DiagnosticText.columnOf(text, start)
        + ",\"endLine\":"
        + DiagnosticText.lineOf(text, end)
        + ",\"endColumn\":"
        + DiagnosticText.columnOf(text, end)
        + "}}";
  }

  /** A path as the reference to a file, relative where the path is. */
  private static String uri(String path) {
    try {
      String slashes = path.replace('\\', '/');
      return slashes.startsWith("/")
          ? new URI("file", "", slashes, null).toASCIIString()
          : new URI(null, null, slashes.contains(":") ? "./" + slashes : slashes, null)
              .toASCIIString();
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("not a path: " + path, e);
    }
  }

  private static String text(String text) {
    return "{\"text\":" + DiagnosticJson.quoted(text) + "}";
  }
}
