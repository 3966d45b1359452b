package dev.weir.journal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** A log as a row of segments in a store. Threads as {@link Log} has them. */
final class SegmentLog implements Log {
  private final SegmentStore store;
  private final LogOptions options;
  private final long logId;
  private final Opening opening;
  private final BatchBuffer control = new BatchBuffer();
  private final ConcurrentSkipListMap<String, PositionHold> holds = new ConcurrentSkipListMap<>();

  /** Guards {@link #writer} against being replaced while it is flushed, and {@link #unforced}. */
  private final Object flush = new Object();

  private final List<Long> unforced = new ArrayList<>();

  private final Durations flushTimes = new Durations();
  private volatile long[] segments;
  private volatile long next;
  private volatile long onDisk;
  private volatile long activeBytes;
  private volatile @Nullable Throwable failure;
  private @Nullable SegmentWriter writer;
  private long watermarkNs;
  private long appendedNs;
  private volatile long unsyncedSinceNs;
  private boolean isClosed;

  private SegmentLog(SegmentStore store, LogOptions options, Recovery.Found found) {
    this.store = store;
    this.options = options;
    logId = found.logId();
    opening = found.opening();
    segments = found.segments().stream().mapToLong(Long::longValue).toArray();
    next = found.next();
    onDisk = found.next();
    watermarkNs = found.watermarkNs();
    appendedNs = found.appendedNs();
  }

  /**
   * Opens the log in a store, or makes a new one, and closes the store with it.
   *
   * @throws LogException in words for the user
   */
  static SegmentLog open(SegmentStore store, LogOptions options) {
    try {
      store.lock();
      Recovery.Found found = Recovery.run(store);
      store.writeIdentity(
          new Identity(found.logId(), store.bootId(), found.next(), Identity.NOT_CLOSED).encode());
      return new SegmentLog(store, options, found);
    } catch (IOException e) {
      closeQuietly(store, e);
      throw new LogException(store.name() + ": cannot be opened: " + e.getMessage(), e);
    } catch (RuntimeException | Error e) {
      closeQuietly(store, e);
      throw e;
    }
  }

  private static void closeQuietly(SegmentStore store, Throwable because) {
    try {
      store.close();
    } catch (IOException e) {
      because.addSuppressed(e);
    }
  }

  @Override
  public Appended append(BatchBuffer batch, long batchWatermarkNs, long nowNs) {
    checkUsable();
    if (batch.isEmpty()) {
      throw new IllegalArgumentException("empty batch: position=" + next);
    }
    if (batchWatermarkNs < watermarkNs) {
      throw new IllegalArgumentException(
          "watermark goes back: from=" + watermarkNs + " to=" + batchWatermarkNs);
    }
    try {
      SegmentWriter segment = segmentFor(batch.length(), nowNs);
      if (segment == null) {
        return Appended.DISK_FULL;
      }
      appendedNs = Math.max(appendedNs, nowNs);
      watermarkNs = batchWatermarkNs;
      long position = next;
      batch.complete(BatchLayout.KIND_RECORDS, position, watermarkNs, appendedNs, onDisk, logId);
      segment.append(batch.bytes(), batch.length());
      activeBytes = segment.size();
      if (onDisk == position) {
        unsyncedSinceNs = nowNs;
      }
      next = position + batch.count();
    } catch (IOException | RuntimeException | Error e) {
      throw fail("append", e);
    }
    if (options.durability().mode() == Durability.Mode.SYNC) {
      sync();
    }
    return Appended.YES;
  }

  /** The segment to write to, with room for this much; null where the disk is full. */
  private @Nullable SegmentWriter segmentFor(int length, long nowNs) throws IOException {
    SegmentWriter segment = writer;
    if (segment != null && segment.size() >= options.segmentBytes() && next > lastSegment()) {
      seal(segment);
      segment = null;
    }
    if (segment == null) {
      segment = begin(nowNs);
    }
    return segment != null && segment.reserve(length) ? segment : null;
  }

