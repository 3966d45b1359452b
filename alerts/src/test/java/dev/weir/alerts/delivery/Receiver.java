package dev.weir.alerts.delivery;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A receiver of webhooks in the same process, on a port of its own. */
final class Receiver implements AutoCloseable {
  static {
    // else each answer waits for the delayed acknowledgement of the one before
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  /** What came; header names in lower case. */
  record Request(String path, Map<String, String> headers, byte[] body) {
    String header(String name) {
      return headers.getOrDefault(name, "");
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  /** Answers with a status and headers; a status of 0 closes without an answer. */
  interface Behaviour {
    int answer(Request request, Map<String, String> headers) throws IOException;
  }

  private final int port;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;
  volatile Behaviour behaviour = (request, headers) -> 204;

  Receiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    port = server.getAddress().getPort();
    begin();
  }

  private void begin() {
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Map<String, String> headers = new TreeMap<>();
      exchange
          .getRequestHeaders()
          .forEach(
              (name, values) ->
                  headers.put(name.toLowerCase(java.util.Locale.ROOT), values.get(0)));
      Request request =
          new Request(
              exchange.getRequestURI().toString(),
              headers,
              exchange.getRequestBody().readAllBytes());
      Map<String, String> answer = new TreeMap<>();
      int status = behaviour.answer(request, answer);
      answer.forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
      if (status > 0) {
        exchange.sendResponseHeaders(status, -1);
      }
    }
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  /** Nothing listens any more. */
  void die() {
    server.stop(0);
  }

  void comeBack() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    begin();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
