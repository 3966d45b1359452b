package dev.weir.alerts;

import dev.weir.event.RecordLayout;
import dev.weir.journal.BatchBuffer;
import dev.weir.journal.Durability;
import dev.weir.journal.Log;
import dev.weir.journal.LogOptions;
import dev.weir.journal.Logs;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.agrona.MutableDirectBuffer;

/** An alert log that tests write into. */
public final class TestLog implements AutoCloseable {
  private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

  private final Log log;

  public TestLog(Path folder) {
    log =
        Logs.open(
            folder,
            LogOptions.of(Durability.process()).withSegmentBytes(LogOptions.SEGMENT_BYTES_MIN));
  }

  public Log log() {
    return log;
  }

  /** The id of the alert at a position. */
  public static String id(long position) {
    String digits = Long.toHexString(position + 0xa000);
    return "0".repeat(32 - digits.length()) + digits;
  }

  /** Appends an alert of this key; its JSON holds the key and the position. */
  public void add(int key, long detectedNs) {
    long position = log.nextPosition();
    String json = "{\"id\":\"" + id(position) + "\",\"key\":" + key + ",\"n\":" + position + "}";
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    BatchBuffer batch = new BatchBuffer();
    int at = batch.offset();
    int length = AlertLayout.recordBytes(Integer.BYTES + bytes.length);
    MutableDirectBuffer to = batch.buffer();
    to.setMemory(at, length, (byte) 0);
    to.putInt(at + RecordLayout.LENGTH_OFFSET, length, LE);
    to.putByte(at + RecordLayout.VERSION_OFFSET, (byte) AlertLayout.LAYOUT_VERSION);
    to.putShort(at + RecordLayout.TYPE_ID_OFFSET, (short) AlertLayout.TYPE_ID, LE);
    to.putLong(at + RecordLayout.TIME_OFFSET, position, LE);
    to.putLong(at + AlertLayout.RELEASE_OFFSET, position, LE);
    to.putInt(at + AlertLayout.KEY_LENGTH_OFFSET, Integer.BYTES, LE);
    to.putInt(at + AlertLayout.JSON_LENGTH_OFFSET, bytes.length, LE);
    to.putInt(at + AlertLayout.BYTES_OFFSET, key, LE);
    to.putBytes(at + AlertLayout.BYTES_OFFSET + Integer.BYTES, bytes);
    batch.added(length);
    if (log.append(batch, position, detectedNs) != Log.Appended.YES) {
      throw new AssertionError("the disk is full");
    }
  }

  @Override
  public void close() {
    log.close();
  }
}
