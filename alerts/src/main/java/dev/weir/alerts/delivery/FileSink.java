package dev.weir.alerts.delivery;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Writes envelopes as JSON Lines into a file. A line that would take it over its size begins a new
 * file; the old one is renamed, {@code alerts.jsonl} to {@code alerts-000001.jsonl} and so on, and
 * of the renamed ones the oldest go. A line that a crash tore is cut, and is delivered again. Owned
 * by one thread.
 */
public final class FileSink implements Sink {
  private static final int DIGITS = 6;

  private final Path file;
  private final long bytesMost;
  private final int keep;
  private final String stem;
  private final String ending;
  private RandomAccessFile out;
  private long length;
  private boolean isDirty;

  /**
   * Opens or makes the file.
   *
   * @param bytesMost of a file, unless a single line is longer
   * @param keep renamed files that are kept, at least 1
   */
  public FileSink(Path file, long bytesMost, int keep) {
    this.file = file.toAbsolutePath();
    this.bytesMost = bytesMost;
    this.keep = keep;
    String name = String.valueOf(this.file.getFileName());
    int dot = name.lastIndexOf('.');
    this.stem = dot > 0 ? name.substring(0, dot) : name;
    this.ending = dot > 0 ? name.substring(dot) : "";
    try {
      out = new RandomAccessFile(this.file.toFile(), "rw");
      length = endOfLastLine();
      out.setLength(length);
    } catch (IOException e) {
      throw new DeliveryException("cannot write alerts to " + file + ": " + e.getMessage(), e);
    }
  }

  private long endOfLastLine() throws IOException {
    for (long at = out.length(); at > 0; at--) {
      out.seek(at - 1);
      if (out.read() == '\n') {
        return at;
      }
    }
    return 0;
  }

  @Override
  public Outcome deliver(Delivery delivery) {
    byte[] line = delivery.line();
    try {
      if (length > 0 && length + line.length > bytesMost) {
        rotate();
      }
      out.seek(length);
      try {
        out.write(line);
      } catch (IOException e) {
        out.setLength(length);
        throw e;
      }
      length += line.length;
      isDirty = true;
      return Outcome.DELIVERED;
    } catch (IOException e) {
      return Outcome.failed("cannot write to " + file + ": " + e.getMessage());
    }
  }

  private void rotate() throws IOException {
    sync();
    List<Path> old = rotated();
    long last = old.isEmpty() ? 0 : number(old.get(old.size() - 1));
    String digits = Long.toString(last + 1);
    String padded = "0".repeat(Math.max(0, DIGITS - digits.length())) + digits;
    Files.move(
        file, file.resolveSibling(stem + '-' + padded + ending), StandardCopyOption.ATOMIC_MOVE);
    RandomAccessFile next = new RandomAccessFile(file.toFile(), "rw");
    out.close();
    out = next;
    length = 0;
    for (int i = 0; i < old.size() + 1 - keep; i++) {
      Files.deleteIfExists(old.get(i));
    }
  }

  /** The renamed files, oldest first. */
  private List<Path> rotated() throws IOException {
    Path folder = file.getParent();
    if (folder == null) {
      return new ArrayList<>();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return new ArrayList<>(
          files.filter(f -> number(f) > 0).sorted(Comparator.comparingLong(this::number)).toList());
    }
  }

  /** The number in a renamed file's name; 0 for any other file. */
  private long number(Path other) {
    String name = String.valueOf(other.getFileName());
    int digits = name.length() - stem.length() - 1 - ending.length();
    if (digits < DIGITS || digits > 15 || !name.startsWith(stem + '-') || !name.endsWith(ending)) {
      return 0;
    }
    String number = name.substring(stem.length() + 1, stem.length() + 1 + digits);
    return number.chars().allMatch(c -> c >= '0' && c <= '9') ? Long.parseLong(number) : 0;
  }

  @Override
  public void sync() throws IOException {
    if (isDirty) {
      out.getFD().sync();
      isDirty = false;
    }
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
