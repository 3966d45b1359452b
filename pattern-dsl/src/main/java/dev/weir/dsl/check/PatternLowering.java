package dev.weir.dsl.check;

import dev.weir.dsl.ast.Clause;
import dev.weir.dsl.ast.Expression;
import dev.weir.dsl.ast.Name;
import dev.weir.dsl.ast.Pattern;
import dev.weir.dsl.diagnostic.Code;
import dev.weir.dsl.plan.Expr;
import dev.weir.dsl.plan.RulePlan;
import dev.weir.dsl.plan.RulePlan.Closing;
import dev.weir.dsl.plan.RulePlan.Guard;
import dev.weir.dsl.plan.RulePlan.LoopPlan;
import dev.weir.dsl.plan.RulePlan.PatternPlan;
import dev.weir.dsl.plan.RulePlan.StepPlan;
import dev.weir.dsl.plan.ValueType;
import dev.weir.dsl.source.SourceText;
import dev.weir.dsl.source.Span;
import dev.weir.event.EventType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes the plan of a rule's pattern: its steps, in pattern order, and how they hang together.
 * Throws {@link Findings.Rejected} after reporting what is wrong.
 */
final class PatternLowering {
  private final SourceText source;
  private final Typer typer;
  private final Findings findings;
  private final RuleKey key;
  private final RuleRoles roles;

  private final List<StepPlan> steps = new ArrayList<>();
  private final List<EventType> types = new ArrayList<>(); // by step
  private final List<TreeSet<Integer>> projections = new ArrayList<>();
  private final Map<String, Scope.StepName> names = new LinkedHashMap<>();
  private final Set<String> allNames = new HashSet<>();
  private final Set<String> broken = new HashSet<>();
  private boolean isBroken;
  private final Map<Integer, List<Integer>> stepKeys = new LinkedHashMap<>();
  private final Conditions conditions;
  private final Map<String, Expr> bound = new LinkedHashMap<>(); // values of `with`, by name
  private boolean givesSeveral;
  private boolean forks;
  private int startLimit = Integer.MAX_VALUE;
  private Optional<Expression> during = Optional.empty();
  private List<Name> named = List.of(); // types and defines, wherever the rule names them

  PatternLowering(
      SourceText source,
      Typer typer,
      Findings findings,
      RuleKey key,
      RuleRoles roles,
      Conditions conditions) {
    this.source = source;
    this.typer = typer;
    this.findings = findings;
    this.key = key;
    this.roles = roles;
    this.conditions = conditions;
  }

  /** Steps that may be read, by name. */
  Map<String, Scope.StepName> names() {
    return names;
  }

  /** Values of {@code with} that may be read, by name. */
  Map<String, Expr> bound() {
    return bound;
  }

  /** Steps whose type could not be told. */
  Set<String> broken() {
    return broken;
  }

  /** Whether a part of the pattern is wrong; the plan of it is of no use. */
  boolean isBroken() {
    return isBroken;
  }

  boolean hasSteps() {
    return !types.isEmpty();
  }

  EventType typeOf(int step) {
    return types.get(step);
  }

  /** Whether a kept field, or a field that a bound value shows, is marked {@code pii}. */
  boolean isPii(Expr.StepField read) {
    EventType type = types.get(read.step());
    if (read.field() < type.fields().size()) {
      return type.fields().get(read.field()).pii();
    }
    boolean[] found = new boolean[1];
    Walk.over(
        steps.get(read.step()).bindings().get(read.field() - type.fields().size()).value(),
        part -> {
          if (part instanceof Expr.StepField earlier) {
            found[0] |= isPii(earlier);
          } else if (part instanceof Expr.EventField field) {
            found[0] |= type.fields().get(field.field()).pii();
          }
        });
    return found[0];
  }

  /** Whether one start may give several matches. */
  boolean givesSeveral() {
    return givesSeveral;
  }

  /** Whether the number of matches may grow with every event. */
  boolean forks() {
    return forks;
  }

  /** How many matches of one start and instant are kept. */
  int startLimit() {
    return startLimit;
  }

