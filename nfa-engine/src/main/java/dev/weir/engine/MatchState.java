package dev.weir.engine;

import java.util.Arrays;
import org.agrona.collections.Int2IntHashMap;

/**
 * Writes and reads the partial matches of one rule and key in their portable form.
 *
 * <pre>
 *  match rule: int32 rule; byte 1 if it has alerted and may start but once; items; then for each
 *              list of places a list of partial matches, by number
 *  item:       byte 1 cell, 2 start, 3 partial match of the start before, 5 complete match of it
 *              that waits; 0 ends them. Cells and partial matches are numbered from 1 as they come.
 *  cell:       int32 parent or 0; byte step; byte rank of its way; int64 place in stream order,
 *              position, time; for each kept field byte 0 missing, 1 int64, 2 text, 3 ratio:
 *              int64 numerator, denominator
 *  held:       only where matches are held: byte 4, cells, int64 place in stream order, time, position
 *              of the start, and as a partial match, without deadlines; byte 0 ends them
 *  start:      int64 place in stream order, time, position; byte flags; int32 stages, if the rule
 *              has such; deadlines
 *  partial:    int32 newest cell; for each step int32 newest cell or 0, int32 events taken; int64
 *              for each region and register; deadlines
 *  deadlines:  list of byte kind; int32 role; int64 armed at, arming position, duration
 * </pre>
 */
final class MatchState {
  private static final int END = 0;
  private static final int CELL = 1;
  private static final int START = 2;
  private static final int PARTIAL = 3;
  private static final int HELD = 4;
  private static final int WAITS = 5;
  private static final int NONE = 0;
  private static final int ENTRIES_KEPT_MAX = 4096;

  private final Arena arena;
  private final Partials partials;
  private final Deadlines[] deadlines; // by mode

  // writing: number of a cell or partial match by address
  private Int2IntHashMap numbers = new Int2IntHashMap(NONE);
  private int cellCount;
  private int partialCount;
  private int[] chain = new int[64];

  // reading: address by number
  private int[] cells = new int[64];
  private int[] matches = new int[64];

  MatchState(Arena arena, Partials partials, Deadlines[] deadlines) {
    this.arena = arena;
    this.partials = partials;
    this.deadlines = deadlines;
  }

  /** Whether the rule has something to write about the key. */
  boolean isThere(RuleProgram rule, int row) {
    return partials.firstStart(row, rule) != Arena.NULL
        || hasAlerted(rule, row)
        || firstHeld(rule, row) != Arena.NULL;
  }

  private boolean hasAlerted(RuleProgram rule, int row) {
    return rule.remembersAlert() && arena.get(row + rule.alertedAt()) != 0;
  }

  private int firstHeld(RuleProgram rule, int row) {
    return rule.skip == null ? Arena.NULL : arena.low(row + rule.heldAt());
  }

  // ---- writing ----------------------------------------------------------------------------------

  void write(ChunkWriter to, RuleProgram rule, int row) {
    cellCount = 0;
    partialCount = 0;
    to.putInt(rule.index);
    to.putByte(hasAlerted(rule, row) ? 1 : 0);
    for (int start = partials.firstStart(row, rule);
        start != Arena.NULL;
        start = Start.next(arena, start)) {
      writeStart(to, rule, start);
      for (int p = Start.first(arena, start); p != Arena.NULL; p = partials.nextOfStart(p)) {
        writeCells(to, rule, Partial.newest(arena, p));
        writePartial(to, PARTIAL, rule, p);
        numbers.put(p, ++partialCount);
      }
      writeWaiting(to, rule, row, start);
    }
    to.putByte(END);
    for (int list = 0; list < rule.automaton.lists; list++) {
      int size = 0;
      for (int p = partials.first(row, rule, list); p != Arena.NULL; p = partials.next(p)) {
        size++;
      }
      to.putInt(size);
      for (int p = partials.first(row, rule, list); p != Arena.NULL; p = partials.next(p)) {
        to.putInt(numbers.get(p));
      }
    }
    if (rule.skip != null) {
      writeHeld(to, rule, row);
    }
    if (numbers.size() > ENTRIES_KEPT_MAX) {
      numbers = new Int2IntHashMap(NONE); // clearing is linear in the largest key
    } else {
      numbers.clear();
    }
  }

  private void writeHeld(ChunkWriter to, RuleProgram rule, int row) {
    for (int p = firstHeld(rule, row); p != Arena.NULL; p = arena.low(p)) {
      writeCells(to, rule, Partial.newest(arena, p));
      to.putByte(HELD);
      int start = Partial.start(arena, p);
      to.putLong(Start.sequence(arena, start));
      to.putLong(Start.timeNs(arena, start));
      to.putLong(Start.position(arena, start));
      writeTaken(to, rule, p);
    }
    to.putByte(END);
  }

