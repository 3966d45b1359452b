package dev.weir.engine;

import com.google.re2j.Pattern;
import dev.weir.engine.Expressions.FeatureReference;
import dev.weir.event.TimeZones;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Packed expressions of a rule set and their constants. Immutable but for its arrays, which nobody
 * writes; shared by the engines of a program.
 */
final class Code {
  // bits say for which order of the sides a comparison holds: less 1, equal 2, greater 4
  static final int LESS = 1;
  static final int EQUAL = 2;
  static final int LESS_OR_EQUAL = 3;
  static final int GREATER = 4;
  static final int NOT_EQUAL = 5;
  static final int GREATER_OR_EQUAL = 6;

  /** No expression: a condition that is not there holds. */
  static final int NONE = -1;

  final int[] code;
  final long[] constants;
  final UnsafeBuffer constantBytes;
  final ValueSet[] sets;
  final Pattern[] patterns;
  final FeatureReference[] references;
  final TimeZones.Zone[] zones;
  final int stackSize;

  Code(
      int[] code,
      long[] constants,
      byte[] constantBytes,
      ValueSet[] sets,
      Pattern[] patterns,
      FeatureReference[] references,
      TimeZones.Zone[] zones,
      int stackSize) {
    this.code = code;
    this.constants = constants;
    this.constantBytes = new UnsafeBuffer(constantBytes);
    this.sets = sets;
    this.patterns = patterns;
    this.references = references;
    this.zones = zones;
    this.stackSize = stackSize;
  }

  /** Whether the comparison holds, given the sign of left less right. */
  static boolean holds(int comparison, int order) {
    return (comparison & (order < 0 ? LESS : order == 0 ? EQUAL : GREATER)) != 0;
  }
}
