package dev.weir.journal;

import org.jspecify.annotations.Nullable;

/** Writing or flushing failed; the log must be opened again. */
public final class LogFailedException extends LogException {
  LogFailedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
