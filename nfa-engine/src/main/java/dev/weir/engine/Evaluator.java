package dev.weir.engine;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.weir.engine.Expressions.FeatureReference;
import dev.weir.event.EventReader;
import org.agrona.DirectBuffer;

/**
 * Runs packed expressions over the event at hand, a partial match and the features of a key. A
 * stack machine; a value is an integer, a fraction, or a range of bytes, or is missing. Allocates
 * nothing, but for {@code matches} and for comparisons of fractions beyond 64 bits. Owned by one
 * thread.
 */
final class Evaluator {
  private final Code code;
  private final Arena arena;
  private final long[] params;

  // the stack: integer or numerator; denominator; bytes as (buffer, offset, length)
  private final long[] value;
  private final long[] denominator;
  private final boolean[] missing;
  private final DirectBuffer[] bytes;
  private final int[] offset;
  private final int[] length;

  private final Keys keys;
  private @org.jspecify.annotations.Nullable Features features; // reads predicates, which run here

  // what expressions are about
  private EventReader event = new EventReader();
  private boolean hasEvent;
  private int partial;
  private int matches;
  private KeySpace space;
  private int row;

  Evaluator(Code code, Arena arena, long[] params, Keys keys) {
    this.code = code;
    this.arena = arena;
    this.params = params;
    this.keys = keys;
    this.value = new long[code.stackSize];
    this.denominator = new long[code.stackSize];
    this.missing = new boolean[code.stackSize];
    this.bytes = new DirectBuffer[code.stackSize];
    this.offset = new int[code.stackSize];
    this.length = new int[code.stackSize];
    this.space = keys.globalSpace();
  }

  /** Where features are read; set once, before anything is evaluated. */
  void features(Features rolling) {
    features = rolling;
  }

  /** The event that expressions are about from now on. */
  void event(EventReader reader) {
    event = reader;
    hasEvent = true;
  }

  /** From now on there is no event at hand: a deadline. */
  void noEvent() {
    hasEvent = false;
  }

  /** The rule's key; the row may be {@link Arena#NULL}. */
  void key(KeySpace keySpace, int keyRow) {
    space = keySpace;
    row = keyRow;
  }

  /** The partial match whose steps are read; {@link Arena#NULL}: none has taken anything. */
  void partial(int address) {
    partial = address;
  }

  /** How many matches the alert at hand is about. */
  void matches(int count) {
    matches = count;
  }

  private long loopCount(int step) {
    if (step == Op.ALL_MATCHES) {
      return matches;
    }
    return partial == Arena.NULL ? 0 : Partial.count(arena, partial, step);
  }

  /** Whether the condition holds; {@link Code#NONE} holds. */
  boolean holds(int program) {
    if (program == Code.NONE) {
      return true;
    }
    run(program);
    return !missing[0] && value[0] != 0;
  }

  /** Runs the expression; its value is in the accessors until the next run. */
  void value(int program) {
    run(program);
  }

  boolean isMissing() {
    return missing[0];
  }

  long raw() {
    return value[0];
  }

  long denominator() {
    return denominator[0];
  }

  DirectBuffer buffer() {
    return bytes[0];
  }

  int offset() {
    return offset[0];
  }

  int length() {
    return length[0];
  }

