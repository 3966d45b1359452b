package dev.weir.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableDirectByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Checks chunks, puts the parts of a section together, and reads its values. Owned by one thread.
 */
final class SectionReader {
  private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

  private final long fingerprint;
  private final ByteBuffer bytes = ByteBuffer.allocateDirect(ChunkLayout.CHUNK_BYTES_MAX);
  private final UnsafeBuffer chunk = new UnsafeBuffer(bytes);
  private final CRC32C crc = new CRC32C();
  private final ExpandableDirectByteBuffer content =
      new ExpandableDirectByteBuffer(ChunkLayout.CHUNK_BYTES_MAX);

  private int kind;
  private int group;
  private int area;
  private long number;
  private int parts;
  private boolean isWhole = true;
  private int length;
  private int at;

  SectionReader(long fingerprint) {
    this.fingerprint = fingerprint;
  }

  /**
   * Takes the next chunk.
   *
   * @return whether its section is whole and can be read
   * @throws BadChunkException if it is damaged or not the one that comes next
   */
  boolean add(DirectBuffer buffer, int offset, int size) {
    if (size < ChunkLayout.CONTENT_OFFSET || size > ChunkLayout.CHUNK_BYTES_MAX) {
      throw bad("its length is wrong: bytes=" + size);
    }
    chunk.putBytes(0, buffer, offset, size);
    if (chunk.getInt(0, LE) != ChunkLayout.MAGIC) {
      throw bad("it does not begin as one");
    }
    int version = chunk.getShort(ChunkLayout.VERSION_OFFSET, LE) & 0xffff;
    if (version != ChunkLayout.VERSION) {
      throw bad("another version of Weir wrote it: version=" + version);
    }
    int contentLength = chunk.getInt(ChunkLayout.LENGTH_OFFSET, LE);
    if (contentLength != size - ChunkLayout.CONTENT_OFFSET) {
      throw bad("its length is wrong: bytes=" + size + ", content=" + contentLength);
    }
    if (ChunkLayout.crc(crc, bytes, contentLength) != chunk.getInt(ChunkLayout.CRC_OFFSET, LE)) {
      throw bad("its checksum is wrong");
    }
    if (chunk.getLong(ChunkLayout.PROGRAM_OFFSET, LE) != fingerprint) {
      throw bad("it is of other rules");
    }
    int part = chunk.getInt(ChunkLayout.PART_OFFSET, LE);
    if (isWhole ? part != 0 : part != parts || !continues()) {
      throw bad("a part is missing: part=" + part + ", expected=" + (isWhole ? 0 : parts));
    }
    if (isWhole) {
      kind = chunk.getByte(ChunkLayout.KIND_OFFSET);
      group = chunk.getInt(ChunkLayout.GROUP_OFFSET, LE);
      area = chunk.getInt(ChunkLayout.AREA_OFFSET, LE);
      number = chunk.getLong(ChunkLayout.NUMBER_OFFSET, LE);
      parts = 0;
      length = 0;
    }
    content.putBytes(length, chunk, ChunkLayout.CONTENT_OFFSET, contentLength);
    length += contentLength;
    parts++;
    at = 0;
    isWhole = chunk.getByte(ChunkLayout.LAST_OFFSET) != 0;
    return isWhole;
  }

  private boolean continues() {
    return chunk.getByte(ChunkLayout.KIND_OFFSET) == kind
        && chunk.getInt(ChunkLayout.AREA_OFFSET, LE) == area
        && chunk.getLong(ChunkLayout.NUMBER_OFFSET, LE) == number;
  }

  static BadChunkException bad(String why) {
    return new BadChunkException("a chunk of state cannot be read: " + why);
  }

  /** Whether no section is left without its last part. */
  boolean isWhole() {
    return isWhole;
  }

  int kind() {
    return kind;
  }

  int group() {
    return group;
  }

  int area() {
    return area;
  }

  /** Reads these bytes next, which stood in a section before. */
  void read(byte[] kept) {
    content.putBytes(0, kept);
    length = kept.length;
    at = 0;
  }

  void skipAll() {
    at = length;
  }

  boolean isAtEnd() {
    return at == length;
  }

  int getByte() {
    return content.getByte(skip(1)) & 0xff;
  }

  int getInt() {
    return content.getInt(skip(Integer.BYTES), LE);
  }

  long getLong() {
    return content.getLong(skip(Long.BYTES), LE);
  }

  /** Adds a list of numbers to those of the array, which must be as long. */
  void addLongs(long[] to, boolean counts) {
    int size = getInt();
    if (size != to.length) {
      throw bad("a list is too short or too long: length=" + size + ", expected=" + to.length);
    }
    for (int i = 0; i < size; i++) {
      long value = getLong();
      to[i] += counts ? value : 0;
    }
  }

  /** Length of the text that begins here; its bytes are at {@link #skip}. */
  int getLength() {
    int size = getInt();
    if (size < 0 || size > length - at) {
      throw bad("a text goes beyond its end: length=" + size);
    }
    return size;
  }

  /** Where the next value is read. */
  int at() {
    return at;
  }

  /** Goes back or on to where the reader has been. */
  void at(int place) {
    at = place;
  }

  /** Passes over these bytes; returns where they begin in {@link #content}. */
  int skip(int size) {
    int from = at;
    if (size < 0 || size > length - from) {
      throw bad("it ends too early");
    }
    at += size;
    return from;
  }

  DirectBuffer content() {
    return content;
  }
}
