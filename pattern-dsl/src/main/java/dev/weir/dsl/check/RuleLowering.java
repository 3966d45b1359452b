package dev.weir.dsl.check;

import dev.weir.dsl.ast.Clause;
import dev.weir.dsl.ast.Declaration;
import dev.weir.dsl.ast.Expression;
import dev.weir.dsl.ast.Name;
import dev.weir.dsl.ast.Pattern;
import dev.weir.dsl.diagnostic.Code;
import dev.weir.dsl.diagnostic.Diagnostic;
import dev.weir.dsl.plan.Expr;
import dev.weir.dsl.plan.RulePlan;
import dev.weir.dsl.plan.RulePlan.Guard;
import dev.weir.dsl.plan.RulePlan.PatternPlan;
import dev.weir.dsl.source.SourceText;
import dev.weir.dsl.source.Span;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes the plan of one rule. Throws {@link Findings.Rejected} after reporting what is wrong. */
final class RuleLowering {
  private static final Set<String> SEVERITIES = Set.of("low", "medium", "high", "critical");

  /** Events of one match beyond which its state is worth a warning. */
  private static final int MATCH_EVENTS_USUAL = 10_000;

  private static final Map<Class<?>, String> NOT_YET = Map.of(Clause.Budget.class, "`budget`");

  private final SourceText source;
  private final Declaration.Rule rule;
  private final Declarations declarations;
  private final Typer typer;
  private final Findings findings;
  private final RuleKey key;

  private final RuleRoles roles;
  private final PatternLowering patterns;
  private final Conditions conditions;
  private final AlertLowering alerts;

  RuleLowering(
      SourceText source,
      Declaration.Rule rule,
      Declarations declarations,
      Typer typer,
      Findings findings) {
    this.source = source;
    this.rule = rule;
    this.declarations = declarations;
    this.typer = typer;
    this.findings = findings;
    this.key =
        new RuleKey(
            source,
            rule.clause(Clause.By.class),
            rule.clause(Clause.OnArrival.class).isPresent(),
            findings);
    this.conditions = new Conditions(source, findings, typer::placeOf);
    this.roles = new RuleRoles(source, declarations, key);
    this.patterns = new PatternLowering(source, typer, findings, key, roles, conditions);
    this.alerts = new AlertLowering(source, rule, typer, findings, key, roles, patterns);
  }

  /** The plan, without its version. */
  RulePlan lower() {
    checkClauses();
    Optional<Clause.Match> match = rule.clause(Clause.Match.class);
    Optional<Clause.When> when = rule.clause(Clause.When.class);
    if (match.isPresent() == when.isPresent()) {
      throw wrong(
          Code.W0601,
          rule.name().span(),
          "rule `" + rule.name().text() + "` needs `when` or `match`, and only one of them",
          "",
          "");
    }
    RulePlan.Body body;
    Scope alertScope;
    if (when.isPresent()) {
      RulePlan.When lowered = when(when.get());
      body = lowered;
      Declarations.Selected first = roles.selected(lowered.roles().get(0));
      alertScope =
          new Scope(
              source,
              first.type(),
              List.of(first.name(), first.type().name()),
              Map.of(),
              Set.of(),
              Set.of(),
              key);
    } else {
      body = matchOrItsMistakes(match.get());
      alertScope = alertScope();
    }
    RulePlan.AlertPlan alert = alerts.alert(alertScope);
    Optional<RulePlan.Suppress> suppress = alerts.suppress(alert);
    if (body instanceof RulePlan.Match m) {
      body = withNotices(m, alert, suppress);
    }
    String severity =
        rule.clause(Clause.Severity.class).map(c -> c.level().text()).orElse("medium");
    if (!SEVERITIES.contains(severity)) {
      findings.error(
          source,
          Code.W0604,
          rule.clause(Clause.Severity.class).orElseThrow().level().span(),
          "no severity is called `" + severity + "`",
          "",
          "one of low, medium, high, critical");
    }
    return new RulePlan(
        rule.name().text(),
        "",
        rule.clause(Clause.About.class).map(Clause.About::text).orElse(""),
        rule.clause(Clause.Owner.class).map(Clause.Owner::text).orElse(""),
        rule.clause(Clause.Tags.class).map(Clause.Tags::tags).orElse(List.of()),
        severity,
        roles.all(),
        key.names(),
        key.types(),
        key.isOnArrival(),
        decision(),
        body,
        alert,
        suppress,
        new LifeLowering(source, rule, findings).lower());
  }

