package dev.weir.alerts.delivery;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A shared secret of a webhook, and the signatures made with it, by the Standard Webhooks
 * specification 1.0.0: HMAC-SHA256 over {@code id.timestamp.body}. Immutable; does not print its
 * bytes.
 */
public final class WebhookSecret {
  private static final String PREFIX = "whsec_";
  private static final int BYTES_MIN = 24;
  private static final int BYTES_MAX = 64;
  private static final String VERSION = "v1,";
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec key;

  private WebhookSecret(byte[] bytes) {
    key = new SecretKeySpec(bytes, ALGORITHM);
  }

  /**
   * Reads {@code whsec_} and 24 to 64 bytes in base64.
   *
   * @throws IllegalArgumentException if it is none; the message does not show it
   */
  public static WebhookSecret parse(String text) {
    String stripped = text.strip();
    if (!stripped.startsWith(PREFIX)) {
      throw new IllegalArgumentException("a secret begins with `" + PREFIX + "`");
    }
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(stripped.substring(PREFIX.length()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("what follows `" + PREFIX + "` is no base64", e);
    }
    if (bytes.length < BYTES_MIN || bytes.length > BYTES_MAX) {
      throw new IllegalArgumentException(
          "a secret has " + BYTES_MIN + " to " + BYTES_MAX + " bytes, this one " + bytes.length);
    }
    return new WebhookSecret(bytes);
  }

  /** The signature, {@code v1,} and base64. */
  String sign(String id, long timestampS, byte[] body) {
    return VERSION + Base64.getEncoder().encodeToString(mac(id, timestampS, body));
  }

  /** The value of {@code webhook-signature}: one signature a secret, with blanks between. */
  static String signAll(List<WebhookSecret> secrets, String id, long timestampS, byte[] body) {
    StringBuilder all = new StringBuilder();
    for (WebhookSecret secret : secrets) {
      all.append(all.isEmpty() ? "" : " ").append(secret.sign(id, timestampS, body));
    }
    return all.toString();
  }

  /**
   * For receivers: whether one of the signatures in the header is made with this secret. Takes the
   * same time whatever a signature of the right length holds.
   *
   * @param id value of {@code webhook-id}
   * @param timestamp value of {@code webhook-timestamp}, seconds
   * @param body as received, byte for byte
   * @param signatures value of {@code webhook-signature}
   * @param nowS the receiver's clock, seconds since the epoch
   * @param toleranceS how far the timestamp may be from it, so that old requests cannot be replayed
   */
  public boolean verify(
      String id, String timestamp, byte[] body, String signatures, long nowS, long toleranceS) {
    long timestampS;
    try {
      timestampS = Long.parseLong(timestamp);
    } catch (NumberFormatException e) {
      return false;
    }
    if (timestampS < nowS - toleranceS || timestampS > nowS + toleranceS) {
      return false;
    }
    byte[] expected = mac(id, timestampS, body);
    boolean isGood = false;
    for (String signature : signatures.split(" ", -1)) {
      if (!signature.startsWith(VERSION)) {
        continue;
      }
      try {
        byte[] given = Base64.getDecoder().decode(signature.substring(VERSION.length()));
        isGood |= MessageDigest.isEqual(expected, given);
      } catch (IllegalArgumentException e) {
        // no base64: no signature
      }
    }
    return isGood;
  }

  private byte[] mac(String id, long timestampS, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update((id + '.' + timestampS + '.').getBytes(StandardCharsets.UTF_8));
      return mac.doFinal(body);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("each JDK has " + ALGORITHM, e);
    }
  }

  @Override
  public String toString() {
    return PREFIX + "****";
  }
}
