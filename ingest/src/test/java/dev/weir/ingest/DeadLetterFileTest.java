package dev.weir.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadLetterFileTest {
  @TempDir Path folder;

  private static List<Map<String, String>> read(Path file) throws IOException {
    List<Map<String, String>> letters = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      Map<String, String> letter = new LinkedHashMap<>();
      try (JsonParser json = new JsonFactory().createParser(line)) {
        assertThat(json.nextToken()).isEqualTo(JsonToken.START_OBJECT);
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String name = json.currentName();
          json.nextToken();
          letter.put(name, json.getText());
        }
        assertThat(json.nextToken()).isNull();
      }
      letters.add(letter);
    }
    return letters;
  }

  @Test
  void shouldWriteValidJsonForAnyTextAndAllBytes() throws IOException {
    StringBuilder odd = new StringBuilder("quote \" back \\ lone \ud800 pair 😀");
    for (char c = 0; c < 0x20; c++) {
      odd.append(c);
    }
    byte[] raw = new byte[256];
    for (int i = 0; i < raw.length; i++) {
      raw[i] = (byte) i;
    }
    Path file = folder.resolve("letters.jsonl");
    try (DeadLetterFile letters = new DeadLetterFile(file)) {
      letters.reject("E", odd.toString(), 7, raw, raw.length, odd.toString());
      letters.reject("E", "f", 8, raw, 0, "r");
    }
    List<Map<String, String>> found = read(file);
    String expected = odd.toString().replace('\ud800' + " ", "\ufffd ");
    assertThat(found).hasSize(2);
    assertThat(found.get(0).keySet()).containsExactly("type", "file", "line", "reason", "raw");
    assertThat(found.get(0))
        .containsEntry("file", expected)
        .containsEntry("reason", expected)
        .containsEntry("line", "7");
    assertThat(Base64.getDecoder().decode(found.get(0).get("raw"))).isEqualTo(raw);
    assertThat(found.get(1)).containsEntry("raw", "");
  }

  @Test
  void shouldMakeNoFileWithoutABadRow() {
    Path file = folder.resolve("letters.jsonl");
    new DeadLetterFile(file).close();
    assertThat(file).doesNotExist();
  }

  @Test
  void shouldSayThatItCannotWrite() {
    try (DeadLetterFile letters = new DeadLetterFile(folder)) {
      assertThatThrownBy(() -> letters.reject("E", "f", 1, new byte[0], 0, "r"))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageStartingWith("cannot write dead letters to " + folder);
    }
  }
}
