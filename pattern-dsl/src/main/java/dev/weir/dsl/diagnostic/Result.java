package dev.weir.dsl.diagnostic;

import java.util.List;
import java.util.Optional;

/**
 * What a stage gives back: a value unless an error stands in the way, and all diagnostics sorted by
 * file and place. A stage throws only for a fault in Weir.
 */
public record Result<T>(Optional<T> value, List<Diagnostic> diagnostics) {
  public Result {
    diagnostics = List.copyOf(diagnostics);
  }

  /** True if a diagnostic is an error. */
  public boolean hasErrors() {
    return diagnostics.stream().anyMatch(d -> d.severity() == Diagnostic.Severity.ERROR);
  }
}
