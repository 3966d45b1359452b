package dev.weir.journal;

import dev.weir.event.RecordLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A batch that was read and found whole. Valid until its reader is moved; whoever keeps a record
 * copies it. Owned by the reader's thread.
 */
public final class BatchView {
  private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

  private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[0]);
  private int start;

  BatchView() {}

  void wrap(ByteBuffer bytes, int offset) {
    buffer.wrap(bytes);
    start = offset;
  }

  int kind() {
    return buffer.getByte(start + BatchLayout.KIND_OFFSET);
  }

  int length() {
    return buffer.getInt(start + BatchLayout.LENGTH_OFFSET, LE);
  }

  int startOffset() {
    return start;
  }

  /** True: these positions are lost, the log was repaired; there are no records. */
  public boolean isGap() {
    return kind() == BatchLayout.KIND_GAP;
  }

  /** Records in the batch. */
  public int count() {
    return buffer.getInt(start + BatchLayout.COUNT_OFFSET, LE);
  }

  /** Position of the first record, or the first lost one. */
  public long firstPosition() {
    return buffer.getLong(start + BatchLayout.FIRST_POSITION_OFFSET, LE);
  }

  /** The position after the last record, or after the last lost one. */
  public long endPosition() {
    return firstPosition() + count() + buffer.getInt(start + BatchLayout.LOST_OFFSET, LE);
  }

  /** Stream watermark after this batch, in nanoseconds since the epoch. */
  public long watermarkNs() {
    return buffer.getLong(start + BatchLayout.WATERMARK_OFFSET, LE);
  }

  /** When the batch was appended, in nanoseconds since the epoch; for people, not for rules. */
  public long appendedNs() {
    return buffer.getLong(start + BatchLayout.APPENDED_OFFSET, LE);
  }

  /** Of a preamble: which part it is. */
  int part() {
    return (buffer.getShort(start + BatchLayout.PART_OFFSET, LE) & 0xffff) >>> 1;
  }

  /** Of a preamble: whether it ends here. */
  boolean isLastPart() {
    return (buffer.getShort(start + BatchLayout.PART_OFFSET, LE) & 1) == 0;
  }

  long durable() {
    return buffer.getLong(start + BatchLayout.DURABLE_OFFSET, LE);
  }

  long logId() {
    return buffer.getLong(start + BatchLayout.LOG_ID_OFFSET, LE);
  }

  /** The buffer with the records. */
  public DirectBuffer buffer() {
    return buffer;
  }

  /** Where the first record stands. */
  public int recordsOffset() {
    return start + BatchLayout.HEADER_BYTES;
  }

  /** Where the last record ends. */
  public int recordsEnd() {
    return start + length();
  }

  /** Gives the records from this position on, in order; a reader may begin inside a batch. */
  public void forEach(long fromPosition, RecordHandler handler) {
    int end = recordsEnd();
    for (int at = recordsOffset(); at < end; ) {
      int length = RecordLayout.length(buffer, at);
      long position = RecordLayout.position(buffer, at);
      if (position >= fromPosition) {
        handler.onRecord(position, buffer, at, length);
      }
      at += length;
    }
  }

  /** Whether lengths, positions and number of the records agree with the header. */
  boolean isWellFormed() {
    int end = recordsEnd();
    int at = recordsOffset();
    long position = kind() == BatchLayout.KIND_RECORDS ? firstPosition() : BatchLayout.NO_POSITION;
    int seen = 0;
    while (at < end) {
      int left = end - at;
      int length = left < BatchLayout.RECORD_BYTES_MIN ? 0 : RecordLayout.length(buffer, at);
      if (length < BatchLayout.RECORD_BYTES_MIN || length > left || (length & 7) != 0) {
        return false;
      }
      if (RecordLayout.position(buffer, at) != position) {
        return false;
      }
      if (position != BatchLayout.NO_POSITION) {
        position++;
      }
      seen++;
      at += length;
    }
    return seen == count();
  }
}
