package dev.weir.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.event.EventEncoder;
import dev.weir.event.EventReader;
import dev.weir.event.EventType;
import dev.weir.event.Field;
import dev.weir.event.FieldType;
import dev.weir.event.RecordLayout;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class IntakeTest {
  private static final long NOTHING_YET = Long.MIN_VALUE;

  private static EventType type(int id, String name, long latenessNs, boolean drop) {
    List<Field> fields = List.of(Field.of("at", FieldType.TIME), Field.of("id", FieldType.TEXT));
    return new EventType(
        id, 1, name, fields, 0, EventType.NO_FIELD, 1, 100, latenessNs, drop, EventType.KEEP_NONE);
  }

  private static final EventType A = type(0, "A", 0, false);
  private static final EventType B = type(1, "B", 10, true);

  /** Records of (time, id) in this order. */
  private static final class Given implements RecordSource {
    private final EventType type;
    private final Iterator<String> rows;
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[256]);
    private int length;
    private long timeNs;
    private int count;

    /** Each row is {@code time} or {@code time id}. */
    Given(EventType type, String... rows) {
      this.type = type;
      this.rows = List.of(rows).iterator();
    }

    @Override
    public EventType type() {
      return type;
    }

    @Override
    public boolean next() {
      if (!rows.hasNext()) {
        return false;
      }
      String[] row = rows.next().split(" ");
      timeNs = Long.parseLong(row[0]);
      String id = row.length > 1 ? row[1] : "#" + count++;
      length = new EventEncoder().wrap(buffer, 0, type).putLong(0, timeNs).putText(1, id).finish();
      return true;
    }

    @Override
    public MutableDirectBuffer buffer() {
      return buffer;
    }

    @Override
    public int length() {
      return length;
    }

    @Override
    public long timeNs() {
      return timeNs;
    }

    @Override
    public long rejected() {
      return 0;
    }

    @Override
    public long bytesRead() {
      return 0;
    }

    @Override
    public long bytesTotal() {
      return 0;
    }

    @Override
    public void close() {}
  }

  private record Stamped(long position, String type, long time, int verdict, long watermark) {}

  private static final class Seen implements IntakeSink {
    final List<Stamped> records = new ArrayList<>();
    final List<Long> ends = new ArrayList<>();

    @Override
    public void onRecord(DirectBuffer buffer, int offset, int length, long watermarkNs) {
      EventReader event = new EventReader().wrap(buffer, offset);
      assertThat(length).isEqualTo(event.length());
      records.add(
          new Stamped(
              event.position(),
              event.typeId() == 0 ? "A" : "B",
              event.timeNs(),
              event.verdict(),
              watermarkNs));
    }

    @Override
    public void onEnd(long finalTimeNs) {
      ends.add(finalTimeNs);
    }

    List<Integer> verdicts() {
      return records.stream().map(Stamped::verdict).toList();
    }

    List<Long> watermarks() {
      return records.stream().map(Stamped::watermark).toList();
    }
  }

  private static final int IN_TIME = RecordLayout.VERDICT_IN_TIME;
  private static final int LATE = RecordLayout.VERDICT_LATE;
  private static final int REPEAT = RecordLayout.VERDICT_REPEAT;

  private final Seen seen = new Seen();
  private final Intake intake = new Intake(List.of(A, B), seen);

  private void run(OptionalLong until, Given... sources) {
    assertThat(intake.run(List.of(sources), until, positions -> {})).isTrue();
  }

  @Test
  void shouldMergeByTimeThenByOrderOfTheSources() {
    run(OptionalLong.empty(), new Given(B, "1", "5", "5"), new Given(A, "1", "2", "5", "9"));
    assertThat(seen.records)
        .extracting(Stamped::type)
        .containsExactly("B", "A", "A", "B", "B", "A", "A");
    assertThat(seen.records)
        .extracting(Stamped::position)
        .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L);
  }

  @Test
  void shouldMoveTheWatermarkWithTheSlowestOpenSource() {
    run(OptionalLong.empty(), new Given(A, "5", "30", "40"), new Given(B, "20", "25"));
    // A: greatest time; B: greatest time less 10, nothing before its first, left out once it ended
    assertThat(seen.watermarks()).containsExactly(NOTHING_YET, 5L, 5L, 30L, 40L);
    assertThat(seen.verdicts()).containsOnly(IN_TIME);
  }

  @Test
  void shouldJudgeEachTypeAgainstTheWatermarkBeforeTheRecord() {
    run(OptionalLong.empty(), new Given(B, "100", "90", "89", "120", "109", "110"));
    assertThat(seen.verdicts()).containsExactly(IN_TIME, IN_TIME, LATE, IN_TIME, LATE, IN_TIME);
    assertThat(intake.late(1)).isEqualTo(2);
    assertThat(intake.accepted(1)).isEqualTo(4);
    assertThat(intake.positions()).as("late records have a position").isEqualTo(6);
  }

  @Test
  void shouldFindRepeatsWithinTheHorizonOnly() {
    run(
        OptionalLong.empty(),
        new Given(A, "0 x", "1 y", "50 x", "99 x", "100 x", "150 x", "199 y", "200 x"));
    assertThat(seen.verdicts())
        .as("known from 0 to below 100, then from 100 to below 200")
        .containsExactly(IN_TIME, IN_TIME, REPEAT, REPEAT, IN_TIME, REPEAT, IN_TIME, IN_TIME);
    assertThat(intake.repeats(0)).isEqualTo(3);
  }

  @Test
  void shouldKeepIdsOfTypesApart() {
    run(OptionalLong.empty(), new Given(A, "1 x"), new Given(B, "2 x"));
    assertThat(seen.verdicts()).containsExactly(IN_TIME, IN_TIME);
  }

  @Test
  void shouldEndAtTheGreatestTimeOrAtUntilIfThatIsLater() {
    run(OptionalLong.empty(), new Given(B, "100", "95"));
    assertThat(seen.ends).containsExactly(100L);

    Seen second = new Seen();
    Intake later = new Intake(List.of(A, B), second);
    later.run(List.of(new Given(B, "100")), OptionalLong.of(150), positions -> {});
    Intake earlier = new Intake(List.of(A, B), second);
    earlier.run(List.of(new Given(B, "100")), OptionalLong.of(50), positions -> {});
    Intake nothing = new Intake(List.of(A, B), second);
    nothing.run(List.of(new Given(B)), OptionalLong.of(70), positions -> {});
    nothing.run(List.of(new Given(B)), OptionalLong.empty(), positions -> {});
    assertThat(second.ends).as("nothing at all has no end").containsExactly(150L, 100L, 70L);
  }

  @Test
  void shouldStopWhereItIsToldToAndTellNoEnd() {
    List<RecordSource> sources = List.of(new Given(A, "1", "2", "3"));
    boolean ended =
        intake.run(
            sources,
            OptionalLong.of(9),
            positions -> {
              if (positions == 2) {
                intake.stop();
              }
            });
    assertThat(ended).isFalse();
    assertThat(seen.records).hasSize(2);
    assertThat(seen.ends).isEmpty();
  }
}
