package dev.weir.testkit.reference;

import java.util.Map;

/**
 * A record of the journal as rules see it.
 *
 * @param type the event type's name
 * @param timeNs its event time
 * @param position ascending from record to record
 * @param watermarkNs of the stream after this record; never falls
 * @param values by field name, but for the event time; absent: missing. {@code Long} for int,
 *     decimal (scaled), time, duration and geo (latitude in the high, longitude in the low 32
 *     bits), {@code String}, {@code Boolean}, {@code byte[16]} for ip
 */
public record ReferenceEvent(
    String type,
    long timeNs,
    long position,
    Verdict verdict,
    long watermarkNs,
    Map<String, Object> values) {
  /** What the intake found. */
  public enum Verdict {
    IN_TIME,
    LATE,
    REPEAT
  }

  public ReferenceEvent {
    values = Map.copyOf(values);
  }
}
