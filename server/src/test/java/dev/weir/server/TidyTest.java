package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dsl.format.Formatter;
import dev.weir.dsl.source.SourceText;
import dev.weir.rules.RuleSetLoader;
import dev.weir.rules.RuleTests;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What no compiler sees: every file of the repository is looked at. */
class TidyTest {
  private static final Path HOME =
      Path.of(System.getProperty("weir.home", "..")).toAbsolutePath().normalize();
  private static final Set<String> LEFT_BEHIND =
      Set.of("target/", ".git/", ".weir-build.log", "weir-dead-letters.jsonl");

  /** Data that a sample needs; everything else stays below {@link #BYTES_MAX}. */
  private static final Set<String> LARGE =
      Set.of("samples/card-fraud/data/transactions-2018-04.csv.gz");

  private static final long BYTES_MAX = 1L << 20;

  private static final Map<String, String> TEXTS = texts();

  /** What git knows; in an unpacked archive everything but what builds and runs leave behind. */
  private static List<Path> files() {
    try {
      return Files.exists(HOME.resolve(".git")) ? filesInGit() : filesInFolders();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static List<Path> filesInGit() throws IOException {
    Process git =
        new ProcessBuilder("git", "ls-files", "-z")
            .directory(HOME.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String names = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return Arrays.stream(names.split("\0", -1))
        .filter(name -> !name.isEmpty())
        .map(HOME::resolve)
        .filter(Files::isRegularFile)
        .toList();
  }

  private static List<Path> filesInFolders() throws IOException {
    try (Stream<Path> all = Files.walk(HOME)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> LEFT_BEHIND.stream().noneMatch(nameOf(file)::contains))
          .toList();
    }
  }

  private static String nameOf(Path file) {
    return HOME.relativize(file).toString().replace('\\', '/');
  }

  /** Text by file name; files that are no UTF-8 text are left out. */
  private static Map<String, String> texts() {
    Map<String, String> texts = new TreeMap<>();
    for (Path file : files()) {
      try {
        if (!nameOf(file).endsWith(".gz")) {
          texts.put(nameOf(file), Files.readString(file));
        }
      } catch (CharacterCodingException e) {
        // no text: nothing here to look at
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
    return texts;
  }

  /** Lines that a pattern finds, as {@code file:line: text}. */
  private static List<String> linesWith(Pattern pattern, String... except) {
    List<String> found = new ArrayList<>();
    TEXTS.forEach(
        (name, text) -> {
          if (List.of(except).contains(name)) {
            return;
          }
          String[] lines = text.split("\n", -1);
          for (int i = 0; i < lines.length; i++) {
            if (pattern.matcher(lines[i]).find()) {
              found.add(name + ":" + (i + 1) + ": " + lines[i].strip());
            }
          }
        });
    return found;
  }

  @Test
  void shouldSeeTheRepository() {
    assertThat(TEXTS).containsKeys("README.md", "pom.xml", "weir", "samples/README.md");
  }

  @Test
  void shouldNameNoPathOfAMachine() {
    String self = "server/src/test/java/dev/weir/server/TidyTest.java";
    assertThat(linesWith(Pattern.compile("(^|[\"'\\s=(:`])/(work|root|home|Users|tmp)/"), self))
        .as("a path of one machine; take a relative path or a temporary folder of the test")
        .isEmpty();
    assertThat(
            linesWith(
                Pattern.compile("(?i)repo1?\\.maven|artifactory|nexus|jfrog|<repository>|<mirror>"),
                self))
        .as("a package registry; the user's settings say where packages come from")
        .isEmpty();
  }

  @Test
  void shouldIndentWithSpacesAndEndLinesPlainly() {
    assertThat(linesWith(Pattern.compile("\t"))).as("tabs; use spaces").isEmpty();
    assertThat(linesWith(Pattern.compile("\r"))).as("CRLF; use LF").isEmpty();
    assertThat(linesWith(Pattern.compile("[^ ] +$"))).as("blanks at the end of a line").isEmpty();
    assertThat(TEXTS)
        .allSatisfy(
            (name, text) ->
                assertThat(text.isEmpty() || text.endsWith("\n"))
                    .as(name + " ends with a line end")
                    .isTrue());
  }

  @Test
  void shouldKeepLargeFilesOut() throws IOException {
    for (Path file : files()) {
      if (!LARGE.contains(nameOf(file))) {
        assertThat(Files.size(file)).as(nameOf(file)).isLessThanOrEqualTo(BYTES_MAX);
      }
    }
  }

  @Test
  void shouldLinkToWhatIsThere() {
    Pattern link = Pattern.compile("\\[[^\\]]*\\]\\((?!https?:|mailto:)([^)#\\s]*)(#[^)]*)?\\)");
    List<String> broken = new ArrayList<>();
    TEXTS.forEach(
        (name, text) -> {
          if (!name.endsWith(".md")) {
            return;
          }
          Path folder = HOME.resolve(name).getParent();
          Matcher links = link.matcher(text);
          while (links.find()) {
            if (!links.group(1).isEmpty() && !Files.exists(folder.resolve(links.group(1)))) {
              broken.add(name + ": " + links.group());
            }
          }
        });
    assertThat(broken).as("links that lead nowhere").isEmpty();
  }

  @Test
  void shouldListEachDecision() throws IOException {
    Path folder = HOME.resolve("docs/decisions");
    String index = Files.readString(folder.resolve("README.md"));
    try (var pages = Files.list(folder)) {
      assertThat(pages.map(page -> String.valueOf(page.getFileName())))
          .allSatisfy(
              name -> {
                if (!name.equals("README.md")) {
                  assertThat(name).matches("\\d{4}-\\d{2}-\\d{2}-[a-z0-9-]+\\.md");
                  assertThat(index).contains("(" + name + ")");
                }
              });
    }
  }

  /** {@code weir fmt} has nothing to do. Files that are wrong on purpose are in test resources. */
  @Test
  void shouldKeepRuleFilesFormatted() {
    TEXTS.forEach(
        (name, text) -> {
          if (name.endsWith(".weir") && !name.contains("src/test/resources/")) {
            assertThat(Formatter.format(new SourceText(name, text)).value())
                .as(name + "; run `weir fmt`")
                .hasValue(text);
          }
        });
  }

  @Test
  void shouldCheckAndPassTheTestsOfEveryRuleOfTheSamples() throws IOException {
    List<Path> packs = new ArrayList<>();
    for (Path file : files()) {
      if (nameOf(file).startsWith("samples/") && nameOf(file).endsWith(".weir")) {
        // the files of a rules folder belong together, any other file stands alone
        Path folder = file.getParent();
        packs.add(folder.endsWith("rules") ? folder : file);
      }
    }
    assertThat(packs).isNotEmpty();
    for (Path pack : packs.stream().distinct().toList()) {
      RuleSetLoader.Loaded loaded = RuleSetLoader.load(pack);
      assertThat(loaded.diagnostics()).as(nameOf(pack)).isEmpty();
      assertThat(RuleTests.run(loaded.plan().orElseThrow(), ""))
          .as(nameOf(pack))
          .isNotEmpty()
          .allSatisfy(outcome -> assertThat(outcome.problems()).isEmpty());
    }
  }
}
