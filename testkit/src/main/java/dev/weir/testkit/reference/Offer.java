package dev.weir.testkit.reference;

import dev.weir.dsl.ast.Clause;
import dev.weir.dsl.ast.Pattern;
import dev.weir.testkit.reference.Outcome.Counter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One event offered to a rule under one key: what each partial match, and the empty one, does. */
final class Offer {
  private final RuleDef def;
  private final Evaluator evaluator;
  private final Counts counts;
  private final Ev event;
  private final Set<String> roles;
  private final int role;
  private final Scope base;

  /**
   * @param roles types and defines under which the event is offered with this key
   * @param role number of the first of them
   * @param base scope of the event alone
   */
  Offer(
      RuleDef def,
      Evaluator evaluator,
      Counts counts,
      Ev event,
      Set<String> roles,
      int role,
      Scope base) {
    this.def = def;
    this.evaluator = evaluator;
    this.counts = counts;
    this.event = event;
    this.roles = roles;
    this.role = role;
    this.base = base;
  }

  /**
   * What a partial match does at the event.
   *
   * @param seen as it stands after the event, if the event takes none of its ways
   * @param left as it stands if the event was taken; the ways it took are used up
   * @param advances the longer partial matches
   * @param ends whether it ends here
   * @param endsAdvances whether its advances end too, once they are alerted
   * @param closesNow whether the event closed its loop, and it is complete without it
   */
  record Reaction(
      Partial seen,
      Partial left,
      List<Partial> advances,
      boolean ends,
      boolean endsAdvances,
      boolean closesNow) {}

  Reaction to(Partial partial) {
    Scope outside = base.from(partial.state(), "");
    boolean unless = anyPasses(def.unless, outside);
    boolean ends = unless || anyPasses(def.without, outside);
    Set<String> dead = new HashSet<>();
    for (Way.OpenLoop open : partial.all().openLoops()) {
      if (isUntil(open.loop(), partial.state())) {
        dead.add(open.untilId());
      }
    }
    Set<String> taken = new HashSet<>();
    Set<String> usedUp = new HashSet<>();
    List<State> longer = new ArrayList<>();
    List<Way> open = partial.openWays(event.timeNs());
    for (Way way : open) {
      if (!passes(way, Optional.of(partial))) {
        continue;
      }
      taken.add(way.id());
      if (!requirementHolds(way)) {
        ends = true;
        counts.add(Counter.KILLED, 1);
        continue;
      }
      longer.add(take(way));
      if (way.kind() != Pattern.Edge.Kind.THEN_ANY) {
        usedUp.add(way.id());
      }
    }
    for (Way way : open) {
      if (way.kind() == Pattern.Edge.Kind.THEN_NEXT
          && !taken.contains(way.id())
          && isInScope(way)) {
        dead.add(way.id());
      }
      if (anyPasses(way.guards(), base.from(partial.state(), way.target().path()))) {
        dead.add(way.edge());
      }
    }
    partial
        .pendingAbsence()
        .ifPresent(
            p -> {
              if (passes(p.absence().selector(), outside) || anyPasses(p.guards(), outside)) {
                dead.add(p.edge());
              }
            });
    Partial seen = partial.using(dead);
    Partial left = seen.using(usedUp);
    if (!longer.isEmpty()) {
      left = left.superseded();
    }
    List<Partial> advances = longer.stream().map(seen::with).toList();
    return new Reaction(seen, left, advances, ends, unless, closesNow(partial, dead));
  }

  /** Partial matches that the event opens. */
  List<Partial> openings() {
    Map<State, Partial> opened = new HashMap<>();
    List<Partial> inOrder = new ArrayList<>();
    for (Way way : Ways.first(def.root()).ways()) {
      if (passes(way, Optional.empty()) && requirementHolds(way)) {
        Partial partial = Partial.opened(def, event, role, take(way));
        if (opened.putIfAbsent(partial.state(), partial) == null) {
          inOrder.add(partial);
        }
      }
    }
    return inOrder;
  }

  private boolean closesNow(Partial partial, Set<String> dead) {
    Ways.Tail tail = partial.all().tail();
    if (partial.isSuperseded()
        || tail.closing().isEmpty()
        || !State.canEnd(def.root(), partial.state())) {
      return false;
    }
    return switch (tail.closing().get().kind()) {
      case FIRST, EACH -> false;
      case WHEN_QUIET -> dead.contains(tail.untilId());
      case AT_END -> dead.contains(tail.untilId()) || isEnd(partial, dead);
    };
  }

