package dev.weir.server.http;

import dev.weir.EngineStatus;
import dev.weir.alerts.delivery.DeadLetters;
import dev.weir.alerts.delivery.Delivery;
import dev.weir.alerts.delivery.Requests;
import dev.weir.alerts.delivery.SinkStatus;
import dev.weir.ingest.IntakeStatus;
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
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What can be asked of the service, and how it is answered. Safe for many threads. */
final class Routes {
  static final AttachmentKey<byte[]> BODY = AttachmentKey.create(byte[].class);

  private final EngineAccess engine;
  private final AuditLog audit;
  private final LiveAlerts live;
  private final EventIntake intake;
  private final Metrics metrics;
  private final int bodyMaxBytes;
  private final List<Route> routes = new ArrayList<>();
  private final List<Route> withBody = new ArrayList<>();
  final Counters refusals = new Counters();

  Routes(EngineAccess engine, AuditLog audit, LiveAlerts live, int bodyMaxBytes) {
    this.engine = engine;
    this.audit = audit;
    this.live = live;
    this.intake = new EventIntake(engine);
    this.metrics = new Metrics(engine, intake, refusals, live);
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
    EngineStatus status = engine.status();
    JsonText json = new JsonText().begin();
    json.put("trouble", engine.trouble());
    json.put("ruleset", status.ruleSet().hash());
    json.put("position", Long.toString(status.position()));
    json.put("alerts", Long.toString(engine.alertLog().nextPosition()));
    json.put("stream_time", time(status.intake().watermarkNs()));
    json.put("held", Long.toString(status.held()));
    rules(json, status.rules());
    sources(json, status.intake());
    json.beginList("types");
    engine.types().forEach(type -> json.add(type.name()));
    json.endList();
    counts(json, "accepted", intake.accepted);
    counts(json, "refused", intake.refused);
    request.json(200, sinks(json).end().toString());
  }

  private void rules(JsonText json, List<EngineStatus.Rule> rules) {
    json.beginList("rules");
    for (EngineStatus.Rule rule : rules) {
      json.begin()
          .put("name", rule.name())
          .put("alerts", Long.toString(engine.alerts(rule.name())))
          .put("suppressed", Long.toString(rule.suppressed()))
          .put("open", Long.toString(rule.open()))
          .put("evaluations", Long.toString(rule.evaluations()))
          .put("errors", Long.toString(rule.errors()))
          .put("evaluated", time(rule.evaluatedNs().orElse(Long.MIN_VALUE)))
          .put("advanced", time(rule.advancedNs().orElse(Long.MIN_VALUE)))
          .put("fired", time(rule.firedNs().orElse(Long.MIN_VALUE)))
          .beginList("steps");
      for (EngineStatus.Step step : rule.steps()) {
        json.begin().put("name", step.name()).put("taken", Long.toString(step.taken())).end();
      }
      json.endList().end();
    }
    json.endList();
  }

  private static void sources(JsonText json, IntakeStatus intake) {
    json.beginList("sources");
    for (IntakeStatus.Source source : intake.sources()) {
      json.begin()
          .put("name", source.source())
          .put("partition", source.partition())
          .put("watermark", time(source.watermarkNs()))
          .put("silent_seconds", source.silentNs() / 1_000_000_000L)
          .put("idle", source.isIdle())
          .put("holding", source.isHolding())
          .end();
    }
    json.endList();
    json.beginList("events");
    for (IntakeStatus.Type type : intake.types()) {
      json.begin()
          .put("type", type.type())
          .put("in_time", Long.toString(type.inTime()))
          .put("late", Long.toString(type.late()))
          .put("repeated", Long.toString(type.repeats()))
          .end();
    }
    json.endList();
  }

  /** Empty where there is none. */
  private static String time(long epochNs) {
    return epochNs == Long.MIN_VALUE ? "" : Delivery.timeOf(epochNs);
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
          .put("oldest", sink.oldestNs() == 0 ? "" : Delivery.timeOf(sink.oldestNs()))
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

  private void metrics(Request request) {
    request.send(
        200,
        MetricsText.CONTENT_TYPE,
        metrics.text().getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private void watch(Request request) throws Exception {
    if (live.watchers() >= LiveAlerts.WATCHERS_MAX) {
      throw new Problem(503, "too many watch already", 5);
    }
    // before the answer begins: whoever has seen its head misses nothing that comes after
    long from = live.from(request.exchange().getRequestHeaders().getFirst("Last-Event-ID"));
    ServerSentEventHandler events =
        Handlers.serverSentEvents((connection, lastEventId) -> live.add(connection, from));
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
          .put("last", Delivery.timeOf(letter.lastNs()))
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
