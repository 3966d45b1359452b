package dev.weir.engine;

import dev.weir.dsl.plan.Expr;
import dev.weir.dsl.plan.FeaturePlan;
import dev.weir.dsl.plan.PlanText;
import dev.weir.dsl.plan.RulePlan;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.dsl.plan.ValueType;
import dev.weir.event.EventType;
import dev.weir.event.Field;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Live state as a person reads it: what is open and what windows hold, in the words of the rules.
 * Reads only; allocates. Good until the engine takes its next record; owned by the engine's thread.
 */
public final class StateView {
  private static final long NS_PER_SECOND = 1_000_000_000L;
  private static final long HEADER_WORDS = KeySpace.STATE;

  private final Engine.LiveState live;
  private final Partials partials;
  private final Deadlines[] deadlines; // by mode
  private final Program program;
  private final RuleSetPlan plan;
  private final Arena arena;
  private final Expr.@Nullable FeatureValue[] references; // by feature
  private final @Nullable RulePlan[] readers; // by feature: a rule that reads it

  /**
   * What a rule or a feature holds.
   *
   * @param what such as {@code rule NAME}
   * @param keys that have some of it
   * @param bytes of memory, without the index of keys
   */
  public record Size(String what, long keys, long bytes) {}

  /** What a key holds over all rules and features; a key with personal data is not named. */
  public record KeySize(String key, long bytes) {}

  /** Sizes, the largest first, and what is not of one key. */
  public record Sizes(
      List<Size> byUse, List<KeySize> largestKeys, long keys, long bytesInUse, long bytesTaken) {
    public Sizes {
      byUse = List.copyOf(byUse);
      largestKeys = List.copyOf(largestKeys);
    }
  }

  StateView(Engine.LiveState live, Partials partials, Deadlines[] deadlines) {
    this.live = live;
    this.partials = partials;
    this.deadlines = deadlines;
    this.program = live.program();
    this.plan = program.plan();
    this.arena = live.arena();
    this.references = new Expr.FeatureValue[plan.features().size()];
    this.readers = new RulePlan[plan.features().size()];
    for (RulePlan rule : plan.rules()) {
      ReferencesOf.rule(
          rule,
          (role, value) -> {
            references[value.feature()] = value;
            readers[value.feature()] = rule;
          });
    }
  }

  // ---- what a key holds -------------------------------------------------------------------------

  /**
   * Tells what the rules and features hold of some keys. Linear in the number of keys.
   *
   * @param key whether a key is told of: its parts as constants, with a comma and a space between
   * @return how many rules and features hold something of such a key
   */
  public int tell(Predicate<String> key, Consumer<String> lines) {
    int[] told = {0};
    for (RuleProgram rule : program.rules) {
      for (Row row : rows(rule.space, rule.plan.keyTypes(), key)) {
        told[0] += tellRule(rule, row, lines) ? 1 : 0;
      }
    }
    for (int f = 0; f < program.feeds.length; f++) {
      for (Row row : rows(program.feeds[f].space(), keyTypes(f), key)) {
        told[0] += tellFeed(f, row, lines) ? 1 : 0;
      }
    }
    return told[0];
  }

  private record Row(int address, String key) {}

  /** The rows of such keys, by key: the index has them in an order that means nothing. */
  private List<Row> rows(int space, List<ValueType> types, Predicate<String> key) {
    List<Row> rows = new ArrayList<>();
    live.spaces()[space].forEach(
        row -> {
          String text = keyText(space, types, row);
          if (key.test(text)) {
            rows.add(new Row(row, text));
          }
        });
    rows.sort(Comparator.comparing(Row::key));
    return rows;
  }

  private String keyText(int space, List<ValueType> types, int row) {
    KeySpace of = live.spaces()[space];
    return TraceValues.key(types, of.keyBuffer(row), of.keyOffset(row));
  }

  private List<ValueType> keyTypes(int f) {
    FeaturePlan feature = plan.features().get(program.feeds[f].features()[0].id());
    List<Field> fields = plan.types().get(feature.typeId()).fields();
    return feature.keyFields().stream().map(i -> ValueType.of(fields.get(i).type())).toList();
  }

  private static String of(String what, String key) {
    return what + (key.isEmpty() ? "" : ", key " + key);
  }

