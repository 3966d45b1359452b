package dev.weir.ingest;

import dev.weir.event.EventEncoder;
import dev.weir.event.EventReader;
import dev.weir.event.EventType;
import dev.weir.event.RecordLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Files of one event type, CSV or JSON Lines, plain or gzip (told by content), read row by row. A
 * file is JSON Lines if its name ends in {@code .jsonl .ndjson .json} (before {@code .gz}) or its
 * first byte is an opening brace. A row that cannot be decoded goes to the dead letters; a file
 * that cannot be read on is an {@link InputException}. Allocates nothing a row after warm-up. Owned
 * by one thread.
 */
public final class FileSource implements RecordSource {
  /**
   * Bytes of the longest row: whatever the row, its record fits {@link
   * RecordLayout#RECORD_BYTES_MAX}, since a value takes at most 32 bytes more than its text.
   */
  public static final int ROW_BYTES_MAX =
      RecordLayout.RECORD_BYTES_MAX - 1024 - 32 * EventType.FIELDS_MAX;

  /** The file's number stands above the bytes before the row, unpacked. */
  private static final int PLACE_BITS = 44;

  private static final String TOO_LONG = "a row of more than " + ROW_BYTES_MAX + " bytes";

  private final EventType type;
  private final List<Path> files;
  private final DeadLetters deadLetters;
  private final long bytesTotal;
  private final UnsafeBuffer record = new UnsafeBuffer(new byte[RecordLayout.RECORD_BYTES_MAX]);
  private final EventEncoder encoder = new EventEncoder();
  private final EventReader reader = new EventReader();
  private final RowReader rows = new RowReader(ROW_BYTES_MAX);
  private final JsonRow jsonRow;
  private final CsvRow csvRow;

  private int fileIndex = -1;
  private @Nullable GzipOrPlain open;
  private boolean isJson;
  private long bytesOfClosedFiles;
  private long rejected;
  private int length;
  private long skippedBytes; // of the open file, whose lines have not been counted
  private long skippedLines;

  /** Looks at the sizes of the files; the first is opened by {@link #next}. */
  public FileSource(EventType type, List<Path> files, DeadLetters deadLetters) {
    this.type = type;
    this.files = List.copyOf(files);
    this.deadLetters = deadLetters;
    ValueText values = new ValueText(encoder);
    this.jsonRow = new JsonRow(type, values);
    this.csvRow = new CsvRow(type, values);
    long total = 0;
    for (Path file : files) {
      total += size(file);
    }
    this.bytesTotal = total;
  }

  /** Bytes of a file; an {@link InputException} if it cannot be read at all. */
  public static long size(Path file) {
    try {
      if (Files.isDirectory(file) || !Files.isReadable(file)) {
        throw new IOException("not readable");
      }
      return Files.size(file);
    } catch (IOException e) {
      throw InputException.unreadable("cannot read " + file + ": " + GzipOrPlain.cause(file, e));
    }
  }

  @Override
  public EventType type() {
    return type;
  }

  @Override
  public boolean next() {
    while (true) {
      if (open == null && !openNext()) {
        return false;
      }
      if (!nextRow()) {
        closeFile();
        continue;
      }
      if (rows.length() == 0) {
        continue; // an empty line
      }
      if (decode()) {
        return true;
      }
    }
  }

  /** Decodes the row at hand; false after putting it to the dead letters. */
  private boolean decode() {
    String reason = TOO_LONG;
    if (!rows.isTooLong()) {
      encoder.wrap(record, 0, type);
      reason =
          isJson
              ? jsonRow.decode(rows.bytes(), rows.start(), rows.length())
              : csvRow.decode(rows.bytes(), rows.start(), rows.length());
      if (reason.isEmpty()) {
        length = encoder.finish();
        reader.wrap(record, 0);
        return true;
      }
    }
    if (!isJson && (rows.isTooLong() || csvRow.isBroken())) {
      rows.keepFirstLine();
    }
    rejected++;
    byte[] raw = Arrays.copyOfRange(rows.bytes(), rows.start(), rows.start() + rows.length());
    deadLetters.reject(
        type.name(), files.get(fileIndex).toString(), line(), raw, raw.length, reason);
    return false;
  }

  /** Line of the row at hand; after a seek the lines before are counted once, when needed. */
  private long line() {
    if (skippedBytes > 0) {
      try (GzipOrPlain bytes = GzipOrPlain.open(files.get(fileIndex))) {
        byte[] part = new byte[1 << 16];
        for (long left = skippedBytes; left > 0; ) {
          int count = bytes.read(part, 0, (int) Math.min(left, part.length));
          for (int i = 0; i < count; i++) {
            skippedLines += part[i] == '\n' ? 1 : 0;
          }
          left = count <= 0 ? 0 : left - count;
        }
      } catch (IOException e) {
        throw failure(e);
      }
      skippedBytes = 0;
    }
    return skippedLines + rows.line();
  }

  @Override
  public long place() {
    return (long) fileIndex << PLACE_BITS | rows.offset();
  }

  @Override
  public boolean seek(long place) {
    int file = (int) (place >>> PLACE_BITS);
    long offset = place & (1L << PLACE_BITS) - 1;
    if (file >= files.size()) {
      return false;
    }
    closeFile();
    bytesOfClosedFiles = 0;
    for (int before = 0; before < file; before++) {
      bytesOfClosedFiles += size(files.get(before));
    }
    fileIndex = file - 1;
    boolean isThere;
    try {
      isThere = openNext() && rows.skipTo(offset);
    } catch (IOException e) {
      throw failure(e);
    }
    if (!isThere) {
      return false;
    }
    skippedBytes = offset;
    return nextRow() && rows.length() > 0 && decode();
  }

  @Override
  public MutableDirectBuffer buffer() {
    return record;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public long timeNs() {
    return reader.timeNs();
  }

  @Override
  public long rejected() {
    return rejected;
  }

  @Override
  public long bytesRead() {
    return bytesOfClosedFiles + (open == null ? 0 : open.count());
  }

  @Override
  public long bytesTotal() {
    return bytesTotal;
  }

  @Override
  public void close() {
    closeFile();
    fileIndex = files.size();
  }

  private boolean openNext() {
    if (fileIndex + 1 >= files.size()) {
      return false;
    }
    Path file = files.get(++fileIndex);
    skippedBytes = 0;
    skippedLines = 0;
    GzipOrPlain bytes = GzipOrPlain.open(file);
    open = bytes;
    try {
      rows.open(bytes);
    } catch (IOException e) {
      throw failure(e);
    }
    Path fileName = file.getFileName();
    String name = fileName == null ? "" : fileName.toString().replaceFirst("[.]gz$", "");
    isJson =
        name.endsWith(".jsonl")
            || name.endsWith(".ndjson")
            || name.endsWith(".json")
            || rows.firstByte() == '{';
    rows.quotes(!isJson);
    if (!isJson) {
      if (!nextRow()) {
        throw new InputException(file + " is empty: a header line is needed");
      }
      csvRow.header(file.toString(), rows.bytes(), rows.start(), rows.length());
    }
    return true;
  }

  private boolean nextRow() {
    try {
      return rows.next();
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private InputException failure(IOException e) {
    Path file = files.get(fileIndex);
    return InputException.unreadable("cannot read " + file + ": " + GzipOrPlain.cause(file, e));
  }

  private void closeFile() {
    GzipOrPlain bytes = open;
    if (bytes == null) {
      return;
    }
    open = null;
    bytesOfClosedFiles += bytes.count();
    try {
      bytes.close();
    } catch (IOException e) {
      throw failure(e);
    }
  }
}
