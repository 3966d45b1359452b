package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weir run --data} with sinks, and the commands that look after them. */
class RunWithSinksTest {
  static {
    System.setProperty("sun.net.httpserver.nodelay", "true"); // see the receiver of alerts' tests
  }

  private static final long SEED = Long.getLong("weir.seed", 1);
  private static final Path SAMPLE = Cli.HOME.resolve("samples/account-takeover");
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final Pattern KEY = Pattern.compile("\"key\":(\\{[^}]*})");

  @TempDir Path folder;

  private final Random random = new Random(SEED);

  /** Takes alerts, each body once by id, and fails now and then. */
  private final class Desk implements AutoCloseable {
    final Map<String, String> bodies = new HashMap<>();
    final Map<String, List<String>> idsByKey = new HashMap<>();
    final List<String> faults = new ArrayList<>();
    final int failing;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    /** Fails so many requests of a hundred. */
    Desk(int failing) throws IOException {
      this.failing = failing;
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setExecutor(threads);
      server.createContext(
          "/",
          exchange -> {
            try (exchange) {
              String body =
                  new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
              String id = exchange.getRequestHeaders().getFirst("webhook-id");
              exchange.sendResponseHeaders(take(id, body) ? 204 : 503, -1);
            }
          });
      server.start();
    }

    private synchronized boolean take(String id, String body) {
      if (random.nextInt(100) < failing) {
        return false;
      }
      String before = bodies.put(id, body);
      if (before != null && !before.equals(body)) {
        faults.add("id " + id + " came with two bodies");
      }
      if (before == null) {
        Matcher key = KEY.matcher(body);
        if (key.find()) {
          idsByKey.computeIfAbsent(key.group(1), k -> new ArrayList<>()).add(id);
        }
      }
      return true;
    }

    int port() {
      return server.getAddress().getPort();
    }

    @Override
    public void close() {
      server.stop(0);
      threads.shutdownNow();
    }
  }

  private Path project(String sinks) {
    Cli.write(folder.resolve("rules/rules.weir"), Cli.RULES);
    Cli.write(folder.resolve("rows.csv"), Cli.ROWS);
    Cli.write(folder.resolve("desk.secret"), SECRET);
    Cli.write(
        folder.resolve("weir.yaml"),
        "sources: [{type: Payment, files: [rows.csv]}]\ndead_letters: bad.jsonl\nsinks:\n" + sinks);
    return folder;
  }

  private static String webhook(int port, String more) {
    return "  - {name: desk, webhook: 'http://127.0.0.1:"
        + port
        + "/', secrets: [desk.secret], private_addresses: true, retry_first: 1ms, retry_most: 2ms"
        + more
        + "}\n";
  }

  private Path data() {
    return folder.resolve("data");
  }

  private List<String> exported() {
    return Cli.lines(Cli.run("alerts", "export", data()).out());
  }

  @Test
  void shouldDeliverEachAlertToEachSinkOnce() throws IOException {
    try (Desk desk = new Desk(0)) {
      project(
          webhook(desk.port(), "")
              + "  - {name: archive, file: archive.jsonl}\n"
              + "  - {name: screen, stdout: true}\n");
      for (int run = 0; run < 2; run++) {
        Cli.Result result = Cli.run("run", folder, "--data", data());
        assertThat(result.code()).as(result.err()).isZero();
        List<String> alerts = exported();
        assertThat(alerts).hasSize(3);
        if (run == 0) {
          assertThat(result.out().lines().map(RunWithSinksTest::alertIn))
              .containsExactlyElementsOf(alerts);
          assertThat(result.err())
              .contains("sink desk: 3 delivered\n", "sink archive: 3 delivered\n");
        } else {
          assertThat(result.out()).isEmpty();
          assertThat(result.err()).contains("sink desk: 0 delivered\n");
        }
        assertThat(Files.readAllLines(folder.resolve("archive.jsonl")))
            .extracting(RunWithSinksTest::alertIn)
            .containsExactlyElementsOf(alerts);
        assertThat(desk.bodies.values().stream().map(RunWithSinksTest::alertIn))
            .containsExactlyInAnyOrderElementsOf(alerts);
      }
    }
  }

