package dev.weir.engine;

import dev.weir.dsl.plan.RulePlan;
import dev.weir.dsl.plan.RulePlan.Absence;
import dev.weir.dsl.plan.RulePlan.AllOf;
import dev.weir.dsl.plan.RulePlan.Closing;
import dev.weir.dsl.plan.RulePlan.LoopPlan;
import dev.weir.dsl.plan.RulePlan.PatternPlan;
import dev.weir.dsl.plan.RulePlan.Sequence;
import dev.weir.dsl.plan.RulePlan.Single;
import dev.weir.engine.Automaton.Composite;
import dev.weir.engine.Automaton.Count;
import dev.weir.engine.Automaton.End;
import dev.weir.engine.Automaton.Region;
import dev.weir.engine.Automaton.State;
import dev.weir.engine.Automaton.Target;
import dev.weir.engine.Automaton.Way;
import dev.weir.engine.StepProgram.GuardProgram;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.agrona.collections.IntArrayList;

/**
 * Makes the automaton of a pattern. The pattern is first written as a graph of states and forks in
 * order of preference, from its end to its beginning, each part knowing what follows it; then the
 * ways of a state are what a walk through the forks behind it reaches, in order.
 */
final class AutomatonBuilder {
  /** What may follow a place of the pattern. */
  private sealed interface Next permits Fork, Into, Enter, Edged, Counted, Closed, Ended {}

  /** One of several, the preferred first. */
  private static final class Fork implements Next {
    final List<Next> ways = new ArrayList<>();
  }

  /** A step takes the next event. */
  private record Into(State state) implements Next {}

  /** The next event begins a composite. */
  private record Enter(Composite composite) implements Next {}

  /** How the next event is chosen; the last one before it decides. */
  private record Edged(RulePlan.Edge edge, Next next) implements Next {}

  /** Only if the count holds. */
  private record Counted(Count count, Next next) implements Next {}

  /** A loop is left; if that ends the pattern, this says when. */
  private record Closed(LoopPlan loop, Next next) implements Next {}

  /** The region's end, possibly after an absence. */
  private record Ended(@org.jspecify.annotations.Nullable Absence absence) implements Next {}

  private static final RulePlan.Edge THEN = new RulePlan.Edge(false, List.of());

  private final StepProgram[] steps;
  private final Function<RulePlan.Guard, GuardProgram> guards;
  private final int regionsAt;
  private final State[] ofSteps;
  private final List<State> others = new ArrayList<>(); // numbered behind those of steps
  private final List<Region> regions = new ArrayList<>();
  private final Map<State, Next> exits = new HashMap<>();
  private final Map<RulePlan.Guard, GuardProgram> packed = new HashMap<>();

  private AutomatonBuilder(
      StepProgram[] steps, Function<RulePlan.Guard, GuardProgram> guards, int regionsAt) {
    this.steps = steps;
    this.ofSteps = new State[steps.length];
    this.guards = guards;
    this.regionsAt = regionsAt;
  }

  /**
   * @param steps of the rule; their states get the same numbers
   * @param guards packs a guard
   * @param regionsAt first word of a partial match that is about a region
   */
  static Automaton build(
      PatternPlan pattern,
      StepProgram[] steps,
      Function<RulePlan.Guard, GuardProgram> guards,
      int regionsAt) {
    return new AutomatonBuilder(steps, guards, regionsAt).build(pattern);
  }

  /** Regions of a pattern: 1, and one for each branch. */
  static int regionsOf(PatternPlan pattern) {
    return 1 + branchesOf(pattern);
  }

  private static int branchesOf(PatternPlan pattern) {
    if (pattern instanceof Sequence sequence) {
      return sequence.parts().stream().mapToInt(AutomatonBuilder::branchesOf).sum();
    }
    if (pattern instanceof AllOf allOf) {
      return allOf.branches().size()
          + allOf.branches().stream().mapToInt(AutomatonBuilder::branchesOf).sum();
    }
    return 0;
  }

