package dev.weir.engine;

import dev.weir.dsl.plan.Expr;
import dev.weir.dsl.plan.RulePlan;
import dev.weir.dsl.plan.ValueType;
import dev.weir.event.EventReader;
import dev.weir.event.EventType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The alert at hand: evaluates what it is asked for while the sink looks at it. One for each
 * engine; owned by its thread.
 */
final class AlertRecord implements AlertView {
  private static final ValueType SCORE = ValueType.INT;

  private final AlertSink sink;
  private final Arena arena;
  private final List<EventType> types;
  private final KeySpace[] spaces;
  private final Evaluator evaluator;
  private final long[] alerts; // by rule
  private final RuleFigures figures;

  @SuppressWarnings("NullAway.Init") // set when an instant begins
  private RuleProgram rule; // none before the first alert

  private KeySpace space;
  private int row;
  private int role;
  private int ordinal;
  private long timeNs;
  private long releasePosition;
  private boolean isDeadline;
  private long instant;
  private EventReader event = new EventReader();
  private int[] cells = new int[16]; // of a match, in the order taken
  private int cellCount;
  private boolean isOfEvent; // about the event at hand
  private int kind;

  private @Nullable Tracer tracer;

  private final Shown shown = new Shown();
  private final Decided decision = new Decided();
  private boolean isDeciding;
  private final UnsafeBuffer key = new UnsafeBuffer(new byte[0]);
  private UnsafeBuffer suppress = new UnsafeBuffer(new byte[64]);
  private int suppressLength;

  AlertRecord(
      AlertSink sink,
      Arena arena,
      List<EventType> types,
      KeySpace[] spaces,
      Evaluator evaluator,
      RuleProgram[] rules,
      RuleFigures figures) {
    this.sink = sink;
    this.figures = figures;
    this.arena = arena;
    this.types = types;
    this.spaces = spaces;
    this.evaluator = evaluator;
    this.alerts = new long[rules.length];
    this.space = spaces[0];
  }

  /** From now on alerts are traced. */
  void trace(Tracer to) {
    tracer = to;
  }

  long alerts(int ruleIndex) {
    return alerts[ruleIndex];
  }

  /** The same by rule, for whoever counts on. */
  long[] alerts() {
    return alerts;
  }

  /** What is alerted from now on is let out by the record at this position. */
  void releasePosition(long position) {
    releasePosition = position;
  }

  /** The instant at hand is that of the event at this place in stream order. */
  void atEvent(long sequence) {
    isDeadline = false;
    instant = sequence;
  }

  /** The instant at hand is that of a deadline armed by the record at this position. */
  void atDeadline(long armingPosition) {
    isDeadline = true;
    instant = armingPosition;
  }

  /**
   * Alerts a partial match; the evaluator is about it already.
   *
   * @param about {@link AlertView#kind()}: 0 if it is complete
   */
  void ofMatch(
      RuleProgram program,
      int keyRow,
      int keyRole,
      long instantNs,
      int about,
      int match,
      int place) {
    begin(program, keyRow, keyRole, instantNs, place);
    kind = about;
    cellCount = 0;
    for (int cell = Partial.newest(arena, match);
        cell != Arena.NULL;
        cell = Cell.parent(arena, cell)) {
      if (cellCount == cells.length) {
        cells = Arrays.copyOf(cells, cellCount * 2);
      }
      cells[cellCount++] = cell;
    }
    for (int i = 0, j = cellCount - 1; i < j; i++, j--) {
      int cell = cells[i];
      cells[i] = cells[j];
      cells[j] = cell;
    }
    emit();
  }

  /**
   * Alerts all matches of an instant, without their events; the evaluator is about them already.
   */
  void ofTotals(RuleProgram program, int keyRow, int keyRole, long instantNs, int place) {
    begin(program, keyRow, keyRole, instantNs, place);
    cellCount = 0;
    emit();
  }

  /** Alerts the event at hand. */
  void ofEvent(RuleProgram program, int keyRow, int keyRole, EventReader reader) {
    begin(program, keyRow, keyRole, reader.timeNs(), 0);
    event = reader;
    cellCount = 0;
    isOfEvent = true;
    evaluator.partial(Arena.NULL);
    emit();
  }

  private void begin(RuleProgram program, int keyRow, int keyRole, long instantNs, int place) {
    rule = program;
    space = spaces[program.space];
    row = keyRow;
    role = keyRole;
    timeNs = instantNs;
    ordinal = place;
    isOfEvent = false;
    kind = 0;
  }

  private RuleProgram.AlertProgram program() {
    return rule.alerts[kind];
  }

  /** The next record is at hand. */
  void noDecision() {
    decision.forget();
  }

  /** Whether alerts are about the event at hand, as it arrives. */
  void decides(boolean atEvent) {
    isDeciding = atEvent;
  }