  /** What stands in an envelope. */
  private static String alertIn(String envelope) {
    int data = envelope.indexOf(",\"data\":");
    return envelope.substring(data + ",\"data\":".length(), envelope.length() - 1);
  }

  @Test
  void shouldKeepWhatASinkDoesNotTakeAndLetItBeSentAgain() throws IOException {
    try (Desk none = new Desk(100)) {
      project(webhook(none.port(), ", give_up_after: 1ms, break_after: 1000"));
      Cli.Result result = Cli.run("run", folder, "--data", data());
      assertThat(result.code()).as("detection is complete").isZero();
      assertThat(result.err()).contains("sink desk: 0 delivered, 3 dead letters");
    }
    Cli.Result list = Cli.run("dlq", "list", data());
    assertThat(list.out().lines()).hasSize(4);
    assertThat(list.out()).contains("answered 503");
    String id = exported().get(1).substring(7, 39);
    Cli.Result shown = Cli.run("dlq", "show", data(), id);
    assertThat(shown.out().strip()).isEqualTo(exported().get(1));
    assertThat(shown.err()).contains("sink desk gave it up after");
    assertThat(Cli.run("sinks", "list", data()).out()).containsPattern("desk +0 +0 +3  enabled");

    try (Desk desk = new Desk(0)) {
      project(webhook(desk.port(), ""));
      assertThat(Cli.run("dlq", "replay", data(), id).code()).isZero();
      assertThat(Cli.run("run", folder, "--data", data()).err())
          .contains("sink desk: 1 delivered, 2 dead letters");
      assertThat(desk.bodies).containsOnlyKeys(id);
      assertThat(Cli.run("dlq", "replay", data(), "--all", "--sink", "desk").code()).isZero();
      Cli.run("run", folder, "--data", data());
      assertThat(desk.bodies).hasSize(3);
      assertThat(Cli.run("dlq", "list", data()).err()).isEqualTo("no dead letters\n");

      desk.bodies.clear();
      assertThat(Cli.run("sinks", "resend", data(), "desk", "--from", 1, "--to", 3).code())
          .isZero();
      assertThat(Cli.run("sinks", "disable", data(), "desk", "--reason", "moves").code()).isZero();
      Cli.run("run", folder, "--data", data());
      assertThat(Cli.run("sinks", "list", data()).out()).contains("disabled: moves");
      assertThat(desk.bodies).isEmpty();
      assertThat(Cli.run("sinks", "enable", data(), "desk").code()).isZero();
      Cli.run("run", folder, "--data", data());
      assertThat(desk.bodies).hasSize(2);
    }
  }

  @Test
  void shouldSayWhatCannotBe() {
    project("  - {name: archive, file: archive.jsonl}\n");
    assertThat(Cli.run("run", folder, "--drain", "10s").code()).isEqualTo(ExitCode.USAGE);
    assertThat(Cli.run("run", folder, "--data", data(), "--drain", "10").err())
        .contains("--drain must be a duration such as `10s`");
    assertThat(Cli.run("run", folder).err()).contains("without --data nothing goes to the sinks");
    assertThat(Cli.run("dlq", "list", data()).code()).isEqualTo(ExitCode.IO);
    Cli.run("run", folder, "--data", data());
    assertThat(Cli.run("dlq", "replay", data()).code()).isEqualTo(ExitCode.USAGE);
    assertThat(Cli.run("dlq", "replay", data(), "abc").code()).isEqualTo(ExitCode.USAGE);
    assertThat(Cli.run("dlq", "show", data(), "abc").err()).contains("no dead letter has the id");
    assertThat(Cli.run("sinks", "enable", data(), "archiv").err())
        .contains("did you mean `archive`?");
    assertThat(Cli.run("sinks", "resend", data(), "archive", "--from", 2, "--to", 2).code())
        .isEqualTo(ExitCode.USAGE);
  }

