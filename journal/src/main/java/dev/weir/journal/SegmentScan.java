package dev.weir.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Walks over the excerpts of one segment and checks each batch. Knows the framing of Chronicle
 * Queue: a 4-byte header (length, bit 30 its own data, bit 31 not finished), the excerpt, zeros up
 * to the next multiple of 4. It trusts the batch more than the framing: a whole batch behind a
 * damaged header is a batch. Owned by one thread; allocates only where a batch is longer than any
 * before.
 */
final class SegmentScan {
  /** What stands at a place. */
  enum Step {
    /** A whole batch: {@link #batch}. */
    BATCH,
    /** Nothing was written here: zeros, the end mark, or the end of the file. */
    END,
    /** Something that is not whole: {@link #fault}. */
    DAMAGE
  }

  static final int EXCERPT_HEADER_BYTES = 4;
  static final int NOT_COMPLETE = 0x8000_0000;
  static final int META_DATA = 0x4000_0000;
  static final int LENGTH_MASK = 0x3fff_ffff;

  /** What Chronicle Queue writes behind the last excerpt of a file. */
  static final int END_OF_FILE = NOT_COMPLETE | META_DATA;

  /** Takes batches of any log. */
  static final long ANY_LOG = 0;

  /** The first bytes of a page of Chronicle Queue's index, read as a little-endian integer. */
  private static final int INDEX_START = 0x6e6905b9;

  private static final int INDEX_BYTES_MAX = 64 * 1024;

  private static final int WINDOW_BYTES_MIN = 4 * 1024;
  private static final int WINDOW_BYTES = 128 * 1024;

  private final SegmentFile file;
  private final long logId;
  private final CRC32C crc = new CRC32C();
  private final BatchView batch = new BatchView();
  private ByteBuffer window;
  private long windowStart;
  private int windowLength;
  private long next;
  private long at;

  /** Behind the last batch: what leads on from here may be damaged. */
  private long trusted;

  private String fault = "";
  private boolean isHeaderDamaged;
  private boolean isUnfinished;

