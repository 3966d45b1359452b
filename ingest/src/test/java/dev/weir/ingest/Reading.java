package dev.weir.ingest;

import dev.weir.event.EventReader;
import dev.weir.event.EventType;
import dev.weir.event.Field;
import dev.weir.event.FieldType;
import dev.weir.event.TimeFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Reads files as a run does, and keeps what came: records as lists of values, and bad rows. */
final class Reading {
  /** A bad row. */
  record Letter(String file, long line, String raw, String reason) {}

  /** Values by field: a text, a number (slot), the 16 bytes of an ip, or null for missing. */
  final List<List<Object>> records = new ArrayList<>();

  final List<Letter> letters = new ArrayList<>();

  private Reading() {}

  static Reading of(EventType type, Path... files) {
    Reading reading = new Reading();
    try (FileSource source =
        new FileSource(
            type,
            List.of(files),
            (name, file, line, raw, length, reason) ->
                reading.letters.add(
                    new Letter(
                        file,
                        line,
                        new String(raw, 0, length, StandardCharsets.ISO_8859_1),
                        reason)))) {
      EventReader event = new EventReader();
      while (source.next()) {
        event.wrap(source.buffer(), 0);
        reading.records.add(values(type, event));
      }
    }
    return reading;
  }

  /** The reasons alone. */
  List<String> reasons() {
    return letters.stream().map(Letter::reason).toList();
  }

  /** Values of one field, in order. */
  List<Object> column(int field) {
    List<Object> values = new ArrayList<>();
    records.forEach(record -> values.add(record.get(field)));
    return values;
  }

  static List<Object> values(EventType type, EventReader event) {
    List<Object> values = new ArrayList<>();
    for (int f = 0; f < type.fields().size(); f++) {
      FieldType fieldType = type.fields().get(f).type();
      if (event.isMissing(f)) {
        values.add(null);
      } else if (fieldType.kind() == FieldType.Kind.TEXT) {
        values.add(
            event.buffer().getStringWithoutLengthUtf8(event.textOffset(f), event.textLength(f)));
      } else if (fieldType.kind() == FieldType.Kind.IP) {
        byte[] bytes = new byte[16];
        event.buffer().getBytes(event.textOffset(f), bytes);
        values.add(Arrays.toString(bytes));
      } else {
        values.add(event.slot(f));
      }
    }
    return values;
  }

  // ---- types and files
  // ----------------------------------------------------------------------------

  static EventType type(Field... fields) {
    List<Field> all = new ArrayList<>(List.of(fields));
    if (all.stream().noneMatch(f -> f.name().equals("at"))) {
      all.add(epochSeconds());
    }
    return EventType.of(0, "E", all);
  }

  static Field epochSeconds() {
    return new Field(
        "at",
        FieldType.TIME,
        false,
        false,
        "at",
        new TimeFormat(TimeFormat.Kind.EPOCH_SECONDS, "UTC"));
  }

  static Field optional(String name, FieldType type) {
    return new Field(name, type, true, false, name, TimeFormat.ISO);
  }

  static Field from(String name, FieldType type, String source) {
    return new Field(name, type, false, false, source, TimeFormat.ISO);
  }

  static Path write(Path file, String text) {
    return write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  static Path write(Path file, byte[] bytes) {
    try {
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] gzip(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
