package dev.weir.journal;

import dev.weir.event.RecordLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One batch being built: {@link #clear}, then records by {@link #add}, or written in place between
 * {@link #offset} and {@link #capacity} of {@link #buffer} and counted by {@link #added}; then
 * {@link Log#append}, which gives the records their positions here too, so that they can be read
 * from this buffer afterwards. Allocates nothing after construction. Owned by one thread.
 */
public final class BatchBuffer {
  private final ByteBuffer bytes;
  private final UnsafeBuffer buffer;
  private final CRC32C crc = new CRC32C();
  private int end = BatchLayout.HEADER_BYTES;
  private int count;

  /** A buffer for batches of this many bytes, at most {@link BatchLayout#BATCH_BYTES_MAX}. */
  public BatchBuffer(int capacityBytes) {
    if (capacityBytes < BatchLayout.HEADER_BYTES + BatchLayout.RECORD_BYTES_MIN
        || capacityBytes > BatchLayout.BATCH_BYTES_MAX) {
      throw new IllegalArgumentException(
          "batch capacity: bytes=" + capacityBytes + " limit=" + BatchLayout.BATCH_BYTES_MAX);
    }
    bytes = ByteBuffer.allocateDirect(capacityBytes).order(ByteOrder.LITTLE_ENDIAN);
    buffer = new UnsafeBuffer(bytes);
  }

  /** A buffer for the longest batches. */
  public BatchBuffer() {
    this(BatchLayout.BATCH_BYTES_MAX);
  }

  /** Forgets the records. */
  public void clear() {
    end = BatchLayout.HEADER_BYTES;
    count = 0;
  }

  /** Copies a record in; false, and nothing changed, when there is no room for it. */
  public boolean add(DirectBuffer record, int from, int length) {
    if (length > buffer.capacity() - end) {
      return false;
    }
    buffer.putBytes(end, record, from, length);
    added(length);
    return true;
  }

  /** Counts the record that was written at {@link #offset}. */
  public void added(int length) {
    if (length < BatchLayout.RECORD_BYTES_MIN
        || length > BatchLayout.RECORD_BYTES_MAX
        || length > buffer.capacity() - end
        || (length & 7) != 0
        || RecordLayout.length(buffer, end) != length) {
      throw new IllegalArgumentException(
          "not a record: length=" + length + " stated=" + RecordLayout.length(buffer, end));
    }
    end += length;
    count++;
  }

  public MutableDirectBuffer buffer() {
    return buffer;
  }

  /** Where the next record goes. */
  public int offset() {
    return end;
  }

  /** Where the first record stands. */
  public int recordsOffset() {
    return BatchLayout.HEADER_BYTES;
  }

  /** Where room ends. */
  public int capacity() {
    return buffer.capacity();
  }

  /** Records in this batch. */
  public int count() {
    return count;
  }

  public boolean isEmpty() {
    return count == 0;
  }

  /** Takes the records of another batch. */
  void copy(BatchView batch) {
    int length = batch.recordsEnd() - batch.recordsOffset();
    buffer.putBytes(BatchLayout.HEADER_BYTES, batch.buffer(), batch.recordsOffset(), length);
    end = BatchLayout.HEADER_BYTES + length;
    count = batch.count();
  }

  /** Bytes of the batch with its header. */
  int length() {
    return end;
  }

  ByteBuffer bytes() {
    return bytes;
  }

  /** Writes header and checksum; the records get their positions. */
  void complete(
      int kind, long position, long watermarkNs, long appendedNs, long durable, long logId) {
    complete(kind, position, watermarkNs, appendedNs, durable, logId, 0);
  }

  void complete(
      int kind,
      long position,
      long watermarkNs,
      long appendedNs,
      long durable,
      long logId,
      int lost) {
    complete(kind, 0, position, watermarkNs, appendedNs, durable, logId, lost);
  }

  /** A part of a preamble, as {@link BatchLayout} counts them. */
  void completePreamble(
      int part,
      boolean isLast,
      long position,
      long watermarkNs,
      long appendedNs,
      long durable,
      long logId) {
    int number = part * 2 + (isLast ? 0 : 1);
    complete(
        BatchLayout.KIND_PREAMBLE, number, position, watermarkNs, appendedNs, durable, logId, 0);
  }

  private void complete(
      int kind,
      int part,
      long position,
      long watermarkNs,
      long appendedNs,
      long durable,
      long logId,
      int lost) {
    long next = kind == BatchLayout.KIND_RECORDS ? position : BatchLayout.NO_POSITION;
    for (int at = BatchLayout.HEADER_BYTES; at < end; at += RecordLayout.length(buffer, at)) {
      RecordLayout.stampPosition(buffer, at, next);
      if (next != BatchLayout.NO_POSITION) {
        next++;
      }
    }
    bytes.putInt(BatchLayout.MAGIC_OFFSET, BatchLayout.MAGIC);
    bytes.putInt(BatchLayout.VERSION_OFFSET, BatchLayout.LAYOUT_VERSION | kind << 8 | part << 16);
    bytes.putInt(BatchLayout.LENGTH_OFFSET, end);
    bytes.putInt(BatchLayout.COUNT_OFFSET, count);
    bytes.putLong(BatchLayout.FIRST_POSITION_OFFSET, position);
    bytes.putLong(BatchLayout.WATERMARK_OFFSET, watermarkNs);
    bytes.putLong(BatchLayout.APPENDED_OFFSET, appendedNs);
    bytes.putLong(BatchLayout.DURABLE_OFFSET, durable);
    bytes.putLong(BatchLayout.LOG_ID_OFFSET, logId);
    bytes.putInt(BatchLayout.LOST_OFFSET, lost);
    bytes.putInt(BatchLayout.CRC_OFFSET, crcOf(bytes, 0, end, crc));
  }

  /** The checksum of a batch; moves the buffer's position and limit. */
  static int crcOf(ByteBuffer bytes, int at, int length, CRC32C crc) {
    crc.reset();
    bytes.limit(at + BatchLayout.CRC_OFFSET).position(at);
    crc.update(bytes);
    bytes.limit(at + length).position(at + BatchLayout.HEADER_BYTES);
    crc.update(bytes);
    bytes.clear();
    return (int) crc.getValue();
  }
}
