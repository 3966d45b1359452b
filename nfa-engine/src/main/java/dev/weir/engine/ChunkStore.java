package dev.weir.engine;

import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps bytes under names, in the order of the names' unsigned bytes. What was written before a
 * {@link #sync} that returned is there after any crash; of what was written later, any part may be,
 * but each pair whole or not at all. Puts may come from any thread. Every method but the getters
 * may throw a {@link StoreException}, after which writes may be tried again, such as when a full
 * disk has room.
 */
public interface ChunkStore extends AutoCloseable {
  /** Takes pairs; the bytes may be read during the call only. */
  @FunctionalInterface
  interface Visitor {
    /** Returns whether it wants the next one. */
    boolean onChunk(byte[] name, DirectBuffer buffer, int length);
  }

  /** Writes a pair; one of this name before is replaced. */
  void put(byte[] name, DirectBuffer buffer, int offset, int length);

  /** Removes all pairs with names from the first on and before the second. */
  void remove(byte[] from, byte[] to);

  /** Makes all that was written durable. */
  void sync();

  /** A copy of the bytes under this name, or null. */
  byte @Nullable [] get(byte[] name);

  /** Visits the pairs with names from the first on and before the second, in order. */
  void forEach(byte[] from, byte[] to, Visitor visitor);

  @Override
  void close();

  /** The store cannot do as asked; the message says why, for a person to read. */
  final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean isFull;

    public StoreException(String message, boolean isFull, @Nullable Exception cause) {
      super(message, cause);
      this.isFull = isFull;
    }

    /** Whether it is for want of room on the disk. */
    public boolean isFull() {
      return isFull;
    }
  }
}
