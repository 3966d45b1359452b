package dev.weir;

/** A data folder that does not fit the run; the message is for users. */
public final class DataFolderException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DataFolderException(String message) {
    super(message);
  }
}
