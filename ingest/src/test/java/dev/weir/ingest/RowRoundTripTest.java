package dev.weir.ingest;

import static dev.weir.ingest.Reading.optional;
import static dev.weir.ingest.Reading.type;
import static dev.weir.ingest.Reading.write;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import de.siegmar.fastcsv.writer.QuoteStrategies;
import dev.weir.event.EventType;
import dev.weir.event.Field;
import dev.weir.event.FieldType;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The own decoders against other people's: what fastcsv and Jackson write is read back equal, what
 * they refuse or read is refused or read alike, and nothing at all makes a decoder throw.
 */
class RowRoundTripTest {
  private static final long SEED = Long.getLong("weir.seed", 20260131L);

  private static final EventType ROW =
      type(
          Field.of("text", FieldType.TEXT),
          optional("more", FieldType.TEXT),
          Field.of("amount", FieldType.MONEY),
          optional("count", FieldType.INT),
          optional("flag", FieldType.BOOL));

  private static final String[] SIGNS = {
    "a", "Z", "0", " ", ",", "\"", "\n", "\r\n", "\r", "\\", "/", "'", "\t", "{", "}", "[", ":",
    "é", "€", "😀", "\u0000", "\u001f", "\u007f", "\ufeff", "null"
  };

  @TempDir Path folder;

  private final SplittableRandom random = new SplittableRandom(SEED);

