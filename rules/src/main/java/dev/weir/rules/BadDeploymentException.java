package dev.weir.rules;

/** A deployment cannot be read or made; the message is for users. */
public final class BadDeploymentException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BadDeploymentException(String message) {
    super(message);
  }
}
