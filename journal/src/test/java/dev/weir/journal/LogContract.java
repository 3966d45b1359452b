package dev.weir.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every log does, whatever its segments are kept in. */
abstract class LogContract {
  static final long SECOND = 1_000_000_000L;
  private final BatchBuffer batch = new BatchBuffer(1 << 20);

  /** Opens the log under test; the same one again after it was closed. */
  abstract Log open(LogOptions options);

  static LogOptions options() {
    return LogOptions.of(Durability.process()).withSegmentBytes(LogOptions.SEGMENT_BYTES_MIN);
  }

  /** Appends a batch of records whose numbers are their positions. */
  void append(Log log, int records, long watermarkNs, long nowNs) {
    batch.clear();
    for (int i = 0; i < records; i++) {
      TestRecords.add(batch, log.nextPosition() + i);
    }
    assertThat(log.append(batch, watermarkNs, nowNs)).isEqualTo(Log.Appended.YES);
  }

  /** Appends until there are so many segments and one record more. */
  void fill(Log log, int records) {
    long end = log.nextPosition() + records;
    while (log.nextPosition() < end) {
      int count = (int) Math.min(end - log.nextPosition(), 1 + log.nextPosition() % 7);
      append(log, count, log.nextPosition() * SECOND, log.nextPosition() * SECOND);
    }
  }

  static List<Long> read(Log log, long from) {
    try (LogReader reader = log.reader(from)) {
      return read(reader, from);
    }
  }

  static List<Long> read(LogReader reader, long from) {
    List<Long> positions = new ArrayList<>();
    while (reader.next()) {
      reader
          .batch()
          .forEach(
              from,
              (position, buffer, offset, length) -> {
                assertThat(TestRecords.is(buffer, offset, length, position, position))
                    .as("record %d", position)
                    .isTrue();
                positions.add(position);
              });
    }
    return positions;
  }

  static List<Long> range(long from, long to) {
    List<Long> all = new ArrayList<>();
    for (long p = from; p < to; p++) {
      all.add(p);
    }
    return all;
  }

  @Test
  void shouldReadBackWhatWasAppended() {
    try (Log log = open(options())) {
      fill(log, 5000);
      assertThat(log.nextPosition()).isEqualTo(5000);
      assertThat(read(log, 0)).isEqualTo(range(0, 5000));
    }
  }

  @Test
  void shouldGiveRecordsTheirPositionsInTheBatchThatWasAppended() {
    try (Log log = open(options())) {
      append(log, 3, 0, 0);
      append(log, 2, 0, 0);
      assertThat(dev.weir.event.RecordLayout.position(batch.buffer(), batch.recordsOffset()))
          .isEqualTo(3);
    }
  }

  @Test
  void shouldGoOnWhereItEndedWhenOpenedAgain() {
    for (int round = 0; round < 4; round++) {
      try (Log log = open(options())) {
        assertThat(log.nextPosition()).isEqualTo(round * 700L);
        assertThat(log.opening().wasClosed()).isTrue();
        fill(log, 700);
        assertThat(read(log, 0)).isEqualTo(range(0, (round + 1) * 700L));
      }
    }
  }

  @Test
  void shouldStayEmptyWhenClosedEmpty() {
    open(options()).close();
    try (Log log = open(options())) {
      assertThat(log.nextPosition()).isZero();
      assertThat(read(log, 0)).isEmpty();
      assertThat(log.positionAtTime(5)).isZero();
    }
  }

