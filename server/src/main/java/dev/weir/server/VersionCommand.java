package dev.weir.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code weir version}. The launcher passes {@code weir.commit} where it knows it. */
@Command(
    name = "version",
    description = "Print the version, the commit where it is known, and the Java that runs it.",
    footer = {"", "Examples:", "  weir version", "  weir version | cut -d' ' -f2"})
final class VersionCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    print(spec.commandLine().getOut());
  }

  static void print(PrintWriter out) {
    String commit = System.getProperty("weir.commit", "");
    out.println(
        "weir "
            + version()
            + (commit.isEmpty() ? "" : " (commit " + commit + ")")
            + ", Java "
            + Runtime.version());
  }

  /** As the build wrote it. */
  static String version() {
    Properties built = new Properties();
    try (InputStream in = VersionCommand.class.getResourceAsStream("version.properties")) {
      if (in != null) {
        built.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return built.getProperty("version", "unknown");
  }
}
