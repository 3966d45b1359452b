package dev.weir.dsl.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dsl.Golden;
import dev.weir.dsl.ast.RuleFile;
import dev.weir.dsl.diagnostic.Code;
import dev.weir.dsl.diagnostic.Diagnostic;
import dev.weir.dsl.diagnostic.Result;
import dev.weir.dsl.source.SourceText;
import dev.weir.dsl.syntax.RuleParser;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FormatterTest {
  /** Every file that parses: the golden ones and those of the samples. */
  static Stream<Path> files() {
    List<Path> all = new ArrayList<>();
    all.addAll(Golden.ruleFiles(Golden.folder("format")));
    all.addAll(Golden.ruleFiles(Golden.folder("ast")));
    all.addAll(Golden.ruleFiles(Path.of(System.getProperty("weir.home"), "samples")));
    return all.stream();
  }

  static Stream<Path> inputs() {
    return Golden.ruleFiles(Golden.folder("format")).stream()
        .filter(p -> p.toString().endsWith(".in.weir"));
  }

  private static RuleFile parse(String text) {
    Result<RuleFile> result = RuleParser.parse(new SourceText("test.weir", text));
    assertThat(result.diagnostics()).extracting(Diagnostic::message).isEmpty();
    return result.value().orElseThrow();
  }

  private static String format(String text) {
    Result<String> result = Formatter.format(new SourceText("test.weir", text));
    assertThat(result.diagnostics()).extracting(Diagnostic::message).isEmpty();
    return result.value().orElseThrow();
  }

  @ParameterizedTest
  @MethodSource("inputs")
  void shouldGiveAFileItsOneLayout(Path input) {
    Path expected = Path.of(input.toString().replace(".in.weir", ".out.weir"));
    Golden.assertMatches(expected, format(Golden.read(input)));
  }

  @ParameterizedTest
  @MethodSource("files")
  void shouldChangeNothingInAFormattedFile(Path file) {
    String once = format(Golden.read(file));
    assertThat(format(once)).isEqualTo(once);
  }

  @ParameterizedTest
  @MethodSource("files")
  void shouldKeepEveryComment(Path file) {
    String text = Golden.read(file);
    assertThat(comments(format(text))).isEqualTo(comments(text));
  }

  private static List<String> comments(String text) {
    return dev.weir.dsl.syntax.Lexeme.of(text).stream()
        .filter(l -> l.kind() == dev.weir.dsl.syntax.Lexeme.Kind.COMMENT)
        .map(dev.weir.dsl.syntax.Lexeme::text)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("files")
  void shouldReadThePrintedTreeAsTheSameTree(Path file) {
    RuleFile tree = parse(Golden.read(file));
    String printed = AstPrinter.print(tree);
    assertThat(TreePrinter.print(parse(printed))).isEqualTo(TreePrinter.print(tree));
    assertThat(TreePrinter.print(parse(format(printed)))).isEqualTo(TreePrinter.print(tree));
  }

  @Test
  void shouldLeaveAFileAloneThatCannotBeParsed() {
    Result<String> result = Formatter.format(new SourceText("test.weir", "rule a { wihtin 10m }"));
    assertThat(result.value()).isEmpty();
    assertThat(result.diagnostics()).extracting(Diagnostic::code).containsExactly(Code.W0001);
  }

  @Test
  void shouldKeepCommentsOfAFileWithoutRules() {
    assertThat(format("")).isEmpty();
    assertThat(format("  # only this\n\n\n# and this")).isEqualTo("# only this\n\n# and this\n");
  }

  @Test
  void shouldKeepACommentInTheMiddleOfACondition() {
    String text =
        """
        rule a {
          when     x > 1 # one
                   and y > 2
          alert    "x"
        }
        """;
    String formatted = format(text);
    assertThat(formatted).contains("x > 1  # one\n           and y > 2\n");
  }

  @Test
  void shouldCountPlacesInCodeUnitsBehindSignsBeyondTheBasicPlane() {
    RuleFile file = parse("let a = \"\ud83d\ude00\"\nlet b = 1");
    assertThat(file.declarations().get(1).span().start()).isEqualTo(13);
  }
}
