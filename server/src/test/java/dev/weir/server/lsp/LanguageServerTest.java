package dev.weir.server.lsp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import org.eclipse.lsp4j.CompletionItem;
import org.eclipse.lsp4j.CompletionParams;
import org.eclipse.lsp4j.DefinitionParams;
import org.eclipse.lsp4j.Diagnostic;
import org.eclipse.lsp4j.DidChangeTextDocumentParams;
import org.eclipse.lsp4j.DidOpenTextDocumentParams;
import org.eclipse.lsp4j.DocumentFormattingParams;
import org.eclipse.lsp4j.DocumentSymbol;
import org.eclipse.lsp4j.DocumentSymbolParams;
import org.eclipse.lsp4j.FormattingOptions;
import org.eclipse.lsp4j.Hover;
import org.eclipse.lsp4j.HoverParams;
import org.eclipse.lsp4j.InitializeParams;
import org.eclipse.lsp4j.InitializeResult;
import org.eclipse.lsp4j.Location;
import org.eclipse.lsp4j.MessageActionItem;
import org.eclipse.lsp4j.MessageParams;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.PublishDiagnosticsParams;
import org.eclipse.lsp4j.ShowMessageRequestParams;
import org.eclipse.lsp4j.TextDocumentContentChangeEvent;
import org.eclipse.lsp4j.TextDocumentIdentifier;
import org.eclipse.lsp4j.TextDocumentItem;
import org.eclipse.lsp4j.TextEdit;
import org.eclipse.lsp4j.VersionedTextDocumentIdentifier;
import org.eclipse.lsp4j.jsonrpc.Launcher;
import org.eclipse.lsp4j.launch.LSPLauncher;
import org.eclipse.lsp4j.services.LanguageClient;
import org.eclipse.lsp4j.services.LanguageServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server, spoken to by a client over its protocol. A bar marks the cursor in texts. */
@Timeout(60)
class LanguageServerTest {
  private static final String TYPES =
      """
      event Payment { card text, amount money, at time }
      event Reversal { card text, why text, at time }
      define Small = Payment where amount < 5
      list bad_cards text { "x" }
      param limit money = 5.00
      """;

  @TempDir Path folder;
  private final BlockingQueue<PublishDiagnosticsParams> published = new LinkedBlockingQueue<>();
  private LanguageServer server;
  private Thread serving;
  private Future<Void> listening;
  private PipedOutputStream toServer;
  private final int[] code = {-1};

