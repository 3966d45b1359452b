package dev.weir.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

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
    public long place() {
      return count;
    }

    @Override
    public boolean seek(long place) {
      return false;
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

  /** Judges what finite sources give; type {@code S} stands for the end of a source. */
  private static final class Seen implements FiniteSources.Sink {
    final Intake intake;
    final List<Stamped> records = new ArrayList<>();
    final List<Long> ends = new ArrayList<>();
    int room = Integer.MAX_VALUE;

    Seen(List<Given> sources) {
      intake =
          new Intake(
              List.of(A, B),
              sources.stream().map(s -> SourceSpec.finite("", s.type().latenessNs())).toList());
    }

    @Override
    public boolean offer(MutableDirectBuffer buffer, int length) {
      if (room-- == 0) {
        room = 1;
        return false;
      }
      long watermarkNs = intake.take(buffer, 0, 0);
      EventReader event = new EventReader().wrap(buffer, 0);
      assertThat(length).isEqualTo(event.length());
      records.add(
          new Stamped(
              event.position(),
              event.typeId() == 0 ? "A" : "B",
              event.timeNs(),
              event.verdict(),
              watermarkNs));
      return true;
    }

    @Override
    public boolean offerSourceEnd(int source) {
      long position = intake.position();
      long watermarkNs = intake.endOfSource(source);
      records.add(new Stamped(position, "S", source, 0, watermarkNs));
      return true;
    }

    @Override
    public boolean offerStreamEnd(long untilNs) {
      ends.add(intake.endOfStream(untilNs));
      return true;
    }

    List<Stamped> events() {
      return records.stream().filter(r -> !r.type().equals("S")).toList();
    }

    List<Integer> verdicts() {
      return events().stream().map(Stamped::verdict).toList();
    }
  }

  private static final int IN_TIME = RecordLayout.VERDICT_IN_TIME;
  private static final int LATE = RecordLayout.VERDICT_LATE;
  private static final int REPEAT = RecordLayout.VERDICT_REPEAT;

  private Seen run(Given... sources) {
    return run(OptionalLong.empty(), sources);
  }

  private Seen run(OptionalLong until, Given... sources) {
    Seen seen = new Seen(List.of(sources));
    FiniteSources files = files(seen, until, sources);
    files.start();
    while (!files.isDone()) {
      files.doWork();
    }
    return seen;
  }

  private static FiniteSources files(Seen seen, OptionalLong until, Given... sources) {
    return new FiniteSources(List.of(sources), 0, until.orElse(Long.MIN_VALUE), true, seen);
  }

  @Test
  void shouldMergeByTimeThenByOrderOfTheSources() {
    Seen seen = run(new Given(B, "1", "5", "5"), new Given(A, "1", "2", "5", "9"));
    assertThat(seen.records)
        .extracting(Stamped::type)
        .containsExactly("B", "A", "A", "B", "B", "S", "A", "A", "S");
    assertThat(seen.records)
        .extracting(Stamped::position)
        .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
  }

  @Test
  void shouldOfferTheSameAgainWhereItIsToldToWait() {
    Given[] sources = {new Given(B, "1", "5", "5"), new Given(A, "1", "2", "5", "9")};
    Seen seen = new Seen(List.of(sources));
    seen.room = 0;
    FiniteSources files = files(seen, OptionalLong.empty(), sources);
    files.start();
    int turns = 0;
    for (; !files.isDone(); turns++) {
      files.doWork();
    }
    assertThat(turns).isGreaterThan(7);
    assertThat(seen.events()).extracting(Stamped::time).containsExactly(1L, 1L, 2L, 5L, 5L, 5L, 9L);
  }

  @Test
  void shouldMoveTheWatermarkWithTheSlowestOpenSource() {
    Seen seen = run(new Given(A, "5", "30", "40"), new Given(B, "20", "25"));
    // A: greatest time; B: greatest time less 10, nothing before its first, left out once it ended
    assertThat(seen.records)
        .extracting(Stamped::type, Stamped::watermark)
        .containsExactly(
            tuple("A", NOTHING_YET),
            tuple("B", 5L),
            tuple("B", 5L),
            tuple("S", 5L),
            tuple("A", 30L),
            tuple("A", 40L),
            tuple("S", 40L));
    assertThat(seen.verdicts()).containsOnly(IN_TIME);
  }

  @Test
  void shouldJudgeEachTypeAgainstTheWatermarkBeforeTheRecord() {
    Seen seen = run(new Given(B, "100", "90", "89", "120", "109", "110"));
    assertThat(seen.verdicts()).containsExactly(IN_TIME, IN_TIME, LATE, IN_TIME, LATE, IN_TIME);
    assertThat(seen.intake.late(1)).isEqualTo(2);
    assertThat(seen.intake.accepted(1)).isEqualTo(4);
    assertThat(seen.intake.events()).as("late records have a position").isEqualTo(6);
  }

  @Test
  void shouldFindRepeatsWithinTheHorizonOnly() {
    Seen seen = run(new Given(A, "0 x", "1 y", "50 x", "99 x", "100 x", "150 x", "199 y", "200 x"));
    assertThat(seen.verdicts())
        .as("known from 0 to below 100, then from 100 to below 200")
        .containsExactly(IN_TIME, IN_TIME, REPEAT, REPEAT, IN_TIME, REPEAT, IN_TIME, IN_TIME);
    assertThat(seen.intake.repeats(0)).isEqualTo(3);
  }

  @Test
  void shouldKeepIdsOfTypesApart() {
    assertThat(run(new Given(A, "1 x"), new Given(B, "2 x")).verdicts())
        .containsExactly(IN_TIME, IN_TIME);
  }

  @Test
  void shouldEndAtTheGreatestTimeOrAtUntilIfThatIsLater() {
    assertThat(run(new Given(B, "100", "95")).ends).containsExactly(100L);
    assertThat(run(OptionalLong.of(150), new Given(B, "100")).ends).containsExactly(150L);
    assertThat(run(OptionalLong.of(50), new Given(B, "100")).ends).containsExactly(100L);
    assertThat(run(OptionalLong.of(70), new Given(B)).ends).containsExactly(70L);
    assertThat(run(new Given(B)).ends).as("nothing has no end").containsExactly(Long.MIN_VALUE);
  }

  @Test
  void shouldStopWhereItIsToldToAndTellNoEnd() {
    Given[] sources = {new Given(A, "1", "2", "3")};
    Seen seen = new Seen(List.of(sources));
    seen.room = 2;
    FiniteSources files = files(seen, OptionalLong.of(9), sources);
    files.start();
    files.doWork();
    files.stop();
    files.doWork();
    assertThat(files.isDone()).isTrue();
    assertThat(seen.records).hasSize(2);
    assertThat(seen.ends).isEmpty();
  }
}
