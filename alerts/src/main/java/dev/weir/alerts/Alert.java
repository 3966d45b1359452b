package dev.weir.alerts;

import dev.weir.event.Hashing;
import dev.weir.event.RecordLayout;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * An alert, read in place: a flyweight over the record in which it stands in the alert log. Valid
 * as long as the buffer is not written. Allocates nothing, but for what gives a {@link String}.
 * Owned by one thread.
 */
public final class Alert {
  private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

  private DirectBuffer buffer = new UnsafeBuffer(new byte[0]);
  private int at;

  /** Whether the record that starts here is an alert. */
  public static boolean isAlert(DirectBuffer records, int start) {
    return AlertLayout.is(records, start);
  }

  /** Puts it on the record that starts at this offset. */
  public Alert wrap(DirectBuffer records, int start) {
    buffer = records;
    at = start;
    return this;
  }

  public DirectBuffer buffer() {
    return buffer;
  }

  /** Where the record starts. */
  public int offset() {
    return at;
  }

  /** Bytes of the record. */
  public int length() {
    return RecordLayout.length(buffer, at);
  }

  /** Position in the alert log, where it stands there. */
  public long position() {
    return RecordLayout.position(buffer, at);
  }

  /** Event time of the alert, ns since the epoch. */
  public long timeNs() {
    return RecordLayout.time(buffer, at);
  }

  /** Position of the record whose folding let the alert out. */
  public long releasePosition() {
    return buffer.getLong(at + AlertLayout.RELEASE_OFFSET, LE);
  }

  /** 0: of a rule on arrival; 1: of a rule on watermark. */
  public int phase() {
    return buffer.getByte(at + AlertLayout.PHASE_OFFSET);
  }

  /** Epoch of the journal. */
  public int epoch() {
    return buffer.getInt(at + AlertLayout.EPOCH_OFFSET, LE);
  }

  /** Number of the rule in the rule set in force. */
  public int ruleIndex() {
    return buffer.getInt(at + AlertLayout.RULE_OFFSET, LE);
  }

  /** The rule's name; allocates it. */
  public String rule() {
    return buffer.getStringWithoutLengthUtf8(at + AlertLayout.BYTES_OFFSET, ruleLength());
  }

  /** Where the canonical bytes of the key begin. */
  public int keyOffset() {
    return at + AlertLayout.BYTES_OFFSET + ruleLength();
  }

  public int keyLength() {
    return buffer.getInt(at + AlertLayout.KEY_LENGTH_OFFSET, LE);
  }

  /** Equal for alerts of the same key; seldom equal for others. */
  public int keyHash() {
    return Hashing.hash32(buffer, keyOffset(), keyLength());
  }

  /** Whether a part of the key is this text, or this number without its point. */
  public boolean hasKeyPart(String part) {
    byte[] text = part.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    int end = keyOffset() + keyLength();
    for (int i = keyOffset(); i < end; ) {
      if (buffer.getByte(i) == 1) { // a number: 8 bytes big endian, the sign bit flipped
        long number = Long.reverseBytes(buffer.getLong(i + 1)) ^ Long.MIN_VALUE;
        if (part.replace(".", "").equals(Long.toString(number))) {
          return true;
        }
        i += 9;
        continue;
      }
      int length = Integer.reverseBytes(buffer.getInt(i + 1));
      if (length == text.length && buffer.getStringWithoutLengthUtf8(i + 5, length).equals(part)) {
        return true;
      }
      i += 5 + length;
    }
    return false;
  }

  /** Where the JSON begins, as it is exported, without line end. */
  public int jsonOffset() {
    return suppressOffset() + suppressLength();
  }

  public int jsonLength() {
    return buffer.getInt(at + AlertLayout.JSON_LENGTH_OFFSET, LE);
  }

  /** The JSON; allocates it. */
  public String json() {
    return buffer.getStringWithoutLengthUtf8(jsonOffset(), jsonLength());
  }

  /** The alert's text, escaped as it stands in the JSON; allocates it. */
  public String text() {
    return buffer.getStringWithoutLengthUtf8(
        jsonOffset() + buffer.getInt(at + AlertLayout.TEXT_OFFSET_OFFSET, LE),
        buffer.getInt(at + AlertLayout.TEXT_LENGTH_OFFSET, LE));
  }

  /** The alert's id, 32 hexadecimal digits; allocates it. */
  public String id() {
    return buffer.getStringWithoutLengthUtf8(jsonOffset() + AlertJson.ID_OFFSET, 32);
  }

  int ruleLength() {
    return buffer.getInt(at + AlertLayout.RULE_LENGTH_OFFSET, LE);
  }

  int suppressOffset() {
    return keyOffset() + keyLength();
  }

  int suppressLength() {
    return buffer.getInt(at + AlertLayout.SUPPRESS_LENGTH_OFFSET, LE);
  }

  long suppressNs() {
    return buffer.getLong(at + AlertLayout.SUPPRESS_NS_OFFSET, LE);
  }

  /**
   * Alert order: epoch, release position, phase, instant, rule name, role, key, ordinal; 0 only for
   * the same alert.
   */
  int compareTo(Alert other) {
    int order = Integer.compare(epoch(), other.epoch());
    if (order == 0) {
      order = Long.compare(releasePosition(), other.releasePosition());
    }
    if (order == 0) {
      order = Integer.compare(phase(), other.phase());
    }
    if (order == 0) {
      order = Long.compare(timeNs(), other.timeNs());
    }
    if (order == 0) {
      order = Byte.compare(kind(), other.kind());
    }
    if (order == 0) {
      order = Long.compare(instant(), other.instant());
    }
    return order != 0 ? order : compareInOneInstant(other);
  }

  private int compareInOneInstant(Alert other) {
    int name = AlertLayout.BYTES_OFFSET;
    int order = compareBytes(at + name, ruleLength(), other, other.at + name, other.ruleLength());
    if (order == 0) {
      order = Integer.compare(role(), other.role());
    }
    if (order == 0) {
      order = compareBytes(keyOffset(), keyLength(), other, other.keyOffset(), other.keyLength());
    }
    return order != 0 ? order : Integer.compare(ordinal(), other.ordinal());
  }

  private int compareBytes(int own, int ownLength, Alert other, int theirs, int theirLength) {
    int shorter = Math.min(ownLength, theirLength);
    for (int i = 0; i < shorter; i++) {
      int order =
          Integer.compare(buffer.getByte(own + i) & 0xff, other.buffer.getByte(theirs + i) & 0xff);
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(ownLength, theirLength);
  }

  private byte kind() {
    return buffer.getByte(at + AlertLayout.KIND_OFFSET);
  }

  private long instant() {
    return buffer.getLong(at + AlertLayout.INSTANT_OFFSET, LE);
  }

  private int role() {
    return buffer.getShort(at + AlertLayout.ROLE_OFFSET, LE) & 0xffff;
  }

  private int ordinal() {
    return buffer.getInt(at + AlertLayout.ORDINAL_OFFSET, LE);
  }
}
