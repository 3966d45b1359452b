package dev.weir.event;

import java.util.Objects;

/**
 * How a time is written in a source. Immutable.
 *
 * @param kind ISO 8601, or a whole number of units since 1970-01-01T00:00Z
 * @param zone IANA zone for ISO times without an offset; {@code UTC} unless told
 */
public record TimeFormat(Kind kind, String zone) {
  /** The form of a written time. */
  public enum Kind {
    ISO,
    EPOCH_SECONDS,
    EPOCH_MILLIS,
    EPOCH_MICROS,
    EPOCH_NANOS
  }

  public static final TimeFormat ISO = new TimeFormat(Kind.ISO, "UTC");

  public TimeFormat {
    Objects.requireNonNull(kind);
    Objects.requireNonNull(zone);
  }
}
