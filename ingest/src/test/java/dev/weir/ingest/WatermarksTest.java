package dev.weir.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteOrder;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Stream time over live and finite sources, by a clock that the test moves. */
class WatermarksTest {
  private static final long NOTHING_YET = Long.MIN_VALUE;
  private static final int A = 0;
  private static final int B = 1;
  private static final long TICK = 10;

  /** A is late by up to 5 and idle after 100, B is never late and idle after 200. */
  private final Watermarks time =
      new Watermarks(List.of(SourceSpec.live("A", 5, 100), SourceSpec.live("B", 0, 200)));

  private final UnsafeBuffer body = new UnsafeBuffer(new byte[256]);
  private long position;

  private long record(int source, int partition, long timeNs, long elapsedNs) {
    return time.record(source, partition, timeNs, position++, 0, elapsedNs);
  }

  /** What the tick carries and names, or nothing. */
  private String tick(long elapsedNs) {
    int length = time.tick(body, elapsedNs, TICK);
    if (length == 0) {
      return "";
    }
    StringBuilder told = new StringBuilder().append(body.getLong(0, ByteOrder.LITTLE_ENDIAN));
    for (int at = Long.BYTES; at < length; at += 4) {
      told.append(' ').append(body.getShort(at) == A ? 'A' : 'B').append(body.getShort(at + 2));
    }
    return told.toString();
  }

  @Test
  void shouldGoByTheSlowestPartition() {
    assertThat(record(A, 0, 1000, 1)).isEqualTo(NOTHING_YET);
    assertThat(record(B, 0, 400, 2)).isEqualTo(400);
    assertThat(record(B, 0, 2000, 3)).isEqualTo(995);
    assertThat(record(A, 1, 900, 4)).as("a new partition never takes time back").isEqualTo(995);
    assertThat(record(A, 0, 3000, 5)).as("held back by A1").isEqualTo(995);
    assertThat(time.holdingSource()).isEqualTo(A);
    assertThat(time.holdingPartition()).isEqualTo(1);
    assertThat(record(A, 1, 1500, 6)).isEqualTo(1495);
    assertThat(record(A, 1, 9000, 7)).isEqualTo(2000);
  }

  @Test
  void shouldTakeOutASilentSourceUntilItComesAgain() {
    time.live(0);
    record(A, 0, 1000, 0);
    record(B, 0, 400, 0);
    record(A, 0, 1100, 150);
    assertThat(tick(199)).isEmpty();
    assertThat(tick(200)).isEqualTo("0 B0");
    assertThat(time.streamNs()).isEqualTo(1095);
    assertThat(tick(210)).as("said once").isEmpty();
    record(A, 0, 1200, 220);
    assertThat(time.streamNs()).isEqualTo(1195);
    record(B, 0, 1197, 230);
    record(A, 0, 1300, 230);
    assertThat(time.streamNs()).as("B counts again").isEqualTo(1197);
  }

  @Test
  void shouldMoveByWhatPassedWhileAllIsSilent() {
    time.live(0);
    record(A, 0, 1000, 50);
    record(B, 0, 980, 60);
    assertThat(tick(150)).as("A alone").isEqualTo("0 A0");
    assertThat(time.streamNs()).isEqualTo(980);
    assertThat(tick(260)).as("200 since the last record").isEqualTo("200 B0");
    assertThat(time.streamNs()).isEqualTo(1180);
    assertThat(tick(269)).isEmpty();
    assertThat(tick(270)).isEqualTo("10");
    assertThat(tick(400)).isEqualTo("130");
    assertThat(time.streamNs()).isEqualTo(1320);
    assertThat(record(A, 0, 1325, 401)).isEqualTo(1320);
  }

  @Test
  void shouldNotMoveBeforeTheFirstRecordNorWhileAFiniteSourceIsOpen() {
    time.live(0);
    assertThat(tick(500)).isEqualTo("500 A0 B0");
    assertThat(time.streamNs()).isEqualTo(NOTHING_YET);
    assertThat(tick(900)).isEmpty();

    Watermarks mixed =
        new Watermarks(List.of(SourceSpec.live("A", 0, 100), SourceSpec.finite("F", 0)));
    mixed.live(0);
    mixed.record(0, 0, 1000, 0, 0, 0);
    mixed.record(1, 0, 500, 1, 0, 0);
    assertThat(mixed.tick(body, 300, TICK)).isEqualTo(Long.BYTES + 4);
    assertThat(mixed.streamNs()).as("F holds").isEqualTo(500);
    assertThat(mixed.tick(body, 600, TICK)).isZero();
    mixed.end(1);
    assertThat(mixed.tick(body, 610, TICK)).isEqualTo(Long.BYTES);
    assertThat(mixed.streamNs()).isEqualTo(500 + 610);
  }

  @Test
  void shouldComeToTheSameFromTheTicksThatTheJournalHas() {
    time.live(0);
    record(A, 0, 1000, 50);
    record(B, 0, 980, 60);
    Watermarks again =
        new Watermarks(List.of(SourceSpec.live("A", 5, 100), SourceSpec.live("B", 0, 200)));
    again.record(A, 0, 1000, 0, 0, 0);
    again.record(B, 0, 980, 1, 0, 0);
    for (long now : new long[] {150, 260, 300}) {
      int length = time.tick(body, now, TICK);
      assertThat(length).isPositive();
      again.apply(body, 0, length);
      assertThat(again.streamNs()).isEqualTo(time.streamNs());
    }
  }
}
