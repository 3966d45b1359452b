package dev.weir.engine;

import dev.weir.dsl.plan.RulePlan;
import java.util.Optional;

/**
 * What the rules on arrival answer to one event: the strictest of the decisions of those that
 * alerted it, {@code suppress} or not; of equally strict ones that of the first rule by name. A
 * flyweight, valid until the engine is given the next record.
 */
public interface DecisionView {
  /** The answer; empty where no rule that decides has alerted the event. */
  Optional<RulePlan.Decision> decision();

  /** The rule that gave it; only where there is one. */
  RulePlan rule();

  /** The score of its alert. */
  Value score();
}
