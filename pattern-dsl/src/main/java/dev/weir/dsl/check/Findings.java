package dev.weir.dsl.check;

import dev.weir.dsl.diagnostic.Code;
import dev.weir.dsl.diagnostic.Diagnostic;
import dev.weir.dsl.diagnostic.NearNames;
import dev.weir.dsl.source.SourceText;
import dev.weir.dsl.source.Span;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Collects diagnostics of a rule set. */
final class Findings {
  /** A declaration or expression is wrong and has been reported; what leans on it is left out. */
  static final class Rejected extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Rejected() {
      super("reported", null, false, false);
    }
  }

  private final Set<Diagnostic> all = new LinkedHashSet<>();

  void error(SourceText source, Code code, Span span, String message, String note, String help) {
    add(source, Diagnostic.Severity.ERROR, code, span, message, note, List.of(), help);
  }

  /** With another place of the same file that explains it. */
  void error(
      SourceText source,
      Code code,
      Span span,
      String message,
      String note,
      Diagnostic.Label label,
      String help) {
    add(source, Diagnostic.Severity.ERROR, code, span, message, note, List.of(label), help);
  }

  void warning(SourceText source, Code code, Span span, String message, String note, String help) {
    add(source, Diagnostic.Severity.WARNING, code, span, message, note, List.of(), help);
  }

  private void add(
      SourceText source,
      Diagnostic.Severity severity,
      Code code,
      Span span,
      String message,
      String note,
      List<Diagnostic.Label> labels,
      String help) {
    Diagnostic diagnostic =
        new Diagnostic(
            code,
            severity,
            source,
            span,
            message,
            note,
            labels,
            help.isEmpty() ? Optional.empty() : Optional.of(help));
    all.add(diagnostic);
  }

  static String didYouMean(String name, Collection<String> known) {
    List<String> near = NearNames.of(name, known);
    return near.isEmpty() ? "" : "a similar name exists: `" + String.join("`, `", near) + "`";
  }

  int errors() {
    return (int) all.stream().filter(d -> d.severity() == Diagnostic.Severity.ERROR).count();
  }

  List<Diagnostic> sorted() {
    return all.stream()
        .sorted(
            Comparator.comparing((Diagnostic d) -> d.source().name())
                .thenComparingInt(d -> d.span().start())
                .thenComparing(Diagnostic::code))
        .toList();
  }
}
