package dev.weir.server.lsp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The editor's files are whole, and know every word of the language. */
class EditorFilesTest {
  private static final Path HOME = Path.of(System.getProperty("weir.home", ".."));
  private static final Path EXTENSION = HOME.resolve("editors/vscode");
  private static final Pattern WORD = Pattern.compile("'([a-z]+)'");

  private static Object json(Path file) throws IOException {
    return new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
  }

  /** All texts under this key, however deep. */
  private static void collect(Object tree, String key, List<String> found) {
    if (tree instanceof Map<?, ?> map) {
      map.forEach(
          (k, v) -> {
            if (k.equals(key) && v instanceof String text) {
              found.add(text);
            }
            collect(v, key, found);
          });
    } else if (tree instanceof List<?> list) {
      list.forEach(each -> collect(each, key, found));
    }
  }

  @Test
  void shouldColourEveryWordOfTheLanguage() throws IOException {
    Path grammar = HOME.resolve("pattern-dsl/src/main/antlr4/dev/weir/dsl/syntax/Weir.g4");
    Set<String> words =
        WORD.matcher(Files.readString(grammar))
            .results()
            .map(result -> result.group(1))
            .collect(Collectors.toSet());
    assertThat(words).contains("rule", "within", "suppress");
    List<String> patterns = new ArrayList<>();
    collect(json(EXTENSION.resolve("syntaxes/weir.tmLanguage.json")), "match", patterns);
    Set<String> known = new HashSet<>();
    for (String pattern : patterns) {
      Pattern.compile(pattern); // both dialects have all that is used here
      Pattern.compile("[a-z]+")
          .matcher(pattern)
          .results()
          .map(MatchResult::group)
          .forEach(known::add);
    }
    assertThat(known).containsAll(words);
  }

  @Test
  void shouldHaveTheFilesThatTheExtensionNames() throws IOException {
    Map<?, ?> extension = (Map<?, ?>) json(EXTENSION.resolve("package.json"));
    List<String> paths = new ArrayList<>(List.of((String) extension.get("main")));
    collect(extension.get("contributes"), "path", paths);
    collect(extension.get("contributes"), "configuration", paths);
    assertThat(paths).hasSizeGreaterThanOrEqualTo(3);
    for (String path : paths) {
      assertThat(EXTENSION.resolve(path)).isRegularFile();
    }
    assertThat(json(EXTENSION.resolve("language-configuration.json"))).isInstanceOf(Map.class);
  }
}
