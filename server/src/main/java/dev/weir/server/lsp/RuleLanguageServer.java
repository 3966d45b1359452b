package dev.weir.server.lsp;

import dev.weir.dsl.diagnostic.Diagnostic;
import dev.weir.dsl.diagnostic.Result;
import dev.weir.dsl.format.Formatter;
import dev.weir.dsl.source.SourceText;
import dev.weir.dsl.source.Span;
import dev.weir.rules.RuleSetLoader;
import dev.weir.server.lsp.Outline.Symbol;
import dev.weir.server.lsp.RuleNames.Found;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.eclipse.lsp4j.CompletionItem;
import org.eclipse.lsp4j.CompletionList;
import org.eclipse.lsp4j.CompletionOptions;
import org.eclipse.lsp4j.CompletionParams;
import org.eclipse.lsp4j.DefinitionParams;
import org.eclipse.lsp4j.DiagnosticRelatedInformation;
import org.eclipse.lsp4j.DiagnosticSeverity;
import org.eclipse.lsp4j.DidChangeConfigurationParams;
import org.eclipse.lsp4j.DidChangeTextDocumentParams;
import org.eclipse.lsp4j.DidChangeWatchedFilesParams;
import org.eclipse.lsp4j.DidCloseTextDocumentParams;
import org.eclipse.lsp4j.DidOpenTextDocumentParams;
import org.eclipse.lsp4j.DidSaveTextDocumentParams;
import org.eclipse.lsp4j.DocumentFormattingParams;
import org.eclipse.lsp4j.DocumentSymbol;
import org.eclipse.lsp4j.DocumentSymbolParams;
import org.eclipse.lsp4j.Hover;
import org.eclipse.lsp4j.HoverParams;
import org.eclipse.lsp4j.InitializeParams;
import org.eclipse.lsp4j.InitializeResult;
import org.eclipse.lsp4j.Location;
import org.eclipse.lsp4j.LocationLink;
import org.eclipse.lsp4j.MarkupContent;
import org.eclipse.lsp4j.MarkupKind;
import org.eclipse.lsp4j.PublishDiagnosticsParams;
import org.eclipse.lsp4j.ServerCapabilities;
import org.eclipse.lsp4j.ServerInfo;
import org.eclipse.lsp4j.SymbolInformation;
import org.eclipse.lsp4j.SymbolKind;
import org.eclipse.lsp4j.TextDocumentSyncKind;
import org.eclipse.lsp4j.TextEdit;
import org.eclipse.lsp4j.jsonrpc.Launcher;
import org.eclipse.lsp4j.jsonrpc.messages.Either;
import org.eclipse.lsp4j.launch.LSPLauncher;
import org.eclipse.lsp4j.services.LanguageClient;
import org.eclipse.lsp4j.services.LanguageServer;
import org.eclipse.lsp4j.services.TextDocumentService;
import org.eclipse.lsp4j.services.WorkspaceService;
import org.jspecify.annotations.Nullable;

/**
 * Answers an editor. The rule set of a file is all rule files of its folder and below, with what is
 * open in the editor in place of what is saved. Called by one thread, that of the protocol.
 */