  DecisionView decision() {
    return decision;
  }

  private void emit() {
    alerts[rule.index]++;
    figures.fired(rule.index, timeNs);
    if (isDeciding && decision.isStricter(rule.plan)) {
      decision.take(rule.plan, score());
    }
    key.wrap(space.keyBuffer(row), space.keyOffset(row), space.keyLength(row));
    encodeSuppress();
    if (tracer != null) {
      tracer.alerted(cells, cellCount);
    }
    sink.onAlert(this);
  }

  private void encodeSuppress() {
    suppressLength = 0;
    if (rule.plan.suppress().isEmpty()) {
      return;
    }
    if (kind > 0) {
      room(2);
      suppress.putByte(suppressLength++, (byte) 0xff); // no value begins so
      suppress.putByte(suppressLength++, (byte) kind);
    }
    if (rule.plan.suppress().get().by().isEmpty()) {
      room(keyLength());
      suppress.putBytes(suppressLength, key, 0, keyLength());
      suppressLength += keyLength();
      return;
    }
    List<Expr> by = program().suppressByPlan();
    int[] suppressBy = program().suppressBy();
    for (int i = 0; i < suppressBy.length; i++) {
      evaluator.value(suppressBy[i]);
      if (evaluator.isMissing()) {
        room(1);
        suppress.putByte(suppressLength++, (byte) 0);
      } else if (Expressions.isBytes(by.get(i).type())) {
        room(evaluator.length() + 5);
        suppressLength =
            KeyBytes.writeBytes(
                suppress,
                suppressLength,
                evaluator.buffer(),
                evaluator.offset(),
                evaluator.length());
      } else {
        room(18);
        // in lowest terms: 2/1 and 4/2 are one value
        long divisor = Exact.greatestDivisor(evaluator.raw(), evaluator.denominator());
        long raw = evaluator.raw() / divisor;
        long denominator = evaluator.denominator() / divisor;
        suppressLength = KeyBytes.writeNumber(suppress, suppressLength, raw);
        suppressLength = KeyBytes.writeNumber(suppress, suppressLength, denominator);
      }
    }
  }

  private void room(int more) {
    if (suppressLength + more > suppress.capacity()) {
      UnsafeBuffer wider =
          new UnsafeBuffer(new byte[Integer.highestOneBit(suppressLength + more) * 2]);
      wider.putBytes(0, suppress, 0, suppressLength);
      suppress = wider;
    }
  }

  // ---- AlertView
  // ----------------------------------------------------------------------------------

  @Override
  public RulePlan rule() {
    return rule.plan;
  }

  @Override
  public int kind() {
    return kind;
  }

  @Override
  public RulePlan.AlertPlan alert() {
    return program().plan();
  }

  @Override
  public int ruleIndex() {
    return rule.index;
  }

  @Override
  public long timeNs() {
    return timeNs;
  }

  @Override
  public long releasePosition() {
    return releasePosition;
  }

  @Override
  public int phase() {
    return rule.mode == Program.ON_ARRIVAL ? 0 : 1;
  }

  @Override
  public boolean isDeadline() {
    return isDeadline;
  }

  @Override
  public long instant() {
    return instant;
  }

  @Override
  public int role() {
    return role;
  }

  @Override
  public int ordinal() {
    return ordinal;
  }

  @Override
  public DirectBuffer keyBytes() {
    return key;
  }

  @Override
  public int keyLength() {
    return key.capacity();
  }

  @Override
  public DirectBuffer suppressBytes() {
    return suppress;
  }

  @Override
  public int suppressLength() {
    return suppressLength;
  }

  @Override
  public Value key(int part) {
    int at = 0;
    for (int i = 0; i < part; i++) {
      at = KeyBytes.next(key, at);
    }
    ValueType type = rule.plan.keyTypes().get(part);
    if (Expressions.isBytes(type)) {
      return shown.bytes(type, key, KeyBytes.bytesOffset(at), KeyBytes.bytesLength(key, at));
    }
    return shown.number(type, KeyBytes.number(key, at), 1);
  }

  @Override
  public Value textValue(int part) {
    Expr expr = alert().text().get(part).value().orElseThrow();
    return evaluated(expr.type(), program().text()[part]);
  }

  @Override
  public Value field(int index) {
    return evaluated(alert().fields().get(index).value().type(), program().fields()[index]);
  }

  @Override
  public Value score() {
    if (program().score() == Code.NONE) {
      return shown.number(SCORE, 0, 1);
    }
    return evaluated(alert().score().orElseThrow().type(), program().score());
  }