  /** What the rule answers to the event at hand. */
  private Optional<RulePlan.Decision> decision() {
    Optional<Clause.Decide> clause = rule.clause(Clause.Decide.class);
    if (clause.isEmpty()) {
      return Optional.empty();
    }
    Name word = clause.get().decision();
    List<String> known =
        java.util.Arrays.stream(RulePlan.Decision.values())
            .map(d -> d.name().toLowerCase(java.util.Locale.ROOT))
            .toList();
    if (!known.contains(word.text())) {
      String near = Findings.didYouMean(word.text(), known);
      findings.error(
          source,
          Code.W0605,
          word.span(),
          "no decision is called `" + word.text() + "`",
          "",
          near.isEmpty() ? "one of " + String.join(", ", known) : near);
      return Optional.empty();
    }
    if (!key.isOnArrival()) {
      findings.error(
          source,
          Code.W0605,
          clause.get().span(),
          "a decision is an answer to the event at hand, so the rule must see it at once",
          "the rule waits for the watermark",
          "add `on arrival`");
    }
    return Optional.of(RulePlan.Decision.valueOf(word.text().toUpperCase(java.util.Locale.ROOT)));
  }

  // ---- clauses
  // ------------------------------------------------------------------------------------

  private void checkClauses() {
    Map<Class<?>, Clause> seen = new HashMap<>();
    for (Clause clause : rule.clauses()) {
      boolean mayRepeat =
          clause instanceof Clause.Without
              || clause instanceof Clause.Unless
              || clause instanceof Clause.Stage;
      Clause first = seen.putIfAbsent(clause.getClass(), clause);
      if (first != null && !mayRepeat) {
        findings.error(
            source,
            Code.W0603,
            clause.span(),
            "this clause stands twice in one rule",
            "the second",
            new Diagnostic.Label(first.span(), "the first"),
            "leave one out");
      }
      String notYet = NOT_YET.getOrDefault(clause.getClass(), "");
      if (!notYet.isEmpty()) {
        notYet(clause.span(), notYet);
      }
    }
    for (Clause clause : rule.clauses()) {
      if (isAboutSteps(clause) && rule.clause(Clause.When.class).isPresent()) {
        findings.error(
            source,
            Code.W0601,
            clause.span(),
            "this clause belongs to `match`; the rule has `when`",
            "",
            "leave it out");
      }
    }
  }

  // ---- when
  // ---------------------------------------------------------------------------------------

  private RulePlan.When when(Clause.When when) {
    aliasesFirst(when.span());
    Set<String> names = new LinkedHashSet<>();
    Map<String, Name> places = new LinkedHashMap<>();
    if (when.on().isEmpty()) {
      mentioned(when.condition(), places);
    } else {
      when.on().forEach(name -> places.put(name.text(), name));
    }
    names.addAll(places.keySet());
    if (names.isEmpty()) {
      throw wrong(
          Code.W0406,
          when.span(),
          "the condition names no event type",
          "tested at which events?",
          "`when on Payment …`");
    }
    List<Integer> tested = new ArrayList<>();
    Expr condition = null;
    for (Name name : places.values()) {
      int role = roles.of(name);
      tested.add(role);
      Declarations.Selected chosen = roles.selected(role);
      Scope scope =
          Scope.ofEvent(source, chosen.type(), List.of(chosen.name(), chosen.type().name()), key);
      Expr typed = typer.conditions(chosen, Optional.of(when.condition()), scope).orElseThrow();
      if (condition != null && !condition.equals(typed)) {
        throw wrong(
            Code.W0406,
            when.span(),
            "the condition means different things for the types it mentions",
            "",
            "say which: `when on " + names.iterator().next() + " …`");
      }
      condition = typed;
    }
    conditions.look(
        Optional.ofNullable(condition),
        when.condition().span(),
        -1,
        roles.all().get(tested.get(0)).keyFields(),
        Map.of());
    return new RulePlan.When(tested, java.util.Objects.requireNonNull(condition), when.rising());
  }

