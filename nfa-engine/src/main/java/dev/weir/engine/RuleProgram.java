package dev.weir.engine;

import dev.weir.dsl.plan.RulePlan;
import dev.weir.engine.StepProgram.GuardProgram;
import dev.weir.engine.StepProgram.Register;
import java.util.ArrayList;
import java.util.List;

/** A rule, packed. Immutable; shared by the engines of a program. */
final class RuleProgram {
  /** One part of the pattern's outermost sequence. */
  sealed interface Item permits StepItem, AllOfItem, AbsenceItem {}

  /** A step. */
  record StepItem(StepProgram step) implements Item {}

  /** Branches in any order; each a run of steps. */
  record AllOfItem(Branch[] branches) implements Item {}

  /**
   * One branch.
   *
   * @param edges {@code edges[i]} leads to {@code steps[i + 1]}
   */
  record Branch(StepProgram[] steps, Edge[] edges) {}

  /** No such event for a while; the last item. */
  record AbsenceItem(GuardProgram guard, long durationNs) implements Item {}

  /** How an item, or a step of a branch, is reached. */
  record Edge(boolean any, GuardProgram[] without) {}

  final int index;
  final RulePlan plan;
  final int space; // number of the key space
  final int slot; // word of the key's row that holds the list of partial matches
  final boolean isWhen;

  // of a when rule
  final int condition;
  final boolean rising;
  final int[][] whenFields; // by type id: fields that an alert shows

  // of a match rule
  final StepProgram[] steps;
  final Item[] items;
  final Edge[] edges; // edges[i] leads to items[i + 1]
  final GuardProgram[] without;
  final GuardProgram[] unless;
  final GuardProgram[] allGuards; // also those of edges and of an absence
  final boolean endsInAbsence;
  final long withinNs;
  final RulePlan.Pick pick;
  final int pickLimit;
  final RulePlan.Consumption consumption;
  final boolean severalPerStart;
  final RulePlan.Closing closing;
  final long quietNs;
  final Register[] registers;
  final int branchWords;
  final int branchesAt;
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
    this.condition = c.condition;
    this.rising = c.rising;
    this.whenFields = c.whenFields;
    this.steps = c.steps;
    this.items = c.items;
    this.edges = c.edges;
    this.without = c.without;
    this.unless = c.unless;
    this.allGuards = allGuards();
    this.endsInAbsence = items.length > 0 && items[items.length - 1] instanceof AbsenceItem;
    this.withinNs = c.withinNs;
    this.pick = c.pick;
    this.pickLimit = c.pickLimit;
    this.consumption = c.consumption;
    this.severalPerStart = c.severalPerStart;
    this.closing = c.closing;
    this.quietNs = c.quietNs;
    this.registers = c.registers.toArray(new Register[0]);
    this.branchWords = c.branchWords;
    this.branchesAt = Partial.STEPS + c.steps.length;
    this.registersAt = branchesAt + c.branchWords;
    this.partialWords = registersAt + 2 * registers.length;
    this.text = c.text;
    this.score = c.score;
    this.fields = c.fields;
    this.suppressBy = c.suppressBy;
  }

  private GuardProgram[] allGuards() {
    List<GuardProgram> all = new ArrayList<>();
    all.addAll(List.of(without));
    all.addAll(List.of(unless));
    for (Edge edge : edges) {
      all.addAll(List.of(edge.without()));
    }
    for (Item item : items) {
      if (item instanceof AbsenceItem absence) {
        all.add(absence.guard());
      } else if (item instanceof AllOfItem allOf) {
        for (Branch branch : allOf.branches()) {
          for (Edge edge : branch.edges()) {
            all.addAll(List.of(edge.without()));
          }
        }
      }
    }
    return all.toArray(new GuardProgram[0]);
  }

  boolean hasWindow() {
    return withinNs != RulePlan.NO_LIMIT;
  }
}
