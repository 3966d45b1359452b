package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.Weir;
import dev.weir.server.http.HttpService;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service over HTTP around a real engine. */
class ServeTest {
  private static final String RULES =
      """
      event Payment {
        id     text id within 1d
        card   text
        amount money
        at     time
      }

      rule large {
        severity high
        by card
        when on Payment amount > 100
        alert "card {card} paid {amount}" { amount: amount }
      }

      test "above the limit" for large {
        at 0s Payment { id "1", card "c", amount 100.00 }
        at 1s Payment { id "2", card "c", amount 100.01 }
        expect large at 1s { amount 100.01 }
      }
      """;

  private static final String INGEST = "ingest-token-0123456789";
  private static final String OPERATE = "operate-token-0123456789";

  @TempDir Path folder;

  private String rulesText = RULES;
  private Serving serving;
  private Weir weir;
  private HttpService service;

  private void serve(Map<String, Object> settings) throws IOException {
    serving = Serving.of(folder, rulesText, settings);
    weir = serving.weir;
    service = serving.service;
  }

  private void serveWithTokens() throws IOException {
    Cli.write(folder.resolve("i.token"), INGEST);
    Cli.write(folder.resolve("o.token"), OPERATE + "\n");
    serve(
        Map.of(
            "tokens",
            List.of(
                Map.of("name", "shop", "file", "i.token", "roles", List.of("ingest")),
                Map.of("name", "desk", "file", "o.token", "roles", List.of("operate")))));
  }

  @AfterEach
  void close() {
    if (serving != null) {
      serving.close();
    }
  }

  private HttpRequest.Builder to(String path) {
    return serving.to(path);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    return serving.send(request);
  }

  private HttpResponse<String> get(String path) {
    return serving.get(path);
  }

  private HttpResponse<String> post(String path, String body) {
    return serving.post(path, body);
  }

  private HttpResponse<String> post(String path, BodyPublisher body) {
    return serving.post(path, body);
  }

  private static String payment(String id, String card, String amount, int second) {
    return "{\"id\":\""
        + id
        + "\",\"card\":\""
        + card
        + "\",\"amount\":\""
        + amount
        + "\",\"at\":\"2026-01-01T00:00:"
        + (second < 10 ? "0" : "")
        + second
        + "Z\"}";
  }

