package dev.weir.dsl.diagnostic;

import dev.weir.dsl.source.SourceText;
import dev.weir.dsl.source.Span;
import java.util.List;
import java.util.Optional;

/**
 * One mistake in a rule file, said so that an analyst can mend it. Immutable.
 *
 * @param code {@code W0301}; stable, see {@link Code}
 * @param severity whether the file is refused
 * @param source the file
 * @param span smallest place that is wrong
 * @param message headline: lowercase, no final stop, without the fix
 * @param note what stands under the carets; may be empty
 * @param labels at most two other places that explain it
 * @param help the fix, as text that can be pasted
 */
public record Diagnostic(
    Code code,
    Severity severity,
    SourceText source,
    Span span,
    String message,
    String note,
    List<Label> labels,
    Optional<String> help) {
  /** Errors refuse the file; warnings do not. */
  public enum Severity {
    ERROR,
    WARNING
  }

  /** Another place, and what it has to do with the mistake. */
  public record Label(Span span, String text) {}

  public Diagnostic {
    labels = List.copyOf(labels);
  }
}
