package dev.weir.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Cuts a stream into rows inside one window of bytes: at each line feed, but for CSV not at those
 * inside a quoted cell. A byte order mark at the start and a carriage return at the end of a row
 * belong to no row. Allocates nothing a row once the window is as wide as the longest row. Owned by
 * one thread.
 */
final class RowReader {
  private static final int READ_BYTES = 1 << 16;
  private static final int NONE = -1;

  private final int rowBytesMax;
  private byte[] window = new byte[2 * READ_BYTES];
  private InputStream in = InputStream.nullInputStream();
  private boolean quotes;
  private long base; // bytes of the stream before the window
  private int start; // of the row at hand
  private int end; // of the row at hand, without its line end
  private int next; // where the next row begins
  private int filled; // bytes in the window
  private long lines; // line feeds before next
  private long line;
  private boolean tooLong;

  // inside the row at hand: its first line feed and how many there are
  private int firstBreak;
  private int breaks;

  RowReader(int rowBytesMax) {
    this.rowBytesMax = rowBytesMax;
  }

  /** Begins a file. */
  void open(InputStream from) throws IOException {
    in = from;
    base = 0;
    start = 0;
    end = 0;
    next = 0;
    filled = 0;
    lines = 0;
    boolean more = true;
    while (filled < 3 && more) {
      more = fill();
    }
    boolean mark =
        filled >= 3
            && window[0] == (byte) 0xef
            && window[1] == (byte) 0xbb
            && window[2] == (byte) 0xbf;
    next = mark ? 3 : 0;
    start = next;
  }

  /** The first byte of the file behind a byte order mark, or -1; before the first row only. */
  int firstByte() {
    return next < filled ? window[next] & 0xff : NONE;
  }

  /** Whether quoted cells may hold line feeds. */
  void quotes(boolean may) {
    quotes = may;
  }

  /** Bytes of the stream before the row at hand; not of one that is too long. */
  long offset() {
    return base + start;
  }

  /**
   * Goes on at a row that begins so many bytes behind the start of the stream; lines are counted
   * from there.
   *
   * @return false if that is behind the stream's end, or before what was read already
   */
  boolean skipTo(long offset) throws IOException {
    if (offset < base + next) {
      return false;
    }
    if (offset <= base + filled) {
      next = (int) (offset - base);
    } else {
      try {
        in.skipNBytes(offset - base - filled);
      } catch (java.io.EOFException e) {
        return false;
      }
      base = offset;
      filled = 0;
      next = 0;
    }
    start = next;
    lines = 0;
    return true;
  }

  /** Moves to the next row, which may be empty; false at the end. */
  boolean next() throws IOException {
    start = next;
    line = lines + 1;
    tooLong = false;
    firstBreak = NONE;
    breaks = 0;
    boolean found = quotes ? findEndWithQuotes() : findEnd();
    if (!found) {
      return false;
    }
    lines += breaks;
    if (end > start && window[end - 1] == '\r') {
      end--;
    }
    return true;
  }

  /**
   * Gives up all but the first line of a row that has several: what follows is read again as rows
   * of its own. One quote that nobody closed costs one line, not the rest of the file.
   */
  void keepFirstLine() {
    if (firstBreak == NONE) {
      return;
    }
    end = start + firstBreak;
    next = end + 1;
    lines = line;
    if (end > start && window[end - 1] == '\r') {
      end--;
    }
  }

  /** Holds the row at {@link #start()}, {@link #length()} bytes; valid until the next call. */
  byte[] bytes() {
    return window;
  }

  int start() {
    return start;
  }

  int length() {
    return end - start;
  }

  /** Line at which the row begins, from 1. */
  long line() {
    return line;
  }

  /** The row is longer than the limit; {@link #length()} is that of its first part. */
  boolean isTooLong() {
    return tooLong;
  }

  private boolean findEnd() throws IOException {
    int length = 0;
    while (true) {
      for (int at = start + length; at < filled; at++) {
        if (window[at] == '\n') {
          endsBefore(at);
          return true;
        }
      }
      length = filled - start;
      if (length > rowBytesMax) {
        skipRest();
        return true;
      }
      if (!fill()) {
        return endsWithFile();
      }
    }
  }

  private boolean findEndWithQuotes() throws IOException {
    boolean quoted = false;
    boolean mayOpen = true; // at the start of a cell, or right behind a closing quote
    int length = 0;
    while (true) {
      for (int at = start + length; at < filled; at++) {
        byte c = window[at];
        if (c == '"') {
          if (quoted) {
            quoted = false;
            mayOpen = true;
          } else {
            quoted = mayOpen;
          }
        } else if (c == '\n') {
          if (!quoted) {
            endsBefore(at);
            return true;
          }
          if (firstBreak == NONE) {
            firstBreak = at - start;
          }
          breaks++;
        } else if (!quoted) {
          mayOpen = c == ',';
        }
      }
      length = filled - start;
      if (length > rowBytesMax) {
        if (firstBreak != NONE) {
          end = start + rowBytesMax;
          tooLong = true;
          return true; // what follows is still in the window for keepFirstLine
        }
        skipRest();
        return true;
      }
      if (!fill()) {
        return endsWithFile();
      }
    }
  }

  private void endsBefore(int lineFeed) {
    end = lineFeed;
    next = lineFeed + 1;
    breaks++;
    if (end - start > rowBytesMax) {
      tooLong = true;
      end = start + rowBytesMax;
    }
  }

  private boolean endsWithFile() {
    end = filled;
    next = filled;
    return end > start;
  }

  /** Reads on to the line feed; the row at hand stays as its first part. */
  private void skipRest() throws IOException {
    tooLong = true;
    end = start + rowBytesMax;
    int from = end;
    while (true) {
      for (int at = from; at < filled; at++) {
        if (window[at] == '\n') {
          breaks++;
          next = at + 1;
          return;
        }
      }
      // what was looked at is dropped, the first part stays
      if (start > 0) {
        System.arraycopy(window, start, window, 0, rowBytesMax);
        base += start;
        filled -= start;
        start = 0;
        end = rowBytesMax;
      }
      base += filled - end;
      filled = end;
      from = end;
      if (!fill()) {
        next = filled;
        return;
      }
    }
  }

  /** Reads more behind what is there, moving the row to the front or widening the window. */
  private boolean fill() throws IOException {
    if (window.length - filled < READ_BYTES / 2 && start > 0) {
      System.arraycopy(window, start, window, 0, filled - start);
      base += start;
      filled -= start;
      end -= start;
      start = 0;
    }
    if (filled == window.length) {
      window = Arrays.copyOf(window, window.length * 2);
    }
    int count = in.read(window, filled, window.length - filled);
    if (count <= 0) {
      return false;
    }
    filled += count;
    return true;
  }
}