  /** The steps, with the fields that are used so far. */
  List<StepPlan> steps() {
    List<StepPlan> all = new ArrayList<>();
    for (StepPlan s : steps) {
      all.add(
          new StepPlan(
              s.id(),
              s.name(),
              s.role(),
              s.where(),
              s.require(),
              s.loop(),
              s.bindings(),
              List.copyOf(projections.get(s.id()))));
    }
    return all;
  }

  /**
   * The plan of a whole pattern, whose steps take events under a condition.
   *
   * @param guards of the rule, beside the pattern
   */
  PatternPlan lower(
      Pattern pattern, List<Clause.Selector> guards, Optional<Expression> onlyDuring) {
    during = onlyDuring;
    named = NamesInPattern.of(pattern, guards);
    collectNames(pattern, allNames);
    return partOrBroken(pattern, true);
  }

  /** The plan of a low rate: an event, its deadline, and how few are left then. */
  RulePlan.Match lowRate(Pattern.LowRate rate) {
    Clause.Selector of = rate.selector();
    named = List.of(of.type());
    int role = roles.of(of.type());
    Declarations.Selected chosen = roles.selected(role);
    Scope alone =
        Scope.ofEvent(source, chosen.type(), List.of(chosen.name(), chosen.type().name()), key);
    Optional<Expr> where = typer.conditions(chosen, of.where(), alone);
    List<Integer> keyFields = roles.all().get(role).keyFields();
    conditions.look(where, of.span(), -1, keyFields, stepKeys);
    Expr left =
        typer.type(
            new Expression.Feature(
                rate.span(),
                new Name(rate.span(), "count"),
                Optional.empty(),
                of.type(),
                Optional.empty(),
                of.where(),
                Optional.of(rate.windowNs()),
                Optional.empty(),
                true,
                List.of(),
                false),
            alone);
    Expr fewer =
        new Expr.Compare(
            Expr.Compare.Operator.LESS, left, new Expr.Constant(ValueType.INT, rate.count(), ""));
    Guard never = new Guard(role, Optional.of(new Expr.Constant(ValueType.BOOL, 0, "")));
    return new RulePlan.Match(
        List.of(
            new StepPlan(
                0, "", role, where, Optional.empty(), Optional.empty(), List.of(), keyFields)),
        new RulePlan.Sequence(
            List.of(new RulePlan.Single(0), new RulePlan.Absence(never, rate.windowNs())),
            List.of(
                new RulePlan.Edge(
                    false, List.of(), Map.of(), Optional.empty(), List.of(), List.of()))),
        RulePlan.NO_LIMIT,
        List.of(),
        List.of(),
        RulePlan.Pick.FIRST,
        Integer.MAX_VALUE,
        Integer.MAX_VALUE,
        RulePlan.Fire.PROMPT,
        RulePlan.Consumption.NONE,
        -1,
        RulePlan.Starts.EVERY,
        false,
        Optional.of(fewer),
        List.of());
  }

  /** Whether a partial match of the pattern waits without a deadline of its own. */
  boolean waits(PatternPlan pattern) {
    if (pattern instanceof RulePlan.Single single) {
      return steps.get(single.step()).loop().isPresent();
    }
    if (pattern instanceof RulePlan.OneOf oneOf) {
      return oneOf.branches().stream().anyMatch(this::waits);
    }
    return !(pattern instanceof RulePlan.Sequence sequence)
        || sequence.parts().size() > 2
        || !(sequence.parts().get(1) instanceof RulePlan.Absence)
        || waits(sequence.parts().get(0));
  }

  // ---- parts ------------------------------------------------------------------------------------

  /** A wrong part has been reported; the others are looked at as well. */
  private PatternPlan partOrBroken(Pattern pattern, boolean ends) {
    try {
      return part(pattern, ends);
    } catch (Findings.Rejected e) {
      isBroken = true;
      Set<String> inside = new HashSet<>();
      collectNames(pattern, inside);
      inside.removeAll(names.keySet());
      broken.addAll(inside);
      return new RulePlan.OneOf(List.of());
    }
  }

