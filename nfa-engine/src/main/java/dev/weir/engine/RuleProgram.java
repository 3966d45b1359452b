package dev.weir.engine;

import dev.weir.dsl.plan.Expr;
import dev.weir.dsl.plan.PeerPattern;
import dev.weir.dsl.plan.RulePlan;
import dev.weir.engine.StepProgram.Condition;
import dev.weir.engine.StepProgram.GuardProgram;
import dev.weir.engine.StepProgram.Register;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A rule, packed. Immutable; shared by the engines of a program. */
final class RuleProgram {
  final int index;
  final RulePlan plan;
  final int space; // number of the key space
  final int slot; // word of the key's row that holds the list of partial matches
  final boolean isWhen;
  final RulePlan.Life life;
  final int mode; // ON_WATERMARK or ON_ARRIVAL

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
  final int startLimit;
  final RulePlan.Fire fire;
  final RulePlan.Consumption consumption;
  final int resumeStep;
  final RulePlan.Starts starts;
  final boolean severalPerStart;
  final long[][] looks; // by step: bounds counted from its events, where complete matches may wait
  final boolean showsOpen; // alerts tell which partial matches are open
  final Notice[] notices; // by kind - 1
  final int timeout; // its kind, or NO_TIMEOUT
  final int lowRate; // whether a key has too few at a deadline; Code.NONE of other rules
  final Register[] registers;
  final int regionsAt;
  final int registersAt;
  final int partialWords;

  final AlertProgram[] alerts; // of a match, then by notice

  static final int NO_TIMEOUT = -1;

  /**
   * What is said.
   *
   * @param text by part of the text: program, or {@link Code#NONE}
   * @param suppressByPlan values by which alerts are held back
   * @param suppressBy their programs
   */
  record AlertProgram(
      RulePlan.AlertPlan plan,
      int[] text,
      int score,
      int[] fields,
      List<Expr> suppressByPlan,
      int[] suppressBy) {}

  /** When a stage is reached; a timeout has no step. */
  record Notice(int step, int count) {}

  RuleProgram(RuleCompiler c) {
    this.index = c.index;
    this.plan = c.plan;
    this.space = c.space;
    this.slot = c.slot;
    this.isWhen = c.isWhen;
    this.life = c.plan.life();
    this.mode = Program.mode(c.plan.onArrival());
    this.condition = c.whenCondition;
    this.rising = c.rising;
    this.whenFields = c.whenFields;
    this.testedRoles = c.testedRoles;
    this.steps = c.steps;
    this.automaton = c.automaton;
    this.drops = automaton.drops() || c.countsRounds;
    this.skip = c.skip;
    this.fire = c.fire;
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
    this.looks = holds() ? looks() : new long[0][];
    this.registers = c.registers.toArray(new Register[0]);
    this.regionsAt = Partial.STEPS + c.steps.length;
    this.registersAt = regionsAt + c.regions + c.rounds;
    this.partialWords = registersAt + 2 * registers.length;
    this.alerts = c.alerts;
    this.notices = c.notices;
    this.timeout = c.timeout;
    this.startLimit = c.startLimit;
    this.lowRate = c.lowRate;
    this.showsOpen =
        starts == RulePlan.Starts.ONE_OPEN_AT_A_TIME
            || notices.length > 0
            || fire != RulePlan.Fire.PROMPT;
  }

  /** Durations from an event of each step after which ways are closed. */
  private long[][] looks() {
    long[][] all = new long[steps.length][];
    for (int step = 0; step < steps.length; step++) {
      TreeSet<Long> durations = new TreeSet<>();
      for (Automaton.State state : automaton.states) {
        for (Automaton.Way way : state.ways) {
          for (Automaton.TimeBound bound : way.bounds()) {
            if (!bound.isAtLeast() && bound.word() == Partial.STEPS + step) {
              durations.add(bound.durationNs());
            }
          }
        }
      }
      all[step] = durations.stream().mapToLong(d -> d).toArray();
    }
    return all;
  }

  private static long mask(GuardProgram[] guards) {
    long mask = 0;
    for (GuardProgram guard : guards) {
      mask |= guard.mask();
    }
    return mask;
  }

  /** Whether a key remembers that it has alerted: for good, or until its low rate is over. */
  boolean remembersAlert() {
    return !isWhen && (starts == RulePlan.Starts.ONCE || isLowRate());
  }

  /** Whether it alerts at deadlines at which a key has too few events. */
  boolean isLowRate() {
    return lowRate != Code.NONE;
  }

  /** Whether complete matches may wait before they are alerted. */
  boolean holds() {
    return fire != RulePlan.Fire.PROMPT;
  }

  /** Lists of partial matches in a key's row; the last is of what waits, if anything may. */
  private int lists() {
    return automaton.lists + (holds() ? 1 : 0);
  }

  /** Word of a key's row that says whether it has alerted; only where it is remembered. */
  int alertedAt() {
    return KeySpace.STATE + slot + Partials.stateWords(lists());
  }

  /** Word of a key's row that leads to the matches that are held; only where such are. */
  int heldAt() {
    return alertedAt() + (remembersAlert() ? 1 : 0);
  }

  /** Words of a key's row: of a match rule the starts and the lists, of a when rule a flag. */
  int stateWords() {
    return isWhen
        ? 1
        : Partials.stateWords(lists()) + (remembersAlert() ? 1 : 0) + (skip != null ? 1 : 0);
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
