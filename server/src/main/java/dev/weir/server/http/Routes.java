package dev.weir.server.http;

import dev.weir.alerts.delivery.DeadLetters;
import dev.weir.alerts.delivery.Requests;
import dev.weir.alerts.delivery.SinkStatus;
import io.undertow.Handlers;
import io.undertow.server.handlers.sse.ServerSentEventHandler;
import io.undertow.util.AttachmentKey;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What can be asked of the service, and how it is answered. Safe for many threads. */
final class Routes {
  static final AttachmentKey<byte[]> BODY = AttachmentKey.create(byte[].class);

  private final EngineAccess engine;
  private final AuditLog audit;
  private final LiveAlerts live;
  private final EventIntake intake;
  private final int bodyMaxBytes;
  private final List<Route> routes = new ArrayList<>();
  private final List<Route> withBody = new ArrayList<>();
  final Counters refusals = new Counters();

  Routes(EngineAccess engine, AuditLog audit, LiveAlerts live, int bodyMaxBytes) {
    this.engine = engine;
    this.audit = audit;
    this.live = live;
    this.intake = new EventIntake(engine);
    this.bodyMaxBytes = bodyMaxBytes;
    page("/", "index.html", "text/html; charset=utf-8");
    page("/status.js", "status.js", "text/javascript; charset=utf-8");
    page("/status.css", "status.css", "text/css; charset=utf-8");
    page("/openapi.json", "openapi.json", "application/json");
    open("/livez", r -> r.json(200, "{\"status\":\"ok\"}"));
    open("/startupz", r -> r.json(200, "{\"status\":\"ok\"}"));
    open("/readyz", this::ready);
    open("/healthz", this::ready);
    body("/v1/events/{type}", this::events);
    body("/v1/decide/{type}", this::decide);
    on(Methods.GET, "/metrics", Role.READ, this::metrics);
    on(Methods.GET, "/v1/status", Role.READ, this::status);
    on(Methods.GET, "/v1/alerts/live", Role.READ, this::watch);
    on(
        Methods.GET,
        "/v1/sinks",
        Role.READ,
        r -> r.json(200, sinks(new JsonText().begin()).end() + ""));
    on(Methods.GET, "/v1/sinks/{sink}/dead-letters", Role.READ, this::deadLetters);
    on(Methods.GET, "/v1/rules/plan", Role.READ, r -> rules(r, "", who -> engine.planRules()));
    on(
        Methods.POST,
        "/v1/rules/apply",
        Role.ADMIN,
        r -> rules(r, "apply rules", engine::applyRules));
    on(
        Methods.POST,
        "/v1/rules/rollback",
        Role.ADMIN,
        r -> rules(r, "roll back rules", engine::rollBackRules));
    on(Methods.GET, "/v1/rules/history", Role.READ, r -> rules(r, "", who -> engine.ruleHistory()));
    on(Methods.POST, "/v1/sinks/{sink}/dead-letters/replay", Role.OPERATE, this::replay);
    on(Methods.POST, "/v1/sinks/{sink}/resend", Role.OPERATE, this::resend);
    on(Methods.POST, "/v1/sinks/{sink}/enable", Role.OPERATE, this::enable);
    on(Methods.POST, "/v1/sinks/{sink}/disable", Role.OPERATE, this::disable);
  }

  private void on(HttpString method, String path, Role role, Route.Action action) {
    routes.add(new Route(method, path, Optional.of(role), action));
  }

  private void open(String path, Route.Action action) {
    routes.add(new Route(Methods.GET, path, Optional.empty(), action));
  }

  private void body(String path, Route.Action action) {
    Route route = new Route(Methods.POST, path, Optional.of(Role.INGEST), action);
    routes.add(route);
    withBody.add(route);
  }

  private void page(String path, String resource, String contentType) {
    byte[] content;
    try (InputStream in = Routes.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("missing in the program: " + resource);
      }
      content = in.readAllBytes();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    open(
        path,
        request -> {
          var headers = request.exchange().getResponseHeaders();
          headers.put(
              new HttpString("Content-Security-Policy"),
              "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
                  + " frame-ancestors 'none'; base-uri 'none'; form-action 'none'");
          headers.put(new HttpString("X-Content-Type-Options"), "nosniff");
          headers.put(new HttpString("Referrer-Policy"), "no-referrer");
          request.send(200, contentType, content);
        });
  }

  List<Route> all() {
    return routes;
  }

  boolean takesBody(Route route) {
    return withBody.contains(route);
  }

  // ---- rules
  // --------------------------------------------------------------------------------------

