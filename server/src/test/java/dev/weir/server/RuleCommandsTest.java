package dev.weir.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** {@code check}, {@code explain}, {@code fmt} and {@code show}, as a user calls them. */
class RuleCommandsTest {
  private static final String GOOD =
      """
      event A { k text, n int, at time }

      rule r {
        by       k
        match    a: A where n > 1
                 then b: A where n > a.n
        within   10m
        alert    "x {b.n}"
      }

      test "t" for r {
        at 0s A { k "k", n 2 }
        at 1s A { k "k", n 3 }
        expect r at 1s
      }
      """;

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int weir(Object... args) {
    String[] words = new String[args.length];
    for (int i = 0; i < args.length; i++) {
      words[i] = args[i].toString();
    }
    return WeirCommand.execute(new PrintWriter(out, true), new PrintWriter(err, true), words);
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void shouldCheckAFolderAndSayOneLineOfSummary() throws IOException {
    file("a.weir", GOOD);
    assertThat(weir("check", folder)).isZero();
    assertThat(out.toString()).isEqualTo("1 rules checked of 1 found" + System.lineSeparator());
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void shouldPrintAMistakeAndExitWithOne() throws IOException {
    Path file = file("a.weir", GOOD.replace("n > 1", "m > 1"));
    assertThat(weir("check", file)).isEqualTo(1);
    assertThat(out.toString())
        .startsWith("error[W0301]: `A` has no field `m`\n --> " + file + ":5:23\n")
        .contains("0 rules checked of 1 found");
  }

  @Test
  void shouldPrintFindingsAsJson() throws IOException {
    file("a.weir", GOOD.replace("n > 1", "m > 1"));
    assertThat(weir("check", folder, "--format", "json")).isEqualTo(1);
    assertThat(out.toString())
        .startsWith("{\"rulesFound\":1,\"rulesChecked\":0,\"diagnostics\":[\n{\"code\":\"W0301\"")
        .contains("\"line\":5,\"column\":23,\"endLine\":5,\"endColumn\":24");
  }

  @Test
  void shouldExitWithThreeForWarningsThatAreDenied() throws IOException {
    file("a.weir", GOOD.substring(0, GOOD.indexOf("test")));
    assertThat(weir("check", folder)).isZero();
    assertThat(weir("check", folder, "--deny-warnings")).isEqualTo(3);
    assertThat(out.toString()).contains("warning[W0701]: rule `r` has no test");
  }

  @Test
  void shouldNameAPathThatIsNotThere() {
    for (String command : new String[] {"check", "fmt", "show"}) {
      assertThat(weir(command, folder.resolve("no.weir"))).isEqualTo(74);
    }
    assertThat(err.toString().lines())
        .hasSize(3)
        .containsOnly("weir: no such file or folder: " + folder.resolve("no.weir"));
  }

  @Test
  void shouldFormatFilesOnceAndListThem() throws IOException {
    Path file = file("a.weir", GOOD.replace("by       k", "by k # the key"));
    Path good = file("b.weir", "# nothing yet\n");
    assertThat(weir("fmt", "--check", folder)).isEqualTo(1);
    assertThat(out.toString().strip()).isEqualTo(file.toString());
    assertThat(Files.readString(file)).contains("by k # the key");
    assertThat(weir("fmt", file, good)).isZero();
    assertThat(Files.readString(file))
        .isEqualTo(GOOD.replace("by       k", "by       k  # the key"));
    assertThat(weir("fmt", "--check", folder)).isZero();
    assertThat(folder).isDirectoryNotContaining(p -> !p.toString().endsWith(".weir"));
  }

  @Test
  void shouldNotTouchAFileWithASyntaxErrorOrOtherBytes() throws IOException {
    Path file = file("a.weir", "rule r { wihtin 10m }");
    assertThat(weir("fmt", folder)).isEqualTo(1);
    assertThat(err.toString()).contains("did you mean `within`?");
    assertThat(Files.readString(file)).isEqualTo("rule r { wihtin 10m }");
    Path bytes = Files.write(folder.resolve("b.weir"), new byte[] {'#', (byte) 0xC3, '\n'});
    assertThat(weir("fmt", bytes)).isEqualTo(74);
    assertThat(err.toString()).contains("not UTF-8 text: " + bytes);
    assertThat(Files.readAllBytes(bytes)).hasSize(3);
  }

  @Test
  void shouldExplainACodeAndListAll() {
    assertThat(weir("explain", "w0301")).isZero();
    assertThat(out.toString()).startsWith("# W0301: unknown field").contains("Instead:");
    assertThat(weir("explain")).isZero();
    assertThat(out.toString()).contains("W0901  not in this version of Weir");
    assertThat(weir("explain", "W03011")).isEqualTo(2);
    assertThat(err.toString()).contains("no code is called `W03011`; did you mean `W0301`?");
  }

  @Test
  void shouldShowARuleAsPlanAndAsDiagram() throws IOException {
    file("a.weir", GOOD);
    assertThat(weir("show", folder, "r")).isZero();
    assertThat(out.toString())
        .startsWith("rule r\n")
        .contains("    b: A\n      where n > a.n\n")
        .containsPattern("  version [0-9a-f]{16}");
    assertThat(weir("show", folder, "r", "--format", "mermaid")).isZero();
    assertThat(out.toString())
        .contains("stateDiagram-v2\n")
        .contains("s1 --> s2 : then where n > a.n");
  }

  @Test
  void shouldNameARuleThatIsNotThere() throws IOException {
    file(
        "a.weir",
        GOOD.replace("rule r ", "rule rule_one ")
            .replace("for r ", "for rule_one ")
            .replace("expect r ", "expect rule_one "));
    assertThat(weir("show", folder, "rule_on")).isEqualTo(2);
    assertThat(err.toString()).contains("is called `rule_on`; did you mean `rule_one`?");
  }

  @Test
  void shouldFindTheMistakesOfOneFileThoughAnotherCannotBeParsed() throws IOException {
    file("a.weir", "event B { k text, at time } rule");
    file("b.weir", GOOD.replace("n > 1", "n > \"one\"").replace("b: A", "b: B"));
    assertThat(weir("check", folder)).isEqualTo(1);
    assertThat(out.toString())
        .contains("a.weir:1:")
        .contains("error[W0302]")
        .doesNotContain("no event type or define is called `B`");
  }

  @Test
  void shouldFormatStandardInput() {
    InputStream before = System.in;
    try {
      System.setIn(new ByteArrayInputStream("list  a text {\"x\"}".getBytes(UTF_8)));
      assertThat(weir("fmt", "-")).isZero();
      assertThat(out.toString()).isEqualTo("list a text { \"x\" }\n");
      System.setIn(new ByteArrayInputStream("list  a text {\"x\"}".getBytes(UTF_8)));
      assertThat(weir("fmt", "-", "--check")).isEqualTo(1);
      System.setIn(new ByteArrayInputStream("list a".getBytes(UTF_8)));
      assertThat(weir("fmt", "-")).isEqualTo(1);
      assertThat(err.toString()).contains("--> standard input:1:");
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void shouldPrintFindingsAsSarif() throws IOException {
    file("ein Wort.weir", GOOD.replace("severity", "").replace("n > 1", "m > 1") + GOOD);
    assertThat(weir("check", folder, "--format", "sarif")).isEqualTo(1);
    Map<?, ?> log =
        (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(out.toString());
    assertThat(log.get("version")).isEqualTo("2.1.0");
    Map<?, ?> run = (Map<?, ?>) ((List<?>) log.get("runs")).get(0);
    Map<?, ?> driver = (Map<?, ?>) ((Map<?, ?>) run.get("tool")).get("driver");
    assertThat(driver.get("name")).isEqualTo("weir");
    List<?> rules = (List<?>) driver.get("rules");
    List<?> results = (List<?>) run.get("results");
    assertThat(results).hasSizeGreaterThan(2);
    boolean isRelated = false;
    for (Object each : results) {
      Map<?, ?> result = (Map<?, ?>) each;
      Map<?, ?> rule = (Map<?, ?>) rules.get((Integer) result.get("ruleIndex"));
      assertThat(rule.get("id")).isEqualTo(result.get("ruleId"));
      assertThat(result.get("level")).isIn("error", "warning");
      assertThat(((Map<?, ?>) result.get("message")).get("text")).asString().isNotBlank();
      checkPlace((Map<?, ?>) ((List<?>) result.get("locations")).get(0));
      if (result.containsKey("relatedLocations")) {
        isRelated = true;
        checkPlace((Map<?, ?>) ((List<?>) result.get("relatedLocations")).get(0));
      }
    }
    assertThat(isRelated).isTrue();
  }

  private static void checkPlace(Map<?, ?> location) {
    Map<?, ?> place = (Map<?, ?>) location.get("physicalLocation");
    URI uri = URI.create(((Map<?, ?>) place.get("artifactLocation")).get("uri").toString());
    assertThat(uri.getPath()).endsWith("ein Wort.weir");
    assertThat(uri.getRawPath()).endsWith("ein%20Wort.weir");
    Map<?, ?> region = (Map<?, ?>) place.get("region");
    for (String figure : List.of("startLine", "startColumn", "endLine", "endColumn")) {
      assertThat((Integer) region.get(figure)).isGreaterThanOrEqualTo(1);
    }
    assertThat((Integer) region.get("endLine"))
        .isGreaterThanOrEqualTo((Integer) region.get("startLine"));
  }
}
