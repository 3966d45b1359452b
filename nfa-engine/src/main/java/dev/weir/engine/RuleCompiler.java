package dev.weir.engine;

import dev.weir.dsl.plan.Expr;
import dev.weir.dsl.plan.PeerPattern;
import dev.weir.dsl.plan.RulePlan;
import dev.weir.dsl.plan.RulePlan.LoopPlan;
import dev.weir.dsl.plan.RulePlan.Match;
import dev.weir.dsl.plan.RulePlan.StepPlan;
import dev.weir.dsl.plan.RulePlan.When;
import dev.weir.dsl.plan.ValueType;
import dev.weir.engine.StepProgram.Condition;
import dev.weir.engine.StepProgram.GuardProgram;
import dev.weir.engine.StepProgram.Register;
import dev.weir.event.EventType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Packs one rule. Used while a program is made. */
final class RuleCompiler implements Expressions.Scope {
  static final int STEPS_MAX = 64;

  private final List<EventType> types;
  private final Expressions expressions;
  private final Predicates.Builder predicates;
  private List<StepPlan> stepPlans = List.of();

  final int index;
  final RulePlan plan;
  final int space;
  final int slot;
  boolean isWhen;
  Condition whenCondition = new Condition(Code.NONE, Code.NONE, Code.NONE);
  boolean rising;
  int[][] whenFields = new int[0][];
  long testedRoles = -1;
  StepProgram[] steps = new StepProgram[0];
  Automaton automaton = Automaton.NONE;
  int regions;
  int rounds; // repeated parts that count
  boolean countsRounds;
  PeerPattern.@Nullable Skip skip;
  GuardProgram[] without = new GuardProgram[0];
  GuardProgram[] unless = new GuardProgram[0];
  long withinNs = RulePlan.NO_LIMIT;
  RulePlan.Pick pick = RulePlan.Pick.FIRST;
  int pickLimit = Integer.MAX_VALUE;
  RulePlan.Consumption consumption = RulePlan.Consumption.NONE;
  int resumeStep = -1;
  RulePlan.Starts starts = RulePlan.Starts.EVERY;
  boolean severalPerStart;
  final List<Register> registers = new ArrayList<>();
  int startLimit = Integer.MAX_VALUE;
  RulePlan.Fire fire = RulePlan.Fire.PROMPT;
  RuleProgram.AlertProgram[] alerts = new RuleProgram.AlertProgram[0];
  RuleProgram.Notice[] notices = new RuleProgram.Notice[0];
  int timeout = RuleProgram.NO_TIMEOUT;
  int lowRate = Code.NONE;
  final List<GuardProgram> guards = new ArrayList<>();
  final List<RulePlan.Guard> guardPlans = new ArrayList<>(); // by number

  RuleCompiler(
      int index,
      RulePlan plan,
      int space,
      int slot,
      List<EventType> types,
      Expressions expressions,
      Predicates.Builder predicates) {
    this.index = index;
    this.plan = plan;
    this.space = space;
    this.slot = slot;
    this.types = types;
    this.expressions = expressions;
    this.predicates = predicates;
  }

  RuleProgram compile() {
    if (plan.body() instanceof When when) {
      compileWhen(when);
    } else {
      compileMatch((Match) plan.body());
    }
    List<RuleProgram.AlertProgram> all = new ArrayList<>();
    all.add(alert(plan.alert(), plan.suppress().map(RulePlan.Suppress::by).orElse(List.of())));
    if (plan.body() instanceof Match match) {
      match.notices().forEach(notice -> all.add(alert(notice.alert(), notice.suppressBy())));
    }
    alerts = all.toArray(new RuleProgram.AlertProgram[0]);
    for (StepProgram step : steps) {
      step.registers =
          IntStream.range(0, registers.size())
              .filter(i -> registers.get(i).step() == step.id)
              .toArray();
    }
    return new RuleProgram(this);
  }

  private RuleProgram.AlertProgram alert(RulePlan.AlertPlan said, List<Expr> suppressBy) {
    return new RuleProgram.AlertProgram(
        said,
        said.text().stream()
            .mapToInt(part -> part.value().map(this::pack).orElse(Code.NONE))
            .toArray(),
        said.score().map(this::pack).orElse(Code.NONE),
        said.fields().stream().mapToInt(field -> pack(field.value())).toArray(),
        suppressBy,
        suppressBy.stream().mapToInt(this::pack).toArray());
  }

  private void compileWhen(When when) {
    isWhen = true;
    rising = when.rising();
    testedRoles = 0;
    for (int role : when.roles()) {
      testedRoles |= 1L << role;
    }
    whenCondition = condition(Optional.of(when.condition()));
    TreeSet<Integer> shown = new TreeSet<>();
    EventFields.collect(when.condition(), shown);
    plan.alert().text().forEach(part -> part.value().ifPresent(v -> EventFields.collect(v, shown)));
    plan.alert().fields().forEach(field -> EventFields.collect(field.value(), shown));
    plan.alert().score().ifPresent(value -> EventFields.collect(value, shown));
    whenFields = new int[types.size()][];
    for (EventType type : types) {
      whenFields[type.typeId()] =
          shown.stream().mapToInt(i -> i).filter(f -> f < type.fields().size()).toArray();
    }
  }

