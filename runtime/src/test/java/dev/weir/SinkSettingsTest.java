package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SinkSettingsTest {
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  @TempDir Path folder;

  @BeforeEach
  void writeFiles() throws IOException {
    Files.createDirectories(folder.resolve("rules"));
    Files.createDirectories(folder.resolve("out"));
    Files.writeString(folder.resolve("a.csv"), "");
    Files.writeString(folder.resolve("good.secret"), SECRET + "\n");
    Files.writeString(folder.resolve("short.secret"), "whsec_c2hvcnQ=");
  }

  private RunConfig read(String sinks, Map<String, String> environment)
      throws RunConfig.ConfigException, IOException {
    Path file = folder.resolve("weir.yaml");
    Files.writeString(file, "sources: [{type: A, files: [a.csv]}]\nsinks:\n" + sinks);
    return RunConfig.read(file, environment);
  }

  private String problems(String sinks) throws IOException {
    try {
      read(sinks, Map.of());
    } catch (RunConfig.ConfigException e) {
      return e.getMessage();
    }
    throw new AssertionError("accepted: " + sinks);
  }

  @Test
  void shouldReadEverySettingOfASink() throws Exception {
    RunConfig config =
        read(
            """
              - name: desk
                webhook: https://desk.example/hooks
                secrets: [good.secret, good.secret]
                private_addresses: true
                timeout: 20s
                parallel: 2
                rate: 120/m
                retry_first: 500ms
                retry_most: 1h
                give_up_after: 2d
                break_after: 3
                break_for: 90s
              - {name: archive, file: out/a.jsonl, rotate: 1.5MiB, keep: 4}
              - {name: screen, stdout: true}
            """,
            Map.of());
    assertThat(config.sinks())
        .extracting(SinkSettings::name)
        .containsExactly("desk", "archive", "screen");
    assertThat(config.sinks().get(0).effective())
        .containsExactly(
            Map.entry("name", "desk"),
            Map.entry("webhook", "https://desk.example/hooks"),
            Map.entry(
                "secrets",
                List.of(
                    folder.resolve("good.secret").toString(),
                    folder.resolve("good.secret").toString())),
            Map.entry("private_addresses", true),
            Map.entry("timeout", "20s"),
            Map.entry("parallel", 2),
            Map.entry("rate", "2.0/s"),
            Map.entry("retry_first", "500ms"),
            Map.entry("retry_most", "1h"),
            Map.entry("give_up_after", "2d"),
            Map.entry("break_after", 3),
            Map.entry("break_for", "90s"));
    assertThat(config.sinks().get(1).effective())
        .containsEntry("rotate", "1572864B")
        .containsEntry("keep", 4);
    assertThat(config.sinks().toString() + config.sinks().get(0).effective())
        .as("shows no secret")
        .doesNotContain("MfKQ");
  }

  @Test
  void shouldReadSinksFromTheEnvironment() throws Exception {
    RunConfig config =
        read(
            "  - {name: desk, file: out/a.jsonl}\n",
            Map.of(
                "WEIR_SINKS__0__KEEP", "7",
                "WEIR_SINKS__1__NAME", "hook",
                "WEIR_SINKS__1__WEBHOOK", "https://desk.example/",
                "WEIR_SINKS__1__SECRETS", "good.secret,good.secret"));
    assertThat(config.sinks()).extracting(SinkSettings::name).containsExactly("desk", "hook");
    assertThat(config.sinks().get(0).effective()).containsEntry("keep", 7);
    assertThat((List<?>) config.sinks().get(1).effective().get("secrets")).hasSize(2);
  }

  @Test
  void shouldSayEveryMistakeAtOnceWithItsSettingAndUnit() throws Exception {
    assertThat(
            problems(
                """
                  - name: a b
                    webhook: ftp://desk.example/
                    secrets: [none.secret, short.secret]
                    timeout: 20
                    parallel: 0
                    rate: 5
                    retry_frist: 1s
                    private_addresses: maybe
                  - {name: x, file: nowhere/a.jsonl, rotate: 5MB, keep: 1}
                  - {name: x, stdout: true}
                  - {name: y}
                  - nothing
                """))
        .contains(
            "`sinks[0].name` must be letters, digits, `-` and `_`",
            "`sinks[0].webhook` must begin with `https://` or `http://`",
            "`sinks[0].secrets[0]`: cannot read " + folder.resolve("none.secret"),
            "`sinks[0].secrets[1]`: "
                + folder.resolve("short.secret")
                + ": a secret has 24 to 64 bytes, this one 5",
            "`sinks[0].timeout` must be a duration such as `10s`",
            "`sinks[0].parallel` must be a whole number from 1 to 64",
            "`sinks[0].rate` must be a rate such as `50/s`",
            "a webhook sink has no setting `retry_frist` (`sinks[0]`); did you mean `retry_first`?",
            "`sinks[0].private_addresses` must be `true` or `false`",
            "`sinks[1].file`: no such folder: " + folder.resolve("nowhere"),
            "`sinks[1].rotate` must be a size such as `64MiB`",
            "`sinks[2].name`: x stands twice",
            "`sinks[3]` needs one of `webhook`, `file` and `stdout`",
            "`sinks[4]` must be settings")
        .doesNotContain("c2hvcnQ");
  }

  @ParameterizedTest
  @CsvSource({"10s,PT10S", "500ms,PT0.5S", "1.5h,PT1H30M", "3d,PT72H", "1ns,PT0.000000001S"})
  void shouldReadDurations(String text, Duration duration) {
    assertThat(SettingText.duration(text)).isEqualTo(duration);
    assertThat(SettingText.duration(SettingText.written(duration))).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10", "s", "-1s", "0s", "1 week", "1e3s", "999999999999999d", "1S"})
  void shouldRefuseWhatIsNoDuration(String text) {
    assertThatThrownBy(() -> SettingText.duration(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be a duration such as");
  }

  @ParameterizedTest
  @CsvSource({"1B,1", "64KiB,65536", "1.5MiB,1572864", "2GiB,2147483648"})
  void shouldReadSizes(String text, long bytes) {
    assertThat(SettingText.bytes(text)).isEqualTo(bytes);
  }
}
