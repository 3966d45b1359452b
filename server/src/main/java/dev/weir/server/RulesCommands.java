package dev.weir.server;

import dev.weir.RuleSetHistory;
import dev.weir.RunConfig;
import dev.weir.Weir;
import dev.weir.WeirConfig;
import dev.weir.WeirException;
import dev.weir.dsl.plan.RulePlan;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir plan, apply, rollback, history}: the rules of a service, while it is stopped. */
final class RulesCommands {
  private static final String BY = "command line";

  private RulesCommands() {}

  /** What the commands have in common: a folder of {@code weir serve}. */
  abstract static class OfFolder implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "A folder with weir.yaml, as of `weir serve`.")
    private Path folder = Path.of(".");

    @Spec private CommandSpec spec = CommandSpec.create();

    @Nullable Path rules;

    final PrintWriter out() {
      return spec.commandLine().getOut();
    }

    /** Opens the engine of the folder, asks it, and prints what it says. */
    final int with(Function<Weir, String> asking) throws IOException, RunConfig.ConfigException {
      ServeCommand.Settings settings = new ServeCommand.Settings();
      RunConfig config =
          RunConfig.read(folder.resolve("weir.yaml"), System.getenv(), false, settings.sections());
      Path found = config.rules();
      rules = found;
      if (!Files.isDirectory(settings.data)) {
        throw new RunConfig.ConfigException(
            settings.data + ": nothing was deployed yet; `weir serve` begins with the rules");
      }
      PrintWriter err = spec.commandLine().getErr();
      try (Weir weir =
          Weir.openAsDeployed(
              WeirConfig.of(found)
                  .withData(settings.data, settings.durability)
                  .withNotices(err::println))) {
        weir.flush();
        out().print(asking.apply(weir));
        return ExitCode.OK;
      } catch (WeirException e) {
        err.println(e.getMessage());
        return ExitCode.FINDINGS;
      }
    }

    final Path rules() {
      return java.util.Objects.requireNonNull(rules);
    }
  }

  /** What would change. */
  @Command(
      name = "plan",
      description = "Say what deploying the rules of a folder would change; nothing is changed.",
      footer = {
        "",
        "For each rule: what becomes of its open partial matches, and how many there are.",
        "While the service runs, ask it: GET /v1/rules/plan.",
        "",
        "Examples:",
        "  weir plan shop",
        "  weir plan ."
      })
  static final class Plan extends OfFolder {
    @Override
    public Integer call() throws IOException, RunConfig.ConfigException {
      return with(weir -> text(weir.plan(rules())));
    }

    private static String text(List<Weir.PlannedChange> changes) {
      StringBuilder text = new StringBuilder();
      for (Weir.PlannedChange planned : changes) {
        String reason = planned.change().reason();
        text.append(
            String.format(
                "%-10s %-32s %s, %d open%s%n",
                RuleAnswers.lower(planned.change().what()),
                planned.change().rule(),
                RuleAnswers.lower(planned.change().then()),
                planned.open(),
                reason.isEmpty() ? "" : " (" + reason + ")"));
      }
      return text.toString();
    }
  }

  /** Deploys. */
  @Command(
      name = "apply",
      description = "Deploy the rules of a folder, all or nothing.",
      footer = {
        "",
        "While the service runs, ask it: POST /v1/rules/apply.",
        "",
        "Examples:",
        "  weir apply shop",
        "  weir apply ."
      })
  static final class Apply extends OfFolder {
    @Override
    public Integer call() throws IOException, RunConfig.ConfigException {
      return with(weir -> RuleAnswers.applied(weir.apply(rules(), BY)) + System.lineSeparator());
    }
  }

  /** Goes back. */
  @Command(
      name = "rollback",
      description = "Deploy the rule set that was live before the present one.",
      footer = {
        "",
        "The rules' folder is not changed: put it back too, or the next start deploys it again.",
        "While the service runs, ask it: POST /v1/rules/rollback.",
        "",
        "Examples:",
        "  weir rollback shop",
        "  weir rollback ."
      })
  static final class Rollback extends OfFolder {
    @Override
    public Integer call() throws IOException, RunConfig.ConfigException {
      return with(weir -> RuleAnswers.applied(weir.rollback(BY)) + System.lineSeparator());
    }
  }

  /** Lists. */
  @Command(
      name = "history",
      description = "List the rule sets that were live, from the journal, which may be in use.",
      footer = {"", "Examples:", "  weir history data", "  weir history shop/data"})
  static final class History implements Callable<Integer> {
    @Parameters(paramLabel = "FOLDER", description = "The data folder.")
    private Path data = Path.of(".");

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      out.printf("%-16s %12s  %-16s %s%n", "RULE SET", "POSITION", "BY", "RULES");
      for (RuleSetHistory.Entry entry : RuleSetHistory.of(data)) {
        out.printf(
            "%-16s %12s  %-16s %s%n",
            entry.deployment().hash(),
            entry.position() < 0 ? "begin" : Long.toString(entry.position()),
            entry.deployment().note(),
            entry.deployment().live().rules().stream()
                .map(RulePlan::name)
                .collect(Collectors.joining(" ")));
      }
      return ExitCode.OK;
    }
  }
}
