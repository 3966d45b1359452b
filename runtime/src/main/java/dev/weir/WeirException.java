package dev.weir;

import org.jspecify.annotations.Nullable;

/** An engine that cannot be opened; the message is for the operator. */
public final class WeirException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  WeirException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