  private void compileMatch(Match match) {
    stepPlans = match.steps();
    if (stepPlans.size() > STEPS_MAX) {
      throw new IllegalArgumentException(
          "too many steps: rule=" + plan.name() + " steps=" + stepPlans.size() + " limit=64");
    }
    steps = new StepProgram[stepPlans.size()];
    regions = AutomatonBuilder.regionsOf(match.pattern());
    rounds = PeerBuilder.repeatsOf(match.pattern());
    if (match.pattern() instanceof PeerPattern.Whole whole) {
      countsRounds = true;
      skip = whole.skip().orElse(null);
    }
    for (StepPlan step : stepPlans) {
      steps[step.id()] = step(step);
    }
    withinNs = match.withinNs();
    pick = match.pick();
    pickLimit = match.pickLimit();
    consumption = match.consumption();
    resumeStep = match.resumeStep();
    starts = match.starts();
    severalPerStart = match.severalPerStart();
    startLimit = match.startLimit();
    lowRate = match.lowRate().map(this::pack).orElse(Code.NONE);
    fire = match.fire();
    notices =
        match.notices().stream()
            .map(notice -> new RuleProgram.Notice(notice.step(), notice.count()))
            .toArray(RuleProgram.Notice[]::new);
    for (int i = 0; i < notices.length; i++) {
      timeout = match.notices().get(i).stage().isEmpty() ? i + 1 : timeout;
    }
    without = guards(match.without());
    unless = guards(match.unless());
    automaton =
        AutomatonBuilder.build(
            match.pattern(), steps, this::guard, plan.roles(), Partial.STEPS + steps.length);
  }

  private GuardProgram[] guards(List<RulePlan.Guard> guards) {
    return guards.stream().map(this::guard).toArray(GuardProgram[]::new);
  }

  private GuardProgram guard(RulePlan.Guard guard) {
    GuardProgram packed =
        new GuardProgram(
            guards.size(),
            guard.role(),
            plan.roles().get(guard.role()).typeId(),
            condition(guard.where()));
    guards.add(packed);
    guardPlans.add(guard);
    return packed;
  }

  private StepProgram step(StepPlan step) {
    int min = step.loop().map(LoopPlan::min).orElse(1);
    int max = step.loop().map(LoopPlan::max).orElse(1);
    int[] projection = step.projection().stream().mapToInt(i -> i).toArray();
    EventType type = types.get(plan.roles().get(step.role()).typeId());
    boolean[] isBytes = new boolean[projection.length];
    boolean[] isRatio = new boolean[projection.length];
    int[] bound = new int[projection.length];
    for (int i = 0; i < projection.length; i++) {
      ValueType kept = fieldType(step.id(), projection[i]);
      isBytes[i] = Expressions.isBytes(kept);
      isRatio[i] = kept.kind() == ValueType.Kind.RATIO;
      int binding = projection[i] - type.fields().size();
      bound[i] = binding < 0 ? Code.NONE : pack(step.bindings().get(binding).value());
    }
    return new StepProgram(
        step.id(),
        step.name(),
        step.role(),
        type.typeId(),
        condition(step.where()),
        step.require().map(this::pack).orElse(Code.NONE),
        min,
        max,
        step.loop().orElse(null),
        projection,
        bound,
        isBytes,
        isRatio);
  }

  /** Splits a condition by what its conjuncts need. */
  private Condition condition(Optional<Expr> where) {
    List<Expr> event = new ArrayList<>();
    List<Expr> key = new ArrayList<>();
    List<Expr> match = new ArrayList<>();
    where.ifPresent(
        expr -> {
          for (Expr conjunct : conjuncts(expr)) {
            switch (EventFields.need(conjunct)) {
              case EVENT -> event.add(conjunct);
              case KEY -> key.add(conjunct);
              case MATCH -> match.add(conjunct);
            }
          }
        });
    return new Condition(
        event.isEmpty() ? Code.NONE : predicates.add(all(event)), packAll(key), packAll(match));
  }

  private int packAll(List<Expr> conjuncts) {
    return conjuncts.isEmpty() ? Code.NONE : pack(all(conjuncts));
  }

  static Expr all(List<Expr> conjuncts) {
    return conjuncts.size() == 1 ? conjuncts.get(0) : new Expr.Logical(true, conjuncts);
  }

  static List<Expr> conjuncts(Expr expr) {
    if (!(expr instanceof Expr.Logical logical) || !logical.and()) {
      return List.of(expr);
    }
    List<Expr> all = new ArrayList<>();
    logical.operands().forEach(operand -> all.addAll(conjuncts(operand)));
    return all;
  }

  private int pack(Expr expr) {
    return expressions.pack(expr, this, false);
  }

  @Override
  public int projectionOf(int step, int field) {
    int at = stepPlans.get(step).projection().indexOf(field);
    if (at < 0) {
      throw new IllegalArgumentException(
          "field is not kept: rule=" + plan.name() + " step=" + step + " field=" + field);
    }
    return at;
  }

  @Override
  public int register(int step, Expr.LoopValue.Function function, int projection, ValueType field) {
    Register.Kind kind =
        switch (function) {
          case MIN -> Register.Kind.MIN;
          case MAX -> Register.Kind.MAX;
          default -> Register.Kind.SUM;
        };
    Register register = new Register(step, kind, projection);
    int number = registers.indexOf(register);
    if (number < 0) {
      number = registers.size();
      registers.add(register);
    }
    return Partial.STEPS + steps.length + regions + rounds + 2 * number;
  }

  @Override
  public ValueType fieldType(int step, int field) {
    EventType type = types.get(plan.roles().get(stepPlans.get(step).role()).typeId());
    int binding = field - type.fields().size();
    return binding < 0
        ? ValueType.of(type.fields().get(field).type())
        : stepPlans.get(step).bindings().get(binding).value().type();
  }
}
