package dev.weir.dsl.check;

import dev.weir.dsl.ast.Clause;
import dev.weir.dsl.ast.Declaration;
import dev.weir.dsl.ast.Name;
import dev.weir.dsl.diagnostic.Code;
import dev.weir.dsl.plan.Expr;
import dev.weir.dsl.plan.RulePlan;
import dev.weir.dsl.plan.RulePlan.Role;
import dev.weir.dsl.source.SourceText;
import dev.weir.dsl.source.Span;
import dev.weir.event.EventType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes the plans of what a rule says: its alert, its stages and timeout, and what holds them back.
 * Throws {@link Findings.Rejected} after reporting what is wrong.
 */
final class AlertLowering {
  /** A start has a flag for each stage. */
  private static final int STAGES_MAX = 16;

  private final SourceText source;
  private final Declaration.Rule rule;
  private final Typer typer;
  private final Findings findings;
  private final RuleKey key;
  private final RuleRoles roles;
  private final PatternLowering patterns;

  AlertLowering(
      SourceText source,
      Declaration.Rule rule,
      Typer typer,
      Findings findings,
      RuleKey key,
      RuleRoles roles,
      PatternLowering patterns) {
    this.source = source;
    this.rule = rule;
    this.typer = typer;
    this.findings = findings;
    this.key = key;
    this.roles = roles;
    this.patterns = patterns;
  }

  /** What the rule says when it fires. */
  RulePlan.AlertPlan alert(Scope scope) {
    Optional<Clause.Alert> alert = rule.clause(Clause.Alert.class);
    if (alert.isEmpty()) {
      throw wrong(
          Code.W0602,
          rule.name().span(),
          "rule `" + rule.name().text() + "` says nothing when it fires",
          "",
          "add `alert \"…\"`");
    }
    return body(alert.get().body(), scope);
  }

