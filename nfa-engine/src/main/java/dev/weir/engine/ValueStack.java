package dev.weir.engine;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The values that packed expressions work on. A value is an integer, a fraction, or a range of
 * bytes, or is missing. Owned by one thread.
 */
final class ValueStack {
  final long[] value; // integer or numerator
  final long[] denominator;
  final boolean[] missing;
  final DirectBuffer[] bytes; // a range: buffer, offset, length
  final int[] offset;
  final int[] length;
  private final UnsafeBuffer[] room; // for bytes that a function makes
  private long faults;

  ValueStack(int size) {
    this.value = new long[size];
    this.denominator = new long[size];
    this.missing = new boolean[size];
    this.bytes = new DirectBuffer[size];
    this.offset = new int[size];
    this.length = new int[size];
    this.room = new UnsafeBuffer[size];
    java.util.Arrays.setAll(room, i -> new UnsafeBuffer(new byte[0]));
  }

  void number(int slot, long number) {
    missing[slot] = false;
    value[slot] = number;
    denominator[slot] = 1;
  }

  void fraction(int slot, long numerator, long divisor) {
    missing[slot] = false;
    value[slot] = numerator;
    denominator[slot] = divisor;
  }

  void range(int slot, DirectBuffer buffer, int at, int size) {
    missing[slot] = false;
    bytes[slot] = buffer;
    offset[slot] = at;
    length[slot] = size;
  }

  void truth(int slot, boolean holds) {
    number(slot, holds ? 1 : 0);
  }

  /** The operands are there, but their result is not: it is missing, and counted. */
  void fault(int slot) {
    missing[slot] = true;
    faults++;
  }

  /** Results so far that were not there, though their operands were. */
  long faults() {
    return faults;
  }

  /** False, and the result missing, if one of the two operands is missing. */
  boolean bothThere(int slot) {
    if (missing[slot] || missing[slot + 1]) {
      missing[slot] = true;
      return false;
    }
    return true;
  }

  /** Room for bytes that become the value of the slot; it may hold the slot's bytes already. */
  MutableDirectBuffer room(int slot, int size) {
    if (room[slot].capacity() < size) {
      room[slot] = new UnsafeBuffer(new byte[Math.max(64, Integer.highestOneBit(size) * 2)]);
    }
    return room[slot];
  }

  void move(int from, int to) {
    missing[to] = missing[from];
    value[to] = value[from];
    denominator[to] = denominator[from];
    bytes[to] = bytes[from];
    offset[to] = offset[from];
    length[to] = length[from];
  }
}
