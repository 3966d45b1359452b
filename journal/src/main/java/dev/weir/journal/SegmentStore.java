package dev.weir.journal;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where segments live: a folder of Chronicle Queues, or a simulated disk. Exclusive to its owner
 * from {@link #lock} on. Segments are named by their first position.
 */
interface SegmentStore extends AutoCloseable {

  /** Takes the exclusive lock. */
  void lock() throws IOException;

  /** First positions of the segments, ascending. */
  List<Long> segments() throws IOException;

  SegmentFile open(long firstPosition) throws IOException;

  /**
   * Begins a segment; null, and nothing is left of it, when the disk is full. On return the name is
   * on disk.
   */
  @Nullable SegmentWriter create(long firstPosition, long nowNs) throws IOException;

  /** Writes the header of an excerpt, of which only that is missing, in a segment nobody writes. */
  void writeHeader(long firstPosition, long offset, int header) throws IOException;

  /**
   * Cuts a segment that nobody writes and brings it to disk; only then ends it with this excerpt,
   * which says that all before it is on disk, and brings that to disk too.
   */
  void finish(long firstPosition, long size, byte[] excerpt) throws IOException;

  /** Brings a segment that nobody writes to disk. */
  void force(long firstPosition) throws IOException;

  void delete(long firstPosition) throws IOException;

  /** The identity, or null where there is none. */
  byte @Nullable [] readIdentity() throws IOException;

  /** Replaces the identity: on disk all of it, or none. */
  void writeIdentity(byte[] content) throws IOException;

  /** Names the run of the machine since it was last started; empty where that is not known. */
  String bootId();

  /** A random number for a new log. */
  long newLogId();

  /** The place, for messages. */
  String name();

  /** Lets the lock go. */
  @Override
  void close() throws IOException;
}