  private @Nullable SegmentWriter begin(long nowNs) throws IOException {
    long first = next;
    SegmentWriter segment = store.create(first, nowNs);
    if (segment == null) {
      return null;
    }
    appendedNs = Math.max(appendedNs, nowNs);
    boolean more = true;
    for (int part = 0; more; part++) {
      control.clear();
      more = options.preamble().write(part, control);
      control.completePreamble(part, !more, first, watermarkNs, appendedNs, onDisk, logId);
      if (!segment.reserve(control.length())) {
        segment.close();
        store.delete(first);
        return null;
      }
      segment.append(control.bytes(), control.length());
    }
    activeBytes = segment.size();
    long[] old = segments;
    long[] grown = Arrays.copyOf(old, old.length + 1);
    grown[old.length] = first;
    synchronized (flush) {
      segments = grown;
      writer = segment;
    }
    return segment;
  }

  private void seal(SegmentWriter segment) throws IOException {
    synchronized (flush) {
      boolean forces = options.durability().mode() != Durability.Mode.PROCESS;
      control.clear();
      control.complete(BatchLayout.KIND_SEAL, next, watermarkNs, appendedNs, onDisk, logId);
      segment.append(control.bytes(), control.length());
      writer = null;
      if (forces) {
        segment.force();
      }
      segment.close();
      if (forces) {
        store.force(lastSegment());
        onDisk = next;
      } else {
        unforced.add(lastSegment());
      }
    }
  }

  private long lastSegment() {
    return segments[segments.length - 1];
  }

  @Override
  public void sync() {
    checkUsable();
    synchronized (flush) {
      try {
        long beganNs = System.nanoTime();
        long upTo = next;
        for (long first : unforced) {
          store.force(first);
        }
        unforced.clear();
        SegmentWriter segment = writer;
        if (segment != null) {
          segment.force();
        }
        onDisk = Math.max(onDisk, upTo);
        flushTimes.add(System.nanoTime() - beganNs);
      } catch (IOException | RuntimeException | Error e) {
        throw fail("flush", e);
      }
    }
  }

  @Override
  public boolean syncIfDue(long nowNs) {
    if (options.durability().mode() != Durability.Mode.GROUP
        || onDisk == next
        || nowNs - unsyncedSinceNs < options.durability().groupNs()) {
      return false;
    }
    unsyncedSinceNs = nowNs;
    sync();
    return true;
  }

  @Override
  public Durations flushTimes() {
    return flushTimes;
  }

  @Override
  public long nextPosition() {
    return next;
  }

  @Override
  public long firstPosition() {
    long[] all = segments;
    return all.length == 0 ? next : all[0];
  }

  @Override
  public long durablePosition() {
    return options.durability().mode() == Durability.Mode.PROCESS ? next : onDisk;
  }

  @Override
  public LogReader reader(long position) {
    checkRange(position);
    return new SegmentReader(this, position);
  }

  private void checkRange(long position) {
    if (position < firstPosition() || position > next) {
      throw new IllegalArgumentException(
          store.name()
              + ": no such position: position="
              + position
              + " first="
              + firstPosition()
              + " next="
              + next);
    }
  }

