package dev.weir.dsl.check;

import dev.weir.dsl.ast.Clause;
import dev.weir.dsl.ast.Declaration;
import dev.weir.dsl.diagnostic.Code;
import dev.weir.dsl.plan.RulePlan.Life;
import dev.weir.dsl.source.SourceText;
import dev.weir.dsl.source.Span;
import java.util.Locale;
import java.util.Optional;

/** When a rule runs: its status, its validity, what an update does. */
final class LifeLowering {
  private final SourceText source;
  private final Declaration.Rule rule;
  private final Findings findings;

  LifeLowering(SourceText source, Declaration.Rule rule, Findings findings) {
    this.source = source;
    this.rule = rule;
    this.findings = findings;
  }

  Life lower() {
    Life.OnUpdate onUpdate =
        rule.clause(Clause.OnUpdate.class)
            .map(c -> Life.OnUpdate.valueOf(c.mode().text().toUpperCase(Locale.ROOT)))
            .orElse(Life.OnUpdate.FINISH);
    Optional<Clause.Valid> valid = rule.clause(Clause.Valid.class);
    long fromNs =
        valid.flatMap(v -> v.from().map(text -> time(text, v.span()))).orElse(Long.MIN_VALUE);
    long toNs = valid.flatMap(v -> v.to().map(text -> time(text, v.span()))).orElse(Long.MAX_VALUE);
    if (valid.isPresent() && fromNs >= toNs) {
      throw wrong(
          Code.W0403, valid.get().span(), "the rule is never valid", "ends before it begins");
    }
    return new Life(status(), onUpdate, fromNs, toNs);
  }

  private Life.Status status() {
    Optional<Clause.Status> status = rule.clause(Clause.Status.class);
    String word = status.map(s -> s.status().text()).orElse("live");
    return switch (word) {
      case "off" -> Life.Status.OFF;
      case "retired" -> Life.Status.RETIRED;
      case "live" -> Life.Status.LIVE;
      default ->
          throw wrong(
              Code.W0901,
              status.orElseThrow().span(),
              "not in this version of Weir: `status " + word + "`",
              "");
    };
  }

  private long time(String text, Span span) {
    return Constants.time(text)
        .orElseThrow(
            () ->
                wrong(
                    Code.W0302,
                    span,
                    "`" + text + "` is no time",
                    "written as `2026-01-31T12:00:00Z`"));
  }

  private Findings.Rejected wrong(Code code, Span span, String message, String note) {
    findings.error(source, code, span, message, note, "");
    return new Findings.Rejected();
  }
}