  /**
   * A part of the pattern.
   *
   * @param ends whether the match may end with it
   */
  private PatternPlan part(Pattern pattern, boolean ends) {
    return pattern.accept(
        new Pattern.Visitor<PatternPlan>() {
          @Override
          public PatternPlan step(Pattern.Step step) {
            return PatternLowering.this.step(step, ends);
          }

          @Override
          public PatternPlan group(Pattern.Group group) {
            if (group.loop().isPresent()) {
              throw notYet(group.span(), "a group with a loop");
            }
            if (group.name().isPresent()) {
              throw notYet(group.name().get().span(), "a name for a group");
            }
            return part(group.body(), ends);
          }

          @Override
          public PatternPlan sequence(Pattern.Sequence sequence) {
            return PatternLowering.this.sequence(sequence, ends);
          }

          @Override
          public PatternPlan allOf(Pattern.AllOf allOf) {
            return new RulePlan.AllOf(branches(allOf.branches(), false));
          }

          @Override
          public PatternPlan oneOf(Pattern.OneOf oneOf) {
            return new RulePlan.OneOf(branches(oneOf.branches(), ends));
          }

          @Override
          public PatternPlan someOf(Pattern.SomeOf someOf) {
            if (someOf.count() < 1 || someOf.count() > someOf.branches().size()) {
              throw wrong(
                  Code.W0503,
                  someOf.span(),
                  "there are " + someOf.branches().size() + " branches",
                  someOf.count() + " of them cannot be",
                  "");
            }
            return new RulePlan.SomeOf(someOf.count(), branches(someOf.branches(), false));
          }

          @Override
          public PatternPlan absence(Pattern.Absence absence) {
            throw misplaced(absence);
          }

          @Override
          public PatternPlan lowRate(Pattern.LowRate lowRate) {
            throw new IllegalStateException("a low rate is the whole pattern");
          }
        });
  }

  private List<PatternPlan> branches(List<Pattern> written, boolean end) {
    List<PatternPlan> branches = new ArrayList<>();
    for (Pattern branch : written) {
      branches.add(partOrBroken(branch, end));
    }
    return branches;
  }

  private PatternPlan sequence(Pattern.Sequence sequence, boolean ends) {
    List<PatternPlan> parts = new ArrayList<>();
    List<RulePlan.Edge> edges = new ArrayList<>();
    parts.add(partOrBroken(sequence.first(), false));
    for (int i = 0; i < sequence.links().size(); i++) {
      Pattern.Link link = sequence.links().get(i);
      Pattern.Edge edge = link.edge();
      boolean last = i == sequence.links().size() - 1;
      boolean any = edge.kind() == Pattern.Edge.Kind.THEN_ANY;
      givesSeveral |= any;
      forks |= any;
      List<Guard> without = guards(edge.without());
      List<RulePlan.Bound> bounds = edge.bounds().stream().map(this::bound).toList();
      boolean mayEnd =
          ends
              && sequence.links().stream().skip(i + 1L).allMatch(l -> l.edge().maybe().isPresent());
      Optional<RulePlan.Maybe> maybe = edge.maybe().map(m -> maybe(m, mayEnd));
      parts.add(
          link.to() instanceof Pattern.Absence absence
              ? absence(absence, ends && last)
              : partOrBroken(link.to(), ends && last));
      List<Guard> scope = List.of();
      Map<Integer, Guard> own = new LinkedHashMap<>();
      if (edge.kind() != Pattern.Edge.Kind.THEN_NEXT && edge.scope().isPresent()) {
        throw wrong(
            Code.W0008,
            edge.scope().get().span(),
            "`among` belongs to `then next`",
            "the scope of nothing",
            "write `then next`, or leave it out");
      }
      if (edge.kind() == Pattern.Edge.Kind.THEN_NEXT) {
        scope = scope(edge.scope());
        for (int step : firstSteps(parts.get(i + 1))) {
          own.put(step, named(steps.get(step).role()));
        }
      }
      edges.add(new RulePlan.Edge(any, scope, own, maybe, without, bounds));
    }
    return new RulePlan.Sequence(parts, edges);
  }

  private PatternPlan absence(Pattern.Absence absence, boolean ends) {
    if (!ends) {
      throw misplaced(absence);
    }
    if (absence.durationNs() == 0) {
      throw wrong(Code.W0403, absence.span(), "a window of no length", "", "");
    }
    return new RulePlan.Absence(guards(List.of(absence.selector())).get(0), absence.durationNs());
  }

