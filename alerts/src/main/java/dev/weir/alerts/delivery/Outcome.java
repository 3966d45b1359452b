package dev.weir.alerts.delivery;

/**
 * What came of an attempt. Immutable.
 *
 * @param reason for people; empty if delivered
 * @param pauseNs how long the receiver wants to be left alone, in nanoseconds; 0 if it did not say
 */
public record Outcome(Kind kind, String reason, long pauseNs) {
  /** The kinds of outcome. */
  public enum Kind {
    DELIVERED,
    /** To be tried again. */
    FAILED,
    /** The receiver wants nothing more: the sink is disabled until somebody enables it. */
    GONE
  }

  public static final Outcome DELIVERED = new Outcome(Kind.DELIVERED, "", 0);

  public static Outcome failed(String reason) {
    return new Outcome(Kind.FAILED, reason, 0);
  }

  /** Failed; nothing more for the sink within this time. */
  public static Outcome failed(String reason, long pauseNs) {
    return new Outcome(Kind.FAILED, reason, pauseNs);
  }

  public static Outcome gone(String reason) {
    return new Outcome(Kind.GONE, reason, 0);
  }
}
