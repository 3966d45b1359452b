package dev.weir.ingest;

import static dev.weir.ingest.Reading.optional;
import static dev.weir.ingest.Reading.type;
import static dev.weir.ingest.Reading.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.event.EventType;
import dev.weir.event.Field;
import dev.weir.event.FieldType;
import dev.weir.event.TimeFormat;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonReadingTest {
  private static final EventType CALL =
      type(
          Reading.from("user", FieldType.TEXT, "who.user.name"),
          new Field("ip", FieldType.TEXT, true, false, "who.ip", TimeFormat.ISO),
          optional("amount", FieldType.MONEY));

  @TempDir Path folder;

  private Reading json(EventType type, String text) {
    return Reading.of(type, write(folder.resolve("rows.jsonl"), text));
  }

  @Test
  void shouldReadNestedPathsAndPassOverAllElse() {
    Reading read =
        json(
            CALL,
            """
            {"at":1,"x":[{"who":{"user":{"name":"no"}}},[1,[]]],"who":{"z":{},"user":{"name":"a"},"ip":"::1"}}
            {"who":{"user":{"name":"b"}},"user":{"name":"no"},"name":"no","at":"2","amount":1.5}
            """);
    assertThat(read.records)
        .containsExactly(
            Arrays.asList("a", "::1", null, 1_000_000_000L),
            Arrays.asList("b", null, 150L, 2_000_000_000L));
  }

  @Test
  void shouldReadJsonLinesByNameOrByTheFirstByte() {
    String row = "{\"who\":{\"user\":{\"name\":\"a\"}},\"at\":1}\n";
    Path mark = write(folder.resolve("events.txt"), "\ufeff" + row);
    Path named = write(folder.resolve("bad-first-row.ndjson.gz"), "oops\n" + row);
    Reading read = Reading.of(CALL, mark, named);
    assertThat(read.column(0)).containsExactly("a", "a");
    assertThat(read.reasons()).containsExactly("not a JSON object");
  }

  @Test
  void shouldUnescapeTextsAndNames() {
    Reading read =
        json(
            CALL,
            "{\"who\":{\"\\u0075ser\":{\"na\\u006de\":\"q\\\"b\\\\s\\/\\b\\f\\n\\r\\t\\u20ac\\ud83d\\ude00é\"}},\"at\":1}\n");
    assertThat(read.column(0)).containsExactly("q\"b\\s/\b\f\n\r\t€😀é");
  }

  @Test
  void shouldKeepTheRawBytesOfABadRowAsTheyStood() {
    String row = "{\"who\":{\"user\":{\"name\":\"a\\nb\"}},\"amount\":\"\\u0031x\",\"at\":1}";
    Reading read = json(CALL, row + "\r\n");
    assertThat(read.letters).extracting(Reading.Letter::raw).containsExactly(row);
    assertThat(read.reasons()).containsExactly("field amount: not a money");
  }

  @Test
  void shouldTakeNullAsMissing() {
    Reading read =
        json(
            CALL,
            """
            {"who":{"user":{"name":"a"},"ip":null},"amount":null,"at":1}
            {"who":{"user":{"name":null}},"at":1}
            {"who":{"user":null},"at":1}
            {"who":null,"at":1}
            """);
    assertThat(read.records).containsExactly(Arrays.asList("a", null, null, 1_000_000_000L));
    assertThat(read.reasons()).containsOnly("field user: missing").hasSize(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{`at`:1|broken JSON",
        "{`at`:1}}|text behind the JSON object",
        "{`at`:1} {`at`:1}|text behind the JSON object",
        "[1]|not a JSON object",
        "{`at`:01}|broken JSON",
        "{`at`:+1}|broken JSON",
        "{`at`:1.}|broken JSON",
        "{`at`:.5}|broken JSON",
        "{`at`:1e}|broken JSON",
        "{`at`:-}|broken JSON",
        "{`x`:nul,`at`:1}|broken JSON",
        "{`x`:1 2,`at`:1}|broken JSON",
        "{`x`:[1,],`at`:1}|broken JSON",
        "{`x`:[1 2],`at`:1}|broken JSON",
        "{`at`:1,}|broken JSON",
        "{at:1}|broken JSON",
        "{`x`:`\\q`,`at`:1}|an unknown escape in a JSON string",
        "{`x`:`\\u12g4`,`at`:1}|a bad \\u escape in a JSON string",
        "{`x`:`\\ud800`,`at`:1}|a bad \\u escape in a JSON string",
        "{`x`:`\\ud800\\u0041`,`at`:1}|a bad \\u escape in a JSON string",
        "{`x`:`\\udc00`,`at`:1}|a bad \\u escape in a JSON string",
        "{`x`:`a\tb`,`at`:1}|a control sign inside a JSON string",
        "{`x`:`a|broken JSON",
        "{`at`:1,`at`:1}|field at: stands twice",
        "{`at`:{}}|field at: an object or array stands there",
        "{`at`:[1]}|field at: an object or array stands there",
        "{`at`:true}|field at: not a time: a number of units since 1970 is needed",
        "{}|field at: missing",
      })
  void shouldSayWhatIsWrongWithARow(String row, String reason) {
    Reading read = json(type(), row.replace('`', '"') + "\n{\"at\":7}\n");
    assertThat(read.reasons()).containsExactly(reason);
    assertThat(read.column(0)).containsExactly(7_000_000_000L);
  }

  @Test
  void shouldRefuseWhatIsNestedDeeperThanTheLimit() {
    int deepest = JsonRow.DEPTH_MAX - 1; // the row itself is the first level
    Reading read =
        json(
            type(),
            "{\"at\":1,\"x\":"
                + "[".repeat(deepest)
                + "]".repeat(deepest)
                + "}\n{\"at\":2,\"x\":"
                + "[".repeat(deepest + 1)
                + "]".repeat(deepest + 1)
                + "}\n{\"at\":3,\"x\":"
                + "{\"a\":".repeat(100_000)
                + "\n{\"at\":4}\n");
    assertThat(read.column(0)).containsExactly(1_000_000_000L, 4_000_000_000L);
    assertThat(read.reasons()).containsOnly("nested deeper than 64").hasSize(2);
  }

  @Test
  void shouldRefuseTextsThatAreNotUtf8() {
    byte[] bytes =
        "{\"who\":{\"user\":{\"name\":\"?\"}},\"at\":1}\n"
            .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    bytes[new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf('?')] =
        (byte) 0xe9;
    Reading read = Reading.of(CALL, write(folder.resolve("latin.jsonl"), bytes));
    assertThat(read.reasons()).containsExactly("field user: not UTF-8");
  }

  @Test
  void shouldRefuseTwoFieldsOfOnePath() {
    EventType twice =
        type(Reading.from("a", FieldType.TEXT, "x.y"), Reading.from("b", FieldType.TEXT, "x.y"));
    assertThatThrownBy(() -> json(twice, ""))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("`a` and `b` are filled from the same path `x.y`");
  }
}
