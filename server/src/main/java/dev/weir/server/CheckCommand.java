package dev.weir.server;

import dev.weir.dsl.diagnostic.Diagnostic;
import dev.weir.dsl.diagnostic.DiagnosticJson;
import dev.weir.dsl.diagnostic.DiagnosticSarif;
import dev.weir.dsl.diagnostic.DiagnosticText;
import dev.weir.rules.RuleSetLoader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir check PATH}. */
@Command(
    name = "check",
    description = "Check rules; print every mistake with its place and its fix.",
    footer = {
      "",
      "Exit code: 0 good, 1 errors, 3 warnings under --deny-warnings.",
      "",
      "Examples:",
      "  weir check rules",
      "  weir check rules --format sarif --deny-warnings > weir.sarif"
    })
final class CheckCommand implements Callable<Integer> {
  /** How findings are printed. */
  enum Format {
    text,
    json,
    sarif
  }

  @Parameters(paramLabel = "PATH", description = "A rule file, or a folder of *.weir files.")
  private Path path = Path.of(".");

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "text (default), json, or sarif (2.1.0).")
  private Format format = Format.text;

  @Option(names = "--deny-warnings", description = "Exit with 3 if there is a warning.")
  private boolean denyWarnings;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    RuleSetLoader.Loaded loaded = RuleSetLoader.load(path);
    int checked = loaded.plan().map(plan -> plan.rules().size()).orElse(0);
    int found = loaded.rulesFound();
    switch (format) {
      case json -> {
        out.print("{\"rulesFound\":" + found + ",\"rulesChecked\":" + checked);
        out.print(",\"diagnostics\":" + DiagnosticJson.render(loaded.diagnostics()));
        out.println("}");
      }
      case sarif ->
          out.print(DiagnosticSarif.render(loaded.diagnostics(), VersionCommand.version()));
      case text -> {
        out.print(DiagnosticText.render(loaded.diagnostics()));
        out.println(checked + " rules checked of " + found + " found");
      }
    }
    if (loaded.plan().isEmpty()) {
      return ExitCode.FINDINGS;
    }
    boolean warned =
        loaded.diagnostics().stream().anyMatch(d -> d.severity() == Diagnostic.Severity.WARNING);
    return denyWarnings && warned ? ExitCode.WARNINGS : ExitCode.OK;
  }
}
