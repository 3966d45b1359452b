package dev.weir;

import dev.weir.engine.ChunkSink;
import java.io.OutputStream;
import org.agrona.concurrent.UnsafeBuffer;

/** Cuts a stream of bytes into chunks. Owned by one thread. */
final class ChunkOutput extends OutputStream {
  private static final int CHUNK_BYTES = 64 * 1024;

  private final ChunkSink sink;
  private final byte[] bytes = new byte[CHUNK_BYTES];
  private final UnsafeBuffer chunk = new UnsafeBuffer(bytes);
  private int length;

  ChunkOutput(ChunkSink sink) {
    this.sink = sink;
  }

  @Override
  public void write(int value) {
    if (length == CHUNK_BYTES) {
      give();
    }
    bytes[length++] = (byte) value;
  }

  @Override
  public void write(byte[] from, int offset, int count) {
    for (int done = 0; done < count; ) {
      if (length == CHUNK_BYTES) {
        give();
      }
      int size = Math.min(count - done, CHUNK_BYTES - length);
      System.arraycopy(from, offset + done, bytes, length, size);
      length += size;
      done += size;
    }
  }

  private void give() {
    sink.onChunk(chunk, 0, length);
    length = 0;
  }

  /** Gives the last chunk. */
  @Override
  public void close() {
    if (length > 0) {
      give();
    }
  }
}
