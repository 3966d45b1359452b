package dev.weir.testkit.differential;

import dev.weir.dsl.ast.RuleFile;
import dev.weir.dsl.check.Checker;
import dev.weir.dsl.check.ListSource;
import dev.weir.dsl.check.ParsedFile;
import dev.weir.dsl.diagnostic.Diagnostic;
import dev.weir.dsl.diagnostic.DiagnosticText;
import dev.weir.dsl.diagnostic.Result;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.dsl.source.SourceText;
import dev.weir.dsl.syntax.RuleParser;
import dev.weir.testkit.random.Choices;
import java.util.List;
import java.util.Set;

/** A rule file that the checker accepts, and a stream. */
record RandomCase(
    String text, Set<String> words, RuleFile file, RuleSetPlan plan, RandomStream stream) {
  /** Draws a case; discards rules that the checker refuses. */
  static RandomCase draw(Choices choices, int eventsMax) {
    EventTypes types = new EventTypes(choices, /* lateWithTies= */ false);
    RandomStream stream = RandomStream.draw(choices, types, eventsMax);
    RandomRules.File rules = RandomRules.draw(choices, types);
    return of(choices, rules.text(), rules.words(), stream);
  }

  /** Draws a case with rules under which the laws of the language hold. */
  static RandomCase drawLawful(Choices choices, int eventsMax, boolean lateWithTies) {
    EventTypes types = new EventTypes(choices, lateWithTies);
    RandomStream stream = RandomStream.draw(choices, types, eventsMax);
    RandomRules.File rules = RandomRules.drawLawful(choices, types);
    return of(choices, rules.text(), rules.words(), stream);
  }

  /** The same rules over another stream. */
  RandomCase with(RandomStream other) {
    return new RandomCase(text, words, file, plan, other);
  }

  static RandomCase of(Choices choices, String text, Set<String> words, RandomStream stream) {
    SourceText source = new SourceText("random.weir", text);
    Result<RuleFile> parsed = RuleParser.parse(source);
    if (parsed.value().isEmpty()) {
      throw new AssertionError(
          "random rules must parse:\n" + text + rendered(parsed.diagnostics()));
    }
    RuleFile file = parsed.value().get();
    Result<RuleSetPlan> checked =
        Checker.check(List.of(new ParsedFile(source, file)), ListSource.NONE);
    if (checked.value().isEmpty()) {
      if (Boolean.getBoolean("weir.refusals")) {
        System.out.println(rendered(checked.diagnostics()));
      }
      throw choices.discard();
    }
    return new RandomCase(text, words, file, checked.value().get(), stream);
  }

  private static String rendered(List<Diagnostic> diagnostics) {
    StringBuilder out = new StringBuilder();
    for (Diagnostic diagnostic : diagnostics) {
      if (diagnostic.severity() == Diagnostic.Severity.ERROR) {
        out.append('\n').append(DiagnosticText.render(diagnostic));
      }
    }
    return out.toString();
  }

  @Override
  public String toString() {
    return text + "\n" + stream;
  }
}
