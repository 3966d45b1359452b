package dev.weir.dsl.plan;

import java.util.List;
import java.util.Optional;

/**
 * A rolling feature; the same feature used by many rules is one plan.
 *
 * @param id number in the rule set, from 0
 * @param function what is kept
 * @param typeId the event type that feeds it
 * @param field the field that is aggregated; -1 for {@code COUNT}
 * @param filter over the event that is fed (event fields, parameters and lists only)
 * @param keyFields fields of the fed type; empty: one global key
 * @param percent of {@code PERCENTILE}, 1 to 100; else 0
 * @param windowNs length of the window, or {@link #EVER}
 * @param stepNs length of the pieces in which the window moves, a part of its length; 0: it moves
 *     with every event
 * @param keepNs {@code keep} of the type, for {@link #EVER} and {@code PREV}
 * @param onArrival kept by the arrival clock, late events included
 */
public record FeaturePlan(
    int id,
    Function function,
    int typeId,
    int field,
    Optional<Expr> filter,
    List<Integer> keyFields,
    int percent,
    long windowNs,
    long stepNs,
    long keepNs,
    boolean onArrival) {
  /** No window: kept as long as the type's {@code keep} says. */
  public static final long EVER = -1;

  /** What is kept; {@code PREV} is the field of the latest event. */
  public enum Function {
    COUNT,
    SUM,
    AVG,
    MIN,
    MAX,
    STDDEV,
    FIRST,
    LAST,
    PERCENTILE,
    DISTINCT,
    PREV
  }

  public FeaturePlan {
    keyFields = List.copyOf(keyFields);
  }
}
