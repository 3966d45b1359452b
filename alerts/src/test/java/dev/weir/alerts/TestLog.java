package dev.weir.alerts;

import dev.weir.journal.BatchBuffer;
import dev.weir.journal.Durability;
import dev.weir.journal.Log;
import dev.weir.journal.LogOptions;
import dev.weir.journal.Logs;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;

/** An alert log that tests write into. */
public final class TestLog implements AutoCloseable {
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
    AlertLayout.write(
        batch.buffer(),
        batch.offset(),
        key,
        position,
        position,
        0,
        new UnsafeBuffer(bytes),
        bytes.length);
    batch.added(AlertLayout.recordBytes(bytes.length));
    if (log.append(batch, position, detectedNs) != Log.Appended.YES) {
      throw new AssertionError("the disk is full");
    }
  }

  @Override
  public void close() {
    log.close();
  }
}
