package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunConfigTest {
  @TempDir Path folder;

  @BeforeEach
  void writeFiles() throws IOException {
    Files.createDirectories(folder.resolve("rules"));
    Files.createDirectories(folder.resolve("other"));
    for (String name : List.of("a.csv", "b.csv", "c.csv")) {
      Files.writeString(folder.resolve(name), "");
    }
  }

  private RunConfig read(String yaml, Map<String, String> environment)
      throws RunConfig.ConfigException {
    Path file = folder.resolve("weir.yaml");
    try {
      Files.writeString(file, yaml);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return RunConfig.read(file, environment);
  }

  private List<String> problems(String yaml) {
    try {
      read(yaml, Map.of());
    } catch (RunConfig.ConfigException e) {
      String message = e.getMessage();
      assertThat(message).startsWith(folder.resolve("weir.yaml").toString());
      return message.substring(folder.resolve("weir.yaml").toString().length()).lines().toList();
    }
    throw new AssertionError("accepted: " + yaml);
  }

  private static final String GOOD =
      """
      sources:
        - type: A
          files: [a.csv, b.csv]
        - type: B
          files: [c.csv]
      """;

  @Test
  void shouldReadPathsFromTheFolderOfTheFile() throws RunConfig.ConfigException {
    RunConfig config = read(GOOD + "alerts: out.jsonl\ndead_letters: bad.jsonl\n", Map.of());
    assertThat(config.rules()).isEqualTo(folder.resolve("rules"));
    assertThat(config.inputs())
        .containsExactly(
            Map.entry("A", List.of(folder.resolve("a.csv"), folder.resolve("b.csv"))),
            Map.entry("B", List.of(folder.resolve("c.csv"))));
    assertThat(config.alerts()).contains(folder.resolve("out.jsonl"));
    assertThat(config.deadLetters()).contains(folder.resolve("bad.jsonl"));
    assertThat(read(GOOD, Map.of()).alerts()).isEmpty();
  }

  @Test
  void shouldLetTheEnvironmentWin() throws RunConfig.ConfigException {
    RunConfig config =
        read(
            GOOD + "alerts: out.jsonl\n",
            Map.of(
                "WEIR_RULES", "other",
                "WEIR_ALERTS", "mine.jsonl",
                "WEIR_DEAD_LETTERS", "bad.jsonl",
                "WEIR_SOURCES__0__FILES", "c.csv,a.csv",
                "WEIR_SOURCES__2__TYPE", "C",
                "WEIR_SOURCES__2__FILES", "b.csv",
                "WEIR_TRACE", "1"));
    assertThat(config.rules()).isEqualTo(folder.resolve("other"));
    assertThat(config.alerts()).isEqualTo(Optional.of(folder.resolve("mine.jsonl")));
    assertThat(config.deadLetters()).isEqualTo(Optional.of(folder.resolve("bad.jsonl")));
    assertThat(config.inputs().get("A"))
        .containsExactly(folder.resolve("c.csv"), folder.resolve("a.csv"));
    assertThat(config.inputs()).containsOnlyKeys("A", "B", "C");
    assertThatThrownBy(() -> read(GOOD, Map.of("WEIR_SOURCES__1__FILE", "c.csv")))
        .hasMessageContaining("`sources[1].file`; did you mean `files`?");
  }

  @Test
  void shouldNameAllMistakesAtOnce() {
    assertThat(
            problems(
                """
                ruels: rules
                rules: nowhere
                alerts: [x]
                dead_letters: none/bad.jsonl
                sources:
                  - type: A
                    files: [a.csv, none.csv]
                  - type: A
                    flies: [b.csv]
                  - 7
                  - type: 3
                    files: []
                """))
        .containsExactly(
            ":",
            "  no setting is called `ruels`; did you mean `rules`?",
            "  `rules`: no such file or folder: " + folder.resolve("nowhere"),
            "  `sources[0].files`: no such file: " + folder.resolve("none.csv"),
            "  no setting is called `sources[1].flies`; did you mean `files`?",
            "  `sources[1].files` must be a list of files",
            "  `sources[1].type`: A stands twice; give one source all its files",
            "  `sources[2]` must be `{type: …, files: […]}`",
            "  `sources[3].files` must be a list of files",
            "  `sources[3].type` must be the name of an event type",
            "  `alerts` must be a path",
            "  `dead_letters`: no such folder: " + folder.resolve("none"));
  }

  @Test
  void shouldSayOneMistakeInOneLine() {
    assertThat(problems("rules: rules\n"))
        .containsExactly(": `sources` is missing: a list of `{type: …, files: […]}`");
    assertThat(problems("sources: []\n"))
        .containsExactly(": `sources` must be a list of `{type: …, files: […]}`");
    assertThat(problems("xyz: 1\n" + GOOD))
        .containsExactly(
            ": no setting is called `xyz`; known: rules, sources, alerts, dead_letters, sinks, data,"
                + " durability, http");
    assertThat(problems("- a\n")).containsExactly(": settings are needed, such as `rules: rules`");
    assertThat(problems("")).containsExactly(": settings are needed, such as `rules: rules`");
  }

  @Test
  void shouldSayWhereTheYamlIsBroken() {
    assertThat(problems("rules: rules\nsources: [a\n")).hasSize(1);
    assertThat(problems("rules: rules\nsources: [a\n").get(0)).startsWith(":3:1: ");
    assertThat(problems("rules: a\nrules: b\n").get(0)).contains("duplicate key rules");
  }

  @Test
  void shouldSayThatTheFileIsNotThere() {
    assertThatThrownBy(() -> RunConfig.read(folder.resolve("none.yaml")))
        .isInstanceOf(RunConfig.ConfigException.class)
        .hasMessageEndingWith("none.yaml: no such file");
  }
}
