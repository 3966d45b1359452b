package dev.weir.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A real process is killed while it appends, again and again: what it said to be acknowledged is
 * there. {@code -Dweir.kills=N} kills more often, {@code -Dweir.seed=N} chooses other moments.
 */
class KillTest {
  private static final int KILLS = Integer.getInteger("weir.kills", 3);
  private static final long SEED = Long.getLong("weir.seed", 1);

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(Durability.Mode.class)
  void shouldKeepWhatWasAcknowledgedWhenTheProcessIsKilled(Durability.Mode mode) throws Exception {
    Random random = new Random(SEED);
    long end = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      long acknowledged =
          runAndKill(mode, 1 + random.nextInt(mode == Durability.Mode.PROCESS ? 5000 : 300));
      String how = "mode " + mode + " kill " + kill + " seed " + SEED;
      assertThat(acknowledged).as(how).isGreaterThan(end);
      LogCheck.Report report = LogCheck.verify(folder);
      assertThat(report.damages()).as(how).isEmpty();
      assertThat(report.wasClosed()).as(how).isFalse();
      try (Log log =
          Logs.open(folder, LogOptions.of(Durability.process()).withSegmentBytes(1 << 20))) {
        assertThat(log.nextPosition()).as(how).isGreaterThanOrEqualTo(acknowledged);
        assertThat(log.opening().readableCut()).as(how).isZero();
        long[] next = {0};
        try (LogReader reader = log.reader(0)) {
          while (reader.next()) {
            reader
                .batch()
                .forEach(
                    0,
                    (position, buffer, offset, length) -> {
                      assertThat(position).isEqualTo(next[0]++);
                      assertThat(TestRecords.is(buffer, offset, length, position, position))
                          .isTrue();
                    });
          }
        }
        assertThat(next[0]).as(how).isEqualTo(log.nextPosition());
        end = log.nextPosition();
        if (random.nextBoolean()) {
          continue;
        }
      }
      assertThat(LogCheck.verify(folder).wasClosed()).as(how).isTrue();
    }
  }

  /** Kills the process after it has acknowledged so often; the last position it acknowledged. */
  private long runAndKill(Durability.Mode mode, int lines)
      throws IOException, InterruptedException {
    Process process = Appender.start(folder, mode);
    long acknowledged = 0;
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (int line = 0; ; line++) {
        String said = out.readLine();
        if (line == lines) {
          // through the handle: this one leaves the stream open, with what was still said
          process.toHandle().destroyForcibly();
        }
        if (said == null) {
          break;
        }
        acknowledged = Math.max(acknowledged, said.isEmpty() ? 0 : Long.parseLong(said));
      }
    }
    assertThat(process.waitFor()).as("killed").isEqualTo(128 + 9);
    return acknowledged;
  }
}
