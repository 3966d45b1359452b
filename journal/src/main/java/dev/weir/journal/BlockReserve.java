package dev.weir.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.Locale;

/**
 * Gives a file real blocks ahead of a writer that writes through a memory map: touching a mapped
 * page for which the disk has no block ends the process, writing a zero beforehand fails with an
 * error that can be told. Owned by the writer's thread.
 */
final class BlockReserve {
  static final int CHUNK_BYTES = 1024 * 1024;
  private static final int ZEROS_BYTES = 64 * 1024;

  private final ByteBuffer zeros = ByteBuffer.allocateDirect(ZEROS_BYTES).asReadOnlyBuffer();
  private final SteadyFile file;
  private final int chunkBytes;
  private long reserved;

  /** Reserves in chunks of this many bytes, a multiple of 64 KiB. */
  BlockReserve(SteadyFile file, int chunkBytes) {
    this.file = file;
    this.chunkBytes = chunkBytes;
  }

  /** Has blocks up to this offset, and some more; false when the disk is full. */
  boolean upTo(long offset) throws IOException {
    while (reserved < offset) {
      long end = reserved + chunkBytes;
      while (reserved < end) {
        zeros.clear();
        try {
          file.write(zeros, reserved);
        } catch (IOException e) {
          if (isDiskFull(e, file)) {
            // what was written stands; enough may be free for what is asked
            reserved += zeros.position();
            return reserved >= offset;
          }
          throw e;
        }
        reserved += ZEROS_BYTES;
      }
    }
    return true;
  }

  private static boolean isDiskFull(IOException e, SteadyFile file) throws IOException {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("no space left")
        || message.contains("quota")
        || Files.getFileStore(file.path()).getUsableSpace() < CHUNK_BYTES;
  }
}
