package dev.weir.server;

import dev.weir.engine.StateFullException;
import dev.weir.ingest.InputException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code weir}: the commands and what they have in common. */
@Command(
    name = "weir",
    description = "Complex event processing and fraud detection: rules in files, each alert once.",
    subcommands = {
      RunCommand.class,
      CheckCommand.class,
      ExplainCommand.class,
      FmtCommand.class,
      ShowCommand.class,
      TestCommand.class,
      BenchCommand.class,
      JournalCommand.class,
      VersionCommand.class,
      CommandLine.HelpCommand.class
    },
    footer = {
      "",
      "Examples:",
      "  weir run samples/card-fraud",
      "  weir check samples/card-fraud/rules"
    })
public final class WeirCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  /** Runs a command line; the exit code is that of the conventions. */
  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, false, java.nio.charset.StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, java.nio.charset.StandardCharsets.UTF_8);
    int code = execute(out, err, args);
    out.flush();
    err.flush();
    System.exit(code);
  }

  /** Runs a command line with these streams; never exits. */
  public static int execute(PrintWriter out, PrintWriter err, String... args) {
    CommandLine line = new CommandLine(new WeirCommand());
    line.setOut(out);
    line.setErr(err);
    line.setParameterExceptionHandler(WeirCommand::usage);
    line.setExecutionExceptionHandler(WeirCommand::failure);
    return line.execute(args);
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  private static int usage(CommandLine.ParameterException e, String[] args) {
    PrintWriter err = e.getCommandLine().getErr();
    String message = e.getMessage();
    String near =
        e instanceof CommandLine.UnmatchedArgumentException unmatched
                && !unmatched.getSuggestions().isEmpty()
            ? "; did you mean `" + unmatched.getSuggestions().get(0) + "`?"
            : "";
    err.println("weir: " + message + near + " (see `weir help`)");
    return ExitCode.USAGE;
  }

  private static int failure(Exception e, CommandLine line, CommandLine.ParseResult parsed) {
    PrintWriter err = line.getErr();
    if (e instanceof InputException input) {
      err.println("weir: " + e.getMessage());
      return input.isUnreadable() ? ExitCode.IO : ExitCode.DATA;
    }
    if (e instanceof dev.weir.RunConfig.ConfigException) {
      err.println("weir: " + e.getMessage());
      return ExitCode.CONFIG;
    }
    if (e instanceof IOException || e instanceof UncheckedIOException) {
      err.println("weir: " + e.getMessage());
      return ExitCode.IO;
    }
    if (e instanceof StateFullException) {
      err.println("weir: " + e.getMessage());
      return ExitCode.IO;
    }
    err.println("weir: a fault in Weir: " + e + " (set WEIR_TRACE=1 for where)");
    if (System.getenv("WEIR_TRACE") != null) {
      e.printStackTrace(err);
    }
    return ExitCode.FAULT;
  }
}
