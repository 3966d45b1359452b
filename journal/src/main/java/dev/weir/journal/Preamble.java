package dev.weir.journal;

/**
 * Writes what a fold must know that begins at a segment: rule sets, lists, parameters, watermarks,
 * offsets of sources. Called on the log's thread when a segment begins, before its first batch; it
 * must tell the state at exactly that position.
 */
@FunctionalInterface
public interface Preamble {
  /** A log whose segments need none. */
  Preamble NONE = (part, batch) -> false;

  /**
   * Adds the records of one part to an empty batch.
   *
   * @param part 0, 1, 2 … until false was returned
   * @return whether there is one more part
   */
  boolean write(int part, BatchBuffer batch);
}