  private void run(int program) {
    final int[] ops = code.code;
    int pc = program;
    int top = -1;
    while (true) {
      switch (ops[pc]) {
        case Op.END -> {
          return;
        }
        case Op.FIELD_COMPARE -> {
          int field = ops[pc + 1];
          top++;
          missing[top] = false;
          value[top] =
              !event.isMissing(field)
                      && Code.holds(
                          ops[pc + 2], Long.compare(event.slot(field), code.constants[ops[pc + 3]]))
                  ? 1
                  : 0;
          pc += 4;
        }
        case Op.CONSTANT -> {
          number(++top, code.constants[ops[pc + 1]]);
          pc += 2;
        }
        case Op.CONSTANT_BYTES -> {
          range(++top, code.constantBytes, ops[pc + 1], ops[pc + 2]);
          pc += 3;
        }
        case Op.PARAM -> {
          number(++top, params[ops[pc + 1]]);
          pc += 2;
        }
        case Op.FIELD -> {
          int field = ops[pc + 1];
          top++;
          if (!hasEvent || event.isMissing(field)) {
            missing[top] = true;
          } else {
            number(top, event.slot(field));
          }
          pc += 2;
        }
        case Op.FIELD_BYTES -> {
          int field = ops[pc + 1];
          top++;
          if (!hasEvent || event.isMissing(field)) {
            missing[top] = true;
          } else {
            range(top, event.buffer(), event.textOffset(field), event.textLength(field));
          }
          pc += 2;
        }
        case Op.KEY_PART -> {
          loadKeyPart(++top, ops[pc + 1], ops[pc + 2] != 0);
          pc += 3;
        }
        case Op.CELL -> {
          loadCell(++top, ops[pc + 1], ops[pc + 2], ops[pc + 3], ops[pc + 4]);
          pc += 5;
        }
        case Op.LOOP_COUNT -> {
          number(++top, loopCount(ops[pc + 1]));
          pc += 2;
        }
        case Op.LOOP_SPAN -> {
          loadSpan(++top, ops[pc + 1]);
          pc += 2;
        }
        case Op.LOOP_SUM -> {
          top++;
          if (partial == Arena.NULL) {
            number(top, 0);
          } else if (arena.get(partial + ops[pc + 1] + 1) < 0) {
            missing[top] = true;
          } else {
            number(top, arena.get(partial + ops[pc + 1]));
          }
          pc += 2;
        }
        case Op.LOOP_AVG -> {
          top++;
          long count = partial == Arena.NULL ? 0 : arena.get(partial + ops[pc + 1] + 1);
          if (count <= 0) {
            missing[top] = true;
          } else {
            fraction(top, arena.get(partial + ops[pc + 1]), count);
          }
          pc += 2;
        }
        case Op.LOOP_EXTREME -> {
          top++;
          if (partial == Arena.NULL || arena.get(partial + ops[pc + 1] + 1) <= 0) {
            missing[top] = true;
          } else {
            number(top, arena.get(partial + ops[pc + 1]));
          }
          pc += 2;
        }
        case Op.LOOP_DISTINCT -> {
          number(
              ++top,
              partial == Arena.NULL
                  ? 0
                  : Partial.distinct(arena, partial, ops[pc + 1], ops[pc + 2], ops[pc + 3] != 0));
          pc += 4;
        }
        case Op.FEATURE -> {
          loadFeature(++top, code.references[ops[pc + 1]], ops[pc + 1]);
          pc += 2;
        }
        case Op.ADD, Op.SUBTRACT -> {
          top--;
          add(top, ops[pc] == Op.SUBTRACT, ops[pc + 1], ops[pc + 2]);
          pc += 3;
        }
        case Op.MULTIPLY -> {
          top--;
          if (bothThere(top)) {
            if (Exact.overflows(value[top], value[top + 1])) {
              missing[top] = true;
            } else {
              number(top, value[top] * value[top + 1]);
            }
          }
          pc += 1;
        }
        case Op.DIVIDE, Op.RATIO_DIVIDE -> {
          top--;
          divide(top, ops[pc + 1]);
          pc += 2;
        }
        case Op.RATIO_ADD, Op.RATIO_SUBTRACT -> {
          top--;
          addRatios(top, ops[pc] == Op.RATIO_SUBTRACT, ops[pc + 1], ops[pc + 2]);
          pc += 3;
        }
        case Op.RATIO_MULTIPLY -> {
          top--;
          if (bothThere(top)) {
            if (Exact.overflows(value[top], value[top + 1])
                || Exact.overflows(denominator[top], denominator[top + 1])) {
              missing[top] = true;
            } else {
              fraction(top, value[top] * value[top + 1], denominator[top] * denominator[top + 1]);
            }
          }
          pc += 1;
        }
        case Op.NEGATE -> {
          if (!missing[top]) {
            missing[top] = value[top] == Long.MIN_VALUE;
            value[top] = -value[top];
          }
          pc += 1;
        }
        case Op.COMPARE -> {
          top--;
          truth(
              top,
              bothThere(top)
                  && Code.holds(
                      ops[pc + 1],
                      Exact.compareProducts(
                          value[top],
                          Exact.powerOfTen(ops[pc + 2]),
                          value[top + 1],
                          Exact.powerOfTen(ops[pc + 3]))));
          pc += 4;
        }
        case Op.COMPARE_RATIO -> {
          top--;
          truth(
              top,
              bothThere(top)
                  && Code.holds(
                      ops[pc + 1],
                      Exact.compareRatios(
                          value[top],
                          denominator[top],
                          Exact.powerOfTen(ops[pc + 2]),
                          value[top + 1],
                          denominator[top + 1],
                          Exact.powerOfTen(ops[pc + 3]))));
          pc += 4;
        }
        case Op.COMPARE_BYTES -> {
          top--;
          truth(
              top,
              bothThere(top)
                  && (ops[pc + 1] == Code.EQUAL)
                      == ByteRange.equal(
                          bytes[top],
                          offset[top],
                          length[top],
                          bytes[top + 1],
                          offset[top + 1],
                          length[top + 1]));
          pc += 2;
        }
        case Op.STARTS_WITH -> {
          top--;
          truth(
              top,
              bothThere(top)
                  && ByteRange.startsWith(
                      bytes[top],
                      offset[top],
                      length[top],
                      bytes[top + 1],
                      offset[top + 1],
                      length[top + 1]));
          pc += 1;
        }
        case Op.ENDS_WITH -> {
          top--;
          truth(
              top,
              bothThere(top)
                  && ByteRange.endsWith(
                      bytes[top],
                      offset[top],
                      length[top],
                      bytes[top + 1],
                      offset[top + 1],
                      length[top + 1]));
          pc += 1;
        }
        case Op.CONTAINS -> {
          top--;
          truth(
              top,
              bothThere(top)
                  && ByteRange.contains(
                      bytes[top],
                      offset[top],
                      length[top],
                      bytes[top + 1],
                      offset[top + 1],
                      length[top + 1]));
          pc += 1;
        }
        case Op.MATCHES -> {
          truth(top, !missing[top] && matches(code.patterns[ops[pc + 1]], top));
          pc += 2;
        }
        case Op.JUMP_IF_FALSE -> {
          if (missing[top] || value[top] == 0) {
            truth(top, false);
            pc = ops[pc + 1];
          } else {
            top--;
            pc += 2;
          }
        }
        case Op.JUMP_IF_TRUE -> {
          if (!missing[top] && value[top] != 0) {
            pc = ops[pc + 1];
          } else {
            top--;
            pc += 2;
          }
        }
        case Op.NOT -> {
          truth(top, missing[top] || value[top] == 0);
          pc += 1;
        }
        case Op.HOLDS -> {
          truth(top, !missing[top] && value[top] != 0);
          pc += 1;
        }
        case Op.IS_MISSING -> {
          truth(top, missing[top]);
          pc += 1;
        }
        case Op.IN_SET -> {
          truth(top, !missing[top] && code.sets[ops[pc + 1]].contains(value[top]));
          pc += 2;
        }
        case Op.IN_BYTES_SET -> {
          truth(
              top,
              !missing[top]
                  && code.sets[ops[pc + 1]].contains(bytes[top], offset[top], length[top]));
          pc += 2;
        }
        default -> throw new IllegalStateException("no such operation: op=" + ops[pc]);
      }
    }
  }

