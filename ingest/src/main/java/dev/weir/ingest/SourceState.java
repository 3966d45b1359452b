package dev.weir.ingest;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * How far one source has come, by partition. Partitions come to be with their first record; until
 * then a source has partition 0 alone, which holds stream time back.
 */
final class SourceState {
  static final long NO_POSITION = -1;

  final SourceSpec spec;
  boolean isEnded;
  int partitions = 1;
  long[] greatestNs = {Long.MIN_VALUE}; // event time
  long[] seenNs = new long[1]; // elapsed time at its last record
  boolean[] isIdle = new boolean[1];
  long[] place = new long[1]; // of the last record, in the source
  long[] position = {NO_POSITION}; // of the last record, in the journal

  SourceState(SourceSpec spec) {
    this.spec = spec;
  }

  void room(int partition) {
    if (partition < partitions) {
      return;
    }
    int known = greatestNs.length;
    if (partition >= known) {
      int more = Integer.highestOneBit(partition) * 2;
      greatestNs = Arrays.copyOf(greatestNs, more);
      Arrays.fill(greatestNs, known, more, Long.MIN_VALUE);
      seenNs = Arrays.copyOf(seenNs, more);
      isIdle = Arrays.copyOf(isIdle, more);
      place = Arrays.copyOf(place, more);
      position = Arrays.copyOf(position, more);
      Arrays.fill(position, known, more, NO_POSITION);
    }
    partitions = partition + 1;
  }

  /** Whether the partition has a say in stream time; one below that never came has none. */
  boolean counts(int partition) {
    return !isIdle[partition] && (position[partition] != NO_POSITION || isAllEmpty(partition));
  }

  private boolean isAllEmpty(int partition) {
    return partition == 0 && partitions == 1;
  }

  /** The watermark of a partition. */
  long watermarkNs(int partition) {
    long greatest = greatestNs[partition];
    return greatest < Long.MIN_VALUE + spec.latenessNs()
        ? Long.MIN_VALUE
        : greatest - spec.latenessNs();
  }

  void save(DataOutput to) throws IOException {
    to.writeUTF(spec.name());
    to.writeBoolean(isEnded);
    to.writeInt(partitions);
    for (int p = 0; p < partitions; p++) {
      to.writeLong(greatestNs[p]);
      to.writeBoolean(isIdle[p]);
      to.writeLong(place[p]);
      to.writeLong(position[p]);
    }
  }

  void restore(DataInput from) throws IOException {
    String name = from.readUTF();
    if (!name.equals(spec.name())) {
      throw new IOException("another source: " + name);
    }
    isEnded = from.readBoolean();
    int count = from.readInt();
    if (count < 1 || count > 1 << 16) {
      throw new IOException("a wrong number of partitions: " + count);
    }
    room(count - 1);
    for (int p = 0; p < count; p++) {
      greatestNs[p] = from.readLong();
      isIdle[p] = from.readBoolean();
      place[p] = from.readLong();
      position[p] = from.readLong();
    }
  }

  /** Takes the state of another one at the same source; allocates only to grow. */
  void copy(SourceState from) {
    room(from.partitions - 1);
    partitions = from.partitions;
    isEnded = from.isEnded;
    System.arraycopy(from.greatestNs, 0, greatestNs, 0, partitions);
    System.arraycopy(from.seenNs, 0, seenNs, 0, partitions);
    System.arraycopy(from.isIdle, 0, isIdle, 0, partitions);
    System.arraycopy(from.place, 0, place, 0, partitions);
    System.arraycopy(from.position, 0, position, 0, partitions);
  }
}