  private Findings.Rejected misplaced(Pattern.Absence absence) {
    return wrong(
        Code.W0502, absence.span(), "`no … for` may only stand at the end of the pattern", "", "");
  }

  private RulePlan.Maybe maybe(Pattern.Maybe maybe, boolean ends) {
    givesSeveral |= maybe.bothWays();
    if (maybe.closing().isEmpty()) {
      if (ends) {
        throw wrong(
            Code.W0502,
            maybe.span(),
            "this `maybe` ends the pattern: when does it fire?",
            "",
            "add `first`, `each` or `when quiet for 2m` behind the step");
      }
      return new RulePlan.Maybe(Closing.NONE, 0);
    }
    Pattern.Closing word = maybe.closing().get();
    return new RulePlan.Maybe(closing(word, ends), word.quietNs().orElse(0L));
  }

  private Closing closing(Pattern.Closing word, boolean ends) {
    if (!ends) {
      throw wrong(
          Code.W0502,
          word.span(),
          "only what ends the pattern says when it fires",
          "",
          "leave it out");
    }
    return switch (word.kind()) {
      case FIRST -> Closing.FIRST;
      case EACH -> {
        givesSeveral = true;
        yield Closing.EACH;
      }
      case WHEN_QUIET -> {
        if (word.quietNs().orElse(0L) == 0) {
          throw wrong(Code.W0403, word.span(), "a window of no length", "", "");
        }
        yield Closing.WHEN_QUIET;
      }
      case AT_END -> Closing.AT_END;
    };
  }

  private RulePlan.Bound bound(Pattern.Bound bound) {
    return new RulePlan.Bound(
        bound.kind() == Pattern.Bound.Kind.AT_LEAST, bound.durationNs(), stepCalled(bound.step()));
  }

  /** The number of a step that stands before. */
  int stepCalled(Name name) {
    Scope.StepName step = names.get(name.text());
    if (step == null) {
      throw wrong(
          Code.W0203,
          name.span(),
          "no step is called `" + name.text() + "` before this place",
          "unknown step",
          Findings.didYouMean(name.text(), names.keySet()));
    }
    return step.id();
  }

  /** What a scope names. */
  private List<Guard> scope(Optional<Pattern.Scope> written) {
    if (written.isEmpty()) {
      return List.of();
    }
    if (written.get().all()) {
      named.forEach(roles::of);
      List<Guard> all = new ArrayList<>();
      for (int role = 0; role < roles.all().size(); role++) {
        all.add(named(role));
      }
      return all;
    }
    return written.get().types().stream().map(name -> named(roles.of(name))).distinct().toList();
  }

  /** Every event of the role. */
  private Guard named(int role) {
    Declarations.Selected chosen = roles.selected(role);
    Scope scope = Scope.ofEvent(source, chosen.type(), List.of(chosen.type().name()), key);
    return new Guard(role, typer.conditions(chosen, Optional.empty(), scope));
  }

  /** Steps whose event may be the first of a part. */
  private static List<Integer> firstSteps(PatternPlan part) {
    if (part instanceof RulePlan.Single single) {
      return List.of(single.step());
    }
    if (part instanceof RulePlan.Sequence sequence) {
      return firstSteps(sequence.parts().get(0));
    }
    List<PatternPlan> branches =
        part instanceof RulePlan.AllOf allOf
            ? allOf.branches()
            : part instanceof RulePlan.SomeOf someOf
                ? someOf.branches()
                : part instanceof RulePlan.OneOf oneOf ? oneOf.branches() : List.of();
    List<Integer> all = new ArrayList<>();
    branches.forEach(branch -> all.addAll(firstSteps(branch)));
    return all;
  }

  // ---- names and conditions --------------------------------------------------------------------

  private Set<String> laterThan(Map<String, Scope.StepName> visible) {
    Set<String> later = new HashSet<>(allNames);
    later.removeAll(visible.keySet());
    later.removeAll(broken);
    return later;
  }

