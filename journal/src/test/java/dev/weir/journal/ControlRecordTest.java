package dev.weir.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.event.RecordLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class ControlRecordTest {
  private final SimulatedDisk disk = new SimulatedDisk(3);

  @Test
  void shouldShareThePositionsOfEvents() throws java.io.IOException {
    BatchBuffer batch = new BatchBuffer(1 << 16);
    List<String> read = new ArrayList<>();
    try (Log log = disk.open(LogOptions.of(Durability.process()))) {
      for (int bytes = 0; bytes < 40; bytes++) {
        batch.clear();
        TestRecords.add(batch, 2L * bytes);
        byte[] body = "x".repeat(bytes).getBytes(StandardCharsets.UTF_8);
        batch.buffer().setMemory(batch.offset(), 200, (byte) 0x55);
        batch.added(
            ControlRecord.write(
                batch.buffer(),
                batch.offset(),
                ControlRecord.LIST,
                7,
                1000 + bytes,
                new UnsafeBuffer(body),
                0,
                bytes));
        log.append(batch, 0, 0);
      }
      try (LogReader reader = log.reader(0)) {
        while (reader.next()) {
          reader.batch().forEach(0, (position, buffer, at, length) -> read.add(text(buffer, at)));
        }
      }
    }
    for (int bytes = 0; bytes < 40; bytes++) {
      assertThat(read.get(2 * bytes)).isEqualTo("event at position " + 2 * bytes);
      assertThat(read.get(2 * bytes + 1))
          .isEqualTo(
              "list of 7 at "
                  + (1000 + bytes)
                  + " position "
                  + (2 * bytes + 1)
                  + " "
                  + "x".repeat(bytes));
    }
    List<Long> dumped = new ArrayList<>();
    LogDump.records(
        disk.store(),
        11,
        14,
        new LogDump.Receiver() {
          @Override
          public void onRecord(
              BatchView batchView, long position, DirectBuffer buffer, int offset, int length) {
            dumped.add(position);
          }

          @Override
          public void onGap(long from, long to) {
            throw new AssertionError("no gap was written");
          }
        });
    assertThat(dumped).containsExactly(11L, 12L, 13L);
  }

  private static String text(DirectBuffer buffer, int at) {
    long position = RecordLayout.position(buffer, at);
    if (!ControlRecord.is(buffer, at)) {
      return "event at position " + position;
    }
    byte[] body = ControlRecord.body(buffer, at);
    return ControlRecord.nameOf(ControlRecord.kind(buffer, at))
        + " of "
        + buffer.getInt(at + RecordLayout.SOURCE_ID_OFFSET)
        + " at "
        + buffer.getLong(at + RecordLayout.TIME_OFFSET)
        + " position "
        + position
        + " "
        + new String(body, StandardCharsets.UTF_8);
  }

  @Test
  void shouldRefuseABodyThatNoBatchCanHold() {
    UnsafeBuffer body = new UnsafeBuffer(new byte[ControlRecord.BODY_BYTES_MAX + 1]);
    assertThatThrownBy(
            () ->
                ControlRecord.write(
                    new UnsafeBuffer(new byte[8]),
                    0,
                    ControlRecord.LIST,
                    0,
                    0,
                    body,
                    0,
                    body.capacity()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
