package dev.weir.ingest;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Stream time. The watermark of a partition of a source is its greatest event time less the
 * source's lateness; that of the stream is the least over partitions that are neither ended nor
 * idle, and never falls. Where no partition is left it stands, unless ticks move it on. A record
 * costs O(1), except one of the partition that holds the stream back: O(partitions). Owned by one
 * thread.
 */
final class Watermarks {
  private final SourceState[] sources;
  private final SourceState[] before; // as sources, before the batch at hand
  private final boolean hasLive;
  private long streamNs = Long.MIN_VALUE;
  private long streamBeforeNs = Long.MIN_VALUE;
  private long greatestNs = Long.MIN_VALUE;

  // the partition that held the stream back when it was looked for last
  private int holdingSource = -1;
  private int holdingPartition;
  private long movedNs; // elapsed time when stream time was last known to be right

  Watermarks(List<SourceSpec> specs) {
    if (specs.size() > SourceSpec.SOURCES_MAX) {
      throw new IllegalArgumentException("too many sources: " + specs.size());
    }
    sources = specs.stream().map(SourceState::new).toArray(SourceState[]::new);
    before = specs.stream().map(SourceState::new).toArray(SourceState[]::new);
    hasLive = specs.stream().anyMatch(SourceSpec::isLive);
  }

  long streamNs() {
    return streamNs;
  }

  /** Greatest event time of all records so far. */
  long greatestNs() {
    return greatestNs;
  }

  boolean hasLive() {
    return hasLive;
  }

  SourceState source(int number) {
    return sources[number];
  }

  int count() {
    return sources.length;
  }

  /** A record has come; tells the watermark after it. */
  long record(int number, int partition, long timeNs, long position, long place, long elapsedNs) {
    SourceState source = sources[number];
    boolean isKnown = partition < source.partitions && source.counts(partition);
    source.room(partition);
    source.seenNs[partition] = elapsedNs;
    source.place[partition] = place;
    source.position[partition] = position;
    source.isIdle[partition] = false;
    boolean rises = timeNs > source.greatestNs[partition];
    if (rises) {
      source.greatestNs[partition] = timeNs;
      greatestNs = Math.max(greatestNs, timeNs);
    }
    if (source.spec.isLive()) {
      movedNs = elapsedNs;
    }
    boolean holds = number == holdingSource && partition == holdingPartition;
    if (!isKnown || holdingSource < 0 || holds && rises) {
      raise();
    }
    return streamNs;
  }

  /** A finite source has ended. */
  long end(int number) {
    sources[number].isEnded = true;
    raise();
    return streamNs;
  }

  /** All sources have ended: stream time moves to this time. */
  long moveTo(long timeNs) {
    streamNs = Math.max(streamNs, timeNs);
    return streamNs;
  }

  /** What the journal says that it is. */
  void restored(long watermarkNs) {
    streamNs = Math.max(streamNs, watermarkNs);
  }

  private void raise() {
    holdingSource = -1;
    long least = Long.MAX_VALUE;
    for (int s = 0; s < sources.length; s++) {
      SourceState source = sources[s];
      if (source.isEnded) {
        continue;
      }
      for (int p = 0; p < source.partitions; p++) {
        if (source.counts(p) && (holdingSource < 0 || source.watermarkNs(p) < least)) {
          least = source.watermarkNs(p);
          holdingSource = s;
          holdingPartition = p;
        }
      }
    }
    if (holdingSource >= 0) {
      streamNs = Math.max(streamNs, least);
    }
  }

  void save(DataOutput to) throws IOException {
    to.writeLong(streamNs);
    to.writeLong(greatestNs);
    to.writeInt(sources.length);
    for (SourceState source : sources) {
      source.save(to);
    }
  }

  void restore(DataInput from) throws IOException {
    streamNs = from.readLong();
    greatestNs = from.readLong();
    int count = from.readInt();
    if (count != sources.length) {
      throw new IOException("another number of sources: " + count);
    }
    for (SourceState source : sources) {
      source.restore(from);
    }
    raise();
  }

