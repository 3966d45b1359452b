package dev.weir.server;

import dev.weir.alerts.delivery.Requests;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir dlq}: alerts that a sink gave up. */
@Command(
    name = "dlq",
    description = "Look after dead letters: alerts that a sink could not deliver in time.",
    footer = {"", "Examples:", "  weir dlq list data", "  weir dlq replay data --sink desk --all"})
final class DlqCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  @Command(
      name = "list",
      description = "List dead letters.",
      footer = {"", "Examples:", "  weir dlq list data", "  weir dlq list data --sink desk"})
  int list(
      @Parameters(paramLabel = "FOLDER", description = "The folder of `weir run --data`.")
          Path data,
      @Option(names = "--sink", paramLabel = "NAME", description = "Only those of this sink.")
          Optional<String> sink)
      throws IOException {
    List<SinkFolders.Found> letters = new SinkFolders(spec.commandLine(), data).deadLetters(sink);
    PrintWriter out = spec.commandLine().getOut();
    if (letters.isEmpty()) {
      spec.commandLine().getErr().println("no dead letters");
      return ExitCode.OK;
    }
    out.printf("%-16s %-32s %8s  %-24s %s%n", "SINK", "ALERT", "ATTEMPTS", "LAST", "REASON");
    for (SinkFolders.Found found : letters) {
      out.printf(
          "%-16s %-32s %8d  %-24s %s%n",
          found.sink(),
          found.letter().id(),
          found.letter().attempts(),
          Instant.ofEpochMilli(found.letter().lastNs() / 1_000_000),
          found.letter().reason());
    }
    return ExitCode.OK;
  }

  @Command(
      name = "show",
      description = "Print a dead alert as it stands in the alert log.",
      footer = {"", "Examples:", "  weir dlq show data 4f1c6d2e9a0b83754f1c6d2e9a0b8375"})
  int show(
      @Parameters(index = "0", paramLabel = "FOLDER", description = "The data folder.") Path data,
      @Parameters(index = "1", paramLabel = "ALERT", description = "The alert's id.") String id)
      throws IOException {
    List<SinkFolders.Found> found = ofId(data, Optional.empty(), id);
    PrintWriter err = spec.commandLine().getErr();
    for (SinkFolders.Found one : found) {
      err.printf(
          "sink %s gave it up after %d attempts: %s%n",
          one.sink(), one.letter().attempts(), one.letter().reason());
    }
    spec.commandLine().getOut().println(found.get(0).letter().alert());
    return ExitCode.OK;
  }

  @Command(
      name = "replay",
      description = {
        "Deliver dead letters again, under their ids; a running engine begins within a second,",
        "else the next run does."
      },
      footer = {
        "",
        "Examples:",
        "  weir dlq replay data 4f1c6d2e9a0b83754f1c6d2e9a0b8375",
        "  weir dlq replay data --sink desk --all"
      })
  int replay(
      @Parameters(index = "0", paramLabel = "FOLDER", description = "The data folder.") Path data,
      @Parameters(
              index = "1",
              arity = "0..1",
              paramLabel = "ALERT",
              description = "The alert's id.")
          Optional<String> id,
      @Option(names = "--all", description = "All of them.") boolean all,
      @Option(names = "--sink", paramLabel = "NAME", description = "Only those of this sink.")
          Optional<String> sink)
      throws IOException {
    if (id.isPresent() == all) {
      throw new ParameterException(spec.commandLine(), "give an alert's id, or --all");
    }
    List<SinkFolders.Found> letters =
        all
            ? new SinkFolders(spec.commandLine(), data).deadLetters(sink)
            : ofId(data, sink, id.orElseThrow());
    for (SinkFolders.Found found : letters) {
      Requests.resend(found.folder(), found.letter().position(), found.letter().position() + 1);
    }
    spec.commandLine().getErr().println(letters.size() + " dead letters will be delivered again");
    return ExitCode.OK;
  }

  private List<SinkFolders.Found> ofId(Path data, Optional<String> sink, String id)
      throws IOException {
    List<SinkFolders.Found> found =
        new SinkFolders(spec.commandLine(), data)
            .deadLetters(sink).stream().filter(f -> f.letter().id().equals(id)).toList();
    if (found.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "no dead letter has the id " + id);
    }
    return found;
  }
}
