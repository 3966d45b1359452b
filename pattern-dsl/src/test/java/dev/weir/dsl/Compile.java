package dev.weir.dsl;

import dev.weir.dsl.ast.RuleFile;
import dev.weir.dsl.check.Checker;
import dev.weir.dsl.check.ListSource;
import dev.weir.dsl.check.ParsedFile;
import dev.weir.dsl.diagnostic.Code;
import dev.weir.dsl.diagnostic.Diagnostic;
import dev.weir.dsl.diagnostic.Result;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.dsl.source.SourceText;
import dev.weir.dsl.syntax.RuleParser;
import java.util.List;
import java.util.Optional;

/** Parses and checks one text. */
public final class Compile {
  private Compile() {}

  public static Result<RuleSetPlan> file(String name, String text) {
    SourceText source = new SourceText(name, text);
    Result<RuleFile> parsed = RuleParser.parse(source);
    if (parsed.value().isEmpty()) {
      return new Result<>(Optional.empty(), parsed.diagnostics());
    }
    return Checker.check(List.of(new ParsedFile(source, parsed.value().get())), ListSource.NONE);
  }

  /** All findings but the advice that a rule has no test. */
  public static List<Diagnostic> findings(String name, String text) {
    return file(name, text).diagnostics().stream().filter(d -> d.code() != Code.W0701).toList();
  }
}
