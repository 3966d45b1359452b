package dev.weir.dsl.check;

import dev.weir.dsl.ast.Declaration;
import dev.weir.dsl.ast.Name;
import dev.weir.dsl.ast.TestLine;
import dev.weir.dsl.check.Declarations.Placed;
import dev.weir.dsl.diagnostic.Code;
import dev.weir.dsl.diagnostic.DiagnosticText;
import dev.weir.dsl.diagnostic.Result;
import dev.weir.dsl.plan.Expr;
import dev.weir.dsl.plan.PlanText;
import dev.weir.dsl.plan.RulePlan;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.dsl.plan.RuleSetPlan.Expectation;
import dev.weir.dsl.plan.RuleSetPlan.ExpectedValue;
import dev.weir.dsl.plan.RuleSetPlan.TestEvent;
import dev.weir.dsl.plan.RuleSetPlan.TestPlan;
import dev.weir.dsl.plan.RuleSetPlan.TestValue;
import dev.weir.dsl.plan.ValueType;
import dev.weir.dsl.source.SourceText;
import dev.weir.event.EventType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Checks a rule set and makes its plan. Safe for many threads. */
public final class Checker {
  private final Findings findings = new Findings();
  private final Declarations declarations;
  private final Typer typer;

  private Checker(List<ParsedFile> files, ListSource lists) {
    this.declarations = new Declarations(files, lists, findings);
    this.typer = new Typer(declarations, findings);
  }

  /**
   * Several files are one rule set. The value is there unless a diagnostic is an error. Throws
   * nothing for a mistake in the files.
   */
  public static Result<RuleSetPlan> check(List<ParsedFile> files, ListSource lists) {
    return new Checker(files, lists).run();
  }

  private Result<RuleSetPlan> run() {
    for (Placed<Declaration.Define> define : declarations.defines.values()) {
      attempt(() -> checkDefine(define));
    }
    for (Placed<Declaration.Let> let : declarations.lets.values()) {
      checkLet(let);
    }
    List<RulePlan> rules = new ArrayList<>();
    for (Placed<Declaration.Rule> rule : declarations.rules) {
      attempt(
          () ->
              rules.add(
                  new RuleLowering(rule.source(), rule.declaration(), declarations, typer, findings)
                      .lower()));
    }
    RuleSetPlan unversioned =
        new RuleSetPlan(
            List.copyOf(declarations.types.values()),
            List.copyOf(declarations.lists.values()),
            List.copyOf(declarations.params.values()),
            typer.features(),
            rules,
            List.of());
    List<RulePlan> versioned =
        rules.stream()
            .map(rule -> versioned(unversioned, rule))
            .sorted(
                Comparator.comparing(
                    (RulePlan r) -> r.name().getBytes(StandardCharsets.UTF_8),
                    Arrays::compareUnsigned))
            .toList();
    List<TestPlan> tests = new ArrayList<>();
    for (Placed<Declaration.Test> test : declarations.tests) {
      attempt(() -> tests.add(test(test, versioned)));
    }
    Set<String> tested =
        declarations.tests.stream()
            .flatMap(t -> t.declaration().rules().stream())
            .map(Name::text)
            .collect(Collectors.toSet());
    for (Placed<Declaration.Rule> rule : declarations.rules) {
      Name name = rule.declaration().name();
      if (!tested.contains(name.text())) {
        findings.warning(
            rule.source(),
            Code.W0701,
            name.span(),
            "rule `" + name.text() + "` has no test",
            "",
            "add `test \"…\" for " + name.text() + " { … }`");
      }
    }
    Optional<RuleSetPlan> plan = Optional.empty();
    if (findings.errors() == 0) {
      plan =
          Optional.of(
              new RuleSetPlan(
                  List.copyOf(declarations.types.values()),
                  List.copyOf(declarations.lists.values()),
                  List.copyOf(declarations.params.values()),
                  typer.features(),
                  versioned,
                  tests));
    }
    return new Result<>(plan, findings.sorted());
  }

  private static void attempt(Runnable work) {
    try {
      work.run();
    } catch (Findings.Rejected e) {
      // reported; the others are looked at as well
    }
  }

  private void checkDefine(Placed<Declaration.Define> define) {
    Name name = define.declaration().name();
    Declarations.Selected selected = declarations.select(define.source(), name);
    Scope scope =
        Scope.ofEvent(
            define.source(), selected.type(), List.of(selected.type().name(), name.text()), null);
    define.declaration().where().ifPresent(where -> typer.condition(where, scope));
  }

  /** A let is typed where it is used; by itself it must say its own key. */
  private void checkLet(Placed<Declaration.Let> let) {
    if (let.declaration().value() instanceof dev.weir.dsl.ast.Expression.Feature feature
        && feature.by().isEmpty()) {
      findings.error(
          let.source(),
          Code.W0401,
          feature.span(),
          "a `let` must say its key",
          "by which key?",
          "add `by card`");
    } else if (let.declaration().value() instanceof dev.weir.dsl.ast.Expression.Feature feature) {
      attempt(
          () -> {
            Declarations.Selected fed = declarations.select(let.source(), feature.type());
            List<String> names = List.of(fed.type().name(), fed.name());
            typer.tryOut(feature, Scope.ofEvent(let.source(), fed.type(), names, null));
          });
    }
  }

