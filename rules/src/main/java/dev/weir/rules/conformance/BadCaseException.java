package dev.weir.rules.conformance;

/** A case that is not in the form that is expected. */
public final class BadCaseException extends RuntimeException {
  private static final long serialVersionUID = 1;

  BadCaseException(String message) {
    super(message);
  }
}
