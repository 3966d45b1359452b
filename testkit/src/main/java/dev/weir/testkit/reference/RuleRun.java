package dev.weir.testkit.reference;

import dev.weir.dsl.ast.Clause;
import dev.weir.dsl.ast.Expression;
import dev.weir.dsl.ast.Pattern;
import dev.weir.testkit.reference.Outcome.Counter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One rule over all its keys. */
final class RuleRun {
  private final RuleDef def;
  private final Evaluator evaluator;
  private final Counts counts;
  private final ReferenceLimits limits;
  private final History history;
  private final AlertLog log;
  private final Map<List<Value>, KeyRun> keys = new LinkedHashMap<>();
  private final Map<List<Value>, Boolean> held = new HashMap<>(); // of a rising `when`
  private final @Nullable LowRateRun lowRate;

  RuleRun(
      RuleDef def,
      Evaluator evaluator,
      Counts counts,
      ReferenceLimits limits,
      History history,
      AlertLog log) {
    this.def = def;
    this.evaluator = evaluator;
    this.counts = counts;
    this.limits = limits;
    this.history = history;
    this.log = log;
    Optional<Pattern.LowRate> rate = def.lowRate;
    this.lowRate =
        rate.isPresent() ? new LowRateRun(def, rate.get(), evaluator, history, log) : null;
  }

  /** The first stream time that there is, and the record that brought it. */
  void begins(long timeNs, long position) {
    if (lowRate != null) {
      lowRate.begins(timeNs, position);
    }
  }

  private Scope scope(List<Value> key, At at) {
    return Scope.ofEvent(def, history, key, at, at.event());
  }

  /** Offers the event once for each distinct key that its roles give. */
  void onEvent(Ev event) {
    Map<List<Value>, Set<String>> offers = new LinkedHashMap<>();
    boolean isMissing = false;
    for (String role : def.roles) {
      if (def.set.isOfType(event, role)) {
        List<Value> key = def.key(event, role);
        if (key == null) {
          isMissing = true;
        } else {
          offers.computeIfAbsent(key, k -> new LinkedHashSet<>()).add(role);
        }
      }
    }
    counts.add(Counter.KEY_MISSING, isMissing ? 1 : 0);
    offers.forEach((key, roles) -> offer(event, key, roles));
    enforceBudget();
  }

  private void offer(Ev event, List<Value> key, Set<String> roles) {
    counts.add(Counter.OFFERS, 1);
    int role = def.roles.indexOf(roles.iterator().next());
    if (def.when.isPresent()) {
      test(def.when.get(), event, key, roles, role);
    } else if (lowRate != null) {
      if (roles.contains(def.lowRate.orElseThrow().selector().type().text())) {
        lowRate.onEvent(event, key, role);
      }
    } else {
      keys.computeIfAbsent(
              key, k -> new KeyRun(def, evaluator, counts, limits, scope(k, At.event(event)), log))
          .onEvent(event, roles, role);
    }
  }

  private void test(Clause.When when, Ev event, List<Value> key, Set<String> roles, int role) {
    Set<String> tested = RuleDef.testedAt(def.set, when);
    Scope scope = scope(key, At.event(event));
    List<String> here = roles.stream().filter(tested::contains).toList();
    if (here.isEmpty() || !def.isValid(event.timeNs())) {
      return;
    }
    Expression condition = when.condition();
    boolean holds =
        here.stream().anyMatch(r -> evaluator.isOf(r, event, scope))
            && def.onlyDuring.map(c -> evaluator.holds(c, scope)).orElse(true)
            && evaluator.holds(condition, scope);
    boolean before = Objects.requireNonNullElse(held.put(key, holds), false);
    if (holds && !(when.rising() && before)) {
      Instant instant = new Instant(At.event(event), event.order(), role);
      def.rule
          .clause(Clause.Alert.class)
          .ifPresent(a -> log.add(instant, scope, List.of(), a.body(), "alert"));
    }
  }

  /** Handles all deadlines up to this time, in order. */
  void advance(long timeNs) {
    if (lowRate != null) {
      lowRate.advance(timeNs);
    }
    for (KeyRun run : keys.values()) {
      Partial.Deadline next = run.next();
      while (next != null && next.timeNs() <= timeNs) {
        run.onDeadline(next);
        next = run.next();
      }
    }
  }

  // ---- budget
  // -------------------------------------------------------------------------------------

  private void enforceBudget() {
    Optional<Clause.Budget> budget = def.rule.clause(Clause.Budget.class);
    if (budget.isEmpty()) {
      return;
    }
    if (budget.get().perKey()) {
      keys.values().forEach(run -> enforce(budget.get(), List.of(run)));
    } else {
      enforce(budget.get(), List.copyOf(keys.values()));
    }
  }

  private static void enforce(Clause.Budget budget, List<KeyRun> runs) {
    boolean oldest = budget.policy().equals("drop oldest");
    while (size(budget, runs) > budget.amount()) {
      TreeMap<Integer, KeyRun> byStart = new TreeMap<>();
      Map<KeyRun, List<Partial>> open = new HashMap<>();
      for (KeyRun run : runs) {
        open.put(run, new ArrayList<>(run.open()));
        run.open().forEach(p -> byStart.putIfAbsent(p.start().order(), run));
      }
      KeyRun run = oldest ? byStart.firstEntry().getValue() : byStart.lastEntry().getValue();
      List<Partial> candidates = Objects.requireNonNull(open.get(run));
      Comparator<Partial> byAge = Comparator.comparingInt(p -> p.start().order());
      run.drop(
          oldest
              ? candidates.stream().min(byAge).orElseThrow()
              : candidates.stream().max(byAge).orElseThrow());
    }
  }

  private static long size(Clause.Budget budget, List<KeyRun> runs) {
    return switch (budget.unit()) {
      case "keys" -> runs.stream().filter(r -> !r.open().isEmpty()).count();
      case "events" ->
          runs.stream()
              .mapToLong(
                  r ->
                      r.open().stream()
                          .flatMap(p -> State.events(p.def().root(), p.state(), false).stream())
                          .map(e -> e.took().event().order())
                          .distinct()
                          .count())
              .sum();
      default -> runs.stream().mapToLong(r -> r.open().size()).sum();
    };
  }
}