  private RulePlan.AlertPlan body(Clause.AlertBody body, Scope scope) {
    List<RulePlan.TextPart> text = new ArrayList<>();
    for (Clause.TemplatePart part : body.text().parts()) {
      text.add(
          new RulePlan.TextPart(part.text(), part.hole().map(hole -> typer.type(hole, scope))));
    }
    Optional<Expr> score = Optional.empty();
    if (body.score().isPresent()) {
      Expr typed = typer.type(body.score().get(), scope);
      if (!typed.type().isNumber()) {
        throw wrong(
            Code.W0302, body.score().get().span(), "a score is a number", "is " + typed.type(), "");
      }
      score = Optional.of(typed);
    }
    List<RulePlan.NamedExpr> fields = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Clause.AlertField field : body.fields()) {
      if (!names.add(field.name().text())) {
        findings.error(
            source,
            Code.W0008,
            field.name().span(),
            "the alert has `" + field.name().text() + "` twice",
            "the second",
            "give it another name");
      }
      Expr typed = typer.type(field.value(), scope);
      fields.add(new RulePlan.NamedExpr(field.name().text(), typed, isPii(typed, scope)));
    }
    return new RulePlan.AlertPlan(text, score, fields);
  }

  private boolean isPii(Expr expr, Scope scope) {
    boolean[] found = new boolean[1];
    Walk.over(
        expr,
        part -> {
          if (part instanceof Expr.StepField f) {
            found[0] |= patterns.isPii(f);
          } else if (part instanceof Expr.EventField f && scope.event() != null) {
            found[0] |= scope.event().fields().get(f.field()).pii();
          } else if (part instanceof Expr.KeyPart p) {
            Role role = roles.all().get(0);
            EventType type = roles.selected(0).type();
            found[0] |= type.fields().get(role.keyFields().get(p.part())).pii();
          }
        });
    return found[0];
  }

  /** What is held back. */
  Optional<RulePlan.Suppress> suppress(RulePlan.AlertPlan alert) {
    return rule.clause(Clause.Suppress.class)
        .map(
            clause -> {
              List<Expr> by = new ArrayList<>();
              if (clause.durationNs() == 0) {
                throw wrong(Code.W0403, clause.span(), "a time of no length", "", "");
              }
              for (Name name : clause.by()) {
                by.add(suppressedBy(name, alert));
              }
              return new RulePlan.Suppress(clause.durationNs(), by);
            });
  }

  private Expr suppressedBy(Name name, RulePlan.AlertPlan alert) {
    return valueCalled(name, alert)
        .orElseThrow(
            () ->
                wrong(
                    Code.W0202,
                    name.span(),
                    "`" + name.text() + "` is no part of the key and no field of the alert",
                    "",
                    Findings.didYouMean(name.text(), key.names())));
  }

  /** A part of the key, or a value of the alert. */
  private Optional<Expr> valueCalled(Name name, RulePlan.AlertPlan alert) {
    int part = key.names().indexOf(name.text());
    if (part >= 0) {
      return Optional.of(new Expr.KeyPart(key.types().get(part), part));
    }
    return alert.fields().stream()
        .filter(field -> field.name().equals(name.text()))
        .map(RulePlan.NamedExpr::value)
        .findFirst();
  }

  // ---- stages and timeouts ----------------------------------------------------------------------

  /** The stages in the order written, then the timeout. */
  List<RulePlan.Notice> notices(Scope scope, RulePlan.Match match) {
    List<RulePlan.Notice> notices = new ArrayList<>();
    Set<String> names = new HashSet<>();
    List<Clause.Stage> stages = rule.clauses(Clause.Stage.class);
    if (stages.size() > STAGES_MAX) {
      throw wrong(
          Code.W0503,
          stages.get(STAGES_MAX).span(),
          "a rule has at most " + STAGES_MAX + " stages",
          "",
          "");
    }
    for (Clause.Stage stage : stages) {
      if (!names.add(stage.name().text())) {
        throw wrong(
            Code.W0101,
            stage.name().span(),
            "two stages are called `" + stage.name().text() + "`",
            "the second",
            "");
      }
      notices.add(stage(stage, scope, match));
    }
    rule.clause(Clause.OnTimeout.class)
        .ifPresent(
            clause -> {
              if (match.withinNs() == RulePlan.NO_LIMIT) {
                throw wrong(
                    Code.W0501,
                    clause.span(),
                    "without a window there is no timeout",
                    "when?",
                    "add a clause such as `within 10m`");
              }
              RulePlan.AlertPlan alert = body(clause.body(), scope);
              notices.add(new RulePlan.Notice(Optional.empty(), -1, 0, alert, suppressBy(alert)));
            });
    return notices;
  }

  private RulePlan.Notice stage(Clause.Stage stage, Scope scope, RulePlan.Match match) {
    int step = patterns.stepCalled(stage.step());
    int most = match.steps().get(step).loop().map(RulePlan.LoopPlan::max).orElse(1);
    if (stage.count() < 1 || stage.count() > most) {
      throw wrong(
          Code.W0503,
          stage.span(),
          "`" + stage.step().text() + "` never has taken " + stage.count() + " events",
          "at most " + most,
          "");
    }
    RulePlan.AlertPlan alert = body(stage.body(), scope);
    return new RulePlan.Notice(
        Optional.of(stage.name().text()), step, stage.count(), alert, suppressBy(alert));
  }

  /** Alerts of each kind are held back apart; what one of another kind has not stays out. */
  private List<Expr> suppressBy(RulePlan.AlertPlan alert) {
    List<Name> by = rule.clause(Clause.Suppress.class).map(Clause.Suppress::by).orElse(List.of());
    return by.stream().flatMap(name -> valueCalled(name, alert).stream()).toList();
  }

  private Findings.Rejected wrong(Code code, Span span, String message, String note, String help) {
    findings.error(source, code, span, message, note, help);
    return new Findings.Rejected();
  }
}
