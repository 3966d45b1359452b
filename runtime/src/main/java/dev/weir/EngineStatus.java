package dev.weir;

import dev.weir.ingest.IntakeStatus;
import dev.weir.journal.Durations;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How an engine stands, for those who operate it; figures of different stages are of about the same
 * moment. Immutable.
 *
 * @param position behind the last record that stands in the journal
 * @param committed every alert that records before this position let out has gone out
 * @param recovered what share of the journal that it began with has been folded; 1 when all is
 * @param intake sources, stream time, records by event type since the opening
 * @param refused events that were too far in the future, since the opening
 * @param rules those in force, by name
 * @param sinceCheckpointNs since the last checkpoint, or since the opening if there was none yet;
 *     empty without a data folder
 * @param stateBytes of live state
 * @param keys with live state
 * @param held events that wait for the watermark
 * @param recordTimes of records, from the ring until all that they let out had gone out
 * @param alertTimes of alerts, from the ring until they went out
 * @param flushTimes of flushes of the journal to disk
 * @param lateDecisions decisions whose time ran out, since the opening
 * @param ruleSet in force
 */
public record EngineStatus(
    long position,
    long committed,
    double recovered,
    IntakeStatus intake,
    long refused,
    List<Rule> rules,
    OptionalLong sinceCheckpointNs,
    long stateBytes,
    long keys,
    long held,
    Durations.Counts recordTimes,
    Durations.Counts alertTimes,
    Durations.Counts flushTimes,
    long lateDecisions,
    RuleSet ruleSet) {
  public EngineStatus {
    rules = List.copyOf(rules);
  }

  /**
   * The rule set in force, and how changes went since the opening.
   *
   * @param changedMs wall clock at the last one that succeeded, or the opening; ms since the epoch
   */
  public record RuleSet(String hash, long changes, long failures, long changedMs) {}

  /**
   * A rule; versions that only complete what they hold count with the one in force. Counts are
   * since the opening, but for those that say otherwise; times are event times, ns since the epoch.
   *
   * @param evaluations events that it was given, each under one key
   * @param errors arithmetic without a result: division by zero, overflow
   * @param open partial matches
   * @param alerts shown, as long as the data folder remembers
   * @param dropped partial matches that were given up for the rule's budget
   * @param suppressed alerts held back, as long as the data folder remembers
   * @param steps by step: events that partial matches took
   */
  public record Rule(
      String name,
      long evaluations,
      long errors,
      long open,
      long dropped,
      long alerts,
      long suppressed,
      Optional<Long> evaluatedNs,
      Optional<Long> advancedNs,
      Optional<Long> firedNs,
      List<Step> steps) {
    public Rule {
      steps = List.copyOf(steps);
    }
  }

  /** How often a partial match took an event at a step. */
  public record Step(String name, long taken) {}
}