  /** Answers with what was done, or with the mistakes of the rules. */
  private void rules(Request request, String action, UnaryOperator<String> asking)
      throws IOException {
    String answer;
    try {
      answer = asking.apply(request.caller());
    } catch (IllegalArgumentException e) {
      throw new Problem(422, String.valueOf(e.getMessage()));
    }
    if (!action.isEmpty()) {
      record(request, action, engine.ruleSet());
    }
    request.json(200, answer);
  }

  // ---- events
  // -------------------------------------------------------------------------------------

  private void events(Request request) {
    request.json(202, intake.post(intake.type(request.word(0)), body(request)));
  }

  private void decide(Request request) {
    request.json(200, intake.decide(intake.type(request.word(0)), body(request)));
  }

  private byte[] body(Request request) {
    byte[] body = request.exchange().getAttachment(BODY);
    return Bodies.unpacked(request.exchange(), body == null ? new byte[0] : body, bodyMaxBytes);
  }

  // ---- what is to be seen
  // -------------------------------------------------------------------------

  private void ready(Request request) {
    String trouble = engine.trouble();
    JsonText json = new JsonText().begin();
    json.put("status", trouble.isEmpty() ? "ok" : trouble);
    request.json(trouble.isEmpty() ? 200 : 503, json.end().toString());
  }

  private void status(Request request) {
    JsonText json = new JsonText().begin();
    json.put("trouble", engine.trouble());
    json.put("ruleset", engine.ruleSet());
    json.put("position", Long.toString(engine.position()));
    json.put("alerts", Long.toString(engine.alertLog().nextPosition()));
    Map<String, Long> alerts = engine.alertsByRule();
    json.beginList("rules");
    for (String rule : engine.rules()) {
      String count = Long.toString(alerts.getOrDefault(rule, 0L));
      json.begin().put("name", rule).put("alerts", count).end();
    }
    json.endList();
    json.beginList("types");
    engine.types().forEach(type -> json.add(type.name()));
    json.endList();
    counts(json, "accepted", intake.accepted);
    counts(json, "refused", intake.refused);
    request.json(200, sinks(json).end().toString());
  }

  private static void counts(JsonText json, String name, Counters counters) {
    JsonText counts = new JsonText().begin();
    counters.all().forEach((label, count) -> counts.put(label, Long.toString(count)));
    json.raw(name, counts.end().toString());
  }

  private JsonText sinks(JsonText json) {
    json.beginList("sinks");
    for (SinkStatus sink : engine.sinks()) {
      json.begin()
          .put("name", sink.sink())
          .put("pending", Long.toString(sink.pending()))
          .put("oldest", sink.oldestNs() == 0 ? "" : timeOf(sink.oldestNs()))
          .put("delivered", Long.toString(sink.delivered()))
          .put("failures", Long.toString(sink.failures()))
          .put("dead", sink.dead())
          .put("disabled", sink.disabled())
          .put("broken", sink.isBroken())
          .put("trouble", sink.trouble())
          .end();
    }
    return json.endList();
  }

  private static String timeOf(long epochNs) {
    return Instant.ofEpochMilli(Math.floorDiv(epochNs, 1_000_000L)).toString();
  }