  private Value evaluated(ValueType type, int program) {
    evaluator.value(program);
    if (evaluator.isMissing()) {
      return shown.missing(type);
    }
    if (Expressions.isBytes(type)) {
      return shown.bytes(type, evaluator.buffer(), evaluator.offset(), evaluator.length());
    }
    return shown.number(type, evaluator.raw(), evaluator.denominator());
  }

  @Override
  public int eventCount() {
    return isOfEvent ? 1 : cellCount;
  }

  @Override
  public String eventStep(int index) {
    return isOfEvent ? "" : stepOf(index).name;
  }

  private StepProgram stepOf(int index) {
    return rule.steps[Cell.step(arena, cells[index])];
  }

  @Override
  public EventType eventType(int index) {
    return types.get(isOfEvent ? event.typeId() : stepOf(index).typeId);
  }

  @Override
  public long eventPosition(int index) {
    return isOfEvent ? event.position() : Cell.position(arena, cells[index]);
  }

  @Override
  public long eventTimeNs(int index) {
    return isOfEvent ? event.timeNs() : Cell.timeNs(arena, cells[index]);
  }

  @Override
  public int eventValueCount(int index) {
    return isOfEvent ? rule.whenFields[event.typeId()].length : stepOf(index).fieldCount;
  }

  @Override
  public int eventField(int index, int value) {
    return isOfEvent ? rule.whenFields[event.typeId()][value] : stepOf(index).projection[value];
  }

  @Override
  public Value eventValue(int index, int value) {
    int field = eventField(index, value);
    ValueType type = fieldTypes(eventType(index))[field];
    if (isOfEvent) {
      if (event.isMissing(field)) {
        return shown.missing(type);
      }
      return Expressions.isBytes(type)
          ? shown.bytes(type, event.buffer(), event.textOffset(field), event.textLength(field))
          : shown.number(type, event.slot(field), 1);
    }
    int cell = cells[index];
    if (Cell.isMissing(arena, cell, value)) {
      return shown.missing(type);
    }
    return Expressions.isBytes(type)
        ? shown.bytes(
            type,
            arena.buffer(cell),
            Cell.bytesOffset(arena, cell, value),
            Cell.bytesLength(arena, cell, value))
        : shown.number(type, Cell.number(arena, cell, value), 1);
  }

  private ValueType[][] fieldTypes = new ValueType[0][];

  /** Types of a type's fields, made once. */
  private ValueType[] fieldTypes(EventType type) {
    if (fieldTypes.length == 0) {
      fieldTypes =
          types.stream()
              .map(
                  t ->
                      t.fields().stream()
                          .map(f -> ValueType.of(f.type()))
                          .toArray(ValueType[]::new))
              .toArray(ValueType[][]::new);
    }
    return fieldTypes[type.typeId()];
  }

  /** The strictest decision so far about one event. */
  private static final class Decided implements DecisionView {
    private @Nullable RulePlan rule; // none: nothing is decided
    private final Shown score = new Shown();

    void forget() {
      rule = null;
    }

    boolean isStricter(RulePlan other) {
      return other.decision().isPresent()
          && (rule == null || other.decision().get().compareTo(rule.decision().orElseThrow()) > 0);
    }

    void take(RulePlan deciding, Value given) {
      rule = deciding;
      if (given.isMissing()) {
        score.missing(given.type());
      } else {
        score.number(given.type(), given.raw(), given.denominator());
      }
    }

    @Override
    public Optional<RulePlan.Decision> decision() {
      return rule == null ? Optional.empty() : rule.decision();
    }

    @Override
    public RulePlan rule() {
      return java.util.Objects.requireNonNull(rule, "nothing is decided");
    }

    @Override
    public Value score() {
      return score;
    }
  }

  /** The one value that is handed out. */
  private static final class Shown implements Value {
    private ValueType type = ValueType.INT;
    private boolean missing;
    private long raw;
    private long denominator = 1;
    private DirectBuffer buffer = new UnsafeBuffer(new byte[0]);
    private int offset;
    private int length;

    Value number(ValueType valueType, long value, long divisor) {
      type = valueType;
      missing = false;
      raw = value;
      denominator = divisor;
      return this;
    }

    Value bytes(ValueType valueType, DirectBuffer from, int at, int size) {
      type = valueType;
      missing = false;
      buffer = from;
      offset = at;
      length = size;
      return this;
    }

    Value missing(ValueType valueType) {
      type = valueType;
      missing = true;
      return this;
    }

    @Override
    public ValueType type() {
      return type;
    }

    @Override
    public boolean isMissing() {
      return missing;
    }

    @Override
    public long raw() {
      return raw;
    }

    @Override
    public long denominator() {
      return denominator;
    }

    @Override
    public DirectBuffer buffer() {
      return buffer;
    }

    @Override
    public int offset() {
      return offset;
    }

    @Override
    public int length() {
      return length;
    }
  }
}
