package dev.weir.journal;

/** Another process, or this one, has the log open. */
public final class LogInUseException extends LogException {
  LogInUseException(String message) {
    super(message);
  }
}
