package dev.weir.testkit.reference;

import dev.weir.dsl.ast.RuleFile;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Runs rules over records, straight from the meaning of the language. */
public final class Reference {
  private Reference() {}

  /** As the other method, with default limits and no list files. */
  public static Outcome run(List<RuleFile> rules, List<ReferenceEvent> events, OptionalLong endNs) {
    return run(rules, events, endNs, Map.of(), ReferenceLimits.DEFAULT);
  }

  /**
   * Folds the records and says what stands in the alert log.
   *
   * @param rules files that the checker accepts, one rule set
   * @param events in order of position
   * @param endNs where stream time moves at the end, not below the greatest event time; everything
   *     held is released. Empty: the stream goes on, nothing more is released
   * @param listFiles lines of the files that {@code list … from} names
   * @throws TooLarge when the case explodes
   */
  public static Outcome run(
      List<RuleFile> rules,
      List<ReferenceEvent> events,
      OptionalLong endNs,
      Map<String, List<String>> listFiles,
      ReferenceLimits limits) {
    return new Fold(new RuleSet(rules, listFiles), limits).run(events, endNs);
  }
}
