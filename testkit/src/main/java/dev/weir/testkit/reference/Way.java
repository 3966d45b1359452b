package dev.weir.testkit.reference;

import dev.weir.dsl.ast.Clause;
import dev.weir.dsl.ast.Pattern;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One way on of a partial match: the step that waits, and what must hold of the event that it
 * takes.
 *
 * @param target the step
 * @param id names the way for as long as it is the same one
 * @param edge names the edge, which several ways may share
 * @param kind how the event is chosen
 * @param scope of {@code then next} and {@code adjacent}
 * @param guards what must not come in between
 * @param bounds {@code within … of} and {@code at least … after}
 * @param loops loops that the step is in, outer ones first
 * @param rebuild from what the step took to what the whole pattern has taken
 */
record Way(
    Node.Leaf target,
    String id,
    String edge,
    Pattern.Edge.Kind kind,
    Optional<Pattern.Scope> scope,
    List<Clause.Selector> guards,
    List<Pattern.Bound> bounds,
    List<InLoop> loops,
    UnaryOperator<State> rebuild) {
  /**
   * A loop that the event would be taken in.
   *
   * @param untilId names the loop's end by {@code until}
   * @param before the loop's event before, where the event begins a further iteration
   */
  record InLoop(Node.Loop loop, String untilId, @Nullable Ev before) {}

  /**
   * A loop that is open now.
   *
   * @param untilId names its end by {@code until}
   */
  record OpenLoop(Node.Loop loop, String untilId) {}

  /**
   * A trailing absence that is pending.
   *
   * @param edge names the edge to it
   * @param last the event from which the deadline is counted
   */
  record Pending(
      Pattern.Absence absence, String edge, State.Took last, List<Clause.Selector> guards) {}
}
