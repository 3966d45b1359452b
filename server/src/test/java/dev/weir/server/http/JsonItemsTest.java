package dev.weir.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonItemsTest {
  private static final long SEED = Long.getLong("weir.seed", 20260513L);

  private static List<String> items(String text) {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    JsonItems items = new JsonItems(body, body.length);
    List<String> found = new ArrayList<>();
    while (items.next()) {
      found.add(new String(body, items.start(), items.bytes(), StandardCharsets.UTF_8));
    }
    return found;
  }

  @Test
  void shouldFindOneObjectAnArrayOfThemAndOneOnEachLine() {
    assertThat(items(" {\"a\":1} ")).containsExactly("{\"a\":1}");
    assertThat(items("[{\"a\":[1,{}]} ,\n{}]\n")).containsExactly("{\"a\":[1,{}]}", "{}");
    assertThat(items("{\"a\":1}\n{\"b\":2}\r\n\n{}"))
        .containsExactly("{\"a\":1}", "{\"b\":2}", "{}");
    assertThat(items("")).isEmpty();
    assertThat(items(" [ ] ")).isEmpty();
  }

  @Test
  void shouldNotLookAtBracketsInTexts() {
    assertThat(items("[{\"a\":\"}]{\\\"}\"},{\"b\\\\\":\"[\"}]"))
        .containsExactly("{\"a\":\"}]{\\\"}\"}", "{\"b\\\\\":\"[\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[", "[{}", "[{},", "[,{}]", "[{} {}]", "[{}]x", "[{}]{}", "{", "{\"a", "{\"a\\", "5",
        "{} 5", "[5]", "\"{}\"", "[[{}]]", "null", "}", "]", "[{}}]"
      })
  void shouldRefuseWhatIsNoList(String text) {
    assertThatThrownBy(() -> items(text)).isInstanceOf(Problem.class);
  }

  @Test
  void shouldEndWithAProblemOrTheEndWhateverComes() {
    SplittableRandom random = new SplittableRandom(SEED);
    String signs = "{}[]\",\\: a\n\u00e9";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(24); n > 0; n--) {
        text.append(signs.charAt(random.nextInt(signs.length())));
      }
      try {
        assertThat(items(text.toString())).allMatch(item -> item.startsWith("{"));
      } catch (Problem e) {
        assertThat(e.status()).as("seed " + SEED + " " + text).isEqualTo(400);
      }
    }
  }
}