  private void writeWaiting(ChunkWriter to, RuleProgram rule, int row, int start) {
    if (!rule.holds()) {
      return;
    }
    for (int p = partials.firstHeld(row, rule); p != Arena.NULL; p = partials.next(p)) {
      if (Partial.start(arena, p) == start) {
        writeCells(to, rule, Partial.newest(arena, p));
        writePartial(to, WAITS, rule, p);
      }
    }
  }

  private void writeStart(ChunkWriter to, RuleProgram rule, int start) {
    to.putByte(START);
    to.putLong(Start.sequence(arena, start));
    to.putLong(Start.timeNs(arena, start));
    to.putLong(Start.position(arena, start));
    to.putByte(Start.flags(arena, start) & 0xff & ~Start.LISTED);
    if (rule.notices.length > 0) {
      to.putInt(Start.flags(arena, start) >>> 8);
    }
    writeDeadlines(to, Start.deadline(arena, start));
  }

  /** Writes a cell and those before it, as far as they are not written. */
  private void writeCells(ChunkWriter to, RuleProgram rule, int newest) {
    int count = 0;
    for (int cell = newest;
        cell != Arena.NULL && numbers.get(cell) == NONE;
        cell = Cell.parent(arena, cell)) {
      if (count == chain.length) {
        chain = Arrays.copyOf(chain, count * 2);
      }
      chain[count++] = cell;
    }
    while (count > 0) {
      int cell = chain[--count];
      to.putByte(CELL);
      int parent = Cell.parent(arena, cell);
      to.putInt(parent == Arena.NULL ? NONE : numbers.get(parent));
      Cell.write(arena, cell, rule.steps[Cell.step(arena, cell)], to);
      numbers.put(cell, ++cellCount);
    }
  }

  private void writePartial(ChunkWriter to, int item, RuleProgram rule, int p) {
    to.putByte(item);
    writeTaken(to, rule, p);
    writeDeadlines(to, Partial.deadline(arena, p));
  }

  private void writeTaken(ChunkWriter to, RuleProgram rule, int p) {
    to.putInt(numberOf(Partial.newest(arena, p)));
    for (int step = 0; step < rule.steps.length; step++) {
      to.putInt(numberOf(arena.low(p + Partial.STEPS + step)));
      to.putInt(arena.high(p + Partial.STEPS + step));
    }
    for (int word = rule.regionsAt; word < rule.partialWords; word++) {
      to.putLong(arena.get(p + word));
    }
  }

  private int numberOf(int cell) {
    if (cell == Arena.NULL) {
      return NONE;
    }
    int number = numbers.get(cell);
    if (number == NONE) {
      throw new IllegalStateException("a partial match points to an event that it does not hold");
    }
    return number;
  }

  private void writeDeadlines(ChunkWriter to, int latest) {
    int size = 0;
    for (int number = latest; number != NONE; number = partials.earlier(number)) {
      size++;
    }
    to.putInt(size);
    for (int number = latest; number != NONE; number = partials.earlier(number)) {
      int entry = partials.entry(number);
      to.putByte(Deadlines.kindOf(arena, entry));
      to.putInt(Deadlines.roleOf(arena, entry));
      to.putLong(Deadlines.armedAtOf(arena, entry));
      to.putLong(Deadlines.positionOf(arena, entry));
      to.putLong(deadlines[Program.ON_WATERMARK].durationOf(entry));
    }
  }

  // ---- reading ----------------------------------------------------------------------------------

  /** Reads what {@link #write} wrote into a row that has none of it. */
  void read(SectionReader from, RuleProgram[] rules, KeySpace space, int spaceNumber, int row) {
    int index = from.getInt();
    if (index < 0 || index >= rules.length || rules[index].isWhen) {
      throw SectionReader.bad("no such match rule: rule=" + index);
    }
    read(from, rules[index], space, spaceNumber, row);
  }

  /** The same, for this rule; its number was read. */
  void read(SectionReader from, RuleProgram rule, KeySpace space, int spaceNumber, int row) {
    int index = rule.index;
    if (rule.space != spaceNumber || partials.firstStart(row, rule) != Arena.NULL) {
      throw SectionReader.bad("a key of another kind, or twice: rule=" + index);
    }
    if (from.getByte() != 0) {
      arena.put(row + rule.alertedAt(), 1);
      space.retain(row);
    }
    cellCount = 0;
    partialCount = 0;
    int start = Arena.NULL;
    int firstOfStart = 1;
    for (int item = from.getByte(); item != END; item = from.getByte()) {
      switch (item) {
        case CELL -> readCell(from, rule);
        case START -> {
          linkToStart(start, firstOfStart);
          firstOfStart = partialCount + 1;
          start = readStart(from, space, row, rule);
        }
        case PARTIAL -> {
          int p = readPartial(from, space, row, rule, start);
          partials.join(p, start);
          matches = with(matches, ++partialCount, p);
        }
        case WAITS -> {
          if (!rule.holds()) {
            throw SectionReader.bad("no match of the rule waits: rule=" + index);
          }
          int p = readPartial(from, space, row, rule, start);
          partials.hold(space, row, rule, p, start);
        }
        default -> throw SectionReader.bad("no such item: kind=" + item);
      }
    }
    linkToStart(start, firstOfStart);
    for (int list = 0; list < rule.automaton.lists; list++) {
      int size = from.getInt();
      int at = from.skip(Math.multiplyExact(size, Integer.BYTES));
      for (int i = size - 1; i >= 0; i--) { // each becomes the first
        int number =
            from.content().getInt(at + i * Integer.BYTES, java.nio.ByteOrder.LITTLE_ENDIAN);
        partials.linkToList(row, rule, of(matches, number, partialCount));
      }
    }
    if (rule.skip != null) {
      readHeld(from, space, row, rule);
    }
  }

