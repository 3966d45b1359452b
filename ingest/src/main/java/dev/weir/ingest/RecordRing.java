package dev.weir.ingest;

import dev.weir.event.RecordLayout;
import java.nio.ByteBuffer;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.ControlledMessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * The way from sources to the journaler: a bounded ring outside the heap, lock-free. Many threads
 * offer, one reads. A full ring takes nothing: the offer says so and the source offers again later,
 * so nothing is dropped. Allocates nothing after construction.
 *
 * <pre>
 *  message: int64 ticket, or 0 where nobody waits for the position
 *           then of an event or control record: the record, see {@link RecordLayout}
 *                of the end of the stream: int64 the time that stream time moves to at least
 *                of the end of a source: int64 its number
 *                of a mark or cut: nothing
 * </pre>
 */
public final class RecordRing {
  /** Bytes that hold the longest record; more smooths bursts and adds waiting. */
  public static final int BYTES_MIN = 16 << 20;

  public static final int BYTES_MAX = 1 << 30;

  /** Nobody waits. */
  public static final long NO_TICKET = 0;

  static final int EVENT = 1;
  static final int CONTROL = 2;
  static final int SOURCE_END = 3;
  static final int STREAM_END = 4;
  static final int MARK = 5;
  static final int CUT = 6;

  private static final int RECORD_OFFSET = Long.BYTES;

  private final ManyToOneRingBuffer ring;

  /**
   * @param bytes rounded up to a power of two, from {@link #BYTES_MIN} to {@link #BYTES_MAX}
   */
  public RecordRing(int bytes) {
    if (bytes < BYTES_MIN || bytes > BYTES_MAX) {
      throw new IllegalArgumentException(
          "ring: bytes=" + bytes + " least=" + BYTES_MIN + " most=" + BYTES_MAX);
    }
    ByteBuffer memory =
        ByteBuffer.allocateDirect(
            BitUtil.findNextPositivePowerOfTwo(bytes) + RingBufferDescriptor.TRAILER_LENGTH);
    ring = new ManyToOneRingBuffer(new UnsafeBuffer(memory));
  }

  /**
   * Offers an event; it is copied.
   *
   * @return false: the ring is full, nothing was taken
   */
  public boolean offer(long ticket, DirectBuffer record, int offset, int length) {
    return offer(EVENT, ticket, record, offset, length);
  }

  /** Offers a control record, which takes effect at the position that it gets. */
  public boolean offerControl(long ticket, DirectBuffer record, int offset, int length) {
    return offer(CONTROL, ticket, record, offset, length);
  }

  private boolean offer(int kind, long ticket, DirectBuffer record, int offset, int length) {
    int index = ring.tryClaim(kind, RECORD_OFFSET + length);
    if (index < 0) {
      return false;
    }
    AtomicBuffer to = ring.buffer();
    to.putLong(index, ticket);
    to.putBytes(index + RECORD_OFFSET, record, offset, length);
    ring.commit(index);
    return true;
  }

  /**
   * Claims room for an event of at most this many bytes, to be written in place: at {@link
   * #recordOffset} of {@link #buffer}. It must be committed or aborted soon by the same thread:
   * what was claimed later waits for it.
   *
   * @return the claim, or a negative number: the ring is full
   */
  public int claim(int bytesMax) {
    return ring.tryClaim(EVENT, RECORD_OFFSET + bytesMax);
  }

  public MutableDirectBuffer buffer() {
    return ring.buffer();
  }

  public static int recordOffset(int claim) {
    return claim + RECORD_OFFSET;
  }

  public void commit(int claim, long ticket) {
    ring.buffer().putLong(claim, ticket);
    ring.commit(claim);
  }

  public void abort(int claim) {
    ring.abort(claim);
  }

  /** A finite source has ended. */
  public boolean offerSourceEnd(int source) {
    return offerNumber(SOURCE_END, NO_TICKET, source);
  }

  /** All sources have ended. */
  public boolean offerStreamEnd(long untilNs) {
    return offerNumber(STREAM_END, NO_TICKET, untilNs);
  }

  /** Asks for the position before which all stands that was offered before. */
  public boolean offerMark(long ticket) {
    return offerNumber(MARK, ticket, 0);
  }

  /** Asks for a cut: a place between two records that all stages pass; it takes no position. */
  public boolean offerCut() {
    return offerNumber(CUT, NO_TICKET, 0);
  }

  private boolean offerNumber(int kind, long ticket, long number) {
    int index = ring.tryClaim(kind, RECORD_OFFSET + Long.BYTES);
    if (index < 0) {
      return false;
    }
    ring.buffer().putLong(index, ticket);
    ring.buffer().putLong(index + RECORD_OFFSET, number);
    ring.commit(index);
    return true;
  }

  /** Bytes that wait. Any thread. */
  public int size() {
    return ring.size();
  }

  int read(ControlledMessageHandler handler, int messagesMax) {
    return ring.controlledRead(handler, messagesMax);
  }
}
