package dev.weir.server.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A request on its way through a route. Owned by one thread at a time.
 *
 * @param words of the path, in place of the braces of its route
 * @param caller name of who asks
 */
record Request(HttpServerExchange exchange, List<String> words, String caller) {
  String word(int index) {
    return words.get(index);
  }

  /** A parameter of the query that must be there and be a whole number from 0. */
  long number(String name) {
    var values = exchange.getQueryParameters().get(name);
    String text = values == null ? "" : values.getFirst();
    if (!text.matches("[0-9]{1,18}")) {
      throw new Problem(400, "the parameter `" + name + "` must be a whole number");
    }
    return Long.parseLong(text);
  }

  void json(int status, String body) {
    send(status, "application/json", body.getBytes(StandardCharsets.UTF_8));
  }

  void send(int status, String contentType, byte[] body) {
    send(exchange, status, contentType, body);
  }

  static void send(HttpServerExchange exchange, int status, String contentType, byte[] body) {
    if (exchange.isResponseStarted()) {
      return;
    }
    exchange.setStatusCode(status);
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, contentType);
    exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, "no-store");
    exchange.getResponseSender().send(ByteBuffer.wrap(body));
  }
}