  private boolean tellRule(RuleProgram rule, Row row, Consumer<String> lines) {
    String head = of("rule " + rule.plan.name(), row.key());
    if (rule.isWhen) {
      boolean holds = arena.get(row.address() + KeySpace.STATE + rule.slot) != 0;
      if (holds) {
        lines.accept(head);
        lines.accept("  the condition held at the latest event");
      }
      return holds;
    }
    List<String> told = new ArrayList<>();
    if (rule.remembersAlert() && arena.get(row.address() + rule.alertedAt()) != 0) {
      told.add("  has alerted, and begins no further match");
    }
    for (int start = partials.firstStart(row.address(), rule);
        start != Arena.NULL;
        start = Start.next(arena, start)) {
      told.add(
          "  begun at "
              + time(Start.timeNs(arena, start))
              + " by #"
              + Start.position(arena, start)
              + deadlines(rule, Start.deadline(arena, start)));
      for (int p = Start.first(arena, start); p != Arena.NULL; p = partials.nextOfStart(p)) {
        tellPartial(rule, p, "partial match", told::add);
      }
    }
    if (rule.holds()) {
      for (int p = partials.firstHeld(row.address(), rule); p != Arena.NULL; p = partials.next(p)) {
        tellPartial(rule, p, "complete match that waits", told::add);
      }
    }
    if (rule.skip != null) {
      for (int p = arena.low(row.address() + rule.heldAt()); p != Arena.NULL; p = arena.low(p)) {
        tellPartial(rule, p, "complete match that is held", told::add);
      }
    }
    if (!told.isEmpty()) {
      lines.accept(head);
      told.forEach(lines);
    }
    return !told.isEmpty();
  }

  private void tellPartial(RuleProgram rule, int partial, String what, Consumer<String> lines) {
    lines.accept("    " + what + deadlines(rule, Partial.deadline(arena, partial)));
    Deque<Integer> cells = new ArrayDeque<>();
    for (int cell = Partial.newest(arena, partial);
        cell != Arena.NULL;
        cell = Cell.parent(arena, cell)) {
      cells.push(cell);
    }
    for (int cell : cells) {
      RulePlan.StepPlan step = steps(rule).get(Cell.step(arena, cell));
      StringBuilder line = new StringBuilder("      ").append(PlanText.stepName(step));
      line.append(" #").append(Cell.position(arena, cell));
      line.append(" at ").append(time(Cell.timeNs(arena, cell)));
      for (int i = 0; i < step.projection().size(); i++) {
        line.append(i == 0 ? "  " : ", ").append(kept(rule, step, i, cell));
      }
      lines.accept(line.toString());
    }
  }

  private static List<RulePlan.StepPlan> steps(RuleProgram rule) {
    return ((RulePlan.Match) rule.plan.body()).steps();
  }

  /** A field that a cell keeps, or a bound value. */
  private String kept(RuleProgram rule, RulePlan.StepPlan step, int i, int cell) {
    EventType type = plan.types().get(rule.plan.roles().get(step.role()).typeId());
    int field = step.projection().get(i);
    boolean isField = field < type.fields().size();
    int binding = field - type.fields().size();
    String name = isField ? type.fields().get(field).name() : step.bindings().get(binding).name();
    ValueType valueType =
        isField
            ? ValueType.of(type.fields().get(field).type())
            : step.bindings().get(binding).value().type();
    if (Cell.isMissing(arena, cell, i)) {
      return name + " missing";
    }
    boolean isPersonal =
        isField ? type.fields().get(field).pii() : type.fields().stream().anyMatch(Field::pii);
    if (isPersonal) {
      return name + " masked";
    }
    return name
        + " "
        + switch (valueType.kind()) {
          case TEXT, IP ->
              TraceValues.bytes(
                  valueType,
                  arena.buffer(cell),
                  Cell.bytesOffset(arena, cell, i),
                  Cell.bytesLength(arena, cell, i));
          case RATIO ->
              TraceValues.ratio(
                  valueType, Cell.numerator(arena, cell, i), Cell.denominator(arena, cell, i));
          default -> number(valueType, Cell.number(arena, cell, i));
        };
  }

  private static String number(ValueType type, long value) {
    return PlanText.constant(new Expr.Constant(type, value, ""));
  }

