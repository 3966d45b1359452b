package dev.weir.server;

import dev.weir.DataFolder;
import dev.weir.alerts.AlertExport;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir alerts}: what stands in an alert log. */
@Command(
    name = "alerts",
    description = "Read the alert log of a data folder.",
    footer = {
      "",
      "Examples:",
      "  weir alerts export data > alerts.jsonl",
      "  weir alerts export data | grep high_amount > amounts.jsonl"
    })
final class AlertsCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  @Command(
      name = "export",
      description = "Write all alerts as JSON Lines, in their order.",
      footer = {"", "Examples:", "  weir alerts export data > alerts.jsonl"})
  int export(
      @Parameters(paramLabel = "FOLDER", description = "The folder of `weir run --data`.")
          Path folder) {
    PrintWriter out = spec.commandLine().getOut();
    AlertExport.run(
        DataFolder.alertsOf(folder),
        alert -> {
          out.write(alert.json());
          out.write('\n');
        });
    return ExitCode.OK;
  }
}
