package dev.weir.engine;

import dev.weir.dsl.plan.PeerPattern;
import dev.weir.dsl.plan.PeerPattern.Chain;
import dev.weir.dsl.plan.PeerPattern.Closing;
import dev.weir.dsl.plan.PeerPattern.Contiguity;
import dev.weir.dsl.plan.PeerPattern.Link;
import dev.weir.dsl.plan.PeerPattern.Reach;
import dev.weir.dsl.plan.PeerPattern.Repeat;
import dev.weir.dsl.plan.PeerPattern.Whole;
import dev.weir.dsl.plan.RulePlan;
import dev.weir.dsl.plan.RulePlan.Guard;
import dev.weir.dsl.plan.RulePlan.PatternPlan;
import dev.weir.dsl.plan.RulePlan.Single;
import dev.weir.engine.Automaton.Count;
import dev.weir.engine.Automaton.Region;
import dev.weir.engine.Automaton.Round;
import dev.weir.engine.Automaton.State;
import dev.weir.engine.Automaton.TimeBound;
import dev.weir.engine.AutomatonBuilder.Edge;
import dev.weir.engine.AutomatonBuilder.Edged;
import dev.weir.engine.AutomatonBuilder.Fork;
import dev.weir.engine.AutomatonBuilder.Into;
import dev.weir.engine.AutomatonBuilder.Next;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The part of {@link AutomatonBuilder} that writes a {@link PeerPattern} as a graph. */
final class PeerBuilder {
  /** Every event, in rules with one role. */
  static final List<Guard> ANY_EVENT = List.of(new Guard(0, Optional.empty()));

  /**
   * What holds for all ways that lead through here.
   *
   * @param withinNs of the next event from the newest; {@link RulePlan#NO_LIMIT} without
   * @param round counts, if there is one
   * @param closing how the pattern ends, if it ends here
   */
  record Passed(
      List<Guard> without,
      List<Guard> notNext,
      boolean isGreedy,
      long withinNs,
      @Nullable Round round,
      @Nullable Closing closing,
      Next next)
      implements Next {}

  /** What a walk has passed of the above. */
  record Passing(
      List<Guard> guards,
      List<Guard> notNext,
      boolean isGreedy,
      List<TimeBound> bounds,
      List<Round> rounds,
      @Nullable Closing closing) {
    static final Passing NOTHING =
        new Passing(List.of(), List.of(), false, List.of(), List.of(), null);

    Passing with(Passed passed) {
      Round round = passed.round();
      if (round != null && rounds.stream().anyMatch(r -> r.word() == round.word())) {
        throw new IllegalArgumentException("a repeated part that can be empty");
      }
      return new Passing(
          joined(guards, passed.without()),
          joined(notNext, passed.notNext()),
          isGreedy || passed.isGreedy(),
          joined(bounds, boundsOf(passed.withinNs())),
          round == null ? rounds : joined(rounds, List.of(round)),
          passed.closing() == null ? closing : passed.closing());
    }

    List<Guard> without(List<Guard> ofEdge) {
      return joined(guards, ofEdge);
    }
  }

  private final AutomatonBuilder builder;
  private final Region region;
  private int rounds; // word of the next counter

  PeerBuilder(AutomatonBuilder builder, Region region, int roundsAt) {
    this.builder = builder;
    this.region = region;
    this.rounds = roundsAt;
  }

  private static <T> List<T> joined(List<T> a, List<T> b) {
    return Stream.concat(a.stream(), b.stream()).toList();
  }

  /** Counters that a pattern needs. */
  static int repeatsOf(PatternPlan pattern) {
    if (pattern instanceof Whole whole) {
      return repeatsOf(whole.part());
    }
    if (pattern instanceof Chain chain) {
      return chain.links().stream().mapToInt(link -> repeatsOf(link.part())).sum();
    }
    return pattern instanceof Repeat repeat ? 1 + repeatsOf(repeat.part()) : 0;
  }

  Next compile(PeerPattern pattern, Next next) {
    return part(pattern, new AutomatonBuilder.Closed(RulePlan.Closing.EACH, 0, null, next));
  }

  private Next part(PatternPlan pattern, Next next) {
    if (pattern instanceof Whole whole) {
      return part(whole.part(), next);
    }
    if (pattern instanceof Chain chain) {
      return chain(chain, next);
    }
    if (pattern instanceof Repeat repeat) {
      return repeat(repeat, next);
    }
    Single single = (Single) pattern;
    State state = new State(single.step(), region, builder.steps[single.step()]);
    builder.ofSteps[single.step()] = state;
    builder.exits.put(state, next);
    return new Into(state);
  }

  private Next chain(Chain chain, Next next) {
    Next rest =
        chain
            .closing()
            .<Next>map(
                closing ->
                    new Passed(
                        closing.reach().without(),
                        closing.reach().notNext(),
                        false,
                        RulePlan.NO_LIMIT,
                        null,
                        closing,
                        next))
            .orElse(next);
    for (int i = chain.links().size() - 1; i >= 0; i--) {
      Link link = chain.links().get(i);
      Next with = part(link.part(), rest);
      if (link.isOptional() && link.part() instanceof Repeat repeat && repeat.isGreedy()) {
        with = greedy(with);
      }
      with = new Passed(List.of(), List.of(), false, link.withinNs(), null, null, with);
      if (link.reach().isPresent()) {
        with = new Edged(edge(link.reach().get()), with);
      }
      Next way = link.isOptional() ? fork(with, rest) : with;
      rest =
          link.reach()
              .<Next>map(
                  reach ->
                      new Passed(
                          reach.without(),
                          reach.notNext(),
                          false,
                          RulePlan.NO_LIMIT,
                          null,
                          null,
                          way))
              .orElse(way);
    }
    return rest;
  }

  private static Next greedy(Next next) {
    return new Passed(List.of(), List.of(), true, RulePlan.NO_LIMIT, null, null, next);
  }

  private static Next counting(Round round, Next next) {
    return new Passed(List.of(), List.of(), false, RulePlan.NO_LIMIT, round, null, next);
  }

  private Next repeat(Repeat repeat, Next next) {
    int word = rounds++;
    Fork exit = new Fork();
    Next part = part(repeat.part(), exit);
    Next again = new Edged(edge(repeat.again()), counting(new Round(word, false), part));
    exit.ways.add(
        new AutomatonBuilder.Counted(
            new Count(word, true, repeat.max()), repeat.isGreedy() ? greedy(again) : again));
    exit.ways.add(new AutomatonBuilder.Counted(new Count(word, false, repeat.min()), next));
    return counting(new Round(word, true), part);
  }

  private static Next fork(Next first, Next second) {
    Fork fork = new Fork();
    fork.ways.add(first);
    fork.ways.add(second);
    return fork;
  }

  /** What it forbids is passed apart, since that holds also where the part is left out. */
  private static Edge edge(Reach reach) {
    return new Edge(
        reach.contiguity() == Contiguity.FOLLOWED_BY_ANY,
        false,
        reach.contiguity() == Contiguity.NEXT ? ANY_EVENT : List.of(),
        Map.of(),
        List.of(),
        reach.until(),
        boundsOf(reach.withinNs()));
  }

  private static List<TimeBound> boundsOf(long withinNs) {
    return withinNs == RulePlan.NO_LIMIT
        ? List.of()
        : List.of(new TimeBound(Partial.NEWEST, false, withinNs));
  }
}
