package dev.weir.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dsl.check.Checker;
import dev.weir.dsl.check.ListSource;
import dev.weir.dsl.check.ParsedFile;
import dev.weir.dsl.diagnostic.Diagnostic;
import dev.weir.dsl.diagnostic.DiagnosticText;
import dev.weir.dsl.diagnostic.Result;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.dsl.source.SourceText;
import dev.weir.dsl.syntax.RuleParser;
import dev.weir.testkit.reference.Example;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs rules in the notation of the language reference on the engine and the reference. */
final class BothMatchers {
  private BothMatchers() {}

  /** Holds both to the alerts. */
  static void assertAlerts(String rule, String events, String alerts) {
    Example example = new Example("example", rule, events, alerts);
    assertThat(example.got()).as("reference").isEqualTo(alerts);
    assertThat(ofEngine(example)).as("engine").isEqualTo(alerts);
  }

  /** What the engine alerts. */
  static String ofEngine(Example example) {
    Result<RuleSetPlan> checked = check(example.source());
    RuleSetPlan plan =
        checked
            .value()
            .orElseThrow(
                () ->
                    new AssertionError(
                        String.join(
                            "\n",
                            checked.diagnostics().stream().map(DiagnosticText::render).toList())));
    EngineRun run = new EngineRun(plan);
    example.records().forEach(run::offer);
    run.engine.onEnd(example.endNs());
    return example.shown(run.alerts());
  }

  /** The codes of what the compiler says about a rule, in order. */
  static List<String> codes(String rule) {
    Example example = new Example("example", rule, "a@0", "none");
    List<String> codes = new ArrayList<>();
    for (Diagnostic diagnostic : check(example.source()).diagnostics()) {
      codes.add(diagnostic.code().name());
    }
    return codes;
  }

  /** Whether the compiler refuses it. */
  static boolean isRefused(String rule) {
    return isRefused(new Example("example", rule, "a@0", "none"));
  }

  static boolean isRefused(Example example) {
    return check(example.source()).value().isEmpty();
  }

  private static Result<RuleSetPlan> check(SourceText source) {
    var parsed = RuleParser.parse(source);
    return parsed.value().isEmpty()
        ? new Result<>(Optional.empty(), parsed.diagnostics())
        : Checker.check(List.of(new ParsedFile(source, parsed.value().get())), ListSource.NONE);
  }
}
