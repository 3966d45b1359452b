package dev.weir.server;

import dev.weir.dsl.diagnostic.NearNames;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir help [COMMAND]}. */
@Command(
    name = "help",
    description = "Say how Weir, or one of its commands, is used.",
    footer = {"", "Examples:", "  weir help", "  weir help run"})
final class HelpCommand implements Runnable {
  @Parameters(arity = "0..1", paramLabel = "COMMAND", description = "The command to explain.")
  private Optional<String> command = Optional.empty();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    CommandLine weir = spec.commandLine().getParent();
    CommandLine wanted = command.map(weir.getSubcommands()::get).orElse(weir);
    if (command.isPresent() && wanted == weir) {
      String name = command.get();
      var near = NearNames.of(name, weir.getSubcommands().keySet());
      throw new ParameterException(
          weir,
          "no command `"
              + name
              + "`"
              + (near.isEmpty() ? "" : "; did you mean `" + near.get(0) + "`?"));
    }
    wanted.usage(spec.commandLine().getOut());
  }
}