  private String deadlines(RuleProgram rule, int latest) {
    List<String> texts = new ArrayList<>();
    for (int number = latest; number != 0; number = partials.earlier(number)) {
      int entry = partials.entry(number);
      long dueNs =
          Features.saturatedSum(
              Deadlines.armedAtOf(arena, entry), deadlines[rule.mode].durationOf(entry));
      String what =
          switch (Deadlines.kindOf(arena, entry)) {
            case Deadlines.COMPLETE -> "completes at ";
            case Deadlines.WINDOW_END -> "its window ends at ";
            default -> "a bound of time passes at ";
          };
      texts.add(what + time(dueNs));
    }
    Collections.reverse(texts); // the latest came first
    return texts.isEmpty() ? "" : "; " + String.join(", ", texts);
  }

  private boolean tellFeed(int f, Row row, Consumer<String> lines) {
    FeatureProgram.Feed feed = program.feeds[f];
    if (feed.lastSeen() < 0 ? entriesOf(f, row.address()) == 0 : !isKept(feed, row.address())) {
      return false;
    }
    for (FeatureProgram feature : feed.features()) {
      lines.accept(
          of("feature " + name(feature), row.key()) + ": " + value(feature, row.address()));
    }
    return true;
  }

  private boolean isKept(FeatureProgram.Feed feed, int row) {
    return arena.get(row + feed.lastSeen()) != 0;
  }

  private long entriesOf(int f, int row) {
    Fifo log = live.features().log(f);
    long entries = 0;
    for (long number = log.head(); number < log.end(); number++) {
      entries += arena.low(log.entry(number) + 1) == row ? 1 : 0;
    }
    return entries;
  }

  /** As rules write it, but read by its own key and with the event at hand. */
  private String name(FeatureProgram feature) {
    Expr.FeatureValue reference = references[feature.id()];
    RulePlan reader = readers[feature.id()];
    if (reference == null || reader == null) {
      return "number " + feature.id();
    }
    Expr.FeatureValue plain =
        new Expr.FeatureValue(reference.type(), feature.id(), false, List.of());
    EventType type = plan.types().get(reader.roles().get(0).typeId());
    return PlanText.expression(plan, reader, type, plain);
  }

  private String value(FeatureProgram feature, int row) {
    Expr.FeatureValue reference = references[feature.id()];
    Features features = live.features();
    features.read(feature.id(), false, row);
    if (features.isMissing() || reference == null) {
      return "missing";
    }
    if (feature.field() >= 0
        && feature.function() != FeaturePlan.Function.DISTINCT
        && plan.types()
            .get(plan.features().get(feature.id()).typeId())
            .fields()
            .get(feature.field())
            .pii()) {
      return "masked";
    }
    ValueType type = reference.type();
    if (features.isBytes()) {
      return TraceValues.bytes(type, features.buffer(), features.offset(), features.length());
    }
    return type.kind() == ValueType.Kind.RATIO
        ? TraceValues.ratio(type, features.raw(), features.denominator())
        : number(type, features.raw());
  }

  private static String time(long ns) {
    return Instant.ofEpochSecond(Math.floorDiv(ns, NS_PER_SECOND), Math.floorMod(ns, NS_PER_SECOND))
        .toString();
  }

  // ---- sizes ------------------------------------------------------------------------------------

  /**
   * Counts the bytes of live state by rule and feature, and by key. Linear in the state.
   *
   * @param largest how many keys are named
   */
  public Sizes sizes(int largest) {
    List<Size> uses = new ArrayList<>();
    List<Map<Integer, Long>> byRow = new ArrayList<>(); // by space
    for (KeySpace space : live.spaces()) {
      Map<Integer, Long> rows = new LinkedHashMap<>();
      space.forEach(row -> rows.put(row, rowBytes(space, row)));
      byRow.add(rows);
    }
    long keys = byRow.stream().mapToLong(Map::size).sum();
    for (RuleProgram rule : program.rules) {
      Use use = new Use(byRow.get(rule.space));
      live.spaces()[rule.space].forEach(row -> use.add(row, ruleBytes(rule, row)));
      uses.add(new Size("rule " + rule.plan.name(), use.keys, use.bytes));
    }
    for (int f = 0; f < program.feeds.length; f++) {
      uses.add(feedSize(f, byRow.get(program.feeds[f].space())));
    }
    uses.sort(Comparator.comparingLong(Size::bytes).reversed().thenComparing(Size::what));
    return new Sizes(
        uses, largest(byRow, largest), keys, arena.bytesInUse(), arena.bytesReserved());
  }

  /** Bytes that one rule or feature holds, as they are added up. */
  private static final class Use {
    private final Map<Integer, Long> byRow;
    private long keys;
    private long bytes;

    Use(Map<Integer, Long> byRow) {
      this.byRow = byRow;
    }

