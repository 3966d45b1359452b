package dev.weir.engine;

import org.agrona.DirectBuffer;

/** Takes chunks of live state, in the order in which they are to be given back. */
@FunctionalInterface
public interface ChunkSink {
  /** The bytes may be read during the call only. */
  void onChunk(DirectBuffer buffer, int offset, int length);
}
