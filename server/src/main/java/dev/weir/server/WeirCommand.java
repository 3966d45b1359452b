package dev.weir.server;

import dev.weir.DataFolderException;
import dev.weir.RunConfig;
import dev.weir.alerts.AlertLogException;
import dev.weir.alerts.delivery.DeliveryException;
import dev.weir.engine.ChunkStore.StoreException;
import dev.weir.engine.StateFullException;
import dev.weir.ingest.InputException;
import dev.weir.journal.LogException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir}: the commands and what they have in common. */
@Command(
    name = "weir",
    description = "Complex event processing and fraud detection: rules in files, each alert once.",
    subcommands = {
      RunCommand.class,
      ServeCommand.class,
      CheckCommand.class,
      ExplainCommand.class,
      FmtCommand.class,
      ShowCommand.class,
      TestCommand.class,
      LspCommand.class,
      BenchCommand.class,
      JournalCommand.class,
      AlertsCommand.class,
      ReplayCommand.class,
      StateCommand.class,
      RulesCommands.Plan.class,
      RulesCommands.Apply.class,
      RulesCommands.Rollback.class,
      RulesCommands.History.class,
      SinksCommand.class,
      DlqCommand.class,
      ConfigCommand.class,
      ConformanceCommand.class,
      HelpCommand.class,
      VersionCommand.class
    },
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Examples:",
      "  weir run samples/card-fraud",
      "  weir check samples/card-fraud/rules",
      "",
      "weir help COMMAND says more about one of them."
    })
public final class WeirCommand implements Runnable {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = CommandLine.ScopeType.INHERIT,
      description = "Say how the command is used.")
  @SuppressWarnings("UnusedVariable") // picocli looks at it
  private boolean help;

  @Option(names = "--version", description = "Print the version.")
  private boolean version;

  @Spec private CommandSpec spec = CommandSpec.create();

  /** Runs a command line; the exit code is that of the conventions. */
  public static void main(String[] args) {
    Interruption.listen();
    StandardOutput output = new StandardOutput();
    PrintWriter out = new PrintWriter(output, false, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int code = execute(out, err, args);
    out.flush();
    IOException failure = output.failure();
    if (failure != null) {
      boolean broken = StandardOutput.isBrokenPipe(failure);
      code = broken ? ExitCode.BROKEN_PIPE : ExitCode.IO;
      if (!broken) {
        err.println("weir: cannot write to standard output: " + failure.getMessage());
      }
    }
    err.flush();
    Interruption.finished();
    System.exit(code);
  }

  /** Runs a command line with these streams; never exits. */
  public static int execute(PrintWriter out, PrintWriter err, String... args) {
    int code = line(out, err).execute(args);
    out.flush();
    err.flush();
    return code;
  }

  static CommandLine line(PrintWriter out, PrintWriter err) {
    CommandLine line = new CommandLine(new WeirCommand());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setOut(out);
    line.setErr(err);
    line.setParameterExceptionHandler(WeirCommand::usage);
    line.setExecutionExceptionHandler(WeirCommand::failure);
    line.setUsageHelpWidth(100);
    return line;
  }

  @Override
  public void run() {
    if (version) {
      VersionCommand.print(spec.commandLine().getOut());
    } else {
      spec.commandLine().usage(spec.commandLine().getOut());
    }
  }

  private static int usage(CommandLine.ParameterException e, String[] args) {
    CommandLine line = e.getCommandLine();
    CommandSpec spec = line.getCommandSpec();
    String message = String.valueOf(e.getMessage()).replace('\n', ' ').strip();
    if (e instanceof CommandLine.UnmatchedArgumentException unmatched) {
      String word = unmatched.getUnmatched().get(0);
      message =
          (word.startsWith("-")
                  ? "no option `" + word + "`"
                  : spec.parent() == null
                      ? "no command `" + word + "`"
                      : "`" + word + "` is too much")
              + near(word, spec);
    }
    boolean isNested = spec.parent() != null && spec.parent().parent() != null;
    String where =
        isNested
            ? spec.qualifiedName() + " --help"
            : spec.parent() == null ? "weir help" : "weir help " + spec.name();
    line.getErr().println("weir: " + message + " (see `" + where + "`)");
    return ExitCode.USAGE;
  }

  private static String near(String word, CommandSpec spec) {
    List<String> known = new ArrayList<>();
    if (word.startsWith("-")) {
      spec.options().forEach(option -> known.addAll(List.of(option.names())));
    } else {
      known.addAll(spec.subcommands().keySet());
    }
    List<String> near = dev.weir.dsl.diagnostic.NearNames.of(word, known);
    return near.isEmpty() ? "" : "; did you mean `" + near.get(0) + "`?";
  }

  private static int failure(Exception e, CommandLine line, CommandLine.ParseResult parsed) {
    if (e instanceof StandardOutput.ClosedException) {
      return ExitCode.IO; // main knows why, and says it
    }
    PrintWriter err = line.getErr();
    int code = code(e);
    if (code == ExitCode.FAULT) {
      err.println("weir: a fault in Weir: " + e + " (set WEIR_TRACE=1 for where)");
      if (System.getenv("WEIR_TRACE") != null) {
        e.printStackTrace(err);
      }
    } else {
      err.println("weir: " + message(e));
    }
    return code;
  }

  private static int code(Exception e) {
    if (e instanceof CommandLine.ParameterException) {
      return ExitCode.USAGE;
    }
    if (e instanceof InputException input) {
      return input.isUnreadable() ? ExitCode.IO : ExitCode.DATA;
    }
    if (e instanceof RunConfig.ConfigException
        || e instanceof DataFolderException
        || e instanceof DeliveryException) {
      return ExitCode.CONFIG;
    }
    if (e instanceof IOException
        || e instanceof UncheckedIOException
        || e instanceof StateFullException
        || e instanceof LogException
        || e instanceof StoreException
        || e instanceof AlertLogException) {
      return ExitCode.IO;
    }
    return ExitCode.FAULT;
  }

  /** The JDK's messages for files are bare paths. */
  private static String message(Exception e) {
    if (e instanceof NoSuchFileException) {
      return "no such file: " + e.getMessage();
    }
    if (e instanceof AccessDeniedException) {
      return "no permission: " + e.getMessage();
    }
    return String.valueOf(e.getMessage());
  }
}
