package dev.weir.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The bytes of a segment, for reading. Safe for many threads. */
interface SegmentFile extends AutoCloseable {

  /**
   * Reads at this offset until the buffer is full or the segment ends, as far as it is now.
   *
   * @return bytes read, 0 at or beyond the end
   */
  int read(ByteBuffer into, long offset) throws IOException;

  /** Bytes now; a segment that is being written may be larger than what was written to it. */
  long size() throws IOException;

  /** For messages. */
  String name();

  @Override
  void close();
}
