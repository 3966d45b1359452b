package dev.weir.ingest;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The bytes of a file, unpacked if it begins with the two bytes of gzip, whatever its name. Counts
 * the bytes of the file itself. A damaged gzip is an {@link InputException} at the read that meets
 * the damage. Owned by one thread.
 */
final class GzipOrPlain extends InputStream {
  private static final int READ_BYTES = 1 << 16;

  private final Path file;
  private final Counted counted;
  private final InputStream bytes;

  private GzipOrPlain(Path file) throws IOException {
    this.file = file;
    this.counted = new Counted(Files.newInputStream(file));
    try {
      bytes = counted.isGzip() ? new GZIPInputStream(counted, READ_BYTES) : counted;
    } catch (IOException e) {
      counted.close();
      throw e;
    }
  }

  static GzipOrPlain open(Path file) {
    try {
      return new GzipOrPlain(file);
    } catch (EOFException | ZipException e) {
      throw new InputException("cannot read " + file + ": " + damage(e));
    } catch (IOException e) {
      throw InputException.unreadable("cannot read " + file + ": " + cause(file, e));
    }
  }

  /** What hinders reading a file, in words. */
  static String cause(Path file, IOException e) {
    if (!Files.exists(file)) {
      return "no such file";
    }
    if (Files.isDirectory(file)) {
      return "it is a folder";
    }
    if (e instanceof java.nio.file.AccessDeniedException || !Files.isReadable(file)) {
      return "no permission";
    }
    return String.valueOf(e.getMessage());
  }

  private static String damage(IOException e) {
    return e instanceof EOFException
        ? "the gzip is cut off"
        : "the gzip is damaged (" + e.getMessage() + ")";
  }

  /** Bytes of the file read so far. */
  long count() {
    return counted.count;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] to, int offset, int size) throws IOException {
    try {
      return bytes.read(to, offset, size);
    } catch (EOFException | ZipException e) {
      throw new InputException(
          "cannot read " + file + " on behind byte " + counted.count + ": " + damage(e));
    } catch (IOException e) {
      throw InputException.unreadable("cannot read " + file + " on: " + cause(file, e));
    }
  }

  @Override
  public long skip(long size) throws IOException {
    if (bytes == counted) {
      return counted.skip(size);
    }
    byte[] dropped = new byte[(int) Math.min(size, READ_BYTES)];
    return Math.max(0, read(dropped, 0, dropped.length));
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }

  /** Counts what is read, and has looked at the first two bytes. */
  private static final class Counted extends InputStream {
    private final InputStream from;
    private final byte[] first = new byte[2];
    private final int firstCount;
    private int firstAt;
    private long count;

    Counted(InputStream from) throws IOException {
      this.from = from;
      this.firstCount = from.readNBytes(first, 0, 2);
    }

    boolean isGzip() {
      return firstCount == 2 && first[0] == 0x1f && first[1] == (byte) 0x8b;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int size) throws IOException {
      if (firstAt < firstCount) {
        int n = Math.min(size, firstCount - firstAt);
        System.arraycopy(first, firstAt, to, offset, n);
        firstAt += n;
        count += n;
        return n;
      }
      int n = from.read(to, offset, size);
      count += Math.max(0, n);
      return n;
    }

    @Override
    public long skip(long size) throws IOException {
      if (firstAt < firstCount) {
        return read(new byte[1], 0, 1);
      }
      long skipped = from.skip(size);
      count += skipped;
      return skipped;
    }

    /** A gzip of several parts is read on only where more is said to be available. */
    @Override
    public int available() throws IOException {
      return firstCount - firstAt + from.available();
    }

    @Override
    public void close() throws IOException {
      from.close();
    }
  }
}