  /** Event types that an expression mentions: fed to features, or before a dot. */
  private void mentioned(Expression e, Map<String, Name> found) {
    if (e instanceof Expression.Feature feature) {
      found.putIfAbsent(feature.type().text(), feature.type());
    } else if (e instanceof Expression.Member member) {
      if (member.target() instanceof Expression.Variable v
          && (declarations.types.containsKey(v.name())
              || declarations.defines.containsKey(v.name()))) {
        found.putIfAbsent(v.name(), new Name(v.span(), v.name()));
      }
      mentioned(member.target(), found);
    } else if (e instanceof Expression.Variable v && declarations.lets.containsKey(v.name())) {
      mentioned(
          java.util.Objects.requireNonNull(declarations.lets.get(v.name())).declaration().value(),
          found);
    } else if (e instanceof Expression.Unary unary) {
      mentioned(unary.operand(), found);
    } else if (e instanceof Expression.Binary binary) {
      mentioned(binary.left(), found);
      mentioned(binary.right(), found);
    } else if (e instanceof Expression.Logical logical) {
      logical.operands().forEach(operand -> mentioned(operand, found));
    } else if (e instanceof Expression.IsMissing missing) {
      mentioned(missing.operand(), found);
    } else if (e instanceof Expression.InList in) {
      mentioned(in.operand(), found);
    } else if (e instanceof Expression.InValues in) {
      mentioned(in.operand(), found);
    } else if (e instanceof Expression.Call call) {
      call.arguments().forEach(argument -> mentioned(argument, found));
    }
  }

  // ---- match
  // --------------------------------------------------------------------------------------

  private Scope alertScope() {
    Map<String, Scope.StepName> names = patterns.names();
    boolean totals =
        rule.clause(Clause.Pick.class).map(p -> p.kind() == Clause.Pick.Kind.TOTALS).orElse(false);
    return new Scope(
            source,
            null,
            List.of(),
            totals && patterns.hasSteps() ? Scope.overAllMatches(names, patterns.typeOf(0)) : names,
            Set.of(),
            patterns.broken(),
            key)
        .withBound(patterns.bound());
  }

  /** Where the pattern is wrong, the alert is looked at all the same: all mistakes in one run. */
  private RulePlan.Match matchOrItsMistakes(Clause.Match match) {
    try {
      return match(match);
    } catch (Findings.Rejected e) {
      alerts.alert(alertScope());
      throw e;
    }
  }

  /** Key roles stand in the order of the types that {@code by} names, then in that of mention. */
  private void aliasesFirst(Span mention) {
    for (String alias : key.aliases()) {
      roles.of(new Name(mention, alias));
    }
  }

