package dev.weir.server.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/** Reads request bodies: their type, packing and size. */
final class Bodies {
  private static final Set<String> JSON =
      Set.of("application/json", "application/x-ndjson", "application/jsonl");

  private Bodies() {}

  /** What is to be known before anything is read. */
  static void check(HttpServerExchange exchange, int bytesMax) {
    if (exchange.getRequestContentLength() > bytesMax) {
      throw tooLarge(bytesMax);
    }
    String type = String.valueOf(exchange.getRequestHeaders().getFirst(Headers.CONTENT_TYPE));
    int semicolon = type.indexOf(';');
    String plain = (semicolon < 0 ? type : type.substring(0, semicolon)).strip();
    if (!JSON.contains(plain.toLowerCase(Locale.ROOT))) {
      throw new Problem(415, "the content type must be application/json or application/x-ndjson");
    }
    String encoding = encoding(exchange);
    if (!encoding.equals("identity") && !encoding.equals("gzip")) {
      throw new Problem(415, "the content encoding must be gzip or none");
    }
  }

  private static String encoding(HttpServerExchange exchange) {
    String encoding = exchange.getRequestHeaders().getFirst(Headers.CONTENT_ENCODING);
    return encoding == null ? "identity" : encoding.strip().toLowerCase(Locale.ROOT);
  }

  /** The body without its packing; never more than so many bytes are unpacked. */
  static byte[] unpacked(HttpServerExchange exchange, byte[] body, int bytesMax) {
    if (!encoding(exchange).equals("gzip")) {
      return body;
    }
    byte[] all = new byte[(int) Math.min(bytesMax, Math.max(1024, 4L * body.length))];
    int length = 0;
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
      for (int read = in.read(all, 0, all.length);
          read >= 0;
          read = in.read(all, length, all.length - length)) {
        length += read;
        if (length == all.length) {
          if (length == bytesMax) {
            if (in.read() >= 0) {
              throw tooLarge(bytesMax);
            }
            break;
          }
          all = Arrays.copyOf(all, (int) Math.min(bytesMax, 2L * length));
        }
      }
    } catch (IOException e) {
      throw new Problem(400, "the body is no gzip");
    }
    return Arrays.copyOf(all, length);
  }

  static Problem tooLarge(int bytesMax) {
    return new Problem(413, "the body is larger than " + bytesMax + " bytes");
  }
}
