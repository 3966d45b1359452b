package dev.weir.ingest;

/** Takes rows that could not be decoded. */
public interface DeadLetters {
  /**
   * One bad row. The bytes are valid during the call only.
   *
   * @param type name of the event type that it should have been
   * @param line line in the file, from 1
   */
  void reject(String type, String file, long line, byte[] raw, int length, String reason);
}
