package dev.weir.server.http;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.GracefulShutdownHandler;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.jspecify.annotations.Nullable;
import org.xnio.Options;

/**
 * The engine over HTTP. Reads bodies without holding a thread, answers on worker threads, and never
 * on those of the engine. Each request goes: route, caller, role, rate, body, action; what is wrong
 * ends it with a {@link Problem}. Safe for many threads.
 */
public final class HttpService implements AutoCloseable {
  private static final int HEADER_BYTES_MAX = 16 * 1024;
  private static final int HEADERS_MAX = 100;
  private static final int PARAMETERS_MAX = 20;
  private static final int PARSE_MS_MAX = 10_000;
  private static final int SILENT_MS_MAX = 60_000;
  private static final long BACKSTOP = 1L << 20;
  private static final int WORKERS = 64;
  private static final int LOOK_MS = 20;
  private static final String NOBODY = "anybody";
  private static final String LOGGER = "http";

  private final HttpSettings settings;
  private final JsonLog log;
  private final Routes routes;
  private final RateLimit rate;
  private final GracefulShutdownHandler graceful;
  private final Undertow server;
  private final AgentRunner live;

  /**
   * Begins to listen.
   *
   * @throws IOException if the address or the key store cannot be used; the message is for users
   */
  public HttpService(HttpSettings settings, EngineAccess engine, AuditLog audit, JsonLog log)
      throws IOException {
    this.settings = settings;
    this.log = log;
    LiveAlerts watchers = new LiveAlerts(engine.alertLog());
    this.routes = new Routes(engine, audit, watchers, settings.bodyMaxBytes());
    this.rate = new RateLimit(settings.perSecond(), System::nanoTime);
    this.graceful = new GracefulShutdownHandler(this::handle);
    SSLContext tls = tls(settings);
    Undertow.Builder builder =
        Undertow.builder()
            .setServerOption(UndertowOptions.MAX_HEADER_SIZE, HEADER_BYTES_MAX)
            .setServerOption(UndertowOptions.MAX_HEADERS, HEADERS_MAX)
            .setServerOption(UndertowOptions.MAX_PARAMETERS, PARAMETERS_MAX)
            // a backstop: what is larger than the body's own limit is refused with an answer before
            .setServerOption(
                UndertowOptions.MAX_ENTITY_SIZE, 2L * settings.bodyMaxBytes() + BACKSTOP)
            .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, PARSE_MS_MAX)
            .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, SILENT_MS_MAX)
            .setServerOption(UndertowOptions.ALWAYS_SET_DATE, true)
            .setSocketOption(Options.READ_TIMEOUT, SILENT_MS_MAX)
            .setWorkerThreads(WORKERS)
            .setHandler(graceful);
    if (tls == null) {
      builder.addHttpListener(settings.port(), settings.host());
    } else {
      builder.addHttpsListener(settings.port(), settings.host(), tls);
    }
    server = builder.build();
    try {
      server.start();
    } catch (RuntimeException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(
          "cannot listen to " + settings.host() + ":" + settings.port() + ": " + cause.getMessage(),
          e);
    }
    live =
        new AgentRunner(
            new SleepingMillisIdleStrategy(LOOK_MS),
            error -> log.error(LOGGER, "live alerts", error),
            null,
            watchers);
    Thread thread = new Thread(live, "weir-live-alerts");
    thread.setDaemon(true);
    thread.start();
  }

  private static @Nullable SSLContext tls(HttpSettings settings) throws IOException {
    if (settings.keystore().isEmpty() || settings.keystorePassword().isEmpty()) {
      return null;
    }
    Path file = settings.keystore().get();
    char[] password = Files.readString(settings.keystorePassword().get()).strip().toCharArray();
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(in, password);
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(keys, password);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IOException("`http.tls.keystore`: cannot use " + file + ": " + e.getMessage(), e);
    }
  }

  /** Where it listens; the port is the real one where the settings say 0. */
  public InetSocketAddress address() {
    return (InetSocketAddress) server.getListenerInfo().get(0).getAddress();
  }

  // ---- a request
  // ----------------------------------------------------------------------------------

  private void handle(HttpServerExchange exchange) {
    answering(exchange, () -> begin(exchange));
  }

  private interface Step {
    void run() throws Exception;
  }

  private void answering(HttpServerExchange exchange, Step step) {
    try {
      step.run();
    } catch (Problem e) {
      refuse(exchange, e);
    } catch (Exception e) {
      log.error(LOGGER, exchange.getRequestMethod() + " " + exchange.getRequestPath(), e);
      refuse(exchange, new Problem(500, "a fault in Weir; its log says more"));
    }
  }

  private void refuse(HttpServerExchange exchange, Problem problem) {
    routes.refusals.add(Integer.toString(problem.status()), 1);
    if (problem.status() == 401) {
      exchange.getResponseHeaders().put(Headers.WWW_AUTHENTICATE, "Bearer");
    }
    if (problem.retryAfterS() > 0) {
      exchange.getResponseHeaders().put(Headers.RETRY_AFTER, problem.retryAfterS());
    }
    if (problem.status() == 413 || problem.status() == 408) {
      exchange.setPersistent(false); // the rest of the body is not worth reading
    }
    byte[] body = problem.json().getBytes(StandardCharsets.UTF_8);
    Request.send(exchange, problem.status(), "application/problem+json", body);
  }

  private void begin(HttpServerExchange exchange) {
    HttpString method = exchange.getRequestMethod();
    if (settings.isLoopback() && !settings.tokens().areNeeded()) {
      // a page in a browser may reach the own machine under another name
      String host = String.valueOf(exchange.getRequestHeaders().getFirst(Headers.HOST));
      if (!HttpSettings.isLoopbackHost(host)) {
        throw new Problem(421, "without tokens only requests to the own machine are answered");
      }
    }
    String path = exchange.getRequestPath();
    List<HttpString> others = new ArrayList<>();
    for (Route route : routes.all()) {
      Optional<List<String>> words = route.match(path);
      if (words.isEmpty()) {
        continue;
      }
      if (route.method().equals(method)) {
        go(exchange, route, words.get());
        return;
      }
      others.add(route.method());
    }
    if (others.isEmpty()) {
      throw new Problem(404, "there is nothing at this path");
    }
    exchange
        .getResponseHeaders()
        .put(Headers.ALLOW, String.join(", ", others.stream().map(HttpString::toString).toList()));
    throw new Problem(405, "this path takes other methods");
  }

  private void go(HttpServerExchange exchange, Route route, List<String> words) {
    String caller = route.role().isEmpty() ? NOBODY : caller(exchange, route.role().get());
    if (route.role().isPresent() && !rate.allows(caller)) {
      throw new Problem(429, "more requests than this caller may make", 1);
    }
    Request request = new Request(exchange, words, caller);
    if (!route.method().equals(Methods.POST) || !routes.takesBody(route)) {
      exchange.dispatch(
          (HttpHandler) same -> answering(exchange, () -> route.action().answer(request)));
      return;
    }
    int bytesMax = settings.bodyMaxBytes();
    Bodies.check(exchange, bytesMax);
    exchange.getRequestReceiver().setMaxBufferSize(bytesMax);
    exchange
        .getRequestReceiver()
        .receiveFullBytes(
            (same, body) -> {
              exchange.putAttachment(Routes.BODY, body);
              exchange.dispatch(
                  (HttpHandler) s -> answering(exchange, () -> route.action().answer(request)));
            },
            (same, e) ->
                refuse(
                    exchange,
                    String.valueOf(e).contains("TooLarge")
                            || String.valueOf(e).contains("TooBig")
                            || String.valueOf(e).contains("ToLarge")
                        ? Bodies.tooLarge(bytesMax)
                        : new Problem(408, "the body did not arrive")));
  }

  private String caller(HttpServerExchange exchange, Role needed) {
    if (!settings.tokens().areNeeded()) {
      return NOBODY;
    }
    Tokens.Caller caller =
        settings
            .tokens()
            .caller(exchange.getRequestHeaders().getFirst(Headers.AUTHORIZATION))
            .orElseThrow(() -> new Problem(401, "a bearer token that is known here is needed"));
    if (!caller.may(needed)) {
      throw new Problem(
          403,
          "this token may not: the role `"
              + needed.name().toLowerCase(java.util.Locale.ROOT)
              + "` is needed");
    }
    return caller.name();
  }

  /** Takes no more requests, lets those under way end, and stops. */
  @Override
  public void close() {
    graceful.shutdown();
    live.close();
    try {
      boolean ignored = graceful.awaitShutdown(TimeUnit.SECONDS.toMillis(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.stop();
  }
}
