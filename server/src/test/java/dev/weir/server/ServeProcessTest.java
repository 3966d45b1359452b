package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weir serve} as a process of its own. */
class ServeProcessTest {
  private static final Pattern LISTENING = Pattern.compile("listening to 127[.]0[.]0[.]1:(\\d+)");

  @TempDir Path folder;

  private Process process;
  private BufferedReader log;
  private int port;

  private void start(String settings) throws IOException {
    Cli.write(folder.resolve("rules/rules.weir"), Cli.RULES.replace("late 10s to side", ""));
    Cli.write(folder.resolve("weir.yaml"), settings);
    process = Cli.child("serve", folder).redirectOutput(folder.resolve("out.txt").toFile()).start();
    log =
        new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
    for (String line = log.readLine(); line != null; line = log.readLine()) {
      Matcher matcher = LISTENING.matcher(line);
      if (matcher.find()) {
        port = Integer.parseInt(matcher.group(1));
        assertThat(line).startsWith("{\"ts\":\"").contains("\"level\":\"INFO\"");
        return;
      }
    }
    throw new AssertionError("it ended with " + process.onExit().join().exitValue());
  }

  private String stop() throws IOException, InterruptedException {
    process.toHandle().destroy(); // unlike destroy() of the process it leaves the streams open
    StringBuilder rest = new StringBuilder();
    for (String line = log.readLine(); line != null; line = log.readLine()) {
      rest.append(line).append('\n');
    }
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return rest.toString();
  }

  @AfterEach
  void kill() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  private static HttpRequest payment(String address, int number) {
    return HttpRequest.newBuilder(URI.create(address + "/v1/events/Payment"))
        .header("content-type", "application/json")
        .POST(
            BodyPublishers.ofString(
                "{\"id\":\""
                    + number
                    + "\",\"card\":\"a\",\"amount\":\"500.00\",\"at\":\"2026-01-01T00:00:0"
                    + number
                    + "Z\"}"))
        .build();
  }

  /** What was answered with 202 is there after a kill, and after an orderly stop. */
  @Test
  void shouldKeepWhatItAnsweredForAndDeliverIt() throws Exception {
    String settings =
        """
        http: {listen: '127.0.0.1:0'}
        sinks: [{name: archive, file: archive.jsonl}]
        """;
    HttpClient client = HttpClient.newHttpClient();
    start(settings);
    String address = "http://127.0.0.1:" + port;
    assertThat(client.send(payment(address, 1), BodyHandlers.ofString()).statusCode())
        .isEqualTo(202);
    process.destroyForcibly().waitFor();

    start(settings);
    address = "http://127.0.0.1:" + port;
    assertThat(client.send(payment(address, 1), BodyHandlers.ofString()).statusCode())
        .as("the same once more")
        .isEqualTo(202);
    assertThat(client.send(payment(address, 2), BodyHandlers.ofString()).statusCode())
        .isEqualTo(202);
    assertThat(stop()).contains("stopping: no more requests", "\"msg\":\"stopped\"");
    assertThat(process.exitValue()).isIn(0, 128 + 15);
    List<String> alerts = Cli.lines(Cli.run("alerts", "export", folder.resolve("data")).out());
    assertThat(alerts).hasSize(2);
    assertThat(Set.copyOf(Files.readAllLines(folder.resolve("archive.jsonl"))))
        .as("each is delivered; one twice where the kill came before the cursor moved")
        .hasSize(2);
    assertThat(Cli.run("sinks", "list", folder.resolve("data")).out())
        .containsPattern("archive +0 +0 +0  enabled");
  }

  @Test
  void shouldServeOverTls() throws Exception {
    Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    assumeTrue(Files.exists(keytool), "this JDK has no keytool");
    Path store = folder.resolve("weir.p12");
    Process made =
        new ProcessBuilder(
                keytool.toString(),
                "-genkeypair",
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                "a-password",
                "-alias",
                "weir",
                "-keyalg",
                "EC",
                "-dname",
                "CN=127.0.0.1",
                "-ext",
                "SAN=ip:127.0.0.1")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.txt").toFile())
            .start();
    assertThat(made.waitFor()).as(Cli.read(folder.resolve("keytool.txt"))).isZero();
    Cli.write(folder.resolve("weir.p12.password"), "a-password\n");
    start(
        "http: {listen: '127.0.0.1:0', tls: {keystore: weir.p12, password: weir.p12.password}}\n");
    KeyStore trusted = KeyStore.getInstance(store.toFile(), "a-password".toCharArray());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    KeyStore certificates = KeyStore.getInstance("PKCS12");
    certificates.load(null, null);
    certificates.setCertificateEntry("weir", trusted.getCertificate("weir"));
    trust.init(certificates);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, trust.getTrustManagers(), null);
    HttpClient client = HttpClient.newBuilder().sslContext(tls).build();
    HttpResponse<String> taken =
        client.send(payment("https://127.0.0.1:" + port, 1), BodyHandlers.ofString());
    assertThat(taken.statusCode()).isEqualTo(202);
    stop();
  }

  @Test
  void shouldSayEveryMistakeInTheSettingsAndEnd() {
    Cli.write(folder.resolve("rules/rules.weir"), Cli.RULES);
    Cli.write(
        folder.resolve("weir.yaml"),
        "http: {listen: '0.0.0.0:80', rat: 1/s}\ndurability: forever\nsinks: [{name: a}]\n");
    Cli.Result result = Cli.run("serve", folder);
    assertThat(result.code()).isEqualTo(ExitCode.CONFIG);
    assertThat(result.err())
        .contains(
            "`http.tokens` are needed",
            "`http.rat`; did you mean `rate`?",
            "`durability` must be",
            "`sinks[0]` needs one of");
    Cli.write(folder.resolve("weir.yaml"), "sources: [{type: Payment, files: [weir.yaml]}]\n");
    assertThat(Cli.run("serve", folder).err()).contains("`sources` are for `weir run`");
    Cli.write(folder.resolve("weir.yaml"), "rules: rules\n");
    assertThat(Cli.run("serve", folder, "--check").err()).contains("settings and rules are good");
  }
}
