package dev.weir.server;

import dev.weir.FileRun;
import dev.weir.RunConfig;
import dev.weir.alerts.AlertJson;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.ingest.DeadLetters;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
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
      "Examples:",
      "  weir run samples/card-fraud",
      "  weir run --rules rules --input Payment=april.csv.gz,may.csv.gz --alerts out.jsonl"
    })
final class RunCommand implements Callable<Integer> {
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
  private Map<String, String> inputs = new LinkedHashMap<>();

  @Option(names = "--until", paramLabel = "TIME", description = "Move time on to here (ISO 8601).")
  private Optional<String> until = Optional.empty();

  @Option(
      names = "--alerts",
      paramLabel = "FILE",
      description = "Also write alerts here (JSON Lines).")
  private Optional<Path> alerts = Optional.empty();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "table or json; by default table on a terminal, else json.")
  private Optional<String> format = Optional.empty();

  @Option(
      names = "--dead-letters",
      paramLabel = "FILE",
      description = "Where bad rows go (default: weir-dead-letters.jsonl, if there are any).")
  private Path deadLetters = Path.of("weir-dead-letters.jsonl");

  @Option(names = "--strict", description = "Exit 65 if a row was bad.")
  private boolean strict;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException, RunConfig.ConfigException {
    PrintWriter err = spec.commandLine().getErr();
    RunConfig config = config();
    Optional<RuleSetPlan> plan = Plans.load(config.rules(), err);
    if (plan.isEmpty()) {
      return ExitCode.FINDINGS;
    }
    boolean table = format.map(f -> f.equals("table")).orElse(Terminal.isOutput());
    if (format.isPresent() && !table && !format.get().equals("json")) {
      throw new ParameterException(
          spec.commandLine(), "--format is table or json, not " + format.get());
    }
    long started = System.nanoTime();
    try (Letters letters = new Letters(deadLetters);
        OutputStream file = open(config.alerts())) {
      FileRun run = new FileRun(plan.get(), config.inputs(), letters);
      AlertPrinter printer = new AlertPrinter(spec.commandLine().getOut(), table, file);
      ProgressLine progress = new ProgressLine(err, Terminal.isError());
      FileRun.Summary summary = run.run(time(), printer, progress);
      progress.clear();
      spec.commandLine().getOut().flush();
      print(err, summary, (System.nanoTime() - started) / 1e9);
      return strict && summary.rejected() > 0 ? ExitCode.DATA : ExitCode.OK;
    } catch (UncheckedIOException e) {
      throw new IOException("cannot write alerts: " + e.getMessage(), e);
    }
  }

  private RunConfig config() throws RunConfig.ConfigException {
    if (folder.isPresent() == rules.isPresent()) {
      throw new ParameterException(
          spec.commandLine(), "give a folder with weir.yaml, or --rules and --input");
    }
    if (folder.isPresent()) {
      RunConfig config = RunConfig.read(folder.get().resolve("weir.yaml"));
      return new RunConfig(config.rules(), config.inputs(), alerts.or(config::alerts));
    }
    if (inputs.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--rules needs at least one --input TYPE=FILE");
    }
    Map<String, List<Path>> files = new LinkedHashMap<>();
    inputs.forEach(
        (type, names) -> {
          List<Path> paths = new ArrayList<>();
          for (String name : names.split(",", -1)) {
            paths.add(Path.of(name));
          }
          files.put(type, paths);
        });
    return new RunConfig(rules.get(), files, alerts);
  }

  private OptionalLong time() {
    if (until.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      Instant instant = Instant.parse(until.get());
      return OptionalLong.of(
          Math.addExact(
              Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano()));
    } catch (DateTimeException | ArithmeticException e) {
      throw new ParameterException(
          spec.commandLine(), "--until needs a time such as 2018-05-01T00:00:00Z", e);
    }
  }

  private static OutputStream open(Optional<Path> file) throws IOException {
    return file.isEmpty()
        ? OutputStream.nullOutputStream()
        : new BufferedOutputStream(Files.newOutputStream(file.get()), 1 << 16);
  }

  private void print(PrintWriter err, FileRun.Summary s, double seconds) {
    err.printf(
        java.util.Locale.ROOT,
        "%,d events in %.1f s (%,.0f events/s), %,d late, %,d repeated, %,d rejected%s%n",
        s.events(),
        seconds,
        s.events() / Math.max(seconds, 0.001),
        s.late(),
        s.repeats(),
        s.rejected(),
        s.rejected() > 0 ? " (see " + deadLetters + ")" : "");
    s.alerts()
        .forEach(
            (rule, count) ->
                err.printf(
                    java.util.Locale.ROOT,
                    "  %-32s %,10d alerts%s%s%s%n",
                    rule,
                    count,
                    part(s.heldBack(), rule, "suppressed"),
                    part(s.openPartials(), rule, "open partial matches"),
                    part(s.keyMissing(), rule, "events without key")));
  }

  private static String part(Map<String, Long> counts, String rule, String what) {
    long count = counts.getOrDefault(rule, 0L);
    return count == 0 ? "" : String.format(java.util.Locale.ROOT, ", %,d %s", count, what);
  }

  /** Prints alerts as they come. */
  private static final class AlertPrinter implements dev.weir.alerts.Suppressor.Output {
    private final PrintWriter out;
    private final boolean table;
    private final OutputStream file;
    private final AlertJson json = new AlertJson();
    private byte[] line = new byte[4096];
    private boolean headed;

    AlertPrinter(PrintWriter out, boolean table, OutputStream file) {
      this.out = out;
      this.table = table;
      this.file = file;
    }

    @Override
    public void onAlert(dev.weir.engine.AlertView alert, long suppressed) {
      int length = json.write(alert, suppressed);
      if (line.length <= length) {
        line = new byte[length * 2];
      }
      json.buffer().getBytes(0, line, 0, length);
      line[length] = '\n';
      try {
        file.write(line, 0, length + 1);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      if (!table) {
        out.write(new String(line, 0, length + 1, StandardCharsets.UTF_8));
        return;
      }
      if (!headed) {
        headed = true;
        out.printf("%-24s %-28s %-9s %s%n", "TIME", "RULE", "SEVERITY", "ALERT");
      }
      out.printf(
          "%-24s %-28s %-9s %s%n",
          Instant.ofEpochSecond(
              Math.floorDiv(alert.timeNs(), 1_000_000_000L),
              Math.floorMod(alert.timeNs(), 1_000_000_000L)),
          alert.rule().name(),
          alert.rule().severity(),
          json.messageOf(alert));
    }
  }

  /** The dead-letter file; made at the first bad row. */
  private static final class Letters implements DeadLetters, AutoCloseable {
    private final Path path;
    private OutputStream out = OutputStream.nullOutputStream();
    private boolean open;

    Letters(Path path) {
      this.path = path;
    }

    @Override
    public void reject(String type, String file, long line, byte[] raw, int length, String reason) {
      try {
        if (!open) {
          out = new BufferedOutputStream(Files.newOutputStream(path));
          open = true;
        }
        String text =
            "{\"type\":\""
                + type
                + "\",\"file\":\""
                + escaped(file)
                + "\",\"line\":"
                + line
                + ",\"reason\":\""
                + escaped(reason)
                + "\",\"raw\":\""
                + Base64.getEncoder().encodeToString(java.util.Arrays.copyOf(raw, length))
                + "\"}\n";
        out.write(text.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static String escaped(String text) {
      return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }

  /** One line on a terminal: percent, rate, what is left. */
  private static final class ProgressLine implements FileRun.Progress {
    private static final long EVERY_NS = 250_000_000L;

    private final PrintWriter err;
    private final boolean shown;
    private final long startNs = System.nanoTime();
    private long nextNs = startNs + EVERY_NS;

    ProgressLine(PrintWriter err, boolean shown) {
      this.err = err;
      this.shown = shown;
    }

    @Override
    public void at(long events, long bytesRead, long bytesTotal) {
      long nowNs = System.nanoTime();
      if (!shown || nowNs - nextNs < 0) {
        return;
      }
      nextNs = nowNs + EVERY_NS;
      double seconds = (nowNs - startNs) / 1e9;
      double part = bytesTotal == 0 ? 1 : (double) bytesRead / bytesTotal;
      err.printf(
          java.util.Locale.ROOT,
          "\r\033[K%3.0f %%  %,d events  %,.0f events/s  %.0f s left",
          part * 100,
          events,
          events / seconds,
          part > 0 ? seconds / part - seconds : 0);
      err.flush();
    }

    void clear() {
      if (shown) {
        err.print("\r\033[K");
        err.flush();
      }
    }
  }
}
