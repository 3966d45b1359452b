package dev.weir.alerts.delivery;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Posts to one place by HTTP/1.1. It connects to an address that was checked, which the client of
 * the JDK does not allow: that one asks for the name's address again by itself. Follows no
 * redirects, keeps a few connections, reads no more of an answer than it must. Safe for many
 * threads.
 */
final class HttpPost implements AutoCloseable {
  private static final int HEAD_BYTES_MAX = 32 * 1024;
  private static final int BODY_BYTES_MAX = 64 * 1024;
  private static final int KEPT_MAX = 8;

  /** Status and headers, whose names are in lower case. */
  record Answer(int status, Map<String, String> headers) {}

  private static final class Connection {
    final Socket socket;
    final InputStream in;
    boolean isUsed;

    Connection(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new BufferedInputStream(socket.getInputStream(), 4096);
    }
  }

  private final URI target;
  private final int timeoutMs;
  private final boolean privateToo;
  private final PublicAddress.Resolver resolver;
  private final SSLSocketFactory tls;
  private final Deque<Connection> kept = new ArrayDeque<>(); // guarded by itself
  private final Map<Object, Socket> active = new ConcurrentHashMap<>();
  private final Set<Object> ended = ConcurrentHashMap.newKeySet();

  HttpPost(
      URI target,
      int timeoutMs,
      boolean privateToo,
      PublicAddress.Resolver resolver,
      SSLSocketFactory tls) {
    this.target = target;
    this.timeoutMs = timeoutMs;
    this.privateToo = privateToo;
    this.resolver = resolver;
    this.tls = tls;
  }

  /**
   * Posts once; where a kept connection turns out to be closed, once more on a new one.
   *
   * @param request names the request for {@link #end}
   */
  Answer post(Object request, Map<String, String> headers, byte[] body) throws IOException {
    Connection old;
    synchronized (kept) {
      old = kept.poll();
    }
    if (old != null) {
      try {
        return exchange(request, old, headers, body);
      } catch (ClosedBeforeAnswer e) {
        // the receiver had closed it while it was idle
      }
    }
    return exchange(request, connect(request), headers, body);
  }

  /** Breaks a request off, from any thread. */
  void end(Object request) {
    Socket socket = active.get(request);
    if (socket != null) {
      ended.add(request);
      close(socket);
    }
  }

  /** A kept connection was closed by the other side before it answered. */
  private static final class ClosedBeforeAnswer extends IOException {
    private static final long serialVersionUID = 1L;

    ClosedBeforeAnswer() {
      super("closed the connection without an answer");
    }
  }

  private Connection connect(Object request) throws IOException {
    boolean isTls = "https".equals(target.getScheme());
    int port = target.getPort() >= 0 ? target.getPort() : isTls ? 443 : 80;
    String host = hostName();
    IOException last = null;
    for (InetAddress address : PublicAddress.of(host, resolver, privateToo)) {
      Socket socket = new Socket();
      active.put(request, socket);
      try {
        socket.connect(new InetSocketAddress(address, port), timeoutMs);
        socket.setSoTimeout(timeoutMs);
        socket.setTcpNoDelay(true);
        return new Connection(isTls ? secured(socket, host, port) : socket);
      } catch (IOException e) {
        last = e;
        close(socket);
        if (ended.remove(request)) {
          throw new IOException("took too long and was broken off", e);
        }
      } finally {
        active.remove(request);
      }
    }
    if (last == null) {
      throw new IOException("no address to connect to");
    }
    throw last;
  }