  /** The names of all steps, so that a step that is read too early can be told from none. */
  private void collectNames(Pattern pattern, Set<String> found) {
    if (pattern instanceof Pattern.Step step) {
      step.name().ifPresent(name -> found.add(name.text()));
    } else if (pattern instanceof Pattern.Sequence sequence) {
      collectNames(sequence.first(), found);
      sequence.links().forEach(link -> collectNames(link.to(), found));
    } else if (pattern instanceof Pattern.AllOf allOf) {
      allOf.branches().forEach(branch -> collectNames(branch, found));
    } else if (pattern instanceof Pattern.OneOf oneOf) {
      oneOf.branches().forEach(branch -> collectNames(branch, found));
    } else if (pattern instanceof Pattern.SomeOf someOf) {
      someOf.branches().forEach(branch -> collectNames(branch, found));
    } else if (pattern instanceof Pattern.Group group) {
      collectNames(group.body(), found);
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

  /** {@code where country != login.country} passes over the events of the same country: a check? */
  private void checkSelection(Pattern.Step step, EventType type) {
    if (step.where().isPresent()
        && step.where().get() instanceof Expression.Binary binary
        && binary.operator() == Expression.Binary.Operator.NOT_EQUAL
        && binary.left() instanceof Expression.Variable field
        && type.indexOf(field.name()) >= 0
        && binary.right() instanceof Expression.Member member
        && member.target() instanceof Expression.Variable other
        && names.containsKey(other.name())) {
      findings.warning(
          source,
          Code.W0703,
          binary.span(),
          "this selects: events where the two are equal are passed over, not a reason to stop",
          "a selection, or a check?",
          "to look at the next event alone, write `require` for `where`");
    }
  }

  // ---- steps ------------------------------------------------------------------------------------

  private PatternPlan step(Pattern.Step step, boolean ends) {
    int role = roles.of(step.type());
    Declarations.Selected chosen = roles.selected(role);
    int id = steps.size();
    Map<String, Scope.StepName> visible = new LinkedHashMap<>(names);
    List<String> eventNames = new ArrayList<>(List.of(chosen.name(), chosen.type().name()));
    if (step.name().isPresent()) {
      String name = step.name().get().text();
      if (names.containsKey(name)) {
        throw wrong(
            Code.W0101,
            step.name().get().span(),
            "two steps are called `" + name + "`",
            "the second",
            "");
      }
      if (step.loop().isPresent()) {
        visible.put(name, new Scope.StepName(id, chosen.type(), true)); // the events before
      } else {
        eventNames.add(name);
      }
    }
    // the step stands before its conditions are typed: a loop's own condition reads it
    String name = step.name().map(Name::text).orElse("");
    steps.add(
        new StepPlan(
            id,
            name,
            role,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            List.of()));
    types.add(chosen.type());
    projections.add(new TreeSet<>());
    Scope scope =
        new Scope(source, chosen.type(), eventNames, visible, laterThan(visible), broken, key)
            .withBound(bound);
    try {
      return typed(step, id, role, chosen, scope, ends);
    } finally {
      // its type is known, so that later conditions can be looked at even if its own is wrong
      step.name()
          .ifPresent(
              n ->
                  names.put(
                      n.text(),
                      new Scope.StepName(
                          id, chosen.type(), step.loop().isPresent(), steps.get(id).bindings())));
    }
  }

  private PatternPlan typed(
      Pattern.Step step,
      int id,
      int role,
      Declarations.Selected chosen,
      Scope scope,
      boolean ends) {
    Optional<LoopPlan> loop = step.loop().map(l -> loop(l, role, scope, ends));
    List<Integer> keyFields = roles.all().get(role).keyFields();
    Optional<Expr> written = typer.conditions(chosen, step.where(), scope);
    conditions.look(
        written,
        step.where().map(Expression::span).orElse(step.type().span()),
        id,
        keyFields,
        stepKeys);
    stepKeys.put(id, keyFields);
    if (loop.isPresent()) {
      written.ifPresent(w -> checkFirstOfLoop(w, id, step));
    } else if (id > 0) {
      checkSelection(step, chosen.type());
    }
    List<Expr> all = new ArrayList<>();
    written.ifPresent(all::add);
    Scope alone =
        Scope.ofEvent(source, chosen.type(), List.of(chosen.name(), chosen.type().name()), key);
    during.ifPresent(c -> all.add(typer.condition(c, alone)));
    step.after().ifPresent(after -> all.add(after(after, id, loop.isPresent(), alone)));
    step.loop().flatMap(Pattern.Loop::trend).ifPresent(t -> all.add(trend(t, id)));
    loop.flatMap(LoopPlan::until)
        .ifPresent(until -> all.add(new Expr.Not(until.where().orElseThrow())));
    Optional<Expr> where =
        all.isEmpty()
            ? Optional.empty()
            : Optional.of(all.size() == 1 ? all.get(0) : new Expr.Logical(true, all));
    Optional<Expr> require = step.require().map(r -> typer.condition(r, scope));
    String name = step.name().map(Name::text).orElse("");
    List<RulePlan.Binding> bindings = bindings(step, id, scope);
    steps.set(id, new StepPlan(id, name, role, where, require, loop, bindings, List.of()));
    where.ifPresent(e -> use(e, id));
    require.ifPresent(e -> use(e, id));
    projections.get(id).addAll(keyFields);
    return new RulePlan.Single(id);
  }

  /** The values of a step's {@code with}; a later one may use an earlier one. */
  private List<RulePlan.Binding> bindings(Pattern.Step step, int id, Scope scope) {
    EventType type = types.get(id);
    List<RulePlan.Binding> bindings = new ArrayList<>();
    Map<String, Expr> visible = new LinkedHashMap<>(bound);
    for (Pattern.Binding binding : step.bindings()) {
      String name = binding.name().text();
      if (visible.containsKey(name) || allNames.contains(name) || type.indexOf(name) >= 0) {
        throw wrong(
            Code.W0101,
            binding.name().span(),
            "`" + name + "` is the name of something else here",
            "a field, a step or another `with`",
            "give it another name");
      }
      Expr value = typer.type(binding.value(), scope.withBound(visible));
      use(value, id);
      int place = type.fields().size() + bindings.size();
      projections.get(id).add(place);
      bindings.add(new RulePlan.Binding(name, value));
      visible.put(name, value);
      bound.put(name, new Expr.StepField(value.type(), id, -1, place));
    }
    return bindings;
  }

  private LoopPlan loop(Pattern.Loop loop, int role, Scope scope, boolean ends) {
    if (loop.min() < 1 || loop.max() < loop.min()) {
      throw wrong(
          Code.W0503,
          loop.span(),
          "a loop takes from 1 up, and not more at least than at most",
          "",
          "`{1..}`");
    }
    int limit = loop.subsetLimit().orElse(Integer.MAX_VALUE);
    if (limit < 1) {
      throw wrong(Code.W0503, loop.span(), "a limit is at least 1", "", "");
    }
    startLimit = Math.min(startLimit, limit);
    LoopPlan.Mode mode = LoopPlan.Mode.valueOf(loop.mode().name());
    givesSeveral |= mode == LoopPlan.Mode.EVERY_PREFIX || mode == LoopPlan.Mode.EVERY_SUBSET;
    forks |= mode == LoopPlan.Mode.EVERY_SUBSET && loop.subsetLimit().isEmpty();
    List<Guard> adjacent = List.of();
    if (loop.adjacent().isPresent()) {
      List<Guard> all = new ArrayList<>(scope(loop.adjacent()));
      all.add(named(role));
      adjacent = all.stream().distinct().toList();
    }
    Optional<Guard> until =
        loop.until().map(e -> new Guard(role, Optional.of(typer.condition(e, scope))));
    until.flatMap(Guard::where).ifPresent(e -> use(e, steps.size() - 1));
    Closing closing = Closing.NONE;
    if (loop.closing().isPresent()) {
      closing = closing(loop.closing().get(), ends);
    } else if (ends && loop.max() != loop.min()) {
      throw wrong(
          Code.W0502,
          loop.span(),
          "this loop ends the pattern: when does it fire?",
          "",
          "add `first`, `each` or `when quiet for 2m`");
    }
    return new LoopPlan(
        loop.min(),
        loop.max(),
        mode,
        adjacent,
        until,
        loop.gapNs().orElse(RulePlan.NO_LIMIT),
        closing,
        loop.closing().flatMap(Pattern.Closing::quietNs).orElse(0L));
  }

  /** The key's last such event is long enough ago; asked at the first event of a match only. */
  private Expr after(Pattern.AfterNo after, int step, boolean isLoop, Scope scope) {
    if (step > 0) {
      throw wrong(
          Code.W0502, after.span(), "`after no` may only stand before the first step", "", "");
    }
    EventType type = types.get(step);
    Expr last = typer.lastSeen(after.selector(), scope);
    Expr since =
        new Expr.Arithmetic(
            ValueType.DURATION,
            Expr.Arithmetic.Operator.MINUS,
            new Expr.EventField(ValueType.TIME, type.timeField()),
            last);
    Expr longAgo =
        new Expr.Compare(
            Expr.Compare.Operator.GREATER_OR_EQUAL,
            since,
            new Expr.Constant(ValueType.DURATION, after.durationNs(), ""));
    List<Expr> ways = new ArrayList<>(List.of(longAgo));
    if (after.orNever()) {
      ways.add(new Expr.IsMissing(last));
    }
    if (isLoop) {
      ways.add(new Expr.Not(isFirst(step)));
    }
    return ways.size() == 1 ? longAgo : new Expr.Logical(false, ways);
  }

  private static Expr isFirst(int step) {
    return new Expr.Compare(
        Expr.Compare.Operator.EQUAL,
        new Expr.LoopValue(ValueType.INT, Expr.LoopValue.Function.COUNT, step, -1),
        new Expr.Constant(ValueType.INT, 0, ""));
  }

  /** Beyond the event before, if there is one. */
  private Expr trend(Pattern.Trend trend, int step) {
    EventType type = types.get(step);
    int field = type.indexOf(trend.field().text());
    if (field < 0) {
      throw wrong(
          Code.W0301,
          trend.field().span(),
          "`" + type.name() + "` has no field `" + trend.field().text() + "`",
          "unknown field",
          Findings.didYouMean(
              trend.field().text(), type.fields().stream().map(f -> f.name()).toList()));
    }
    ValueType value = ValueType.of(type.fields().get(field).type());
    boolean ordered =
        value.isNumber()
            || value.kind() == ValueType.Kind.TIME
            || value.kind() == ValueType.Kind.DURATION;
    if (!ordered) {
      throw wrong(Code.W0302, trend.span(), value + " has no order", "", "");
    }
    Expr beyond =
        new Expr.Compare(
            trend.rising() ? Expr.Compare.Operator.GREATER : Expr.Compare.Operator.LESS,
            new Expr.EventField(value, field),
            new Expr.StepField(value, step, -1, field));
    return new Expr.Logical(false, List.of(isFirst(step), beyond));
  }

  /** Events that must not come; the condition may use what is bound so far. */
  List<Guard> guards(List<Clause.Selector> selectors) {
    List<Guard> guards = new ArrayList<>();
    for (Clause.Selector selector : selectors) {
      int role = roles.of(selector.type());
      Declarations.Selected chosen = roles.selected(role);
      Scope scope =
          new Scope(
                  source,
                  chosen.type(),
                  List.of(chosen.name(), chosen.type().name()),
                  names,
                  laterThan(names),
                  broken,
                  key)
              .withBound(bound);
      Optional<Expr> where = typer.conditions(chosen, selector.where(), scope);
      conditions.look(where, selector.span(), -1, roles.all().get(role).keyFields(), stepKeys);
      where.ifPresent(this::use);
      guards.add(new Guard(role, where));
    }
    return guards;
  }

  /** Notes which fields of steps an expression reads that stands outside of the steps. */
  void use(Expr expr) {
    use(expr, -1);
  }

  /** As above; fields of the event at hand are those of a step. */
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

  private Findings.Rejected notYet(Span span, String what) {
    return wrong(Code.W0901, span, "not in this version of Weir: " + what, "", "");
  }

  private Findings.Rejected wrong(Code code, Span span, String message, String note, String help) {
    findings.error(source, code, span, message, note, help);
    return new Findings.Rejected();
  }
}
