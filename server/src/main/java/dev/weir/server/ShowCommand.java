package dev.weir.server;

import dev.weir.dsl.diagnostic.NearNames;
import dev.weir.dsl.plan.PlanDiagram;
import dev.weir.dsl.plan.PlanText;
import dev.weir.dsl.plan.RulePlan;
import dev.weir.dsl.plan.RuleSetPlan;
import java.io.IOException;
import java.io.PrintWriter;
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

/** {@code weir show PATH [RULE]}. */
@Command(
    name = "show",
    description = "Print what rules mean: names resolved, defines and lets expanded.",
    footer = {
      "",
      "Examples:",
      "  weir show rules",
      "  weir show rules card_testing --format svg > card_testing.svg"
    })
final class ShowCommand implements Callable<Integer> {
  /** How a rule is shown. */
  enum Format {
    plan,
    mermaid,
    dot,
    svg
  }

  @Parameters(
      index = "0",
      paramLabel = "PATH",
      description = "A rule file, or a folder of *.weir files.")
  private Path path = Path.of(".");

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "RULE",
      description = "The name of one rule; all without it.")
  private String name = "";

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "plan (default); or a diagram as mermaid, dot or svg (svg: of one rule).")
  private Format format = Format.plan;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    Optional<RuleSetPlan> loaded = Plans.load(path, spec.commandLine().getErr());
    if (loaded.isEmpty()) {
      return ExitCode.FINDINGS;
    }
    RuleSetPlan plan = loaded.get();
    List<RulePlan> shown =
        plan.rules().stream().filter(r -> name.isEmpty() || r.name().equals(name)).toList();
    if (shown.isEmpty() && !name.isEmpty()) {
      List<String> near = NearNames.of(name, plan.rules().stream().map(RulePlan::name).toList());
      String help = near.isEmpty() ? "" : "; did you mean `" + near.get(0) + "`?";
      throw new ParameterException(
          spec.commandLine(), "no rule of " + path + " is called `" + name + "`" + help);
    }
    if (format == Format.svg && shown.size() > 1) {
      throw new ParameterException(
          spec.commandLine(), "one drawing shows one rule; name one of " + shown.size());
    }
    PrintWriter out = spec.commandLine().getOut();
    for (int i = 0; i < shown.size(); i++) {
      RulePlan rule = shown.get(i);
      if (i > 0) {
        out.println();
      }
      switch (format) {
        case mermaid -> out.print(PlanDiagram.mermaid(plan, rule));
        case dot -> out.print(PlanDiagram.dot(plan, rule));
        case svg -> out.print(PlanDiagram.svg(plan, rule));
        case plan -> {
          out.print(PlanText.print(plan, rule));
          out.println("  version " + rule.version());
        }
      }
    }
    return ExitCode.OK;
  }
}
