package dev.weir.ingest;

import dev.weir.event.EventEncoder;
import dev.weir.event.EventReader;
import dev.weir.event.EventType;
import dev.weir.event.RecordLayout;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Files of one event type, CSV or JSON Lines, plain or gzip (told by content), read row by row. A
 * row that cannot be decoded goes to the dead letters; a file that cannot be read on is an {@link
 * InputException}. Allocates nothing a row after warm-up. Owned by one thread.
 */
public final class FileSource implements RecordSource {
  /** Bytes of the longest row. */
  public static final int ROW_BYTES_MAX = 1024 * 1024;

  private static final int READ_BYTES = 1 << 16;

  private final EventType type;
  private final List<Path> files;
  private final DeadLetters deadLetters;
  private final long bytesTotal;
  private final UnsafeBuffer record = new UnsafeBuffer(new byte[2 * RecordLayout.RECORD_BYTES_MAX]);
  private final EventEncoder encoder = new EventEncoder();
  private final EventReader reader = new EventReader();
  private final ValueText values = new ValueText(encoder);
  private final JsonRow jsonRow;

  private int fileIndex = -1;
  private CountingInputStream counted = new CountingInputStream(InputStream.nullInputStream());
  private InputStream in = counted;
  private boolean isOpen;
  private boolean isJson;
  private long bytesOfClosedFiles;
  private long rejected;
  private int length;

  // bytes read and not used yet
  private final byte[] chunk = new byte[READ_BYTES];
  private int chunkAt;
  private int chunkEnd;

  // the row at hand
  private byte[] row = new byte[4096];
  private int rowLength;
  private boolean rowTooLong;
  private long line;
  private long rowLine;

  // CSV: cells of the row, unquoted in place; field of each column, or -1
  private int[] columnField = new int[0];
  private int[] cellStart = new int[64];
  private int[] cellLength = new int[64];

  public FileSource(EventType type, List<Path> files, DeadLetters deadLetters) {
    this.type = type;
    this.files = List.copyOf(files);
    this.deadLetters = deadLetters;
    this.jsonRow = new JsonRow(type, values);
    long total = 0;
    for (Path file : files) {
      try {
        total += Files.size(file);
      } catch (IOException e) {
        throw new InputException("cannot read " + file + ": no such file");
      }
    }
    this.bytesTotal = total;
  }

  @Override
  public EventType type() {
    return type;
  }

