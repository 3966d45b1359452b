package dev.weir.perf;

import dev.weir.dsl.check.Checker;
import dev.weir.dsl.check.ListSource;
import dev.weir.dsl.check.ParsedFile;
import dev.weir.dsl.diagnostic.Diagnostic;
import dev.weir.dsl.diagnostic.DiagnosticText;
import dev.weir.dsl.diagnostic.Result;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.dsl.source.SourceText;
import dev.weir.dsl.syntax.RuleParser;
import dev.weir.engine.Engine;
import dev.weir.engine.Program;
import java.util.List;

/**
 * A stream, rules over it, and a slow program that finds the same matches.
 *
 * @param id as it is asked for, such as {@code W2-10k}
 * @param about what is measured, in one line
 * @param rules rule source, without the event type
 * @param stream makes so many transactions; a shorter stream need not be a prefix
 * @param events how many are measured
 * @param checked how many the oracle is asked about
 * @param oracle finds the matches by trying; written apart from the engine
 */
record Workload(
    String id,
    String about,
    String rules,
    Generator stream,
    int events,
    int checked,
    Oracle oracle) {
  private static final long BUDGET_BYTES = 12L << 30;

  /** Makes a stream of so many transactions. */
  interface Generator {
    Transactions draw(int events);
  }

  /** Finds all matches of a stream. */
  interface Oracle {
    void find(Transactions stream, Answer answer);
  }

  RuleSetPlan plan() {
    return plan(id, Transactions.DECLARATION + rules);
  }

  /** What the rules of a workload mean; a mistake in them is one in the workload. */
  static RuleSetPlan plan(String name, String text) {
    SourceText source = new SourceText(name + ".weir", text);
    var parsed = RuleParser.parse(source);
    Result<RuleSetPlan> checked =
        parsed.value().isEmpty()
            ? new Result<>(java.util.Optional.empty(), parsed.diagnostics())
            : Checker.check(List.of(new ParsedFile(source, parsed.value().get())), ListSource.NONE);
    return checked
        .value()
        .orElseThrow(
            () -> new IllegalStateException(DiagnosticText.render(errors(checked.diagnostics()))));
  }

  private static List<Diagnostic> errors(List<Diagnostic> all) {
    return all.stream().filter(d -> d.severity() == Diagnostic.Severity.ERROR).toList();
  }

  /** One pass of a fresh engine over the records. */
  static Answer run(Program program, Records records) {
    Answer answer = new Answer();
    Engine engine = new Engine(program, answer, BUDGET_BYTES);
    records.forEach(engine::onRecord);
    engine.onEnd(records.endNs());
    return answer;
  }

  /**
   * Compares the engine with the oracle over a short stream.
   *
   * @throws IllegalStateException if they differ: then no time is worth showing
   */
  Answer check(int events) {
    Transactions small = stream.draw(events);
    Answer expected = new Answer();
    oracle.find(small, expected);
    RuleSetPlan plan = plan();
    Answer found = run(Program.compile(plan), Records.of(plan.types().get(0), small));
    if (!found.toString().equals(expected.toString())) {
      throw new IllegalStateException(
          id + ": the engine found " + found + ", the oracle " + expected);
    }
    return found;
  }
}