  private String text() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(8); i > 0; i--) {
      text.append(SIGNS[random.nextInt(SIGNS.length)]);
    }
    return text.toString();
  }

  private Object[] row() {
    return new Object[] {
      text(),
      random.nextInt(3) == 0 ? null : text(),
      random.nextLong(),
      random.nextBoolean() ? null : random.nextLong(),
      random.nextInt(3) == 0 ? null : random.nextLong(2),
      random.nextLong(1_000_000_000L) * 1_000_000_000L
    };
  }

  private static String money(Object scaled) {
    return BigDecimal.valueOf((Long) scaled, 2).toPlainString();
  }

  private static String seconds(Object nanos) {
    return Long.toString((Long) nanos / 1_000_000_000L);
  }

  @Test
  void shouldReadBackWhatFastcsvWrites() throws IOException {
    for (int file = 0; file < 200; file++) {
      List<List<Object>> rows = new ArrayList<>();
      StringWriter out = new StringWriter();
      CsvWriter.CsvWriterBuilder builder =
          CsvWriter.builder()
              .lineDelimiter(random.nextBoolean() ? LineDelimiter.LF : LineDelimiter.CRLF);
      if (random.nextBoolean()) {
        builder.quoteStrategy(QuoteStrategies.EMPTY);
      }
      try (CsvWriter csv = builder.build(out)) {
        csv.writeRecord("text", "more", "amount", "count", "flag", "at");
        for (int i = random.nextInt(20); i > 0; i--) {
          Object[] row = row();
          String first = (String) row[0];
          if (first.isEmpty()) {
            row[0] = "x"; // without its quotes an empty text is a missing one
          }
          if ("".equals(row[1])) {
            row[1] = null;
          }
          csv.writeRecord(
              (String) row[0],
              (String) row[1],
              money(row[2]),
              row[3] == null ? null : row[3].toString(),
              row[4] == null ? null : row[4].equals(1L) ? "true" : "0",
              seconds(row[5]));
          rows.add(Arrays.asList(row));
        }
      }
      String text = out.toString();
      if (random.nextBoolean()) {
        text = text.stripTrailing(); // the last line end is not needed
      }
      Reading read = Reading.of(ROW, write(folder.resolve("rows.csv"), text));
      assertThat(read.letters).as("seed %d, file %d", SEED, file).isEmpty();
      assertThat(read.records).as("seed %d, file %d:\n%s", SEED, file, text).isEqualTo(rows);
    }
  }

  @Test
  void shouldCutIntoTheRowsAndCellsOfFastcsvWhereQuotesAreInOrder() {
    EventType cell = type(optional("c", FieldType.TEXT), optionalTime());
    int compared = 0;
    for (int file = 0; file < 800; file++) {
      StringBuilder text = new StringBuilder("c,d\n");
      for (int i = random.nextInt(12); i > 0; i--) {
        String[] signs = {"a", "b", ",", "\"", "\n", "\"\"", "\"x\"", "\r\n"};
        text.append(signs[random.nextInt(signs.length)]);
      }
      List<List<String>> expected = new ArrayList<>();
      boolean inOrder = true;
      try (CsvReader<CsvRecord> csv = CsvReader.builder().ofCsvRecord(text.toString())) {
        for (CsvRecord row : csv) {
          expected.add(row.getFields());
        }
      } catch (IOException | RuntimeException e) {
        inOrder = false;
      }
      Reading read = Reading.of(cell, write(folder.resolve("rows.csv"), text.toString()));
      boolean allTwo = expected.stream().allMatch(row -> row.size() == 2);
      if (!inOrder || !allTwo || read.reasons().stream().anyMatch(r -> r.contains("quote"))) {
        continue; // what is out of order each reader mends in its own way
      }
      compared++;
      List<Object> cells = new ArrayList<>();
      expected.stream().skip(1).forEach(row -> cells.add(row.get(0).isEmpty() ? "" : row.get(0)));
      List<Object> found = new ArrayList<>();
      read.column(0).forEach(value -> found.add(value == null ? "" : value));
      assertThat(found).as("seed %d, file %d:\n%s", SEED, file, text).isEqualTo(cells);
    }
    assertThat(compared).isGreaterThan(100);
  }

  private static Field optionalTime() {
    return new Field(
        "at", FieldType.TIME, true, false, "no such column", dev.weir.event.TimeFormat.ISO);
  }

  @Test
  void shouldReadBackWhatJacksonWrites() throws IOException {
    JsonFactory plain = new JsonFactory();
    JsonFactory escaping = JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
    for (int file = 0; file < 200; file++) {
      List<List<Object>> rows = new ArrayList<>();
      StringWriter out = new StringWriter();
      for (int i = random.nextInt(20); i > 0; i--) {
        Object[] row = row();
        StringWriter line = new StringWriter();
        try (JsonGenerator json = (random.nextBoolean() ? plain : escaping).createGenerator(line)) {
          json.writeStartObject();
          json.writeNumberField("at", (Long) row[5] / 1_000_000_000L);
          json.writeStringField("text", (String) row[0]);
          if (row[1] != null) {
            json.writeStringField("more", (String) row[1]);
          } else if (random.nextBoolean()) {
            json.writeNullField("more");
          }
          json.writeFieldName(text() + "?"); // whatever else is there
          other(json, 0);
          if (random.nextBoolean()) {
            json.writeNumberField("amount", BigDecimal.valueOf((Long) row[2], 2));
          } else {
            json.writeStringField("amount", money(row[2]));
          }
          if (row[3] != null) {
            json.writeNumberField("count", (Long) row[3]);
          }
          if (row[4] != null) {
            json.writeBooleanField("flag", row[4].equals(1L));
          }
          json.writeEndObject();
        }
        out.append(line.toString()).append(random.nextBoolean() ? "\n" : "\r\n");
        rows.add(Arrays.asList(row));
      }
      Reading read = Reading.of(ROW, write(folder.resolve("rows.jsonl"), out.toString()));
      assertThat(read.letters).as("seed %d, file %d", SEED, file).isEmpty();
      assertThat(read.records).as("seed %d, file %d:\n%s", SEED, file, out).isEqualTo(rows);
    }
  }

  private void other(JsonGenerator json, int depth) throws IOException {
    switch (random.nextInt(depth > 4 ? 4 : 6)) {
      case 0 -> json.writeString(text());
      case 1 -> json.writeNumber(random.nextDouble() * Math.pow(10, random.nextInt(40) - 20));
      case 2 -> json.writeBoolean(random.nextBoolean());
      case 3 -> json.writeNull();
      case 4 -> {
        json.writeStartArray();
        for (int i = random.nextInt(3); i > 0; i--) {
          other(json, depth + 1);
        }
        json.writeEndArray();
      }
      default -> {
        json.writeStartObject();
        for (int i = random.nextInt(3); i > 0; i--) {
          json.writeFieldName(random.nextBoolean() ? "text" : text());
          other(json, depth + 1);
        }
        json.writeEndObject();
      }
    }
  }

  @Test
  void shouldRefuseTheJsonThatJacksonRefuses() {
    EventType type = EventType.of(0, "E", List.of(optionalTime()));
    JsonFactory jackson = new JsonFactory();
    String[] pieces = {
      "{",
      "}",
      "[",
      "]",
      ":",
      ",",
      "\"a\"",
      "\"\\n\"",
      "\"\\u00e9\"",
      "\"\\x\"",
      "1",
      "-0.5",
      "01",
      "1e5",
      "-",
      "true",
      "false",
      "null",
      "nul",
      " ",
      "\"",
      "\\",
      "{\"a\":1",
      "\"b\":[2]}",
      "{}"
    };
    StringBuilder rows = new StringBuilder();
    List<String> texts = new ArrayList<>();
    List<Boolean> expected = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder("{");
      for (int n = random.nextInt(7); n > 0; n--) {
        text.append(pieces[random.nextInt(pieces.length)]);
      }
      if (random.nextInt(3) > 0) {
        text.append('}');
      }
      texts.add(text.toString());
      expected.add(isOneObject(jackson, text.toString()));
      rows.append(text).append('\n');
    }
    Reading read = Reading.of(type, write(folder.resolve("rows.jsonl"), rows.toString()));
    boolean[] bad = new boolean[texts.size()];
    read.letters.forEach(letter -> bad[(int) letter.line() - 1] = true);
    for (int i = 0; i < texts.size(); i++) {
      assertThat(!bad[i]).as("seed %d, %s", SEED, texts.get(i)).isEqualTo(expected.get(i));
    }
    assertThat(read.records.size()).isGreaterThan(500);
    assertThat(read.letters.size()).isGreaterThan(500);
  }

  private static boolean isOneObject(JsonFactory jackson, String text) {
    try (JsonParser parser = jackson.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      parser.skipChildren();
      return parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void shouldNeverThrowAtGarbageAndLoseNoLineOfIt() {
    for (int file = 0; file < 500; file++) {
      boolean json = random.nextBoolean();
      byte[] garbage = new byte[random.nextInt(400)];
      String signs = "\",\n\r\\{}[]:.-+eE0123456789 truefalsn\u00e9\u00ff\u0000";
      for (int i = 0; i < garbage.length; i++) {
        garbage[i] = (byte) signs.charAt(random.nextInt(signs.length()));
      }
      byte[] header =
          (json ? "" : "text,more,amount,count,flag,at\n").getBytes(StandardCharsets.UTF_8);
      byte[] all = Arrays.copyOf(header, header.length + garbage.length);
      System.arraycopy(garbage, 0, all, header.length, garbage.length);
      Reading read = Reading.of(ROW, write(folder.resolve(json ? "g.jsonl" : "g.csv"), all));
      long lines = 0;
      for (byte b : garbage) {
        lines += b == '\n' ? 1 : 0;
      }
      assertThat((long) read.letters.size() + read.records.size())
          .as("seed %d, file %d", SEED, file)
          .isLessThanOrEqualTo(lines + 1);
      for (Reading.Letter letter : read.letters) {
        assertThat(new String(garbage, StandardCharsets.ISO_8859_1)).contains(letter.raw());
      }
    }
  }
}
