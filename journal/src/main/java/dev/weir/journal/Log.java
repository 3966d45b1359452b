package dev.weir.journal;

/**
 * An append-only log of records with dense positions 0, 1, 2 …, in batches that are checked when
 * they are read. The owner's thread appends, rolls and closes. {@link #nextPosition}, {@link
 * #durablePosition}, {@link #firstPosition}, {@link #reader}, {@link #hold}, {@link #retain} and
 * {@link #sync} may be called from any thread.
 *
 * <p>A failed write or a failed flush to disk is final: what the operating system then still holds
 * is not known, so every further call throws {@link LogFailedException} until the log has been
 * opened again. A full disk is not a failure.
 */
public interface Log extends AutoCloseable {

  /** What became of a batch. */
  enum Appended {
    /** It stands in the log. Whether it survives: {@link Log#durablePosition}. */
    YES,

    /**
     * Paused: the disk is full. Nothing of the batch is visible or will be; the same call may be
     * made again, and succeeds once there is room.
     */
    DISK_FULL
  }

  /**
   * Appends a batch of at least one record; its records get the positions from {@link
   * #nextPosition} on. With {@link Durability#sync} it returns when the batch is on disk. Allocates
   * nothing, except where a new segment begins.
   *
   * @param watermarkNs stream watermark after the batch, not less than the one before
   * @param nowNs wall clock in nanoseconds since the epoch; a step back is levelled out
   */
  Appended append(BatchBuffer batch, long watermarkNs, long nowNs);

  /** The position that the next record gets. */
  long nextPosition();

  /** The oldest position that is still kept; equal to {@link #nextPosition} in an empty log. */
  long firstPosition();

  /**
   * Every position below it survives what the {@linkplain Durability durability} names: with {@code
   * process} what is appended, else what is on disk. Answers wait for it.
   */
  long durablePosition();

  /** Brings everything that was appended before the call to disk, in every mode. Milliseconds. */
  void sync();

  /** Calls {@link #sync} where the group interval has passed and something waits for it. */
  boolean syncIfDue(long nowNs);

  /**
   * A reader whose first batch is the one that holds this position.
   *
   * @throws IllegalArgumentException if the position is below {@link #firstPosition} or above
   *     {@link #nextPosition}
   */
  LogReader reader(long position);

  /**
   * The first position of the first batch after which stream time is at least this; {@link
   * #nextPosition} where there is none. Logarithmic in the size of a segment.
   */
  long positionAtTime(long streamTimeNs);

  /**
   * Reads the preamble of the segment that holds this position, for a fold that begins in it.
   *
   * @return the first position of that segment: where such a fold begins
   */
  long readPreamble(long position, RecordHandler handler);

  /** Keeps this position and all after it from {@link #retain}, until released. */
  Hold hold(String name, long position);

  /**
   * Deletes the oldest segments that exceed the retention and that no hold needs. The last segment
   * is never deleted. Readers that stand in a deleted segment go on.
   */
  Retained retain(Retention retention, long nowNs);

  /** Bytes on disk. Lists the segments. */
  long sizeBytes();

  /** How long flushes to disk took, in every mode, since it was opened. Any thread. */
  default Durations flushTimes() {
    return new Durations();
  }

  /** What was found and done when the log was opened. */
  Opening opening();

  /** Brings everything to disk and closes in order. */
  @Override
  void close();

  /** A named place that is still needed. Safe for many threads. */
  interface Hold extends AutoCloseable {
    String name();

    long position();

    /** Moves on; never back. */
    void moveTo(long position);

    /** Lets go. */
    @Override
    void close();
  }

  /**
   * What retention did.
   *
   * @param segments number of deleted segments
   * @param bytes freed
   * @param firstPosition now the oldest
   * @param heldBy name of the hold that kept more from being deleted, or empty
   */
  record Retained(int segments, long bytes, long firstPosition, String heldBy) {}

  /**
   * How the log was found.
   *
   * @param wasClosed it had been closed in order, or was new
   * @param cut what was taken off the end, in words; empty if nothing
   * @param readableCut records that could be read but stood behind an unreadable one, none of them
   *     acknowledged; they are gone
   */
  record Opening(boolean wasClosed, String cut, long readableCut) {}
}