  @Override
  public long positionAtTime(long streamTimeNs) {
    long[] all = segments;
    int low = 0;
    int high = all.length;
    try {
      // the last segment that begins below the time: its preamble bears the watermark before it
      while (high - low > 1) {
        int middle = (low + high) >>> 1;
        try (SegmentReader reader = new SegmentReader(this, all[middle])) {
          if (reader.watermarkOfPreamble() < streamTimeNs) {
            low = middle;
          } else {
            high = middle;
          }
        }
      }
      if (all.length == 0) {
        return next;
      }
      try (SegmentReader reader = new SegmentReader(this, all[low])) {
        reader.skipTo(batch -> batch.watermarkNs() < streamTimeNs);
        while (reader.next()) {
          if (reader.batch().watermarkNs() >= streamTimeNs) {
            return reader.batch().firstPosition();
          }
        }
        return reader.position();
      }
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  @Override
  public long readPreamble(long position, RecordHandler handler) {
    checkRange(position);
    long[] all = segments;
    if (all.length == 0) {
      return next;
    }
    long first = all[floor(all, position)];
    try (SegmentReader reader = new SegmentReader(this, first)) {
      reader.readPreamble(handler);
      return first;
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  @Override
  public Hold hold(String name, long position) {
    PositionHold hold = new PositionHold(name, position);
    if (holds.putIfAbsent(name, hold) != null) {
      throw new IllegalArgumentException("hold twice: name=" + name);
    }
    return hold;
  }

  @Override
  public Retained retain(Retention retention, long nowNs) {
    checkUsable();
    synchronized (flush) {
      try {
        return retainUnderLock(retention, nowNs);
      } catch (IOException e) {
        throw new LogException(store.name() + ": retention failed: " + e.getMessage(), e);
      }
    }
  }

  private Retained retainUnderLock(Retention retention, long nowNs) throws IOException {
    long[] all = segments;
    long total = sizeBytes();
    long freed = 0;
    int gone = 0;
    String heldBy = "";
    // a segment goes only if the one after it holds a record, so that the log's end is never lost
    while (gone + 1 < all.length && next > all[gone + 1]) {
      long bytes;
      long agedNs;
      try (SegmentFile file = store.open(all[gone])) {
        bytes = file.size();
        agedNs = nowNs - Seal.appendedNs(file, logId);
      }
      if (total - freed <= retention.bytesMax() && agedNs <= retention.ageNsMax()) {
        break;
      }
      heldBy = holderBelow(all[gone + 1]);
      if (!heldBy.isEmpty()) {
        break;
      }
      // first out of sight, then off the disk
      segments = Arrays.copyOfRange(all, gone + 1, all.length);
      long deleted = all[gone];
      unforced.removeIf(first -> first == deleted);
      store.delete(all[gone]);
      freed += bytes;
      gone++;
    }
    return new Retained(gone, freed, firstPosition(), heldBy);
  }

  private String holderBelow(long position) {
    for (PositionHold hold : holds.values()) {
      if (hold.position < position) {
        return hold.name;
      }
    }
    return "";
  }

  @Override
  public long sizeBytes() {
    long total = 0;
    long[] all = segments;
    SegmentWriter active = writer;
    int sealed = active == null ? all.length : all.length - 1;
    try {
      for (int i = 0; i < sealed; i++) {
        try (SegmentFile file = store.open(all[i])) {
          total += file.size();
        }
      }
    } catch (IOException e) {
      throw unreadable(e);
    }
    return active == null ? total : total + activeBytes;
  }

  @Override
  public Opening opening() {
    return opening;
  }

  @Override
  public void close() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    try (SegmentStore closing = store) {
      SegmentWriter segment = writer;
      if (failure != null) {
        if (segment != null) {
          segment.close();
        }
        return;
      }
      if (segment != null) {
        seal(segment);
      }
      sync();
      closing.writeIdentity(new Identity(logId, closing.bootId(), next, next).encode());
    } catch (IOException e) {
      throw fail("close", e);
    }
  }

  private LogException unreadable(IOException e) {
    return new LogException(store.name() + ": cannot be read: " + e.getMessage(), e);
  }

  private void checkUsable() {
    Throwable cause = failure;
    if (cause != null) {
      throw new LogFailedException(store.name() + ": failed before: " + cause.getMessage(), cause);
    }
  }

  private LogFailedException fail(String what, Throwable cause) {
    failure = cause;
    return new LogFailedException(
        store.name() + ": " + what + " failed at position " + next + ": " + cause, cause);
  }

  // for readers

  long logId() {
    return logId;
  }

  SegmentFile openSegment(long first) throws IOException {
    return store.open(first);
  }

  /** First position of the segment that holds this position, or that is to hold it. */
  long segmentOf(long position) {
    long[] all = segments;
    int index = floor(all, position);
    return index < 0 ? BatchLayout.NO_POSITION : all[index];
  }

  /** Bytes of the segment that were written; Chronicle Queue makes the file larger ahead. */
  long usedBytes(long first, SegmentFile file) throws IOException {
    long used = activeBytes;
    long[] all = segments;
    return writer != null && all[all.length - 1] == first ? used : file.size();
  }

  private static int floor(long[] all, long position) {
    int index = Arrays.binarySearch(all, position);
    return index >= 0 ? index : -index - 2;
  }

  private final class PositionHold implements Hold {
    private final String name;
    private volatile long position;

    PositionHold(String name, long position) {
      this.name = name;
      this.position = position;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public long position() {
      return position;
    }

    @Override
    public void moveTo(long newPosition) {
      if (newPosition < position) {
        throw new IllegalArgumentException(
            "hold goes back: name=" + name + " from=" + position + " to=" + newPosition);
      }
      position = newPosition;
    }

    @Override
    public void close() {
      holds.remove(name, this);
    }
  }
}
