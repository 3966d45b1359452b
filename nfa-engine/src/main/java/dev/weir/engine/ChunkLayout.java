package dev.weir.engine;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * A chunk of live state, version 1, little endian, at most {@value #CHUNK_BYTES_MAX} bytes. What
 * belongs together, such as the state of one key, is a section; one that is larger is cut into
 * several chunks, its parts, at any byte.
 *
 * <pre>
 *   0  int32   "WSTC"
 *   4  uint16  version
 *   6  uint8   kind of section
 *   7  uint8   1: the last part of its section
 *   8  int64   fingerprint of the program
 *  16  int32   key group; -1 where the section is of no key
 *  20  int32   key space or feed
 *  24  int64   which one: of a key its hash, else the place among sections of this kind
 *  32  int32   part, from 0
 *  36  int32   bytes of the content
 *  40  int32   CRC32C of all bytes before and of the content
 *  44          content
 * </pre>
 *
 * Content by kind; a text is an int32 length and its bytes, a list an int32 number of elements and
 * these.
 *
 * <pre>
 *  ENGINE  int64 position of the last record; int64 watermark; int64 place in stream order; int64 time of the features; int32 first
 *          key group owned; counters, a list of int64 each: events without key by key expression,
 *          alerts by rule, matches not picked by rule
 *  HELD    list of records that wait for the watermark, as RecordLayout has them
 *  KEY     text: the key; then blocks, each begun by a byte: 1 a match rule, 2 a when rule that
 *          holds, 3 a feed without window; 0 ends them
 *  LOG     entries of a windowed feed, each begun by a byte 1, 0 ends them
 * </pre>
 *
 * See {@link MatchState} and {@link FeatureState} for blocks and entries.
 */
final class ChunkLayout {
  static final int CHUNK_BYTES_MAX = 64 * 1024;
  static final int MAGIC = 'W' | 'S' << 8 | 'T' << 16 | 'C' << 24;
  static final int VERSION = 1;

  static final int ENGINE = 1;
  static final int HELD = 2;
  static final int KEY = 3;
  static final int LOG = 4;

  static final int VERSION_OFFSET = 4;
  static final int KIND_OFFSET = 6;
  static final int LAST_OFFSET = 7;
  static final int PROGRAM_OFFSET = 8;
  static final int GROUP_OFFSET = 16;
  static final int AREA_OFFSET = 20;
  static final int NUMBER_OFFSET = 24;
  static final int PART_OFFSET = 32;
  static final int LENGTH_OFFSET = 36;
  static final int CRC_OFFSET = 40;
  static final int CONTENT_OFFSET = 44;

  static final int NO_GROUP = -1;

  private ChunkLayout() {}

  /** Checksum of the chunk that starts at 0; moves position and limit of the buffer. */
  static int crc(CRC32C crc, ByteBuffer chunk, int contentLength) {
    crc.reset();
    chunk.limit(CRC_OFFSET).position(0);
    crc.update(chunk);
    chunk.limit(CONTENT_OFFSET + contentLength).position(CONTENT_OFFSET);
    crc.update(chunk);
    return (int) crc.getValue();
  }
}
