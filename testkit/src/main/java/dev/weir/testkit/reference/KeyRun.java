package dev.weir.testkit.reference;

import dev.weir.dsl.ast.Clause;
import dev.weir.testkit.reference.Outcome.Counter;
import dev.weir.testkit.reference.Partial.Deadline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The partial matches of one match rule and key, and its instants. */
final class KeyRun {
  private static final Deadline EARLIEST = new Deadline(Long.MIN_VALUE, Long.MIN_VALUE, 0);

  private final RuleDef def;
  private final Evaluator evaluator;
  private final Counts counts;
  private final ReferenceLimits limits;
  private final Scope key;
  private final AlertLog log;
  private final Choosing choosing;
  private final Settling settling;

  private List<Partial> open = new ArrayList<>();
  private List<Partial> held = new ArrayList<>(); // complete, not settled
  private final Set<Integer> matched = new HashSet<>(); // orders of starts that gave a match
  private final Set<String> reached = new HashSet<>(); // stage and order of the start
  private boolean hasAlerted;
  private final Map<Ev, Set<Deadline>> looks = new HashMap<>(); // at matches that wait, by start
  private @Nullable Deadline handled; // the latest

  KeyRun(
      RuleDef def,
      Evaluator evaluator,
      Counts counts,
      ReferenceLimits limits,
      Scope key,
      AlertLog log) {
    this.def = def;
    this.evaluator = evaluator;
    this.counts = counts;
    this.limits = limits;
    this.key = key;
    this.log = log;
    this.choosing = new Choosing(def, counts);
    this.settling = new Settling(def, choosing);
  }

  List<Partial> open() {
    return open;
  }

  void drop(Partial partial) {
    open.remove(partial);
    counts.add(Counter.DROPPED_BY_BUDGET, 1);
  }

  private Scope at(At at) {
    return Scope.ofEvent(def, key.history(), key.key(), at, at.event());
  }

  // ---- an event
  // -----------------------------------------------------------------------------------

  /** Deadlines up to its time have been handled. */
  void onEvent(Ev event, Set<String> roles, int role) {
    At at = At.event(event);
    if (!def.isValid(event.timeNs())) {
      return;
    }
    prune(event.timeNs());
    Offer offer = new Offer(def, evaluator, counts, event, roles, role, at(at));
    List<Offer.Reaction> reactions = open.stream().map(offer::to).toList();
    List<Partial> opened = mayStart() ? offer.openings() : List.of();
    List<Partial> completions = new ArrayList<>();
    List<Partial> advances = new ArrayList<>(); // that may go on, in this order behind the others
    for (Offer.Reaction reaction : reactions) {
      counts.add(Counter.ADVANCES, reaction.advances().size());
      if (reaction.closesNow()) {
        completions.add(reaction.seen());
      }
      for (Partial advance : reaction.advances()) {
        addAdvance(advance, reaction.endsAdvances(), completions, advances);
      }
      counts.add(Counter.KILLED, reaction.ends() ? 1 : 0);
    }
    for (Partial each : opened) {
      addAdvance(each, false, completions, advances);
    }
    counts.add(Counter.STARTS, opened.size());

    List<Partial> survivors = survivors(reactions, false);
    survivors.addAll(advances);
    survivors.removeIf(p -> !isAlive(p, event.timeNs()));
    List<Partial> decided = decided(completions, survivors, event.timeNs());
    Choosing.Result result = choosing.settle(decided);
    boolean isUsed = result.usedUp().contains(event.order());
    if (isUsed) {
      counts.add(Counter.UNDONE_BY_CONSUMPTION, advances.size());
      survivors = survivors(reactions, true);
      survivors.removeIf(p -> !isAlive(p, event.timeNs()));
    }
    Instant instant = new Instant(at, event.order(), role);
    stages(instant, isUsed ? List.of() : takenNow(reactions, opened));
    emit(instant, result);
    open = remaining(survivors, result);
    matched.addAll(result.starts());
    armLooks(event, role);
    settleMore(instant);
    if (open.size() > limits.partialsMax()) {
      throw new TooLarge("partials", open.size(), limits.partialsMax());
    }
  }

  private boolean mayStart() {
    return switch (def.starts) {
      case EVERY -> true;
      case ONE_OPEN_AT_A_TIME -> open.isEmpty() && held.isEmpty();
      case ONCE -> !hasAlerted;
    };
  }

  private static void addAdvance(
      Partial advance, boolean ends, List<Partial> completions, List<Partial> advances) {
    boolean isComplete = advance.isCompleteNow();
    if (isComplete) {
      completions.add(advance);
    }
    if (!ends && (!isComplete || advance.goesOnWhenComplete())) {
      advances.add(advance);
    }
  }

