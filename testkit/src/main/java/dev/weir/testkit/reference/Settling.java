package dev.weir.testkit.reference;

import dev.weir.dsl.ast.Clause;
import java.util.ArrayList;
import java.util.List;

/** {@code fire settled} and {@code fire in order}: which held completions nothing can better. */
final class Settling {
  private final RuleDef def;
  private final Choosing choosing;

  Settling(RuleDef def, Choosing choosing) {
    this.def = def;
    this.choosing = choosing;
  }

  /** Held completions that are decided, given what is open. */
  List<Partial> decided(List<Partial> held, List<Partial> open, long nowNs) {
    List<Partial> decided = new ArrayList<>();
    for (Partial match : choosing.ranked(held)) {
      boolean waits =
          open.stream()
              .anyMatch(p -> p.start().equals(match.start()) && couldBePreferred(p, match, nowNs));
      boolean bettered =
          !def.givesSeveral
              && held.stream()
                  .anyMatch(
                      h ->
                          h.start().equals(match.start())
                              && Preference.compare(h.choices(), match.choices()) < 0
                              && !decided.contains(h));
      boolean isInTurn =
          def.fire != Clause.Fire.Kind.IN_ORDER || !hasEarlier(match, held, open, decided);
      if (!waits && !bettered && isInTurn) {
        decided.add(match);
      }
    }
    return decided;
  }

  private static boolean hasEarlier(
      Partial match, List<Partial> held, List<Partial> open, List<Partial> decided) {
    int start = match.start().order();
    return open.stream().anyMatch(p -> p.start().order() < start)
        || held.stream().anyMatch(h -> h.start().order() < start && !decided.contains(h));
  }

  /** Whether a way on of the partial match leads to choices before those of the match. */
  private boolean couldBePreferred(Partial partial, Partial match, long nowNs) {
    List<Long> choices = match.choices();
    if (!partial.completions().isEmpty() && Preference.compare(partial.choices(), choices) < 0) {
      return true;
    }
    for (Way way : partial.all().ways()) {
      if (partial.isOpen(way) && partial.endNs(way) > nowNs) {
        Ev later = Ev.future(def.set.type(typeOf(way)));
        State longer = way.rebuild().apply(new State.Took(later, 0, java.util.Map.of()));
        if (Preference.compare(partial.with(longer).choices(), choices) < 0) {
          return true;
        }
      }
    }
    return false;
  }

  private String typeOf(Way way) {
    return java.util.Objects.requireNonNull(def.set.base(way.target().step().type().text()))
        .name()
        .text();
  }
}
