package dev.weir.engine;

import dev.weir.dsl.plan.PeerPattern;
import dev.weir.dsl.plan.RulePlan;
import dev.weir.dsl.plan.RulePlan.Absence;
import dev.weir.dsl.plan.RulePlan.AllOf;
import dev.weir.dsl.plan.RulePlan.Closing;
import dev.weir.dsl.plan.RulePlan.LoopPlan;
import dev.weir.dsl.plan.RulePlan.OneOf;
import dev.weir.dsl.plan.RulePlan.PatternPlan;
import dev.weir.dsl.plan.RulePlan.Sequence;
import dev.weir.dsl.plan.RulePlan.Single;
import dev.weir.dsl.plan.RulePlan.SomeOf;
import dev.weir.engine.Automaton.Composite;
import dev.weir.engine.Automaton.Count;
import dev.weir.engine.Automaton.End;
import dev.weir.engine.Automaton.Region;
import dev.weir.engine.Automaton.State;
import dev.weir.engine.Automaton.Target;
import dev.weir.engine.Automaton.TimeBound;
import dev.weir.engine.Automaton.Way;
import dev.weir.engine.StepProgram.GuardProgram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.agrona.collections.IntArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Makes the automaton of a pattern. The pattern is first written as a graph of states and forks in
 * order of preference, from its end to its beginning, each part knowing what follows it; then the
 * ways of a state are what a walk through the forks behind it reaches, in order.
 */
final class AutomatonBuilder {
  /** What may follow a place of the pattern. */
  sealed interface Next
      permits Fork, Into, Enter, Edged, Counted, Closed, Ended, PeerBuilder.Passed {}

  /** One of several, the preferred first. */
  static final class Fork implements Next {
    final List<Next> ways = new ArrayList<>();
  }

  /** A step takes the next event. */
  record Into(State state) implements Next {}

  /** The next event begins a composite. */
  record Enter(Composite composite) implements Next {}

  /** How the next event is chosen; the last one before it decides. */
  record Edged(Edge edge, Next next) implements Next {}

  /** Only if the count holds. */
  record Counted(Count count, Next next) implements Next {}

  /**
   * A loop is left, or a part left out; if that ends the pattern, this says when.
   *
   * @param chain of parts left out one after the other, of which the first decides
   */
  record Closed(Closing closing, long quietNs, @Nullable Object chain, Next next) implements Next {}

  /** The region's end, possibly after an absence. */
  record Ended(@Nullable Absence absence) implements Next {}

  /** An edge of a sequence, or from one iteration of a loop to the next. */
  record Edge(
      boolean any,
      boolean again,
      List<RulePlan.Guard> scope,
      Map<Integer, RulePlan.Guard> ownScope,
      List<RulePlan.Guard> without,
      List<RulePlan.Guard> until,
      List<TimeBound> bounds) {}

  private static final Edge THEN =
      new Edge(false, false, List.of(), Map.of(), List.of(), List.of(), List.of());

  final StepProgram[] steps;
  private final Function<RulePlan.Guard, GuardProgram> packer;
  private final List<RulePlan.Role> roles;
  private final int regionsAt;
  private final int roundsAt;
  final State[] ofSteps;
  private final List<State> others = new ArrayList<>(); // numbered behind those of steps
  private final List<Region> regions = new ArrayList<>();
  final Map<State, Next> exits = new HashMap<>();
  private final Map<RulePlan.Guard, GuardProgram> packed = new HashMap<>();

  private AutomatonBuilder(
      StepProgram[] steps,
      Function<RulePlan.Guard, GuardProgram> packer,
      List<RulePlan.Role> roles,
      int regionsAt,
      int roundsAt) {
    this.steps = steps;
    this.ofSteps = new State[steps.length];
    this.packer = packer;
    this.roles = roles;
    this.regionsAt = regionsAt;
    this.roundsAt = roundsAt;
  }

  /**
   * @param steps of the rule; their states get the same numbers
   * @param guards packs a guard
   * @param roles of the rule
   * @param regionsAt first word of a partial match that is about a region
   */
  static Automaton build(
      PatternPlan pattern,
      StepProgram[] steps,
      Function<RulePlan.Guard, GuardProgram> guards,
      List<RulePlan.Role> roles,
      int regionsAt) {
    return new AutomatonBuilder(steps, guards, roles, regionsAt, regionsAt + regionsOf(pattern))
        .build(pattern);
  }

