package dev.weir.server;

import dev.weir.server.lsp.RuleLanguageServer;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code weir lsp}. */
@Command(
    name = "lsp",
    description = "Serve an editor over standard input and output (Language Server Protocol).",
    footer = {
      "",
      "Diagnostics, completion, hover, go to definition, formatting and symbols of rule files.",
      "An editor starts it; see editors/vscode.",
      "",
      "Examples:",
      "  weir lsp",
      "  weir lsp < recorded-requests"
    })
final class LspCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    return RuleLanguageServer.serve(
        new FileInputStream(FileDescriptor.in),
        new FileOutputStream(FileDescriptor.out),
        VersionCommand.version());
  }
}