  /** What is left of the open partial matches, without their advances. */
  private static List<Partial> survivors(List<Offer.Reaction> reactions, boolean isUndone) {
    List<Partial> left = new ArrayList<>();
    for (Offer.Reaction reaction : reactions) {
      if (!reaction.ends() && !reaction.closesNow()) {
        left.add(isUndone ? reaction.seen() : reaction.left());
      }
    }
    return left;
  }

  private static List<Partial> takenNow(List<Offer.Reaction> reactions, List<Partial> opened) {
    List<Partial> all = new ArrayList<>();
    reactions.forEach(r -> all.addAll(r.advances()));
    all.addAll(opened);
    return all;
  }

  /** What goes on after the completions of an instant. */
  private List<Partial> remaining(List<Partial> candidates, Choosing.Result result) {
    List<Partial> left = new ArrayList<>();
    Set<Object> places = new HashSet<>();
    for (Partial partial : candidates) {
      if (!def.givesSeveral && result.starts().contains(partial.start().order())) {
        continue;
      }
      if (result.ends(partial)) {
        counts.add(Counter.ENDED_BY_CONSUMPTION, 1);
        continue;
      }
      // of partial matches with the same place and events one is kept
      if (places.add(List.of(partial.start().order(), partial.state(), partial.isSuperseded()))) {
        left.add(partial);
      }
    }
    return left;
  }

  /** Drops partial matches without any way on at this time. */
  private void prune(long timeNs) {
    List<Partial> left = new ArrayList<>();
    for (Partial partial : open) {
      if (isAlive(partial, timeNs)) {
        left.add(partial);
      } else if (timeNs >= partial.windowEndNs() && !matched.contains(partial.start().order())) {
        counts.add(Counter.EXPIRED, 1);
      }
    }
    open = left;
  }

  private static boolean isAlive(Partial partial, long timeNs) {
    return !partial.openWays(timeNs).isEmpty() || !partial.completions().isEmpty();
  }

  // ---- deadlines
  // ----------------------------------------------------------------------------------

  /** The next deadline, or null. */
  @Nullable Deadline next() {
    TreeSet<Deadline> all = new TreeSet<>();
    for (Partial partial : open) {
      all.addAll(partial.completions());
      Deadline windowEnd =
          new Deadline(partial.windowEndNs(), partial.start().position(), partial.startRole());
      boolean isWindowed = windowEnd.timeNs() != Long.MAX_VALUE;
      if (isWindowed && def.rule.clause(Clause.OnTimeout.class).isPresent()) {
        all.add(windowEnd);
      }
    }
    looks.forEach(
        (start, times) -> {
          if (Stream.concat(open.stream(), held.stream()).anyMatch(p -> p.start().equals(start))) {
            all.addAll(times);
          }
        });
    return handled == null ? all.ceiling(EARLIEST) : all.higher(handled);
  }

  /** Handles one deadline, an instant of its own. */
  void onDeadline(Deadline due) {
    handled = due;
    At at = At.deadline(due.timeNs());
    prune(due.timeNs() - 1);
    List<Partial> completions = new ArrayList<>();
    for (Partial partial : open) {
      if (partial.completions().stream().anyMatch(d -> d.compareTo(due) == 0)) {
        completions.add(partial);
      }
    }
    if (!def.isValid(due.timeNs())) {
      open.removeAll(completions);
      completions.clear();
    }
    counts.add(Counter.DEADLINE_COMPLETIONS, completions.size());
    Instant instant = new Instant(at, due.armedBy(), due.role());
    Optional<Partial> timedOut = timedOut(due, completions);
    List<Partial> candidates = new ArrayList<>(open);
    candidates.removeAll(completions);
    // ways that end at this time are no longer open to what decides it
    candidates.removeIf(p -> !isAlive(p, due.timeNs()));
    Choosing.Result result = choosing.settle(decided(completions, candidates, due.timeNs()));
    emit(instant, result);
    timedOut.ifPresent(p -> emitTimeout(instant, p));
    open.removeAll(completions);
    open = remaining(open, result);
    matched.addAll(result.starts());
    open.removeIf(
        p ->
            p.windowEndNs() == due.timeNs()
                && p.start().position() == due.armedBy()
                && !isAlive(p, due.timeNs()));
    if (def.fire != Clause.Fire.Kind.PROMPT) {
      // but for those whose timeout is still to come at this time
      open.removeIf(p -> p.windowEndNs() != due.timeNs() && !isAlive(p, due.timeNs()));
    }
    settleMore(instant);
  }

  /** The preferred open partial match of a start whose time is over without a match. */
  private Optional<Partial> timedOut(Deadline due, List<Partial> completions) {
    if (def.rule.clause(Clause.OnTimeout.class).isEmpty() || !def.isValid(due.timeNs())) {
      return Optional.empty();
    }
    List<Partial> ofStart =
        open.stream()
            .filter(p -> p.windowEndNs() == due.timeNs() && p.start().position() == due.armedBy())
            .toList();
    boolean gaveMatch =
        ofStart.stream().anyMatch(p -> matched.contains(p.start().order()))
            || held.stream().anyMatch(h -> h.start().position() == due.armedBy())
            || completions.stream().anyMatch(c -> c.start().position() == due.armedBy());
    boolean mayStillGive = ofStart.stream().anyMatch(p -> !p.completions().isEmpty());
    if (ofStart.isEmpty() || gaveMatch || mayStillGive) {
      return Optional.empty();
    }
    return Optional.of(choosing.ranked(ofStart).get(0));
  }