  // ---- silence
  // -------------------------------------------------------------------------------------

  /** From now on silence is counted. */
  void live(long elapsedNs) {
    movedNs = elapsedNs;
    for (SourceState source : sources) {
      java.util.Arrays.fill(source.seenNs, elapsedNs);
    }
    raise();
  }

  /**
   * Looks for silence: writes the body of a tick, if one is due, and does what it says.
   *
   * @param tickNs how often stream time moves while all is silent
   * @return bytes of the body, 0 if no tick is due
   */
  int tick(MutableDirectBuffer body, long elapsedNs, long tickNs) {
    int length = Long.BYTES;
    boolean isHeld = false;
    for (int s = 0; s < sources.length; s++) {
      SourceState source = sources[s];
      for (int p = 0; p < source.partitions && !source.isEnded; p++) {
        if (!source.counts(p)) {
          continue;
        }
        if (!source.spec.isLive() || elapsedNs - source.seenNs[p] < source.spec.idleNs()) {
          isHeld = true;
          continue;
        }
        body.putShort(length, (short) s, java.nio.ByteOrder.LITTLE_ENDIAN);
        body.putShort(length + 2, (short) p, java.nio.ByteOrder.LITTLE_ENDIAN);
        length += 4;
      }
    }
    boolean moves = !isHeld && elapsedNs - movedNs >= tickNs && streamNs != Long.MIN_VALUE;
    if (length == Long.BYTES && !moves) {
      return 0;
    }
    long passedNs = isHeld ? 0 : Math.max(0, elapsedNs - movedNs);
    movedNs = isHeld ? movedNs : elapsedNs;
    body.putLong(0, passedNs, java.nio.ByteOrder.LITTLE_ENDIAN);
    apply(body, 0, length);
    return length;
  }

  /** Does what a tick says. */
  void apply(DirectBuffer body, int offset, int length) {
    for (int at = Long.BYTES; at < length; at += 4) {
      int s = body.getShort(offset + at, java.nio.ByteOrder.LITTLE_ENDIAN) & 0xffff;
      int p = body.getShort(offset + at + 2, java.nio.ByteOrder.LITTLE_ENDIAN) & 0xffff;
      sources[s].room(p);
      sources[s].isIdle[p] = true;
    }
    raise();
    long passedNs = body.getLong(offset, java.nio.ByteOrder.LITTLE_ENDIAN);
    if (passedNs > 0 && streamNs != Long.MIN_VALUE) {
      long moved = streamNs + passedNs;
      streamNs = moved < streamNs ? Long.MAX_VALUE : moved;
    }
  }

  /** Bytes of the longest tick for the partitions that there are. */
  int tickBytesMax() {
    int partitions = 0;
    for (SourceState source : sources) {
      partitions += source.partitions;
    }
    return Long.BYTES + 4 * partitions;
  }

  // ---- for status and preambles
  // -------------------------------------------------------------------

  /** Number of the source that holds stream time back, or -1. */
  int holdingSource() {
    return holdingSource;
  }

  int holdingPartition() {
    return holdingPartition;
  }

  /** How each partition stands. */
  List<IntakeStatus.Source> status(long elapsedNs) {
    List<IntakeStatus.Source> all = new ArrayList<>();
    for (int s = 0; s < sources.length; s++) {
      SourceState source = sources[s];
      for (int p = 0; p < source.partitions; p++) {
        all.add(
            new IntakeStatus.Source(
                source.spec.name(),
                p,
                source.watermarkNs(p),
                Math.max(0, elapsedNs - source.seenNs[p]),
                source.isIdle[p],
                source.isEnded,
                s == holdingSource && p == holdingPartition));
      }
    }
    return all;
  }

  /** A batch begins: what a preamble says is how things stand now. */
  void batchBegins() {
    streamBeforeNs = streamNs;
    for (int i = 0; i < sources.length; i++) {
      before[i].copy(sources[i]);
    }
  }

  SourceState beforeBatch(int number) {
    return before[number];
  }

  long streamBeforeNs() {
    return streamBeforeNs;
  }
}
