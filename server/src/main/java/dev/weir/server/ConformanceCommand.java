package dev.weir.server;

import dev.weir.rules.conformance.BadCaseException;
import dev.weir.rules.conformance.Conformance;
import dev.weir.rules.conformance.Verdict;
import dev.weir.rules.conformance.Verdict.Outcome;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir conformance FILE…}. */
@Command(
    name = "conformance",
    description =
        "Run cases of other engines: each pattern becomes a rule, whose matches are compared.",
    footer = {
      "",
      "A file holds one case a line, in JSON. Cases that are labelled as oddities of the other engine,",
      "that Weir answers otherwise on purpose, or that its language cannot say, are counted apart.",
      "",
      "Exit code: 0 no case failed, 1 some did, 65 a line is not a case.",
      "",
      "Examples:",
      "  weir conformance cases.jsonl",
      "  weir conformance --all flink.jsonl random.jsonl"
    })
final class ConformanceCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", arity = "1..*", description = "Files of cases.")
  private List<Path> files = List.of();

  @Option(names = "--all", description = "Also print the cases that are counted apart, and why.")
  private boolean all;

  @Option(
      names = "--move-state",
      description =
          "After each event go on in a new engine, with the live state of the one before.")
  private boolean movesState;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    Conformance conformance = new Conformance(verdict -> print(out, verdict), movesState);
    try {
      for (Path file : files) {
        conformance.run(file);
      }
    } catch (BadCaseException e) {
      spec.commandLine().getErr().println("weir: " + e.getMessage());
      return ExitCode.DATA;
    }
    out.println(conformance.summary());
    return conformance.count(Outcome.FAILED) == 0 ? ExitCode.OK : ExitCode.FINDINGS;
  }

  private void print(PrintWriter out, Verdict verdict) {
    if (verdict.outcome() == Outcome.FAILED) {
      out.println("failed: " + verdict.name());
      verdict.reason().lines().forEach(line -> out.println("  " + line));
    } else if (all && verdict.outcome() != Outcome.PASSED) {
      out.println(verdict.outcome().words() + ": " + verdict.name() + ": " + verdict.reason());
    }
  }
}
