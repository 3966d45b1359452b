package dev.weir.alerts;

/** An alert log that cannot be used as it is; the message is for users. */
public final class AlertLogException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public AlertLogException(String message) {
    super(message);
  }
}