  /** Regions of a pattern: 1, and one for each branch. */
  static int regionsOf(PatternPlan pattern) {
    return 1 + branchesOf(pattern);
  }

  private static int branchesOf(PatternPlan pattern) {
    if (pattern instanceof Sequence sequence) {
      return branchesOf(sequence.parts());
    }
    if (pattern instanceof AllOf allOf) {
      return allOf.branches().size() + branchesOf(allOf.branches());
    }
    if (pattern instanceof SomeOf someOf) {
      return someOf.branches().size() + branchesOf(someOf.branches());
    }
    return pattern instanceof OneOf oneOf ? branchesOf(oneOf.branches()) : 0;
  }

  private static int branchesOf(List<PatternPlan> parts) {
    return parts.stream().mapToInt(AutomatonBuilder::branchesOf).sum();
  }

  private Automaton build(PatternPlan pattern) {
    Region outermost = region();
    outermost.start = state(outermost);
    exits.put(outermost.start, compile(pattern, outermost, List.of(), new Ended(null)));
    List<State> states = new ArrayList<>(List.of(ofSteps));
    states.addAll(others);
    for (State state : states) {
      Next exit = exits.get(state);
      if (exit != null) {
        List<Way> ways = new ArrayList<>();
        walk(exit, Path.EMPTY, state, ways);
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
      if (state.step != null) {
        state.region.steps |= 1L << state.number;
      }
      for (Composite around = state.region.composite; around != null; ) {
        interest(around.within, state);
        if (state.step != null) {
          around.outer.steps |= 1L << state.number;
        }
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
      at.guards |=
          masks(way.without()) | masks(way.scope()) | masks(way.notNext()) | masks(way.until());
    }
  }

  private static long masks(GuardProgram[] guards) {
    long mask = 0;
    for (GuardProgram guard : guards) {
      mask |= guard.mask();
    }
    return mask;
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

  /**
   * @param bounds of all events of the part
   */
  private Next compile(PatternPlan pattern, Region region, List<TimeBound> bounds, Next next) {
    if (pattern instanceof Single single) {
      return step(steps[single.step()], region, bounds, next);
    }
    if (pattern instanceof Sequence sequence) {
      Next rest = next;
      for (int i = sequence.parts().size() - 1; i > 0; i--) {
        rest = link(sequence, i, region, bounds, rest);
      }
      return compile(sequence.parts().get(0), region, bounds, rest);
    }
    if (pattern instanceof AllOf allOf) {
      return composite(allOf.branches(), allOf.branches().size(), region, bounds, next);
    }
    if (pattern instanceof SomeOf someOf) {
      return composite(someOf.branches(), someOf.count(), region, bounds, next);
    }
    if (pattern instanceof OneOf oneOf) {
      Fork fork = new Fork();
      for (PatternPlan branch : oneOf.branches()) {
        fork.ways.add(compile(branch, region, bounds, next));
      }
      return fork;
    }
    if (pattern instanceof PeerPattern peer) {
      return new PeerBuilder(this, region, roundsAt).compile(peer, next);
    }
    throw new IllegalArgumentException("an absence that ends nothing");
  }

  private Next link(Sequence chain, int at, Region region, List<TimeBound> outer, Next rest) {
    RulePlan.Edge edge = chain.edges().get(at - 1);
    PatternPlan part = chain.parts().get(at);
    List<TimeBound> bounds = new ArrayList<>(outer);
    for (RulePlan.Bound bound : edge.bounds()) {
      bounds.add(new TimeBound(Partial.STEPS + bound.step(), bound.atLeast(), bound.durationNs()));
    }
    Next with =
        new Edged(
            new Edge(
                edge.any(),
                false,
                edge.scope(),
                edge.ownScope(),
                edge.without(),
                List.of(),
                bounds),
            part instanceof Absence absence
                ? new Ended(absence)
                : compile(part, region, bounds, rest));
    if (edge.maybe().isEmpty()) {
      return with;
    }
    RulePlan.Maybe maybe = edge.maybe().get();
    return fork(false, with, new Closed(maybe.closing(), maybe.quietNs(), chain, rest));
  }

  private Next step(StepProgram step, Region region, List<TimeBound> bounds, Next next) {
    State state = new State(step.id, region, step);
    ofSteps[step.id] = state;
    Next into = new Into(state);
    LoopPlan loop = step.loop;
    if (loop == null) {
      exits.put(state, next);
      return into;
    }
    int word = Partial.STEPS + step.id;
    List<TimeBound> all = new ArrayList<>(bounds);
    if (loop.gapNs() != RulePlan.NO_LIMIT) {
      all.add(new TimeBound(word, false, loop.gapNs()));
    }
    Edge again =
        new Edge(
            loop.mode() == LoopPlan.Mode.EVERY_SUBSET && loop.adjacent().isEmpty(),
            true,
            loop.adjacent(),
            Map.of(),
            List.of(),
            loop.until().stream().toList(),
            all);
    Next on = new Counted(new Count(word, true, step.max), new Edged(again, into));
    Next out =
        new Counted(
            new Count(word, false, step.min),
            new Closed(loop.closing(), loop.quietNs(), null, next));
    exits.put(state, fork(loop.mode() == LoopPlan.Mode.SHORTEST, on, out));
    return into;
  }

  private static Fork fork(boolean outFirst, Next on, Next out) {
    Fork fork = new Fork();
    fork.ways.add(outFirst ? out : on);
    fork.ways.add(outFirst ? on : out);
    return fork;
  }

  private Next composite(
      List<PatternPlan> plans, int needed, Region region, List<TimeBound> bounds, Next next) {
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
      exits.put(
          branches[i].start,
          new Edged(
              new Edge(false, false, List.of(), Map.of(), List.of(), List.of(), bounds),
              compile(plans.get(i), branches[i], bounds, new Ended(null))));
    }
    return new Enter(composite);
  }

  // ---- ways -------------------------------------------------------------------------------------

  /** What a walk has passed. */
  private record Path(
      Edge edge,
      List<Count> counts,
      Closing closing,
      long quietNs,
      @Nullable Object chain,
      PeerBuilder.Passing peers) {
    static final Path EMPTY =
        new Path(THEN, List.of(), Closing.NONE, 0, null, PeerBuilder.Passing.NOTHING);

    Path with(Edge passed) {
      return new Path(passed, counts, closing, quietNs, chain, peers);
    }

    Path with(PeerBuilder.Passed passed) {
      return new Path(edge, counts, closing, quietNs, chain, peers.with(passed));
    }

    Path with(Count count) {
      List<Count> all = new ArrayList<>(counts);
      all.add(count);
      return new Path(edge, all, closing, quietNs, chain, peers);
    }

    /** The outermost word that says when the pattern fires decides. */
    Path with(Closed closed) {
      boolean isDecided = closed.chain() != null && closed.chain() == chain;
      return closed.closing() == Closing.NONE || isDecided
          ? this
          : new Path(edge, counts, closed.closing(), closed.quietNs(), closed.chain(), peers);
    }
  }

  private void walk(Next next, Path path, State from, List<Way> ways) {
    if (next instanceof Fork fork) {
      fork.ways.forEach(way -> walk(way, path, from, ways));
    } else if (next instanceof Edged edged) {
      walk(edged.next(), path.with(edged.edge()), from, ways);
    } else if (next instanceof Counted counted) {
      walk(counted.next(), path.with(counted.count()), from, ways);
    } else if (next instanceof Closed closed) {
      walk(closed.next(), path.with(closed), from, ways);
    } else if (next instanceof PeerBuilder.Passed passed) {
      walk(passed.next(), path.with(passed), from, ways);
    } else if (next instanceof Into into) {
      Target target =
          new Target(
              into.state(),
              ways.size(),
              new int[] {from.region.word},
              new int[] {into.state().number},
              path.peers().rounds().toArray(new Automaton.Round[0]));
      ways.add(way(ways.size(), into.state(), new Target[] {target}, path));
    } else if (next instanceof Enter enter) {
      Map<String, List<Target>> targets = new LinkedHashMap<>();
      enter(enter.composite(), new IntArrayList(), new IntArrayList(), "", targets);
      for (List<Target> together : targets.values()) {
        ways.add(way(ways.size(), enter.composite().within, together.toArray(new Target[0]), path));
      }
    } else {
      Way end = end(ways.size(), ((Ended) next).absence(), path);
      from.end = end;
      ways.add(end);
    }
  }

  /**
   * The steps that may begin a composite, and the words that are set when one does; together where
   * one way leads to them: alternatives live and die apart.
   */
  private void enter(
      Composite composite,
      IntArrayList words,
      IntArrayList values,
      String alternative,
      Map<String, List<Target>> targets) {
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
          Path.EMPTY,
          branch.start,
          first);
      for (Way way : first) {
        String which = first.size() == 1 ? alternative : alternative + '|' + way.bit();
        List<Target> together = targets.computeIfAbsent(which, w -> new ArrayList<>());
        for (Target target : way.targets()) {
          together.add(
              new Target(
                  target.step(),
                  target.rank(),
                  joined(words, target.words()),
                  joined(values, target.states()),
                  target.rounds()));
        }
      }
    }
  }

