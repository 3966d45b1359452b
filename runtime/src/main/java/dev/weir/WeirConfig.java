package dev.weir;

import dev.weir.dsl.plan.RulePlan;
import dev.weir.journal.Durability;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The settings of an embedded engine. Immutable; each {@code with} gives another one.
 *
 * @param rules a rule file or a folder of them
 * @param data where journal and alert log are kept; without it nothing outlives the process
 * @param durability what an event survives before its alerts and answers go out
 * @param idleTime how long the program may give no event before it holds stream time no longer
 * @param deadLetters where events go that were refused, as JSON Lines
 * @param late where late events go of types that say {@code to side}, as JSON Lines
 * @param notices takes sentences for the operator, such as: the disk is full. Any thread
 * @param options how the stages run
 * @param decisions how long a decision may take; without it, as long as it takes
 */
public record WeirConfig(
    Path rules,
    Optional<Path> data,
    Durability durability,
    Duration idleTime,
    Optional<Path> deadLetters,
    Optional<Path> late,
    Consumer<String> notices,
    PipelineOptions options,
    Optional<Decisions> decisions) {

  /**
   * What is answered when a decision takes too long.
   *
   * @param budget from the call until the answer, greater than 0
   * @param otherwise the answer when it has run out
   */
  public record Decisions(Duration budget, RulePlan.Decision otherwise) {
    public Decisions {
      if (budget.isNegative() || budget.isZero()) {
        throw new IllegalArgumentException("the budget of a decision must be greater than 0");
      }
    }
  }

  /** These rules, nothing kept, one thread. */
  public static WeirConfig of(Path rules) {
    return new WeirConfig(
        rules,
        Optional.empty(),
        Durability.process(),
        Duration.ofSeconds(10),
        Optional.empty(),
        Optional.empty(),
        notice -> {},
        PipelineOptions.defaults(),
        Optional.empty());
  }

  /** Journal and alert log in this folder, which is made if need be. */
  public WeirConfig withData(Path folder, Durability mode) {
    return new WeirConfig(
        rules, Optional.of(folder), mode, idleTime, deadLetters, late, notices, options, decisions);
  }

  public WeirConfig withIdleTime(Duration time) {
    return new WeirConfig(
        rules, data, durability, time, deadLetters, late, notices, options, decisions);
  }

  public WeirConfig withDeadLetters(Path file) {
    return new WeirConfig(
        rules, data, durability, idleTime, Optional.of(file), late, notices, options, decisions);
  }

  public WeirConfig withLate(Path file) {
    return new WeirConfig(
        rules,
        data,
        durability,
        idleTime,
        deadLetters,
        Optional.of(file),
        notices,
        options,
        decisions);
  }

  public WeirConfig withNotices(Consumer<String> receiver) {
    return new WeirConfig(
        rules, data, durability, idleTime, deadLetters, late, receiver, options, decisions);
  }

  public WeirConfig withOptions(PipelineOptions other) {
    return new WeirConfig(
        rules, data, durability, idleTime, deadLetters, late, notices, other, decisions);
  }

  /** A decision takes no longer than this; then it is the one that is declared for this case. */
  public WeirConfig withDecisions(Duration budget, RulePlan.Decision otherwise) {
    return new WeirConfig(
        rules,
        data,
        durability,
        idleTime,
        deadLetters,
        late,
        notices,
        options,
        Optional.of(new Decisions(budget, otherwise)));
  }
}
