package dev.weir.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes sections of state and cuts them into chunks. {@link #begin}, then values, then {@link
 * #end}; a chunk goes to the sink as soon as it is full. Allocates nothing. Owned by one thread.
 */
final class ChunkWriter {
  private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

  private final long fingerprint;
  private final ByteBuffer bytes = ByteBuffer.allocateDirect(ChunkLayout.CHUNK_BYTES_MAX);
  private final UnsafeBuffer chunk = new UnsafeBuffer(bytes);
  private final CRC32C crc = new CRC32C();
  private ChunkSink sink = (buffer, offset, length) -> {};
  private int part;
  private int at;

  ChunkWriter(long fingerprint) {
    this.fingerprint = fingerprint;
  }

  /** Chunks go there from now on; no section is open. */
  void to(ChunkSink chunks) {
    sink = chunks;
  }

  /** Begins a section; the one before was ended. */
  void begin(int kind, int group, int area, long number) {
    chunk.putInt(0, ChunkLayout.MAGIC, LE);
    chunk.putShort(ChunkLayout.VERSION_OFFSET, (short) ChunkLayout.VERSION, LE);
    chunk.putByte(ChunkLayout.KIND_OFFSET, (byte) kind);
    chunk.putLong(ChunkLayout.PROGRAM_OFFSET, fingerprint, LE);
    chunk.putInt(ChunkLayout.GROUP_OFFSET, group, LE);
    chunk.putInt(ChunkLayout.AREA_OFFSET, area, LE);
    chunk.putLong(ChunkLayout.NUMBER_OFFSET, number, LE);
    part = 0;
    at = ChunkLayout.CONTENT_OFFSET;
  }

  /** Ends the section. */
  void end() {
    give(true);
  }

  /** Whether more than half of the section's first chunk is written. */
  boolean isHalfFull() {
    return part > 0 || at > ChunkLayout.CHUNK_BYTES_MAX / 2;
  }

  void putByte(int value) {
    room(1);
    chunk.putByte(at++, (byte) value);
  }

  void putInt(int value) {
    if (ChunkLayout.CHUNK_BYTES_MAX - at < Integer.BYTES) {
      for (int i = 0; i < Integer.BYTES; i++) {
        putByte(value >>> 8 * i);
      }
      return;
    }
    chunk.putInt(at, value, LE);
    at += Integer.BYTES;
  }

  void putLong(long value) {
    if (ChunkLayout.CHUNK_BYTES_MAX - at < Long.BYTES) {
      putInt((int) value);
      putInt((int) (value >>> 32));
      return;
    }
    chunk.putLong(at, value, LE);
    at += Long.BYTES;
  }

  /** A list of numbers. */
  void putLongs(long[] values) {
    putInt(values.length);
    for (long value : values) {
      putLong(value);
    }
  }

  /** A length and that many bytes. */
  void putText(DirectBuffer from, int offset, int length) {
    putInt(length);
    for (int done = 0; done < length; ) {
      room(1);
      int size = Math.min(length - done, ChunkLayout.CHUNK_BYTES_MAX - at);
      chunk.putBytes(at, from, offset + done, size);
      at += size;
      done += size;
    }
  }

  private void room(int size) {
    if (at + size > ChunkLayout.CHUNK_BYTES_MAX) {
      give(false);
    }
  }

  private void give(boolean isLast) {
    int length = at - ChunkLayout.CONTENT_OFFSET;
    chunk.putByte(ChunkLayout.LAST_OFFSET, (byte) (isLast ? 1 : 0));
    chunk.putInt(ChunkLayout.PART_OFFSET, part++, LE);
    chunk.putInt(ChunkLayout.LENGTH_OFFSET, length, LE);
    chunk.putInt(ChunkLayout.CRC_OFFSET, ChunkLayout.crc(crc, bytes, length), LE);
    sink.onChunk(chunk, 0, at);
    at = ChunkLayout.CONTENT_OFFSET;
  }
}
