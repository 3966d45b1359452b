package dev.weir.engine;

import dev.weir.dsl.plan.Expr;
import dev.weir.event.EventReader;
import dev.weir.event.Hashing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Which rules an event of one type can touch: so that an event costs what it touches, not what is
 * deployed. A rule is entered through the conditions on the event alone of its steps and guards
 * ("gates"); one of them must hold. Each gate is found through one of its conjuncts: an equality or
 * a membership through the values of a field, a comparison with a constant through sorted bounds;
 * gates without such a conjunct are evaluated at every event.
 *
 * <p>A rule is <em>opened</em> by gates of steps that may come first and of {@code when} rules; its
 * other gates only matter to a key that has partial matches. Immutable. A look costs a binary
 * search for each field used, plus the gates found, plus a word for each 64 rules.
 */
final class RuleIndex {
  /** A condition on the event alone, and the offers of which it is a gate, by their numbers. */
  private record Gate(int predicate, int[] opens, int[] goesOn) {}

  /**
   * Gates that ask a field for {@code >=} a bound; if turned, for {@code <=} its complement.
   *
   * @param bounds ascending, of the gates that are this comparison and nothing else
   * @param opens by number of bounds met: the offers opened, as bits
   * @param innerBounds ascending, of the gates that ask for more
   */
  private record Bounds(
      int field,
      boolean turned,
      long[] bounds,
      long[][] opens,
      long[][] goesOn,
      long[] innerBounds,
      Gate[] inner) {}

  /** Gates that ask a field for some values: numbers, or hashes of texts; ascending. */
  private record Values(int field, boolean isBytes, long[] values, Gate[][] gates) {}

  private final int words;
  private final long[] alwaysOpens;
  private final long[] alwaysGoesOn;
  private final Gate[] scanned;
  private final Bounds[] bounds;
  private final Values[] values;

  private RuleIndex(Builder b) {
    this.words = b.words;
    this.alwaysOpens = b.alwaysOpens;
    this.alwaysGoesOn = b.alwaysGoesOn;
    this.scanned = b.scanned.toArray(new Gate[0]);
    this.bounds = b.bounds();
    this.values = b.values();
  }

  /** Words of the bitmaps that {@link #look} fills. */
  int words() {
    return words;
  }

  /**
   * Finds the offers that the event can touch.
   *
   * @param opens is overwritten: a bit for each offer that the event can open
   * @param goesOn is overwritten: a bit for each offer whose partial matches the event can touch
   */
  void look(EventReader event, Predicates predicates, long[] opens, long[] goesOn) {
    for (int w = 0; w < words; w++) {
      opens[w] = alwaysOpens[w];
      goesOn[w] = alwaysGoesOn[w];
    }
    for (Gate gate : scanned) {
      pass(gate, predicates, opens, goesOn);
    }
    for (Bounds b : bounds) {
      if (!event.isMissing(b.field)) {
        long slot = event.slot(b.field);
        long value = b.turned ? ~slot : slot;
        int met = met(b.bounds, value);
        if (met > 0) {
          or(opens, b.opens[met]);
          or(goesOn, b.goesOn[met]);
        }
        int innerMet = met(b.innerBounds, value);
        for (int i = 0; i < innerMet; i++) {
          pass(b.inner[i], predicates, opens, goesOn);
        }
      }
    }
    for (Values v : values) {
      if (!event.isMissing(v.field)) {
        long value = v.isBytes ? event.textHash(v.field) : event.slot(v.field);
        int found = Arrays.binarySearch(v.values, value);
        if (found >= 0) {
          for (Gate gate : v.gates[found]) {
            pass(gate, predicates, opens, goesOn);
          }
        }
      }
    }
  }

  private static void pass(Gate gate, Predicates predicates, long[] opens, long[] goesOn) {
    if (predicates.holds(gate.predicate)) {
      for (int offer : gate.opens) {
        opens[offer >>> 6] |= 1L << offer;
      }
      for (int offer : gate.goesOn) {
        goesOn[offer >>> 6] |= 1L << offer;
      }
    }
  }

  private static void or(long[] into, long[] bits) {
    for (int w = 0; w < bits.length; w++) {
      into[w] |= bits[w];
    }
  }

