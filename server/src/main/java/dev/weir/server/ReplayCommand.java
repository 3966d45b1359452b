package dev.weir.server;

import dev.weir.Replay;
import dev.weir.RunConfig;
import dev.weir.alerts.AlertReceiver;
import dev.weir.dsl.plan.RuleSetPlan;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir replay}: history once more, with these rules or with others. */
@Command(
    name = "replay",
    description = "Fold the journal of a data folder once more and write the alerts.",
    footer = {
      "",
      "Without DIR and --rules the fold obeys the rule sets in the journal, as of `weir serve`:",
      "  weir replay --data shop/data --alerts again.jsonl",
      "The fold begins with empty state. Nothing is delivered and nothing is added to the folder,",
      "which may be in use. TIME is stream time (ISO 8601), POSITION that of the journal.",
      "",
      "Examples:",
      "  weir replay samples/card-fraud --data data --alerts again.jsonl",
      "  weir replay --rules stricter --data data --from 2018-04-02T00:00:00Z --alerts out.jsonl"
    })
final class ReplayCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description = "A folder with weir.yaml, whose rules are used; not together with --rules.")
  private Optional<Path> folder = Optional.empty();

  @Option(names = "--rules", paramLabel = "PATH", description = "A rule file or folder.")
  private Optional<Path> rules = Optional.empty();

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FOLDER",
      description = "The folder of `weir run --data`.")
  private Path data = Path.of(".");

  @Option(
      names = "--alerts",
      required = true,
      paramLabel = "FILE",
      description = "Where the alerts go (JSON Lines); complete or not there.")
  private Path alerts = Path.of(".");

  @Option(names = "--from", paramLabel = "TIME|POSITION", description = "Where to begin.")
  private Optional<String> from = Optional.empty();

  @Option(names = "--to", paramLabel = "TIME|POSITION", description = "Before what to end.")
  private Optional<String> to = Optional.empty();

  @Option(
      names = "--key",
      paramLabel = "TEXT",
      description = "Only alerts with this text or number in their key.")
  private Optional<String> key = Optional.empty();

  @Option(
      names = "--speed",
      paramLabel = "SPEED",
      description = "max (default), or how much faster than stream time: 1x, 60x.")
  private String speed = "max";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException, RunConfig.ConfigException {
    Replay.Range range = range();
    double factor = factor();
    if (folder.isPresent() && rules.isPresent()) {
      throw wrong("give a folder with weir.yaml, or --rules, not both");
    }
    PrintWriter err = spec.commandLine().getErr();
    RuleSetPlan plan = null; // those of the journal
    if (folder.isPresent() || rules.isPresent()) {
      Path rulePath =
          rules.isPresent()
              ? rules.get()
              : RunConfig.read(folder.orElseThrow().resolve("weir.yaml"), System.getenv()).rules();
      plan = Plans.load(rulePath, err).orElse(null);
      if (plan == null) {
        return ExitCode.FINDINGS;
      }
    }
    try (AlertFile file = new AlertFile(alerts)) {
      ProgressLine progress = new ProgressLine(err, false);
      AlertPrinter printer =
          new AlertPrinter(
              new PrintWriter(PrintWriter.nullWriter()), false, Optional.of(file), progress);
      Interruption.heed();
      long[] written = {0};
      Replay.Summary summary =
          fold(
              plan,
              range,
              factor,
              alert -> {
                if (key.isEmpty() || alert.hasKeyPart(key.get())) {
                  written[0]++;
                  printer.onAlert(alert);
                }
              });
      if (Interruption.isRequested()) {
        return ExitCode.INTERRUPTED;
      }
      file.complete();
      err.printf(
          Locale.ROOT, "%,d events folded again, %,d alerts%n", summary.events(), written[0]);
      err.flush();
    }
    return ExitCode.OK;
  }

  private Replay.Summary fold(
      @Nullable RuleSetPlan plan, Replay.Range range, double factor, AlertReceiver receiver) {
    return plan == null
        ? Replay.asDeployed(data, range, factor, receiver, Interruption::isRequested)
        : Replay.run(data, plan, range, factor, receiver, Interruption::isRequested);
  }

  private Replay.Range range() {
    long fromPosition = position(from).orElse(0L);
    long toPosition = position(to).orElse(Long.MAX_VALUE);
    long fromNs =
        from.isPresent() && position(from).isEmpty() ? time("--from", from.get()) : Long.MIN_VALUE;
    long toNs = to.isPresent() && position(to).isEmpty() ? time("--to", to.get()) : Long.MAX_VALUE;
    return new Replay.Range(fromPosition, fromNs, toPosition, toNs);
  }

  private static Optional<Long> position(Optional<String> text) {
    return text.filter(t -> t.matches("[0-9]{1,18}")).map(Long::valueOf);
  }

  private long time(String option, String text) {
    try {
      Instant instant = Instant.parse(text);
      return Math.addExact(
          Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
    } catch (DateTimeException | ArithmeticException e) {
      throw wrong(option + " needs a position or a time such as 2018-05-01T00:00:00Z, not " + text);
    }
  }

  private double factor() {
    if (speed.equals("max")) {
      return Replay.MAX_SPEED;
    }
    if (!speed.matches("[1-9][0-9]{0,5}x")) {
      throw wrong("--speed is max or a factor such as 1x or 60x, not " + speed);
    }
    return Double.parseDouble(speed.substring(0, speed.length() - 1));
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
