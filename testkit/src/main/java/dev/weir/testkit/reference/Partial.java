package dev.weir.testkit.reference;

import dev.weir.dsl.ast.Pattern;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A partial match: what it has taken, and which of its ways on are used up. Immutable.
 *
 * @param start the event that opened it
 * @param startRole number of the role under which it was offered
 * @param used ids of ways and edges that are used up or dead, and of loops that have ended
 * @param isSuperseded its closing loop has taken a further event: the longer one fires, not this
 */
record Partial(
    RuleDef def, Ev start, int startRole, State state, Set<String> used, boolean isSuperseded) {
  Partial {
    used = Set.copyOf(used);
  }

  /**
   * A deadline.
   *
   * @param armedBy position of the event from which it is counted
   */
  record Deadline(long timeNs, long armedBy, int role) implements Comparable<Deadline> {
    @Override
    public int compareTo(Deadline other) {
      int byTime = Long.compare(timeNs, other.timeNs);
      return byTime != 0 ? byTime : Long.compare(armedBy, other.armedBy);
    }
  }

  static Partial opened(RuleDef def, Ev start, int role, State state) {
    return new Partial(def, start, role, state, Set.of(), false);
  }

  Partial with(State longer) {
    return new Partial(def, start, startRole, longer, used, false);
  }

  Partial using(Set<String> more) {
    Set<String> all = new HashSet<>(used);
    all.addAll(more);
    return new Partial(def, start, startRole, state, all, isSuperseded);
  }

  Partial superseded() {
    return new Partial(def, start, startRole, state, used, true);
  }

  Ways all() {
    return Ways.from(def.root(), state);
  }

  /** Ways that an event at this time could take. */
  List<Way> openWays(long timeNs) {
    List<Way> open = new ArrayList<>();
    for (Way way : all().ways()) {
      if (isOpen(way) && timeNs < endNs(way)) {
        open.add(way);
      }
    }
    return open;
  }

  boolean isOpen(Way way) {
    return !used.contains(way.id())
        && !used.contains(way.edge())
        && way.loops().stream().noneMatch(l -> used.contains(l.untilId()));
  }

  /** When the way ends by itself: the first time at which an event is too late for it. */
  long endNs(Way way) {
    long end = windowEndNs();
    for (Pattern.Bound bound : way.bounds()) {
      if (bound.kind() == Pattern.Bound.Kind.WITHIN) {
        Optional<Ev> from = boundFrom(bound);
        end =
            Math.min(
                end, from.map(e -> sum(e.timeNs(), bound.durationNs())).orElse(Long.MIN_VALUE));
      }
    }
    for (Way.InLoop in : way.loops()) {
      if (in.before() != null && in.loop().spec().gapNs().isPresent()) {
        end = Math.min(end, sum(in.before().timeNs(), in.loop().spec().gapNs().get()));
      }
    }
    return end;
  }

  /** The last event of the step that a bound names. */
  Optional<Ev> boundFrom(Pattern.Bound bound) {
    Ev found = null;
    for (State.TakenBy each : State.events(def.root(), state, false)) {
      if (each.leaf().name().equals(bound.step().text())) {
        found = each.took().event();
      }
    }
    return Optional.ofNullable(found);
  }

  long windowEndNs() {
    return def.withinNs == RuleDef.NO_LIMIT ? Long.MAX_VALUE : sum(start.timeNs(), def.withinNs);
  }

  static long sum(long a, long b) {
    long sum = a + b;
    return ((a ^ sum) & (b ^ sum)) < 0 ? Long.MAX_VALUE : sum;
  }

  /** Whether it has an event of this order; what a satisfied {@code k of} dropped it has not. */
  boolean holds(Set<Integer> orders) {
    return State.events(def.root(), state, true).stream()
        .anyMatch(e -> orders.contains(e.took().event().order()));
  }

  /** The trailing absence that it waits for. */
  Optional<Way.Pending> pendingAbsence() {
    return all().pending().stream().filter(p -> !used.contains(p.edge())).findFirst();
  }

  /** Deadlines at which it completes. */
  List<Deadline> completions() {
    List<Deadline> all = new ArrayList<>();
    pendingAbsence()
        .ifPresent(
            p ->
                all.add(
                    new Deadline(
                        sum(p.last().event().timeNs(), p.absence().durationNs()),
                        p.last().event().position(),
                        p.last().role())));
    Ways.Tail tail = all().tail();
    if (isSuperseded || !State.canEnd(def.root(), state) || tail.closing().isEmpty()) {
      return all;
    }
    Pattern.Closing closing = tail.closing().get();
    Deadline windowEnd = new Deadline(windowEndNs(), start.position(), startRole);
    if (closing.kind() == Pattern.Closing.Kind.AT_END && windowEnd.timeNs() != Long.MAX_VALUE) {
      all.add(windowEnd);
    } else if (closing.kind() == Pattern.Closing.Kind.WHEN_QUIET) {
      State.Took last = State.last(def.root(), state);
      long quietNs = sum(last.event().timeNs(), closing.quietNs().orElseThrow());
      all.add(
          quietNs <= windowEnd.timeNs()
              ? new Deadline(quietNs, last.event().position(), last.role())
              : windowEnd);
    }
    return all;
  }

  /** Whether more may come behind what could end here, by the shape of the pattern. */
  boolean canGrow() {
    Ways.Tail tail = all().tail();
    return tail.canGrow() && !used.contains(tail.untilId());
  }

  /** Whether the event just taken completes it. */
  boolean isCompleteNow() {
    if (!State.canEnd(def.root(), state)) {
      return false;
    }
    Optional<Pattern.Closing> closing = all().tail().closing();
    if (closing.isEmpty() || !canGrow()) {
      return true;
    }
    return switch (closing.get().kind()) {
      case FIRST, EACH -> true;
      case WHEN_QUIET, AT_END -> false;
    };
  }

  /** Whether it goes on after it has completed. */
  boolean goesOnWhenComplete() {
    Optional<Pattern.Closing> closing = all().tail().closing();
    return canGrow() && closing.map(c -> c.kind() == Pattern.Closing.Kind.EACH).orElse(false);
  }

  List<Long> choices() {
    return Preference.choices(def.root(), state, start);
  }

  /** The last event taken. */
  State.TakenBy last() {
    List<State.TakenBy> all = State.events(def.root(), state, false);
    return all.get(all.size() - 1);
  }

  /** The events of the match. */
  List<State.TakenBy> events() {
    return State.events(def.root(), state, true);
  }
}
