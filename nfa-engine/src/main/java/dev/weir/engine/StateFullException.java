package dev.weir.engine;

/**
 * Live state does not fit its budget. What was evaluated before stands; the engine must not go on.
 */
public final class StateFullException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StateFullException(String message) {
    super(message);
  }
}