  private Socket secured(Socket plain, String host, int port) throws IOException {
    SSLSocket socket = (SSLSocket) tls.createSocket(plain, host, port, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  /** Without the brackets of an IPv6 address. */
  private String hostName() {
    String host = target.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private Answer exchange(
      Object request, Connection connection, Map<String, String> headers, byte[] body)
      throws IOException {
    boolean isKept = false;
    active.put(request, connection.socket);
    try {
      byte[] head = head(headers, body.length);
      byte[] all = new byte[head.length + body.length];
      System.arraycopy(head, 0, all, 0, head.length);
      System.arraycopy(body, 0, all, head.length, body.length);
      boolean wasUsed = connection.isUsed;
      connection.isUsed = true;
      Answer answer;
      try {
        connection.socket.getOutputStream().write(all);
        answer = answer(connection.in);
      } catch (java.net.SocketTimeoutException e) {
        throw new IOException("no answer within " + timeoutMs + " ms", e);
      } catch (ClosedBeforeAnswer | java.net.SocketException e) {
        if (wasUsed && !ended.contains(request)) {
          throw new ClosedBeforeAnswer();
        }
        throw e;
      }
      isKept = skipBody(connection.in, answer);
      return answer;
    } catch (IOException e) {
      if (ended.contains(request)) {
        throw new IOException("took too long and was broken off", e);
      }
      throw e;
    } finally {
      active.remove(request);
      ended.remove(request);
      if (isKept) {
        synchronized (kept) {
          isKept = kept.size() < KEPT_MAX;
          if (isKept) {
            kept.push(connection);
          }
        }
      }
      if (!isKept) {
        close(connection.socket);
      }
    }
  }

  private byte[] head(Map<String, String> headers, int bodyLength) {
    String path =
        target.getRawPath() == null || target.getRawPath().isEmpty() ? "/" : target.getRawPath();
    String query = target.getRawQuery() == null ? "" : '?' + target.getRawQuery();
    String port = target.getPort() < 0 ? "" : ":" + target.getPort();
    StringBuilder head = new StringBuilder();
    head.append("POST ").append(path).append(query).append(" HTTP/1.1\r\n");
    head.append("host: ").append(target.getHost()).append(port).append("\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    head.append("content-length: ").append(bodyLength).append("\r\n\r\n");
    return head.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static Answer answer(InputStream in) throws IOException {
    int[] left = {HEAD_BYTES_MAX};
    while (true) {
      int status = status(line(in, left));
      Map<String, String> headers = new HashMap<>();
      for (String line = line(in, left); !line.isEmpty(); line = line(in, left)) {
        int colon = line.indexOf(':');
        if (colon > 0) {
          headers.put(
              line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
              line.substring(colon + 1).strip());
        }
      }
      if (status >= 200) {
        return new Answer(status, headers);
      }
    }
  }

  private static int status(String line) throws IOException {
    String[] words = line.split(" ", 3);
    if (!line.startsWith("HTTP/1.") || words.length < 2 || !words[1].matches("[1-5][0-9][0-9]")) {
      throw new IOException("the answer is not HTTP");
    }
    return Integer.parseInt(words[1]);
  }

  private static String line(InputStream in, int[] left) throws IOException {
    boolean isFirst = left[0] == HEAD_BYTES_MAX;
    StringBuilder line = new StringBuilder();
    while (true) {
      int c = in.read();
      if (c < 0) {
        if (isFirst && line.isEmpty()) {
          throw new ClosedBeforeAnswer();
        }
        throw new IOException("closed the connection within its answer");
      }
      if (--left[0] < 0) {
        throw new IOException("the head of the answer is longer than " + HEAD_BYTES_MAX + " bytes");
      }
      if (c == '\n') {
        return line.toString();
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
  }

  /** Whether the connection can be used again. */
  private static boolean skipBody(InputStream in, Answer answer) throws IOException {
    String length = answer.headers().getOrDefault("content-length", "");
    boolean isEmpty = answer.status() == 204 || answer.status() == 304;
    if (answer.headers().getOrDefault("connection", "").equalsIgnoreCase("close")
        || answer.headers().containsKey("transfer-encoding")
        || !isEmpty && !length.matches("[0-9]{1,5}")) {
      return false;
    }
    int bytes = isEmpty ? 0 : Integer.parseInt(length);
    if (bytes > BODY_BYTES_MAX) {
      return false;
    }
    for (int skipped = 0; skipped < bytes; skipped++) {
      if (in.read() < 0) {
        return false;
      }
    }
    return true;
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // it is not used any more
    }
  }

  @Override
  public void close() {
    synchronized (kept) {
      kept.forEach(connection -> close(connection.socket));
      kept.clear();
    }
  }
}
