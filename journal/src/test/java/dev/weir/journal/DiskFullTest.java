package dev.weir.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real file system that is full; skipped where a tmpfs cannot be mounted. */
class DiskFullTest {
  @TempDir Path folder;
  private boolean isMounted;

  @BeforeEach
  void mountASmallDisk() throws IOException, InterruptedException {
    isMounted = run("mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", folder.toString());
    assumeTrue(isMounted, "a tmpfs cannot be mounted here: skipped");
  }

  @AfterEach
  void unmount() throws IOException, InterruptedException {
    if (isMounted) {
      assertThat(run("umount", folder.toString())).isTrue();
    }
  }

  private static boolean run(String... command) throws IOException, InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void shouldPauseUntilThereIsRoomAndLoseNothing() throws IOException {
    Path other = folder.resolve("other");
    Path log = folder.resolve("log");
    Files.write(other, new byte[2 << 20]);
    BatchBuffer batch = new BatchBuffer(1 << 16);
    LogOptions options = LogOptions.of(Durability.process()).withSegmentBytes(1 << 19);
    long full;
    try (Log open = Logs.open(log, options)) {
      full = appendUntilFull(open, batch);
      for (int i = 0; i < 20; i++) {
        assertThat(append(open, batch)).isEqualTo(Log.Appended.DISK_FULL);
      }
      assertThat(open.nextPosition()).isEqualTo(full);
      Files.delete(other);
      for (int i = 0; i < 50; i++) {
        assertThat(append(open, batch)).isEqualTo(Log.Appended.YES);
      }
      full = appendUntilFull(open, batch);
      assertThat(LogContract.read(open, 0)).isEqualTo(LogContract.range(0, full));
      assertThat(LogCheck.verify(log).damages()).isEmpty();
      // retention is the other way to room
      open.retain(Retention.bytes(1 << 20), 0);
      assertThat(open.firstPosition()).isPositive();
      assertThat(append(open, batch)).isEqualTo(Log.Appended.YES);
    }
    assertThat(LogCheck.verify(log).damages()).isEmpty();
    try (Log open = Logs.open(log, options)) {
      assertThat(open.nextPosition()).isGreaterThan(full);
    }
  }

  private static long appendUntilFull(Log log, BatchBuffer batch) {
    while (append(log, batch) == Log.Appended.YES) {
      assertThat(log.nextPosition()).isLessThan(200_000);
    }
    return log.nextPosition();
  }

  private static Log.Appended append(Log log, BatchBuffer batch) {
    batch.clear();
    for (int i = 0; i < 20; i++) {
      TestRecords.add(batch, log.nextPosition() + i);
    }
    return log.append(batch, 0, log.nextPosition());
  }
}
