package dev.weir.alerts.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The published schemas hold for what is written, and for nothing else. */
class SchemaTest {
  private static final Path DOCS =
      Path.of(System.getProperty("weir.home", ".."), "docs", "alert").toAbsolutePath();
  private static final Set<String> REMARKS = Set.of("$schema", "$defs", "title", "description");

  /** Checks values against a schema; a keyword that it does not know fails the test. */
  private static final class Schema {
    private final Map<?, ?> root;

    Schema(String file) throws IOException {
      root = (Map<?, ?>) parse(Files.readString(DOCS.resolve(file)));
    }

    List<String> mistakes(Object value) throws IOException {
      List<String> mistakes = new ArrayList<>();
      check(root, value, "", mistakes);
      return mistakes;
    }

    private void check(Map<?, ?> schema, Object value, String at, List<String> mistakes)
        throws IOException {
      for (Map.Entry<?, ?> entry : schema.entrySet()) {
        String keyword = (String) entry.getKey();
        switch (keyword) {
          case "$ref" -> reference((String) entry.getValue(), value, at, mistakes);
          case "type" -> {
            List<?> types =
                entry.getValue() instanceof List<?> list ? list : List.of(entry.getValue());
            if (!types.contains(typeOf(value))) {
              mistakes.add(at + " is " + typeOf(value));
            }
          }
          case "pattern" -> {
            if (value instanceof String text
                && !Pattern.compile((String) entry.getValue()).matcher(text).find()) {
              mistakes.add(at + " is `" + text + "`");
            }
          }
          case "required" -> {
            for (Object name : (List<?>) entry.getValue()) {
              if (value instanceof Map<?, ?> map && !map.containsKey(name)) {
                mistakes.add(at + "/" + name + " is missing");
              }
            }
          }
          case "items" -> {
            if (value instanceof List<?> list) {
              for (int i = 0; i < list.size(); i++) {
                check((Map<?, ?>) entry.getValue(), list.get(i), at + "/" + i, mistakes);
              }
            }
          }
          case "properties" -> {
            Map<?, ?> properties = (Map<?, ?>) entry.getValue();
            if (value instanceof Map<?, ?> map) {
              for (Map.Entry<?, ?> property : properties.entrySet()) {
                if (map.containsKey(property.getKey())) {
                  check(
                      (Map<?, ?>) property.getValue(),
                      map.get(property.getKey()),
                      at + "/" + property.getKey(),
                      mistakes);
                }
              }
            }
          }
          case "additionalProperties" -> additional(schema, entry.getValue(), value, at, mistakes);
          default -> assertThat(REMARKS).as("keywords that the test knows").contains(keyword);
        }
      }
    }

    private void additional(
        Map<?, ?> schema, Object rule, Object value, String at, List<String> mistakes)
        throws IOException {
      if (!(value instanceof Map<?, ?> map)) {
        return;
      }
      Object properties = schema.get("properties");
      for (Map.Entry<?, ?> member : map.entrySet()) {
        if (properties instanceof Map<?, ?> known && known.containsKey(member.getKey())) {
          continue;
        }
        String place = at + "/" + member.getKey();
        if (rule instanceof Map<?, ?> other) {
          check(other, member.getValue(), place, mistakes);
        } else {
          mistakes.add(place + " is not in the schema");
        }
      }
    }

    private void reference(String target, Object value, String at, List<String> mistakes)
        throws IOException {
      if (target.startsWith("#/$defs/")) {
        Map<?, ?> definitions = (Map<?, ?>) root.get("$defs");
        Map<?, ?> found = (Map<?, ?>) definitions.get(target.substring("#/$defs/".length()));
        check(found, value, at, mistakes);
      } else {
        for (String mistake : new Schema(target).mistakes(value)) {
          mistakes.add(at + mistake);
        }
      }
    }

    private static String typeOf(Object value) {
      return value == null
          ? "null"
          : value instanceof String
              ? "string"
              : value instanceof Boolean
                  ? "boolean"
                  : value instanceof List ? "array" : value instanceof Map ? "object" : "number";
    }
  }

  private static Object parse(String json) throws IOException {
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      parser.nextToken();
      Object value = value(parser);
      assertThat(parser.nextToken()).as("one value: " + json).isNull();
      return value;
    }
  }

  private static Object value(JsonParser parser) throws IOException {
    switch (parser.currentToken()) {
      case START_OBJECT -> {
        Map<String, Object> map = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          parser.nextToken();
          map.put(name, value(parser));
        }
        return map;
      }
      case START_ARRAY -> {
        List<Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(parser));
        }
        return list;
      }
      case VALUE_STRING -> {
        return parser.getText();
      }
      case VALUE_TRUE -> {
        return true;
      }
      case VALUE_FALSE -> {
        return false;
      }
      case VALUE_NULL -> {
        return null;
      }
      default -> {
        return parser.getNumberValue();
      }
    }
  }

  private static List<String> alerts() throws IOException {
    return Files.readAllLines(Path.of("src/test/resources/dev/weir/alerts/alerts.jsonl"));
  }

  @Test
  void shouldHoldForEveryAlertAndItsEnvelope() throws IOException {
    Schema alert = new Schema("alert-1.schema.json");
    Schema envelope = new Schema("envelope-1.schema.json");
    assertThat(alerts()).hasSizeGreaterThan(3);
    for (String json : alerts()) {
      assertThat(alert.mistakes(parse(json))).as(json).isEmpty();
      byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
      Delivery delivery =
          new Delivery(0, json.substring(7, 39), 1_767_225_600_123_456_789L, 1, 0, bytes);
      String wrapped = new String(delivery.envelope(), StandardCharsets.UTF_8);
      assertThat(envelope.mistakes(parse(wrapped))).as(wrapped).isEmpty();
    }
  }

  @Test
  void shouldNotHoldForAnythingElse() throws IOException {
    Schema alert = new Schema("alert-1.schema.json");
    Map<?, ?> good = (Map<?, ?>) parse(alerts().get(0));
    for (Object name : good.keySet()) {
      Map<Object, Object> less = new LinkedHashMap<>(good);
      less.remove(name);
      assertThat(alert.mistakes(less)).containsExactly("/" + name + " is missing");
      Map<Object, Object> other = new LinkedHashMap<>(good);
      other.put(name, 5);
      assertThat(alert.mistakes(other)).contains("/" + name + " is number");
    }
    Map<Object, Object> more = new LinkedHashMap<>(good);
    more.put("attempt", "1");
    assertThat(alert.mistakes(more)).containsExactly("/attempt is not in the schema");
    more = new LinkedHashMap<>(good);
    more.put("time", "2026-01-01");
    assertThat(alert.mistakes(more)).containsExactly("/time is `2026-01-01`");
  }
}
