package dev.weir.server;

import dev.weir.RunConfig;
import dev.weir.SinkSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir config}: the settings of a folder. */
@Command(
    name = "config",
    description = "Check or print the settings in a folder's weir.yaml and the environment.",
    footer = {
      "",
      "Examples:",
      "  weir config check samples/card-fraud",
      "  weir config print samples/card-fraud"
    })
final class ConfigCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  @Command(
      name = "check",
      description = "Check all settings; says every mistake at once.",
      footer = {
        "",
        "Examples:",
        "  weir config check samples/card-fraud",
        "  weir config print samples/card-fraud"
      })
  int check(@Parameters(paramLabel = "DIR", description = "A folder with weir.yaml.") Path folder)
      throws RunConfig.ConfigException {
    read(folder);
    spec.commandLine().getErr().println("all settings are good");
    return ExitCode.OK;
  }

  @Command(
      name = "print",
      description = {
        "Print the settings in force, with defaults and environment, as YAML.",
        "Of secrets only their files are shown."
      },
      footer = {"", "Examples:", "  weir config print samples/card-fraud"})
  int print(@Parameters(paramLabel = "DIR", description = "A folder with weir.yaml.") Path folder)
      throws RunConfig.ConfigException {
    RunConfig config = read(folder);
    PrintWriter out = spec.commandLine().getOut();
    out.println("rules: " + quoted(config.rules().toString()));
    out.println("sources:");
    config
        .inputs()
        .forEach(
            (type, files) ->
                item(
                    out,
                    Map.of("type", type),
                    Map.of("files", files.stream().map(Path::toString).toList())));
    config.alerts().ifPresent(file -> out.println("alerts: " + quoted(file.toString())));
    config.deadLetters().ifPresent(file -> out.println("dead_letters: " + quoted(file.toString())));
    if (!config.sinks().isEmpty()) {
      out.println("sinks:");
      for (SinkSettings sink : config.sinks()) {
        item(out, sink.effective(), Map.of());
      }
    }
    return ExitCode.OK;
  }

  /** With what only {@code weir serve} reads; sources may be missing, as there. */
  private static RunConfig read(Path folder) throws RunConfig.ConfigException {
    return RunConfig.read(
        folder.resolve("weir.yaml"),
        System.getenv(),
        false,
        new ServeCommand.Settings().sections());
  }

  private static void item(PrintWriter out, Map<String, Object> first, Map<String, Object> rest) {
    String lead = "  - ";
    for (Map<String, Object> part : List.of(first, rest)) {
      for (Map.Entry<String, Object> entry : part.entrySet()) {
        out.println(lead + entry.getKey() + ": " + value(entry.getValue()));
        lead = "    ";
      }
    }
  }

  private static String value(Object value) {
    if (value instanceof List<?> list) {
      return "[" + String.join(", ", list.stream().map(v -> value(v)).toList()) + "]";
    }
    return value instanceof String text ? quoted(text) : value.toString();
  }

  /** A YAML text in single quotes. */
  private static String quoted(String text) {
    return '\'' + text.replace("'", "''") + '\'';
  }
}
