package dev.weir.engine;

import dev.weir.dsl.plan.PeerPattern;
import dev.weir.dsl.plan.RulePlan;
import dev.weir.engine.StepProgram.Condition;
import dev.weir.engine.StepProgram.GuardProgram;
import dev.weir.engine.StepProgram.Register;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A rule, packed. Immutable; shared by the engines of a program. */
final class RuleProgram {
  final int index;
  final RulePlan plan;
  final int space; // number of the key space
  final int slot; // word of the key's row that holds the list of partial matches
  final boolean isWhen;

  // of a when rule
  final Condition condition; // its match part is empty
  final boolean rising;
  final int[][] whenFields; // by type id: fields that an alert shows
  final long testedRoles; // at whose events it is tested; of a match rule all

  // of a match rule
  final StepProgram[] steps;
  final Automaton automaton;
  final boolean drops; // several partial matches may end as the same match
  final PeerPattern.@Nullable Skip skip;
  final GuardProgram[] without;
  final GuardProgram[] unless;
  final GuardProgram[] guards; // all, by number: also those of ways
  final long wideGuards; // without and unless: they concern every partial match
  final long withinNs;
  final RulePlan.Pick pick;
  final int pickLimit;
  final RulePlan.Consumption consumption;
  final int resumeStep;
  final RulePlan.Starts starts;
  final boolean severalPerStart;
  final Register[] registers;
  final int regionsAt;
  final int registersAt;
  final int partialWords;

  // of the alert
  final int[] text; // by part of the text: program, or Code.NONE
  final int score;
  final int[] fields;
  final int[] suppressBy;

  RuleProgram(RuleCompiler c) {
    this.index = c.index;
    this.plan = c.plan;
    this.space = c.space;
    this.slot = c.slot;
    this.isWhen = c.isWhen;
    this.condition = c.whenCondition;
    this.rising = c.rising;
    this.whenFields = c.whenFields;
    this.testedRoles = c.testedRoles;
    this.steps = c.steps;
    this.automaton = c.automaton;
    this.drops = automaton.drops() || c.countsRounds;
    this.skip = c.skip;
    this.without = c.without;
    this.unless = c.unless;
    this.guards = c.guards.toArray(new GuardProgram[0]);
    this.wideGuards = mask(without) | mask(unless);
    this.withinNs = c.withinNs;
    this.pick = c.pick;
    this.pickLimit = c.pickLimit;
    this.consumption = c.consumption;
    this.resumeStep = c.resumeStep;
    this.starts = c.starts;
    this.severalPerStart = c.severalPerStart;
    this.registers = c.registers.toArray(new Register[0]);
    this.regionsAt = Partial.STEPS + c.steps.length;
    this.registersAt = regionsAt + c.regions + c.rounds;
    this.partialWords = registersAt + 2 * registers.length;
    this.text = c.text;
    this.score = c.score;
    this.fields = c.fields;
    this.suppressBy = c.suppressBy;
  }

  private static long mask(GuardProgram[] guards) {
    long mask = 0;
    for (GuardProgram guard : guards) {
      mask |= guard.mask();
    }
    return mask;
  }

  /** Whether a key may start no match after its first alert. */
  boolean startsOnce() {
    return !isWhen && starts == RulePlan.Starts.ONCE;
  }

  /** Word of a key's row that says whether it has alerted; only where it may start but once. */
  int alertedAt() {
    return KeySpace.STATE + slot + Partials.stateWords(automaton);
  }

  /** Word of a key's row that leads to the matches that are held; only where such are. */
  int heldAt() {
    return alertedAt() + (starts == RulePlan.Starts.ONCE ? 1 : 0);
  }

  /** Words of a key's row: of a match rule the starts and the lists, of a when rule a flag. */
  int stateWords() {
    return isWhen
        ? 1
        : Partials.stateWords(automaton)
            + (starts == RulePlan.Starts.ONCE ? 1 : 0)
            + (skip != null ? 1 : 0);
  }

  /** Steps whose event may be the first of a match. */
  List<StepProgram> openers() {
    long first = automaton.regions[0].start.steps;
    return Arrays.stream(steps).filter(step -> (first & 1L << step.id) != 0).toList();
  }

  boolean hasWindow() {
    return withinNs != RulePlan.NO_LIMIT;
  }
}
