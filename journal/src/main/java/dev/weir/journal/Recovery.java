package dev.weir.journal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds out, when a log is opened, where it ends.
 *
 * <p>The rules. A log that was closed in order must end where it was closed. Else, after the end of
 * a process only, the operating system has kept every write: an excerpt that was begun and not
 * finished, with nothing behind it, is cut off; anything else is damage. After a power cut, which
 * is possible where the machine has been started again since, any page written since the last flush
 * may be missing: the log is cut at the first position that cannot be read, with all that follows,
 * unless a batch that can be read says that this position was already on disk; then it is damage.
 * Damage throws {@link CorruptLogException}; no record is taken away then.
 */
final class Recovery {
  /**
   * What was found; everything up to {@code next} is on disk.
   *
   * @param segments first positions of what is left
   * @param watermarkNs of the last batch, or the least value
   * @param appendedNs of the last batch, or the least value
   */
  record Found(
      long logId,
      List<Long> segments,
      long next,
      long watermarkNs,
      long appendedNs,
      Log.Opening opening) {}

  private final SegmentStore store;
  private final List<Long> segments;
  private final long logId;
  private long readableCut;
  private String cut = "";

  private Recovery(SegmentStore store, List<Long> segments, long logId) {
    this.store = store;
    this.segments = new ArrayList<>(segments);
    this.logId = logId;
  }

  static Found run(SegmentStore store) throws IOException {
    List<Long> segments = store.segments();
    byte[] content = store.readIdentity();
    Identity identity = content == null ? null : Identity.decode(content);
    if (segments.isEmpty()) {
      return empty(store, content, identity);
    }
    long logId = identity == null ? idOf(store, segments) : identity.logId();
    return new Recovery(store, segments, logId).run(identity);
  }

  private static Found empty(
      SegmentStore store, byte @Nullable [] content, @Nullable Identity identity) {
    if (content != null && identity == null) {
      throw new CorruptLogException(store.name(), 0, 0, "its identity cannot be read");
    }
    if (identity == null) {
      return found(store.newLogId(), 0, true);
    }
    if (identity.end() > identity.floor()) {
      throw new CorruptLogException(
          store.name(), 0, identity.floor(), "all segments up to " + identity.end() + " are gone");
    }
    return found(identity.logId(), identity.floor(), identity.end() != Identity.NOT_CLOSED);
  }

  private static Found found(long logId, long next, boolean wasClosed) {
    return new Found(
        logId, List.of(), next, Long.MIN_VALUE, Long.MIN_VALUE, new Log.Opening(wasClosed, "", 0));
  }

  /** The id that the first batch that can be read bears. */
  static long idOf(SegmentStore store, List<Long> segments) throws IOException {
    for (long first : segments) {
      try (SegmentFile file = store.open(first)) {
        SegmentScan scan = new SegmentScan(file, SegmentScan.ANY_LOG);
        if (scan.findBatch(0, file.size())) {
          return scan.batch().logId();
        }
      }
    }
    throw new CorruptLogException(store.name(), 0, segments.get(0), "no batch can be read");
  }

  private Found run(@Nullable Identity identity) throws IOException {
    boolean wasClosed = identity != null && identity.end() != Identity.NOT_CLOSED;
    boolean canBePowerCut =
        !wasClosed
            && (identity == null
                || identity.boot().isEmpty()
                || !identity.boot().equals(store.bootId()));
    int last = segments.size() - 1;
    SegmentCheck end = wasClosed ? checkClosed(last) : check(last);
    long durable = Math.max(end.durable(), identity == null ? 0 : identity.floor());
    if (identity != null && wasClosed && end.goodEndPosition() != identity.end()) {
      throw corrupt(last, end, "closed at position " + identity.end() + ", this is missing");
    }
    for (int i = 0; i < last; i++) {
      SegmentCheck seal = checkClosed(i);
      boolean mayBeCut = canBePowerCut && segments.get(i + 1) >= durable;
      if (!mayBeCut && seal.goodEndPosition() != segments.get(i + 1)) {
        throw corrupt(i, seal, "the segment after it begins at " + segments.get(i + 1));
      }
    }
    if (wasClosed && !end.isSealed()) {
      finish(last, end);
    }
    if (!wasClosed) {
      end = canBePowerCut ? afterPowerCut(durable) : afterEndOfProcess(end, durable);
    }
    long next = end.goodEndPosition();
    if (!segments.isEmpty() && end.goodWatermarkNs() == Long.MIN_VALUE) {
      // the last segment held nothing and is gone: the one before knows the watermark
      end = checkClosed(segments.size() - 1);
    }
    return new Found(
        logId,
        List.copyOf(segments),
        next,
        end.goodWatermarkNs(),
        end.goodAppendedNs(),
        new Log.Opening(wasClosed, cut, readableCut));
  }

