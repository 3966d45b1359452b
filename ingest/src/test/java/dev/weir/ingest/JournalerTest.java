package dev.weir.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.event.EventReader;
import dev.weir.event.EventType;
import dev.weir.event.Field;
import dev.weir.event.FieldType;
import dev.weir.journal.ControlRecord;
import dev.weir.journal.Durability;
import dev.weir.journal.Log;
import dev.weir.journal.LogOptions;
import dev.weir.journal.LogReader;
import dev.weir.journal.Logs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
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
            ? "end " + event.timeNs()
            : String.join(
                " ",
                String.valueOf(event.position()),
                String.valueOf(event.timeNs()),
                String.valueOf(event.verdict()),
                String.valueOf(event.watermarkNs()),
                String.valueOf(event.textHash(1))));
  }

  private final class Seeing implements Journaler.Fold {
    private final Log journal;

    Seeing(Log journal) {
      this.journal = journal;
    }

    @Override
    public void onRecord(long position, DirectBuffer buffer, int offset, int length) {
      assertThat(position).as("in the journal before").isLessThan(journal.nextPosition());
      see(buffer, offset);
    }

    @Override
    public void onBatchEnd() {}
  }

  /** Takes up what the journal has, then goes on for so many records or to the end. */
  private void run(Path file, long stopAfter) {
    seen.clear();
    try (Log journal = open();
        FileSource source = source(file);
        LogReader reader = journal.reader(0)) {
      Journaler journaler = new Journaler(journal, new Seeing(journal), () -> 0, () -> {});
      Intake intake = new Intake(List.of(PUSH), journaler);
      while (reader.next()) {
        reader
            .batch()
            .forEach(
                0,
                (position, buffer, offset, length) -> {
                  intake.restore(List.of(source), buffer, offset);
                  see(buffer, offset);
                });
      }
      long stopAt = intake.positions() + stopAfter;
      intake.run(
          List.of(source),
          OptionalLong.empty(),
          positions -> {
            if (positions == stopAt) {
              intake.stop();
            }
          });
      journaler.flush();
    }
  }

  @Test
  void shouldGiveTheSameRecordsHoweverOftenItIsTakenUpAgain() throws IOException {
    Path file = write("rows.csv", -1);
    List<String> expected = new ArrayList<>();
    try (FileSource source = source(file)) {
      new Intake(
              List.of(PUSH),
              new IntakeSink() {
                @Override
                public void onRecord(
                    DirectBuffer buffer, int offset, int length, long watermarkNs) {
                  see(buffer, offset);
                }

                @Override
                public void onEnd(long finalTimeNs) {
                  seen.add("end " + finalTimeNs);
                }
              })
          .run(List.of(source), OptionalLong.empty(), positions -> {});
    }
    expected.addAll(seen);
    assertThat(expected).hasSize(ROWS + 1);
    assertThat(
            expected.stream().map(line -> line.split(" ", -1)).map(word -> word[2 % word.length]))
        .as("verdicts: in time, late, repeat")
        .contains("1", "2", "3");

    for (int part : new int[] {1, 6, 100, 613, 700}) {
      run(file, part);
      assertThat(seen).isEqualTo(expected.subList(0, seen.size()));
    }
    run(file, ROWS);
    assertThat(seen).isEqualTo(expected);
  }

  @Test
  void shouldRefuseFilesThatHaveChanged() throws IOException {
    run(write("rows.csv", -1), 1000);
    Path changed = write("changed.csv", 500);
    assertThatThrownBy(() -> run(changed, ROWS))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "the files of Push are not those that the journal was made from:"
                + " another record at position 500");
    Path shorter = Files.writeString(folder.resolve("short.csv"), "at,id\n");
    assertThatThrownBy(() -> run(shorter, ROWS)).isInstanceOf(InputException.class);
  }
}
