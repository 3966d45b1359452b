package dev.weir.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** The contract on the simulated disk, and what only it can do. */
class SimulatedLogTest extends LogContract {
  private final SimulatedDisk disk = new SimulatedDisk(1);

  @Override
  Log open(LogOptions options) {
    return disk.open(options);
  }

  @Test
  void shouldPauseOnAFullDiskAndGoOnWhenThereIsRoom() {
    try (Log log = open(options())) {
      BatchBuffer batch = new BatchBuffer();
      disk.freeBytes(200_000);
      long refused = 0;
      while (refused < 50) {
        batch.clear();
        TestRecords.add(batch, log.nextPosition());
        long before = log.nextPosition();
        if (log.append(batch, 0, 0) == Log.Appended.DISK_FULL) {
          refused++;
          assertThat(log.nextPosition()).isEqualTo(before);
          assertThat(read(log, 0)).hasSize((int) before);
        }
      }
      disk.freeBytes(200_000);
      fill(log, 300);
      assertThat(read(log, 0)).isEqualTo(range(0, log.nextPosition()));
    }
    try (Log log = open(options())) {
      assertThat(read(log, 0)).isEqualTo(range(0, log.nextPosition()));
    }
  }

  @Test
  void shouldNotGoOnAfterAFailedFlush() {
    Log log = open(LogOptions.of(Durability.sync()));
    append(log, 1, 0, 0);
    disk.failsForce(true);
    assertThatThrownBy(() -> append(log, 1, 0, 0)).isInstanceOf(LogFailedException.class);
    disk.failsForce(false);
    assertThatThrownBy(() -> append(log, 1, 0, 0)).isInstanceOf(LogFailedException.class);
    assertThat(log.durablePosition()).isEqualTo(1);
    log.close();
    disk.restartMachine();
    try (Log again = open(LogOptions.of(Durability.sync()))) {
      assertThat(again.nextPosition()).isBetween(1L, 2L);
    }
  }

  @Test
  void shouldKeepNoSegmentOfWhichAPartOfThePreambleWasLost() {
    LogOptions options =
        options()
            .withPreamble(
                (part, to) -> {
                  for (int i = 0; i < 60; i++) {
                    TestRecords.add(to, i);
                  }
                  return part < 2;
                });
    int cut = 0;
    for (long seed = 0; seed < 200; seed++) {
      SimulatedDisk losing = new SimulatedDisk(seed);
      append(losing.open(options), 50, 0, 0);
      losing.restartMachine();
      try (Log again = losing.open(options)) {
        if (again.nextPosition() == 0) {
          cut++;
          continue;
        }
        int[] records = {0};
        again.readPreamble(0, (position, buffer, offset, length) -> records[0]++);
        assertThat(records[0]).as("seed %d", seed).isEqualTo(180);
      }
    }
    assertThat(cut).isBetween(50, 199);
  }
}
