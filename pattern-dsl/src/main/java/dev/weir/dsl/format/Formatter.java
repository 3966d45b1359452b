package dev.weir.dsl.format;

import dev.weir.dsl.ast.RuleFile;
import dev.weir.dsl.diagnostic.Result;
import dev.weir.dsl.source.SourceText;
import dev.weir.dsl.syntax.RuleParser;
import java.util.Optional;

/**
 * Gives a rule file its one layout. Words, comments and the grouping by blank lines stay; spaces,
 * line breaks and separators that the language leaves open become uniform. Formatting a formatted
 * file changes nothing. Safe for many threads; linear in the file but for deeply nested patterns.
 */
public final class Formatter {
  private Formatter() {}

  /**
   * The formatted text; absent, with diagnostics, if the file cannot be parsed. Throws {@link
   * IllegalStateException} if the formatted text would not mean the same: a fault in Weir.
   */
  public static Result<String> format(SourceText source) {
    Result<RuleFile> parsed = RuleParser.parse(source);
    if (parsed.value().isEmpty()) {
      return new Result<>(Optional.empty(), parsed.diagnostics());
    }
    RuleFile file = parsed.value().get();
    Words words = new Words(source.text());
    Layout.of(file, words);
    String text = LineWriter.write(words);
    Result<RuleFile> again = RuleParser.parse(new SourceText(source.name(), text));
    boolean isSame =
        again.value().map(f -> TreePrinter.print(f).equals(TreePrinter.print(file))).orElse(false);
    if (!isSame) {
      throw new IllegalStateException("formatting would change what the file means: " + text);
    }
    return new Result<>(Optional.of(text), parsed.diagnostics());
  }
}
