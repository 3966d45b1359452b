package dev.weir.state;

/** A checkpoint that is damaged; another one, or the whole journal, takes its place. */
public final class BadCheckpointException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BadCheckpointException(String message) {
    super(message);
  }
}
