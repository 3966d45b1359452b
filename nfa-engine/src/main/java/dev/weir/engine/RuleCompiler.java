package dev.weir.engine;

import dev.weir.dsl.plan.Expr;
import dev.weir.dsl.plan.RulePlan;
import dev.weir.dsl.plan.RulePlan.AllOf;
import dev.weir.dsl.plan.RulePlan.Closing;
import dev.weir.dsl.plan.RulePlan.LoopPlan;
import dev.weir.dsl.plan.RulePlan.Match;
import dev.weir.dsl.plan.RulePlan.PatternPlan;
import dev.weir.dsl.plan.RulePlan.Sequence;
import dev.weir.dsl.plan.RulePlan.Single;
import dev.weir.dsl.plan.RulePlan.StepPlan;
import dev.weir.dsl.plan.RulePlan.When;
import dev.weir.dsl.plan.ValueType;
import dev.weir.engine.RuleProgram.AbsenceItem;
import dev.weir.engine.RuleProgram.AllOfItem;
import dev.weir.engine.RuleProgram.Branch;
import dev.weir.engine.RuleProgram.Edge;
import dev.weir.engine.RuleProgram.Item;
import dev.weir.engine.RuleProgram.StepItem;
import dev.weir.engine.StepProgram.Condition;
import dev.weir.engine.StepProgram.GuardProgram;
import dev.weir.engine.StepProgram.Register;
import dev.weir.event.EventType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;

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
  int condition = Code.NONE;
  boolean rising;
  int[][] whenFields = new int[0][];
  StepProgram[] steps = new StepProgram[0];
  Item[] items = new Item[0];
  Edge[] edges = new Edge[0];
  GuardProgram[] without = new GuardProgram[0];
  GuardProgram[] unless = new GuardProgram[0];
  long withinNs = RulePlan.NO_LIMIT;
  RulePlan.Pick pick = RulePlan.Pick.FIRST;
  int pickLimit = Integer.MAX_VALUE;
  RulePlan.Consumption consumption = RulePlan.Consumption.NONE;
  boolean severalPerStart;
  Closing closing = Closing.NONE;
  long quietNs;
  final List<Register> registers = new ArrayList<>();
  int branchWords;
  int[] text = new int[0];
  int score = Code.NONE;
  int[] fields = new int[0];
  int[] suppressBy = new int[0];

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
    text =
        plan.alert().text().stream()
            .mapToInt(part -> part.value().map(this::pack).orElse(Code.NONE))
            .toArray();
    score = plan.alert().score().map(this::pack).orElse(Code.NONE);
    fields = plan.alert().fields().stream().mapToInt(field -> pack(field.value())).toArray();
    suppressBy =
        plan.suppress()
            .map(suppress -> suppress.by().stream().mapToInt(this::pack).toArray())
            .orElse(new int[0]);
    for (StepProgram step : steps) {
      step.registers =
          IntStream.range(0, registers.size())
              .filter(i -> registers.get(i).step() == step.id)
              .toArray();
    }
    return new RuleProgram(this);
  }

  private void compileWhen(When when) {
    isWhen = true;
    rising = when.rising();
    condition = pack(when.condition());
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
    branchWords = widestAllOf(match.pattern());
    for (StepPlan step : stepPlans) {
      steps[step.id()] = step(step);
    }
    withinNs = match.withinNs();
    pick = match.pick();
    pickLimit = match.pickLimit();
    consumption = match.consumption();
    severalPerStart = match.severalPerStart();
    without = guards(match.without());
    unless = guards(match.unless());
    List<PatternPlan> parts =
        match.pattern() instanceof Sequence sequence ? sequence.parts() : List.of(match.pattern());
    List<RulePlan.Edge> plans =
        match.pattern() instanceof Sequence sequence ? sequence.edges() : List.of();
    edges = plans.stream().map(this::edge).toArray(Edge[]::new);
    items = parts.stream().map(this::item).toArray(Item[]::new);
    StepPlan last = null;
    if (parts.get(parts.size() - 1) instanceof Single single) {
      last = stepPlans.get(single.step());
    }
    if (last != null && last.loop().isPresent()) {
      closing = last.loop().get().closing();
      quietNs = last.loop().get().quietNs();
    }
  }

  private Item item(PatternPlan part) {
    if (part instanceof Single single) {
      return new StepItem(steps[single.step()]);
    }
    if (part instanceof AllOf allOf) {
      return new AllOfItem(allOf.branches().stream().map(this::branch).toArray(Branch[]::new));
    }
    if (part instanceof RulePlan.Absence absence) {
      return new AbsenceItem(guard(absence.guard()), absence.durationNs());
    }
    throw new IllegalArgumentException("a sequence in a sequence: rule=" + plan.name());
  }

  private Branch branch(PatternPlan part) {
    if (part instanceof Single single) {
      return new Branch(new StepProgram[] {steps[single.step()]}, new Edge[0]);
    }
    Sequence sequence = (Sequence) part;
    return new Branch(
        sequence.parts().stream()
            .map(inner -> steps[((Single) inner).step()])
            .toArray(StepProgram[]::new),
        sequence.edges().stream().map(this::edge).toArray(Edge[]::new));
  }

  private Edge edge(RulePlan.Edge edge) {
    return new Edge(edge.any(), guards(edge.without()));
  }

  private GuardProgram[] guards(List<RulePlan.Guard> guards) {
    return guards.stream().map(this::guard).toArray(GuardProgram[]::new);
  }

  private GuardProgram guard(RulePlan.Guard guard) {
    return new GuardProgram(
        guard.role(), plan.roles().get(guard.role()).typeId(), condition(guard.where()));
  }

  private StepProgram step(StepPlan step) {
    int min = step.loop().map(LoopPlan::min).orElse(1);
    int max = step.loop().map(LoopPlan::max).orElse(1);
    int[] projection = step.projection().stream().mapToInt(i -> i).toArray();
    EventType type = types.get(plan.roles().get(step.role()).typeId());
    boolean[] isBytes = new boolean[projection.length];
    for (int i = 0; i < projection.length; i++) {
      isBytes[i] = type.fields().get(projection[i]).type().isVariable();
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
        step.loop().map(LoopPlan::shortest).orElse(false),
        projection,
        isBytes);
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

  private static List<Expr> conjuncts(Expr expr) {
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
    return Partial.STEPS + steps.length + branchWords + 2 * number;
  }

  private static int widestAllOf(PatternPlan pattern) {
    if (pattern instanceof AllOf allOf) {
      return allOf.branches().size();
    }
    return pattern instanceof Sequence sequence
        ? sequence.parts().stream().mapToInt(RuleCompiler::widestAllOf).max().orElse(0)
        : 0;
  }

  @Override
  public ValueType fieldType(int step, int field) {
    EventType type = types.get(plan.roles().get(stepPlans.get(step).role()).typeId());
    return ValueType.of(type.fields().get(field).type());
  }
}
