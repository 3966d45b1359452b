package dev.weir.server.http;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Who changed what, one JSON object a line, on disk before the change is made. Safe for many
 * threads.
 */
public final class AuditLog implements AutoCloseable {
  private final RandomAccessFile out;

  /** Goes on with a file, or begins one. */
  public AuditLog(Path file) throws IOException {
    out = new RandomAccessFile(file.toFile(), "rw");
    out.seek(out.length());
  }

  /** Writes a record; throws if it cannot, so that no change goes unrecorded. */
  synchronized void record(Instant at, String caller, String action, String detail)
      throws IOException {
    JsonText json = new JsonText();
    json.begin()
        .put("ts", at.truncatedTo(ChronoUnit.MILLIS).toString())
        .put("caller", caller)
        .put("action", action)
        .put("detail", detail)
        .end();
    out.write((json + "\n").getBytes(StandardCharsets.UTF_8));
    out.getFD().sync();
  }

  @Override
  public synchronized void close() throws IOException {
    out.close();
  }
}
