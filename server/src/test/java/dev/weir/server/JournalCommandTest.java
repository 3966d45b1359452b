package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.journal.BatchBuffer;
import dev.weir.journal.ControlRecord;
import dev.weir.journal.Durability;
import dev.weir.journal.Log;
import dev.weir.journal.LogOptions;
import dev.weir.journal.Logs;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalCommandTest {
  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path log = Path.of("");

  @BeforeEach
  void writeALog() {
    log = folder.resolve("log");
    BatchBuffer batch = new BatchBuffer(4096);
    try (Log open = Logs.open(log, LogOptions.of(Durability.process()))) {
      for (int i = 0; i < 10; i++) {
        batch.clear();
        batch.added(
            ControlRecord.write(
                batch.buffer(),
                batch.offset(),
                ControlRecord.LIST,
                3,
                0,
                new UnsafeBuffer(new byte[100]),
                0,
                100));
        open.append(batch, i, i);
      }
    }
  }

  private int run(String... args) {
    out.getBuffer().setLength(0);
    return WeirCommand.execute(new PrintWriter(out), new PrintWriter(err), args);
  }

  /** Flips a bit in the batch before the last. */
  private void damage() throws IOException {
    Path file;
    try (Stream<Path> files = Files.walk(log)) {
      file = files.filter(f -> f.toString().endsWith(".cq4")).findFirst().orElseThrow();
    }
    byte[] content = Files.readAllBytes(file);
    content[content.length - 400] ^= 4;
    Files.write(file, content);
  }

  @Test
  void shouldFindAWholeLogWhole() {
    assertThat(run("journal", "verify", log.toString())).isZero();
    assertThat(out.toString()).isEqualTo("whole: 10 records up to 10" + System.lineSeparator());
    assertThat(run("journal", "info", log.toString())).isZero();
    assertThat(out.toString()).contains("positions  0 to 10", "closed     yes");
  }

  @Test
  void shouldNameDamageAndSaveTheRest() throws IOException {
    damage();
    assertThat(run("journal", "verify", log.toString())).isEqualTo(ExitCode.FINDINGS);
    assertThat(out.toString()).contains(".cq4: byte ", ": position 8: ");
    Path repaired = folder.resolve("repaired");
    assertThat(run("journal", "repair", log.toString(), "--to", repaired.toString())).isZero();
    assertThat(out.toString()).contains("saved 9 records, lost 1 positions; goes on at 10");
    assertThat(run("journal", "verify", repaired.toString())).isZero();
    assertThat(run("journal", "dump", repaired.toString(), "--from", "7", "--to", "10")).isZero();
    assertThat(out.toString().lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("7  ").contains("list  source 3"),
            line -> assertThat(line).isEqualTo("8 to 8  lost"),
            line -> assertThat(line).startsWith("9  "));
    assertThat(run("journal", "export", repaired.toString())).isZero();
    assertThat(out.toString().lines().count()).isEqualTo(10);
  }

  @Test
  void shouldSayWhereThereIsNoLog() {
    assertThat(run("journal", "verify", folder.resolve("nothing").toString()))
        .isEqualTo(ExitCode.IO);
    assertThat(err.toString()).contains("no log here").doesNotContain("Exception");
  }
}
