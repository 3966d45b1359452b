package dev.weir.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.queue.rollcycles.LegacyRollCycles;
import net.openhft.chronicle.wire.DocumentContext;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract on real files, and what only they have. */
class ChronicleLogTest extends LogContract {
  @TempDir Path folder;

  @Override
  Log open(LogOptions options) {
    return Logs.open(folder, options);
  }

  @Test
  void shouldRefuseToBeOpenTwice() {
    try (Log log = open(options())) {
      append(log, 1, 0, 0);
      assertThatThrownBy(() -> open(options())).isInstanceOf(LogInUseException.class);
      append(log, 1, 0, 0);
      assertThat(read(log, 0)).isEqualTo(range(0, 2));
    }
    open(options()).close();
  }

  @Test
  void shouldOpenAtOnceBesideALockThatAProcessWithThisIdLeft() throws IOException {
    try (Log log = open(options())) {
      append(log, 3, 0, 0);
    }
    // what a killed process leaves in a container, where the next one has the same id
    Path segment = folder.resolve(SegmentName.of(0));
    try (SingleChronicleQueue queue = queue(segment)) {
      queue.tableStorePut("chronicle.write.lock", ProcessHandle.current().pid());
      queue.tableStorePut("chronicle.append.lock", ProcessHandle.current().pid());
    }
    Files.writeString(
        folder.resolve("weir-log.lock"), "process " + ProcessHandle.current().pid() + "\n");
    try (Log log = open(options())) {
      append(log, 3, 0, 0);
      assertThat(read(log, 0)).isEqualTo(range(0, 6));
    }
  }

  @Test
  void shouldSayWhichProcessHasTheLogOpen() throws Exception {
    Process other = Appender.start(folder, Durability.Mode.PROCESS);
    try {
      assertThat(other.inputReader().readLine()).isNotNull();
      assertThatThrownBy(() -> open(options()))
          .isInstanceOf(LogInUseException.class)
          .hasMessageContaining("process " + other.pid());
      assertThat(LogCheck.verify(folder).records()).isPositive();
    } finally {
      other.destroyForcibly().waitFor();
    }
    open(options()).close();
  }

  @Test
  void shouldTakeItsFirstRecordWhileTheProcessIsEnding() throws Exception {
    Process process =
        ChildJvm.of(LateBeginner.class.getName(), List.of(folder.toString()))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isEqualTo(3);
    assertThat(said).isEmpty();
    LogCheck.Report report = LogCheck.verify(folder);
    assertThat(report.wasClosed()).isTrue();
    assertThat(report.records()).isEqualTo(1);
  }

  @Test
  void shouldGoOnWhenTheThreadIsInterrupted() {
    try (Log log = open(LogOptions.of(Durability.sync()));
        LogReader reader = log.reader(0)) {
      append(log, 1, 0, 0);
      Thread.currentThread().interrupt();
      append(log, 1, 0, 0);
      assertThat(read(reader, 0)).isEqualTo(range(0, 2));
      assertThat(Thread.interrupted()).isTrue();
      append(log, 1, 0, 0);
      assertThat(read(reader, 2)).isEqualTo(range(2, 3));
    }
  }

  @Test
  void shouldAllocateNothingPerBatch() {
    ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    BatchBuffer batch = new BatchBuffer(1 << 16);
    try (Log log = open(LogOptions.of(Durability.process()));
        LogReader reader = log.reader(0)) {
      UnsafeBuffer record = new UnsafeBuffer(new byte[512]);
      int length = TestRecords.write(record, 0, 1);
      long allocated = 0;
      for (int round = 0; round < 6; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 20_000; i++) {
          batch.clear();
          batch.add(record, 0, length);
          batch.add(record, 0, length);
          log.append(batch, 0, 0);
          reader.next();
        }
        allocated = threads.getCurrentThreadAllocatedBytes() - before;
      }
      assertThat(reader.position()).isEqualTo(240_000);
      // a page of the queue's index in between costs some objects; a batch none
      assertThat(allocated).isLessThan(4_000);
    }
  }

  @Test
  void shouldBeReadableByTheQueuesOwnTailer() {
    try (Log log = open(LogOptions.of(Durability.process()))) {
      fill(log, 500);
    }
    int batches = 0;
    try (SingleChronicleQueue queue = queue(folder.resolve(SegmentName.of(0)));
        ExcerptTailer tailer = queue.createTailer()) {
      while (true) {
        try (DocumentContext document = tailer.readingDocument()) {
          if (!document.isPresent()) {
            break;
          }
          assertThat(document.wire().bytes().readInt()).isEqualTo(BatchLayout.MAGIC);
          batches++;
        }
      }
    }
    // and a preamble, and a seal
    assertThat(batches).isEqualTo((int) LogCheck.verify(folder).batches() + 2);
  }

  private static SingleChronicleQueue queue(Path segment) {
    return SingleChronicleQueueBuilder.binary(segment.toFile())
        .rollCycle(LegacyRollCycles.MINUTELY)
        .build();
  }
}
