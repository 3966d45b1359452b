package dev.weir.server;

import dev.weir.dsl.diagnostic.Code;
import dev.weir.dsl.diagnostic.Explanation;
import dev.weir.dsl.diagnostic.NearNames;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir explain CODE}. */
@Command(
    name = "explain",
    description = "Say what a code of `weir check` means, with an example and its fix.",
    footer = {"", "Examples:", "  weir explain W0301", "  weir explain   # lists all codes"})
final class ExplainCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "CODE",
      arity = "0..1",
      description = "Such as W0301; without it, all codes.")
  private String code = "";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (code.isEmpty()) {
      for (Code known : Code.values()) {
        out.println(known + "  " + known.summary());
      }
      return ExitCode.OK;
    }
    String wanted = code.toUpperCase(Locale.ROOT);
    Optional<Code> known =
        Arrays.stream(Code.values()).filter(c -> c.name().equals(wanted)).findFirst();
    if (known.isEmpty()) {
      List<String> near =
          NearNames.of(wanted, Arrays.stream(Code.values()).map(Code::name).toList());
      String help = near.isEmpty() ? "" : "; did you mean `" + near.get(0) + "`?";
      throw new ParameterException(spec.commandLine(), "no code is called `" + code + "`" + help);
    }
    out.print(Explanation.of(known.get()));
    return ExitCode.OK;
  }
}
