package dev.weir.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Writes excerpts to the end of a segment. Owned by the log's thread, except {@link #force}. Each
 * excerpt is a 4-byte header of Chronicle Queue, then the batch; excerpts begin at multiples of 4.
 */
interface SegmentWriter {

  /**
   * Makes sure that an excerpt of this length, and a seal after it, can be written without asking
   * the disk for space.
   *
   * @return false: the disk is full
   */
  boolean reserve(int length) throws IOException;

  /** Writes one excerpt: the first bytes of this buffer. There must be a reserve for it. */
  void append(ByteBuffer batch, int length) throws IOException;

  /** Bytes used. */
  long size();

  /** Brings what was appended to disk. Any thread. */
  void force() throws IOException;

  /** Ends writing; the file is cut to what was used. Does not bring anything to disk. */
  void close() throws IOException;
}
