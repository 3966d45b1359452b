package dev.weir.journal;

/**
 * Reads a log batch by batch, each checked. Owned by one thread, which may be another than the
 * log's. Allocates nothing per batch.
 */
public interface LogReader extends AutoCloseable {

  /**
   * Moves to the next batch of records, or gap; false where the log ends for now.
   *
   * @throws CorruptLogException if a batch that must be there cannot be read; the reader stays
   *     where it was
   */
  boolean next();

  /** The batch that {@link #next} moved to. */
  BatchView batch();

  /** The position that the next batch begins with. */
  long position();

  @Override
  void close();
}
