package dev.weir.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random appends, flushes, crashes and restarts against a list in memory. A failing seed is named;
 * {@code -Dweir.seed=N} runs it alone, {@code -Dweir.runs=N} runs more.
 */
class PowerCutTest {
  private static final int RUNS = Integer.getInteger("weir.runs", 40);
  private static final int RESTARTS = 25;

  private final BatchBuffer batch = new BatchBuffer(1 << 16);

  @ParameterizedTest
  @EnumSource(Durability.Mode.class)
  void shouldKeepWhatWasAcknowledgedAndInventNothing(Durability.Mode mode) {
    long only = Long.getLong("weir.seed", -1);
    for (long seed = only >= 0 ? only : 0; seed < (only >= 0 ? only + 1 : RUNS); seed++) {
      try {
        run(mode, seed);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("mode " + mode + ": run again with -Dweir.seed=" + seed, e);
      }
    }
  }

  private void run(Durability.Mode mode, long seed) {
    Random random = new Random(seed);
    SimulatedDisk disk = new SimulatedDisk(seed + 1);
    Durability durability =
        switch (mode) {
          case PROCESS -> Durability.process();
          case GROUP -> Durability.group(Duration.ofMillis(5));
          case SYNC -> Durability.sync();
        };
    LogOptions options =
        LogOptions.of(durability)
            .withSegmentBytes(LogOptions.SEGMENT_BYTES_MIN)
            .withPreamble(
                (part, to) -> {
                  TestRecords.add(to, part);
                  return part < random.nextInt(3);
                });
    List<Long> model = new ArrayList<>();
    long number = 0;
    long nowNs = 0;
    long onDisk = 0;
    long inMemory = 0;
    boolean losesPages = false;
    for (int restart = 0; restart < RESTARTS; restart++) {
      if (losesPages) {
        disk.restartMachine();
        inMemory = onDisk;
      } else {
        disk.restartProcess();
      }
      if (random.nextInt(4) == 0) {
        disk.crashAfter(random.nextInt(6));
      }
      losesPages = random.nextInt(3) > 0;
      Log log;
      try {
        log = disk.open(options);
      } catch (SimulatedDisk.Crash e) {
        continue;
      }
      assertThat(log.nextPosition()).as("kept").isBetween(inMemory, (long) model.size());
      model.subList((int) log.nextPosition(), model.size()).clear();
      readAll(log, model);
      onDisk = log.nextPosition();
      inMemory = onDisk;
      disk.crashAfter(random.nextInt(random.nextBoolean() ? 30 : 600));
      try {
        while (true) {
          nowNs += random.nextInt(2_000_000);
          int count = 1 + random.nextInt(random.nextInt(10) == 0 ? 60 : 4);
          batch.clear();
          for (int i = 0; i < count; i++) {
            TestRecords.add(batch, number);
            model.add(number++);
          }
          assertThat(log.append(batch, nowNs, nowNs)).isEqualTo(Log.Appended.YES);
          inMemory = log.nextPosition();
          log.syncIfDue(nowNs);
          if (random.nextInt(100) == 0) {
            log.sync();
            onDisk = log.nextPosition();
          }
          if (mode != Durability.Mode.PROCESS) {
            onDisk = Math.max(onDisk, log.durablePosition());
          }
          if (random.nextInt(60) == 0) {
            log.retain(Retention.bytes(4 * LogOptions.SEGMENT_BYTES_MIN), nowNs);
          }
          if (random.nextInt(500) == 0) {
            log.close();
            onDisk = log.nextPosition();
            break;
          }
        }
      } catch (LogFailedException | SimulatedDisk.Crash e) {
        assertThat(disk.isCrashed()).isTrue();
      }
    }
  }

  private static void readAll(Log log, List<Long> model) {
    long[] next = {log.firstPosition()};
    try (LogReader reader = log.reader(next[0])) {
      while (reader.next()) {
        reader
            .batch()
            .forEach(
                0,
                (position, buffer, offset, length) -> {
                  assertThat(position).isEqualTo(next[0]++);
                  assertThat(
                          TestRecords.is(
                              buffer, offset, length, model.get((int) position), position))
                      .as("record %d", position)
                      .isTrue();
                });
      }
    }
    assertThat(next[0]).isEqualTo(log.nextPosition());
  }
}