  /** Whether something could still come, and the event leaves no way for it. */
  private boolean isEnd(Partial partial, Set<String> dead) {
    List<Way> open = partial.openWays(event.timeNs());
    return !open.isEmpty()
        && open.stream().allMatch(way -> dead.contains(way.id()) || dead.contains(way.edge()));
  }

  // ---- conditions
  // ---------------------------------------------------------------------------------

  private boolean anyPasses(List<Clause.Selector> selectors, Scope scope) {
    return selectors.stream().anyMatch(s -> passes(s, scope));
  }

  private boolean passes(Clause.Selector selector, Scope scope) {
    return roles.contains(selector.type().text()) && evaluator.passes(selector, event, scope);
  }

  private boolean isNamed(String type) {
    return roles.contains(type) && evaluator.isOf(type, event, base);
  }

  /** Whether the event counts for {@code next}: the step's own type always does. */
  private boolean isInScope(Way way) {
    if (isNamed(way.target().step().type().text())) {
      return true;
    }
    return way.scope()
        .map(
            s ->
                s.all()
                    ? def.roles.stream().anyMatch(this::isNamed)
                    : s.types().stream().anyMatch(t -> isNamed(t.text())))
        .orElse(false);
  }

  private boolean isUntil(Node.Loop loop, @Nullable State state) {
    if (loop.spec().until().isEmpty()) {
      return false;
    }
    if (loop.body() instanceof Node.Leaf leaf) {
      // of the event type, not of the define: what ends the loop need not be what it takes
      if (!def.set.isOfType(event, leaf.step().type().text())) {
        return false;
      }
    }
    Scope scope = state == null ? base : base.from(state, loop.path());
    return evaluator.holds(loop.spec().until().get(), scope);
  }

  private boolean passes(Way way, Optional<Partial> partial) {
    Pattern.Step step = way.target().step();
    if (!isNamed(step.type().text())
        || !def.onlyDuring.map(c -> evaluator.holds(c, base)).orElse(true)) {
      return false;
    }
    for (Pattern.Bound bound : way.bounds()) {
      if (bound.kind() == Pattern.Bound.Kind.AT_LEAST) {
        Optional<Ev> from = partial.flatMap(p -> p.boundFrom(bound));
        if (from.isEmpty()
            || event.timeNs() < Partial.sum(from.get().timeNs(), bound.durationNs())) {
          return false;
        }
      }
    }
    for (Way.InLoop in : way.loops()) {
      Ev before = in.before();
      if (isUntil(in.loop(), partial.map(Partial::state).orElse(null))
          || (before != null
              && in.loop().spec().trend().isPresent()
              && !follows(in.loop().spec().trend().get(), before))) {
        return false;
      }
    }
    if (partial.isEmpty() && !step.after().map(this::isAfterSilence).orElse(true)) {
      return false;
    }
    return step.where().map(w -> evaluator.holds(w, taking(way, Map.of()))).orElse(true);
  }

  private boolean follows(Pattern.Trend trend, Ev before) {
    Value last = before.value(trend.field().text());
    Value next = event.value(trend.field().text());
    if (last == null || next == null || last.equals(next)) {
      return false;
    }
    boolean isGreater = Totals.extreme(List.of(last, next), 1).equals(next);
    return isGreater == trend.rising();
  }

  private boolean isAfterSilence(Pattern.AfterNo after) {
    return base.history()
        .lastBefore(after.selector(), base)
        .map(last -> event.timeNs() - last.timeNs() >= after.durationNs())
        .orElse(after.orNever());
  }

  private boolean requirementHolds(Way way) {
    return way.target()
        .step()
        .require()
        .map(r -> evaluator.holds(r, taking(way, Map.of())))
        .orElse(true);
  }

  private Scope taking(Way way, Map<String, Optional<Value>> bound) {
    State state = way.rebuild().apply(new State.Took(event, role, bound));
    return base.taking(state, way.target());
  }

  /** Takes the event; later bindings see earlier ones. */
  private State take(Way way) {
    Map<String, Optional<Value>> bound = new HashMap<>();
    for (Pattern.Binding binding : way.target().step().bindings()) {
      Value value = evaluator.value(binding.value(), taking(way, bound));
      bound.put(binding.name().text(), Optional.ofNullable(value));
    }
    return way.rebuild().apply(new State.Took(event, role, Map.copyOf(bound)));
  }
}
