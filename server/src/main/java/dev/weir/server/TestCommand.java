package dev.weir.server;

import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.rules.RuleTests;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir test PATH}. */
@Command(
    name = "test",
    description = "Run the test blocks of rules, in virtual time.",
    footer = {"", "Examples:", "  weir test rules", "  weir test rules --run classic"})
final class TestCommand implements Callable<Integer> {
  @Parameters(paramLabel = "PATH", description = "A rule file, or a folder of *.weir files.")
  private Path path = Path.of(".");

  @Option(names = "--run", paramLabel = "TEXT", description = "Only tests whose name holds this.")
  private String filter = "";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    Optional<RuleSetPlan> plan = Plans.load(path, spec.commandLine().getErr());
    if (plan.isEmpty()) {
      return ExitCode.FINDINGS;
    }
    List<RuleTests.Outcome> outcomes = RuleTests.run(plan.get(), filter);
    int failed = 0;
    for (RuleTests.Outcome outcome : outcomes) {
      if (outcome.isPassed()) {
        continue;
      }
      failed++;
      out.println(
          "FAILED \""
              + outcome.test().name()
              + "\" ("
              + outcome.test().file()
              + ":"
              + outcome.test().line()
              + ")");
      outcome.problems().forEach(problem -> out.println("  " + problem));
      outcome.timeLine().forEach(line -> out.println("    " + line));
    }
    out.println((outcomes.size() - failed) + " passed, " + failed + " failed");
    return failed == 0 ? ExitCode.OK : ExitCode.FINDINGS;
  }
}
