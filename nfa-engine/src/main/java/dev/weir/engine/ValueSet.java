package dev.weir.engine;

import dev.weir.dsl.plan.Expr.Constant;
import dev.weir.event.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A set of constants of one type. Immutable; a look-up is O(1) for bytes, O(log n) for numbers. */
final class ValueSet {
  private final long[] sorted;
  private final int[] offsets; // open addressing by hash; -1 is empty
  private final int[] lengths;
  private final UnsafeBuffer bytes;

  private ValueSet(long[] sorted, int[] offsets, int[] lengths, UnsafeBuffer bytes) {
    this.sorted = sorted;
    this.offsets = offsets;
    this.lengths = lengths;
    this.bytes = bytes;
  }

  static ValueSet ofNumbers(List<Constant> values) {
    long[] sorted = values.stream().mapToLong(Constant::value).sorted().distinct().toArray();
    return new ValueSet(sorted, new int[0], new int[0], new UnsafeBuffer(new byte[0]));
  }

  static ValueSet ofBytes(List<byte[]> values) {
    int total = values.stream().mapToInt(v -> v.length).sum();
    int capacity = Integer.highestOneBit(Math.max(4, values.size() * 2)) * 2;
    int[] offsets = new int[capacity];
    int[] lengths = new int[capacity];
    Arrays.fill(offsets, -1);
    UnsafeBuffer bytes = new UnsafeBuffer(new byte[Math.max(total, 1)]);
    ValueSet set = new ValueSet(new long[0], offsets, lengths, bytes);
    int at = 0;
    for (byte[] value : values) {
      UnsafeBuffer key = new UnsafeBuffer(value);
      if (set.contains(key, 0, value.length)) {
        continue;
      }
      bytes.putBytes(at, value);
      int i = Hashing.hash32(key, 0, value.length) & (capacity - 1);
      while (offsets[i] >= 0) {
        i = (i + 1) & (capacity - 1);
      }
      offsets[i] = at;
      lengths[i] = value.length;
      at += value.length;
    }
    return set;
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  boolean contains(long value) {
    return Arrays.binarySearch(sorted, value) >= 0;
  }

  boolean contains(DirectBuffer buffer, int offset, int length) {
    int mask = offsets.length - 1;
    for (int i = Hashing.hash32(buffer, offset, length) & mask;
        offsets[i] >= 0;
        i = (i + 1) & mask) {
      if (lengths[i] == length
          && ByteRange.equal(bytes, offsets[i], length, buffer, offset, length)) {
        return true;
      }
    }
    return false;
  }
}
