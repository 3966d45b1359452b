package dev.weir.state;

import dev.weir.engine.ChunkSink;
import dev.weir.engine.ChunkStore;
import dev.weir.event.Hashing;
import dev.weir.state.Checkpoint.Part;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The checkpoints in a store. One is written as chunks of a new generation, in parts; it counts
 * once its manifest is written behind them, each synced. The last two are kept, what is older or
 * was never finished is removed. Owned by one thread, but for the parts of one that is written.
 *
 * <pre>
 *  names: 'c', generation, number of the part, place in the part: a chunk
 *         'm', generation: the manifest
 *         numbers big endian: 8, 4, 8 bytes
 * </pre>
 */
public final class Checkpoints {
  /** How many are kept. */
  public static final int KEPT = 2;

  private static final byte CHUNK = 'c';
  private static final byte MANIFEST = 'm';
  private static final int PART_HASH_SEED = 17;

  private final ChunkStore store;
  private final List<Checkpoint> complete = new ArrayList<>(); // newest first
  private final List<Long> damaged = new ArrayList<>(); // generations with an unreadable manifest
  private long lastGeneration;

  /** Takes the checkpoints of a store up; removes what is left of one that was not finished. */
  public Checkpoints(ChunkStore store) {
    this.store = store;
    store.forEach(
        manifest(0),
        new byte[] {MANIFEST + 1},
        (name, buffer, length) -> {
          long generation = ByteBuffer.wrap(name).getLong(1);
          byte[] bytes = new byte[length];
          buffer.getBytes(0, bytes);
          Manifest.read(bytes)
              .filter(checkpoint -> checkpoint.generation() == generation)
              .ifPresentOrElse(complete::add, () -> damaged.add(generation));
          lastGeneration = Math.max(lastGeneration, generation);
          return true;
        });
    complete.sort(Comparator.comparingLong(Checkpoint::generation).reversed());
    removeUnfinished();
  }

  private void removeUnfinished() {
    byte[] from = chunk(lastGeneration + 1, 0, 0);
    byte[] end = {CHUNK + 1};
    store.forEach(
        from,
        end,
        (name, buffer, length) -> {
          lastGeneration = Math.max(lastGeneration, ByteBuffer.wrap(name).getLong(1));
          return false;
        });
    store.remove(from, end);
  }

  /** The complete checkpoints, newest first. */
  public List<Checkpoint> list() {
    return List.copyOf(complete);
  }

  /** How many checkpoints have a manifest that cannot be read. */
  public int damaged() {
    return damaged.size();
  }

  /** Begins a checkpoint of the state before the record at this position. */
  public Writing begin(long position) {
    return new Writing(position, ++lastGeneration);
  }

  /**
   * Gives the chunks of one part of a checkpoint in the order in which they were written.
   *
   * @throws BadCheckpointException if they are not those that were written; some were given then
   */
  public void read(Checkpoint checkpoint, int partNumber, ChunkSink sink) {
    Part part = checkpoint.parts().get(partNumber);
    long[] seen = new long[3];
    seen[2] = PART_HASH_SEED;
    store.forEach(
        chunk(checkpoint.generation(), partNumber, 0),
        chunk(checkpoint.generation(), partNumber + 1, 0),
        (name, buffer, length) -> {
          if (ByteBuffer.wrap(name).getLong(13) != seen[0]) {
            return false; // one is missing
          }
          seen[0]++;
          seen[1] += length;
          seen[2] = Hashing.hash64(buffer, 0, length, seen[2]);
          sink.onChunk(buffer, 0, length);
          return true;
        });
    if (seen[0] != part.chunks() || seen[1] != part.bytes() || seen[2] != part.hash()) {
      throw new BadCheckpointException(
          "the checkpoint at position "
              + checkpoint.position()
              + " is damaged: part="
              + part.name()
              + ", chunks="
              + seen[0]
              + " of "
              + part.chunks());
    }
  }

  /** A checkpoint while it is written. One at a time; its parts on a thread each. */
  public final class Writing {
    private final long position;
    private final long generation;
    private final Map<Integer, Part> parts = new ConcurrentSkipListMap<>(); // by number

    private Writing(long position, long generation) {
      this.position = position;
      this.generation = generation;
    }

    public long position() {
      return position;
    }

    /**
     * Begins a part. Any thread, which then owns it.
     *
     * @param number its place among the parts, from 0
     */
    public PartWriting part(int number, String name) {
      return new PartWriting(this, number, name);
    }

    /**
     * Makes the checkpoint count, all of its parts being closed; older ones than the last two are
     * removed.
     */
    public Checkpoint commit() {
      Checkpoint checkpoint = new Checkpoint(generation, position, List.copyOf(parts.values()));
      store.sync(); // chunks are there before their manifest is
      byte[] bytes = Manifest.write(checkpoint);
      store.put(manifest(generation), new UnsafeBuffer(bytes), 0, bytes.length);
      store.sync();
      complete.add(0, checkpoint);
      removeOld();
      return checkpoint;
    }

    /** Removes what was written. */
    public void abandon() {
      store.remove(chunk(generation, 0, 0), chunk(generation + 1, 0, 0));
    }
  }

  /** A part of a checkpoint while it is written; it counts once it is closed. */
  public final class PartWriting implements ChunkSink, AutoCloseable {
    private final Writing writing;
    private final int number;
    private final String name;
    private long chunks;
    private long bytes;
    private long hash = PART_HASH_SEED;

    private PartWriting(Writing writing, int number, String name) {
      this.writing = writing;
      this.number = number;
      this.name = name;
    }

    @Override
    public void onChunk(DirectBuffer buffer, int offset, int length) {
      store.put(chunk(writing.generation, number, chunks), buffer, offset, length);
      hash = Hashing.hash64(buffer, offset, length, hash);
      chunks++;
      bytes += length;
    }

    @Override
    public void close() {
      writing.parts.put(number, new Part(name, chunks, bytes, hash));
    }
  }

  private void removeOld() {
    if (complete.size() < KEPT) {
      return;
    }
    long oldest = complete.get(KEPT - 1).generation();
    complete.removeIf(checkpoint -> checkpoint.generation() < oldest);
    damaged.removeIf(generation -> generation < oldest);
    store.remove(manifest(0), manifest(oldest)); // first, so that no manifest lacks its chunks
    store.sync();
    store.remove(chunk(0, 0, 0), chunk(oldest, 0, 0));
  }

  private static byte[] manifest(long generation) {
    return ByteBuffer.allocate(9).put(MANIFEST).putLong(generation).array();
  }

  private static byte[] chunk(long generation, int part, long place) {
    return ByteBuffer.allocate(21)
        .put(CHUNK)
        .putLong(generation)
        .putInt(part)
        .putLong(place)
        .array();
  }
}
