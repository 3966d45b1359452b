package dev.weir.engine;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.weir.dsl.plan.Expr;
import dev.weir.engine.Expressions.FeatureReference;
import dev.weir.event.EventReader;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Runs packed expressions over the event at hand, a partial match and the features of a key. A
 * stack machine; see {@link ValueStack}. Allocates nothing, but for {@code matches} and for
 * comparisons of fractions beyond 64 bits. Owned by one thread.
 */
final class Evaluator {
  private final Code code;
  private final Arena arena;
  private final long[] params;

  private final ValueStack stack;
  private final long[] value;
  private final long[] denominator;
  private final boolean[] missing;
  private final DirectBuffer[] bytes;
  private final int[] offset;
  private final int[] length;
  private final Fractions fractions;
  private final ScalarFunctions functions;

  private final Keys keys;
  private @Nullable Features features; // reads predicates, which run here
  private @Nullable OthersFeatures others; // null: all keys are owned

  // what expressions are about
  private EventReader event = new EventReader();
  private boolean hasEvent;
  private long nowNs; // of the instant
  private int partial;
  private int matches;
  private int each; // the cell that an expression over a loop looks at
  private KeySpace space;
  private int row;

  Evaluator(Code code, Arena arena, long[] params, Keys keys) {
    this.code = code;
    this.arena = arena;
    this.params = params;
    this.keys = keys;
    this.stack = new ValueStack(code.stackSize);
    this.value = stack.value;
    this.denominator = stack.denominator;
    this.missing = stack.missing;
    this.bytes = stack.bytes;
    this.offset = stack.offset;
    this.length = stack.length;
    this.fractions = new Fractions(stack);
    this.functions = new ScalarFunctions(stack, code.zones);
    this.space = keys.globalSpace();
  }

  /** Where features are read; set once, before anything is evaluated. */
  void features(Features rolling) {
    features = rolling;
  }

  /** Where features are read whose keys other engines own. Before anything is evaluated. */
  void others(OthersFeatures rows) {
    others = rows;
  }

  /** The event that expressions are about from now on. */
  void event(EventReader reader) {
    event = reader;
    hasEvent = true;
    nowNs = reader.timeNs();
  }

  /** From now on there is no event at hand: a deadline. */
  void noEvent() {
    hasEvent = false;
  }