  /** How many of the ascending bounds are not greater than the value. */
  private static int met(long[] ascending, long value) {
    int low = 0;
    int high = ascending.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ascending[middle] <= value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** How each gate is found, for people: one line for each way of looking. */
  List<String> print() {
    List<String> lines = new ArrayList<>();
    for (Gate gate : scanned) {
      lines.add("every event: predicate " + gate.predicate);
    }
    for (Bounds b : bounds) {
      if (b.bounds.length > 0) {
        lines.add("field " + b.field + (b.turned ? " <= " : " >= ") + shown(b.bounds, b.turned));
      }
      for (int i = 0; i < b.inner.length; i++) {
        lines.add(
            "field "
                + b.field
                + (b.turned ? " <= " : " >= ")
                + (b.turned ? ~b.innerBounds[i] : b.innerBounds[i])
                + ": predicate "
                + b.inner[i].predicate);
      }
    }
    for (Values v : values) {
      for (int i = 0; i < v.values.length; i++) {
        for (Gate gate : v.gates[i]) {
          lines.add(
              "field "
                  + v.field
                  + (v.isBytes ? " with hash " : " = ")
                  + v.values[i]
                  + ": predicate "
                  + gate.predicate);
        }
      }
    }
    return lines;
  }

  private static List<Long> shown(long[] bounds, boolean turned) {
    return Arrays.stream(bounds).map(bound -> turned ? ~bound : bound).boxed().toList();
  }

  /** Collects the gates of one event type. */
  static final class Builder {
    /** A conjunct by which a gate can be found. */
    private sealed interface Access permits OneOf, AtLeast {}

    private record OneOf(int field, boolean isBytes, List<Long> values) implements Access {}

    private record AtLeast(int field, boolean turned, long bound) implements Access {}

    private record Found(long bound, Gate gate) {}

    private final List<Expr> conditions; // by predicate
    private final List<List<Expr.Constant>> lists;
    private final int words;
    private final long[] alwaysOpens;
    private final long[] alwaysGoesOn;
    private final Map<Integer, List<Integer>> opens = new TreeMap<>(); // by predicate
    private final Map<Integer, List<Integer>> goesOn = new TreeMap<>();

    private final List<Gate> scanned = new ArrayList<>();
    private final Map<Integer, List<Found>> whole = new TreeMap<>(); // by field, turned
    private final Map<Integer, List<Found>> inner = new TreeMap<>();
    private final Map<Integer, Map<Long, List<Gate>>> byValue = new TreeMap<>(); // field, isBytes

    /**
     * @param conditions what each predicate asks
     * @param lists the values of each list
     */
    Builder(int offers, List<Expr> conditions, List<List<Expr.Constant>> lists) {
      this.conditions = conditions;
      this.lists = lists;
      this.words = (offers + 63) >>> 6;
      this.alwaysOpens = new long[words];
      this.alwaysGoesOn = new long[words];
    }

    /** The predicate, or {@link Code#NONE}, opens the offer. */
    void opens(int offer, int predicate) {
      add(offer, predicate, alwaysOpens, opens);
    }

    /** The predicate, or {@link Code#NONE}, touches partial matches of the offer. */
    void goesOn(int offer, int predicate) {
      add(offer, predicate, alwaysGoesOn, goesOn);
    }

    private static void add(
        int offer, int predicate, long[] always, Map<Integer, List<Integer>> gates) {
      if (predicate == Code.NONE) {
        always[offer >>> 6] |= 1L << offer;
      } else {
        gates.computeIfAbsent(predicate, p -> new ArrayList<>()).add(offer);
      }
    }

    RuleIndex build() {
      TreeMap<Integer, List<Integer>> all = new TreeMap<>(opens);
      goesOn.forEach(all::putIfAbsent);
      for (int predicate : all.keySet()) {
        place(
            new Gate(
                predicate,
                numbers(opens.getOrDefault(predicate, List.of())),
                numbers(goesOn.getOrDefault(predicate, List.of()))));
      }
      return new RuleIndex(this);
    }

    private static int[] numbers(List<Integer> offers) {
      return offers.stream().mapToInt(offer -> offer).distinct().toArray();
    }

    private void place(Gate gate) {
      Expr condition = conditions.get(gate.predicate());
      Access best = null;
      for (Expr conjunct : RuleCompiler.conjuncts(condition)) {
        Access access = access(conjunct);
        if (access != null && (best == null || isBetter(access, best))) {
          best = access;
        }
      }
      if (best instanceof OneOf one) {
        Map<Long, List<Gate>> gates =
            byValue.computeIfAbsent(
                one.field() * 2 + (one.isBytes() ? 1 : 0), f -> new TreeMap<>());
        for (long value : one.values()) {
          gates.computeIfAbsent(value, v -> new ArrayList<>()).add(gate);
        }
      } else if (best instanceof AtLeast least) {
        boolean isWhole = !(condition instanceof Expr.Logical);
        (isWhole ? whole : inner)
            .computeIfAbsent(least.field() * 2 + (least.turned() ? 1 : 0), f -> new ArrayList<>())
            .add(new Found(least.bound(), gate));
      } else {
        scanned.add(gate);
      }
    }

    /** Few values before many, values before bounds; the first written of bounds. */
    private static boolean isBetter(Access a, Access b) {
      return a instanceof OneOf one
          && (!(b instanceof OneOf other) || one.values().size() < other.values().size());
    }

    private @org.jspecify.annotations.Nullable Access access(Expr conjunct) {
      if (conjunct instanceof Expr.InValues in && in.operand() instanceof Expr.EventField field) {
        return oneOf(field, in.values());
      }
      if (conjunct instanceof Expr.InList in && in.operand() instanceof Expr.EventField field) {
        return oneOf(field, lists.get(in.list()));
      }
      if (conjunct instanceof Expr.Compare compare
          && compare.left() instanceof Expr.EventField field
          && compare.right() instanceof Expr.Constant constant) {
        return compared(field, compare.operator(), constant);
      }
      return null;
    }

    private static OneOf oneOf(Expr.EventField field, List<Expr.Constant> constants) {
      boolean isBytes = Expressions.isBytes(field.type());
      return new OneOf(
          field.field(),
          isBytes,
          constants.stream()
              .map(constant -> isBytes ? hash(constant) : constant.value())
              .distinct()
              .toList());
    }

    private static long hash(Expr.Constant constant) {
      byte[] bytes = Expressions.constantBytes(constant);
      return Hashing.hash32(new UnsafeBuffer(bytes), 0, bytes.length);
    }

    private static @org.jspecify.annotations.Nullable Access compared(
        Expr.EventField field, Expr.Compare.Operator operator, Expr.Constant constant) {
      boolean isEqual = operator == Expr.Compare.Operator.EQUAL;
      if (Expressions.isBytes(field.type())) {
        return isEqual ? oneOf(field, List.of(constant)) : null;
      }
      int widen = field.type().scale() - constant.type().scale();
      if (widen < 0 || Exact.overflows(constant.value(), Exact.powerOfTen(widen))) {
        return null; // the constant has more digits than the field
      }
      long value = constant.value() * Exact.powerOfTen(widen);
      int number = field.field();
      return switch (operator) {
        case EQUAL -> new OneOf(number, false, List.of(value));
        case NOT_EQUAL -> null;
        case GREATER_OR_EQUAL -> new AtLeast(number, false, value);
        case GREATER -> value == Long.MAX_VALUE ? null : new AtLeast(number, false, value + 1);
        case LESS_OR_EQUAL -> new AtLeast(number, true, ~value);
        case LESS -> value == Long.MIN_VALUE ? null : new AtLeast(number, true, ~(value - 1));
      };
    }

    private Bounds[] bounds() {
      Map<Integer, List<Found>> all = new TreeMap<>(whole);
      inner.forEach(all::putIfAbsent);
      return all.keySet().stream()
          .map(
              key ->
                  bounds(
                      key,
                      sorted(whole.getOrDefault(key, List.of())),
                      sorted(inner.getOrDefault(key, List.of()))))
          .toArray(Bounds[]::new);
    }

    private static List<Found> sorted(List<Found> found) {
      return found.stream().sorted(Comparator.comparingLong(Found::bound)).toList();
    }

    private Bounds bounds(int key, List<Found> wholes, List<Found> inners) {
      long[][] opened = new long[wholes.size() + 1][];
      long[][] going = new long[wholes.size() + 1][];
      opened[0] = new long[words];
      going[0] = new long[words];
      for (int i = 0; i < wholes.size(); i++) {
        opened[i + 1] = with(opened[i], wholes.get(i).gate().opens());
        going[i + 1] = with(going[i], wholes.get(i).gate().goesOn());
      }
      return new Bounds(
          key / 2,
          key % 2 == 1,
          wholes.stream().mapToLong(Found::bound).toArray(),
          opened,
          going,
          inners.stream().mapToLong(Found::bound).toArray(),
          inners.stream().map(Found::gate).toArray(Gate[]::new));
    }

    private static long[] with(long[] bits, int[] offers) {
      long[] more = bits.clone();
      for (int offer : offers) {
        more[offer >>> 6] |= 1L << offer;
      }
      return more;
    }

    private Values[] values() {
      return byValue.entrySet().stream()
          .map(
              entry ->
                  new Values(
                      entry.getKey() / 2,
                      entry.getKey() % 2 == 1,
                      entry.getValue().keySet().stream().mapToLong(v -> v).toArray(),
                      entry.getValue().values().stream()
                          .map(gates -> gates.toArray(new Gate[0]))
                          .toArray(Gate[][]::new)))
          .toArray(Values[]::new);
    }
  }
}
