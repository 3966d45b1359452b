package dev.weir.dsl.check;

import dev.weir.dsl.ast.Clause;
import dev.weir.dsl.ast.Declaration;
import dev.weir.dsl.ast.Expression;
import dev.weir.dsl.ast.Name;
import dev.weir.dsl.ast.Pattern;
import dev.weir.dsl.diagnostic.Code;
import dev.weir.dsl.plan.Expr;
import dev.weir.dsl.plan.RulePlan;
import dev.weir.dsl.plan.RulePlan.Guard;
import dev.weir.dsl.plan.RulePlan.PatternPlan;
import dev.weir.dsl.plan.RulePlan.Role;
import dev.weir.dsl.plan.RulePlan.StepPlan;
import dev.weir.dsl.source.SourceText;
import dev.weir.dsl.source.Span;
import dev.weir.event.EventType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Makes the plan of one rule. Throws {@link Findings.Rejected} after reporting what is wrong. */
final class RuleLowering {
  private static final Set<String> SEVERITIES = Set.of("low", "medium", "high", "critical");

  /** Events of one match beyond which its state is worth a warning. */
  private static final int MATCH_EVENTS_USUAL = 10_000;

  private static final Map<Class<?>, String> NOT_YET =
      Map.of(
          Clause.OnArrival.class, "`on arrival`",
          Clause.Decide.class, "`decide`",
          Clause.Stage.class, "`stage`",
          Clause.OnTimeout.class, "`on timeout`",
          Clause.Status.class, "`status`",
          Clause.OnUpdate.class, "`on update`",
          Clause.Budget.class, "`budget`",
          Clause.Valid.class, "`valid`",
          Clause.OnlyDuring.class, "`only during`");

  private final SourceText source;
  private final Declaration.Rule rule;
  private final Declarations declarations;
  private final Typer typer;
  private final Findings findings;
  private final RuleKey key;

  private final List<Role> roles = new ArrayList<>();
  private final Map<String, Integer> roleNumbers = new LinkedHashMap<>();
  private final Map<String, Declarations.Selected> selected = new LinkedHashMap<>();

