package dev.weir.alerts.delivery;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * A text file that grows line by line, each checked: eight hexadecimal digits (CRC-32C of the
 * rest), a blank, the rest. What a crash tore off its end is cut when it is opened. A written line
 * survives the process, a synced one a power cut. Owned by one thread; an interrupt of that thread
 * does not close it.
 */
final class LineFile implements AutoCloseable {
  private static final int CRC_DIGITS = 8;

  private final Path file;
  private RandomAccessFile out;
  private long length;
  private long lines;
  private boolean isDirty;
  private final StringBuilder unwritten = new StringBuilder();
  private long unwrittenLines;

  private LineFile(Path file, RandomAccessFile out, long length, long lines) {
    this.file = file;
    this.out = out;
    this.length = length;
    this.lines = lines;
  }

  /**
   * Opens or makes a file and gives the lines it has.
   *
   * @throws DeliveryException if a line in its middle is damaged
   */
  static LineFile open(Path file, Consumer<String> each) throws IOException {
    boolean isNew = !Files.exists(file);
    RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw");
    try {
      long[] known = read(file, each);
      if (known[0] < out.length()) {
        out.setLength(known[0]);
      }
      out.seek(known[0]);
      if (isNew) {
        syncFolder(file);
      }
      return new LineFile(file, out, known[0], known[1]);
    } catch (IOException | RuntimeException e) {
      out.close();
      throw e;
    }
  }

  /** Gives the lines of a file that somebody else may be writing to; none if there is no file. */
  static void readOnly(Path file, Consumer<String> each) throws IOException {
    if (Files.exists(file)) {
      read(file, each);
    }
  }

  /** Bytes and number of the good lines. */
  private static long[] read(Path file, Consumer<String> each) throws IOException {
    byte[] all = Files.readAllBytes(file);
    int from = 0;
    long number = 0;
    while (from < all.length) {
      int to = from;
      while (to < all.length && all[to] != '\n') {
        to++;
      }
      if (to == all.length || !isWhole(all, from, to)) {
        // a line may be torn only where no whole one follows it
        for (int next = to + 1; next < all.length; ) {
          int nextEnd = next;
          while (nextEnd < all.length && all[nextEnd] != '\n') {
            nextEnd++;
          }
          if (nextEnd < all.length && isWhole(all, next, nextEnd)) {
            throw new DeliveryException(
                file + ": line " + (number + 1) + " is damaged; move the file aside to begin anew");
          }
          next = nextEnd + 1;
        }
        break;
      }
      int text = from + CRC_DIGITS + 1;
      each.accept(new String(all, text, to - text, StandardCharsets.UTF_8));
      number++;
      from = to + 1;
    }
    return new long[] {from, number};
  }

  private static boolean isWhole(byte[] all, int from, int to) {
    int text = from + CRC_DIGITS + 1;
    if (text > to || all[text - 1] != ' ') {
      return false;
    }
    byte[] expected = crc(all, text, to - text).getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < CRC_DIGITS; i++) {
      if (all[from + i] != expected[i]) {
        return false;
      }
    }
    return true;
  }

  private static String crc(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    String digits = Long.toHexString(crc.getValue());
    return "0".repeat(CRC_DIGITS - digits.length()) + digits;
  }

  private static String checked(String line) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    return crc(bytes, 0, bytes.length) + ' ' + line + '\n';
  }

  long lines() {
    return lines + unwrittenLines;
  }

  /** Adds a line, which has no line end in it; in the file only after {@link #write}. */
  void add(String line) {
    unwritten.append(checked(line));
    unwrittenLines++;
  }

  /**
   * Writes what was added. After a failure, a full disk say, nothing of it counts and it may be
   * tried again.
   */
  void write() throws IOException {
    if (unwritten.isEmpty()) {
      return;
    }
    byte[] bytes = unwritten.toString().getBytes(StandardCharsets.UTF_8);
    out.seek(length);
    try {
      out.write(bytes);
    } catch (IOException e) {
      out.setLength(length);
      throw e;
    }
    length += bytes.length;
    lines += unwrittenLines;
    unwritten.setLength(0);
    unwrittenLines = 0;
    isDirty = true;
  }

  /** Writes what was added and brings all to disk. */
  void sync() throws IOException {
    write();
    if (isDirty) {
      out.getFD().sync();
      isDirty = false;
    }
  }

  /** Puts these lines in the place of all; after a crash the file is the old or the new one. */
  void rewrite(List<String> all) throws IOException {
    StringBuilder text = new StringBuilder();
    all.forEach(line -> text.append(checked(line)));
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    Path beside = file.resolveSibling(file.getFileName() + ".new");
    RandomAccessFile next = new RandomAccessFile(beside.toFile(), "rw");
    try {
      next.setLength(0);
      next.write(bytes);
      next.getFD().sync();
      Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      next.close();
      Files.deleteIfExists(beside);
      throw e;
    }
    syncFolder(file);
    out.close();
    out = next;
    length = bytes.length;
    lines = all.size();
    unwritten.setLength(0);
    unwrittenLines = 0;
    isDirty = false;
  }

  private static void syncFolder(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      return;
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      sync();
    } finally {
      out.close();
    }
  }
}