public final class RuleLanguageServer
    implements LanguageServer, TextDocumentService, WorkspaceService {
  private static final String ENDING = ".weir";

  private final String version;
  private final Map<String, String> open = new HashMap<>(); // text by URI
  private final Map<Path, List<String>> marked = new HashMap<>(); // by folder: files with findings
  private @Nullable LanguageClient client;
  private int exitCode = 1;

  private RuleLanguageServer(String version) {
    this.version = version;
  }

  /**
   * Serves until the editor says that it ends.
   *
   * @return 0 if it asked to shut down before, else 1
   */
  public static int serve(InputStream in, OutputStream out, String version) {
    RuleLanguageServer server = new RuleLanguageServer(version);
    Launcher<LanguageClient> launcher = LSPLauncher.createServerLauncher(server, in, out);
    server.client = launcher.getRemoteProxy();
    try {
      launcher.startListening().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the language server failed", e.getCause());
    }
    return server.exitCode;
  }

  // ---- life -------------------------------------------------------------------------------------

  @Override
  public CompletableFuture<InitializeResult> initialize(InitializeParams params) {
    ServerCapabilities can = new ServerCapabilities();
    can.setTextDocumentSync(TextDocumentSyncKind.Full);
    can.setCompletionProvider(new CompletionOptions(false, List.of(".", " ")));
    can.setHoverProvider(true);
    can.setDefinitionProvider(true);
    can.setDocumentFormattingProvider(true);
    can.setDocumentSymbolProvider(true);
    return done(new InitializeResult(can, new ServerInfo("weir", version)));
  }

  @Override
  public CompletableFuture<Object> shutdown() {
    exitCode = 0;
    return done(new Object());
  }

  @Override
  public void exit() {
    // the editor closes the stream
  }

  @Override
  public TextDocumentService getTextDocumentService() {
    return this;
  }

  @Override
  public WorkspaceService getWorkspaceService() {
    return this;
  }

  private static <T> CompletableFuture<T> done(T value) {
    return CompletableFuture.completedFuture(value);
  }

  // ---- files ------------------------------------------------------------------------------------

  @Override
  public void didOpen(DidOpenTextDocumentParams params) {
    open.put(params.getTextDocument().getUri(), params.getTextDocument().getText());
    check(params.getTextDocument().getUri());
  }

  @Override
  public void didChange(DidChangeTextDocumentParams params) {
    params
        .getContentChanges()
        .forEach(change -> open.put(params.getTextDocument().getUri(), change.getText()));
    check(params.getTextDocument().getUri());
  }

  @Override
  public void didClose(DidCloseTextDocumentParams params) {
    open.remove(params.getTextDocument().getUri());
    check(params.getTextDocument().getUri());
  }

  @Override
  public void didSave(DidSaveTextDocumentParams params) {
    check(params.getTextDocument().getUri());
  }

  @Override
  public void didChangeConfiguration(DidChangeConfigurationParams params) {
    // there is none
  }

  @Override
  public void didChangeWatchedFiles(DidChangeWatchedFilesParams params) {
    params.getChanges().forEach(change -> check(change.getUri()));
  }

  private static Optional<Path> path(String uri) {
    try {
      return Optional.of(Path.of(URI.create(uri)).toAbsolutePath().normalize());
    } catch (IllegalArgumentException | java.nio.file.FileSystemNotFoundException e) {
      return Optional.empty(); // as of a file that was never saved
    }
  }

  private static Path folderOf(Path file) {
    Path parent = file.getParent();
    return parent == null ? file : parent;
  }

  /** What the rule files of a folder hold, by path: saved, or open. */
  private Map<Path, String> texts(Path folder) throws IOException {
    Map<Path, String> texts = new TreeMap<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> walk = Files.walk(folder)) {
        for (Path file : walk.filter(p -> p.toString().endsWith(ENDING)).toList()) {
          texts.put(file, Files.readString(file));
        }
      }
    }
    open.forEach(
        (uri, text) ->
            path(uri).filter(p -> p.startsWith(folder)).ifPresent(p -> texts.put(p, text)));
    return texts;
  }

  // ---- diagnostics ------------------------------------------------------------------------------

  private void check(String uri) {
    Optional<Path> file = path(uri);
    LanguageClient editor = client;
    if (file.isEmpty() || editor == null) {
      return;
    }
    Path folder = folderOf(file.get());
    Map<String, List<org.eclipse.lsp4j.Diagnostic>> byFile = new LinkedHashMap<>();
    marked.getOrDefault(folder, List.of()).forEach(f -> byFile.put(f, new ArrayList<>()));
    byFile.put(shown(file.get()), new ArrayList<>());
    try {
      for (Diagnostic diagnostic : RuleSetLoader.check(folder, texts(folder)).diagnostics()) {
        String of = shown(Path.of(diagnostic.source().name()));
        byFile.computeIfAbsent(of, f -> new ArrayList<>()).add(converted(of, diagnostic));
      }
    } catch (IOException e) {
      return; // as while files are moved; the next change looks again
    }
    byFile.forEach((of, all) -> editor.publishDiagnostics(new PublishDiagnosticsParams(of, all)));
    marked.put(
        folder,
        byFile.entrySet().stream()
            .filter(e -> !e.getValue().isEmpty())
            .map(Map.Entry::getKey)
            .toList());
  }

  /** The URI under which the editor knows the file. */
  private String shown(Path file) {
    return open.keySet().stream()
        .filter(uri -> path(uri).filter(file::equals).isPresent())
        .findFirst()
        .orElseGet(() -> file.toUri().toString());
  }

  private static org.eclipse.lsp4j.Diagnostic converted(String uri, Diagnostic diagnostic) {
    String text = diagnostic.source().text();
    String said = diagnostic.message();
    if (!diagnostic.note().isEmpty()) {
      said += " (" + diagnostic.note() + ")";
    }
    if (diagnostic.help().isPresent()) {
      said += "\nhelp: " + diagnostic.help().get();
    }
    org.eclipse.lsp4j.Diagnostic converted =
        new org.eclipse.lsp4j.Diagnostic(
            Positions.range(text, diagnostic.span()),
            said,
            switch (diagnostic.severity()) {
              case ERROR -> DiagnosticSeverity.Error;
              case WARNING -> DiagnosticSeverity.Warning;
            },
            "weir");
    converted.setCode(diagnostic.code().name());
    converted.setRelatedInformation(
        diagnostic.labels().stream()
            .map(
                label ->
                    new DiagnosticRelatedInformation(
                        new Location(uri, Positions.range(text, label.span())), label.text()))
            .toList());
    return converted;
  }

  // ---- questions --------------------------------------------------------------------------------

  /** A place in a file, and all that the rule set names. */
  private record Place(String uri, Outline outline, RuleNames names, int offset) {
    int lexeme() {
      return outline.at(offset);
    }
  }

  private Optional<Place> place(String uri, org.eclipse.lsp4j.Position position) {
    Map<String, Outline> outlines = new HashMap<>();
    Optional<Path> file = path(uri);
    if (file.isPresent()) {
      try {
        texts(folderOf(file.get())).forEach((p, text) -> outlines.put(shown(p), Outline.of(text)));
      } catch (IOException e) {
        // what is open is known
      }
    }
    String text = open.get(uri);
    if (text != null) {
      outlines.put(uri, Outline.of(text));
    }
    Outline outline = outlines.get(uri);
    return outline == null
        ? Optional.empty()
        : Optional.of(
            new Place(
                uri, outline, new RuleNames(outlines), Positions.offset(outline.text(), position)));
  }

  @Override
  public CompletableFuture<Either<List<CompletionItem>, CompletionList>> completion(
      CompletionParams params) {
    List<CompletionItem> items =
        place(params.getTextDocument().getUri(), params.getPosition())
            .map(p -> Completion.at(p.names(), p.outline(), p.offset()))
            .orElse(List.of());
    return done(Either.forLeft(items));
  }

  @Override
  @SuppressWarnings("NullAway") // the protocol wants null for nothing
  public CompletableFuture<Hover> hover(HoverParams params) {
    Optional<Place> place = place(params.getTextDocument().getUri(), params.getPosition());
    if (place.isEmpty() || place.get().lexeme() < 0) {
      return done(null);
    }
    int lexeme = place.get().lexeme();
    Outline outline = place.get().outline();
    Optional<Found> found = place.get().names().at(place.get().uri(), outline, lexeme);
    String said =
        found
            .map(f -> said(f.symbol()))
            .orElseGet(() -> Vocabulary.meaning(outline.lexemes().get(lexeme).text()));
    if (said.isEmpty()) {
      return done(null);
    }
    Hover hover = new Hover(new MarkupContent(MarkupKind.MARKDOWN, said));
    hover.setRange(Positions.range(outline.text(), outline.lexemes().get(lexeme).span()));
    return done(hover);
  }

  private static String said(Symbol symbol) {
    String kind =
        switch (symbol.kind()) {
          case EVENT -> "event type";
          case FIELD -> "field of type `" + symbol.type() + "`";
          case STEP -> "step that takes `" + symbol.type() + "`";
          case DEFINE -> "define of `" + symbol.type() + "`";
          case LIST -> "list of `" + symbol.type() + "`";
          case PARAM -> "parameter of type `" + symbol.type() + "`";
          case LET -> "rolling feature";
          case RULE -> "rule";
          case TEST -> "test";
        };
    return "**" + symbol.label() + "**: " + kind + "\n\n```weir\n" + symbol.detail() + "\n```";
  }

  @Override
  public CompletableFuture<Either<List<? extends Location>, List<? extends LocationLink>>>
      definition(DefinitionParams params) {
    List<Location> locations = new ArrayList<>();
    place(params.getTextDocument().getUri(), params.getPosition())
        .filter(p -> p.lexeme() >= 0)
        .ifPresent(
            p ->
                p.names()
                    .at(p.uri(), p.outline(), p.lexeme())
                    .ifPresent(f -> locations.add(location(p, f))));
    return done(Either.forLeft(locations));
  }

  private static Location location(Place place, Found found) {
    String text = place.names().text(found.uri());
    return new Location(found.uri(), Positions.range(text, found.symbol().name()));
  }

  @Override
  public CompletableFuture<List<? extends TextEdit>> formatting(DocumentFormattingParams params) {
    String text = open.get(params.getTextDocument().getUri());
    if (text == null) {
      return done(List.of());
    }
    Result<String> result =
        Formatter.format(new SourceText(params.getTextDocument().getUri(), text));
    return done(
        result.value().isEmpty() || result.value().get().equals(text)
            ? List.of()
            : List.of(
                new TextEdit(
                    Positions.range(text, new Span(0, text.length())), result.value().get())));
  }

  @Override
  public CompletableFuture<List<Either<SymbolInformation, DocumentSymbol>>> documentSymbol(
      DocumentSymbolParams params) {
    String text = open.getOrDefault(params.getTextDocument().getUri(), "");
    return done(
        Outline.of(text).symbols().stream()
            .map(
                symbol ->
                    Either.<SymbolInformation, DocumentSymbol>forRight(symbolOf(text, symbol)))
            .toList());
  }

  private static DocumentSymbol symbolOf(String text, Symbol symbol) {
    SymbolKind kind =
        switch (symbol.kind()) {
          case EVENT -> SymbolKind.Struct;
          case DEFINE -> SymbolKind.Interface;
          case LIST -> SymbolKind.Array;
          case PARAM -> SymbolKind.Constant;
          case LET -> SymbolKind.Variable;
          case RULE -> SymbolKind.Class;
          case TEST -> SymbolKind.Method;
          case FIELD -> SymbolKind.Field;
          case STEP -> SymbolKind.Property;
        };
    return new DocumentSymbol(
        symbol.label().isEmpty() ? "?" : symbol.label(),
        kind,
        Positions.range(text, symbol.whole()),
        Positions.range(text, symbol.name()),
        symbol.type(),
        symbol.parts().stream().map(part -> symbolOf(text, part)).toList());
  }
}
