package dev.weir.dsl.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dsl.Golden;
import dev.weir.dsl.ast.RuleFile;
import dev.weir.dsl.diagnostic.Diagnostic;
import dev.weir.dsl.diagnostic.Result;
import dev.weir.dsl.format.TreePrinter;
import dev.weir.dsl.source.SourceText;
import java.nio.file.Path;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class TreeTest {
  private static final Path EVERYTHING = Golden.folder("ast").resolve("everything.weir");

  @Test
  void shouldGiveEveryConstructItsTree() {
    Result<RuleFile> result =
        RuleParser.parse(new SourceText("everything.weir", Golden.read(EVERYTHING)));
    assertThat(result.diagnostics()).extracting(Diagnostic::message).isEmpty();
    Golden.assertMatches(
        Golden.folder("ast").resolve("everything.tree"),
        TreePrinter.print(result.value().orElseThrow()));
  }

  @Test
  void shouldUseEveryWordOfTheLanguageInThatFile() {
    TreeSet<String> unused = new TreeSet<>();
    for (int type = 1; type <= WeirLexer.VOCABULARY.getMaxTokenType(); type++) {
      String word = WeirLexer.VOCABULARY.getLiteralName(type);
      if (word != null) {
        unused.add(word.substring(1, word.length() - 1));
      }
    }
    Lexeme.of(Golden.read(EVERYTHING)).forEach(lexeme -> unused.remove(lexeme.text()));
    assertThat(unused).containsExactly("=="); // another language's sign: W0005
  }
}
