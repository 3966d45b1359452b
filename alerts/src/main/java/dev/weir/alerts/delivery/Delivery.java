package dev.weir.alerts.delivery;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/**
 * One attempt to deliver one alert: the alert as it stands in the log, and around it what belongs
 * to the delivery alone. Immutable; the bytes are not to be changed.
 *
 * @param position of the alert in the alert log
 * @param id of the alert; the same for every attempt and every sink
 * @param detectedNs when the alert came into the log: wall clock, nanoseconds since the epoch
 * @param attempt 1, 2, …; counted on over restarts
 * @param attemptedNs when this attempt began, as {@code detectedNs}
 * @param alert the alert's JSON, byte for byte as in the log
 */
public record Delivery(
    long position, String id, long detectedNs, int attempt, long attemptedNs, byte[] alert) {
  /** The {@code type} of the envelope. */
  public static final String TYPE = "weir.alert.raised";

  /**
   * The envelope, one JSON object without line end: {@code type}, {@code timestamp} (of the
   * detection) and {@code data} (the alert, byte for byte). The same for every attempt.
   */
  public byte[] envelope() {
    byte[] head =
        ("{\"type\":\"" + TYPE + "\",\"timestamp\":\"" + timeOf(detectedNs) + "\",\"data\":")
            .getBytes(StandardCharsets.US_ASCII);
    byte[] all = new byte[head.length + alert.length + 1];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(alert, 0, all, head.length, alert.length);
    all[all.length - 1] = '}';
    return all;
  }

  /** The envelope and a line end. */
  byte[] line() {
    byte[] envelope = envelope();
    byte[] line = Arrays.copyOf(envelope, envelope.length + 1);
    line[envelope.length] = '\n';
    return line;
  }

  /** RFC 3339 in UTC, to the millisecond. */
  public static String timeOf(long epochNs) {
    return Instant.ofEpochMilli(Math.floorDiv(epochNs, 1_000_000L)).toString();
  }
}
