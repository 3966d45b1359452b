package dev.weir.server;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code weir version}. */
@Command(
    name = "version",
    description = "Print the version.",
    footer = {"", "Examples:", "  weir version", "  weir version | cut -d' ' -f2"})
final class VersionCommand implements Runnable {
  static final String VERSION = "0.1.0";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    spec.commandLine()
        .getOut()
        .println("weir " + VERSION + " (Java " + Runtime.version().feature() + ")");
  }
}
