package dev.weir.testkit.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.event.EventEncoder;
import dev.weir.event.EventReader;
import dev.weir.event.EventType;
import dev.weir.event.Field;
import dev.weir.event.FieldType;
import dev.weir.event.Hashing;
import dev.weir.event.RecordLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What is written into a record is what is read from it, for any type and any values. */
class EventRecordPropertyTest {
  private static final byte FILL = (byte) 0xa5;

  private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[4 << 20]);
  private final EventEncoder encoder = new EventEncoder();
  private final EventReader reader = new EventReader();

  private int write(int offset, EventType type, List<Optional<Object>> values, int sourceId) {
    encoder.wrap(buffer, offset, type).source(sourceId, 0, 0);
    for (int field = 0; field < values.size(); field++) {
      RandomRecords.put(encoder, type, field, values.get(field));
    }
    return encoder.finish();
  }

  private void assertHolds(EventType type, List<Optional<Object>> values) {
    for (int field = 0; field < values.size(); field++) {
      assertThat(reader.isMissing(field))
          .as("field %s", field)
          .isEqualTo(values.get(field).isEmpty());
      if (values.get(field).isPresent()) {
        assertHolds(field, values.get(field).get());
      }
    }
    assertThat(reader.timeNs()).isEqualTo(values.get(type.timeField()).orElseThrow());
  }

  private void assertHolds(int field, Object value) {
    if (value instanceof RandomRecords.Place place) {
      assertThat((int) (reader.slot(field) >> 32)).isEqualTo(place.latitudeE7());
      assertThat((int) reader.slot(field)).isEqualTo(place.longitudeE7());
    } else if (value instanceof Long number) {
      assertThat(reader.slot(field)).as("field %s", field).isEqualTo(number);
    } else {
      byte[] expected =
          value instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : (byte[]) value;
      byte[] read = new byte[reader.textLength(field)];
      reader.buffer().getBytes(reader.textOffset(field), read);
      assertThat(read).as("field %s", field).isEqualTo(expected);
      assertThat(reader.textHash(field))
          .isEqualTo(Hashing.hash32(new UnsafeBuffer(expected), 0, expected.length));
    }
  }

  @Test
  void shouldReadBackWhatWasWritten() {
    Property.check(
        1_000,
        choices -> {
          EventType type =
              RandomRecords.type(
                  choices, choices.oneOf(1, 2, 5, 63, 64, 65, 120, EventType.FIELDS_MAX));
          List<Optional<Object>> values = RandomRecords.values(choices, type);
          int sourceId = choices.below(1 << 16);
          int length = write(0, type, values, sourceId);
          reader.wrap(buffer, 0);
          assertHolds(type, values);
          assertThat(reader.length()).isEqualTo(length).isEqualTo(RecordLayout.length(buffer, 0));
          assertThat(length % 8).isZero();
          assertThat(reader.typeId()).isEqualTo(type.typeId());
          assertThat(reader.schemaId()).isEqualTo(type.schemaId());
          assertThat(reader.fieldCount()).isEqualTo(type.fields().size());
          assertThat(reader.sourceId()).isEqualTo(sourceId);
          assertThat(reader.verdict()).isEqualTo(RecordLayout.VERDICT_NONE);
        });
  }

  @Test
  void shouldReadRecordsThatStandOneBehindTheOtherAtAnyOffset() {
    Property.check(
        300,
        choices -> {
          int first = choices.below(64);
          int offset = first;
          buffer.setMemory(0, 1 << 18, FILL);
          List<EventType> types = new ArrayList<>();
          List<List<Optional<Object>>> all = new ArrayList<>();
          while (all.isEmpty() || (all.size() < 5 && choices.chance(70))) {
            EventType type = RandomRecords.type(choices, choices.between(1, 20));
            List<Optional<Object>> values = RandomRecords.values(choices, type);
            types.add(type);
            all.add(values);
            offset += write(offset, type, values, 0);
          }
          for (int i = 0; i < first; i++) {
            assertThat(buffer.getByte(i)).isEqualTo(FILL);
          }
          assertThat(buffer.getByte(offset)).isEqualTo(FILL);
          int at = first;
          for (int i = 0; i < all.size(); i++) {
            reader.wrap(buffer, at);
            assertHolds(types.get(i), all.get(i));
            at += reader.length();
          }
          assertThat(at).isEqualTo(offset);
        });
  }

  @Test
  void shouldGiveTheSameValuesInWhateverOrderTheyAreWritten() {
    Property.check(
        500,
        choices -> {
          EventType type = RandomRecords.type(choices, choices.between(1, 80));
          List<Optional<Object>> values = RandomRecords.values(choices, type);
          int length = write(0, type, values, 0);
          List<Integer> order = new ArrayList<>(IntStream.range(0, values.size()).boxed().toList());
          Collections.shuffle(order, new Random(choices.below(1 << 20)));
          buffer.setMemory(0, length, FILL);
          encoder.wrap(buffer, 0, type);
          for (int field : order) {
            RandomRecords.put(encoder, type, field, values.get(field));
          }
          assertThat(encoder.finish()).isEqualTo(length);
          reader.wrap(buffer, 0);
          assertHolds(type, values);
        });
  }

  @Test
  void shouldTakeAValueBack() {
    Property.check(
        300,
        choices -> {
          EventType type = RandomRecords.type(choices, choices.between(2, 80));
          List<Optional<Object>> values = RandomRecords.values(choices, type);
          encoder.wrap(buffer, 0, type);
          for (int field = 0; field < values.size(); field++) {
            RandomRecords.put(encoder, type, field, values.get(field));
          }
          for (int field = 0; field < values.size(); field++) {
            if (field != type.timeField() && choices.chance(40)) {
              encoder.setMissing(field);
              values.set(field, Optional.empty());
            }
          }
          encoder.finish();
          reader.wrap(buffer, 0);
          assertHolds(type, values);
        });
  }

  @Test
  void shouldReadRecordsOfAnEarlierSchemaWithFewerFields() {
    Property.check(
        500,
        choices -> {
          int later = choices.between(2, 130);
          EventType type = RandomRecords.type(choices, later);
          int earlier = type.timeField() + 1 + choices.below(later - type.timeField());
          EventType old =
              new EventType(
                  type.typeId(),
                  1,
                  "T",
                  type.fields().subList(0, earlier),
                  type.timeField(),
                  EventType.NO_FIELD,
                  EventType.NO_FIELD,
                  0,
                  0,
                  false,
                  EventType.KEEP_NONE);
          List<Optional<Object>> values = RandomRecords.values(choices, old);
          write(0, old, values, 0);
          while (values.size() < later) {
            values.add(Optional.empty());
          }
          reader.wrap(buffer, 0);
          assertHolds(type, values);
        });
  }

  @Test
  void shouldStampPositionAndVerdictWithoutTouchingValues() {
    Property.check(
        200,
        choices -> {
          EventType type = RandomRecords.type(choices, choices.between(1, 20));
          List<Optional<Object>> values = RandomRecords.values(choices, type);
          write(0, type, values, 0);
          long position = choices.anyLong() & Long.MAX_VALUE;
          RecordLayout.stampPosition(buffer, 0, position);
          RecordLayout.stampVerdict(buffer, 0, RecordLayout.VERDICT_LATE);
          reader.wrap(buffer, 0);
          assertThat(reader.position()).isEqualTo(position);
          assertThat(reader.verdict()).isEqualTo(RecordLayout.VERDICT_LATE);
          assertHolds(type, values);
        });
  }

  @Test
  void shouldHashBytesAlikeWhereverTheyStand() {
    Property.check(
        1_000,
        choices -> {
          byte[] bytes = RandomRecords.text(choices).getBytes(StandardCharsets.UTF_8);
          int offset = choices.below(32);
          buffer.setMemory(0, bytes.length + 64, (byte) choices.below(256));
          buffer.putBytes(offset, bytes);
          long hash = Hashing.hash64(new UnsafeBuffer(bytes), 0, bytes.length);
          assertThat(Hashing.hash64(buffer, offset, bytes.length)).isEqualTo(hash);
          if (bytes.length > 0) {
            byte[] other = bytes.clone();
            other[choices.below(other.length)] ^= (byte) (1 + choices.below(255));
            assertThat(Hashing.hash64(new UnsafeBuffer(other), 0, other.length)).isNotEqualTo(hash);
          }
          byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
          assertThat(Hashing.hash64(new UnsafeBuffer(longer), 0, longer.length)).isNotEqualTo(hash);
        });
  }

  @Test
  void shouldTakeTheLongestTextAndRefuseALongerOne() {
    EventType type =
        EventType.of(
            0, "T", List.of(Field.of("at", FieldType.TIME), Field.of("t", FieldType.TEXT)));
    String longest = "x".repeat(RecordLayout.TEXT_BYTES_MAX);
    List<Optional<Object>> values = List.of(Optional.of(1L), Optional.of(longest));
    write(0, type, values, 0);
    reader.wrap(buffer, 0);
    assertHolds(type, values);
    assertThatThrownBy(
            () -> write(0, type, List.of(Optional.of(1L), Optional.of(longest + "x")), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("limit=" + RecordLayout.TEXT_BYTES_MAX);
  }
}
