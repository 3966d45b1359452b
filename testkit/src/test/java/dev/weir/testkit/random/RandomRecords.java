package dev.weir.testkit.random;

import dev.weir.event.EventEncoder;
import dev.weir.event.EventType;
import dev.weir.event.Field;
import dev.weir.event.FieldType;
import dev.weir.event.FieldType.Kind;
import dev.weir.event.TimeFormat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Random event types and random values of their fields, extremes and missing ones among them. */
final class RandomRecords {
  /** A place, in units of 10^-7 degree. */
  record Place(int latitudeE7, int longitudeE7) {}

  private RandomRecords() {}

  /** A type with this many fields, one of which is the event time. */
  static EventType type(Choices choices, int fieldCount) {
    int at = choices.below(fieldCount);
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < fieldCount; i++) {
      if (i == at) {
        fields.add(Field.of("at", FieldType.TIME));
        continue;
      }
      String name = "f" + i;
      fields.add(
          new Field(
              name,
              fieldType(choices),
              choices.chance(50),
              choices.chance(10),
              name,
              TimeFormat.ISO));
    }
    return new EventType(
        choices.below(1 << 16),
        1 + choices.below((1 << 16) - 1),
        "T",
        fields,
        at,
        EventType.NO_FIELD,
        EventType.NO_FIELD,
        0,
        0,
        false,
        EventType.KEEP_NONE);
  }

  private static FieldType fieldType(Choices choices) {
    return switch (choices.oneOf(Kind.values())) {
      case TEXT -> FieldType.TEXT;
      case INT -> FieldType.INT;
      case DECIMAL ->
          new FieldType(
              Kind.DECIMAL, choices.between(0, FieldType.SCALE_MAX), choices.oneOf("", "EUR"));
      case BOOL -> FieldType.BOOL;
      case TIME -> FieldType.TIME;
      case DURATION -> FieldType.DURATION;
      case GEO -> FieldType.GEO;
      case IP -> FieldType.IP;
    };
  }

  /** A value for each field, empty: missing; the event time is always there. */
  static List<Optional<Object>> values(Choices choices, EventType type) {
    List<Optional<Object>> values = new ArrayList<>();
    for (int i = 0; i < type.fields().size(); i++) {
      boolean missing = i != type.timeField() && choices.chance(25);
      values.add(
          missing
              ? Optional.empty()
              : Optional.of(value(choices, type.fields().get(i).type().kind())));
    }
    return values;
  }

  private static Object value(Choices choices, Kind kind) {
    return switch (kind) {
      case TEXT -> text(choices);
      case BOOL -> choices.chance(50) ? 1L : 0L;
      case INT, DECIMAL, TIME, DURATION -> number(choices);
      case GEO -> new Place(coordinate(choices, 900_000_000), coordinate(choices, 1_800_000_000));
      case IP -> {
        byte[] address = new byte[16];
        for (int i = 0; i < address.length; i++) {
          address[i] = (byte) choices.below(256);
        }
        yield address;
      }
    };
  }

  private static Object number(Choices choices) {
    return switch (choices.weighted(3, 3, 1, 1, 1)) {
      case 0 -> (long) choices.between(0, 10);
      case 1 -> choices.anyLong();
      case 2 -> Long.MIN_VALUE;
      case 3 -> Long.MAX_VALUE;
      default -> -1L;
    };
  }

  private static int coordinate(Choices choices, int greatest) {
    return switch (choices.weighted(4, 1, 1)) {
      case 0 -> choices.below(greatest) * (choices.chance(50) ? -1 : 1);
      case 1 -> greatest;
      default -> -greatest;
    };
  }

  static String text(Choices choices) {
    StringBuilder text = new StringBuilder();
    if (choices.chance(1)) {
      text.append("x".repeat(choices.below(60_000)));
    }
    int length = choices.weighted(1, 8, 1) * choices.below(20);
    for (int i = 0; i < length; i++) {
      switch (choices.weighted(10, 1, 1, 1)) {
        case 0 -> text.append((char) choices.between('a', 'z'));
        case 1 -> text.append((char) choices.below(0x80));
        case 2 -> text.append((char) choices.between(0x80, 0xd7ff));
        default -> text.appendCodePoint(choices.between(0x10000, 0x10ffff));
      }
    }
    return text.toString();
  }

  /** Writes one field; a missing one is left out. */
  static void put(EventEncoder encoder, EventType type, int field, Optional<Object> value) {
    if (value.isEmpty()) {
      return;
    }
    Object there = value.get();
    if (there instanceof String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      encoder.putText(field, bytes, 0, bytes.length);
    } else if (there instanceof byte[] address) {
      encoder.putIp(field, address);
    } else if (there instanceof Place place) {
      encoder.putGeo(field, place.latitudeE7(), place.longitudeE7());
    } else {
      encoder.putLong(field, (Long) there);
    }
  }
}
