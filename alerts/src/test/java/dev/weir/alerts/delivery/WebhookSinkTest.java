package dev.weir.alerts.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.alerts.TestLog;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookSinkTest {
  private static final long SEED = Long.getLong("weir.seed", 20260512L);
  private static final WebhookSecret SECRET =
      WebhookSecret.parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  private static final WebhookSecret NEXT_SECRET =
      WebhookSecret.parse("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
  private static final String ALERT = "{\"id\":\"" + TestLog.id(7) + "\",\"text\":\"für € 5\"}";
  private static final Delivery DELIVERY =
      new Delivery(
          7,
          TestLog.id(7),
          VirtualClock.START_NS,
          3,
          VirtualClock.START_NS + 90_500_000_000L,
          ALERT.getBytes(StandardCharsets.UTF_8));
  private static final long ATTEMPTED_S = VirtualClock.START_NS / 1_000_000_000L + 90;

  @TempDir private Path folder;
  private Receiver receiver;

  @BeforeEach
  void openReceiver() throws IOException {
    receiver = new Receiver();
  }

  @AfterEach
  void closeReceiver() {
    receiver.close();
  }

  private WebhookSink sink(Duration timeout) {
    return new WebhookSink(receiver.uri("/hooks?team=a"), List.of(SECRET), timeout, true);
  }

  private Outcome deliver(int status, String... header) {
    receiver.behaviour =
        (request, headers) -> {
          if (header.length > 0) {
            headers.put(header[0], header[1]);
          }
          return status;
        };
    try (WebhookSink sink = sink(Duration.ofSeconds(20))) {
      return sink.deliver(DELIVERY);
    }
  }

  @Test
  void shouldPostTheEnvelopeSignedWithEachSecret() {
    List<Receiver.Request> requests = Collections.synchronizedList(new ArrayList<>());
    receiver.behaviour =
        (request, headers) -> {
          requests.add(request);
          return 200;
        };
    try (WebhookSink sink =
        new WebhookSink(
            receiver.uri("/hooks?team=a"),
            List.of(SECRET, NEXT_SECRET),
            Duration.ofSeconds(20),
            true)) {
      assertThat(sink.deliver(DELIVERY)).isEqualTo(Outcome.DELIVERED);
      assertThat(sink.deliver(DELIVERY)).as("on a kept connection").isEqualTo(Outcome.DELIVERED);
    }
    assertThat(requests).hasSize(2);
    Receiver.Request request = requests.get(0);
    assertThat(request.path()).isEqualTo("/hooks?team=a");
    assertThat(request.text())
        .isEqualTo(
            "{\"type\":\"weir.alert.raised\",\"timestamp\":\"2026-01-01T00:00:00Z\",\"data\":"
                + ALERT
                + "}");
    assertThat(request.header("content-type")).isEqualTo("application/json");
    assertThat(request.header("webhook-id")).isEqualTo(TestLog.id(7));
    assertThat(request.header("webhook-timestamp")).isEqualTo(Long.toString(ATTEMPTED_S));
    assertThat(request.header("weir-attempt")).isEqualTo("3");
    for (WebhookSecret secret : List.of(SECRET, NEXT_SECRET)) {
      assertThat(verify(secret, request, ATTEMPTED_S)).isTrue();
    }
  }

  private static boolean verify(WebhookSecret secret, Receiver.Request request, long nowS) {
    return secret.verify(
        request.header("webhook-id"),
        request.header("webhook-timestamp"),
        request.body(),
        request.header("webhook-signature"),
        nowS,
        300);
  }

  /** The example of the specification's own libraries. */
  @Test
  void shouldSignAsTheSpecificationDoes() {
    String signature =
        SECRET.sign(
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330L,
            "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8));
    assertThat(signature).isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  @Test
  void shouldVerifyOnlyWhatWasSignedAndOnlyForAWhile() {
    byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
    String signature = SECRET.sign("a", 1000, body);
    assertThat(SECRET.verify("a", "1000", body, "v1a,zzz v1,AAAA " + signature, 1300, 300))
        .isTrue();
    assertThat(SECRET.verify("a", "1000", body, signature, 1301, 300)).as("old").isFalse();
    assertThat(SECRET.verify("a", "1000", body, signature, 699, 300)).as("early").isFalse();
    assertThat(SECRET.verify("b", "1000", body, signature, 1000, 300)).as("id").isFalse();
    assertThat(SECRET.verify("a", "1001", body, signature, 1000, 300)).as("time").isFalse();
    assertThat(
            SECRET.verify(
                "a", "1000", "{ }".getBytes(StandardCharsets.UTF_8), signature, 1000, 300))
        .as("body")
        .isFalse();
    assertThat(NEXT_SECRET.verify("a", "1000", body, signature, 1000, 300)).as("key").isFalse();
    assertThat(SECRET.verify("a", "soon", body, signature, 1000, 300)).as("no time").isFalse();
    assertThat(SECRET.verify("a", "1000", body, "", 1000, 300)).as("none").isFalse();
    assertThat(SECRET.verify("a", "1000", body, "v1,*", 1000, 300)).as("no base64").isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_c2hvcnQ=", "whsec_*"})
  void shouldRefuseWhatIsNoSecretWithoutShowingIt(String text) {
    assertThatThrownBy(() -> WebhookSecret.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .doesNotContain("c2hvcnQ", "MfKQ");
    assertThat(SECRET).hasToString("whsec_****");
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 202, 204, 299})
  void shouldTakeEvery2xxAsDelivered(int status) {
    assertThat(deliver(status)).isEqualTo(Outcome.DELIVERED);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 409, 422, 500, 502, 503, 504})
  void shouldTakeOtherAnswersAsFailuresToBeTriedAgain(int status) {
    assertThat(deliver(status)).isEqualTo(Outcome.failed("answered " + status));
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void shouldNotFollowRedirects(int status) {
    List<String> paths = Collections.synchronizedList(new ArrayList<>());
    receiver.behaviour =
        (request, headers) -> {
          paths.add(request.path());
          headers.put("Location", receiver.uri("/elsewhere").toString());
          return status;
        };
    try (WebhookSink sink = sink(Duration.ofSeconds(20))) {
      assertThat(sink.deliver(DELIVERY))
          .isEqualTo(Outcome.failed("answered " + status + ": redirects are not followed"));
    }
    assertThat(paths).containsExactly("/hooks?team=a");
  }

  @Test
  void shouldTakeA410AsTheEndOfTheSink() {
    assertThat(deliver(410).kind()).isEqualTo(Outcome.Kind.GONE);
  }

  @Test
  void shouldHearHowLongTheReceiverWantsToBeLeftAlone() {
    assertThat(deliver(429, "Retry-After", "120").pauseNs()).isEqualTo(120_000_000_000L);
    assertThat(deliver(503, "Retry-After", "Thu, 1 Jan 2026 00:02:30 GMT").pauseNs())
        .isEqualTo(60_000_000_000L);
    assertThat(deliver(503, "Retry-After", "Thu, 1 Jan 2015 00:00:00 GMT").pauseNs()).isZero();
    assertThat(deliver(503, "Retry-After", "later").pauseNs()).isZero();
    assertThat(deliver(503).pauseNs()).isZero();
  }

  @Test
  void shouldFailWhenTheReceiverClosesOrDoesNotListen() {
    assertThat(deliver(0).kind()).isEqualTo(Outcome.Kind.FAILED);
    receiver.die();
    try (WebhookSink sink = sink(Duration.ofSeconds(20))) {
      assertThat(sink.deliver(DELIVERY).kind()).isEqualTo(Outcome.Kind.FAILED);
    }
  }

  @Test
  void shouldTryANewConnectionWhenAKeptOneWasClosedMeanwhile() throws IOException {
    try (WebhookSink sink = sink(Duration.ofSeconds(20))) {
      assertThat(sink.deliver(DELIVERY)).isEqualTo(Outcome.DELIVERED);
      receiver.die();
      receiver.comeBack();
      assertThat(sink.deliver(DELIVERY)).isEqualTo(Outcome.DELIVERED);
    }
  }

  @Test
  void shouldNotWaitLongerThanItsTimeout() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        WebhookSink sink =
            new WebhookSink(
                URI.create("http://127.0.0.1:" + silent.getLocalPort()),
                List.of(SECRET),
                Duration.ofMillis(50),
                true)) {
      assertThat(sink.deliver(DELIVERY)).isEqualTo(Outcome.failed("no answer within 50 ms"));
    }
  }

  /** One byte after the other keeps each read from timing out. */
  @Test
  void shouldBreakOffAnAttemptThatAnswersWithoutEnd() throws Exception {
    CountDownLatch hasBegun = new CountDownLatch(1);
    ExecutorService threads = Executors.newCachedThreadPool();
    try (ServerSocket dripping = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        WebhookSink sink =
            new WebhookSink(
                URI.create("http://127.0.0.1:" + dripping.getLocalPort()),
                List.of(SECRET),
                Duration.ofMinutes(10),
                true)) {
      threads.execute(
          () -> {
            try (var socket = dripping.accept()) {
              socket.getInputStream().read();
              socket.getOutputStream().write('H');
              hasBegun.countDown();
              while (socket.getInputStream().read() >= 0) {
                // until the other side closes
              }
            } catch (IOException e) {
              // closed
            }
          });
      var outcome = threads.submit(() -> sink.deliver(DELIVERY));
      assertThat(hasBegun.await(1, TimeUnit.MINUTES)).isTrue();
      sink.giveUp(DELIVERY);
      assertThat(outcome.get(1, TimeUnit.MINUTES))
          .isEqualTo(Outcome.failed("took too long and was broken off"));
    } finally {
      threads.shutdownNow();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "198.18.0.1",
        "::1",
        "::",
        "fe80::1",
        "fd00::1",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:db8::1",
        "::127.0.0.1"
      })
  void shouldKnowAddressesThatAreNotPublic(String address) throws UnknownHostException {
    assertThat(PublicAddress.is(InetAddress.getByName(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "8.8.8.8",
        "172.15.0.1",
        "172.32.0.1",
        "100.63.0.1",
        "192.0.1.1",
        "223.255.255.255",
        "2606:4700::1111",
        "64:ff9b::808:808",
        "2002:808:808::"
      })
  void shouldKnowAddressesThatArePublic(String address) throws UnknownHostException {
    assertThat(PublicAddress.is(InetAddress.getByName(address))).isTrue();
  }

  @Test
  void shouldConnectToNoPrivateAddressUnlessToldSo() {
    List<String> paths = Collections.synchronizedList(new ArrayList<>());
    receiver.behaviour =
        (request, headers) -> {
          paths.add(request.path());
          return 200;
        };
    for (String host : List.of("127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1")) {
      URI target = URI.create("http://" + host + ":" + receiver.uri("/").getPort() + "/");
      if (target.getHost() == null) {
        continue; // refused when it is set up
      }
      try (WebhookSink sink =
          new WebhookSink(target, List.of(SECRET), Duration.ofSeconds(20), false)) {
        assertThat(sink.deliver(DELIVERY).kind()).as(host).isEqualTo(Outcome.Kind.FAILED);
      }
    }
    assertThat(paths).isEmpty();
  }

  /** A name that is public when it is checked and private when it is used. */
  @Test
  void shouldConnectToTheAddressThatWasChecked() {
    List<String> asked = new ArrayList<>();
    PublicAddress.Resolver rebinding =
        host -> {
          asked.add(host);
          return new InetAddress[] {
            InetAddress.getByName(asked.size() == 1 ? "127.0.0.1" : "127.0.0.2")
          };
        };
    try (WebhookSink sink =
        new WebhookSink(
            URI.create("http://rebinding.example:" + receiver.uri("/").getPort() + "/"),
            List.of(SECRET),
            Duration.ofSeconds(20),
            true,
            rebinding,
            (SSLSocketFactory) SSLSocketFactory.getDefault())) {
      assertThat(sink.deliver(DELIVERY)).isEqualTo(Outcome.DELIVERED);
    }
    assertThat(asked).as("asked for once").containsExactly("rebinding.example");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://example.org/",
        "/hooks",
        "https:///x",
        "https://user:pw@example.org/",
        "http://a b/",
        "https://example.org/#x",
        "file:///etc/passwd"
      })
  void shouldRefuseWhatIsNoTarget(String text) {
    assertThatThrownBy(() -> WebhookSink.target(text)).isInstanceOf(IllegalArgumentException.class);
  }

  /** The whole way: everything a receiver may do, and each alert arrives. */
  @Test
  void shouldDeliverEachAlertToAReceiverThatDoesEverythingWrong() throws IOException {
    SplittableRandom random = new SplittableRandom(SEED);
    Map<Integer, List<Long>> taken = new LinkedHashMap<>();
    Map<String, Integer> attemptsById = new HashMap<>();
    List<String> faults = new ArrayList<>();
    receiver.behaviour =
        (request, headers) -> {
          synchronized (taken) {
            long atS = Long.parseLong(request.header("webhook-timestamp"));
            if (!verify(SECRET, request, atS)) {
              faults.add("signature of " + request.text());
            }
            int attempt = Integer.parseInt(request.header("weir-attempt"));
            Integer before = attemptsById.put(request.header("webhook-id"), attempt);
            if (before != null && attempt < before) {
              faults.add("attempt " + attempt + " after " + before + ": " + request.text());
            }
            switch (random.nextInt(12)) {
              case 0, 1, 2 -> {
                return 500;
              }
              case 3 -> {
                headers.put("Retry-After", Integer.toString(random.nextInt(300)));
                return 429;
              }
              case 4 -> {
                headers.put("Location", receiver.uri("/other").toString());
                return 302;
              }
              case 5 -> {
                return 0;
              }
              default -> {
                String text = request.text();
                int key = Integer.parseInt(text.replaceAll(".*\"key\":(\\d+).*", "$1"));
                long n = Long.parseLong(text.replaceAll(".*\"n\":(\\d+).*", "$1"));
                taken.computeIfAbsent(key, k -> new ArrayList<>()).add(n);
                return 204;
              }
            }
          }
        };
    VirtualClock clock = new VirtualClock();
    DeliveryPolicy policy =
        DeliveryPolicy.DEFAULT
            .withBreaker(5, Duration.ofSeconds(30))
            .withRetry(Duration.ofSeconds(1), Duration.ofMinutes(5), Duration.ofDays(3));
    int alertsAll = 150;
    try (TestLog alerts = new TestLog(folder.resolve("alerts"));
        Deliveries deliveries =
            new Deliveries(
                folder.resolve("deliveries"),
                alerts.log(),
                List.of(new SinkSpec("desk", sink(Duration.ofSeconds(20)), policy, true)),
                clock,
                Runnable::run)) {
      for (int i = 0; i < alertsAll; i++) {
        alerts.add(random.nextInt(9), clock.wallNs());
        deliveries.doWork();
        if (i == 50) {
          receiver.die();
        }
        if (i == 100) {
          receiver.comeBack();
        }
        clock.pass(Duration.ofSeconds(random.nextInt(5)));
      }
      for (int turn = 0; turn < 100_000 && !deliveries.isDone(); turn++) {
        deliveries.doWork();
        clock.pass(Duration.ofSeconds(1));
      }
      assertThat(deliveries.isDone()).as("seed " + SEED).isTrue();
    }
    assertThat(faults).as("seed " + SEED).isEmpty();
    assertThat(taken.values().stream().flatMap(List::stream))
        .as("seed " + SEED)
        .hasSize(alertsAll)
        .doesNotHaveDuplicates();
    assertThat(taken.values()).as("seed " + SEED).allSatisfy(l -> assertThat(l).isSorted());
  }

  /** What we sign, by the independent implementation of the specification's authors for Node. */
  @Test
  void shouldBeVerifiedByTheIndependentImplementation() throws Exception {
    Path modules = Path.of("target", "standardwebhooks").toAbsolutePath();
    Files.createDirectories(modules);
    if (!Files.exists(modules.resolve("node_modules/standardwebhooks"))) {
      assumeTrue(
          run(modules, "npm", "install", "--no-audit", "--no-fund", "standardwebhooks@1.0.0"),
          "npm, or its package standardwebhooks, is not there");
    }
    long nowS = java.time.Instant.now().getEpochSecond();
    byte[] body = DELIVERY.envelope();
    Files.write(modules.resolve("body.json"), body);
    Files.writeString(
        modules.resolve("verify.js"),
        """
        const { Webhook } = require("standardwebhooks");
        const [secret, id, timestamp, signature] = process.argv.slice(2);
        const body = require("fs").readFileSync("body.json");
        new Webhook(secret).verify(body.toString("utf8"), {
          "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature,
        });
        """);
    String signatures =
        WebhookSecret.signAll(List.of(NEXT_SECRET, SECRET), DELIVERY.id(), nowS, body);
    String secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    String[] good = {"node", "verify.js", secret, DELIVERY.id(), Long.toString(nowS), signatures};
    assertThat(run(modules, good)).isTrue();
    String[] bad = Arrays.copyOf(good, good.length);
    bad[3] = TestLog.id(8);
    assertThat(run(modules, bad)).as("of another id").isFalse();
  }

  private static boolean run(Path folder, String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("output.txt").toFile())
              .start();
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return false;
      }
      return process.exitValue() == 0;
    } catch (IOException e) {
      return false; // no such program
    }
  }
}