  @Test
  void shouldCheckAndPrintTheSettingsWithoutSecrets() {
    project(webhook(80, ""));
    assertThat(Cli.run("config", "check", folder).code()).isZero();
    Cli.Result printed = Cli.run("config", "print", folder);
    assertThat(printed.code()).isZero();
    assertThat(printed.out())
        .contains("  - name: 'desk'\n    webhook: 'http://127.0.0.1:80/'\n", "give_up_after: '3d'")
        .contains("secrets: ['" + folder.resolve("desk.secret") + "']")
        .doesNotContain("whsec_");
    Cli.write(folder.resolve("weir.yaml"), printed.out());
    assertThat(Cli.run("config", "print", folder).out())
        .as("what is printed can be read")
        .isEqualTo(printed.out());
    Cli.write(folder.resolve("weir.yaml"), "sinks: 5\nhttp: {listen: here}\n");
    Cli.Result wrong = Cli.run("config", "check", folder);
    assertThat(wrong.code()).isEqualTo(ExitCode.CONFIG);
    assertThat(wrong.err()).contains("`sinks` must be a list", "`http.listen` must be");
  }

  /** Kills at random moments while a receiver fails a third of the requests. */
  @Test
  void shouldLoseNoAlertAndSendAgainOnlyUnderTheSameIdHoweverOftenItIsKilled()
      throws IOException, InterruptedException {
    Cli.Result undisturbed =
        Cli.run("run", SAMPLE, "--dead-letters", folder.resolve("letters.jsonl"));
    Cli.write(folder.resolve("desk.secret"), SECRET);
    int kills = Integer.getInteger("weir.kills", 4);
    int killed = 0;
    try (Desk desk = new Desk(33)) {
      for (int kill = 0; kill < kills; kill++) {
        killed += start(desk.port(), random.nextInt(4000)) ? 1 : 0;
      }
      start(desk.port(), Integer.MAX_VALUE);
      String how = "seed " + SEED + ", killed " + killed + " of " + kills;
      assertThat(killed).as(how).isPositive();
      List<String> alerts = exported();
      assertThat(alerts).as(how).containsExactlyElementsOf(undisturbed.out().lines().toList());
      assertThat(desk.faults).as(how).isEmpty();
      List<String> ids = alerts.stream().map(alert -> alert.substring(7, 39)).toList();
      assertThat(desk.bodies.keySet()).as(how).containsExactlyInAnyOrderElementsOf(ids);
      Map<String, Integer> places = new HashMap<>();
      ids.forEach(id -> places.put(id, places.size()));
      assertThat(desk.idsByKey.values())
          .as(how + ": the first time of each in the order of the log, by key")
          .allSatisfy(list -> assertThat(list.stream().map(places::get)).isSorted());
    }
  }

  /** True if the process was killed before it ended. */
  private boolean start(int port, int afterMs) throws IOException, InterruptedException {
    ProcessBuilder builder =
        Cli.child(
                "run",
                SAMPLE,
                "--data",
                data(),
                "--drain",
                "10m",
                "--dead-letters",
                folder.resolve("letters.jsonl"))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out.txt").toFile());
    builder.environment().put("WEIR_SINKS__0__NAME", "desk");
    builder.environment().put("WEIR_SINKS__0__WEBHOOK", "http://127.0.0.1:" + port + "/");
    builder.environment().put("WEIR_SINKS__0__SECRETS", folder.resolve("desk.secret").toString());
    builder.environment().put("WEIR_SINKS__0__PRIVATE_ADDRESSES", "true");
    builder.environment().put("WEIR_SINKS__0__RETRY_FIRST", "5ms");
    builder.environment().put("WEIR_SINKS__0__RETRY_MOST", "50ms");
    builder.environment().put("WEIR_SINKS__0__BREAK_FOR", "50ms");
    Process process = builder.start();
    boolean hasEnded =
        process.waitFor(afterMs == Integer.MAX_VALUE ? 300_000 : afterMs, TimeUnit.MILLISECONDS);
    process.destroyForcibly().waitFor();
    if (afterMs == Integer.MAX_VALUE) {
      assertThat(process.exitValue()).as(Cli.read(folder.resolve("out.txt"))).isZero();
    }
    return !hasEnded;
  }
}
