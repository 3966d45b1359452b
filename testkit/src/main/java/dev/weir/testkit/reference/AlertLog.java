package dev.weir.testkit.reference;

import dev.weir.dsl.ast.Clause;
import dev.weir.dsl.ast.Name;
import dev.weir.testkit.reference.Outcome.Counter;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes alerts, puts them in alert order, and applies {@code suppress}. */
final class AlertLog {
  private final Evaluator evaluator;
  private final Counts counts;
  private final List<Entry> entries = new ArrayList<>();
  private long releasePosition = -1;

  AlertLog(Evaluator evaluator, Counts counts) {
    this.evaluator = evaluator;
    this.counts = counts;
  }

  private record Entry(
      RuleDef def,
      Instant instant,
      byte[] keyBytes,
      ReferenceAlert alert,
      List<Object> suppressBy) {
    Entry numbered(int ordinal, long suppressed) {
      ReferenceAlert a = alert;
      return new Entry(
          def,
          instant,
          keyBytes,
          new ReferenceAlert(
              a.rule(),
              a.timeNs(),
              a.releasePosition(),
              a.phase(),
              a.role(),
              a.key(),
              ordinal,
              a.events(),
              a.text(),
              a.score(),
              a.fields(),
              suppressed,
              a.kind()),
          suppressBy);
    }
  }

  /** What is alerted from now on is let out by the record at this position. */
  void releasedBy(long position) {
    releasePosition = position;
  }

  /** Adds an alert; the order in which those of one instant of a rule and key come is kept. */
  void add(
      Instant instant,
      Scope scope,
      List<State.TakenBy> events,
      Clause.AlertBody body,
      String kind) {
    RuleDef def = scope.def();
    StringBuilder text = new StringBuilder();
    for (Clause.TemplatePart part : body.text().parts()) {
      text.append(part.text());
      part.hole().ifPresent(h -> text.append(shown(evaluator.value(h, scope))));
    }
    SortedMap<String, Value> fields = new TreeMap<>();
    for (Clause.AlertField field : body.fields()) {
      Value value = evaluator.value(field.value(), scope);
      if (value != null) {
        fields.put(field.name().text(), value);
      }
    }
    Optional<Value> score =
        body.score().isPresent()
            ? Optional.ofNullable(evaluator.value(body.score().get(), scope))
            : Optional.of(Value.number(0, 0));
    List<ReferenceAlert.Taken> taken = new ArrayList<>();
    events.forEach(
        e -> taken.add(new ReferenceAlert.Taken(e.leaf().name(), e.took().event().position())));
    Ev event = scope.event();
    if (event != null) {
      taken.add(new ReferenceAlert.Taken("", event.position())); // of a `when` rule
    }
    ReferenceAlert alert =
        new ReferenceAlert(
            def.name,
            instant.at().timeNs(),
            releasePosition,
            def.onArrival ? 0 : 1,
            instant.role(),
            scope.key(),
            0,
            taken,
            text.toString(),
            score,
            fields,
            0,
            kind);
    entries.add(new Entry(def, instant, bytes(scope.key()), alert, suppressBy(def, alert)));
  }

  private static String shown(@Nullable Value value) {
    return value == null ? "?" : value.shown();
  }

  private static List<Object> suppressBy(RuleDef def, ReferenceAlert alert) {
    List<Name> by =
        def.rule.clause(Clause.Suppress.class).map(Clause.Suppress::by).orElse(List.of());
    List<Object> values = new ArrayList<>(List.of(def.name, alert.kind()));
    if (by.isEmpty()) {
      values.addAll(alert.key());
    }
    for (Name name : by) {
      int part = def.keyNames().indexOf(name.text());
      Value field = alert.fields().get(name.text());
      values.add(part >= 0 ? alert.key().get(part) : Optional.ofNullable(field));
    }
    return values;
  }

