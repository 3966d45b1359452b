package dev.weir.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads every byte of a log and names all damage. Changes nothing and takes no lock: it may be used
 * on a log that another process is writing.
 *
 * <p>One loss cannot be noticed here: that of the last batches of a log that was not closed in
 * order, when nothing of them is left. What refers to the log from outside, a checkpoint or an
 * alert log, knows better.
 */
public final class LogCheck {
  /**
   * What was found.
   *
   * @param wasClosed the log was closed in order
   * @param firstPosition the oldest
   * @param nextPosition behind the last record that can be read
   * @param segments number of segments
   * @param batches that can be read
   * @param records that can be read
   * @param bytes of the segments
   * @param firstAppendedNs when the first batch was appended; 0 if there is none
   * @param lastAppendedNs when the last batch was appended; 0 if there is none
   * @param watermarkNs stream watermark behind the last batch; the least value if there is none
   * @param unfinished an excerpt at the end that is being written, or was when its process ended:
   *     no damage; or empty
   * @param damages in order
   */
  public record Report(
      boolean wasClosed,
      long firstPosition,
      long nextPosition,
      int segments,
      long batches,
      long records,
      long bytes,
      long firstAppendedNs,
      long lastAppendedNs,
      long watermarkNs,
      String unfinished,
      List<Damage> damages) {}

  private final SegmentStore store;
  private final List<Damage> damages = new ArrayList<>();
  private String unfinished = "";
  private long batches;
  private long records;
  private long bytes;
  private long firstAppendedNs;
  private long lastAppendedNs;
  private long watermarkNs = Long.MIN_VALUE;

  private LogCheck(SegmentStore store) {
    this.store = store;
  }

  /**
   * Checks the log in a folder.
   *
   * @throws LogException if there is none, or it cannot be read
   */
  public static Report verify(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new LogException(folder + ": no log here");
    }
    try {
      return verify(new ChronicleStore(folder));
    } catch (IOException e) {
      throw new LogException(folder + ": cannot be read: " + e.getMessage(), e);
    }
  }

  static Report verify(SegmentStore store) throws IOException {
    return new LogCheck(store).verify();
  }

  private Report verify() throws IOException {
    List<Long> segments = store.segments();
    byte[] content = store.readIdentity();
    if (content == null && segments.isEmpty()) {
      throw new LogException(store.name() + ": no log here");
    }
    Identity identity = content == null ? null : Identity.decode(content);
    if (identity == null) {
      damages.add(new Damage(store.name(), 0, 0, 0, "its identity cannot be read"));
    }
    boolean wasClosed = identity != null && identity.end() != Identity.NOT_CLOSED;
    long expected = segments.isEmpty() ? 0 : segments.get(0);
    long logId =
        identity != null
            ? identity.logId()
            : segments.isEmpty() ? SegmentScan.ANY_LOG : Recovery.idOf(store, segments);
    for (int i = 0; i < segments.size(); i++) {
      long first = segments.get(i);
      boolean isLast = i == segments.size() - 1;
      try (SegmentFile file = store.open(first)) {
        if (first != expected) {
          damages.add(
              new Damage(file.name(), 0, expected, first, "a segment before it is missing"));
        }
        long end =
            !isLast
                ? segments.get(i + 1)
                : identity != null && wasClosed ? identity.end() : Damage.TO_THE_END;
        expected = check(file, first, logId, end);
      }
    }
    if (identity != null) {
      long end = wasClosed ? identity.end() : identity.floor();
      if (expected < end) {
        damages.add(
            new Damage(store.name(), 0, expected, end, "the log is known to have reached further"));
      }
    }
    return new Report(
        wasClosed,
        segments.isEmpty() ? expected : segments.get(0),
        expected,
        segments.size(),
        batches,
        records,
        bytes,
        firstAppendedNs,
        lastAppendedNs,
        watermarkNs,
        unfinished,
        List.copyOf(damages));
  }

  /** Checks a segment that is known to end at this position; or not known, being written. */
  private long check(SegmentFile file, long first, long logId, long end) throws IOException {
    boolean isOpen = end == Damage.TO_THE_END;
    SegmentCheck check =
        SegmentCheck.of(
            file,
            first,
            logId,
            batch -> {
              lastAppendedNs = batch.appendedNs();
              watermarkNs = batch.watermarkNs();
              if (firstAppendedNs == 0) {
                firstAppendedNs = lastAppendedNs;
              }
            });
    batches += check.batches();
    records += check.records();
    bytes += file.size();
    boolean isLastUnfinished =
        check.isGood() && check.isGoodHeaderDamaged() && !check.damages().isEmpty();
    if (isOpen && (check.isTorn() || isLastUnfinished)) {
      Damage torn = check.damages().remove(check.damages().size() - 1);
      unfinished = torn.toString();
    }
    for (Damage damage : check.damages()) {
      damages.add(
          damage.toPosition() == Damage.TO_THE_END
              ? new Damage(
                  damage.file(),
                  damage.offset(),
                  damage.fromPosition(),
                  Math.max(end, damage.fromPosition()),
                  damage.what())
              : damage);
    }
    if (!isOpen && !check.isSealed() && check.isGood()) {
      damages.add(
          new Damage(
              file.name(),
              check.goodEndOffset(),
              check.endPosition(),
              check.endPosition(),
              "the seal of the segment is missing"));
    }
    boolean isNamed =
        !check.damages().isEmpty()
            && check.damages().get(check.damages().size() - 1).toPosition() == Damage.TO_THE_END;
    return isNamed && !isOpen ? Math.max(end, check.endPosition()) : check.endPosition();
  }
}
