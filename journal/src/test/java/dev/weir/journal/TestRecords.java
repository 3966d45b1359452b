package dev.weir.journal;

import dev.weir.event.RecordLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Records whose content follows from a number, so that what is read can be judged. */
final class TestRecords {
  private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;
  static final int BODY_BYTES_MAX = 200;

  private TestRecords() {}

  /** Length of the record with this number. */
  static int length(long number) {
    int body = (int) (mix(number) & 0x7fffffff) % (BODY_BYTES_MAX / 8) * 8;
    return RecordLayout.NULLS_OFFSET + body;
  }

  /** Writes the record with this number; returns its length. */
  static int write(UnsafeBuffer to, int offset, long number) {
    int length = length(number);
    to.setMemory(offset, RecordLayout.NULLS_OFFSET, (byte) 0);
    to.putInt(offset, length, LE);
    to.putByte(offset + RecordLayout.VERSION_OFFSET, (byte) RecordLayout.LAYOUT_VERSION);
    to.putLong(offset + RecordLayout.TIME_OFFSET, number, LE);
    for (int at = RecordLayout.NULLS_OFFSET; at < length; at += 8) {
      to.putLong(offset + at, mix(number + at), LE);
    }
    return length;
  }

  static void add(BatchBuffer batch, long number) {
    UnsafeBuffer record = new UnsafeBuffer(new byte[RecordLayout.NULLS_OFFSET + BODY_BYTES_MAX]);
    int length = write(record, 0, number);
    if (!batch.add(record, 0, length)) {
      throw new AssertionError("no room: number=" + number);
    }
  }

  /** Whether the record is the one with this number and has this position. */
  static boolean is(DirectBuffer buffer, int offset, int length, long number, long position) {
    UnsafeBuffer expected = new UnsafeBuffer(new byte[RecordLayout.NULLS_OFFSET + BODY_BYTES_MAX]);
    int wanted = write(expected, 0, number);
    RecordLayout.stampPosition(expected, 0, position);
    if (length != wanted) {
      return false;
    }
    byte[] bytes = new byte[length];
    buffer.getBytes(offset, bytes);
    return Arrays.equals(bytes, Arrays.copyOf(expected.byteArray(), length));
  }

  private static long mix(long z) {
    long x = (z + 0x9e3779b97f4a7c15L) * 0xbf58476d1ce4e5b9L;
    return x ^ x >>> 31;
  }
}