  private RulePlan.Match match(Clause.Match match) {
    aliasesFirst(match.span());
    if (match.pattern() instanceof Pattern.LowRate rate) {
      return lowRate(rate);
    }
    List<Clause.Selector> withoutAll =
        rule.clauses(Clause.Without.class).stream().map(Clause.Without::selector).toList();
    List<Clause.Selector> unlessAll =
        rule.clauses(Clause.Unless.class).stream().map(Clause.Unless::selector).toList();
    List<Clause.Selector> guards = new ArrayList<>(withoutAll);
    guards.addAll(unlessAll);
    PatternPlan pattern =
        patterns.lower(
            match.pattern(),
            guards,
            rule.clause(Clause.OnlyDuring.class).map(Clause.OnlyDuring::condition));
    List<Guard> without = patterns.guards(withoutAll);
    List<Guard> unless = patterns.guards(unlessAll);
    if (patterns.isBroken()) {
      throw new Findings.Rejected();
    }
    long withinNs =
        rule.clause(Clause.Within.class).map(Clause.Within::durationNs).orElse(RulePlan.NO_LIMIT);
    if (withinNs == 0) {
      throw wrong(
          Code.W0403,
          rule.clause(Clause.Within.class).orElseThrow().span(),
          "a window of no length",
          "",
          "");
    }
    checkSize(match);
    if (withinNs == RulePlan.NO_LIMIT && patterns.waits(pattern)) {
      throw wrong(
          Code.W0501,
          match.span(),
          "the pattern may wait for ever",
          "nothing ends it",
          "add a clause such as `within 10m`");
    }
    Optional<Clause.Pick> pick = rule.clause(Clause.Pick.class);
    Optional<Clause.AfterMatch> after = rule.clause(Clause.AfterMatch.class);
    if (patterns.givesSeveral()
        && (after.isEmpty() || after.get().kind() == Clause.AfterMatch.Kind.CONSUME_ALL)) {
      throw wrong(
          Code.W0505,
          match.span(),
          "one start may give several matches here",
          "what happens to its events?",
          "add `after match consume none`, `consume start` or `restart`");
    }
    boolean totals = pick.map(p -> p.kind() == Clause.Pick.Kind.TOTALS).orElse(false);
    if (patterns.forks() && !totals && pick.flatMap(Clause.Pick::limit).isEmpty()) {
      throw wrong(
          Code.W0504,
          match.span(),
          "`then any` may give very many matches",
          "",
          "add `pick all limit 100` or `pick totals`");
    }
    return new RulePlan.Match(
        patterns.steps(),
        pattern,
        withinNs,
        without,
        unless,
        pick.map(p -> picked(p.kind())).orElse(RulePlan.Pick.FIRST),
        pick.flatMap(Clause.Pick::limit).orElse(Integer.MAX_VALUE),
        patterns.startLimit(),
        rule.clause(Clause.Fire.class)
            .map(f -> RulePlan.Fire.valueOf(f.kind().name()))
            .orElse(RulePlan.Fire.PROMPT),
        after.map(a -> consumption(a.kind())).orElse(RulePlan.Consumption.ALL),
        after.flatMap(Clause.AfterMatch::step).map(patterns::stepCalled).orElse(-1),
        rule.clause(Clause.Starts.class)
            .map(s -> RulePlan.Starts.valueOf(s.kind().name()))
            .orElse(RulePlan.Starts.EVERY),
        patterns.givesSeveral(),
        Optional.empty(),
        List.of());
  }

  /** A low rate is an event that grows old, and a look at what is left then. */
  private RulePlan.Match lowRate(Pattern.LowRate rate) {
    if (rate.keys().isPresent()) {
      throw wrong(
          Code.W0901,
          rate.keys().get().span(),
          "not in this version of Weir: `for keys in`",
          "",
          "leave it out: keys are watched once they were seen");
    }
    if (rate.count() < 1) {
      throw wrong(Code.W0503, rate.span(), "there are never fewer than none", "", "");
    }
    if (rate.windowNs() == 0) {
      throw wrong(Code.W0403, rate.span(), "a window of no length", "", "");
    }
    Optional<Clause> ofSteps =
        rule.clauses().stream().filter(RuleLowering::isAboutSteps).findFirst();
    if (ofSteps.isPresent()) {
      throw wrong(
          Code.W0601,
          ofSteps.get().span(),
          "this clause is about the steps of a match; a low rate has none",
          "",
          "leave it out");
    }
    return patterns.lowRate(rate);
  }

