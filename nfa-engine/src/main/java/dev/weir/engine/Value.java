package dev.weir.engine;

import dev.weir.dsl.plan.ValueType;
import org.agrona.DirectBuffer;

/** A typed value or its absence; a flyweight. */
public interface Value {
  ValueType type();

  boolean isMissing();

  /** The slot value of a fixed kind; the numerator of a ratio, in units of 10^-scale. */
  long raw();

  /** Greater than 0; 1 for all but ratios. */
  long denominator();

  /** Where the bytes of a text or ip lie. */
  DirectBuffer buffer();

  int offset();

  /** Bytes of a text (UTF-8) or ip (16). */
  int length();
}
