package dev.weir.engine;

import dev.weir.event.Hashing;
import org.agrona.DirectBuffer;

/**
 * A set of key groups. Every key belongs to one of {@value #COUNT} groups: the low 8 bits of {@link
 * Hashing#hash64} of its canonical bytes, on every machine and for good. A number stands there as
 * 0x01 and 8 bytes big endian with the sign bit flipped, a text or ip as 0x02, 4 bytes length big
 * endian and its bytes; the parts of a key stand one behind the other. The key of rules without key
 * has no bytes, so all of these belong to one group. Immutable.
 */
public final class KeyGroups {
  public static final int COUNT = 256;

  /** Every group. */
  public static final KeyGroups ALL = new KeyGroups(0, COUNT);

  /** The group of the key without bytes. */
  public static final int GLOBAL = groupOf(ByteRange.EMPTY, 0, 0);

  private final int from;
  private final int to;

  private KeyGroups(int from, int to) {
    this.from = from;
    this.to = to;
  }

  /**
   * The groups of one of several shards: neighbours, as many for each shard as for any other, or
   * one more.
   *
   * @param shard from 0
   * @param shards 1 to {@link #COUNT}
   */
  public static KeyGroups ofShard(int shard, int shards) {
    if (shards < 1 || shards > COUNT || shard < 0 || shard >= shards) {
      throw new IllegalArgumentException("no such shard: shard=" + shard + ", shards=" + shards);
    }
    return new KeyGroups(shard * COUNT / shards, (shard + 1) * COUNT / shards);
  }

  /** The group of a key with these canonical bytes. */
  public static int groupOf(DirectBuffer key, int offset, int length) {
    return groupOf(Hashing.hash64(key, offset, length));
  }

  static int groupOf(long hash) {
    return (int) hash & COUNT - 1;
  }

  /** The least group. */
  int first() {
    return from;
  }

  public boolean contains(int group) {
    return group >= from && group < to;
  }

  /** Whether this is every group. */
  public boolean isAll() {
    return to - from == COUNT;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeyGroups groups && groups.from == from && groups.to == to;
  }

  @Override
  public int hashCode() {
    return from * (COUNT + 1) + to;
  }

  /** As {@code 0-127}. */
  @Override
  public String toString() {
    return from + "-" + (to - 1);
  }
}
