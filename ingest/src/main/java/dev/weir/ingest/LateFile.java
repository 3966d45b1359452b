package dev.weir.ingest;

import dev.weir.event.EventType;
import dev.weir.event.RecordLayout;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Late records of types that say {@code to side}, as JSON Lines {@code position type event}. The
 * file is a fold of the journal like alerts are: what stands there already is not written again,
 * and a line that a crash cut off is. Made with the first late record. Owned by one thread.
 */
public final class LateFile implements AutoCloseable {
  private static final String START = "{\"position\":\"";

  private final Path path;
  private final List<EventType> types;
  private final RecordJson json = new RecordJson();
  private @Nullable RandomAccessFile out;
  private long lastPosition = -1;

  /** Looks at what stands in the file, if it is there. */
  public LateFile(Path path, List<EventType> types) {
    this.path = path;
    this.types = List.copyOf(types);
    try {
      if (java.nio.file.Files.exists(path)) {
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
        out = file;
        goBehindLastLine(file);
      }
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  private void goBehindLastLine(RandomAccessFile file) throws IOException {
    long end = lineEnd(file, file.length());
    long start = lineEnd(file, end - 1);
    if (end > 0) {
      byte[] line = new byte[(int) Math.min(end - start, 64)];
      file.seek(start);
      file.readFully(line);
      String text = new String(line, StandardCharsets.US_ASCII);
      int close = text.indexOf('"', START.length());
      if (!text.startsWith(START) || close < 0) {
        throw new IOException("it is no file of late records");
      }
      lastPosition = Long.parseLong(text.substring(START.length(), close));
    }
    file.setLength(end);
    file.seek(end);
  }

  /** Offset behind the last line feed before this one, or 0. */
  private static long lineEnd(RandomAccessFile file, long before) throws IOException {
    byte[] part = new byte[4096];
    for (long end = before; end > 0; ) {
      int size = (int) Math.min(end, part.length);
      file.seek(end - size);
      file.readFully(part, 0, size);
      for (int i = size - 1; i >= 0; i--) {
        if (part[i] == '\n') {
          return end - size + i + 1;
        }
      }
      end -= size;
    }
    return 0;
  }

  /** A late record of the journal, in order of position. */
  public void add(DirectBuffer buffer, int offset) {
    long position = RecordLayout.position(buffer, offset);
    int id = buffer.getShort(offset + RecordLayout.TYPE_ID_OFFSET, ByteOrder.LITTLE_ENDIAN);
    EventType type = types.get(id & 0xffff);
    if (position <= lastPosition || type.dropLate()) {
      return;
    }
    StringBuilder line =
        new StringBuilder(256).append(START).append(position).append("\",\"type\":");
    DeadLetterFile.quoted(line, type.name());
    line.append(",\"event\":").append(json.write(type, buffer, offset)).append("}\n");
    try {
      RandomAccessFile file = out;
      if (file == null) {
        file = new RandomAccessFile(path.toFile(), "rw");
        out = file;
      }
      file.write(line.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw cannotWrite(e);
    }
    lastPosition = position;
  }

  private UncheckedIOException cannotWrite(IOException e) {
    return new UncheckedIOException(
        "cannot write late records to " + path + ": " + e.getMessage(), e);
  }

  @Override
  public void close() {
    try {
      RandomAccessFile file = out;
      if (file != null) {
        file.close();
      }
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }
}