  /** The alerts that stand in the log. */
  List<ReferenceAlert> alerts() {
    List<Entry> ordered = new ArrayList<>(entries);
    ordered.sort(
        Comparator.<Entry>comparingLong(e -> e.alert().releasePosition())
            .thenComparingInt(e -> e.alert().phase())
            .thenComparingLong(e -> e.alert().timeNs())
            .thenComparingInt(e -> e.instant().kind())
            .thenComparingLong(e -> e.instant().place())
            .thenComparing(e -> new Value.Text(e.def().name))
            .thenComparingInt(e -> e.alert().role())
            .thenComparing(Entry::keyBytes, Arrays::compareUnsigned));
    List<ReferenceAlert> shown = new ArrayList<>();
    Map<List<Object>, Long> shownNs = new HashMap<>();
    Map<List<Object>, Long> heldBack = new HashMap<>();
    Entry before = null;
    int ordinal = 0;
    for (Entry entry : ordered) {
      ordinal = before != null && isSameInstant(before, entry) ? ordinal + 1 : 0;
      before = entry;
      Optional<Long> periodNs =
          entry.def().rule.clause(Clause.Suppress.class).map(Clause.Suppress::durationNs);
      Long lastNs = shownNs.get(entry.suppressBy());
      if (periodNs.isPresent()
          && lastNs != null
          && entry.alert().timeNs() - lastNs < periodNs.get()) {
        heldBack.merge(entry.suppressBy(), 1L, Long::sum);
        counts.add(Counter.SUPPRESSED, 1);
        continue;
      }
      Long held = heldBack.remove(entry.suppressBy());
      boolean isForgotten =
          periodNs.isPresent()
              && lastNs != null
              && entry.alert().timeNs() - lastNs >= 2 * periodNs.get();
      held = isForgotten ? null : held;
      shownNs.put(entry.suppressBy(), entry.alert().timeNs());
      shown.add(entry.numbered(ordinal, held == null ? 0 : held).alert());
    }
    return shown;
  }

  private static boolean isSameInstant(Entry a, Entry b) {
    return a.def() == b.def()
        && a.alert().releasePosition() == b.alert().releasePosition()
        && a.alert().timeNs() == b.alert().timeNs()
        && a.instant().kind() == b.instant().kind()
        && a.instant().place() == b.instant().place()
        && a.alert().role() == b.alert().role()
        && Arrays.equals(a.keyBytes(), b.keyBytes());
  }

  /**
   * The canonical bytes of a key: numbers big endian with the sign turned, bytes with their length.
   */
  private static byte[] bytes(List<Value> key) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Value part : key) {
      if (part instanceof Value.Text text) {
        add(out, text.text().getBytes(StandardCharsets.UTF_8));
      } else if (part instanceof Value.Address address) {
        byte[] bits = address.bits().toByteArray();
        byte[] all = new byte[16];
        int size = Math.min(bits.length, all.length);
        System.arraycopy(bits, bits.length - size, all, all.length - size, size);
        add(out, all);
      } else {
        out.write(1);
        out.writeBytes(ByteBuffer.allocate(8).putLong(raw(part) ^ Long.MIN_VALUE).array());
      }
    }
    return out.toByteArray();
  }

  private static void add(ByteArrayOutputStream out, byte[] bytes) {
    out.write(2);
    out.writeBytes(ByteBuffer.allocate(4).putInt(bytes.length).array());
    out.writeBytes(bytes);
  }

  private static long raw(Value value) {
    if (value instanceof Value.Num num) {
      BigInteger unit = BigInteger.TEN.pow(num.scale());
      return num.numerator().multiply(unit).divide(num.denominator()).longValueExact();
    }
    if (value instanceof Value.Time time) {
      return time.nanos();
    }
    if (value instanceof Value.Span span) {
      return span.nanos();
    }
    if (value instanceof Value.Place place) {
      return (long) place.latitude() << 32 | place.longitude() & 0xffffffffL;
    }
    return ((Value.Truth) value).isTrue() ? 1 : 0;
  }
}