  private SegmentCheck afterEndOfProcess(SegmentCheck end, long durable) throws IOException {
    int last = segments.size() - 1;
    if (!end.isGood() && !(end.isTorn() && end.goodEndPosition() >= durable)) {
      throw corrupt(last, end, "");
    }
    for (int i = 0; i < last; i++) {
      if (segments.get(i + 1) > durable) {
        store.force(segments.get(i));
      }
    }
    cut = firstLoss(end);
    finish(last, end);
    return end;
  }

  private SegmentCheck afterPowerCut(long durable) throws IOException {
    int last = segments.size() - 1;
    int from = 0;
    while (from < last && segments.get(from + 1) < durable) {
      from++;
    }
    int i = from;
    SegmentCheck check = check(i);
    while (i < last && check.goodEndPosition() == segments.get(i + 1)) {
      // all records are there; the seal may be lost
      finish(i, check);
      i++;
      check = check(i);
    }
    if (check.goodEndPosition() < durable) {
      throw corrupt(i, check, "position " + (durable - 1) + " was on disk");
    }
    readableCut = check.recordsAfterDamage();
    for (int later = last; later > i; later--) {
      readableCut += check(later).records();
      cut = "segment " + SegmentName.of(segments.get(later)) + " and ";
      store.delete(segments.get(later));
      segments.remove(later);
    }
    cut = cut + firstLoss(check);
    finish(i, check);
    return check;
  }

  /** Ends the last segment behind its last good batch. */
  private void finish(int index, SegmentCheck check) throws IOException {
    long first = segments.get(index);
    if (check.isSealed() && check.isGood()) {
      store.force(first);
      return;
    }
    if (check.goodEndPosition() == first) {
      store.delete(first);
      segments.remove(index);
      return;
    }
    if (check.isGoodHeaderDamaged()) {
      int length = (int) (check.goodEndOffset() - check.goodOffset());
      store.writeHeader(first, check.goodOffset(), length - SegmentScan.EXCERPT_HEADER_BYTES);
    }
    store.finish(
        first,
        check.goodEndOffset(),
        Seal.excerpt(
            check.goodEndPosition(), check.goodWatermarkNs(), check.goodAppendedNs(), logId));
  }

  private static String firstLoss(SegmentCheck check) {
    for (Damage damage : check.damages()) {
      if (damage.losesRecords()) {
        return damage.toString();
      }
    }
    return "";
  }

  private SegmentCheck check(int index) throws IOException {
    long first = segments.get(index);
    try (SegmentFile file = store.open(first)) {
      return SegmentCheck.of(file, first, logId);
    }
  }

  /** As {@link #check}, but where the seal stands at the end it is believed. */
  private SegmentCheck checkClosed(int index) throws IOException {
    long first = segments.get(index);
    try (SegmentFile file = store.open(first)) {
      SegmentScan scan = new SegmentScan(file, logId);
      scan.moveTo(file.size() - Seal.EXCERPT_BYTES);
      if (file.size() > Seal.EXCERPT_BYTES
          && scan.next() == SegmentScan.Step.BATCH
          && scan.batch().kind() == BatchLayout.KIND_SEAL) {
        return SegmentCheck.sealed(scan.batch());
      }
      return SegmentCheck.of(file, first, logId);
    }
  }

  private CorruptLogException corrupt(int index, SegmentCheck check, String otherwise)
      throws IOException {
    for (Damage damage : check.damages()) {
      if (damage.losesRecords()) {
        return new CorruptLogException(
            damage.file(), damage.offset(), damage.fromPosition(), damage.what());
      }
    }
    for (Damage damage : check.damages()) {
      if (check.goodEndPosition() == segments.get(index) && !check.hasPreamble()) {
        return new CorruptLogException(
            damage.file(), damage.offset(), damage.fromPosition(), damage.what());
      }
    }
    try (SegmentFile file = store.open(segments.get(index))) {
      return new CorruptLogException(
          file.name(),
          check.goodEndOffset(),
          check.goodEndPosition(),
          "the segment ends before its end: " + otherwise);
    }
  }
}
