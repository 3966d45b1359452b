package dev.weir.engine;

import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;

/**
 * What one engine knows of features at the events of a stretch of records: a row for each event and
 * each reference whose key it owns, in order of events. One engine writes; once it is done with the
 * stretch, others read, which whoever passes the rows on must order. Allocates only to hold more
 * than ever before.
 *
 * <pre>
 *  row: int64 number of the event | int32 reference | int32 kind | int64 value, or length of the
 *       bytes | int64 denominator | the bytes, filled up to 8
 * </pre>
 */
public final class FeatureRows {
  static final int MISSING = 0;
  static final int NUMBER = 1;
  static final int BYTES = 2;

  private static final int REFERENCE = 8;
  private static final int KIND = 12;
  private static final int VALUE = 16;
  private static final int DENOMINATOR = 24;
  private static final int CONTENT = 32;
  private static final int ROOM_BYTES = 16 * 1024;

  private final ExpandableArrayBuffer rows = new ExpandableArrayBuffer(ROOM_BYTES);
  private int end;

  /** Forgets the rows. The writer, before a stretch. */
  public void clear() {
    end = 0;
  }

  /** Adds a row with the value that was read last. */
  void add(long event, int reference, Features read) {
    rows.putLong(end, event);
    rows.putInt(end + REFERENCE, reference);
    int size = 0;
    if (read.isMissing()) {
      rows.putInt(end + KIND, MISSING);
    } else if (read.isBytes()) {
      size = read.length();
      rows.putInt(end + KIND, BYTES);
      rows.putLong(end + VALUE, size);
      rows.putBytes(end + CONTENT, read.buffer(), read.offset(), size);
    } else {
      rows.putInt(end + KIND, NUMBER);
      rows.putLong(end + VALUE, read.raw());
      rows.putLong(end + DENOMINATOR, read.denominator());
    }
    end += CONTENT + (size + 7 & ~7);
    rows.checkLimit(end);
  }

  // ---- reading; rows are named by where they begin, the first at 0

  boolean isRow(int row) {
    return row < end;
  }

  int next(int row) {
    return row + CONTENT + (kind(row) == BYTES ? length(row) + 7 & ~7 : 0);
  }

  long event(int row) {
    return rows.getLong(row);
  }

  int reference(int row) {
    return rows.getInt(row + REFERENCE);
  }

  int kind(int row) {
    return rows.getInt(row + KIND);
  }

  long number(int row) {
    return rows.getLong(row + VALUE);
  }

  long denominator(int row) {
    return rows.getLong(row + DENOMINATOR);
  }

  DirectBuffer buffer() {
    return rows;
  }

  int offset(int row) {
    return row + CONTENT;
  }

  int length(int row) {
    return (int) rows.getLong(row + VALUE);
  }
}
