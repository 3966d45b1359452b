package dev.weir.journal;

import dev.weir.event.RecordLayout;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * A record that is no event but changes what events do. It has a position like every record, and
 * takes effect at a cut: what records before it released is judged by the old, what is released
 * after it by the new. The layout is that of an event without fields, little endian:
 *
 * <pre>
 *   0  as {@link RecordLayout}: type id {@value #TYPE_ID}, schema id the kind, number of fields 0;
 *      source id and event time where the kind has them, else 0
 *  48  int32   length of the body in bytes
 *  52          body, padded with zeros to a multiple of 8
 * </pre>
 *
 * The body belongs to whoever writes the kind; numbers of kinds are never used again.
 */
public final class ControlRecord {
  /** Type id of all control records; no event type may have it. */
  public static final int TYPE_ID = 0xffff;

  /** Time passes: live sources are silent. Body: ns that passed, then ids of sources taken out. */
  public static final int TICK = 1;

  /** A finite source has ended. */
  public static final int SOURCE_END = 2;

  /** A rule set, complete in itself. */
  public static final int DEPLOYMENT = 3;

  /** A rule set that was being built goes live. */
  public static final int ACTIVATION = 4;

  /** New values of parameters. */
  public static final int PARAMETERS = 5;

  /** New content of a list, or the hash of the file that has it. */
  public static final int LIST = 6;

  /** Every shard makes a checkpoint of its state here. */
  public static final int CHECKPOINT_REQUEST = 7;

  /** The log lost its end and goes on: a new epoch. */
  public static final int EPOCH = 8;

  /** All sources have ended: stream time moves to the event time, all held events are released. */
  public static final int STREAM_END = 9;

  /** Only in a preamble: where sources and stream time stood. */
  public static final int SOURCES = 10;

  private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;
  private static final int BODY_LENGTH_OFFSET = RecordLayout.NULLS_OFFSET;
  private static final int BODY_OFFSET = BODY_LENGTH_OFFSET + Integer.BYTES;

  /** Bytes of the longest body. */
  public static final int BODY_BYTES_MAX = BatchLayout.RECORD_BYTES_MAX - BODY_OFFSET - 8;

  private ControlRecord() {}

  /**
   * Writes a record; returns its length. The buffer must have room for the body and 60 bytes.
   *
   * @param timeNs event time in ns since the epoch, 0 where the kind has none
   */
  public static int write(
      MutableDirectBuffer to,
      int offset,
      int kind,
      int sourceId,
      long timeNs,
      DirectBuffer body,
      int bodyOffset,
      int bodyLength) {
    if (bodyLength < 0 || bodyLength > BODY_BYTES_MAX) {
      throw new IllegalArgumentException(
          "control record too long: bytes=" + bodyLength + " limit=" + BODY_BYTES_MAX);
    }
    int length = BODY_OFFSET + bodyLength + 7 & ~7;
    to.setMemory(offset, BODY_OFFSET, (byte) 0);
    to.setMemory(offset + length - 8, 8, (byte) 0);
    to.putInt(offset + RecordLayout.LENGTH_OFFSET, length, LE);
    to.putByte(offset + RecordLayout.VERSION_OFFSET, (byte) RecordLayout.LAYOUT_VERSION);
    to.putShort(offset + RecordLayout.TYPE_ID_OFFSET, (short) TYPE_ID, LE);
    to.putShort(offset + RecordLayout.SCHEMA_ID_OFFSET, (short) kind, LE);
    to.putInt(offset + RecordLayout.SOURCE_ID_OFFSET, sourceId, LE);
    to.putLong(offset + RecordLayout.TIME_OFFSET, timeNs, LE);
    to.putInt(offset + BODY_LENGTH_OFFSET, bodyLength, LE);
    to.putBytes(offset + BODY_OFFSET, body, bodyOffset, bodyLength);
    return length;
  }

  /** Whether the record that starts here is a control record of this kind. */
  public static boolean is(DirectBuffer buffer, int offset, int kind) {
    return is(buffer, offset) && kind(buffer, offset) == kind;
  }

  /** Whether the record that starts here is a control record. */
  public static boolean is(DirectBuffer buffer, int offset) {
    return (buffer.getShort(offset + RecordLayout.TYPE_ID_OFFSET, LE) & 0xffff) == TYPE_ID;
  }

  public static int kind(DirectBuffer buffer, int offset) {
    return buffer.getShort(offset + RecordLayout.SCHEMA_ID_OFFSET, LE) & 0xffff;
  }

  /** Where the body stands in the buffer. */
  public static int bodyOffset(int offset) {
    return offset + BODY_OFFSET;
  }

  public static int bodyLength(DirectBuffer buffer, int offset) {
    return buffer.getInt(offset + BODY_LENGTH_OFFSET, LE);
  }

  /** A copy of the body. */
  public static byte[] body(DirectBuffer buffer, int offset) {
    byte[] body = new byte[bodyLength(buffer, offset)];
    buffer.getBytes(bodyOffset(offset), body);
    return body;
  }

  /** The name of a kind, for people. */
  public static String nameOf(int kind) {
    return switch (kind) {
      case TICK -> "tick";
      case SOURCE_END -> "source end";
      case DEPLOYMENT -> "deployment";
      case ACTIVATION -> "activation";
      case PARAMETERS -> "parameters";
      case LIST -> "list";
      case CHECKPOINT_REQUEST -> "checkpoint request";
      case EPOCH -> "epoch";
      case STREAM_END -> "stream end";
      case SOURCES -> "sources";
      default -> "control " + kind;
    };
  }
}