  private Automaton build(PatternPlan pattern) {
    Region outermost = region();
    outermost.start = state(outermost);
    exits.put(outermost.start, compile(pattern, outermost, new Ended(null)));
    List<State> states = new ArrayList<>(List.of(ofSteps));
    states.addAll(others);
    for (State state : states) {
      Next exit = exits.get(state);
      if (exit != null) {
        List<Way> ways = new ArrayList<>();
        walk(exit, new Path(null, List.of(), null), state, ways);
        state.ways = ways.toArray(new Way[0]);
        if (ways.size() > Automaton.WAYS_MAX) {
          throw new IllegalArgumentException(
              "too many ways on from one place: ways=" + ways.size() + " limit=48");
        }
      }
    }
    int lists = 0;
    for (State state : states) {
      if (state.region == outermost && state != outermost.start) {
        state.list = state.ways.length > 0 || state.composite != null ? lists++ : State.NO_LIST;
      }
      interest(state, state);
      for (Composite around = state.region.composite; around != null; ) {
        interest(around.within, state);
        around = around.outer.composite;
      }
    }
    return new Automaton(states.toArray(new State[0]), regions.toArray(new Region[0]), lists);
  }

  /** Notes at a state what concerns the ways from another: from itself, or inside it. */
  private static void interest(State at, State of) {
    for (Way way : of.ways) {
      for (Target target : way.targets()) {
        at.steps |= 1L << target.step().number;
      }
      for (GuardProgram guard : way.without()) {
        at.guards |= guard.mask();
      }
    }
  }

  private Region region() {
    Region region = new Region(regions.size(), regionsAt + regions.size());
    regions.add(region);
    return region;
  }

  private State state(Region region) {
    State state = new State(steps.length + others.size(), region, null);
    others.add(state);
    return state;
  }

  // ---- the pattern, from its end to its beginning -----------------------------------------------

  private Next compile(PatternPlan pattern, Region region, Next next) {
    if (pattern instanceof Single single) {
      return step(steps[single.step()], region, next);
    }
    if (pattern instanceof Sequence sequence) {
      Next rest = next;
      for (int i = sequence.parts().size() - 1; i > 0; i--) {
        PatternPlan part = sequence.parts().get(i);
        rest = part instanceof Absence absence ? new Ended(absence) : compile(part, region, rest);
        rest = new Edged(sequence.edges().get(i - 1), rest);
      }
      return compile(sequence.parts().get(0), region, rest);
    }
    if (pattern instanceof AllOf allOf) {
      return composite(allOf.branches(), allOf.branches().size(), region, next);
    }
    throw new IllegalArgumentException("an absence that ends nothing");
  }

  private Next step(StepProgram step, Region region, Next next) {
    State state = new State(step.id, region, step);
    ofSteps[step.id] = state;
    Next into = new Into(state);
    if (step.loop == null) {
      exits.put(state, next);
      return into;
    }
    int word = Partial.STEPS + step.id;
    Next on = new Counted(new Count(word, true, step.max), new Edged(THEN, into));
    Next out = new Counted(new Count(word, false, step.min), new Closed(step.loop, next));
    exits.put(state, fork(step.loop.shortest(), on, out));
    return into;
  }

  private static Fork fork(boolean outFirst, Next on, Next out) {
    Fork fork = new Fork();
    fork.ways.add(outFirst ? out : on);
    fork.ways.add(outFirst ? on : out);
    return fork;
  }

  private Next composite(List<PatternPlan> plans, int needed, Region region, Next next) {
    Region[] branches = new Region[plans.size()];
    State within = state(region);
    State behind = state(region);
    Composite composite = new Composite(region, branches, needed, within, behind);
    within.composite = composite;
    exits.put(behind, next);
    for (int i = 0; i < branches.length; i++) {
      branches[i] = region();
      branches[i].composite = composite;
      branches[i].start = state(branches[i]);
      exits.put(branches[i].start, compile(plans.get(i), branches[i], new Ended(null)));
    }
    return new Enter(composite);
  }

  // ---- ways -------------------------------------------------------------------------------------

  /** What a walk has passed. */
  private record Path(
      RulePlan.@org.jspecify.annotations.Nullable Edge edge,
      List<Count> counts,
      @org.jspecify.annotations.Nullable LoopPlan closed) {
    Path with(Count count) {
      List<Count> all = new ArrayList<>(counts);
      all.add(count);
      return new Path(edge, all, closed);
    }
  }