  private static int[] joined(IntArrayList first, int[] then) {
    int[] all = Arrays.copyOf(first.toIntArray(), first.size() + then.length);
    System.arraycopy(then, 0, all, first.size(), then.length);
    return all;
  }

  private Way way(int bit, State into, Target[] targets, Path path) {
    Edge edge = path.edge();
    List<RulePlan.Guard> scope = new ArrayList<>(edge.scope());
    for (Target target : targets) {
      RulePlan.Guard own = edge.ownScope().get(target.step().number);
      if (own != null && !scope.contains(own)) {
        scope.add(own);
      }
    }
    return new Way(
        bit,
        into,
        targets,
        edge.any(),
        edge.again(),
        guards(scope),
        guards(path.peers().without(edge.without())),
        guards(path.peers().notNext()),
        guards(ofType(edge.until())),
        Stream.concat(edge.bounds().stream(), path.peers().bounds().stream())
            .toArray(TimeBound[]::new),
        path.counts().toArray(new Count[0]),
        path.peers().isGreedy(),
        null,
        0);
  }

  private Way end(int bit, @Nullable Absence absence, Path path) {
    PeerPattern.Closing closing = path.peers().closing();
    if (closing != null) {
      return new Way(
          bit,
          null,
          new Target[0],
          false,
          false,
          closing.isNext() ? guards(PeerBuilder.ANY_EVENT) : new GuardProgram[0],
          guards(path.peers().without(List.of())),
          guards(path.peers().notNext()),
          new GuardProgram[0],
          new TimeBound[0],
          path.counts().toArray(new Count[0]),
          false,
          closing.isNext() ? End.AFTER_NEXT : End.ABSENCE,
          closing.isNext() ? 0 : closing.reach().withinNs());
    }
    List<RulePlan.Guard> without = new ArrayList<>();
    End end = End.ABSENCE;
    if (absence != null) {
      without.add(absence.guard());
      without.addAll(path.edge().without());
    } else {
      end =
          switch (path.closing()) {
            case NONE, FIRST -> End.AT_ONCE;
            case EACH -> End.EACH;
            case WHEN_QUIET -> End.WHEN_QUIET;
            case AT_END -> End.AT_END;
          };
    }
    return new Way(
        bit,
        null,
        new Target[0],
        false,
        false,
        new GuardProgram[0],
        guards(without),
        new GuardProgram[0],
        new GuardProgram[0],
        new TimeBound[0],
        path.counts().toArray(new Count[0]),
        false,
        end,
        absence != null ? absence.durationNs() : path.quietNs());
  }

  /** The same under every role of the event type: what closes a loop need not be what it takes. */
  private List<RulePlan.Guard> ofType(List<RulePlan.Guard> until) {
    List<RulePlan.Guard> all = new ArrayList<>();
    for (RulePlan.Guard guard : until) {
      for (int role = 0; role < roles.size(); role++) {
        if (roles.get(role).typeId() == roles.get(guard.role()).typeId()) {
          all.add(new RulePlan.Guard(role, guard.where()));
        }
      }
    }
    return all;
  }

  private GuardProgram[] guards(List<RulePlan.Guard> plans) {
    return plans.stream().map(this::guard).toArray(GuardProgram[]::new);
  }

  private GuardProgram guard(RulePlan.Guard guard) {
    return packed.computeIfAbsent(guard, packer);
  }
}
