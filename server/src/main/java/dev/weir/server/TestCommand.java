package dev.weir.server;

import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.rules.Coverage;
import dev.weir.rules.JUnitReport;
import dev.weir.rules.RuleTests;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir test PATH}. */
@Command(
    name = "test",
    description = "Run the test blocks of rules, in virtual time.",
    footer = {
      "",
      "Exit code 1 if a test fails; its events, alerts and missing alerts are shown in order,",
      "and what became of each partial match.",
      "",
      "Examples:",
      "  weir test rules --coverage",
      "  weir test rules --run large --junit report.xml"
    })
final class TestCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "PATH",
      description = "A rule file, or a folder of *.weir files (default: this folder).")
  private Path path = Path.of(".");

  @Option(
      names = "--run",
      paramLabel = "TEXT",
      description = "Only tests of which the name, or the name of a rule, holds this.")
  private String filter = "";

  @Option(names = "--junit", paramLabel = "FILE", description = "Also write JUnit XML here.")
  private Optional<Path> junit = Optional.empty();

  @Option(
      names = "--coverage",
      description = "Also list the steps, edges, guards and conditions that no test reaches.")
  private boolean showsCoverage;

  @Option(names = "--why", description = "Also show what became of partial matches in each test.")
  private boolean showsWhy;

  @Option(names = "--watch", description = "Run again whenever a rule file changes, until stopped.")
  private boolean watches;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    if (!watches) {
      return run();
    }
    try (RuleWatch watch = new RuleWatch(path)) {
      int code;
      do {
        code = run();
        spec.commandLine().getErr().flush();
        spec.commandLine().getOut().flush();
      } while (watch.await());
      return code;
    }
  }

  private int run() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    Optional<RuleSetPlan> plan = Plans.load(path, spec.commandLine().getErr());
    if (plan.isEmpty()) {
      return ExitCode.FINDINGS;
    }
    Coverage coverage = new Coverage();
    List<RuleTests.Outcome> outcomes =
        RuleTests.run(plan.get(), filter, showsCoverage || showsWhy, coverage);
    if (outcomes.isEmpty() && !filter.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "no test's name, nor that of its rule, holds \"" + filter + "\", so none was run");
    }
    long failed = 0;
    for (RuleTests.Outcome outcome : outcomes) {
      if (!outcome.isPassed()) {
        failed++;
        print(out, outcome);
      } else if (showsWhy) {
        out.println("passed " + named(outcome));
        outcome.timeLine().forEach(line -> out.println("  " + line));
        out.println();
      }
    }
    if (junit.isPresent()) {
      write(junit.get(), JUnitReport.of(outcomes));
    }
    if (showsCoverage) {
      print(out, coverage.of(plan.get()));
    }
    out.println((outcomes.size() - failed) + " passed, " + failed + " failed");
    return failed == 0 ? ExitCode.OK : ExitCode.FINDINGS;
  }

  private static void print(PrintWriter out, List<Coverage.OfRule> coverage) {
    int reached = 0;
    int total = 0;
    for (Coverage.OfRule rule : coverage) {
      reached += rule.reached();
      total += rule.total();
      out.println(rule.rule() + "  " + rule.reached() + " of " + rule.total());
      rule.missing().forEach(part -> out.println("  " + part));
    }
    out.println("coverage " + reached + " of " + total);
  }

  private static String named(RuleTests.Outcome outcome) {
    return "\""
        + outcome.test().name()
        + "\" ("
        + outcome.test().file()
        + ":"
        + outcome.test().line()
        + ")";
  }

  private static void print(PrintWriter out, RuleTests.Outcome outcome) {
    out.println("FAILED " + named(outcome));
    outcome.problems().forEach(problem -> out.println("  " + problem));
    out.println("  what happened:");
    outcome.timeLine().forEach(line -> out.println("  " + line));
    out.println();
  }

  private static void write(Path file, String text) throws IOException {
    try {
      Files.write(file, text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IOException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }
}