  private static boolean isAboutSteps(Clause clause) {
    return clause instanceof Clause.Without
        || clause instanceof Clause.Unless
        || clause instanceof Clause.Within
        || clause instanceof Clause.Pick
        || clause instanceof Clause.Starts
        || clause instanceof Clause.OnlyDuring
        || clause instanceof Clause.Fire
        || clause instanceof Clause.Stage
        || clause instanceof Clause.OnTimeout
        || clause instanceof Clause.AfterMatch;
  }

  /** Events that one match may hold; each partial match of a key may hold as many. */
  private void checkSize(Clause.Match match) {
    long most = 0;
    for (RulePlan.StepPlan step : patterns.steps()) {
      int max = step.loop().map(RulePlan.LoopPlan::max).orElse(1);
      most += max == Integer.MAX_VALUE ? 0 : max; // without a cap the window bounds it
    }
    if (most > MATCH_EVENTS_USUAL) {
      findings.warning(
          source,
          Code.W0507,
          match.span(),
          "one match may hold " + most + " events, and each open partial match of a key as many",
          "more than " + MATCH_EVENTS_USUAL,
          "a smaller cap, or a rolling aggregate such as `count(Payment over 1h)`");
    }
  }

  private static RulePlan.Pick picked(Clause.Pick.Kind kind) {
    return switch (kind) {
      case FIRST -> RulePlan.Pick.FIRST;
      case TOTALS -> RulePlan.Pick.TOTALS;
      case LAST -> RulePlan.Pick.LAST;
      case LONGEST -> RulePlan.Pick.LONGEST;
      case SHORTEST -> RulePlan.Pick.SHORTEST;
      case ALL -> RulePlan.Pick.ALL;
    };
  }

  private static RulePlan.Consumption consumption(Clause.AfterMatch.Kind kind) {
    return switch (kind) {
      case CONSUME_START -> RulePlan.Consumption.START;
      case CONSUME_NONE -> RulePlan.Consumption.NONE;
      case RESTART -> RulePlan.Consumption.RESTART;
      case RESUME_AT_FIRST -> RulePlan.Consumption.RESUME_AT_FIRST;
      case RESUME_AT_LAST -> RulePlan.Consumption.RESUME_AT_LAST;
      case CONSUME_ALL -> RulePlan.Consumption.ALL;
    };
  }

  /** The match with what else is said of it, and with the fields that steps keep for that. */
  private RulePlan.Match withNotices(
      RulePlan.Match match, RulePlan.AlertPlan alert, Optional<RulePlan.Suppress> suppress) {
    // a stage and a timeout are about one partial match, whatever is picked
    Scope scope =
        new Scope(source, null, List.of(), patterns.names(), Set.of(), patterns.broken(), key)
            .withBound(patterns.bound());
    if (match.lowRate().isPresent()) {
      return match; // it says nothing else, and its alert reads no step
    }
    List<RulePlan.Notice> notices = alerts.notices(scope, match);
    use(alert);
    suppress.ifPresent(s -> s.by().forEach(patterns::use));
    for (RulePlan.Notice notice : notices) {
      use(notice.alert());
      notice.suppressBy().forEach(patterns::use);
    }
    return new RulePlan.Match(
        patterns.steps(),
        match.pattern(),
        match.withinNs(),
        match.without(),
        match.unless(),
        match.pick(),
        match.pickLimit(),
        match.startLimit(),
        match.fire(),
        match.consumption(),
        match.resumeStep(),
        match.starts(),
        match.severalPerStart(),
        match.lowRate(),
        notices);
  }

  private void use(RulePlan.AlertPlan alert) {
    alert.text().forEach(part -> part.value().ifPresent(patterns::use));
    alert.score().ifPresent(patterns::use);
    alert.fields().forEach(field -> patterns.use(field.value()));
  }

  private void notYet(Span span, String what) {
    findings.error(source, Code.W0901, span, "not in this version of Weir: " + what, "", "");
  }

  private Findings.Rejected wrong(Code code, Span span, String message, String note, String help) {
    findings.error(source, code, span, message, note, help);
    return new Findings.Rejected();
  }
}