  @BeforeEach
  void connect() throws Exception {
    toServer = new PipedOutputStream();
    PipedInputStream requests = new PipedInputStream(toServer, 1 << 16);
    PipedOutputStream answers = new PipedOutputStream();
    PipedInputStream fromServer = new PipedInputStream(answers, 1 << 16);
    serving =
        new Thread(
            () -> {
              code[0] = RuleLanguageServer.serve(requests, answers, "1");
              try {
                answers.close();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    serving.start();
    Launcher<LanguageServer> launcher =
        LSPLauncher.createClientLauncher(new Editor(), fromServer, toServer);
    listening = launcher.startListening();
    server = launcher.getRemoteProxy();
    Files.writeString(folder.resolve("types.weir"), TYPES);
  }

  @AfterEach
  void disconnect() throws Exception {
    toServer.close();
    serving.join();
    listening.get();
  }

  private final class Editor implements LanguageClient {
    @Override
    public void telemetryEvent(Object object) {}

    @Override
    public void publishDiagnostics(PublishDiagnosticsParams diagnostics) {
      published.add(diagnostics);
    }

    @Override
    public void showMessage(MessageParams message) {}

    @Override
    public CompletableFuture<MessageActionItem> showMessageRequest(ShowMessageRequestParams p) {
      return CompletableFuture.completedFuture(new MessageActionItem());
    }

    @Override
    public void logMessage(MessageParams message) {}
  }

  private String uri(String file) {
    return folder.resolve(file).toUri().toString();
  }

  private void open(String file, String text) {
    server
        .getTextDocumentService()
        .didOpen(new DidOpenTextDocumentParams(new TextDocumentItem(uri(file), "weir", 1, text)));
  }

  private void change(String file, String text) {
    server
        .getTextDocumentService()
        .didChange(
            new DidChangeTextDocumentParams(
                new VersionedTextDocumentIdentifier(uri(file), 2),
                List.of(new TextDocumentContentChangeEvent(text))));
  }

  /** The findings that are told next of this file. */
  private List<Diagnostic> findings(String file) throws InterruptedException {
    PublishDiagnosticsParams next = published.take();
    while (!next.getUri().equals(uri(file))) {
      next = published.take();
    }
    return next.getDiagnostics();
  }

  private static Position cursor(String marked) {
    return Positions.position(marked, marked.indexOf('|'));
  }

  private List<String> completions(String marked) throws Exception {
    open("rules.weir", marked.replace("|", ""));
    return server
        .getTextDocumentService()
        .completion(
            new CompletionParams(new TextDocumentIdentifier(uri("rules.weir")), cursor(marked)))
        .get()
        .getLeft()
        .stream()
        .map(CompletionItem::getLabel)
        .toList();
  }

  private String hover(String marked) throws Exception {
    open("rules.weir", marked.replace("|", ""));
    Hover hover =
        server
            .getTextDocumentService()
            .hover(new HoverParams(new TextDocumentIdentifier(uri("rules.weir")), cursor(marked)))
            .get();
    return hover == null ? "" : hover.getContents().getRight().getValue();
  }

  private List<? extends Location> definitions(String marked) throws Exception {
    open("rules.weir", marked.replace("|", ""));
    return server
        .getTextDocumentService()
        .definition(
            new DefinitionParams(new TextDocumentIdentifier(uri("rules.weir")), cursor(marked)))
        .get()
        .getLeft();
  }

  @Test
  void shouldSayWhatItCanAndEndInOrder() throws Exception {
    InitializeResult can = server.initialize(new InitializeParams()).get();
    assertThat(can.getServerInfo().getName()).isEqualTo("weir");
    assertThat(can.getCapabilities().getHoverProvider().getLeft()).isTrue();
    assertThat(can.getCapabilities().getCompletionProvider()).isNotNull();
    server.shutdown().get();
    server.exit();
    toServer.close();
    serving.join();
    assertThat(code[0]).isZero();
  }

  @Test
  void shouldTellFindingsWhileTextIsWrittenAndTakeThemBack() throws Exception {
    String rule = "rule r { by card when on Payment amuont > 1 alert \"x\" }\n";
    open("rules.weir", rule);
    List<Diagnostic> findings = findings("rules.weir");
    assertThat(findings).extracting(d -> d.getCode().getLeft()).contains("W0301", "W0701");
    Diagnostic wrong =
        findings.stream()
            .filter(d -> d.getCode().getLeft().equals("W0301"))
            .findFirst()
            .orElseThrow();
    assertThat(rule.substring(wrong.getRange().getStart().getCharacter())).startsWith("amuont");
    assertThat(wrong.getMessage().getLeft()).contains("a similar name exists: `amount`");
    change("rules.weir", rule.replace("amuont", "amount"));
    assertThat(findings("rules.weir")).extracting(d -> d.getCode().getLeft()).containsOnly("W0701");
    change("rules.weir", "");
    assertThat(findings("rules.weir")).isEmpty();
  }

  @Test
  void shouldPointToTheOtherPlaceOfAMistake() throws Exception {
    open("rules.weir", "list a text { \"x\" }\nlist a text { \"y\" }\n");
    Diagnostic twice = findings("rules.weir").get(0);
    assertThat(twice.getRelatedInformation()).hasSize(1);
    assertThat(twice.getRelatedInformation().get(0).getLocation().getRange().getStart())
        .isEqualTo(new Position(0, 5));
  }

  @Test
  void shouldCompleteByPlace() throws Exception {
    assertThat(completions("|")).contains("event", "rule", "test").doesNotContain("within");
    assertThat(completions("rule r {\n  |")).contains("match", "within", "by", "alert");
    assertThat(completions("rule r {\n  by card\n  match a: |"))
        .contains("Payment", "Reversal", "Small")
        .doesNotContain("limit");
    assertThat(completions("rule r {\n  match a: Payment where |"))
        .contains("amount", "card", "count", "limit", "a")
        .doesNotContain("why");
    assertThat(completions("rule r {\n  match a: Payment then b: Reversal where a.|"))
        .containsExactly("card", "amount", "at");
    assertThat(completions("rule r {\n  match a: Small then b: Reversal where a.am|"))
        .contains("amount")
        .doesNotContain("why");
    assertThat(completions("rule r {\n  match a: Payment where card in |"))
        .containsExactly("bad_cards");
    assertThat(completions("rule r {\n  severity |"))
        .containsExactly("low", "medium", "high", "critical");
    assertThat(completions("event E {\n  k |")).contains("text", "money", "geo");
    assertThat(completions("rule r { when on Payment amount > 1 }\ntest \"t\" for |"))
        .contains("r");
    assertThat(completions("test \"t\" for r {\n  at 1s |")).contains("Payment", "Small");
    assertThat(completions("test \"t\" for r {\n  at 1s Payment { |"))
        .containsExactly("card", "amount", "at");
    assertThat(completions("rule r {\n  about \"|\"")).isEmpty();
    assertThat(completions("# a comment |")).isEmpty();
  }

  @Test
  void shouldSayWhatAWordMeansUnderTheCursor() throws Exception {
    String rule =
        """
        rule r {
          by card
          match a: Payment where amount > limit then b: Small where a.amount > 1
          within 10m
          alert "x"
        }
        """;
    assertThat(hover(rule.replace("amount > limit", "am|ount > limit")))
        .contains("field of type `money`");
    assertThat(hover(rule.replace("> limit", "> lim|it"))).contains("param limit money = 5.00");
    assertThat(hover(rule.replace("a.amount", "a|.amount"))).contains("step that takes `Payment`");
    assertThat(hover(rule.replace("b: Small", "b: Sm|all"))).contains("define of `Payment`");
    assertThat(hover(rule.replace("within", "wit|hin"))).contains("less than this after the first");
    assertThat(hover("\n|\n")).isEmpty();
  }

  @Test
  void shouldGoToTheDefinitionInAnotherFile() throws Exception {
    List<? extends Location> found =
        definitions("rule r {\n  match a: Payment where am|ount > 1\n");
    assertThat(found).hasSize(1);
    assertThat(found.get(0).getUri()).isEqualTo(uri("types.weir"));
    assertThat(found.get(0).getRange().getStart())
        .isEqualTo(Positions.position(TYPES, TYPES.indexOf("amount")));
    assertThat(definitions("rule r {\n  match a: Payment then b: Small where a|.amount > 1\n"))
        .extracting(l -> l.getRange().getStart())
        .containsExactly(new Position(1, 8));
    assertThat(definitions("rule r { when on Payment amount > 1 }\ntest \"t\" for |r { }"))
        .extracting(l -> l.getRange().getStart())
        .containsExactly(new Position(0, 5));
    assertThat(definitions("rule r {\n  when on Payment nothing_s|uch > 1\n")).isEmpty();
  }

  @Test
  void shouldFormatAndListSymbols() throws Exception {
    String text = "list  a text {\"x\"}\nrule r { match a: Payment then b: Payment within 1h }";
    open("rules.weir", text);
    TextDocumentIdentifier file = new TextDocumentIdentifier(uri("rules.weir"));
    List<? extends TextEdit> edits =
        server
            .getTextDocumentService()
            .formatting(new DocumentFormattingParams(file, new FormattingOptions(2, true)))
            .get();
    assertThat(edits).hasSize(1);
    assertThat(edits.get(0).getNewText()).startsWith("list a text { \"x\" }\n");
    List<DocumentSymbol> symbols =
        server
            .getTextDocumentService()
            .documentSymbol(new DocumentSymbolParams(file))
            .get()
            .stream()
            .map(either -> either.getRight())
            .toList();
    assertThat(symbols).extracting(DocumentSymbol::getName).containsExactly("a", "r");
    assertThat(symbols.get(1).getChildren())
        .extracting(DocumentSymbol::getName)
        .containsExactly("a", "b");
  }

  @Test
  void shouldAnswerAtEveryPlaceOfEveryBeginningOfAFile() throws IOException {
    String whole =
        TYPES
            + "rule r {\n  by card\n  match a: Small {2..} then (b: Payment then c: Reversal) as g\n"
            + "  within 10m\n  alert \"x {a[1].amount}\" { n: count(a) }\n}\n"
            + "test \"t\" for r {\n  at 1s Payment { card \"c\" }\n  expect nothing\n}\n";
    for (int end = 0; end <= whole.length(); end++) {
      Outline outline = Outline.of(whole.substring(0, end));
      RuleNames names = new RuleNames(java.util.Map.of("u", outline));
      assertThat(Completion.at(names, outline, end)).isNotNull();
      for (int i = 0; i < outline.lexemes().size(); i++) {
        assertThat(names.at("u", outline, i)).isNotNull();
      }
    }
  }
}
