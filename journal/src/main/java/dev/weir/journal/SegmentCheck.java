package dev.weir.journal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A walk over a whole segment that reads every batch and names all damage. Linear in the segment.
 * Used on recovery, by {@link LogCheck} and by {@link LogRepair}. Owned by one thread.
 */
final class SegmentCheck {
  /** Takes each whole batch but the seal, in order of position. */
  @FunctionalInterface
  interface BatchHandler {
    void onBatch(BatchView batch) throws IOException;
  }

  private final List<Damage> damages = new ArrayList<>();
  private long expected;
  private long goodOffset;
  private boolean isGoodHeaderDamaged;
  private long goodEndOffset;
  private long goodEndPosition;
  private long goodWatermarkNs = Long.MIN_VALUE;
  private long goodAppendedNs = Long.MIN_VALUE;
  private boolean isGood = true;
  private boolean isSealed;
  private boolean isTorn;
  private long durable;
  private long records;
  private long batches;
  private long recordsAfterDamage;
  private int partsOfPreamble;
  private boolean hasPreamble;

  private SegmentCheck(long firstPosition) {
    expected = firstPosition;
    goodEndPosition = firstPosition;
  }

  /** Walks over a segment. */
  static SegmentCheck of(SegmentFile file, long firstPosition, long logId) throws IOException {
    return of(file, firstPosition, logId, batch -> {});
  }

  /** What a seal at the end of a segment says, the rest unread. */
  static SegmentCheck sealed(BatchView seal) {
    SegmentCheck check = new SegmentCheck(seal.firstPosition());
    check.goodWatermarkNs = seal.watermarkNs();
    check.goodAppendedNs = seal.appendedNs();
    check.durable = seal.durable();
    check.isSealed = true;
    return check;
  }

  static SegmentCheck of(SegmentFile file, long firstPosition, long logId, BatchHandler handler)
      throws IOException {
    SegmentCheck check = new SegmentCheck(firstPosition);
    check.walk(file, new SegmentScan(file, logId), handler);
    return check;
  }

  private void walk(SegmentFile file, SegmentScan scan, BatchHandler handler) throws IOException {
    long size = file.size();
    while (!isSealed) {
      long behind = scan.endOffset();
      switch (scan.next(expected, size)) {
        case BATCH -> take(file, scan, handler, behind);
        case END -> {
          return;
        }
        case DAMAGE -> {
          isTorn = isGood && scan.isUnfinished();
          isGood = false;
          damages.add(
              new Damage(file.name(), scan.offset(), expected, Damage.TO_THE_END, scan.fault()));
          return;
        }
      }
    }
    if (scan.endOffset() < size && scan.findNonZero(scan.endOffset(), size) >= 0) {
      damages.add(
          new Damage(
              file.name(),
              scan.endOffset(),
              expected,
              expected,
              "something stands behind the seal"));
    }
  }

  private void take(SegmentFile file, SegmentScan scan, BatchHandler handler, long behind)
      throws IOException {
    BatchView batch = scan.batch();
    durable = Math.max(durable, batch.durable());
    if (batch.firstPosition() > expected) {
      String what = scan.isHeaderDamaged() ? scan.fault() : "batches are missing";
      damages.add(new Damage(file.name(), behind, expected, batch.firstPosition(), what));
      isGood = false;
    } else if (batch.firstPosition() < expected) {
      damages.add(
          new Damage(
              file.name(),
              scan.offset(),
              expected,
              expected,
              "a batch stands twice: position " + batch.firstPosition()));
      return;
    } else if (scan.isHeaderDamaged()) {
      damages.add(
          new Damage(
              file.name(),
              behind,
              expected,
              expected,
              "bytes of Chronicle Queue's own are damaged"));
    }
    checkPreamble(file, scan, batch);
    if (!isGood) {
      recordsAfterDamage += batch.count();
    }
    expected = batch.endPosition();
    isSealed = batch.kind() == BatchLayout.KIND_SEAL;
    if (batch.kind() == BatchLayout.KIND_RECORDS || batch.kind() == BatchLayout.KIND_GAP) {
      records += batch.count();
      batches++;
    } else if (batch.kind() == BatchLayout.KIND_PREAMBLE) {
      expected = batch.firstPosition();
    }
    if (!isSealed) {
      handler.onBatch(batch);
    }
    if (isGood) {
      goodOffset = scan.offset();
      isGoodHeaderDamaged = scan.isHeaderDamaged();
      goodEndOffset = scan.endOffset();
      goodEndPosition = expected;
      goodWatermarkNs = batch.watermarkNs();
      goodAppendedNs = batch.appendedNs();
    }
  }

  /** A preamble has no position, so that a part of it that is lost shows by its number alone. */
  private void checkPreamble(SegmentFile file, SegmentScan scan, BatchView batch) {
    if (hasPreamble) {
      return;
    }
    boolean isNextPart =
        batch.kind() == BatchLayout.KIND_PREAMBLE && batch.part() == partsOfPreamble;
    if (isNextPart) {
      partsOfPreamble++;
      hasPreamble = batch.isLastPart();
    } else if (isGood) {
      String what = "the preamble of the segment is lost, or a part of it";
      damages.add(new Damage(file.name(), scan.offset(), expected, expected, what));
      isGood = false;
    }
  }

  /** What opens the segment is whole. */
  boolean hasPreamble() {
    return hasPreamble;
  }

  /** All damage, in order. */
  List<Damage> damages() {
    return damages;
  }

  /** Neither the preamble nor a record is missing up to the end of what was written. */
  boolean isGood() {
    return isGood;
  }

  /** The segment was ended in order. */
  boolean isSealed() {
    return isSealed;
  }

  /** The only damage is one excerpt at the end that was begun and not finished. */
  boolean isTorn() {
    return isTorn;
  }

  /** Byte at which the excerpt of the last batch before the first loss begins. */
  long goodOffset() {
    return goodOffset;
  }

  /**
   * The last batch before the first loss is whole, its excerpt not finished: the process ended
   * between the two.
   */
  boolean isGoodHeaderDamaged() {
    return isGoodHeaderDamaged;
  }

  /** Byte behind the last batch before the first loss. */
  long goodEndOffset() {
    return goodEndOffset;
  }

  /** Position behind the last batch before the first loss. */
  long goodEndPosition() {
    return goodEndPosition;
  }

  /** Of the last batch before the first loss; least value if there is none. */
  long goodWatermarkNs() {
    return goodWatermarkNs;
  }

  /** Of the last batch before the first loss; least value if there is none. */
  long goodAppendedNs() {
    return goodAppendedNs;
  }

  /** The position behind the last batch that can be read. */
  long endPosition() {
    return expected;
  }

  /** Every position below it was on disk, as the batches that can be read say. */
  long durable() {
    return durable;
  }

  /** Records that can be read. */
  long records() {
    return records;
  }

  /** Batches that can be read, of records and gaps. */
  long batches() {
    return batches;
  }

  /** Records that can be read behind the first loss. */
  long recordsAfterDamage() {
    return recordsAfterDamage;
  }
}
