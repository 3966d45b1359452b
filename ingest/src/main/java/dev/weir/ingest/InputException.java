package dev.weir.ingest;

/**
 * An input that cannot be read on: a file that is not there, a column that is missing, a damaged
 * gzip. The message is for users.
 */
public final class InputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean isUnreadable;

  /** What was read is not what it should be. */
  public InputException(String message) {
    this(message, false);
  }

  private InputException(String message, boolean isUnreadable) {
    super(message);
    this.isUnreadable = isUnreadable;
  }

  /** Nothing can be read: no such file, no permission, a failing disk. */
  static InputException unreadable(String message) {
    return new InputException(message, true);
  }

  /** True if the system would not read, false if what it read is wrong. */
  public boolean isUnreadable() {
    return isUnreadable;
  }
}
