package dev.weir.server;

import dev.weir.DataFolder;
import dev.weir.FileRun;
import dev.weir.RunConfig;
import dev.weir.SettingText;
import dev.weir.dsl.diagnostic.NearNames;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.event.EventType;
import dev.weir.ingest.DeadLetterFile;
import dev.weir.journal.Durability;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir run}: rules over files. */
@Command(
    name = "run",
    description = "Run rules over files and print their alerts.",
    footer = {
      "",
      "Alerts go to standard output: a table on a terminal, else JSON Lines. The summary goes to",
      "standard error. Bad rows go to the dead letters and stop nothing.",
      "",
      "Examples:",
      "  weir run samples/card-fraud",
      "  weir run samples/card-fraud --data data",
      "  weir run --rules rules --input Payment=april.csv.gz,may.csv.gz --alerts out.jsonl"
    })
final class RunCommand implements Callable<Integer> {
  private static final long SHOW_EVERY_NS = 250_000_000L;
  private static final Duration DRAIN = Duration.ofSeconds(30);
  private static final Duration GROUP_INTERVAL = Duration.ofMillis(10);

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description = "A folder with weir.yaml; not together with --rules.")
  private Optional<Path> folder = Optional.empty();

  @Option(names = "--rules", paramLabel = "PATH", description = "A rule file or folder.")
  private Optional<Path> rules = Optional.empty();

  @Option(
      names = "--input",
      paramLabel = "TYPE=FILE[,FILE]",
      description = "Files of an event type: CSV or JSON Lines, plain or gzip.")
  private List<String> inputs = new ArrayList<>();

  @Option(names = "--until", paramLabel = "TIME", description = "Move time on to here (ISO 8601).")
  private Optional<String> until = Optional.empty();

  @Option(
      names = "--alerts",
      paramLabel = "FILE",
      description = "Also write alerts here (JSON Lines); complete or not there.")
  private Optional<Path> alerts = Optional.empty();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "table or json; by default table on a terminal, else json.")
  private Optional<String> format = Optional.empty();

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description = {
        "Keep a journal and an alert log here; go on here if a run was broken off.",
        "New alerts are printed as JSON Lines, once they stand in the alert log."
      })
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--durability",
      paramLabel = "MODE",
      description = {
        "What the journal survives before an alert is out: process (the end of the process),",
        "group or sync (a power cut). Default: process."
      })
  private Optional<Durability.Mode> durability = Optional.empty();

  @Option(
      names = "--drain",
      paramLabel = "TIME",
      description = "At the end wait so long for the sinks, such as 10s (default: 30s).")
  private Optional<String> drain = Optional.empty();

  @Option(
      names = "--dead-letters",
      paramLabel = "FILE",
      description = "Where bad rows go (default: weir-dead-letters.jsonl, if there are any).")
  private Optional<Path> deadLetters = Optional.empty();

  @Option(names = "--strict", description = "Exit 65 if a row was bad.")
  private boolean strict;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException, RunConfig.ConfigException {
    boolean table = isTable();
    OptionalLong untilNs = untilNs();
    RunConfig config = config();
    checkData(config, table);
    drainTime(); // is it one
    PrintWriter err = spec.commandLine().getErr();
    Optional<RuleSetPlan> plan = Plans.load(config.rules(), err);
    if (plan.isEmpty()) {
      return ExitCode.FINDINGS;
    }
    checkTypes(plan.get(), config);
    Path letters = config.deadLetters().orElse(Path.of("weir-dead-letters.jsonl"));
    ProgressLine progress = new ProgressLine(err, Terminal.isError());
    long startNs = System.nanoTime();
    FileRun.Summary summary;
    try (DeadLetterFile dead = new DeadLetterFile(letters)) {
      FileRun run = new FileRun(plan.get(), config.inputs(), dead);
      if (data.isPresent()) {
        summary = runWith(data.get(), plan.get(), config, run, progress, startNs);
        RunSummary.print(err, summary, (System.nanoTime() - startNs) / 1e9, letters);
        return exitCode(summary);
      }
      Optional<AlertFile> file = open(config.alerts());
      try {
        AlertPrinter printer =
            new AlertPrinter(plan.get(), spec.commandLine().getOut(), table, false, file, progress);
        Interruption.heed();
        summary = run.run(untilNs, printer, new Watch(run, printer, progress, startNs));
        printer.flush();
        if (summary.isComplete() && file.isPresent()) {
          file.get().complete();
        }
      } finally {
        progress.clear();
        if (file.isPresent()) {
          file.get().close();
        }
      }
    }
    RunSummary.print(err, summary, (System.nanoTime() - startNs) / 1e9, letters);
    return exitCode(summary);
  }

  private int exitCode(FileRun.Summary summary) {
    if (!summary.isComplete()) {
      return ExitCode.INTERRUPTED;
    }
    return strict && summary.rejected() > 0 ? ExitCode.DATA : ExitCode.OK;
  }

  private FileRun.Summary runWith(
      Path dataFolder,
      RuleSetPlan plan,
      RunConfig config,
      FileRun run,
      ProgressLine progress,
      long startNs) {
    PrintWriter err = spec.commandLine().getErr();
    AlertPrinter printer =
        new AlertPrinter(
            plan, spec.commandLine().getOut(), false, true, Optional.empty(), progress);
    Durability mode =
        switch (durability.orElse(Durability.Mode.PROCESS)) {
          case PROCESS -> Durability.process();
          case GROUP -> Durability.group(GROUP_INTERVAL);
          case SYNC -> Durability.sync();
        };
    List<String> sources = List.copyOf(config.inputs().keySet());
    try (DataFolder open =
            DataFolder.open(
                dataFolder,
                mode,
                plan,
                sources,
                RunSinks.takeOutput(config.sinks()) ? alert -> {} : printer,
                notice -> err.println("weir: " + notice));
        RunSinks sinks =
            RunSinks.open(config.sinks(), open, dataFolder, spec.commandLine().getOut(), err)) {
      Interruption.heed();
      FileRun.Summary summary =
          run.run(open, untilNs(), new Watch(run, printer, progress, startNs));
      if (summary.isComplete()) {
        sinks.drain(drainTime());
      }
      return summary;
    } finally {
      progress.clear();
    }
  }

  private Duration drainTime() {
    try {
      return drain.map(SettingText::duration).orElse(DRAIN);
    } catch (IllegalArgumentException e) {
      throw wrong("--drain " + e.getMessage());
    }
  }

  private static Optional<AlertFile> open(Optional<Path> file) throws IOException {
    return file.isEmpty() ? Optional.empty() : Optional.of(new AlertFile(file.get()));
  }

  /** Looks after the run now and then: shows progress, hands on alerts, stops when asked to. */
  private static final class Watch implements FileRun.Progress {
    private final FileRun run;
    private final AlertPrinter printer;
    private final ProgressLine line;
    private final long startNs;
    private long nextNs;

    Watch(FileRun run, AlertPrinter printer, ProgressLine line, long startNs) {
      this.run = run;
      this.printer = printer;
      this.line = line;
      this.startNs = startNs;
      this.nextNs = startNs + SHOW_EVERY_NS;
    }

    @Override
    public void at(long events, long bytesRead, long bytesTotal) {
      if (Interruption.isRequested()) {
        run.stop();
      }
      long nowNs = System.nanoTime();
      if (nowNs - nextNs < 0) {
        return;
      }
      nextNs = nowNs + SHOW_EVERY_NS;
      printer.flush();
      line.show((nowNs - startNs) / 1e9, events, bytesRead, bytesTotal);
    }
  }

  // ---- what the command line says
  // -----------------------------------------------------------------

  private boolean isTable() {
    if (format.isEmpty()) {
      return data.isEmpty() && Terminal.isOutput();
    }
    return switch (format.get()) {
      case "table" -> true;
      case "json" -> false;
      default -> throw wrong("--format is table or json, not " + format.get());
    };
  }

  private void checkData(RunConfig config, boolean table) {
    if (data.isEmpty() && durability.isPresent()) {
      throw wrong("--durability goes with --data");
    }
    if (data.isEmpty() && drain.isPresent()) {
      throw wrong("--drain goes with --data");
    }
    if (data.isEmpty() && !config.sinks().isEmpty()) {
      spec.commandLine().getErr().println("weir: without --data nothing goes to the sinks");
    }
    if (data.isPresent() && table) {
      throw wrong("--data prints json, not a table");
    }
    if (data.isPresent() && config.alerts().isPresent()) {
      throw wrong("with --data the alerts are in its alert log: use `weir alerts export`");
    }
  }

  private OptionalLong untilNs() {
    if (until.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      Instant instant = Instant.parse(until.get());
      return OptionalLong.of(
          Math.addExact(
              Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano()));
    } catch (DateTimeException | ArithmeticException e) {
      throw wrong("--until needs a time such as 2018-05-01T00:00:00Z, not " + until.get());
    }
  }

  private RunConfig config() throws RunConfig.ConfigException {
    if (folder.isPresent() == rules.isPresent()) {
      throw wrong("give a folder with weir.yaml, or --rules and --input");
    }
    if (folder.isPresent()) {
      if (!inputs.isEmpty()) {
        throw wrong("--input goes with --rules; a folder's weir.yaml names its own files");
      }
      RunConfig config = RunConfig.read(folder.get().resolve("weir.yaml"), System.getenv());
      return new RunConfig(
          config.rules(),
          config.inputs(),
          alerts.or(config::alerts),
          deadLetters.or(config::deadLetters),
          config.sinks());
    }
    if (inputs.isEmpty()) {
      throw wrong("--rules needs at least one --input TYPE=FILE");
    }
    Map<String, List<Path>> files = new LinkedHashMap<>();
    for (String input : inputs) {
      int equals = input.indexOf('=');
      if (equals <= 0 || equals == input.length() - 1) {
        throw wrong("--input is TYPE=FILE[,FILE], not " + input);
      }
      List<Path> ofType =
          files.computeIfAbsent(input.substring(0, equals), type -> new ArrayList<>());
      for (String name : input.substring(equals + 1).split(",", -1)) {
        ofType.add(Path.of(name));
      }
    }
    return new RunConfig(rules.get(), files, alerts, deadLetters, List.of());
  }

  private void checkTypes(RuleSetPlan plan, RunConfig config) throws RunConfig.ConfigException {
    List<String> known = plan.types().stream().map(EventType::name).toList();
    for (String type : config.inputs().keySet()) {
      if (known.contains(type)) {
        continue;
      }
      List<String> near = NearNames.of(type, known);
      String message =
          "the rules declare no event type `"
              + type
              + "`"
              + (near.isEmpty()
                  ? "; they declare " + String.join(", ", known)
                  : "; did you mean `" + near.get(0) + "`?");
      if (folder.isPresent()) {
        throw new RunConfig.ConfigException(folder.get().resolve("weir.yaml") + ": " + message);
      }
      throw wrong(message);
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
