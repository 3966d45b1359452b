package dev.weir.server;

import dev.weir.JournalState;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.engine.StateView;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir state}: what an engine remembers, from its journal. */
@Command(
    name = "state",
    description = "Show what an engine remembers: of one key, or how much of all.",
    footer = {
      "",
      "Both fold the journal of a data folder once more; the running engine is not touched.",
      "Without --rules the fold obeys the rule sets in the journal, as of `weir serve`.",
      "",
      "Examples:",
      "  weir state show data --key 4711 --rules samples/card-fraud/rules",
      "  weir state size data --rules samples/card-fraud/rules"
    })
final class StateCommand implements Runnable {
  private static final long BUDGET_BYTES = 4L << 30;
  private static final int LARGEST_KEYS = 10;
  private static final long NS_PER_SECOND = 1_000_000_000L;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  @Command(
      name = "show",
      description = "Show open partial matches and the values of windows of a key.",
      footer = {
        "",
        "Examples:",
        "  weir state show data --key 4711 --rules samples/card-fraud/rules",
        "  weir state show data --key '' --rules samples/card-fraud/rules"
      })
  int show(
      @Parameters(paramLabel = "FOLDER", description = "The folder of `weir run --data`.")
          Path folder,
      @Option(
              names = "--key",
              required = true,
              paramLabel = "KEY",
              description = "Its parts with commas between them; empty for rules without key.")
          String key,
      @Option(
              names = "--rules",
              paramLabel = "PATH",
              description = "These rules instead of those in the journal.")
          Optional<Path> rules)
      throws IOException {
    Optional<JournalState> state = state(folder, rules);
    if (state.isEmpty()) {
      return ExitCode.FINDINGS;
    }
    PrintWriter out = spec.commandLine().getOut();
    printStanding(out, state.get());
    String wanted = plain(key);
    int told = state.get().view().tell(k -> plain(k).equals(wanted), out::println);
    if (told == 0) {
      out.println("nothing is held of key " + key);
    }
    return ExitCode.OK;
  }

  @Command(
      name = "size",
      description = "Say how much memory rules, features and keys take.",
      footer = {
        "",
        "Examples:",
        "  weir state size data --rules samples/card-fraud/rules",
        "  weir state size data --rules samples/card-fraud/rules > size.txt"
      })
  int size(
      @Parameters(paramLabel = "FOLDER", description = "The folder of `weir run --data`.")
          Path folder,
      @Option(
              names = "--rules",
              paramLabel = "PATH",
              description = "These rules instead of those in the journal.")
          Optional<Path> rules)
      throws IOException {
    Optional<JournalState> state = state(folder, rules);
    if (state.isEmpty()) {
      return ExitCode.FINDINGS;
    }
    PrintWriter out = spec.commandLine().getOut();
    printStanding(out, state.get());
    StateView.Sizes sizes = state.get().view().sizes(LARGEST_KEYS);
    out.printf(
        Locale.ROOT,
        "%,d keys, %,d bytes in use, %,d bytes taken%n",
        sizes.keys(),
        sizes.bytesInUse(),
        sizes.bytesTaken());
    for (StateView.Size size : sizes.byUse()) {
      out.printf(
          Locale.ROOT, "%,15d bytes  %,d keys  %s%n", size.bytes(), size.keys(), size.what());
    }
    if (!sizes.largestKeys().isEmpty()) {
      out.println("largest keys:");
    }
    for (StateView.KeySize size : sizes.largestKeys()) {
      out.printf(Locale.ROOT, "%,15d bytes  %s%n", size.bytes(), size.key());
    }
    return ExitCode.OK;
  }

  private Optional<JournalState> state(Path folder, Optional<Path> rules) throws IOException {
    if (rules.isEmpty()) {
      return Optional.of(JournalState.asDeployed(folder, BUDGET_BYTES));
    }
    Optional<RuleSetPlan> plan = Plans.load(rules.get(), spec.commandLine().getErr());
    return plan.map(p -> JournalState.of(folder, p, BUDGET_BYTES));
  }

  private static void printStanding(PrintWriter out, JournalState state) {
    long ns = state.watermarkNs();
    String time =
        ns == Long.MIN_VALUE
            ? "none"
            : Instant.ofEpochSecond(
                    Math.floorDiv(ns, NS_PER_SECOND), Math.floorMod(ns, NS_PER_SECOND))
                .toString();
    out.println("before position " + state.nextPosition() + ", stream time " + time);
  }

  /** A key as it is compared: without quotes and spaces. */
  private static String plain(String text) {
    return text.replace("\"", "").replace(" ", "");
  }
}