  private void readHeld(SectionReader from, KeySpace space, int row, RuleProgram rule) {
    int last = Arena.NULL;
    for (int item = from.getByte(); item != END; item = from.getByte()) {
      if (item == CELL) {
        readCell(from, rule);
        continue;
      }
      if (item != HELD) {
        throw SectionReader.bad("no such item: kind=" + item);
      }
      int start = Start.create(arena, from.getLong(), from.getLong(), from.getLong());
      int p = readTaken(from, rule);
      arena.putLow(p + 2, start);
      if (last == Arena.NULL) {
        arena.putLow(row + rule.heldAt(), p);
      } else {
        arena.putLow(last, p);
      }
      last = p;
      space.retain(row);
    }
  }

  private void linkToStart(int start, int firstNumber) {
    for (int number = partialCount; number >= firstNumber; number--) {
      partials.linkToStart(start, matches[number]);
    }
  }

  private void readCell(SectionReader from, RuleProgram rule) {
    int parent = from.getInt();
    int parentCell = parent == NONE ? Arena.NULL : of(cells, parent, cellCount);
    int cell = Cell.read(arena, parentCell, rule.steps, from);
    cells = with(cells, ++cellCount, cell);
  }

  private int readStart(SectionReader from, KeySpace space, int row, RuleProgram rule) {
    int start = Start.create(arena, from.getLong(), from.getLong(), from.getLong());
    Start.mark(arena, start, from.getByte());
    if (rule.notices.length > 0) {
      Start.mark(arena, start, from.getInt() << 8);
    }
    partials.listStart(space, row, rule, start);
    readDeadlines(from, space, row, rule, start, true);
    return start;
  }

  private int readPartial(
      SectionReader from, KeySpace space, int row, RuleProgram rule, int start) {
    if (start == Arena.NULL) {
      throw SectionReader.bad("a partial match without start");
    }
    int p = readTaken(from, rule);
    readDeadlines(from, space, row, rule, p, false);
    return p;
  }

  private int readTaken(SectionReader from, RuleProgram rule) {
    int p = arena.allocateZeroed(rule.partialWords);
    int newest = of(cells, from.getInt(), cellCount);
    Cell.retain(arena, newest);
    Partial.newest(arena, p, newest);
    for (int step = 0; step < rule.steps.length; step++) {
      int cell = from.getInt();
      arena.putLow(p + Partial.STEPS + step, cell == NONE ? 0 : of(cells, cell, cellCount));
      arena.putHigh(p + Partial.STEPS + step, from.getInt());
    }
    for (int word = rule.regionsAt; word < rule.partialWords; word++) {
      arena.put(p + word, from.getLong());
    }
    int state = Partial.state(arena, p, rule.regionsAt);
    if (state >= rule.automaton.states.length) {
      throw SectionReader.bad("no such place in the pattern: state=" + state);
    }
    return p;
  }

  private void readDeadlines(
      SectionReader from, KeySpace space, int row, RuleProgram rule, int of, boolean isStart) {
    int size = from.getInt();
    int at = from.at();
    int each = 1 + Integer.BYTES + 3 * Long.BYTES;
    from.skip(Math.multiplyExact(size, each));
    int end = from.at();
    for (int i = size - 1; i >= 0; i--) { // the latest was written first
      from.at(at + i * each);
      int kind = from.getByte();
      int role = from.getInt();
      long armedAtNs = from.getLong();
      long position = from.getLong();
      long durationNs = from.getLong();
      if (!deadlines[rule.mode].knows(durationNs)) {
        throw SectionReader.bad("no rule has such a duration: ns=" + durationNs);
      }
      int number = isStart ? partials.numberForStart(of) : partials.numberForPartial(of);
      int entry =
          deadlines[rule.mode].insert(
              durationNs, armedAtNs, position, rule.index, role, row, kind, number);
      partials.armed(number, entry);
      space.retain(row);
    }
    from.at(end);
  }

  private static int of(int[] addresses, int number, int count) {
    if (number < 1 || number > count) {
      throw SectionReader.bad("it points to what it does not hold: number=" + number);
    }
    return addresses[number];
  }

  private static int[] with(int[] addresses, int number, int address) {
    int[] wide = number < addresses.length ? addresses : Arrays.copyOf(addresses, number * 2);
    wide[number] = address;
    return wide;
  }
}
