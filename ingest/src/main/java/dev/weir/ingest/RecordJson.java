package dev.weir.ingest;

import dev.weir.event.EventReader;
import dev.weir.event.EventType;
import dev.weir.event.Field;
import dev.weir.event.TimeFormat;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.agrona.DirectBuffer;

/**
 * Writes a record as one JSON object for people: its fields by name, each as it would stand in a
 * file, missing ones left out. Allocates; for records that take no part in evaluation. Owned by one
 * thread.
 */
final class RecordJson {
  private final EventReader reader = new EventReader();

  /** The fields of the record that starts here. */
  String write(EventType type, DirectBuffer buffer, int offset) {
    reader.wrap(buffer, offset);
    StringBuilder text = new StringBuilder(256).append('{');
    for (int i = 0; i < type.fields().size(); i++) {
      if (reader.isMissing(i)) {
        continue;
      }
      Field field = type.fields().get(i);
      text.append(text.length() == 1 ? "" : ",");
      DeadLetterFile.quoted(text, field.name());
      text.append(':');
      value(text, field, i);
    }
    return text.append('}').toString();
  }

  private void value(StringBuilder text, Field field, int i) {
    long slot = reader.slot(i);
    switch (field.type().kind()) {
      case TEXT -> {
        byte[] bytes = new byte[reader.textLength(i)];
        reader.buffer().getBytes(reader.textOffset(i), bytes);
        DeadLetterFile.quoted(text, new String(bytes, StandardCharsets.UTF_8));
      }
      case INT -> text.append('"').append(slot).append('"');
      case DECIMAL -> decimal(text, slot, field.type().scale());
      case BOOL -> text.append(slot != 0);
      case TIME -> {
        if (field.timeFormat().kind() == TimeFormat.Kind.ISO) {
          Instant time =
              Instant.ofEpochSecond(
                  Math.floorDiv(slot, 1_000_000_000L), Math.floorMod(slot, 1_000_000_000L));
          text.append('"').append(time).append('"');
        } else {
          decimal(text, slot, scaleOf(field.timeFormat().kind()));
        }
      }
      case DURATION -> decimal(text, slot, 9);
      case GEO -> {
        text.append('"').append(BigDecimal.valueOf(slot >> 32, 7).toPlainString()).append(',');
        text.append(BigDecimal.valueOf(slot << 32 >> 32, 7).toPlainString()).append('"');
      }
      case IP -> {
        text.append('"');
        for (int b = 0; b < 16; b += 2) {
          int group =
              (reader.buffer().getByte(reader.textOffset(i) + b) & 0xff) << 8
                  | reader.buffer().getByte(reader.textOffset(i) + b + 1) & 0xff;
          text.append(b == 0 ? "" : ":").append(Integer.toHexString(group));
        }
        text.append('"');
      }
    }
  }

  private static int scaleOf(TimeFormat.Kind kind) {
    return switch (kind) {
      case ISO, EPOCH_SECONDS -> 9;
      case EPOCH_MILLIS -> 6;
      case EPOCH_MICROS -> 3;
      case EPOCH_NANOS -> 0;
    };
  }

  private static void decimal(StringBuilder text, long raw, int scale) {
    text.append('"').append(BigDecimal.valueOf(raw, scale).toPlainString()).append('"');
  }
}