  private static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }

  // ---- rules
  // -------------------------------------------------------------------------------------

  @Test
  void shouldDeployTheRulesFolderWhileEventsComeAndGoBack() throws IOException {
    serve(Map.of());
    post("/v1/events/Payment", payment("1", "a", "150.00", 0));
    Path rules = folder.resolve("rules/rules.weir");
    Cli.write(rules, RULES.replace("amount > 100", "amount > 120"));
    assertThat(get("/v1/rules/plan").body())
        .contains("\"rule\":\"large\",\"change\":\"changed\",\"then\":\"finish\"");
    HttpResponse<String> applied = post("/v1/rules/apply", "");
    assertThat(applied.statusCode()).as(applied.body()).isEqualTo(200);
    assertThat(applied.body()).contains("\"position\":\"1\"", "\"rules\":[\"large\"]");
    post("/v1/events/Payment", payment("2", "a", "110.00", 1));
    assertThat(weir.alertLog().orElseThrow().nextPosition()).isEqualTo(1);
    assertThat(post("/v1/rules/rollback", "").body()).contains("\"position\":\"3\"");
    post("/v1/events/Payment", payment("3", "a", "110.00", 2));
    assertThat(weir.alertLog().orElseThrow().nextPosition()).isEqualTo(2);
    assertThat(get("/v1/rules/history").body())
        .contains("\"position\":\"-1\"", "\"position\":\"1\"", "\"position\":\"3\"");
    Cli.write(rules, RULES.replace("amount > 100", "amont > 100"));
    HttpResponse<String> refused = post("/v1/rules/apply", "");
    assertThat(refused.statusCode()).isEqualTo(422);
    assertThat(refused.body()).contains("amont");
    assertThat(Files.readString(folder.resolve("data/audit.jsonl"))).contains("roll back rules");
  }

  @Test
  void shouldLetOnlyAdministratorsDeploy() throws IOException {
    serveWithTokens();
    HttpRequest.Builder request =
        to("/v1/rules/apply")
            .header("authorization", "Bearer " + OPERATE)
            .POST(BodyPublishers.ofString(""));
    assertThat(send(request).statusCode()).isEqualTo(403);
  }

  // ---- events
  // -------------------------------------------------------------------------------------

  @Test
  void shouldTakeOneEventAnArrayLinesAndPackedLinesAndAnswerWithThePosition() throws IOException {
    serve(Map.of());
    HttpResponse<String> one = post("/v1/events/Payment", payment("1", "a", "50.00", 0));
    assertThat(one.statusCode()).as(one.body()).isEqualTo(202);
    assertThat(one.body()).isEqualTo("{\"accepted\":1,\"position\":\"1\"}");
    String array = "[" + payment("2", "a", "150.00", 1) + "," + payment("3", "b", "1", 2) + "]";
    assertThat(post("/v1/events/Payment", array).body())
        .isEqualTo("{\"accepted\":2,\"position\":\"3\"}");
    String lines = payment("4", "b", "2", 3) + "\n" + payment("5", "b", "200", 4) + "\n";
    HttpRequest.Builder packed =
        to("/v1/events/Payment")
            .header("content-type", "application/x-ndjson")
            .header("content-encoding", "gzip")
            .POST(BodyPublishers.ofByteArray(gzip(lines.getBytes(StandardCharsets.UTF_8))));
    assertThat(send(packed).body()).isEqualTo("{\"accepted\":2,\"position\":\"5\"}");
    assertThat(post("/v1/events/Payment", "[]").body()).contains("\"accepted\":0");
    assertThat(weir.alertLog().orElseThrow().nextPosition()).isEqualTo(2);
    assertThat(get("/v1/status").body())
        .contains("{\"name\":\"large\",\"alerts\":\"2\",", "\"accepted\":{\"Payment\":\"5\"}");
  }

  @Test
  void shouldTakeTheSameEventsAgainWithoutAnotherAlert() throws IOException {
    serve(Map.of());
    String body = "[" + payment("1", "a", "150.00", 1) + "," + payment("2", "b", "160.00", 2) + "]";
    assertThat(post("/v1/events/Payment", body).statusCode()).isEqualTo(202);
    assertThat(post("/v1/events/Payment", body).statusCode()).isEqualTo(202);
    assertThat(weir.alertLog().orElseThrow().nextPosition()).isEqualTo(2);
  }

  @Test
  void shouldAnswerADecisionWithTheStrictestAnswerOfTheRulesOnArrival() throws IOException {
    rulesText =
        RULES
            + """

            rule sizeable {
              by card  on arrival
              when on Payment amount > 100
              decide review
              alert "sizeable" { score 20 }
            }

            rule enormous {
              by card  on arrival
              when on Payment amount > 1000
              decide decline
              alert "enormous" { score 90 }
            }
            """;
    serve(Map.of());
    assertThat(post("/v1/decide/Payment", payment("1", "a", "50.00", 1)).body())
        .isEqualTo("{\"position\":\"0\",\"ruleset\":\"" + weir.ruleSet() + "\",\"alerts\":[]}");
    assertThat(post("/v1/decide/Payment", payment("2", "a", "150.00", 2)).body())
        .startsWith(
            "{\"position\":\"1\",\"decision\":\"review\",\"rule\":\"sizeable\",\"score\":\"20\",")
        .contains("\"rule\":\"sizeable\"");
    assertThat(post("/v1/decide/Payment", payment("3", "a", "1500.00", 3)).body())
        .startsWith(
            "{\"position\":\"2\",\"decision\":\"decline\",\"rule\":\"enormous\",\"score\":\"90\",");
  }

  /** Rules on watermark say nothing at once; their alerts come all the same. */
  @Test
  void shouldAnswerADecisionWithTheEventsPosition() throws IOException {
    serve(Map.of());
    post("/v1/events/Payment", payment("1", "a", "150.00", 1));
    HttpResponse<String> decided = post("/v1/decide/Payment", payment("2", "a", "500.00", 2));
    assertThat(decided.statusCode()).as(decided.body()).isEqualTo(200);
    assertThat(decided.body()).startsWith("{\"position\":\"1\"").endsWith("\"alerts\":[]}");
    assertThat(weir.alertLog().orElseThrow().nextPosition()).isEqualTo(2);
    assertThat(post("/v1/decide/Payment", "[]").statusCode()).isEqualTo(400);
    String two = payment("4", "a", "1", 4) + payment("5", "a", "1", 5);
    assertThat(post("/v1/decide/Payment", two).statusCode()).isEqualTo(413);
    String far = payment("6", "a", "1", 6).replace("2026", "2126");
    assertThat(post("/v1/decide/Payment", far).statusCode()).as("beyond `ahead`").isEqualTo(422);
  }

  @Test
  void shouldTakeNoEventOfARequestWithABadOneAndSayEachMistakeWithoutItsValue() throws IOException {
    serve(Map.of());
    String good = payment("1", "a", "150.00", 1);
    String body = "[" + good + ",{\"id\":\"2\"}," + payment("3", "secret", "1.005", 2) + "]";
    HttpResponse<String> refused = post("/v1/events/Payment", body);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.headers().firstValue("content-type")).contains("application/problem+json");
    assertThat(refused.body())
        .contains("no event was taken, 2 are bad: event 1: ", "event 2: ")
        .doesNotContain("secret", "1.005");
    assertThat(weir.flush()).as("nothing in the journal").isZero();
  }

  // ---- bad input
  // ----------------------------------------------------------------------------------

  private static final String BAD_REQUESTS =
      """
      /v1/events/Payment|400|{
      /v1/events/Payment|400|5
      /v1/events/Payment|400|null
      /v1/events/Payment|400|{"id":"1"}
      /v1/events/Payment|400|[{}
      /v1/events/Payment|400|{"id":"1",,}
      /v1/events/Payment|400|{"id":"1","card":"a","amount":"1","at":"noon"}
      /v1/events/Payment|400|{"id":"1","card":"a","amount":"1e99","at":"2026-01-01T00:00:00Z"}
      /v1/events/Refund|404|{}
      /v1/events/|404|{}
      /v1/events/Payment/|404|{}
      /v1/events/../events/Payment|404|{}
      /v1/events/%2e%2e|404|{}
      /v1/events/Pay%00ment|404|{}
      /v1/events/a%2fb|404|{}
      //v1/events/Payment|404|{}
      /etc/passwd|404|{}
      /../../etc/passwd|404|{}
      /status|404|{}
      /livez|405|{}
      """;

  @Test
  void shouldAnswerEachBadRequestWithOneClearProblem() throws Exception {
    serve(Map.of());
    for (String row : BAD_REQUESTS.lines().toList()) {
      String[] parts = row.split("[|]", 3);
      String answer = raw("POST", parts[0], parts[2].getBytes(StandardCharsets.UTF_8));
      assertThat(answer)
          .as(row)
          .startsWith("HTTP/1.1 " + parts[1] + " ")
          .contains("application/problem+json", "\"status\":" + parts[1], "\"detail\":\"")
          .doesNotContain("Exception", "dev.weir");
    }
    assertThat(weir.flush()).as("nothing in the journal").isZero();
    assertThat(serving.log.toString()).as("no fault").isEmpty();
  }

  /** What no client of the JDK would send. */
  private String raw(String method, String path, byte[] body, String... headers)
      throws IOException {
    String head =
        method
            + " "
            + path
            + " HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
            + "connection: close\r\ncontent-length: "
            + body.length
            + "\r\n"
            + String.join("", headers)
            + "\r\n";
    try (Socket socket = connect()) {
      socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().write(body);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), service.address().getPort());
    socket.setSoTimeout(30_000);
    return socket;
  }

  @Test
  void shouldRefuseBodiesThatAreTooLargePackedOrNot() throws IOException {
    serve(Map.of("body_max", "64KiB"));
    byte[] large = new byte[65 * 1024];
    java.util.Arrays.fill(large, (byte) ' ');
    assertThat(statusOrClosed(BodyPublishers.ofByteArray(large))).isEqualTo(413);
    BodyPublisher chunked = BodyPublishers.ofByteArrays(Collections.nCopies(70, new byte[1024]));
    assertThat(statusOrClosed(chunked)).isEqualTo(413);
    byte[] bomb = gzip(gzip(new byte[50 << 20]));
    assertThat(packed(bomb).statusCode()).as("packed twice: no JSON").isEqualTo(400);
    byte[] inner = gzip(new byte[50 << 20]);
    assertThat(inner.length).isLessThan(64 * 1024);
    assertThat(packed(inner).statusCode()).isEqualTo(413);
    assertThat(packed(new byte[] {1, 2, 3}).body()).contains("no gzip");
    assertThat(get("/livez").statusCode()).isEqualTo(200);
  }

  /** 413 too where the connection was closed while the client still wrote, before it could read. */
  private int statusOrClosed(BodyPublisher body) {
    try {
      HttpRequest.Builder request =
          to("/v1/events/Payment").header("content-type", "application/json").POST(body);
      return serving.client.send(request.build(), BodyHandlers.ofString()).statusCode();
    } catch (IOException e) {
      return 413;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private HttpResponse<String> packed(byte[] body) {
    return send(
        to("/v1/events/Payment")
            .header("content-type", "application/json")
            .header("content-encoding", "gzip")
            .POST(BodyPublishers.ofByteArray(body)));
  }

  @Test
  void shouldRefuseDeepJsonBrokenTextAndUnknownForms() throws IOException {
    serve(Map.of());
    String deep = "{\"x\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
    assertThat(post("/v1/events/Payment", deep).body()).contains("nested deeper than");
    byte[] broken = payment("1", "?", "1", 1).getBytes(StandardCharsets.ISO_8859_1);
    for (int i = 0; i < broken.length; i++) {
      broken[i] = broken[i] == '?' ? (byte) 0xff : broken[i];
    }
    assertThat(post("/v1/events/Payment", BodyPublishers.ofByteArray(broken)).body())
        .contains("not UTF-8");
    HttpRequest.Builder xml =
        to("/v1/events/Payment")
            .header("content-type", "text/xml")
            .POST(BodyPublishers.ofString("<x/>"));
    assertThat(send(xml).statusCode()).isEqualTo(415);
    HttpRequest.Builder brotli =
        to("/v1/events/Payment")
            .header("content-type", "application/json")
            .header("content-encoding", "br")
            .POST(BodyPublishers.ofString("{}"));
    assertThat(send(brotli).statusCode()).isEqualTo(415);
  }

  @Test
  void shouldAnswerOthersWhileManyConnectionsAreSilentOrSlow() throws IOException {
    serve(Map.of());
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < Integer.getInteger("weir.connections", 300); i++) {
        Socket socket = connect();
        sockets.add(socket);
        if (i % 2 == 0) {
          socket
              .getOutputStream()
              .write(
                  ("POST /v1/events/Payment HTTP/1.1\r\nhost: localhost\r\n"
                          + "content-type: application/json\r\ncontent-length: 1000\r\n\r\n{")
                      .getBytes(StandardCharsets.US_ASCII));
        }
      }
      assertThat(post("/v1/events/Payment", payment("1", "a", "1", 0)).statusCode()).isEqualTo(202);
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
    assertThat(post("/v1/events/Payment", payment("2", "a", "1", 0)).statusCode()).isEqualTo(202);
  }

  // ---- who may
  // ------------------------------------------------------------------------------------

  @Test
  void shouldLetCallersDoWhatTheirRoleSays() throws IOException {
    serveWithTokens();
    String body = payment("1", "a", "1.00", 0);
    assertThat(statusOf("POST", "/v1/events/Payment", body, null)).isEqualTo(401);
    assertThat(statusOf("POST", "/v1/events/Payment", body, "wrong-token-0123456789"))
        .isEqualTo(401);
    assertThat(statusOf("POST", "/v1/events/Payment", body, OPERATE)).isEqualTo(403);
    assertThat(statusOf("POST", "/v1/events/Payment", body, INGEST)).isEqualTo(202);
    assertThat(statusOf("POST", "/v1/decide/Payment", body, OPERATE)).isEqualTo(403);
    for (String path : List.of("/v1/status", "/metrics", "/v1/sinks", "/v1/alerts/live")) {
      assertThat(statusOf("GET", path, "", null)).as(path).isEqualTo(401);
      assertThat(statusOf("GET", path, "", INGEST)).as(path).isEqualTo(403);
    }
    assertThat(statusOf("GET", "/v1/status", "", OPERATE)).isEqualTo(200);
    assertThat(statusOf("POST", "/v1/sinks/desk/disable", "", INGEST)).isEqualTo(403);
    for (String path : List.of("/", "/livez", "/readyz", "/openapi.json", "/status.js")) {
      assertThat(statusOf("GET", path, "", null)).as(path).isEqualTo(200);
    }
  }

  private int statusOf(String method, String path, String body, String token) {
    HttpRequest.Builder request =
        to(path)
            .header("content-type", "application/json")
            .method(method, BodyPublishers.ofString(body));
    if (token != null) {
      request.header("authorization", "Bearer " + token);
    }
    return send(request).statusCode();
  }

  @Test
  void shouldAnswerNoRequestThatABrowserWasTrickedInto() throws IOException {
    serve(Map.of());
    try (Socket socket = connect()) {
      socket
          .getOutputStream()
          .write(
              "GET /v1/status HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 421 ");
    }
  }

  @Test
  void shouldHoldACallerToItsRate() throws IOException {
    serve(Map.of("rate", "3/s"));
    List<Integer> statuses =
        Stream.generate(() -> get("/v1/sinks").statusCode()).limit(30).toList();
    assertThat(statuses.subList(0, 3)).containsOnly(200);
    assertThat(statuses).contains(429);
    assertThat(get("/livez").statusCode()).as("health is not limited").isEqualTo(200);
  }

  // ---- what is to be seen
  // -------------------------------------------------------------------------

  @Test
  void shouldShowAlertsAsTheyComeAndGoOnBehindTheLastOneSeen() throws Exception {
    serve(Map.of());
    post("/v1/events/Payment", payment("1", "a", "150.00", 1));
    serving.weir.flush(); // 202 speaks of the event, not of its alert
    LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
    HttpRequest watch = to("/v1/alerts/live").header("Last-Event-ID", "").build();
    HttpResponse<InputStream> first = serving.client.send(watch, BodyHandlers.ofInputStream());
    assertThat(first.headers().firstValue("content-type").orElse(""))
        .startsWith("text/event-stream");
    readInto(lines, first.body());
    post("/v1/events/Payment", payment("2", "b", "160.00", 2));
    assertThat(dataFrom(lines)).contains("card b paid 160.00");
    first.body().close();
    post("/v1/events/Payment", payment("3", "c", "170.00", 3));
    HttpRequest again = to("/v1/alerts/live").header("Last-Event-ID", "0").build();
    HttpResponse<InputStream> second = serving.client.send(again, BodyHandlers.ofInputStream());
    lines.clear();
    readInto(lines, second.body());
    assertThat(dataFrom(lines)).contains("card b paid 160.00");
    assertThat(dataFrom(lines)).contains("card c paid 170.00");
    second.body().close();
  }

  private static void readInto(LinkedBlockingQueue<String> lines, InputStream stream) {
    Thread reader =
        new Thread(
            () -> {
              try (var text =
                  new java.io.BufferedReader(
                      new java.io.InputStreamReader(stream, StandardCharsets.UTF_8))) {
                text.lines().forEach(lines::add);
              } catch (IOException | java.io.UncheckedIOException e) {
                // closed by the test
              }
            });
    reader.setDaemon(true);
    reader.start();
  }

  private static String dataFrom(LinkedBlockingQueue<String> lines) throws InterruptedException {
    for (int i = 0; i < 30; i++) { // a line that keeps the connection alive comes each 15 s
      String line = lines.poll(30, TimeUnit.SECONDS);
      assertThat(line).as("an event").isNotNull();
      if (line.startsWith("data:")) {
        return line;
      }
    }
    throw new AssertionError("no event among 30 lines");
  }

  @Test
  void shouldLookAfterSinksAndRecordWhoDidIt() throws Exception {
    serve(Map.of());
    assertThat(post("/v1/sinks/desk/disable", "").statusCode()).isEqualTo(202);
    assertThat(post("/v1/sinks/none/disable", "").statusCode()).isEqualTo(404);
    assertThat(post("/v1/sinks/desk/resend?from=3&to=x", "").statusCode()).isEqualTo(400);
    assertThat(post("/v1/sinks/desk/resend?from=0&to=1", "").statusCode()).isEqualTo(202);
    assertThat(post("/v1/sinks/desk/enable", "").statusCode()).isEqualTo(202);
    assertThat(post("/v1/sinks/desk/dead-letters/replay", "").statusCode()).isEqualTo(202);
    assertThat(get("/v1/sinks/desk/dead-letters").body()).isEqualTo("{\"dead_letters\":[]}");
    assertThat(Files.readAllLines(folder.resolve("data/audit.jsonl")))
        .extracting(line -> line.replaceAll(".*\"caller\"", "{\"caller\""))
        .containsExactly(
            "{\"caller\":\"anybody\",\"action\":\"disable sink\",\"detail\":\"desk\"}",
            "{\"caller\":\"anybody\",\"action\":\"resend\",\"detail\":\"desk 0 1\"}",
            "{\"caller\":\"anybody\",\"action\":\"enable sink\",\"detail\":\"desk\"}",
            "{\"caller\":\"anybody\",\"action\":\"replay dead letters\",\"detail\":\"desk\"}");
  }

  @Test
  void shouldDescribeEveryPathAndNoOther() throws IOException {
    serve(Map.of());
    String described = get("/openapi.json").body();
    List<String> paths =
        java.util.regex.Pattern.compile("\"(/[^\"]*)\": \\{")
            .matcher(described)
            .results()
            .map(found -> found.group(1))
            .toList();
    assertThat(paths).hasSize(23).doesNotHaveDuplicates();
    for (String path : paths) {
      String real =
          path.replace("{type}", "Payment").replace("{sink}", "desk").replace("/live", "/live");
      HttpResponse<String> wrongMethod = send(to(real).method("DELETE", BodyPublishers.noBody()));
      assertThat(wrongMethod.statusCode()).as(path).isEqualTo(405);
      String allowed = wrongMethod.headers().firstValue("allow").orElse("");
      int at = described.indexOf('"' + path + "\": {");
      assertThat(
              described.substring(at, at + path.length() + 30).toUpperCase(java.util.Locale.ROOT))
          .contains('"' + allowed + '"');
    }
  }
}
