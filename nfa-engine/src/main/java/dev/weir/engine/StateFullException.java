package dev.weir.engine;

/**
 * Live state does not fit its budget. The message says for what memory was wanted, the budget, and
 * what was in use. Alerts given out before stand; the instant at hand is lost halfway, so the
 * engine takes no further record: begin anew with a larger budget, from the start or a checkpoint.
 */
public final class StateFullException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StateFullException(String message) {
    super(message);
  }

  /** The same, saying for what memory was wanted. */
  StateFullException(String wantedFor, StateFullException cause) {
    super(cause.getMessage() + ", wanted for=" + wantedFor, cause);
  }
}
