package dev.weir.server;

import dev.weir.DataFolder;
import dev.weir.alerts.delivery.CursorReport;
import dev.weir.alerts.delivery.DeadLetters;
import dev.weir.alerts.delivery.Requests;
import dev.weir.journal.LogCheck;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir sinks}: how deliveries stand, and what to do about it. */
@Command(
    name = "sinks",
    description = "Look after the sinks of a data folder, whether an engine runs on it or not.",
    footer = {
      "",
      "Examples:",
      "  weir sinks list data",
      "  weir sinks resend data desk --from 1200 --to 1300"
    })
final class SinksCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  @Command(
      name = "list",
      description = "Show how far each sink has come.",
      footer = {"", "Examples:", "  weir sinks list data"})
  int list(
      @Parameters(paramLabel = "FOLDER", description = "The folder of `weir run --data`.")
          Path data)
      throws IOException {
    SinkFolders sinks = new SinkFolders(spec.commandLine(), data);
    List<String> names = sinks.names(Optional.empty());
    if (names.isEmpty()) {
      spec.commandLine().getErr().println("no sink has delivered from there");
      return ExitCode.OK;
    }
    long end = LogCheck.verify(DataFolder.alertsOf(data)).nextPosition();
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "%-16s %10s %10s %12s  %s%n", "SINK", "PENDING", "RETRYING", "DEAD LETTERS", "STATE");
    for (String name : names) {
      CursorReport cursor = CursorReport.of(sinks.folderOf(name));
      out.printf(
          Locale.ROOT,
          "%-16s %10d %10d %12d  %s%n",
          name,
          end - cursor.read() + cursor.open(),
          cursor.retrying(),
          DeadLetters.look(sinks.folderOf(name)).size(),
          cursor.disabled().isEmpty() ? "enabled" : "disabled: " + cursor.disabled());
    }
    return ExitCode.OK;
  }

  @Command(
      name = "resend",
      description = {
        "Deliver a range of alerts again, under their ids; a running engine begins within a",
        "second, else the next run does."
      },
      footer = {"", "Examples:", "  weir sinks resend data desk --from 1200 --to 1300"})
  int resend(
      @Parameters(index = "0", paramLabel = "FOLDER", description = "The data folder.") Path data,
      @Parameters(index = "1", paramLabel = "SINK", description = "The sink's name.") String sink,
      @Option(
              names = "--from",
              required = true,
              paramLabel = "N",
              description = "First alert, as its place in the alert log, counted from 0.")
          long from,
      @Option(
              names = "--to",
              required = true,
              paramLabel = "N",
              description = "The alert after the last one.")
          long to)
      throws IOException {
    if (from < 0 || to <= from) {
      throw new ParameterException(spec.commandLine(), "--from must be below --to");
    }
    Requests.resend(folderOf(data, sink), from, to);
    spec.commandLine().getErr().println((to - from) + " alerts will be delivered again");
    return ExitCode.OK;
  }

  @Command(
      name = "enable",
      description = "Deliver again after a sink was disabled, by hand or by an answer 410.",
      footer = {"", "Examples:", "  weir sinks enable data desk"})
  int enable(
      @Parameters(index = "0", paramLabel = "FOLDER", description = "The data folder.") Path data,
      @Parameters(index = "1", paramLabel = "SINK", description = "The sink's name.") String sink)
      throws IOException {
    Requests.enable(folderOf(data, sink));
    return ExitCode.OK;
  }

  @Command(
      name = "disable",
      description = "Deliver nothing more to a sink; alerts wait for it in the alert log.",
      footer = {"", "Examples:", "  weir sinks disable data desk --reason \"moves on Friday\""})
  int disable(
      @Parameters(index = "0", paramLabel = "FOLDER", description = "The data folder.") Path data,
      @Parameters(index = "1", paramLabel = "SINK", description = "The sink's name.") String sink,
      @Option(names = "--reason", paramLabel = "TEXT", description = "Shown by `weir sinks list`.")
          Optional<String> reason)
      throws IOException {
    Requests.disable(folderOf(data, sink), reason.orElse("by hand"));
    return ExitCode.OK;
  }

  private Path folderOf(Path data, String sink) throws IOException {
    SinkFolders sinks = new SinkFolders(spec.commandLine(), data);
    return sinks.folderOf(sinks.names(Optional.of(sink)).get(0));
  }
}