  private void number(int slot, long number) {
    missing[slot] = false;
    value[slot] = number;
    denominator[slot] = 1;
  }

  private void fraction(int slot, long numerator, long divisor) {
    missing[slot] = false;
    value[slot] = numerator;
    denominator[slot] = divisor;
  }

  private void range(int slot, DirectBuffer buffer, int at, int size) {
    missing[slot] = false;
    bytes[slot] = buffer;
    offset[slot] = at;
    length[slot] = size;
  }

  private void truth(int slot, boolean holds) {
    missing[slot] = false;
    value[slot] = holds ? 1 : 0;
    denominator[slot] = 1;
  }

  /** False, and the result missing, if one of the two operands is missing. */
  private boolean bothThere(int slot) {
    if (missing[slot] || missing[slot + 1]) {
      missing[slot] = true;
      return false;
    }
    return true;
  }

  private void add(int slot, boolean subtract, int leftPower, int rightPower) {
    if (!bothThere(slot)) {
      return;
    }
    long left = value[slot];
    long right = value[slot + 1];
    long leftFactor = Exact.powerOfTen(leftPower);
    long rightFactor = Exact.powerOfTen(rightPower);
    if (Exact.overflows(left, leftFactor) || Exact.overflows(right, rightFactor)) {
      missing[slot] = true;
      return;
    }
    left *= leftFactor;
    right *= rightFactor;
    long sum = subtract ? left - right : left + right;
    boolean overflow =
        subtract ? ((left ^ right) & (left ^ sum)) < 0 : ((left ^ sum) & (right ^ sum)) < 0;
    number(slot, sum);
    missing[slot] = overflow;
  }