  /** The time of the instant, where no event at hand tells it. */
  void now(long timeNs) {
    nowNs = timeNs;
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

  /** Results so far that were not there, though their operands were: division by zero, overflow. */
  long faults() {
    return stack.faults();
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
    run(program, -1);
  }

  /** Leaves the value of the program on the stack above the place. */
  private void run(int program, int below) {
    final int[] ops = code.code;
    int pc = program;
    int top = below;
    while (true) {
      switch (ops[pc]) {
        case Op.END, Op.EACH_END -> {
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
          stack.number(++top, code.constants[ops[pc + 1]]);
          pc += 2;
        }
        case Op.CONSTANT_BYTES -> {
          stack.range(++top, code.constantBytes, ops[pc + 1], ops[pc + 2]);
          pc += 3;
        }
        case Op.PARAM -> {
          stack.number(++top, params[ops[pc + 1]]);
          pc += 2;
        }
        case Op.FIELD -> {
          int field = ops[pc + 1];
          top++;
          if (!hasEvent || event.isMissing(field)) {
            missing[top] = true;
          } else {
            stack.number(top, event.slot(field));
          }
          pc += 2;
        }
        case Op.FIELD_BYTES -> {
          int field = ops[pc + 1];
          top++;
          if (!hasEvent || event.isMissing(field)) {
            missing[top] = true;
          } else {
            stack.range(top, event.buffer(), event.textOffset(field), event.textLength(field));
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
          stack.number(++top, loopCount(ops[pc + 1]));
          pc += 2;
        }
        case Op.LOOP_SPAN -> {
          loadSpan(++top, ops[pc + 1]);
          pc += 2;
        }
        case Op.LOOP_SUM -> {
          top++;
          if (partial == Arena.NULL) {
            stack.number(top, 0);
          } else if (arena.get(partial + ops[pc + 1] + 1) < 0) {
            missing[top] = true;
          } else {
            stack.number(top, arena.get(partial + ops[pc + 1]));
          }
          pc += 2;
        }
        case Op.LOOP_AVG -> {
          top++;
          long count = partial == Arena.NULL ? 0 : arena.get(partial + ops[pc + 1] + 1);
          if (count <= 0) {
            missing[top] = true;
          } else {
            stack.fraction(top, arena.get(partial + ops[pc + 1]), count);
          }
          pc += 2;
        }
        case Op.LOOP_EXTREME -> {
          top++;
          if (partial == Arena.NULL || arena.get(partial + ops[pc + 1] + 1) <= 0) {
            missing[top] = true;
          } else {
            stack.number(top, arena.get(partial + ops[pc + 1]));
          }
          pc += 2;
        }
        case Op.LOOP_DISTINCT -> {
          stack.number(
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
          fractions.add(top, ops[pc] == Op.SUBTRACT, ops[pc + 1], ops[pc + 2]);
          pc += 3;
        }
        case Op.MULTIPLY -> {
          top--;
          if (stack.bothThere(top)) {
            if (Exact.overflows(value[top], value[top + 1])) {
              stack.fault(top);
            } else {
              stack.number(top, value[top] * value[top + 1]);
            }
          }
          pc += 1;
        }
        case Op.DIVIDE, Op.RATIO_DIVIDE -> {
          top--;
          fractions.divide(top, ops[pc + 1]);
          pc += 2;
        }
        case Op.RATIO_ADD, Op.RATIO_SUBTRACT -> {
          top--;
          fractions.addRatios(top, ops[pc] == Op.RATIO_SUBTRACT, ops[pc + 1], ops[pc + 2]);
          pc += 3;
        }
        case Op.RATIO_MULTIPLY -> {
          top--;
          fractions.multiply(top);
          pc += 1;
        }
        case Op.NEGATE -> {
          if (!missing[top]) {
            if (value[top] == Long.MIN_VALUE) {
              stack.fault(top);
            }
            value[top] = -value[top];
          }
          pc += 1;
        }
        case Op.COMPARE -> {
          top--;
          stack.truth(
              top,
              stack.bothThere(top)
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
          stack.truth(
              top,
              stack.bothThere(top)
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
          stack.truth(
              top,
              stack.bothThere(top)
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
          stack.truth(
              top,
              stack.bothThere(top)
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
          stack.truth(
              top,
              stack.bothThere(top)
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
          stack.truth(
              top,
              stack.bothThere(top)
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
          stack.truth(top, !missing[top] && matches(code.patterns[ops[pc + 1]], top));
          pc += 2;
        }
        case Op.JUMP_IF_FALSE -> {
          if (missing[top] || value[top] == 0) {
            stack.truth(top, false);
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
          stack.truth(top, missing[top] || value[top] == 0);
          pc += 1;
        }
        case Op.HOLDS -> {
          stack.truth(top, !missing[top] && value[top] != 0);
          pc += 1;
        }
        case Op.IS_MISSING -> {
          stack.truth(top, missing[top]);
          pc += 1;
        }
        case Op.IN_SET -> {
          stack.truth(top, !missing[top] && code.sets[ops[pc + 1]].contains(value[top]));
          pc += 2;
        }
        case Op.IN_BYTES_SET -> {
          stack.truth(
              top,
              !missing[top]
                  && code.sets[ops[pc + 1]].contains(bytes[top], offset[top], length[top]));
          pc += 2;
        }
        case Op.WIDEN -> {
          widen(top, Exact.powerOfTen(ops[pc + 1]));
          pc += 2;
        }
        case Op.CALL -> {
          top = functions.call(ops[pc + 1], top, ops[pc + 2], ops[pc + 3]);
          pc += 4;
        }
        case Op.NOW -> {
          stack.number(++top, nowNs);
          pc += 1;
        }
        case Op.EACH -> {
          boolean isAny = ops[pc + 2] != 0;
          boolean found = holdsForSome(ops[pc + 1], isAny, pc + 4, top);
          stack.truth(++top, found == isAny);
          pc = ops[pc + 3];
        }
        default -> throw new IllegalStateException("no such operation: op=" + ops[pc]);
      }
    }
  }

  private void widen(int slot, long factor) {
    if (!missing[slot]) {
      if (Exact.overflows(value[slot], factor)) {
        stack.fault(slot);
      }
      value[slot] *= factor;
    }
  }

  /** Whether the condition is as said for some event that the step took. */
  private boolean holdsForSome(int step, boolean as, int condition, int top) {
    int left = partial == Arena.NULL ? 0 : Partial.count(arena, partial, step);
    int cell = left == 0 ? Arena.NULL : Partial.cell(arena, partial, step, -1);
    while (left > 0) {
      if (Cell.step(arena, cell) == step) {
        left--;
        each = cell;
        run(condition, top);
        if ((!missing[top + 1] && value[top + 1] != 0) == as) {
          return true;
        }
      }
      cell = Cell.parent(arena, cell);
    }
    return false;
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
      stack.range(slot, buffer, KeyBytes.bytesOffset(at), KeyBytes.bytesLength(buffer, at));
    } else {
      stack.number(slot, KeyBytes.number(buffer, at));
    }
  }

  private void loadCell(int slot, int step, int index, int projection, int form) {
    int cell =
        index == Expr.StepField.EACH
            ? each
            : partial == Arena.NULL ? Arena.NULL : Partial.cell(arena, partial, step, index);
    if (cell == Arena.NULL || Cell.isMissing(arena, cell, projection)) {
      missing[slot] = true;
    } else if (form == Op.CELL_RATIO) {
      stack.fraction(
          slot, Cell.numerator(arena, cell, projection), Cell.denominator(arena, cell, projection));
    } else if (form == Op.CELL_BYTES) {
      stack.range(
          slot,
          arena.buffer(cell),
          Cell.bytesOffset(arena, cell, projection),
          Cell.bytesLength(arena, cell, projection));
    } else {
      stack.number(slot, Cell.number(arena, cell, projection));
    }
  }

  private void loadSpan(int slot, int step) {
    int last = partial == Arena.NULL ? Arena.NULL : Partial.cell(arena, partial, step, -1);
    if (last == Arena.NULL) {
      missing[slot] = true;
    } else {
      int first = Partial.cell(arena, partial, step, 1);
      stack.number(slot, Cell.timeNs(arena, last) - Cell.timeNs(arena, first));
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
      if (others != null && !keys.isOwned(key)) {
        others.load(stack, slot, number, keys.group(key));
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
      stack.range(slot, rolling.buffer(), rolling.offset(), rolling.length());
    } else {
      stack.fraction(slot, rolling.raw(), rolling.denominator());
    }
  }
}
