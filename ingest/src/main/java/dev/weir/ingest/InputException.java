package dev.weir.ingest;

/** An input that cannot be read on: a missing file or column, a damaged gzip. For users to read. */
public final class InputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InputException(String message) {
    super(message);
  }
}