    void add(int row, long more) {
      if (more > 0) {
        keys++;
        bytes += more;
        byRow.merge(row, more, Long::sum);
      }
    }
  }

  private long rowBytes(KeySpace space, int row) {
    return (HEADER_WORDS + space.stateWords() + Arena.wordsFor(space.keyLength(row))) * 8L;
  }

  /** Starts, partial matches and the events that these took; of shared events each once. */
  private long ruleBytes(RuleProgram rule, int row) {
    if (rule.isWhen) {
      return 0; // a flag in the row
    }
    Set<Integer> seen = new HashSet<>();
    long words = 0;
    for (int s = partials.firstStart(row, rule); s != Arena.NULL; s = Start.next(arena, s)) {
      words += Start.WORDS;
      for (int p = Start.first(arena, s); p != Arena.NULL; p = partials.nextOfStart(p)) {
        words += partialWords(rule, p, seen);
      }
    }
    if (rule.holds()) {
      for (int p = partials.firstHeld(row, rule); p != Arena.NULL; p = partials.next(p)) {
        words += partialWords(rule, p, seen);
      }
    }
    if (rule.skip != null) {
      for (int p = arena.low(row + rule.heldAt()); p != Arena.NULL; p = arena.low(p)) {
        words += Start.WORDS + partialWords(rule, p, seen);
      }
    }
    return words * 8;
  }

  private long partialWords(RuleProgram rule, int partial, Set<Integer> seen) {
    long words = rule.partialWords;
    for (int cell = Partial.newest(arena, partial);
        cell != Arena.NULL && seen.add(cell);
        cell = Cell.parent(arena, cell)) {
      words += arena.high(cell + 4);
    }
    return words;
  }

  /** Entries of the log of windows; what is kept without window stands in the row. */
  private Size feedSize(int f, Map<Integer, Long> byRow) {
    FeatureProgram.Feed feed = program.feeds[f];
    Map<Integer, Long> own = new LinkedHashMap<>();
    if (feed.lastSeen() < 0) {
      Fifo log = live.features().log(f);
      for (long number = log.head(); number < log.end(); number++) {
        own.merge(arena.low(log.entry(number) + 1), feed.entryWords() * 8L, Long::sum);
      }
    }
    Use use = new Use(byRow);
    own.forEach(use::add);
    return new Size("feature " + name(feed.features()[0]), use.keys, use.bytes);
  }

  private record RowBytes(int space, int row, long bytes) {}

  private List<KeySize> largest(List<Map<Integer, Long>> byRow, int count) {
    List<KeySize> found = new ArrayList<>();
    for (int s = 0; s < byRow.size(); s++) {
      int space = s;
      List<RowBytes> rows =
          byRow.get(s).entrySet().stream()
              .map(e -> new RowBytes(space, e.getKey(), e.getValue()))
              .sorted(Comparator.comparingLong(RowBytes::bytes).reversed())
              .limit(count)
              .toList();
      rows.forEach(r -> found.add(new KeySize(shownKey(r), r.bytes())));
    }
    found.sort(Comparator.comparingLong(KeySize::bytes).reversed().thenComparing(KeySize::key));
    return found.subList(0, Math.min(count, found.size()));
  }

  private String shownKey(RowBytes of) {
    for (RuleProgram rule : program.rules) {
      if (rule.space == of.space()) {
        RulePlan.Role role = rule.plan.roles().get(0);
        return shownKey(of, rule.plan.keyTypes(), role.typeId(), role.keyFields());
      }
    }
    for (int f = 0; f < program.feeds.length; f++) {
      if (program.feeds[f].space() == of.space()) {
        FeaturePlan feature = plan.features().get(program.feeds[f].features()[0].id());
        return shownKey(of, keyTypes(f), feature.typeId(), feature.keyFields());
      }
    }
    return "";
  }

  private String shownKey(RowBytes of, List<ValueType> types, int typeId, List<Integer> fields) {
    List<Field> all = plan.types().get(typeId).fields();
    String names = String.join(", ", fields.stream().map(i -> all.get(i).name()).toList());
    if (fields.isEmpty()) {
      return "without key";
    }
    return fields.stream().anyMatch(i -> all.get(i).pii())
        ? names
            + " masked ("
            + HexFormat.of().toHexDigits(live.spaces()[of.space()].hash(of.row()))
            + ")"
        : names + " " + keyText(of.space(), types, of.row());
  }
}
