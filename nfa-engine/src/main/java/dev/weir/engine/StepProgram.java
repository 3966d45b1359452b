package dev.weir.engine;

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
  final boolean shortest;
  final int[] projection; // fields that a cell keeps
  final boolean[] projectionIsBytes;
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
      boolean shortest,
      int[] projection,
      boolean[] projectionIsBytes) {
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
    this.shortest = shortest;
    this.projection = projection;
    this.projectionIsBytes = projectionIsBytes;
  }

  /** The three parts of a condition; {@link Code#NONE} where a part is empty. */
  record Condition(int event, int key, int match) {}

  /** A {@code without} or {@code unless}, or what an absence waits for. */
  record GuardProgram(int role, int typeId, Condition condition) {}

  /**
   * An aggregate over a step's events, kept in the partial match: value, then count (-1: overflow).
   */
  record Register(int step, Kind kind, int projection) {
    enum Kind {
      SUM,
      MIN,
      MAX
    }
  }
}