  SegmentScan(SegmentFile file, long logId) throws IOException {
    this.file = file;
    this.logId = logId;
    int bytes = (int) Math.min(WINDOW_BYTES, Math.max(file.size(), WINDOW_BYTES_MIN));
    window = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Goes to an excerpt header. */
  void moveTo(long offset) {
    next = offset;
    trusted = offset;
  }

  /**
   * Steps to the next batch as {@link #next()} does. Where that leads to none, or past the position
   * expected, every place from the last batch to the limit is tried: Chronicle Queue's own bytes
   * between the batches may be damaged. After END or DAMAGE it stays behind the last batch.
   */
  Step next(long expected, long limit) throws IOException {
    long from = trusted;
    Step step = next();
    if (step == Step.BATCH && (batch.firstPosition() <= expected || at == from)) {
      return step;
    }
    if (step == Step.END && at == from && findNonZero(at, limit) < 0) {
      return step;
    }
    long stoppedAt = at;
    boolean wasUnfinished = isUnfinished || step == Step.END && isUnfinishedAt(at, limit);
    String what = step == Step.END ? "zeros where a batch should be" : fault;
    if (findBatch(from, limit)) {
      isHeaderDamaged |= at != from;
      fault = what;
      return Step.BATCH;
    }
    next = from;
    trusted = from;
    at = stoppedAt;
    isUnfinished = wasUnfinished;
    fault = what;
    return step == Step.END && findNonZero(stoppedAt, limit) < 0 ? step : Step.DAMAGE;
  }

  /** Forgets what was read ahead: the segment has grown. */
  void refresh() {
    windowLength = 0;
  }

  /** Steps to the next batch; after END or DAMAGE it stays there. */
  Step next() throws IOException {
    while (true) {
      at = next;
      isHeaderDamaged = false;
      isUnfinished = false;
      if (!load(at, EXCERPT_HEADER_BYTES)) {
        return Step.END;
      }
      int header = window.getInt((int) (at - windowStart));
      if (header == 0 || header == END_OF_FILE) {
        return Step.END;
      }
      if (isBatchAt(at)) {
        isHeaderDamaged = header != batch.length();
        next = at + EXCERPT_HEADER_BYTES + batch.length();
        trusted = next;
        return Step.BATCH;
      }
      int length = header & LENGTH_MASK;
      if ((header & NOT_COMPLETE) != 0) {
        isUnfinished = true;
        fault = "an excerpt was begun and not finished";
        return Step.DAMAGE;
      }
      if ((header & META_DATA) == 0) {
        return Step.DAMAGE;
      }
      if (at + EXCERPT_HEADER_BYTES + length > file.size()) {
        fault = "an excerpt of " + length + " bytes does not fit into the file";
        return Step.DAMAGE;
      }
      next = align(at + EXCERPT_HEADER_BYTES + length);
    }
  }

  /**
   * Steps to the first whole batch whose excerpt begins at or after this offset and before the
   * limit. Linear in the bytes passed over.
   */
  boolean findBatch(long from, long limit) throws IOException {
    for (long place = align(from); place < limit; place += EXCERPT_HEADER_BYTES) {
      if (!load(place, EXCERPT_HEADER_BYTES + BatchLayout.HEADER_BYTES)) {
        return false;
      }
      int inWindow = (int) (place - windowStart);
      int header = window.getInt(inWindow); // looking at the batch may move the window behind it
      if (window.getInt(inWindow + EXCERPT_HEADER_BYTES) == BatchLayout.MAGIC && isBatchAt(place)) {
        at = place;
        isHeaderDamaged = header != batch.length();
        next = place + EXCERPT_HEADER_BYTES + batch.length();
        trusted = next;
        return true;
      }
    }
    return false;
  }

  /** Offset of the first byte other than 0 in this range, or -1. */
  long findNonZero(long from, long to) throws IOException {
    for (long place = from; place < to; place++) {
      if (!load(place, 1)) {
        return -1;
      }
      if (window.get((int) (place - windowStart)) != 0) {
        return place;
      }
    }
    return -1;
  }

  BatchView batch() {
    return batch;
  }

  /** Offset of the excerpt stepped to. */
  long offset() {
    return at;
  }

  /** Offset behind the batch stepped to. */
  long endOffset() {
    return next;
  }

  /** What is wrong here, in words. */
  String fault() {
    return fault;
  }

  /** The batch is whole but what led to it, Chronicle Queue's own, is not what it was. */
  boolean isHeaderDamaged() {
    return isHeaderDamaged;
  }

  /** The damage looks like a write that was under way when the process ended. */
  boolean isUnfinished() {
    return isUnfinished;
  }

  private boolean isBatchAt(long place) throws IOException {
    long start = place + EXCERPT_HEADER_BYTES;
    if (!load(start, BatchLayout.HEADER_BYTES)) {
      fault = "the file ends inside a batch";
      return false;
    }
    int i = (int) (start - windowStart);
    if (window.getInt(i + BatchLayout.MAGIC_OFFSET) != BatchLayout.MAGIC) {
      fault = "no batch stands here";
      return false;
    }
    if (window.get(i + BatchLayout.VERSION_OFFSET) != BatchLayout.LAYOUT_VERSION) {
      fault = "unknown layout version " + window.get(i + BatchLayout.VERSION_OFFSET);
      return false;
    }
    if (logId != ANY_LOG && window.getLong(i + BatchLayout.LOG_ID_OFFSET) != logId) {
      fault = "a batch of another log";
      return false;
    }
    int length = window.getInt(i + BatchLayout.LENGTH_OFFSET);
    if (length < BatchLayout.HEADER_BYTES
        || length > BatchLayout.BATCH_BYTES_MAX
        || (length & 7) != 0) {
      fault = "a batch cannot have " + length + " bytes";
      return false;
    }
    if (!load(start, length)) {
      fault = "the file ends inside a batch";
      return false;
    }
    i = (int) (start - windowStart);
    int stated = window.getInt(i + BatchLayout.CRC_OFFSET);
    if (BatchBuffer.crcOf(window, i, length, crc) != stated) {
      fault = "the checksum of a batch of " + length + " bytes does not agree";
      return false;
    }
    batch.wrap(window, i);
    if (!batch.isWellFormed()) {
      fault = "the records of a batch do not agree with its header";
      return false;
    }
    return true;
  }

  /**
   * Whether a write was under way here: Chronicle Queue writes the content of an excerpt first and
   * its header last. Nothing may stand behind it.
   */
  private boolean isUnfinishedAt(long place, long limit) throws IOException {
    long start = place + EXCERPT_HEADER_BYTES;
    if (!load(place, EXCERPT_HEADER_BYTES) || window.getInt((int) (place - windowStart)) != 0) {
      return false;
    }
    if (!load(place, EXCERPT_HEADER_BYTES + Integer.BYTES)) {
      return true;
    }
    int first = window.getInt((int) (start - windowStart));
    long extent = INDEX_BYTES_MAX;
    if (first == BatchLayout.MAGIC) {
      extent = BatchLayout.HEADER_BYTES;
      if (load(start, BatchLayout.HEADER_BYTES)) {
        int length = window.getInt((int) (start - windowStart) + BatchLayout.LENGTH_OFFSET);
        extent = Math.max(extent, Math.min(length, BatchLayout.BATCH_BYTES_MAX));
      }
    } else if (first == (BatchLayout.MAGIC & 0xff)
        || first == (BatchLayout.MAGIC & 0xffff)
        || first == (BatchLayout.MAGIC & 0xffffff)) {
      extent = Integer.BYTES;
    } else if (first != INDEX_START) {
      return false;
    }
    return findNonZero(start + extent, limit) < 0;
  }

  /** Has these bytes in the window; false where the file ends before them. */
  private boolean load(long offset, int length) throws IOException {
    if (offset >= windowStart && offset + length <= windowStart + windowLength) {
      return true;
    }
    if (length > window.capacity()) {
      window =
          ByteBuffer.allocateDirect(BatchLayout.BATCH_BYTES_MAX + WINDOW_BYTES)
              .order(ByteOrder.LITTLE_ENDIAN);
    }
    window.clear();
    windowStart = offset;
    windowLength = file.read(window, offset);
    window.clear();
    return windowLength >= length;
  }

  private static long align(long offset) {
    return (offset + 3) & ~3L;
  }
}
