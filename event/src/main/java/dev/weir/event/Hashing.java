package dev.weir.event;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/**
 * The fixed hash of bytes: the same on every machine and JDK. Eight bytes at a time are mixed in by
 * multiplication and rotation; the end is finished as in SplitMix64 (Steele, Lea, Flood, "Fast
 * splittable pseudorandom number generators", 2014). Not for secrets. Linear in the length.
 */
public final class Hashing {
  private static final long SEED = 0x9E3779B97F4A7C15L;
  private static final long FACTOR = 0xD6E8FEB86659FD93L;

  private Hashing() {}

  /** 64-bit hash of these bytes. */
  public static long hash64(DirectBuffer buffer, int offset, int length) {
    return hash64(buffer, offset, length, SEED);
  }

  /**
   * Another 64-bit hash of these bytes for each seed: two inputs that have one hash under one seed
   * need not have one under another.
   */
  public static long hash64(DirectBuffer buffer, int offset, int length, long seed) {
    long hash = seed ^ length * FACTOR;
    int at = offset;
    int end = offset + length;
    for (; at + 8 <= end; at += 8) {
      hash = mixIn(hash, buffer.getLong(at, ByteOrder.LITTLE_ENDIAN));
    }
    if (at < end) {
      long tail = 0;
      for (int shift = 0; at < end; at++, shift += 8) {
        tail |= (buffer.getByte(at) & 0xffL) << shift;
      }
      hash = mixIn(hash, tail);
    }
    return finish(hash);
  }

  /** The upper half of {@link #hash64}. */
  public static int hash32(DirectBuffer buffer, int offset, int length) {
    return (int) (hash64(buffer, offset, length) >>> 32);
  }

  private static long mixIn(long hash, long word) {
    return Long.rotateLeft(hash ^ word * FACTOR, 27) * SEED;
  }

  private static long finish(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
