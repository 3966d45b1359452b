package dev.weir.engine;

import dev.weir.dsl.plan.RulePlan.LoopPlan;
import org.jspecify.annotations.Nullable;

/**
 * A step, packed. A condition is split by what it needs, cheapest first: the event alone (shared by
 * all rules), the event and features of the key, and the partial match.
 */
final class StepProgram {
  final int id;
  final String name;
  final int role;
  final int typeId;
  final int eventCondition;
  final int keyCondition;
  final int matchCondition;
  final int require;
  final int min;
  final int max;
  final @Nullable LoopPlan loop;
  final int[] projection; // fields that a cell keeps, then bound values
  final int[] bound; // by place in the projection: program of a bound value, or Code.NONE
  final int fieldCount; // of the projection: those that are fields
  final boolean[] projectionIsBytes;
  final boolean[] boundIsRatio;
  int[] registers = new int[0]; // of the rule, that this step feeds; set once, by the compiler

  StepProgram(
      int id,
      String name,
      int role,
      int typeId,
      Condition where,
      int require,
      int min,
      int max,
      @Nullable LoopPlan loop,
      int[] projection,
      int[] bound,
      boolean[] projectionIsBytes,
      boolean[] boundIsRatio) {
    this.id = id;
    this.name = name;
    this.role = role;
    this.typeId = typeId;
    this.eventCondition = where.event();
    this.keyCondition = where.key();
    this.matchCondition = where.match();
    this.require = require;
    this.min = min;
    this.max = max;
    this.loop = loop;
    this.projection = projection;
    this.bound = bound;
    int fields = 0;
    while (fields < bound.length && bound[fields] == Code.NONE) {
      fields++;
    }
    this.fieldCount = fields;
    this.projectionIsBytes = projectionIsBytes;
    this.boundIsRatio = boundIsRatio;
  }

  /** The three parts of a condition; {@link Code#NONE} where a part is empty. */
  record Condition(int event, int key, int match) {}

  /**
   * A {@code without} or {@code unless}, or what an absence waits for.
   *
   * @param number among the guards of the rule
   */
  record GuardProgram(int number, int role, int typeId, Condition condition) {
    /** Its bit in a set of guards; guards beyond 64 share bits. */
    long mask() {
      return 1L << number;
    }
  }

  /**
   * An aggregate over a step's events, kept in the partial match: value, then count (-1: overflow).
   */
  record Register(int step, Kind kind, int projection) {
    enum Kind {
      SUM,
      MIN,
      MAX
    }

    /** Adds an aggregate over other events, or one value, to a register. */
    static void add(Kind kind, Arena arena, int at, long value, long values) {
      long count = arena.get(at + 1);
      if (values == 0 || count < 0) {
        return;
      }
      if (values < 0) {
        arena.put(at + 1, values);
        return;
      }
      long kept = arena.get(at);
      switch (kind) {
        case SUM -> {
          long sum = kept + value;
          if (((kept ^ sum) & (value ^ sum)) < 0) {
            arena.put(at + 1, -1);
            return;
          }
          arena.put(at, sum);
        }
        case MIN -> arena.put(at, count == 0 ? value : Math.min(kept, value));
        case MAX -> arena.put(at, count == 0 ? value : Math.max(kept, value));
      }
      arena.put(at + 1, count + values);
    }
  }
}
