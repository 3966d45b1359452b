package dev.weir.server;

import dev.weir.dsl.diagnostic.Diagnostic;
import dev.weir.dsl.diagnostic.DiagnosticText;
import dev.weir.rules.RuleSetLoader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir check PATH}. */
@Command(
    name = "check",
    description = "Check rules; print every mistake with its place and its fix.",
    footer = {"", "Examples:", "  weir check rules", "  weir check rules/card_testing.weir"})
final class CheckCommand implements Callable<Integer> {
  @Parameters(paramLabel = "PATH", description = "A rule file, or a folder of *.weir files.")
  private Path path = Path.of(".");

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    RuleSetLoader.Loaded loaded = RuleSetLoader.load(path);
    for (Diagnostic diagnostic : loaded.diagnostics()) {
      out.println(DiagnosticText.render(diagnostic));
    }
    int checked = loaded.plan().map(plan -> plan.rules().size()).orElse(0);
    out.println(checked + " rules checked of " + loaded.rulesFound() + " found");
    return loaded.plan().isPresent() ? ExitCode.OK : ExitCode.FINDINGS;
  }
}