  @Test
  void shouldBeginReadingAtAnyPosition() {
    try (Log log = open(options())) {
      fill(log, 3000);
      for (long from = 0; from <= 3000; from += 97) {
        assertThat(read(log, from)).isEqualTo(range(from, 3000));
      }
      assertThatThrownBy(() -> log.reader(3001)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void shouldTailWhatIsAppendedLater() {
    try (Log log = open(options());
        LogReader reader = log.reader(0)) {
      long seen = 0;
      for (int round = 0; round < 300; round++) {
        assertThat(reader.next()).isFalse();
        append(log, 1 + round % 40, round, round);
        assertThat(read(reader, seen)).isEqualTo(range(seen, log.nextPosition()));
        seen = log.nextPosition();
      }
      assertThat(log.firstPosition()).isZero();
    }
  }

  @Test
  void shouldFindThePositionOfATime() {
    try (Log log = open(options())) {
      List<Long> firsts = new ArrayList<>();
      for (int i = 0; i < 800; i++) {
        firsts.add(log.nextPosition());
        append(log, 1 + i % 5, i / 3 * 10L, i);
      }
      for (int t = 0; t < 800 / 3 * 10; t += 7) {
        int batchIndex = (t + 9) / 10 * 3;
        assertThat(log.positionAtTime(t)).as("time %d", t).isEqualTo(firsts.get(batchIndex));
      }
      assertThat(log.positionAtTime(1_000_000)).isEqualTo(log.nextPosition());
    }
  }

  @Test
  void shouldFindEachPositionAmongLongBatches() {
    try (Log log = open(LogOptions.of(Durability.process()))) {
      for (int i = 0; i < 60; i++) {
        batch.clear();
        for (int record = 0; record < 200 + i; record++) {
          TestRecords.add(batch, log.nextPosition() + record);
        }
        assertThat(log.append(batch, i, 0)).isEqualTo(Log.Appended.YES);
      }
      for (long position = 0; position < log.nextPosition(); position += 97) {
        try (LogReader reader = log.reader(position)) {
          assertThat(reader.next()).isTrue();
          assertThat(reader.batch().firstPosition()).isLessThanOrEqualTo(position);
          assertThat(reader.batch().endPosition()).isGreaterThan(position);
        }
      }
    }
  }

  @Test
  void shouldRefuseAWatermarkThatGoesBack() {
    try (Log log = open(options())) {
      append(log, 1, 10, 0);
      batch.clear();
      TestRecords.add(batch, 1);
      assertThatThrownBy(() -> log.append(batch, 9, 0))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(log.nextPosition()).isEqualTo(1);
    }
  }

  @Test
  void shouldBeginEachSegmentWithThePreambleOfItsPosition() {
    long[] told = new long[1];
    Preamble preamble =
        (part, to) -> {
          TestRecords.add(to, 1000 + told[0] + part);
          return part < 2;
        };
    try (Log log = open(options().withPreamble(preamble))) {
      long lastStart = 0;
      for (int i = 0; i < 2000; i++) {
        told[0] = log.nextPosition();
        append(log, 1, i, i);
      }
      for (long position = 0; position < 2000; position += 50) {
        List<Long> numbers = new ArrayList<>();
        long start =
            log.readPreamble(
                position, (none, buffer, offset, length) -> numbers.add((long) length));
        assertThat(start).isBetween(lastStart, position);
        assertThat(numbers)
            .containsExactly(
                (long) TestRecords.length(1000 + start),
                (long) TestRecords.length(1001 + start),
                (long) TestRecords.length(1002 + start));
        lastStart = start;
      }
      assertThat(lastStart).isPositive();
      assertThat(read(log, 0)).isEqualTo(range(0, 2000));
    }
  }

  @Test
  void shouldDeleteOldSegmentsBySizeButNotWhatAHoldNeeds() {
    try (Log log = open(options())) {
      fill(log, 6000);
      long size = log.sizeBytes();
      Log.Hold hold = log.hold("window", 1500);
      Log.Retained retained = log.retain(Retention.bytes(size / 10), 0);
      assertThat(retained.heldBy()).isEqualTo("window");
      assertThat(log.firstPosition()).isPositive().isLessThanOrEqualTo(1500);
      assertThat(log.sizeBytes()).isEqualTo(size - retained.bytes());

      hold.moveTo(4000);
      log.retain(Retention.bytes(size / 10), 0);
      assertThat(log.firstPosition()).isGreaterThan(1500).isLessThanOrEqualTo(4000);

      hold.close();
      assertThat(log.retain(Retention.bytes(size / 10), 0).heldBy()).isEmpty();
      assertThat(log.firstPosition()).isGreaterThan(4000);
      assertThat(log.sizeBytes()).isLessThanOrEqualTo(size / 10 + 2 * LogOptions.SEGMENT_BYTES_MIN);
      assertThat(read(log, log.firstPosition())).isEqualTo(range(log.firstPosition(), 6000));
    }
    try (Log log = open(options())) {
      assertThat(log.nextPosition()).isEqualTo(6000);
      assertThat(log.firstPosition()).isGreaterThan(4000);
    }
  }

  @Test
  void shouldDeleteOldSegmentsByAge() {
    try (Log log = open(options())) {
      fill(log, 4000);
      log.retain(Retention.age(1000 * SECOND), 3000 * SECOND);
      // a segment goes when its last batch is too old: what is left reaches back to 2000 at least
      assertThat(log.firstPosition()).isPositive().isLessThanOrEqualTo(2000);
      assertThat(read(log, log.firstPosition())).isEqualTo(range(log.firstPosition(), 4000));
    }
  }

  @Test
  void shouldLetAReaderGoOnInADeletedSegment() {
    try (Log log = open(options());
        LogReader reader = log.reader(0)) {
      fill(log, 3000);
      assertThat(reader.next()).isTrue();
      long inFirst = reader.position();
      log.retain(Retention.bytes(0), 0);
      assertThat(log.firstPosition()).isGreaterThan(inFirst);
      assertThat(reader.next()).isTrue();
      assertThat(reader.batch().firstPosition()).isEqualTo(inFirst);
      assertThatThrownBy(() -> read(reader, 0))
          .isInstanceOf(LogException.class)
          .hasMessageContaining("retention");
    }
  }

  @Test
  void shouldCountAsDurableWhatTheModeNames() {
    try (Log log = open(LogOptions.of(Durability.sync()))) {
      append(log, 3, 0, 0);
      assertThat(log.durablePosition()).isEqualTo(3);
    }
    try (Log log = open(LogOptions.of(Durability.group(Duration.ofMillis(5))))) {
      append(log, 3, 0, 1_000_000);
      assertThat(log.durablePosition()).isEqualTo(3);
      assertThat(log.syncIfDue(5_000_000)).isFalse();
      append(log, 1, 0, 5_500_000);
      assertThat(log.syncIfDue(6_000_000)).isTrue();
      assertThat(log.durablePosition()).isEqualTo(7);
      assertThat(log.syncIfDue(60_000_000)).isFalse();
    }
    try (Log log = open(LogOptions.of(Durability.process()))) {
      append(log, 3, 0, 0);
      assertThat(log.durablePosition()).isEqualTo(10);
    }
  }
}
