package dev.weir.server;

import dev.weir.dsl.diagnostic.DiagnosticText;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.rules.RuleSetLoader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;

/** Loads rules for commands that need them free of errors. */
final class Plans {
  private Plans() {}

  /** The plan; empty after printing what is wrong. */
  static Optional<RuleSetPlan> load(Path path, PrintWriter err) throws IOException {
    RuleSetLoader.Loaded loaded = RuleSetLoader.load(path);
    if (loaded.plan().isEmpty()) {
      err.print(DiagnosticText.render(loaded.diagnostics()));
    }
    return loaded.plan();
  }
}