  private static RulePlan versioned(RuleSetPlan unversioned, RulePlan rule) {
    return rule.withVersion(PlanText.hash(PlanText.print(unversioned, rule)));
  }

  // ---- tests
  // --------------------------------------------------------------------------------------

  private TestPlan test(Placed<Declaration.Test> placed, List<RulePlan> rules) {
    SourceText source = placed.source();
    Declaration.Test test = placed.declaration();
    for (Name name : test.rules()) {
      rule(source, name, rules);
    }
    long startNs = 0;
    Optional<Long> until = Optional.empty();
    List<TestEvent> events = new ArrayList<>();
    List<Expectation> expected = new ArrayList<>();
    List<RuleSetPlan.Reason> reasons = new ArrayList<>();
    for (TestLine line : test.lines()) {
      if (line instanceof TestLine.Starting starting) {
        startNs =
            Constants.time(starting.time())
                .orElseThrow(() -> wrong(source, line, "not a time: \"" + starting.time() + "\""));
      }
    }
    for (TestLine line : test.lines()) {
      if (line instanceof TestLine.Event event) {
        events.add(event(source, event, startNs));
      } else if (line instanceof TestLine.Until end) {
        until = Optional.of(startNs + end.offsetNs());
      } else if (line instanceof TestLine.Expect expect) {
        expected.add(expectation(source, expect, startNs, rules, test));
      } else if (line instanceof TestLine.ExpectNothing nothing && nothing.why().isPresent()) {
        reasons.add(
            new RuleSetPlan.Reason(
                nothing.why().get(), DiagnosticText.lineOf(source.text(), nothing.span().start())));
      }
    }
    return new TestPlan(
        test.name().text(),
        test.rules().stream().map(Name::text).toList(),
        startNs,
        events,
        until,
        expected,
        reasons,
        source.name(),
        DiagnosticText.lineOf(source.text(), test.span().start()));
  }

  private RulePlan rule(SourceText source, Name name, List<RulePlan> rules) {
    return rules.stream()
        .filter(r -> r.name().equals(name.text()))
        .findFirst()
        .orElseThrow(
            () -> {
              boolean isWrong =
                  declarations.rules.stream()
                      .anyMatch(r -> r.declaration().name().text().equals(name.text()));
              if (!isWrong) {
                findings.error(
                    source,
                    Code.W0801,
                    name.span(),
                    "no rule is called `" + name.text() + "`",
                    "unknown rule",
                    Findings.didYouMean(name.text(), rules.stream().map(RulePlan::name).toList()));
              }
              return new Findings.Rejected();
            });
  }

  private TestEvent event(SourceText source, TestLine.Event event, long startNs) {
    Declarations.Selected selected = declarations.select(source, event.type());
    EventType type = selected.type();
    List<TestValue> values = new ArrayList<>();
    for (TestLine.FieldValue value : event.values()) {
      int field = type.indexOf(value.field().text());
      if (field < 0) {
        findings.error(
            source,
            Code.W0301,
            value.field().span(),
            "`" + type.name() + "` has no field `" + value.field().text() + "`",
            "unknown field",
            Findings.didYouMean(
                value.field().text(), type.fields().stream().map(f -> f.name()).toList()));
        throw new Findings.Rejected();
      }
      ValueType fieldType = ValueType.of(type.fields().get(field).type());
      values.add(new TestValue(field, declarations.constant(source, fieldType, value.value())));
    }
    return new TestEvent(type.typeId(), startNs + event.offsetNs(), values);
  }

  private Expectation expectation(
      SourceText source,
      TestLine.Expect expect,
      long startNs,
      List<RulePlan> rules,
      Declaration.Test test) {
    RulePlan rule = rule(source, expect.rule(), rules);
    if (test.rules().stream().noneMatch(n -> n.text().equals(rule.name()))) {
      throw wrong(source, expect, "the test is not for rule `" + rule.name() + "`");
    }
    List<ExpectedValue> values = new ArrayList<>();
    for (TestLine.FieldValue value : expect.values()) {
      String name = value.field().text();
      ValueType type =
          rule.alert().fields().stream()
              .filter(f -> f.name().equals(name))
              .map(f -> f.value().type())
              .findFirst()
              .orElseGet(
                  () -> {
                    int part = rule.keyNames().indexOf(name);
                    if (part < 0) {
                      findings.error(
                          source,
                          Code.W0301,
                          value.field().span(),
                          "the alert of `" + rule.name() + "` has no field `" + name + "`",
                          "",
                          "");
                      throw new Findings.Rejected();
                    }
                    return rule.keyTypes().get(part);
                  });
      ValueType wanted =
          type.kind() == ValueType.Kind.RATIO
              ? new ValueType(ValueType.Kind.DECIMAL, 6, type.unit())
              : type;
      Expr.Constant constant = declarations.constant(source, wanted, value.value());
      values.add(new ExpectedValue(name, constant));
    }
    return new Expectation(
        rule.name(),
        expect.offsetNs().map(offset -> startNs + offset),
        values,
        expect.why(),
        DiagnosticText.lineOf(source.text(), expect.span().start()));
  }

  private Findings.Rejected wrong(SourceText source, TestLine line, String message) {
    findings.error(source, Code.W0801, line.span(), message, "", "");
    return new Findings.Rejected();
  }
}
