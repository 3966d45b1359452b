package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.AlertDelivery;
import dev.weir.Weir;
import dev.weir.WeirConfig;
import dev.weir.alerts.delivery.CallbackSink;
import dev.weir.alerts.delivery.Delivery;
import dev.weir.alerts.delivery.SinkSpec;
import dev.weir.journal.Durability;
import dev.weir.server.http.AuditLog;
import dev.weir.server.http.HttpService;
import dev.weir.server.http.HttpSettings;
import dev.weir.server.http.JsonLog;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** A service over HTTP around a real engine in this process, and a client of it. */
final class Serving implements AutoCloseable {
  final List<Delivery> delivered = new CopyOnWriteArrayList<>();
  final StringWriter log = new StringWriter();
  final Weir weir;
  final HttpService service;
  final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<AutoCloseable> open = new ArrayList<>();

  /** With rules and data in a folder, and further settings of {@code http}. */
  static Serving of(Path folder, String rules, Map<String, Object> http) throws IOException {
    return of(folder, rules, http, config -> config);
  }

  static Serving of(
      Path folder, String rules, Map<String, Object> http, UnaryOperator<WeirConfig> config)
      throws IOException {
    return new Serving(folder, rules, http, config);
  }

  private Serving(
      Path folder, String rulesText, Map<String, Object> settings, UnaryOperator<WeirConfig> config)
      throws IOException {
    Path data = folder.resolve("data");
    Files.createDirectories(data);
    Path rules = Cli.write(folder.resolve("rules/rules.weir"), rulesText);
    Map<String, Object> all = new HashMap<>(Map.of("listen", "127.0.0.1:0"));
    all.putAll(settings);
    List<String> problems = new ArrayList<>();
    HttpSettings http = HttpSettings.read(folder, all, problems);
    assertThat(problems).isEmpty();
    weir =
        opened(
            Weir.open(
                config.apply(
                    WeirConfig.of(rules)
                        .withData(data, Durability.process())
                        .withIdleTime(Duration.ofDays(1)) /* no ticks among the events */)));
    AlertDelivery delivery =
        opened(
            AlertDelivery.start(
                weir.alertLog().orElseThrow(),
                data,
                List.of(SinkSpec.of("desk", new CallbackSink(delivered::add)))));
    AuditLog audit = opened(new AuditLog(data.resolve("audit.jsonl")));
    WeirAccess access = new WeirAccess(weir, delivery, data, rules);
    weir.start();
    JsonLog json = new JsonLog(new PrintWriter(log, true));
    json.takeLibraries();
    service = opened(new HttpService(http, access, audit, json));
  }

  private <T extends AutoCloseable> T opened(T resource) {
    open.add(0, resource);
    return resource;
  }

  @Override
  public void close() {
    for (AutoCloseable resource : open) {
      try {
        resource.close();
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
  }

  HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + service.address().getPort() + path));
  }

  HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  HttpResponse<String> get(String path) {
    return send(to(path));
  }

  HttpResponse<String> post(String path, String body) {
    return post(path, BodyPublishers.ofString(body));
  }

  HttpResponse<String> post(String path, BodyPublisher body) {
    return send(to(path).header("content-type", "application/json").POST(body));
  }
}
