package dev.weir.testkit.reference;

import dev.weir.dsl.ast.Clause;
import dev.weir.dsl.ast.Pattern;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** {@code fewer than n X in w}: one rule over all its keys. */
final class LowRateRun {
  private final RuleDef def;
  private final Pattern.LowRate rate;
  private final Evaluator evaluator;
  private final History history;
  private final AlertLog log;

  private final Map<List<Value>, List<Ev>> events = new java.util.HashMap<>();
  private final Set<List<Value>> below = new HashSet<>();

  /** Times to judge at, with what armed them. */
  private final TreeMap<Partial.Deadline, List<List<Value>>> due = new TreeMap<>();

  LowRateRun(
      RuleDef def, Pattern.LowRate rate, Evaluator evaluator, History history, AlertLog log) {
    this.def = def;
    this.rate = rate;
    this.evaluator = evaluator;
    this.history = history;
    this.log = log;
  }

  /** Arms the keys of the list. */
  void begins(long timeNs, long position) {
    rate.keys()
        .ifPresent(
            list ->
                def.set.list(list.text()).stream()
                    .distinct()
                    .forEach(value -> arm(List.of(value), timeNs, position, 0)));
  }

  private void arm(List<Value> key, long fromNs, long position, int role) {
    due.computeIfAbsent(
            new Partial.Deadline(Partial.sum(fromNs, rate.windowNs()), position, role),
            d -> new ArrayList<>())
        .add(key);
  }

  void onEvent(Ev event, List<Value> key, int role) {
    boolean isWatched =
        rate.keys().isEmpty()
            || (key.size() == 1 && def.set.list(rate.keys().get().text()).contains(key.get(0)));
    Scope scope = Scope.ofEvent(def, history, key, At.event(event), event);
    if (!isWatched || !evaluator.passes(rate.selector(), event, scope)) {
      return;
    }
    List<Ev> past = events.computeIfAbsent(key, k -> new ArrayList<>());
    past.add(event);
    if (!def.isValid(event.timeNs())) {
      return;
    }
    long inside = past.stream().filter(e -> event.timeNs() - e.timeNs() < rate.windowNs()).count();
    if (inside >= rate.count()) {
      below.remove(key);
    }
    arm(key, event.timeNs(), event.position(), role);
  }

  void advance(long timeNs) {
    while (!due.isEmpty() && due.firstKey().timeNs() <= timeNs) {
      Map.Entry<Partial.Deadline, List<List<Value>>> first = due.firstEntry();
      due.remove(first.getKey());
      first.getValue().forEach(key -> judge(key, first.getKey()));
    }
  }

  private void judge(List<Value> key, Partial.Deadline deadline) {
    long nowNs = deadline.timeNs();
    if (!def.isValid(nowNs)) {
      return;
    }
    long inside =
        events.getOrDefault(key, List.of()).stream()
            .filter(e -> e.timeNs() < nowNs && nowNs - e.timeNs() < rate.windowNs())
            .count();
    if (inside >= rate.count()) {
      below.remove(key);
    } else if (below.add(key)) {
      At at = At.deadline(nowNs);
      Instant instant = new Instant(at, deadline.armedBy(), deadline.role());
      Scope scope = Scope.ofEvent(def, history, key, at, null);
      def.rule
          .clause(Clause.Alert.class)
          .ifPresent(a -> log.add(instant, scope, List.of(), a.body(), "alert"));
    }
  }
}