  @Override
  public boolean next() {
    while (true) {
      if (!isOpen && !openNext()) {
        return false;
      }
      if (!readRow()) {
        closeFile();
        continue;
      }
      if (rowLength == 0 && !rowTooLong) {
        continue; // an empty line
      }
      if (rowTooLong) {
        reject("a row of more than 1 MiB");
        continue;
      }
      encoder.wrap(record, 0, type);
      String reason = isJson ? jsonRow.decode(row, rowLength) : decodeCsv();
      if (reason.isEmpty()) {
        length = encoder.finish();
        reader.wrap(record, 0);
        return true;
      }
      reject(reason);
    }
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
    return bytesOfClosedFiles + counted.count;
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

  private void reject(String reason) {
    rejected++;
    deadLetters.reject(
        type.name(), files.get(fileIndex).toString(), rowLine, row, rowLength, reason);
  }

  // ---- files
  // --------------------------------------------------------------------------------------

  private boolean openNext() {
    if (fileIndex + 1 >= files.size()) {
      return false;
    }
    Path file = files.get(++fileIndex);
    try {
      counted = new CountingInputStream(Files.newInputStream(file));
      counted.mark();
      boolean gzip = counted.peek(0) == 0x1f && counted.peek(1) == 0x8b;
      in = gzip ? new GZIPInputStream(counted, READ_BYTES) : counted;
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    isOpen = true;
    chunkAt = 0;
    chunkEnd = 0;
    line = 0;
    String name = file.getFileName().toString().replaceFirst("[.]gz$", "");
    isJson = name.endsWith(".jsonl") || name.endsWith(".ndjson") || name.endsWith(".json");
    if (!isJson) {
      if (!readRow()) {
        throw new InputException(file + " is empty: a header line is needed");
      }
      readHeader(file);
    }
    return true;
  }

  private InputException unreadable(Path file, IOException e) {
    String what = e instanceof java.io.EOFException ? "the gzip is cut off" : e.getMessage();
    return new InputException(
        "cannot read " + file + " on behind byte " + counted.count + ": " + what);
  }

  private void closeFile() {
    if (!isOpen) {
      return;
    }
    isOpen = false;
    bytesOfClosedFiles += counted.count;
    try {
      in.close();
    } catch (IOException e) {
      throw unreadable(files.get(fileIndex), e);
    } finally {
      counted = new CountingInputStream(InputStream.nullInputStream());
    }
  }

  /** The next byte, or -1. */
  private int read() {
    if (chunkAt == chunkEnd) {
      try {
        chunkEnd = in.read(chunk, 0, chunk.length);
      } catch (IOException e) {
        throw unreadable(files.get(fileIndex), e);
      }
      chunkAt = 0;
      if (chunkEnd <= 0) {
        chunkEnd = 0;
        return -1;
      }
    }
    return chunk[chunkAt++] & 0xff;
  }

  /** Reads a row into {@code row}, without its line end; a quoted cell may hold line ends. */
  private boolean readRow() {
    rowLength = 0;
    rowTooLong = false;
    rowLine = ++line;
    boolean quoted = false;
    int c = read();
    if (c == -1) {
      return false;
    }
    while (c != -1) {
      if (c == '\n' && !quoted) {
        break;
      }
      if (c == '\n') {
        line++;
      } else if (c == '"' && !isJson) {
        quoted = !quoted;
      }
      if (rowLength == ROW_BYTES_MAX) {
        rowTooLong = true;
      } else {
        if (rowLength == row.length) {
          row = Arrays.copyOf(row, Math.min(ROW_BYTES_MAX, rowLength * 2));
        }
        row[rowLength++] = (byte) c;
      }
      c = read();
    }
    if (rowLength > 0 && row[rowLength - 1] == '\r') {
      rowLength--;
    }
    return true;
  }

  // ---- CSV
  // ----------------------------------------------------------------------------------------

  private void readHeader(Path file) {
    if (rowLength >= 3 && row[0] == (byte) 0xef && row[1] == (byte) 0xbb && row[2] == (byte) 0xbf) {
      System.arraycopy(row, 3, row, 0, rowLength -= 3);
    }
    int cells = splitCells();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < cells; i++) {
      names.add(
          new String(row, cellStart[i], cellLength[i], java.nio.charset.StandardCharsets.UTF_8)
              .strip());
    }
    columnField = new int[Math.max(cells, 0)];
    Arrays.fill(columnField, -1);
    for (int field = 0; field < type.fields().size(); field++) {
      String wanted = type.fields().get(field).source();
      int column = names.indexOf(wanted);
      if (column < 0) {
        if (!type.fields().get(field).optional()) {
          throw new InputException(
              file
                  + " has no column `"
                  + wanted
                  + "` for field `"
                  + type.fields().get(field).name()
                  + "` of "
                  + type.name()
                  + "; its columns are "
                  + String.join(", ", names));
        }
        continue;
      }
      if (names.lastIndexOf(wanted) != column) {
        throw new InputException(file + " has two columns `" + wanted + "`");
      }
      if (columnField[column] >= 0) {
        throw new InputException(
            "two fields of " + type.name() + " are filled from column `" + wanted + "`");
      }
      columnField[column] = field;
    }
  }

  /** Finds the cells of the row and unquotes them in place; -1 if a quote is not closed. */
  private int splitCells() {
    int count = 0;
    int at = 0;
    while (true) {
      if (count == cellStart.length) {
        cellStart = Arrays.copyOf(cellStart, count * 2);
        cellLength = Arrays.copyOf(cellLength, count * 2);
      }
      cellStart[count] = at;
      if (at < rowLength && row[at] == '"') {
        int to = at;
        at++;
        while (true) {
          if (at >= rowLength) {
            return -1;
          }
          if (row[at] == '"') {
            if (at + 1 < rowLength && row[at + 1] == '"') {
              at++;
            } else {
              at++;
              break;
            }
          }
          row[to++] = row[at++];
        }
        cellLength[count] = to - cellStart[count];
        if (at < rowLength && row[at] != ',') {
          return -1;
        }
      } else {
        while (at < rowLength && row[at] != ',') {
          at++;
        }
        cellLength[count] = at - cellStart[count];
      }
      count++;
      if (at >= rowLength) {
        return count;
      }
      at++; // the comma
    }
  }

  private String decodeCsv() {
    int cells = splitCells();
    if (cells < 0) {
      return "a quote is not closed, or text stands behind a closed one";
    }
    if (cells != columnField.length) {
      return cells + " cells where the header has " + columnField.length;
    }
    for (int column = 0; column < cells; column++) {
      int field = columnField[column];
      if (field < 0) {
        continue;
      }
      if (cellLength[column] == 0 && type.fields().get(field).optional()) {
        continue;
      }
      if (!values.put(
          field, type.fields().get(field), row, cellStart[column], cellLength[column])) {
        return values.reason();
      }
    }
    return "";
  }

  /** Counts what is read, and can look at the first two bytes. */
  private static final class CountingInputStream extends InputStream {
    private final InputStream from;
    private final byte[] peeked = new byte[2];
    private int peekedCount;
    private int peekedAt;
    private long count;

    CountingInputStream(InputStream from) {
      this.from = from;
    }

    void mark() throws IOException {
      peekedCount = Math.max(0, from.readNBytes(peeked, 0, 2));
    }

    int peek(int i) {
      return i < peekedCount ? peeked[i] & 0xff : -1;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int size) throws IOException {
      if (peekedAt < peekedCount) {
        int n = Math.min(size, peekedCount - peekedAt);
        System.arraycopy(peeked, peekedAt, to, offset, n);
        peekedAt += n;
        count += n;
        return n;
      }
      int n = from.read(to, offset, size);
      count += Math.max(0, n);
      return n;
    }

    @Override
    public void close() throws IOException {
      from.close();
    }
  }
}