  // ---- settling
  // -----------------------------------------------------------------------------------

  /** Completions that are judged now; the others are held. */
  private List<Partial> decided(List<Partial> completions, List<Partial> stillOpen, long nowNs) {
    if (completions.size() > limits.matchesMax()) {
      throw new TooLarge("matches", completions.size(), limits.matchesMax());
    }
    if (def.fire == Clause.Fire.Kind.PROMPT) {
      return completions;
    }
    held.addAll(completions);
    List<Partial> decided = settling.decided(held, stillOpen, nowNs);
    held.removeAll(decided);
    return decided;
  }

  /** What an instant ends may decide more: each time as a choice of its own. */
  private void settleMore(Instant instant) {
    while (!held.isEmpty()) {
      long nowNs = instant.at().timeNs();
      List<Partial> alive = open.stream().filter(p -> isAlive(p, nowNs)).toList();
      List<Partial> decided = settling.decided(held, alive, nowNs);
      if (decided.isEmpty()) {
        return;
      }
      held.removeAll(decided);
      Choosing.Result result = choosing.settle(decided);
      emit(instant, result);
      open = remaining(open, result);
      matched.addAll(result.starts());
    }
  }

  /** Matches that wait are looked at when a bound ends that is counted from an event taken now. */
  private void armLooks(Ev event, int role) {
    if (def.fire == Clause.Fire.Kind.PROMPT) {
      return;
    }
    for (Partial partial : open) {
      if (State.last(def.root(), partial.state()).event().equals(event)) {
        State.TakenBy last = partial.last();
        Set<Deadline> times = looks.computeIfAbsent(partial.start(), s -> new TreeSet<>());
        for (long durationNs : def.boundsFrom(last.leaf())) {
          times.add(new Deadline(Partial.sum(event.timeNs(), durationNs), event.position(), role));
        }
        if (partial.start().equals(event) && def.withinNs != RuleDef.NO_LIMIT) {
          times.add(new Deadline(partial.windowEndNs(), event.position(), role));
        }
      }
    }
  }

  // ---- alerts
  // -------------------------------------------------------------------------------------

  private void emit(Instant instant, Choosing.Result result) {
    Optional<Clause.Alert> alert = def.rule.clause(Clause.Alert.class);
    Scope scope = at(instant.at());
    for (Partial match : result.alerted()) {
      hasAlerted = true;
      alert.ifPresent(
          a -> log.add(instant, scope.ofMatch(match.state()), match.events(), a.body(), "alert"));
    }
    if (!result.total().isEmpty()) {
      hasAlerted = true;
      List<State> states = result.total().stream().map(Partial::state).toList();
      alert.ifPresent(a -> log.add(instant, scope.ofTotal(states), List.of(), a.body(), "alert"));
    }
    held.removeIf(
        h -> result.ends(h) || (!def.givesSeveral && result.starts().contains(h.start().order())));
  }

  private void emitTimeout(Instant instant, Partial partial) {
    Clause.OnTimeout clause = def.rule.clause(Clause.OnTimeout.class).orElseThrow();
    log.add(
        instant,
        at(instant.at()).ofMatch(partial.state()),
        partial.events(),
        clause.body(),
        "timeout");
  }

  /** Stages that starts have reached at this event for the first time. */
  private void stages(Instant instant, List<Partial> longer) {
    for (Clause.Stage stage : def.rule.clauses(Clause.Stage.class)) {
      List<Partial> first =
          longer.stream()
              .filter(p -> hasReached(p, stage))
              .filter(p -> !reached.contains(idOf(stage, p)))
              .toList();
      reached.addAll(first.stream().map(p -> idOf(stage, p)).collect(Collectors.toSet()));
      choosing.ranked(first).stream()
          .findFirst()
          .ifPresent(
              p ->
                  log.add(
                      instant,
                      at(instant.at()).ofMatch(p.state()),
                      p.events(),
                      stage.body(),
                      "stage " + stage.name().text()));
    }
  }

  private static String idOf(Clause.Stage stage, Partial partial) {
    return stage.name().text() + " " + partial.start().order();
  }

  private static boolean hasReached(Partial partial, Clause.Stage stage) {
    Node node = Objects.requireNonNull(partial.def().stepNames.get(stage.step().text()));
    long count =
        State.events(partial.def().root(), partial.state(), false).stream()
            .filter(e -> e.leaf().path().startsWith(node.path()))
            .count();
    return count >= stage.count();
  }
}
