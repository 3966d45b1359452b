package dev.weir.server;

import dev.weir.dsl.diagnostic.DiagnosticText;
import dev.weir.dsl.diagnostic.Result;
import dev.weir.dsl.format.Formatter;
import dev.weir.dsl.source.SourceText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir fmt PATH… [--check]}. */
@Command(
    name = "fmt",
    description = "Give rule files their one layout; comments and blank lines stay.",
    footer = {
      "",
      "Prints the files that changed; of standard input, the new text.",
      "A file with a syntax error is not touched.",
      "Exit code: 0 good, 1 syntax errors, or files to change under --check.",
      "",
      "Examples:",
      "  weir fmt rules",
      "  weir fmt --check rules/card_testing.weir rules/velocity.weir",
      "  weir fmt - < rules/card_testing.weir > tidy.weir"
    })
final class FmtCommand implements Callable<Integer> {
  private static final String ENDING = ".weir";
  private static final Path STANDARD_INPUT = Path.of("-");

  @Parameters(
      paramLabel = "PATH",
      arity = "1..*",
      description = "Rule files, folders of *.weir files, or - for standard input.")
  private List<Path> paths = new ArrayList<>();

  @Option(names = "--check", description = "Change nothing; list the files that would change.")
  private boolean checkOnly;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    if (paths.equals(List.of(STANDARD_INPUT))) {
      return formatInput(out, err);
    }
    int code = ExitCode.OK;
    for (Path file : files()) {
      String text = read(file);
      Result<String> result = Formatter.format(new SourceText(file.toString(), text));
      if (result.value().isEmpty()) {
        err.print(DiagnosticText.render(result.diagnostics()));
        code = ExitCode.FINDINGS;
      } else if (!result.value().get().equals(text)) {
        out.println(file);
        if (checkOnly) {
          code = ExitCode.FINDINGS;
        } else {
          write(file, result.value().get());
        }
      }
    }
    return code;
  }

  private int formatInput(PrintWriter out, PrintWriter err) throws IOException {
    String text;
    try {
      text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(System.in.readAllBytes()))
              .toString();
    } catch (CharacterCodingException e) {
      throw new IOException("not UTF-8 text: standard input", e);
    }
    Result<String> result = Formatter.format(new SourceText("standard input", text));
    if (result.value().isEmpty()) {
      err.print(DiagnosticText.render(result.diagnostics()));
      return ExitCode.FINDINGS;
    }
    if (checkOnly) {
      return result.value().get().equals(text) ? ExitCode.OK : ExitCode.FINDINGS;
    }
    out.print(result.value().get());
    return ExitCode.OK;
  }

  private List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path path : paths) {
      if (Files.isDirectory(path)) {
        int before = files.size();
        try (Stream<Path> walk = Files.walk(path)) {
          walk.filter(p -> p.toString().endsWith(ENDING)).sorted().forEach(files::add);
        }
        if (files.size() == before) {
          throw new IOException("no " + ENDING + " file in " + path);
        }
      } else if (Files.isRegularFile(path)) {
        files.add(path);
      } else {
        throw new IOException("no such file or folder: " + path);
      }
    }
    return files;
  }

  private static String read(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new IOException("not UTF-8 text: " + file, e);
    }
  }

  /** The old text stands until the new one is whole. */
  private static void write(Path file, String text) throws IOException {
    Path target = file.toRealPath(); // a link stays a link
    Path whole = target.resolveSibling("." + target.getFileName() + ".new");
    try {
      Files.writeString(whole, text);
      Files.move(whole, target, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(whole);
    }
  }
}
