package dev.weir.journal;

import org.jspecify.annotations.Nullable;

/** A log cannot do what it was asked; the message is for the user. */
public class LogException extends RuntimeException {
  LogException(String message) {
    super(message);
  }

  LogException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
