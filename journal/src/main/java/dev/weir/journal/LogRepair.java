package dev.weir.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes what can be read of a damaged log into a new one; the old one is not changed. Every record
 * keeps its position; where records are lost stands a gap. Needs the log for itself.
 */
public final class LogRepair {
  /**
   * What was saved.
   *
   * @param records copied
   * @param lost positions that are gaps now
   * @param nextPosition where the new log goes on
   * @param damages as {@link LogCheck} names them
   */
  public record Repaired(long records, long lost, long nextPosition, List<Damage> damages) {}

  private final SegmentStore from;
  private final SegmentStore to;
  private final long logId;
  private final long newLogId;
  private final BatchBuffer batch = new BatchBuffer();
  private final List<Damage> damages = new ArrayList<>();
  private @Nullable SegmentWriter writer;
  private long expected;
  private long records;
  private long lost;
  private long watermarkNs = Long.MIN_VALUE;
  private long appendedNs;
  private int parts; // of the preamble of the segment at hand
  private boolean isPreambleEnded; // that of the segment at hand

  private LogRepair(SegmentStore from, SegmentStore to, long logId) {
    this.from = from;
    this.to = to;
    this.logId = logId;
    newLogId = to.newLogId();
  }

  /**
   * Repairs the log in a folder into another folder, which must be empty or not exist.
   *
   * @throws LogException in words for the user
   */
  public static Repaired repair(Path damaged, Path repaired) {
    if (!Files.isDirectory(damaged)) {
      throw new LogException(damaged + ": no log here");
    }
    try (SegmentStore from = new ChronicleStore(damaged);
        SegmentStore to = new ChronicleStore(repaired)) {
      from.lock();
      to.lock();
      return repair(from, to);
    } catch (IOException e) {
      throw new LogException(damaged + ": repair failed: " + e.getMessage(), e);
    }
  }

  static Repaired repair(SegmentStore from, SegmentStore to) throws IOException {
    if (!to.segments().isEmpty() || to.readIdentity() != null) {
      throw new LogException(to.name() + ": there is a log already");
    }
    List<Long> segments = from.segments();
    if (segments.isEmpty()) {
      throw new LogException(from.name() + ": nothing to repair: no segments");
    }
    byte[] content = from.readIdentity();
    Identity identity = content == null ? null : Identity.decode(content);
    long logId = identity == null ? Recovery.idOf(from, segments) : identity.logId();
    return new LogRepair(from, to, logId).run(segments, identity);
  }

  private Repaired run(List<Long> segments, @Nullable Identity identity) throws IOException {
    expected = segments.get(0);
    for (int i = 0; i < segments.size(); i++) {
      boolean isLast = i == segments.size() - 1;
      long known = identity == null ? 0 : Math.max(identity.end(), identity.floor());
      copy(segments.get(i), isLast ? known : segments.get(i + 1));
    }
    to.writeIdentity(new Identity(newLogId, to.bootId(), expected, expected).encode());
    return new Repaired(records, lost, expected, List.copyOf(damages));
  }

  /** Copies a segment, which is known to reach to this position at least. */
  private void copy(long first, long known) throws IOException {
    try (SegmentFile file = from.open(first)) {
      parts = 0;
      isPreambleEnded = false;
      SegmentCheck check = SegmentCheck.of(file, first, logId, this::take);
      damages.addAll(check.damages());
      long end = Math.max(check.endPosition(), known);
      if (end > expected) {
        gap(end);
      }
    }
    SegmentWriter ended = writer;
    if (ended != null) {
      endPreamble();
      writer = null;
      batch.clear();
      write(ended, BatchLayout.KIND_SEAL, expected, 0);
      ended.force();
      ended.close();
    }
  }

  private void take(BatchView read) throws IOException {
    if (read.firstPosition() > expected) {
      gap(read.firstPosition());
    }
    watermarkNs = read.watermarkNs();
    appendedNs = read.appendedNs();
    int wasLost = (int) (read.endPosition() - read.firstPosition() - read.count());
    if (read.kind() == BatchLayout.KIND_PREAMBLE) {
      batch.copy(read);
      writePart(read.isLastPart());
      return;
    }
    endPreamble();
    batch.copy(read);
    write(target(), read.kind(), expected, wasLost);
    records += read.count();
    expected = read.endPosition();
  }

  /** Where the last part of the preamble is lost an empty one ends it. */
  private void endPreamble() throws IOException {
    if (!isPreambleEnded) {
      batch.clear();
      writePart(/* isLast= */ true);
    }
  }

  private void writePart(boolean isLast) throws IOException {
    SegmentWriter segment = target();
    batch.completePreamble(parts++, isLast, expected, watermarkNs, appendedNs, 0, newLogId);
    isPreambleEnded = isLast;
    append(segment);
  }

  private void gap(long end) throws IOException {
    while (expected < end) {
      int length = (int) Math.min(end - expected, Integer.MAX_VALUE);
      endPreamble();
      batch.clear();
      write(target(), BatchLayout.KIND_GAP, expected, length);
      expected += length;
      lost += length;
    }
  }

  private SegmentWriter target() throws IOException {
    SegmentWriter open = writer;
    if (open == null) {
      open = to.create(expected, appendedNs);
      if (open == null) {
        throw new IOException("no space left on the disk of " + to.name());
      }
      writer = open;
    }
    return open;
  }

  private void write(SegmentWriter segment, int kind, long position, int lostPositions)
      throws IOException {
    batch.complete(kind, position, watermarkNs, appendedNs, 0, newLogId, lostPositions);
    append(segment);
  }

  private void append(SegmentWriter segment) throws IOException {
    if (!segment.reserve(batch.length())) {
      throw new IOException("no space left on the disk of " + to.name());
    }
    segment.append(batch.bytes(), batch.length());
  }
}