  private void walk(Next next, Path path, State from, List<Way> ways) {
    if (next instanceof Fork fork) {
      fork.ways.forEach(way -> walk(way, path, from, ways));
    } else if (next instanceof Edged edged) {
      walk(edged.next(), new Path(edged.edge(), path.counts(), path.closed()), from, ways);
    } else if (next instanceof Counted counted) {
      walk(counted.next(), path.with(counted.count()), from, ways);
    } else if (next instanceof Closed closed) {
      walk(closed.next(), new Path(path.edge(), path.counts(), closed.loop()), from, ways);
    } else if (next instanceof Into into) {
      Target target =
          new Target(
              into.state(),
              ways.size(),
              new int[] {from.region.word},
              new int[] {into.state().number});
      ways.add(way(ways.size(), into.state(), new Target[] {target}, path));
    } else if (next instanceof Enter enter) {
      List<Target> targets = new ArrayList<>();
      enter(enter.composite(), new IntArrayList(), new IntArrayList(), targets);
      ways.add(way(ways.size(), enter.composite().within, targets.toArray(new Target[0]), path));
    } else {
      Way end = end(ways.size(), ((Ended) next).absence(), path);
      from.end = end;
      ways.add(end);
    }
  }

  /** The steps that may begin a composite, and the words that are set when one does. */
  private void enter(
      Composite composite, IntArrayList words, IntArrayList values, List<Target> targets) {
    words.addInt(composite.outer.word);
    values.addInt(composite.within.number);
    for (Region branch : composite.branches) {
      words.addInt(branch.word);
      values.addInt(branch.start.number);
    }
    for (Region branch : composite.branches) {
      List<Way> first = new ArrayList<>();
      walk(
          java.util.Objects.requireNonNull(exits.get(branch.start)),
          new Path(null, List.of(), null),
          branch.start,
          first);
      for (Way way : first) {
        for (Target target : way.targets()) {
          IntArrayList allWords = new IntArrayList();
          allWords.addAll(words);
          IntArrayList allValues = new IntArrayList();
          allValues.addAll(values);
          for (int i = 0; i < target.words().length; i++) {
            allWords.addInt(target.words()[i]);
            allValues.addInt(target.states()[i]);
          }
          targets.add(
              new Target(
                  target.step(), target.rank(), allWords.toIntArray(), allValues.toIntArray()));
        }
      }
    }
  }

  private Way way(int bit, State into, Target[] targets, Path path) {
    RulePlan.Edge edge = path.edge() == null ? THEN : path.edge();
    return new Way(
        bit,
        into,
        targets,
        edge.any(),
        edge.without().stream().map(this::guard).toArray(GuardProgram[]::new),
        path.counts().toArray(new Count[0]),
        null,
        0);
  }

  private Way end(int bit, @org.jspecify.annotations.Nullable Absence absence, Path path) {
    Count[] counts = path.counts().toArray(new Count[0]);
    if (absence != null) {
      RulePlan.Edge edge = java.util.Objects.requireNonNull(path.edge());
      List<GuardProgram> without = new ArrayList<>();
      without.add(guard(absence.guard()));
      edge.without().forEach(g -> without.add(guard(g)));
      return new Way(
          bit,
          null,
          new Target[0],
          false,
          without.toArray(new GuardProgram[0]),
          counts,
          End.ABSENCE,
          absence.durationNs());
    }
    Closing closing = path.closed() == null ? Closing.NONE : path.closed().closing();
    End end =
        switch (closing) {
          case NONE, FIRST -> End.AT_ONCE;
          case EACH -> End.EACH;
          case WHEN_QUIET -> End.WHEN_QUIET;
        };
    long quietNs = path.closed() == null ? 0 : path.closed().quietNs();
    return new Way(bit, null, new Target[0], false, new GuardProgram[0], counts, end, quietNs);
  }

  private GuardProgram guard(RulePlan.Guard guard) {
    return packed.computeIfAbsent(guard, guards);
  }
}
