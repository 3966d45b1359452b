package dev.weir.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpSettingsTest {
  @TempDir private Path folder;
  private final List<String> problems = new ArrayList<>();

  private HttpSettings read(Object section) {
    return HttpSettings.read(folder, section, problems);
  }

  private String token(String text) throws IOException {
    Path file = Files.createTempFile(folder, "t", ".token");
    Files.writeString(file, text);
    return file.getFileName().toString();
  }

  @Test
  void shouldListenToTheOwnMachineUnlessToldOtherwise() {
    HttpSettings settings = read(null);
    assertThat(settings.host() + ":" + settings.port()).isEqualTo("127.0.0.1:8080");
    assertThat(settings.isLoopback()).isTrue();
    assertThat(settings.bodyMaxBytes()).isEqualTo(8 << 20);
    assertThat(problems).isEmpty();
  }

  @Test
  void shouldReadEverySetting() throws IOException {
    HttpSettings settings =
        read(
            Map.of(
                "listen",
                "[::1]:0",
                "tokens",
                List.of(
                    Map.of(
                        "name", "shop",
                        "file", token("a-token-of-20-letters-"),
                        "roles", List.of("ingest"))),
                "body_max",
                "1MiB",
                "rate",
                "50/s"));
    assertThat(problems).isEmpty();
    assertThat(settings.host()).isEqualTo("::1");
    assertThat(settings.port()).isZero();
    assertThat(settings.tokens().caller("Bearer a-token-of-20-letters-").orElseThrow().name())
        .isEqualTo("shop");
    assertThat(settings.bodyMaxBytes()).isEqualTo(1 << 20);
    assertThat(settings.perSecond()).isEqualTo(50);
  }

  @Test
  void shouldNotLetOthersInWithoutTokens() {
    read(Map.of("listen", "0.0.0.0:8080"));
    assertThat(problems)
        .containsExactly(
            "`http.listen` is 0.0.0.0, so others can connect: `http.tokens` are needed");
  }

  @Test
  void shouldSayEveryMistakeAtOnce() throws IOException {
    read(
        Map.of(
            "listen", "here",
            "tls", Map.of("keystore", "none.p12"),
            "tokens",
                List.of(
                    Map.of("name", "a b", "file", token("short"), "roles", List.of("king")),
                    "shop"),
            "body_max", "1TiB",
            "rte", "5/s"));
    assertThat(problems)
        .anySatisfy(p -> assertThat(p).contains("`http.rte`; did you mean `rate`?"))
        .anySatisfy(p -> assertThat(p).startsWith("`http.listen` must be HOST:PORT"))
        .anySatisfy(p -> assertThat(p).startsWith("`http.tls.keystore`: no such file"))
        .anySatisfy(p -> assertThat(p).startsWith("`http.tls.password` must be a file"))
        .anySatisfy(p -> assertThat(p).startsWith("`http.tokens[0].name` must be"))
        .anySatisfy(p -> assertThat(p).contains("a token is one word of at least 20"))
        .anySatisfy(p -> assertThat(p).startsWith("`http.tokens[0].roles` must be a list"))
        .anySatisfy(p -> assertThat(p).startsWith("`http.tokens[1]` must be"))
        .anySatisfy(p -> assertThat(p).startsWith("`http.body_max` must be at most"))
        .hasSize(9);
    assertThat(HttpSettings.isLoopbackHost("localhost:8080")).isTrue();
    assertThat(HttpSettings.isLoopbackHost("[::1]:8080")).isTrue();
    assertThat(HttpSettings.isLoopbackHost("127.0.0.1")).isTrue();
    assertThat(HttpSettings.isLoopbackHost("evil.example")).isFalse();
    assertThat(HttpSettings.isLoopbackHost("127.0.0.1.evil.example")).isFalse();
    assertThat(HttpSettings.isLoopbackHost("")).isFalse();
  }
}
