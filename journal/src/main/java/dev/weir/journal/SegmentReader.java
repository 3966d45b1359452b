package dev.weir.journal;

import java.io.IOException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads a {@link SegmentLog}. Owned by one thread. */
final class SegmentReader implements LogReader {
  /** Where searching by halves gives way to reading on. */
  private static final int SEARCH_BYTES_MIN = 64 * 1024;

  private final SegmentLog log;
  private @Nullable SegmentFile file;
  private @Nullable SegmentScan scan;
  private long segment = BatchLayout.NO_POSITION;
  private long position;
  private boolean isSeeking;

  SegmentReader(SegmentLog log, long position) {
    this.log = log;
    this.position = position;
    isSeeking = true;
  }

  @Override
  public boolean next() {
    long end = log.nextPosition();
    if (position >= end) {
      return false;
    }
    try {
      boolean isRefreshed = false;
      while (true) {
        SegmentScan in = scan == null ? open() : scan;
        if (isSeeking) {
          seek(in);
          isSeeking = false;
        }
        if (!step(in, isRefreshed)) {
          if (isRefreshed) {
            leave();
          }
          isRefreshed = !isRefreshed;
          continue;
        }
        if (take(in)) {
          return true;
        }
      }
    } catch (IOException e) {
      throw new LogException("position " + position + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Whether the batch stepped to is the next one; else goes on behind it. */
  private boolean take(SegmentScan in) {
    BatchView batch = in.batch();
    long first = batch.firstPosition();
    switch (batch.kind()) {
      case BatchLayout.KIND_RECORDS, BatchLayout.KIND_GAP -> {
        if (batch.endPosition() <= position) {
          return false;
        }
        position = batch.endPosition();
        return true;
      }
      case BatchLayout.KIND_SEAL -> {
        if (first != position) {
          throw damage(in.offset(), "the segment ends at position " + first);
        }
        leave();
        return false;
      }
      default -> {
        return false;
      }
    }
  }

  /**
   * Steps to a batch. False: what was read ahead may be older than the end that was just seen and
   * is forgotten, try again; or, the second time, the segment is over although its seal is lost.
   */
  private boolean step(SegmentScan in, boolean isRefreshed) throws IOException {
    SegmentFile from = file;
    long limit = from == null ? 0 : log.usedBytes(segment, from);
    SegmentScan.Step step = in.next(position, limit);
    if (step == SegmentScan.Step.BATCH && in.batch().firstPosition() <= position) {
      return true;
    }
    if (!isRefreshed) {
      in.refresh();
      return false;
    }
    if (segment != position && log.segmentOf(position) == position) {
      return false;
    }
    String what =
        step == SegmentScan.Step.BATCH
            ? "the next batch begins at position " + in.batch().firstPosition()
            : step == SegmentScan.Step.END ? "nothing stands here" : in.fault();
    throw damage(in.offset(), what);
  }

  private SegmentScan open() throws IOException {
    segment = log.segmentOf(position);
    if (segment == BatchLayout.NO_POSITION) {
      throw new LogException("position " + position + " is no longer kept: retention deleted it");
    }
    SegmentFile opened = log.openSegment(segment);
    file = opened;
    SegmentScan in = new SegmentScan(opened, log.logId());
    scan = in;
    return in;
  }

  private void leave() {
    SegmentFile open = file;
    if (open != null) {
      open.close();
    }
    file = null;
    scan = null;
  }

  private CorruptLogException damage(long offset, String what) {
    SegmentFile in = file;
    return new CorruptLogException(in == null ? "" : in.name(), offset, position, what);
  }

  private void seek(SegmentScan in) throws IOException {
    long wanted = position;
    skip(in, batch -> batch.firstPosition() <= wanted);
  }

  /** Goes to a batch before which, and at which, this holds; some more of them may follow. */
  void skipTo(Predicate<BatchView> holds) throws IOException {
    isSeeking = false;
    SegmentScan in = open();
    position = segment;
    long offset = skip(in, holds);
    if (offset > 0 && in.next() == SegmentScan.Step.BATCH) {
      position = Math.max(position, in.batch().firstPosition());
    }
    in.moveTo(offset);
  }

  private long skip(SegmentScan in, Predicate<BatchView> holds) throws IOException {
    SegmentFile from = file;
    long low = 0;
    long high = from == null ? 0 : log.usedBytes(segment, from);
    while (high - low > SEARCH_BYTES_MIN) {
      long middle = (low + high) >>> 1;
      if (in.findBatch(middle, high) && holds.test(in.batch())) {
        low = in.offset();
      } else {
        high = middle;
      }
    }
    in.moveTo(low);
    return low;
  }

  long watermarkOfPreamble() throws IOException {
    SegmentScan in = open();
    step(in, true);
    return in.batch().watermarkNs();
  }

  void readPreamble(RecordHandler handler) throws IOException {
    SegmentScan in = open();
    while (true) {
      step(in, true);
      if (in.batch().kind() != BatchLayout.KIND_PREAMBLE) {
        return;
      }
      in.batch().forEach(BatchLayout.NO_POSITION, handler);
    }
  }

  @Override
  public BatchView batch() {
    SegmentScan in = scan;
    if (in == null) {
      throw new IllegalStateException("no batch: call next first");
    }
    return in.batch();
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public void close() {
    leave();
  }
}
