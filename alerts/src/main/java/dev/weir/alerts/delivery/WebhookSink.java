package dev.weir.alerts.delivery;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLSocketFactory;

/**
 * Posts alerts by the Standard Webhooks specification 1.0.0: {@code webhook-id} is the alert's id,
 * {@code webhook-timestamp} that of the attempt, {@code webhook-signature} holds one signature a
 * secret. The body is the envelope, {@code weir-attempt} the attempt's number. 2xx is success; a
 * redirect is a failure and not followed; 410 disables the sink; {@code Retry-After} pauses it.
 * Private addresses are connected to only where that is allowed. Safe for many threads.
 */
public final class WebhookSink implements Sink {
  private final List<WebhookSecret> secrets;
  private final HttpPost post;

  /**
   * Posts to a target.
   *
   * @param secrets at least one; several while receivers change from one to the next
   */
  public WebhookSink(
      URI target, List<WebhookSecret> secrets, Duration timeout, boolean privateAddresses) {
    this(
        target,
        secrets,
        timeout,
        privateAddresses,
        InetAddress::getAllByName,
        (SSLSocketFactory) SSLSocketFactory.getDefault());
  }

  WebhookSink(
      URI target,
      List<WebhookSecret> secrets,
      Duration timeout,
      boolean privateAddresses,
      PublicAddress.Resolver resolver,
      SSLSocketFactory tls) {
    if (secrets.isEmpty()) {
      throw new IllegalArgumentException("a webhook needs a secret");
    }
    this.secrets = List.copyOf(secrets);
    this.post =
        new HttpPost(target, Math.toIntExact(timeout.toMillis()), privateAddresses, resolver, tls);
  }

  /**
   * Reads a target.
   *
   * @throws IllegalArgumentException if it is none; the message is for users
   */
  public static URI target(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("is no URL: " + e.getReason(), e);
    }
    if (!"http".equals(uri.getScheme()) && !"https".equals(uri.getScheme())) {
      throw new IllegalArgumentException("must begin with `https://` or `http://`");
    }
    if (uri.getHost() == null) {
      throw new IllegalArgumentException("names no host");
    }
    if (uri.getUserInfo() != null || uri.getFragment() != null) {
      throw new IllegalArgumentException("must have no user and no `#`");
    }
    return uri;
  }

  @Override
  public Outcome deliver(Delivery delivery) {
    byte[] body = delivery.envelope();
    long timestampS = Math.floorDiv(delivery.attemptedNs(), 1_000_000_000L);
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("content-type", "application/json");
    headers.put("user-agent", "weir");
    headers.put("webhook-id", delivery.id());
    headers.put("webhook-timestamp", Long.toString(timestampS));
    headers.put(
        "webhook-signature", WebhookSecret.signAll(secrets, delivery.id(), timestampS, body));
    headers.put("weir-attempt", Integer.toString(delivery.attempt()));
    try {
      HttpPost.Answer answer = post.post(delivery, headers, body);
      return outcome(answer, delivery.attemptedNs());
    } catch (IOException e) {
      return Outcome.failed(e.getMessage() == null ? e.toString() : e.getMessage());
    }
  }

  private static Outcome outcome(HttpPost.Answer answer, long nowNs) {
    int status = answer.status();
    if (status >= 200 && status < 300) {
      return Outcome.DELIVERED;
    }
    if (status == 410) {
      return Outcome.gone("answered 410: it wants no more alerts");
    }
    String reason =
        status >= 300 && status < 400
            ? "answered " + status + ": redirects are not followed"
            : "answered " + status;
    return Outcome.failed(reason, retryAfterNs(answer.headers().get("retry-after"), nowNs));
  }

  /** Seconds, or a date; 0 where there is none. */
  private static long retryAfterNs(@org.jspecify.annotations.Nullable String value, long nowNs) {
    if (value == null) {
      return 0;
    }
    if (value.matches("[0-9]{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(value)).toNanos();
    }
    try {
      long atS = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toEpochSecond();
      long seconds = Math.min(atS - Math.floorDiv(nowNs, 1_000_000_000L), 999_999_999L);
      return Math.max(0, Duration.ofSeconds(seconds).toNanos());
    } catch (DateTimeException e) {
      return 0;
    }
  }

  @Override
  public void giveUp(Delivery delivery) {
    post.end(delivery);
  }

  @Override
  public void close() {
    post.close();
  }
}
