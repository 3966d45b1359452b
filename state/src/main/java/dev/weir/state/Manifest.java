package dev.weir.state;

import dev.weir.state.Checkpoint.Part;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The bytes of a manifest, version 1, little endian.
 *
 * <pre>
 *   0  int32  "WSTM"
 *   4  int32  version
 *   8  int64  generation
 *  16  int64  position
 *  24  int32  number of parts
 *   .  for each part: int32 length of its name, the name in UTF-8; int64 chunks, bytes, hash
 *   .  int32  CRC32C of all before
 * </pre>
 */
final class Manifest {
  private static final int MAGIC = 'W' | 'S' << 8 | 'T' << 16 | 'M' << 24;
  private static final int VERSION = 1;
  private static final int PARTS_MAX = 1024;

  private Manifest() {}

  static byte[] write(Checkpoint checkpoint) {
    int size = 32;
    for (Part part : checkpoint.parts()) {
      size += 28 + part.name().getBytes(StandardCharsets.UTF_8).length;
    }
    ByteBuffer to = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    to.putInt(MAGIC).putInt(VERSION);
    to.putLong(checkpoint.generation()).putLong(checkpoint.position());
    to.putInt(checkpoint.parts().size());
    for (Part part : checkpoint.parts()) {
      byte[] name = part.name().getBytes(StandardCharsets.UTF_8);
      to.putInt(name.length).put(name);
      to.putLong(part.chunks()).putLong(part.bytes()).putLong(part.hash());
    }
    to.putInt(crc(to.array(), to.position()));
    return to.array();
  }

  /** Reads a manifest; empty if it is damaged or of another version. */
  static Optional<Checkpoint> read(byte[] bytes) {
    ByteBuffer from = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length < 32
        || from.getInt(bytes.length - Integer.BYTES) != crc(bytes, bytes.length - Integer.BYTES)
        || from.getInt() != MAGIC
        || from.getInt() != VERSION) {
      return Optional.empty();
    }
    long generation = from.getLong();
    long position = from.getLong();
    int count = from.getInt();
    if (count < 0 || count > PARTS_MAX) {
      return Optional.empty();
    }
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] name = new byte[from.getInt()];
      from.get(name);
      parts.add(
          new Part(
              new String(name, StandardCharsets.UTF_8),
              from.getLong(),
              from.getLong(),
              from.getLong()));
    }
    return Optional.of(new Checkpoint(generation, position, parts));
  }

  private static int crc(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
