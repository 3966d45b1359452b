package dev.weir.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A log of real files that was closed in order, damaged in every way: it is named, or every record
 * reads back as it was; it never merely ends earlier. The files are loaded into a disk in memory so
 * that there is time for every bit.
 */
class CorruptionTest {
  private static final int RECORDS = 20;

  @TempDir Path folder;
  private final SimulatedDisk disk = new SimulatedDisk(1);
  private byte[] whole = new byte[0];
  private int firstBatch;

  @BeforeEach
  void writeALog() throws IOException {
    BatchBuffer batch = new BatchBuffer(1 << 16);
    try (Log log = Logs.open(folder, LogOptions.of(Durability.process()))) {
      while (log.nextPosition() < RECORDS) {
        batch.clear();
        for (int i = 0; i < 1 + log.nextPosition() % 3; i++) {
          TestRecords.add(batch, log.nextPosition() + i);
        }
        log.append(batch, log.nextPosition(), log.nextPosition());
      }
    }
    try (ChronicleStore files = new ChronicleStore(folder)) {
      whole = disk.load(files);
    }
    assertThat(verify().damages()).isEmpty();
    assertThat(verify().records()).isGreaterThanOrEqualTo(RECORDS);
    while (whole[firstBatch] != 'W' || whole[firstBatch + 1] != 'R') {
      firstBatch++;
    }
  }

  @Test
  void shouldNameEveryFlippedBit() throws IOException {
    for (int at = firstBatch - Integer.BYTES; at < whole.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] damaged = whole.clone();
        damaged[at] ^= (byte) (1 << bit);
        String how = "bit " + bit + " of byte " + at;
        disk.replaceContent(0, damaged);
        assertThat(verify().damages()).as(how).isNotEmpty();
        if ((at * 8 + bit) % 23 == 0) {
          judge(damaged, how, (at * 8 + bit) % 299 == 0);
        }
      }
    }
  }

  @Test
  void shouldReadOnPastFlippedBitsOfTheQueuesOwn() throws IOException {
    for (int at = 0; at < firstBatch; at += at < 300 ? 1 : 7) {
      byte[] damaged = whole.clone();
      damaged[at] ^= (byte) (1 << at % 8);
      disk.replaceContent(0, damaged);
      assertThat(verify().damages()).as("byte %d", at).noneMatch(Damage::losesRecords);
      judge(damaged, "byte " + at, at % 35 == 0);
    }
  }

  @Test
  void shouldNameEveryZeroedRange() throws IOException {
    for (int length : new int[] {4, 64, 512, 4096}) {
      for (int at = 0; at < whole.length; at += Math.min(length, 64)) {
        byte[] damaged = whole.clone();
        Arrays.fill(damaged, at, Math.min(at + length, damaged.length), (byte) 0);
        if (!Arrays.equals(damaged, whole)) {
          judge(damaged, length + " zeros at " + at, at % 13 == 0);
        }
      }
    }
  }

  @Test
  void shouldNameEveryTruncation() throws IOException {
    for (int length = 0; length < whole.length; length += length < firstBatch ? 61 : 1) {
      byte[] damaged = Arrays.copyOf(whole, length);
      assertThat(judge(damaged, "cut to " + length, length % 97 == 0)).isEqualTo(1);
    }
  }

  @Test
  void shouldNameHolesWhereBatchesWereTakenOut() throws IOException {
    Random random = new Random(7);
    for (int i = 0; i < 300; i++) {
      int from = firstBatch + random.nextInt(whole.length - firstBatch);
      int to = Math.min(whole.length, from + 1 + random.nextInt(400));
      byte[] damaged = new byte[whole.length - (to - from)];
      System.arraycopy(whole, 0, damaged, 0, from);
      System.arraycopy(whole, to, damaged, from, whole.length - to);
      assertThat(judge(damaged, from + " to " + to + " taken out", i % 5 == 0)).isEqualTo(1);
    }
  }

  /** 1 if the damage was named; fails if neither that nor all records are as they were. */
  private int judge(byte[] damaged, String how, boolean alsoOpen) throws IOException {
    disk.replaceContent(0, damaged);
    LogCheck.Report report = verify();
    long lost = report.damages().stream().filter(Damage::losesRecords).count();
    List<Long> read = new ArrayList<>();
    SegmentStore store = disk.store();
    long end = verified(store, read);
    if (lost == 0) {
      assertThat(read).as(how).isEqualTo(LogContract.range(0, end));
      assertThat(end).as(how).isGreaterThanOrEqualTo(RECORDS);
    } else {
      assertThat(report.damages().get(0).file()).as(how).contains("0000000000000000000");
      long from =
          report.damages().stream()
              .filter(Damage::losesRecords)
              .findFirst()
              .orElseThrow()
              .fromPosition();
      assertThat(read).as(how).containsAll(LogContract.range(0, from));
      assertThat(read).as(how).doesNotContain(from);
    }
    if (alsoOpen) {
      open(how, lost > 0);
      repair(how, read);
    }
    return report.damages().isEmpty() ? 0 : 1;
  }

  /** Reading as the engine does: everything, or an exception that names the place. */
  private void open(String how, boolean isLossy) {
    byte[] identity = disk.identity();
    List<Long> read = new ArrayList<>();
    try (Log log = disk.open(LogOptions.of(Durability.process()))) {
      try (LogReader reader = log.reader(0)) {
        while (reader.next()) {
          reader.batch().forEach(0, (position, buffer, offset, length) -> read.add(position));
        }
      }
      assertThat(isLossy).as(how).isFalse();
      assertThat(read).as(how).isEqualTo(LogContract.range(0, log.nextPosition()));
    } catch (CorruptLogException e) {
      assertThat(e.position()).as(how).isLessThan(RECORDS + 3);
    } finally {
      disk.identity(identity);
    }
  }

  private void repair(String how, List<Long> readable) throws IOException {
    if (verify().records() == 0) {
      return;
    }
    SimulatedDisk target = new SimulatedDisk(2);
    LogRepair.Repaired repaired = LogRepair.repair(disk.store(), target.store());
    assertThat(repaired.records()).as(how).isEqualTo(readable.size());
    assertThat(LogCheck.verify(target.store()).damages()).as(how).isEmpty();
    List<Long> read = new ArrayList<>();
    try (Log log = target.open(LogOptions.of(Durability.process()));
        LogReader reader = log.reader(0)) {
      long gaps = 0;
      while (reader.next()) {
        if (reader.batch().isGap()) {
          gaps += reader.batch().endPosition() - reader.batch().firstPosition();
        }
        reader
            .batch()
            .forEach(
                0,
                (position, buffer, offset, length) -> {
                  assertThat(TestRecords.is(buffer, offset, length, position, position)).isTrue();
                  read.add(position);
                });
      }
      assertThat(read).as(how).isEqualTo(readable);
      assertThat(gaps).as(how).isEqualTo(repaired.lost());
      assertThat(log.nextPosition()).as(how).isEqualTo(gaps + read.size());
    }
  }

  private LogCheck.Report verify() throws IOException {
    return LogCheck.verify(disk.store());
  }

  private static long verified(SegmentStore store, List<Long> read) throws IOException {
    Identity identity = Identity.decode(store.readIdentity());
    try (SegmentFile file = store.open(0)) {
      SegmentCheck.of(
          file,
          0,
          identity.logId(),
          batch ->
              batch.forEach(
                  0,
                  (position, buffer, offset, length) -> {
                    assertThat(TestRecords.is(buffer, offset, length, position, position)).isTrue();
                    read.add(position);
                  }));
    }
    return identity.end();
  }
}