  private void addRatios(int slot, boolean subtract, int leftPower, int rightPower) {
    if (!bothThere(slot)) {
      return;
    }
    long leftFactor = Exact.powerOfTen(leftPower);
    long rightFactor = Exact.powerOfTen(rightPower);
    long left = value[slot];
    long right = value[slot + 1];
    long leftDivisor = denominator[slot];
    long rightDivisor = denominator[slot + 1];
    if (Exact.overflows(left, leftFactor) || Exact.overflows(right, rightFactor)) {
      missing[slot] = true;
      return;
    }
    left *= leftFactor;
    right *= rightFactor;
    if (Exact.overflows(left, rightDivisor)
        || Exact.overflows(right, leftDivisor)
        || Exact.overflows(leftDivisor, rightDivisor)) {
      missing[slot] = true;
      return;
    }
    left *= rightDivisor;
    right *= leftDivisor;
    long sum = subtract ? left - right : left + right;
    boolean overflow =
        subtract ? ((left ^ right) & (left ^ sum)) < 0 : ((left ^ sum) & (right ^ sum)) < 0;
    fraction(slot, sum, leftDivisor * rightDivisor);
    missing[slot] = overflow;
  }

  /** (a/ad) / (b/bd) in units of a: {@code a * bd * 10^power / (ad * b)}. */
  private void divide(int slot, int power) {
    if (!bothThere(slot)) {
      return;
    }
    long factor = Exact.powerOfTen(power);
    long numerator = value[slot];
    long divisor = value[slot + 1];
    if (divisor == 0 || divisor == Long.MIN_VALUE || Exact.overflows(numerator, factor)) {
      missing[slot] = true;
      return;
    }
    numerator *= factor;
    if (Exact.overflows(numerator, denominator[slot + 1])
        || Exact.overflows(denominator[slot], divisor)) {
      missing[slot] = true;
      return;
    }
    numerator *= denominator[slot + 1];
    divisor *= denominator[slot];
    if (divisor < 0) {
      if (numerator == Long.MIN_VALUE) {
        missing[slot] = true;
        return;
      }
      numerator = -numerator;
      divisor = -divisor;
    }
    fraction(slot, numerator, divisor);
  }

  private boolean matches(Pattern pattern, int slot) {
    byte[] text = new byte[length[slot]];
    bytes[slot].getBytes(offset[slot], text);
    Matcher matcher = pattern.matcher(text);
    return matcher.matches();
  }

  private void loadKeyPart(int slot, int part, boolean isBytes) {
    if (row == Arena.NULL) {
      missing[slot] = true;
      return;
    }
    DirectBuffer buffer = space.keyBuffer(row);
    int at = space.keyOffset(row);
    for (int i = 0; i < part; i++) {
      at = KeyBytes.next(buffer, at);
    }
    if (isBytes) {
      range(slot, buffer, KeyBytes.bytesOffset(at), KeyBytes.bytesLength(buffer, at));
    } else {
      number(slot, KeyBytes.number(buffer, at));
    }
  }

  private void loadCell(int slot, int step, int index, int projection, int form) {
    int cell = partial == Arena.NULL ? Arena.NULL : Partial.cell(arena, partial, step, index);
    if (cell == Arena.NULL || Cell.isMissing(arena, cell, projection)) {
      missing[slot] = true;
    } else if (form == Op.CELL_RATIO) {
      fraction(
          slot, Cell.numerator(arena, cell, projection), Cell.denominator(arena, cell, projection));
    } else if (form == Op.CELL_BYTES) {
      range(
          slot,
          arena.buffer(cell),
          Cell.bytesOffset(arena, cell, projection),
          Cell.bytesLength(arena, cell, projection));
    } else {
      number(slot, Cell.number(arena, cell, projection));
    }
  }

  private void loadSpan(int slot, int step) {
    int last = partial == Arena.NULL ? Arena.NULL : Partial.cell(arena, partial, step, -1);
    if (last == Arena.NULL) {
      missing[slot] = true;
    } else {
      int first = Partial.cell(arena, partial, step, 1);
      number(slot, Cell.timeNs(arena, last) - Cell.timeNs(arena, first));
    }
  }

  private void loadFeature(int slot, FeatureReference reference, int number) {
    int featureRow;
    if (reference.keyFields().isEmpty()) {
      featureRow = row;
    } else if (hasEvent) {
      int key = keys.ofReference(event.typeId(), number);
      if (key == Keys.NONE || !keys.isThere(key)) {
        missing[slot] = true;
        return;
      }
      featureRow = keys.find(key);
    } else {
      missing[slot] = true; // a feature by its own key has no value at a deadline
      return;
    }
    Features rolling = java.util.Objects.requireNonNull(features);
    rolling.read(reference.feature(), reference.before(), featureRow);
    if (rolling.isMissing()) {
      missing[slot] = true;
    } else if (rolling.isBytes()) {
      range(slot, rolling.buffer(), rolling.offset(), rolling.length());
    } else {
      fraction(slot, rolling.raw(), rolling.denominator());
    }
  }
}
