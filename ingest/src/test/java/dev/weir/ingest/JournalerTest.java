package dev.weir.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.event.EventReader;
import dev.weir.event.EventType;
import dev.weir.event.Field;
import dev.weir.event.FieldType;
import dev.weir.event.RecordLayout;
import dev.weir.journal.BatchBuffer;
import dev.weir.journal.ControlRecord;
import dev.weir.journal.Durability;
import dev.weir.journal.Log;
import dev.weir.journal.LogOptions;
import dev.weir.journal.Logs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalerTest {
  private static final long SECOND_NS = 1_000_000_000L;

  /** Late by up to 2 s, ids known for 10 s. */
  private static final EventType PUSH =
      new EventType(
          0,
          1,
          "Push",
          List.of(Field.of("at", FieldType.TIME), Field.of("id", FieldType.TEXT)),
          0,
          EventType.NO_FIELD,
          1,
          10 * SECOND_NS,
          2 * SECOND_NS,
          false,
          EventType.KEEP_NONE);

  private static final int ROWS = 3000;

  @TempDir Path folder;

  /** Everything that evaluation can see of a record. */
  private final List<String> seen = new ArrayList<>();

  private Path write(String name, int changed) throws IOException {
    StringBuilder rows = new StringBuilder("at,id\n");
    for (int i = 0; i < ROWS; i++) {
      int second = i / 3 - (i % 7 == 3 ? 5 : 0); // every seventh is late, every fifth a repeat
      String id = i == changed ? "another" : "p" + (i % 5 == 4 ? i - 1 : i);
      rows.append(String.format("2026-01-01T00:%02d:%02dZ,%s%n", second / 60 + 1, second % 60, id));
    }
    return Files.writeString(folder.resolve(name), rows.toString().replace(":-", ":0"));
  }

  private FileSource source(Path file) {
    return new FileSource(PUSH, List.of(file), (type, name, line, raw, length, reason) -> {});
  }

  private Log open() {
    return Logs.open(folder.resolve("journal"), LogOptions.of(Durability.process()));
  }

  private void see(DirectBuffer buffer, int offset) {
    EventReader event = new EventReader().wrap(buffer, offset);
    seen.add(
        ControlRecord.is(buffer, offset)
            ? "control " + ControlRecord.kind(buffer, offset) + " " + event.timeNs()
            : String.join(
                " ",
                String.valueOf(event.position()),
                String.valueOf(event.timeNs()),
                String.valueOf(event.verdict()),
                String.valueOf(event.watermarkNs()),
                String.valueOf(event.textHash(1))));
  }

  /** The stages before the shards, on this thread; sees what a shard would. */
  private final class Stages implements Journaler.Listener, AutoCloseable {
    final Log journal = open();
    final FileSource source;
    final Intake intake =
        new Intake(List.of(PUSH), List.of(SourceSpec.finite("Push", PUSH.latenessNs())));
    final LateFile late = new LateFile(folder.resolve("late.jsonl"), List.of(PUSH));
    final RecordRing ring = new RecordRing(RecordRing.BYTES_MIN);
    final FiniteSources files;
    final Journaler journaler =
        new Journaler(journal, intake, ring, 1, this, () -> 0, () -> 0, 0, SECOND_NS);

    Stages(Path file) {
      source = source(file);
      files = new FiniteSources(List.of(source), 0, Long.MIN_VALUE, true, FiniteSources.to(ring));
    }

    @Override
    public void onRecovered() {
      files.resume(intake, journal);
      files.begin();
    }

    @Override
    public void onRefused(DirectBuffer buffer, int offset, int length, String reason) {
      throw new AssertionError(reason);
    }

    @Override
    public void onTicket(long ticket, long position) {}

    @Override
    public void onLate(DirectBuffer buffer, int offset) {
      late.add(buffer, offset);
    }

    @Override
    public void onDiskFull(boolean isFull) {}

    @Override
    public void onAppended(long nextPosition, long watermarkNs) {}

    /** Goes on for at least so many records, or to the end. */
    void run(int records) {
      int from = seen.size();
      Batches.Reader reader = journaler.batches().reader(0);
      boolean isQuiet = false;
      while (seen.size() - from < records && !isQuiet) {
        int work = files.doWork() + journaler.doWork();
        isQuiet = work == 0 && files.isDone();
        for (BatchBuffer batch = reader.next(); batch != null; batch = reader.next()) {
          for (int at = batch.recordsOffset(); at < batch.offset(); ) {
            assertThat(RecordLayout.position(batch.buffer(), at))
                .as("in the journal before")
                .isLessThan(journal.nextPosition());
            see(batch.buffer(), at);
            at += RecordLayout.length(batch.buffer(), at);
          }
          reader.release();
          isQuiet = false;
        }
      }
    }

    @Override
    public void close() {
      journaler.onClose();
      late.close();
      source.close();
      journal.close();
    }
  }

  /** Takes up what the journal has, then goes on for so many records or to the end. */
  private void run(Path file, int more) {
    long known;
    try (Log journal = open()) {
      known = journal.nextPosition();
    }
    seen.clear();
    try (Stages stages = new Stages(file)) {
      stages.run((int) known + more);
    }
  }

  @Test
  void shouldGiveTheSameRecordsHoweverOftenItIsTakenUpAgain() throws IOException {
    Path file = write("rows.csv", -1);
    run(file, Integer.MAX_VALUE / 2);
    List<String> expected = List.copyOf(seen);
    assertThat(expected).hasSize(ROWS + 2);
    assertThat(
            expected.stream().map(line -> line.split(" ", -1)).map(word -> word[2 % word.length]))
        .as("verdicts: in time, late, repeat")
        .contains("1", "2", "3");

    Files.move(folder.resolve("journal"), folder.resolve("first"));
    Path lateFile = folder.resolve("late.jsonl");
    String late = Files.readString(lateFile);
    long lateOnes = expected.stream().filter(line -> line.split(" ", -1)[2].equals("2")).count();
    assertThat(late.lines())
        .hasSize((int) lateOnes)
        .allMatch(line -> line.matches("\\{.position.:.\\d+.,.type.:.Push.,.event.:\\{.at.:.+}}"));
    Files.delete(lateFile);
    int before = 0;
    for (int part : new int[] {1, 6, 100, 613, 700}) {
      run(file, part);
      assertThat(seen).hasSizeGreaterThan(before).isEqualTo(expected.subList(0, seen.size()));
      before = seen.size();
      String written = Files.readString(lateFile);
      assertThat(late).startsWith(written);
      Files.writeString(lateFile, written.substring(0, Math.max(0, written.length() - 9)));
    }
    assertThat(before).as("broken off on the way").isLessThan(ROWS);
    run(file, ROWS);
    assertThat(seen).isEqualTo(expected);
    run(file, ROWS);
    assertThat(lateFile).hasContent(late);
    assertThat(seen).as("the end stands in the journal").isEqualTo(expected);
  }

  @Test
  void shouldRefuseFilesThatHaveChanged() throws IOException {
    run(write("rows.csv", -1), 1000);
    int last = seen.size() - 1;
    Path changed = write("changed.csv", last);
    assertThatThrownBy(() -> run(changed, ROWS))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "the files of Push are not those that the journal was made from:"
                + " another record at position "
                + last);
    Path shorter = Files.writeString(folder.resolve("short.csv"), "at,id\n");
    assertThatThrownBy(() -> run(shorter, ROWS)).isInstanceOf(InputException.class);
  }
}