  private void metrics(Request request) {
    MetricsText text = new MetricsText();
    text.metric("weir_build_info", "gauge", "The program.")
        .sample("weir_build_info", Map.of("java", System.getProperty("java.version", "")), 1);
    text.metric("weir_events_ingested_total", "counter", "Events taken over HTTP.");
    intake
        .accepted
        .all()
        .forEach((t, n) -> text.sample("weir_events_ingested_total", Map.of("source", t), n));
    text.metric("weir_events_rejected_total", "counter", "Events that were bad.");
    intake
        .refused
        .all()
        .forEach(
            (t, n) ->
                text.sample(
                    "weir_events_rejected_total", Map.of("source", t, "reason", "malformed"), n));
    text.metric("weir_http_refusals_total", "counter", "Requests that ended with an error.");
    refusals
        .all()
        .forEach((s, n) -> text.sample("weir_http_refusals_total", Map.of("status", s), n));
    text.metric("weir_journal_last_position", "gauge", "Position of the last record.")
        .sample("weir_journal_last_position", engine.position() - 1);
    text.metric("weir_alerts_total", "counter", "Alerts in the alert log.")
        .sample("weir_alerts_total", engine.alertLog().nextPosition());
    text.metric("weir_rule_alerts_total", "counter", "Alerts of a rule since the start.");
    engine
        .alertsByRule()
        .forEach(
            (r, n) -> text.sample("weir_rule_alerts_total", Map.of("rule", r, "mode", "live"), n));
    text.metric("weir_live_watchers", "gauge", "Those who watch alerts.")
        .sample("weir_live_watchers", live.watchers());
    sinkMetrics(text);
    request.send(
        200,
        MetricsText.CONTENT_TYPE,
        text.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private void sinkMetrics(MetricsText text) {
    List<SinkStatus> sinks = engine.sinks();
    text.metric("weir_outbox_pending", "gauge", "Alerts that a sink has not taken.");
    sinks.forEach(s -> text.sample("weir_outbox_pending", of(s), s.pending()));
    text.metric("weir_outbox_oldest_age_seconds", "gauge", "Age of the oldest of them.");
    double nowS = System.currentTimeMillis() / 1e3;
    sinks.forEach(
        s ->
            text.sample(
                "weir_outbox_oldest_age_seconds",
                of(s),
                s.oldestNs() == 0 ? 0 : Math.max(0, nowS - s.oldestNs() / 1e9)));
    text.metric("weir_delivery_attempts_total", "counter", "Attempts to deliver.");
    for (SinkStatus s : sinks) {
      text.sample(
          "weir_delivery_attempts_total",
          Map.of("sink", s.sink(), "outcome", "delivered"),
          s.delivered());
      text.sample(
          "weir_delivery_attempts_total",
          Map.of("sink", s.sink(), "outcome", "failed"),
          s.failures());
    }
    text.metric("weir_endpoint_disabled", "gauge", "1: nothing is delivered to the sink.");
    sinks.forEach(
        s -> text.sample("weir_endpoint_disabled", of(s), s.disabled().isEmpty() ? 0 : 1));
    text.metric("weir_dead_letters", "gauge", "Alerts that a sink gave up.");
    sinks.forEach(s -> text.sample("weir_dead_letters", of(s), s.dead()));
  }

  private static Map<String, String> of(SinkStatus sink) {
    return Map.of("sink", sink.sink());
  }

  private void watch(Request request) throws Exception {
    if (live.watchers() >= LiveAlerts.WATCHERS_MAX) {
      throw new Problem(503, "too many watch already", 5);
    }
    ServerSentEventHandler events =
        Handlers.serverSentEvents(
            (connection, lastEventId) -> live.add(connection, live.from(lastEventId)));
    events.handleRequest(request.exchange());
  }

  // ---- sinks
  // --------------------------------------------------------------------------------------

  private Path sinkFolder(Request request) {
    String name = request.word(0);
    if (engine.sinks().stream().noneMatch(sink -> sink.sink().equals(name))) {
      throw new Problem(404, "there is no such sink");
    }
    return engine.sinkFolder(name);
  }

  private void deadLetters(Request request) throws IOException {
    JsonText json = new JsonText().begin().beginList("dead_letters");
    for (DeadLetters.DeadLetter letter : DeadLetters.look(sinkFolder(request))) {
      json.begin()
          .put("id", letter.id())
          .put("position", Long.toString(letter.position()))
          .put("attempts", letter.attempts())
          .put("last", timeOf(letter.lastNs()))
          .put("reason", letter.reason())
          .raw("alert", letter.alert())
          .end();
    }
    request.json(200, json.endList().end().toString());
  }

  private void record(Request request, String action, String detail) throws IOException {
    audit.record(Instant.now(), request.caller(), action, detail);
  }

  private void accepted(Request request) {
    request.json(202, "{\"status\":\"accepted\"}");
  }

  private void replay(Request request) throws IOException {
    Path folder = sinkFolder(request);
    record(request, "replay dead letters", request.word(0));
    for (DeadLetters.DeadLetter letter : DeadLetters.look(folder)) {
      Requests.resend(folder, letter.position(), letter.position() + 1);
    }
    accepted(request);
  }

  private void resend(Request request) throws IOException {
    Path folder = sinkFolder(request);
    long from = request.number("from");
    long to = request.number("to");
    if (to <= from) {
      throw new Problem(400, "`from` must be below `to`");
    }
    record(request, "resend", request.word(0) + " " + from + " " + to);
    Requests.resend(folder, from, to);
    accepted(request);
  }

  private void enable(Request request) throws IOException {
    Path folder = sinkFolder(request);
    record(request, "enable sink", request.word(0));
    Requests.enable(folder);
    accepted(request);
  }

  private void disable(Request request) throws IOException {
    Path folder = sinkFolder(request);
    record(request, "disable sink", request.word(0));
    Requests.disable(folder, "by " + request.caller());
    accepted(request);
  }
}
