package dev.weir.ingest;

import dev.weir.journal.BatchBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The way from the journaler to the shards: a ring of batches that stand in the journal. The
 * journaler fills the next free one, appends it and publishes it; each shard reads all of them,
 * each at its pace. A batch is free again when every shard has let it go; while none is free the
 * journaler takes nothing in. No record is copied on the way. Lock-free; allocates nothing after
 * construction, except for a batch that needs more room than any before.
 */
public final class Batches {
  /** Batches in flight. */
  private static final int COUNT = 8;

  private final BatchBuffer[] batches = new BatchBuffer[COUNT];
  private final AtomicLong published = new AtomicLong();
  private final Reader[] readers;

  /**
   * @param readers shards, at least one
   * @param batchBytes capacity of a batch
   */
  Batches(int readers, int batchBytes) {
    this.readers = new Reader[readers];
    for (int i = 0; i < readers; i++) {
      this.readers[i] = new Reader();
    }
    for (int i = 0; i < COUNT; i++) {
      batches[i] = new BatchBuffer(batchBytes);
    }
  }

  /** A reader to whom nothing is ever given. */
  public static Reader none() {
    return new Batches(1, 4096).reader(0);
  }

  /** The reader of a shard; owned by its thread. */
  public Reader reader(int shard) {
    return readers[shard];
  }

  /** An empty batch, or null while the shards are behind. Journaler only. */
  @Nullable BatchBuffer claim() {
    long next = published.get();
    for (Reader reader : readers) {
      if (next - reader.done.get() >= COUNT) {
        return null;
      }
    }
    BatchBuffer batch = batches[(int) (next % COUNT)];
    batch.clear();
    return batch;
  }

  /** The claimed batch, made wider. */
  BatchBuffer widen(int bytes) {
    BatchBuffer wider = new BatchBuffer(bytes);
    batches[(int) (published.get() % COUNT)] = wider;
    return wider;
  }

  /** Gives the claimed batch to the shards. */
  void publish() {
    published.setRelease(published.get() + 1);
  }

  /** Whether every shard has let every batch go. Any thread. */
  public boolean isDrained() {
    long end = published.getAcquire();
    for (Reader reader : readers) {
      if (reader.done.getAcquire() < end) {
        return false;
      }
    }
    return true;
  }

  /** One shard's place. */
  public final class Reader {
    private final AtomicLong done = new AtomicLong();

    /** The next batch, or null; it stays as it is until {@link #release}. */
    public @Nullable BatchBuffer next() {
      long at = done.get();
      return at < published.getAcquire() ? batches[(int) (at % COUNT)] : null;
    }

    /** Lets the batch go. */
    public void release() {
      done.setRelease(done.get() + 1);
    }
  }
}
