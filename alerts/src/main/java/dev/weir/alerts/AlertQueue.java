package dev.weir.alerts;

import dev.weir.event.RecordLayout;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * The way of alerts from one shard to the merge: records of {@link AlertLayout} back to back in
 * chunks, and the position up to which the shard is done. One thread writes, one reads. Bounded:
 * where the merge is behind, the shard waits in the way that it was given; if that cannot help,
 * because both are on one thread, the last chunk grows. Allocates nothing once the chunks have had
 * their greatest size.
 */
public final class AlertQueue {
  private static final int CHUNK_BYTES = 64 * 1024;
  private static final int CHUNKS = 16;

  private static final class Chunk {
    final ExpandableArrayBuffer bytes = new ExpandableArrayBuffer(CHUNK_BYTES);
    int length;
  }

  private final OneToOneConcurrentArrayQueue<Chunk> full =
      new OneToOneConcurrentArrayQueue<>(CHUNKS);
  private final OneToOneConcurrentArrayQueue<Chunk> free =
      new OneToOneConcurrentArrayQueue<>(2 * CHUNKS);
  private final AtomicLong done = new AtomicLong();
  private final Waiting waiting;
  private Chunk writing = new Chunk();
  private long written;
  private @Nullable Chunk reading;
  private int readAt;

  /** What a shard does while the merge is behind. */
  @FunctionalInterface
  public interface Waiting {
    /** Takes a moment; false if waiting does not help. */
    boolean await();
  }

  public AlertQueue(Waiting waiting) {
    this.waiting = waiting;
  }

  // ---- the shard's side
  // ---------------------------------------------------------------------------

  /** Where the next record goes, at {@link #offset}; grows as it is written. */
  MutableDirectBuffer buffer() {
    return writing.bytes;
  }

  int offset() {
    return writing.length;
  }

  /** The record at {@link #offset} is complete. */
  void added(int length) {
    writing.length += length;
    if (writing.length >= CHUNK_BYTES) {
      while (!hand() && waiting.await()) {
        // the merge comes to it
      }
    }
  }

  /** Everything released by records before this position has been written. */
  public void done(long position) {
    written = position;
    boolean ignored = flush();
  }

  /**
   * Hands on what is written; to be called again and again, for the merge may be behind.
   *
   * @return whether anything new was handed on
   */
  public boolean flush() {
    if (writing.length > 0 && !hand() || done.get() == written) {
      return false;
    }
    done.setRelease(written);
    return true;
  }

  private boolean hand() {
    if (!full.offer(writing)) {
      return false;
    }
    Chunk next = free.poll();
    writing = next == null ? new Chunk() : next;
    writing.length = 0;
    return true;
  }

  // ---- the merge's side
  // ---------------------------------------------------------------------------

  /** Up to which position all alerts stand in the queue; to be asked before {@link #first}. */
  long doneTo() {
    return done.getAcquire();
  }

  /** Puts the reader on the first record; false if there is none. */
  boolean first(Alert reader) {
    Chunk chunk = reading;
    if (chunk == null) {
      chunk = full.poll();
      if (chunk == null) {
        return false;
      }
      reading = chunk;
      readAt = 0;
    }
    reader.wrap(chunk.bytes, readAt);
    return true;
  }

  /** Lets the first record go. */
  void removeFirst() {
    Chunk chunk = reading;
    if (chunk == null) {
      throw new IllegalStateException("no record");
    }
    readAt += RecordLayout.length(chunk.bytes, readAt);
    if (readAt >= chunk.length) {
      reading = null;
      boolean ignored = free.offer(chunk);
    }
  }
}
