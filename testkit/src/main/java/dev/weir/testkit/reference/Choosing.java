package dev.weir.testkit.reference;

import dev.weir.dsl.ast.Clause;
import dev.weir.testkit.reference.Outcome.Counter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What becomes of the completions of one instant of a rule and key. */
final class Choosing {
  private final RuleDef def;
  private final Counts counts;

  Choosing(RuleDef def, Counts counts) {
    this.def = def;
    this.counts = counts;
  }

  /**
   * The result.
   *
   * @param alerted in preference order
   * @param total with {@code pick totals}: all matches, for one alert; else empty
   * @param usedUp orders of the events that are used up
   * @param endsBefore partial matches with a start of a smaller order end; no start is smaller than
   *     0
   * @param starts orders of the starts that completed
   */
  record Result(
      List<Partial> alerted,
      List<Partial> total,
      Set<Integer> usedUp,
      long endsBefore,
      Set<Integer> starts) {
    boolean ends(Partial partial) {
      return partial.start().order() < endsBefore || partial.holds(usedUp);
    }
  }

  Result settle(List<Partial> completions) {
    Set<Integer> starts = new HashSet<>();
    completions.forEach(c -> starts.add(c.start().order()));
    counts.add(Counter.COMPLETIONS, completions.size());
    if (completions.size() > 1) {
      counts.add(Counter.COMPETING_INSTANTS, 1);
    }
    if (starts.size() > 1) {
      counts.add(Counter.COMPETING_STARTS, 1);
    }
    List<Partial> candidates = ofStarts(distinct(ranked(completions)));
    if (def.pick == Clause.Pick.Kind.TOTALS && !candidates.isEmpty()) {
      Set<Integer> usedUp = new HashSet<>();
      candidates.forEach(c -> usedUp.addAll(marked(c)));
      return new Result(List.of(), candidates, usedUp, endsBefore(candidates.get(0)), starts);
    }
    List<Partial> alerted = new ArrayList<>();
    Set<Integer> usedUp = new HashSet<>();
    long endsBefore = 0;
    for (Partial match : picked(candidates)) {
      if (match.events().stream().anyMatch(e -> usedUp.contains(e.took().event().order()))) {
        continue;
      }
      alerted.add(match);
      usedUp.addAll(marked(match));
      endsBefore = endsBefore(match);
      if (endsBefore > 0 || isRestart()) {
        break; // only the first is alerted
      }
    }
    counts.add(Counter.UNPICKED, candidates.size() - alerted.size());
    return new Result(alerted, List.of(), usedUp, endsBefore, starts);
  }

  /** By preference. */
  List<Partial> ranked(Collection<Partial> matches) {
    Map<Partial, List<Long>> choices = new HashMap<>();
    matches.forEach(m -> choices.put(m, m.choices()));
    List<Partial> ranked = new ArrayList<>(matches);
    ranked.sort(
        (a, b) ->
            Preference.compare(
                java.util.Objects.requireNonNull(choices.get(a)),
                java.util.Objects.requireNonNull(choices.get(b))));
    return ranked;
  }

  /** Of matches with the same events for the same steps, the preferred one. */
  private static List<Partial> distinct(List<Partial> ranked) {
    Map<List<String>, Partial> distinct = new LinkedHashMap<>();
    for (Partial match : ranked) {
      List<String> events =
          match.events().stream().map(e -> e.leaf().path() + e.took().event().order()).toList();
      distinct.putIfAbsent(events, match);
    }
    return List.copyOf(distinct.values());
  }

  /** The preferred match of each start; with words that give several, as many as they allow. */
  private List<Partial> ofStarts(List<Partial> ranked) {
    int limit = def.givesSeveral ? def.subsetLimit : 1;
    Map<Integer, Integer> seen = new HashMap<>();
    return ranked.stream()
        .filter(m -> seen.merge(m.start().order(), 1, Integer::sum) <= limit)
        .toList();
  }

  private List<Partial> picked(List<Partial> ranked) {
    if (ranked.isEmpty()) {
      return ranked;
    }
    Partial best = ranked.get(0);
    for (Partial match : ranked) {
      boolean isBetter =
          switch (def.pick) {
            case LAST -> match.start().order() > best.start().order();
            case LONGEST -> match.events().size() > best.events().size();
            case SHORTEST -> match.events().size() < best.events().size();
            case FIRST, ALL, TOTALS -> false;
          };
      best = isBetter ? match : best;
    }
    return def.pick == Clause.Pick.Kind.ALL
        ? ranked.subList(0, Math.min(ranked.size(), def.pickLimit))
        : List.of(best);
  }

  private Set<Integer> marked(Partial match) {
    Set<Integer> orders = new HashSet<>();
    switch (def.afterMatch) {
      case CONSUME_ALL -> match.events().forEach(e -> orders.add(e.took().event().order()));
      case CONSUME_START -> orders.add(match.start().order());
      case CONSUME_NONE, RESTART, RESUME_AT_FIRST, RESUME_AT_LAST -> {}
    }
    return orders;
  }

  private boolean isRestart() {
    return switch (def.afterMatch) {
      case RESTART, RESUME_AT_FIRST, RESUME_AT_LAST -> true;
      case CONSUME_ALL, CONSUME_START, CONSUME_NONE -> false;
    };
  }

  /** Where starts must lie to go on; a step to resume at that took nothing is as a restart. */
  private long endsBefore(Partial match) {
    if (!isRestart()) {
      return 0;
    }
    List<Integer> orders =
        match.events().stream()
            .filter(e -> e.leaf().name().equals(def.resumeStep))
            .map(e -> e.took().event().order())
            .toList();
    if (def.afterMatch == Clause.AfterMatch.Kind.RESTART || orders.isEmpty()) {
      return Long.MAX_VALUE;
    }
    boolean first = def.afterMatch == Clause.AfterMatch.Kind.RESUME_AT_FIRST;
    return orders.get(first ? 0 : orders.size() - 1);
  }
}
