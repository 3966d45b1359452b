package dev.weir.engine;

/**
 * A chunk of state that is damaged, of another version, of other rules, or not the one expected.
 */
public final class BadChunkException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BadChunkException(String message) {
    super(message);
  }

  BadChunkException(String message, RuntimeException cause) {
    super(message, cause);
  }
}