  // steps, made in pattern order
  private final List<StepPlan> steps = new ArrayList<>();
  private final List<EventType> stepTypes = new ArrayList<>();
  private final List<TreeSet<Integer>> projections = new ArrayList<>();
  private final Map<String, Scope.StepName> stepNames = new LinkedHashMap<>();
  private final Set<String> allNames = new HashSet<>();
  private final Map<Integer, List<Integer>> stepKeys = new LinkedHashMap<>();
  private final Conditions conditions;
  private boolean severalPerStart;
  private boolean forks;

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
    this.key = new RuleKey(source, rule.clause(Clause.By.class), findings);
    this.conditions = new Conditions(source, findings, typer::placeOf);
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
      Declarations.Selected first = selectedRole(lowered.roles().get(0));
      alertScope =
          new Scope(
              source,
              first.type(),
              List.of(first.name(), first.type().name()),
              Map.of(),
              Set.of(),
              key);
    } else {
      collectNames(match.get().pattern());
      body = match(match.get());
      alertScope = new Scope(source, null, List.of(), stepNames, Set.of(), key);
    }
    RulePlan.AlertPlan alert = alert(alertScope);
    Optional<RulePlan.Suppress> suppress = suppress(alert);
    if (body instanceof RulePlan.Match m) {
      body = withProjections(m, alert, suppress);
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
        roles,
        key.names(),
        key.types(),
        false,
        body,
        alert,
        suppress);
  }

  // ---- clauses
  // ------------------------------------------------------------------------------------

  private void checkClauses() {
    Set<Class<?>> seen = new HashSet<>();
    for (Clause clause : rule.clauses()) {
      boolean mayRepeat = clause instanceof Clause.Without || clause instanceof Clause.Unless;
      if (!seen.add(clause.getClass()) && !mayRepeat) {
        findings.error(
            source,
            Code.W0603,
            clause.span(),
            "this clause stands twice in one rule",
            "the second",
            "leave one out");
      }
      String notYet = NOT_YET.getOrDefault(clause.getClass(), "");
      if (clause instanceof Clause.Starts starts && starts.kind() != Clause.Starts.Kind.EVERY) {
        notYet = "`starts` other than `every`";
      } else if (clause instanceof Clause.Fire fire && fire.kind() != Clause.Fire.Kind.PROMPT) {
        notYet = "`fire` other than `prompt`";
      } else if (clause instanceof Clause.Pick pick && pick.kind() == Clause.Pick.Kind.TOTALS) {
        notYet = "`pick totals`";
      } else if (clause instanceof Clause.AfterMatch after && after.step().isPresent()) {
        notYet = "`resume`";
      }
      if (!notYet.isEmpty()) {
        notYet(clause.span(), notYet);
      }
    }
    for (Clause clause : rule.clauses()) {
      boolean ofMatch =
          clause instanceof Clause.Without
              || clause instanceof Clause.Unless
              || clause instanceof Clause.Within
              || clause instanceof Clause.Pick
              || clause instanceof Clause.Starts
              || clause instanceof Clause.Fire
              || clause instanceof Clause.AfterMatch;
      if (ofMatch && rule.clause(Clause.When.class).isPresent()) {
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

  private int role(Name name) {
    Integer known = roleNumbers.get(name.text());
    if (known != null) {
      return known;
    }
    Declarations.Selected chosen = declarations.select(source, name);
    selected.put(name.text(), chosen);
    roles.add(
        new Role(
            name.text(),
            chosen.type().typeId(),
            key.fieldsOf(name.text(), chosen.type(), name.span())));
    roleNumbers.put(name.text(), roles.size() - 1);
    return roles.size() - 1;
  }

  private Declarations.Selected selectedRole(int role) {
    return java.util.Objects.requireNonNull(selected.get(roles.get(role).name()));
  }

  // ---- when
  // ---------------------------------------------------------------------------------------

  private RulePlan.When when(Clause.When when) {
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
      int role = role(name);
      tested.add(role);
      Declarations.Selected chosen = selectedRole(role);
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
        roles.get(tested.get(0)).keyFields(),
        stepKeys);
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

  private RulePlan.Match match(Clause.Match match) {
    for (String alias : key.aliases()) {
      role(new Name(match.span(), alias)); // roles stand in the order of the aliases
    }
    PatternPlan pattern = pattern(match.pattern(), true);
    List<Guard> without =
        guards(rule.clauses(Clause.Without.class).stream().map(Clause.Without::selector).toList());
    List<Guard> unless =
        guards(rule.clauses(Clause.Unless.class).stream().map(Clause.Unless::selector).toList());
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
    boolean waits = steps.size() > 1 || steps.stream().anyMatch(s -> s.loop().isPresent());
    if (withinNs == RulePlan.NO_LIMIT && waits) {
      throw wrong(
          Code.W0501,
          match.span(),
          "the pattern may wait for ever",
          "nothing ends it",
          "add a clause such as `within 10m`");
    }
    Optional<Clause.Pick> pick = rule.clause(Clause.Pick.class);
    Optional<Clause.AfterMatch> after = rule.clause(Clause.AfterMatch.class);
    if (severalPerStart
        && (after.isEmpty() || after.get().kind() == Clause.AfterMatch.Kind.CONSUME_ALL)) {
      throw wrong(
          Code.W0505,
          match.span(),
          "one start may give several matches here",
          "what happens to its events?",
          "add `after match consume none`, `consume start` or `restart`");
    }
    if (forks && pick.flatMap(Clause.Pick::limit).isEmpty()) {
      throw wrong(
          Code.W0504,
          match.span(),
          "`then any` may give very many matches",
          "",
          "add `pick all limit 100`");
    }
    return new RulePlan.Match(
        steps,
        pattern,
        withinNs,
        without,
        unless,
        pick.map(p -> picked(p.kind())).orElse(RulePlan.Pick.FIRST),
        pick.flatMap(Clause.Pick::limit).orElse(Integer.MAX_VALUE),
        after.map(a -> consumption(a.kind())).orElse(RulePlan.Consumption.ALL),
        severalPerStart);
  }

  /** Events that one match may hold; each partial match of a key may hold as many. */
  private void checkSize(Clause.Match match) {
    long most = 0;
    for (StepPlan step : steps) {
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
      case FIRST, TOTALS -> RulePlan.Pick.FIRST; // totals were refused
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
      default -> RulePlan.Consumption.ALL;
    };
  }

  private PatternPlan pattern(Pattern pattern, boolean outermost) {
    if (pattern instanceof Pattern.Group group && group.loop().isEmpty()) {
      group.name().ifPresent(name -> notYet(name.span(), "a name for a group"));
      return pattern(group.body(), outermost);
    }
    if (pattern instanceof Pattern.Step step) {
      return step(step, outermost);
    }
    if (pattern instanceof Pattern.AllOf allOf) {
      if (!outermost) {
        notYet(allOf.span(), "`all of` in `all of`");
        throw new Findings.Rejected();
      }
      List<PatternPlan> branches = new ArrayList<>();
      for (Pattern branch : allOf.branches()) {
        branches.add(pattern(branch, false));
      }
      return new RulePlan.AllOf(branches);
    }
    if (pattern instanceof Pattern.Sequence sequence) {
      return sequence(sequence, outermost);
    }
    String what =
        pattern instanceof Pattern.Group
            ? "a group with a loop"
            : pattern instanceof Pattern.OneOf
                ? "`one of`"
                : pattern instanceof Pattern.SomeOf ? "`n of`" : "`fewer than`";
    notYet(pattern.span(), what);
    throw new Findings.Rejected();
  }

  private PatternPlan sequence(Pattern.Sequence sequence, boolean outermost) {
    List<PatternPlan> parts = new ArrayList<>();
    List<RulePlan.Edge> edges = new ArrayList<>();
    parts.add(partOf(sequence.first(), outermost, false));
    for (int i = 0; i < sequence.links().size(); i++) {
      Pattern.Link link = sequence.links().get(i);
      boolean last = i == sequence.links().size() - 1;
      Pattern.Edge edge = link.edge();
      if (edge.kind() == Pattern.Edge.Kind.THEN_NEXT) {
        notYet(edge.span(), "`then next`");
      } else if (edge.scope().isPresent()) {
        throw wrong(
            Code.W0008,
            edge.scope().get().span(),
            "`among` belongs to `then next`",
            "the scope of nothing",
            "write `then next`, or leave it out");
      }
      if (edge.maybe().isPresent()) {
        notYet(edge.maybe().get().span(), "`maybe`");
      }
      if (!edge.bounds().isEmpty()) {
        notYet(edge.bounds().get(0).span(), "bounds on an edge");
      }
      boolean any = edge.kind() == Pattern.Edge.Kind.THEN_ANY;
      severalPerStart |= any;
      forks |= any;
      edges.add(new RulePlan.Edge(any, guards(edge.without())));
      if (link.to() instanceof Pattern.Absence absence) {
        if (!last || !outermost) {
          throw wrong(
              Code.W0502,
              absence.span(),
              "`no … for` may only stand at the end of the pattern",
              "",
              "");
        }
        if (absence.durationNs() == 0) {
          throw wrong(Code.W0403, absence.span(), "a window of no length", "", "");
        }
        parts.add(
            new RulePlan.Absence(guards(List.of(absence.selector())).get(0), absence.durationNs()));
      } else {
        parts.add(partOf(link.to(), outermost, last));
      }
    }
    return new RulePlan.Sequence(parts, edges);
  }

  private static boolean isAllOf(Pattern pattern) {
    return pattern instanceof Pattern.AllOf
        || (pattern instanceof Pattern.Group g && g.loop().isEmpty() && isAllOf(g.body()));
  }

  private PatternPlan partOf(Pattern part, boolean outermost, boolean last) {
    if (part instanceof Pattern.Step step) {
      return step(step, outermost && last);
    }
    PatternPlan plan = pattern(part, outermost && isAllOf(part));
    if (plan instanceof RulePlan.Sequence) {
      notYet(part.span(), "a sequence in brackets inside a sequence");
    }
    return plan;
  }

  /** A step; a closing one must say when its loop fires. */
  private PatternPlan step(Pattern.Step step, boolean closing) {
    int role = role(step.type());
    Declarations.Selected chosen = selectedRole(role);
    int id = steps.size();
    if (step.after().isPresent()) {
      notYet(step.after().get().span(), "`after no`");
    }
    if (!step.bindings().isEmpty()) {
      notYet(step.bindings().get(0).span(), "`with`");
    }
    Optional<RulePlan.LoopPlan> loop = step.loop().map(l -> loop(l, closing));
    Map<String, Scope.StepName> visible = new LinkedHashMap<>(stepNames);
    List<String> eventNames = new ArrayList<>(List.of(chosen.name(), chosen.type().name()));
    if (step.name().isPresent()) {
      String name = step.name().get().text();
      if (stepNames.containsKey(name)) {
        throw wrong(
            Code.W0101,
            step.name().get().span(),
            "two steps are called `" + name + "`",
            "the second",
            "");
      }
      if (loop.isPresent()) {
        visible.put(name, new Scope.StepName(id, chosen.type(), true)); // the events before
      } else {
        eventNames.add(name);
      }
    }
    // the step stands before its conditions are typed: a loop's own condition reads it
    steps.add(
        new StepPlan(
            id,
            step.name().map(Name::text).orElse(""),
            role,
            Optional.empty(),
            Optional.empty(),
            loop,
            List.of()));
    stepTypes.add(chosen.type());
    projections.add(new TreeSet<>());
    Scope scope = new Scope(source, chosen.type(), eventNames, visible, laterThan(visible), key);
    Optional<Expr> where = typer.conditions(chosen, step.where(), scope);
    Optional<Expr> require = step.require().map(r -> typer.condition(r, scope));
    List<Integer> keyFields = roles.get(role).keyFields();
    conditions.look(
        where,
        step.where().map(Expression::span).orElse(step.type().span()),
        id,
        keyFields,
        stepKeys);
    stepKeys.put(id, keyFields);
    if (loop.isPresent()) {
      where.ifPresent(w -> checkFirstOfLoop(w, id, step));
    } else if (id > 0) {
      checkSelection(step, chosen.type());
    }
    steps.set(
        id,
        new StepPlan(
            id, step.name().map(Name::text).orElse(""), role, where, require, loop, List.of()));
    where.ifPresent(e -> use(e, id));
    require.ifPresent(e -> use(e, id));
    projections.get(id).addAll(roles.get(role).keyFields());
    step.name()
        .ifPresent(
            n -> stepNames.put(n.text(), new Scope.StepName(id, chosen.type(), loop.isPresent())));
    return new RulePlan.Single(id);
  }

  private Set<String> laterThan(Map<String, Scope.StepName> visible) {
    Set<String> later = new HashSet<>(allNames);
    later.removeAll(visible.keySet());
    return later;
  }

  /** The names of all steps, so that a step that is read too early can be told from none. */
  private void collectNames(Pattern pattern) {
    if (pattern instanceof Pattern.Step step) {
      step.name().ifPresent(name -> allNames.add(name.text()));
    } else if (pattern instanceof Pattern.Sequence sequence) {
      collectNames(sequence.first());
      sequence.links().forEach(link -> collectNames(link.to()));
    } else if (pattern instanceof Pattern.AllOf allOf) {
      allOf.branches().forEach(this::collectNames);
    } else if (pattern instanceof Pattern.Group group) {
      collectNames(group.body());
    }
  }

  /**
   * A loop's own condition reads the events before: of none, all but `count` and `sum` are missing.
   */
  private void checkFirstOfLoop(Expr where, int step, Pattern.Step written) {
    List<Expr> conjuncts =
        where instanceof Expr.Logical logical && logical.and()
            ? logical.operands()
            : List.of(where);
    for (Expr conjunct : conjuncts) {
      if (conjunct instanceof Expr.Compare compare
          && (isOfNone(compare.left(), step) || isOfNone(compare.right(), step))) {
        String name = written.name().map(Name::text).orElse("");
        Span span = typer.placeOf(conjunct).map(Typer.Place::span).orElse(written.span());
        findings.error(
            source,
            Code.W0506,
            span,
            "no event can be the first of this loop",
            "`" + name + "` holds no event yet: the value is missing",
            "allow the first: `(count(" + name + ") = 0 or …)`");
      }
    }
  }

  private static boolean isOfNone(Expr expr, int step) {
    boolean[] found = new boolean[1];
    Walk.over(
        expr,
        part -> {
          if (part instanceof Expr.StepField field) {
            found[0] |= field.step() == step;
          } else if (part instanceof Expr.LoopValue value && value.step() == step) {
            found[0] |=
                value.function() != Expr.LoopValue.Function.COUNT
                    && value.function() != Expr.LoopValue.Function.SUM;
          }
        });
    return found[0];
  }

  /** `where country != login.country` passes over the events of the same country: a check? */
  private void checkSelection(Pattern.Step step, EventType type) {
    if (step.where().isPresent()
        && step.where().get() instanceof Expression.Binary binary
        && binary.operator() == Expression.Binary.Operator.NOT_EQUAL
        && binary.left() instanceof Expression.Variable field
        && type.indexOf(field.name()) >= 0
        && binary.right() instanceof Expression.Member member
        && member.target() instanceof Expression.Variable other
        && stepNames.containsKey(other.name())) {
      findings.warning(
          source,
          Code.W0703,
          binary.span(),
          "this selects: events where the two are equal are passed over, not a reason to stop",
          "a selection, or a check?",
          "to look at the next event alone, write `require` for `where`");
    }
  }

  private RulePlan.LoopPlan loop(Pattern.Loop loop, boolean closing) {
    if (loop.min() < 1 || loop.max() < loop.min()) {
      throw wrong(
          Code.W0503,
          loop.span(),
          "a loop takes from 1 up, and not more at least than at most",
          "",
          "`{1..}`");
    }
    if (loop.adjacent().isPresent()) {
      notYet(loop.span(), "`adjacent`");
    }
    if (loop.until().isPresent()) {
      notYet(loop.span(), "`until`");
    }
    if (loop.trend().isPresent()) {
      notYet(loop.span(), "`rising by` and `falling by`");
    }
    if (loop.gapNs().isPresent()) {
      notYet(loop.span(), "`gap`");
    }
    boolean shortest = loop.mode() == Pattern.Loop.Mode.SHORTEST;
    if (!shortest && loop.mode() != Pattern.Loop.Mode.LONGEST) {
      notYet(loop.span(), "`every prefix` and `every subset`");
    }
    RulePlan.Closing closes = RulePlan.Closing.NONE;
    long quietNs = 0;
    if (loop.closing().isPresent()) {
      Pattern.Closing word = loop.closing().get();
      if (!closing) {
        throw wrong(
            Code.W0502,
            word.span(),
            "only a loop at the end of the pattern says when it fires",
            "",
            "leave it out");
      }
      switch (word.kind()) {
        case FIRST -> closes = RulePlan.Closing.FIRST;
        case EACH -> {
          closes = RulePlan.Closing.EACH;
          severalPerStart = true;
        }
        case WHEN_QUIET -> {
          closes = RulePlan.Closing.WHEN_QUIET;
          quietNs = word.quietNs().orElse(1L);
        }
        case AT_END -> notYet(word.span(), "`at end`");
      }
    } else if (closing && loop.max() != loop.min()) {
      throw wrong(
          Code.W0502,
          loop.span(),
          "this loop ends the pattern: when does it fire?",
          "",
          "add `first`, `each` or `when quiet for 2m`");
    }
    return new RulePlan.LoopPlan(loop.min(), loop.max(), shortest, closes, quietNs);
  }

  private List<Guard> guards(List<Clause.Selector> selectors) {
    List<Guard> guards = new ArrayList<>();
    for (Clause.Selector selector : selectors) {
      int role = role(selector.type());
      Declarations.Selected chosen = selectedRole(role);
      Scope scope =
          new Scope(
              source,
              chosen.type(),
              List.of(chosen.name(), chosen.type().name()),
              stepNames,
              laterThan(stepNames),
              key);
      Optional<Expr> where = typer.conditions(chosen, selector.where(), scope);
      conditions.look(where, selector.span(), -1, roles.get(role).keyFields(), stepKeys);
      where.ifPresent(e -> use(e, -1));
      guards.add(new Guard(role, where));
    }
    return guards;
  }

  /**
   * Notes which fields of steps an expression reads; fields of the event at hand are those of a
   * step.
   */
  private void use(Expr expr, int step) {
    Walk.over(
        expr,
        part -> {
          if (part instanceof Expr.EventField field && step >= 0) {
            projections.get(step).add(field.field());
          } else if (part instanceof Expr.StepField field) {
            projections.get(field.step()).add(field.field());
          } else if (part instanceof Expr.LoopValue value && value.field() >= 0) {
            projections.get(value.step()).add(value.field());
          }
        });
  }

  private RulePlan.Match withProjections(
      RulePlan.Match match, RulePlan.AlertPlan alert, Optional<RulePlan.Suppress> suppress) {
    alert.text().forEach(part -> part.value().ifPresent(e -> use(e, -1)));
    alert.score().ifPresent(e -> use(e, -1));
    alert.fields().forEach(field -> use(field.value(), -1));
    suppress.ifPresent(s -> s.by().forEach(e -> use(e, -1)));
    List<StepPlan> complete = new ArrayList<>();
    for (StepPlan s : match.steps()) {
      complete.add(
          new StepPlan(
              s.id(),
              s.name(),
              s.role(),
              s.where(),
              s.require(),
              s.loop(),
              List.copyOf(projections.get(s.id()))));
    }
    return new RulePlan.Match(
        complete,
        match.pattern(),
        match.withinNs(),
        match.without(),
        match.unless(),
        match.pick(),
        match.pickLimit(),
        match.consumption(),
        match.severalPerStart());
  }

  // ---- alert
  // --------------------------------------------------------------------------------------

  private RulePlan.AlertPlan alert(Scope scope) {
    Optional<Clause.Alert> alert = rule.clause(Clause.Alert.class);
    if (alert.isEmpty()) {
      throw wrong(
          Code.W0602,
          rule.name().span(),
          "rule `" + rule.name().text() + "` says nothing when it fires",
          "",
          "add `alert \"…\"`");
    }
    Clause.AlertBody body = alert.get().body();
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
            found[0] |= stepTypes.get(f.step()).fields().get(f.field()).pii();
          } else if (part instanceof Expr.EventField f && scope.event() != null) {
            found[0] |= scope.event().fields().get(f.field()).pii();
          } else if (part instanceof Expr.KeyPart p) {
            Role role = roles.get(0);
            EventType type = selectedRole(0).type();
            found[0] |= type.fields().get(role.keyFields().get(p.part())).pii();
          }
        });
    return found[0];
  }

  private Optional<RulePlan.Suppress> suppress(RulePlan.AlertPlan alert) {
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
    int part = key.names().indexOf(name.text());
    if (part >= 0) {
      return new Expr.KeyPart(key.types().get(part), part);
    }
    return alert.fields().stream()
        .filter(field -> field.name().equals(name.text()))
        .map(RulePlan.NamedExpr::value)
        .findFirst()
        .orElseThrow(
            () ->
                wrong(
                    Code.W0202,
                    name.span(),
                    "`" + name.text() + "` is no part of the key and no field of the alert",
                    "",
                    Findings.didYouMean(name.text(), key.names())));
  }

  private void notYet(Span span, String what) {
    findings.error(source, Code.W0901, span, "not in this version of Weir: " + what, "", "");
  }

  private Findings.Rejected wrong(Code code, Span span, String message, String note, String help) {
    findings.error(source, code, span, message, note, help);
    return new Findings.Rejected();
  }
}
