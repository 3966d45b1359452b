package dev.weir.testkit.differential;

import dev.weir.alerts.Suppressor;
import dev.weir.dsl.plan.RulePlan;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.dsl.plan.ValueType;
import dev.weir.engine.AlertView;
import dev.weir.engine.Engine;
import dev.weir.engine.Program;
import dev.weir.engine.TraceSink;
import dev.weir.engine.Value;
import dev.weir.event.EventEncoder;
import dev.weir.event.EventType;
import dev.weir.event.Field;
import dev.weir.event.RecordLayout;
import dev.weir.testkit.reference.ReferenceAlert;
import dev.weir.testkit.reference.ReferenceAlert.Taken;
import dev.weir.testkit.reference.ReferenceEvent;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.agrona.concurrent.UnsafeBuffer;

/** Runs a plan on the engine and writes its alerts down in the form of the reference. */
final class EngineRun {
  private static final long BUDGET_BYTES = 64 << 20;

  final Engine engine;
  private final RuleSetPlan plan;
  private final List<ReferenceAlert> alerts = new ArrayList<>();
  private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[1 << 12]);
  private final EventEncoder encoder = new EventEncoder();

  /** Only offers events to an engine that gives its alerts elsewhere. */
  EngineRun(RuleSetPlan plan, Engine engine) {
    this.plan = plan;
    this.engine = engine;
  }

  EngineRun(RuleSetPlan plan) {
    this.plan = plan;
    this.engine =
        new Engine(
            Program.compile(plan),
            new Suppressor(plan.rules().size(), this::onAlert),
            BUDGET_BYTES);
  }

  /** Runs with tracing on. */
  EngineRun(RuleSetPlan plan, TraceSink trace) {
    this.plan = plan;
    Program program = Program.compileTraced(plan);
    this.engine =
        new Engine(program, new Suppressor(plan.rules().size(), this::onAlert), BUDGET_BYTES);
    engine.trace(trace);
  }

  /** The alerts of a whole stream. */
  static List<ReferenceAlert> alerts(RuleSetPlan plan, RandomStream stream) {
    return new EngineRun(plan).run(stream).alerts;
  }

  EngineRun run(RandomStream stream) {
    stream.events().forEach(this::offer);
    long behind = stream.events().stream().mapToLong(e -> e.position() + 1).max().orElse(0);
    stream.endNs().ifPresent(end -> engine.onEnd(behind, end));
    return this;
  }

  List<ReferenceAlert> alerts() {
    return alerts;
  }

  void offer(ReferenceEvent event) {
    EventType type =
        plan.types().stream().filter(t -> t.name().equals(event.type())).findFirst().orElseThrow();
    encoder.wrap(buffer, 0, type);
    encoder.putLong(type.timeField(), event.timeNs());
    for (int i = 0; i < type.fields().size(); i++) {
      Object value = event.values().get(type.fields().get(i).name());
      if (value instanceof String text) {
        encoder.putText(i, text);
      } else if (value instanceof Boolean truth) {
        encoder.putLong(i, truth ? 1 : 0);
      } else if (value instanceof Long number) {
        encoder.putLong(i, number);
      } else if (value instanceof byte[] address) {
        encoder.putIp(i, address);
      } else if (value != null) {
        throw new IllegalArgumentException("no such value in random streams: " + value);
      }
    }
    int length = encoder.finish();
    RecordLayout.stampPosition(buffer, 0, event.position());
    RecordLayout.stampVerdict(
        buffer,
        0,
        switch (event.verdict()) {
          case IN_TIME -> RecordLayout.VERDICT_IN_TIME;
          case LATE -> RecordLayout.VERDICT_LATE;
          case REPEAT -> RecordLayout.VERDICT_REPEAT;
        });
    engine.onRecord(buffer, 0, length, event.watermarkNs());
  }

  private void onAlert(AlertView alert, long suppressed) {
    RulePlan rule = alert.rule();
    List<dev.weir.testkit.reference.Value> key = new ArrayList<>();
    for (int part = 0; part < rule.keyNames().size(); part++) {
      key.add(value(alert.key(part)).orElseThrow());
    }
    List<Taken> events = new ArrayList<>();
    for (int i = 0; i < alert.eventCount(); i++) {
      events.add(new Taken(alert.eventStep(i), alert.eventPosition(i)));
      checkValues(alert, i);
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < alert.alert().text().size(); i++) {
      RulePlan.TextPart part = alert.alert().text().get(i);
      text.append(
          part.value().isEmpty()
              ? part.text()
              : value(alert.textValue(i)).map(dev.weir.testkit.reference.Value::shown).orElse("?"));
    }
    TreeMap<String, dev.weir.testkit.reference.Value> fields = new TreeMap<>();
    for (int i = 0; i < alert.alert().fields().size(); i++) {
      String name = alert.alert().fields().get(i).name();
      value(alert.field(i)).ifPresent(value -> fields.put(name, value));
    }
    alerts.add(
        new ReferenceAlert(
            rule.name(),
            alert.timeNs(),
            alert.releasePosition(),
            alert.phase(),
            alert.role(),
            key,
            alert.ordinal(),
            events,
            text.toString(),
            value(alert.score()),
            fields,
            suppressed,
            alert.kind() > 0 && rule.body() instanceof RulePlan.Match match
                ? match.notices().get(alert.kind() - 1).label()
                : "alert"));
  }

  /** Reads the kept values of an event of the match; they must be readable, whatever they are. */
  private static void checkValues(AlertView alert, int event) {
    EventType type = alert.eventType(event);
    for (int i = 0; i < alert.eventValueCount(event); i++) {
      Field field = type.fields().get(alert.eventField(event, i));
      ValueType read = alert.eventValue(event, i).type();
      if (!read.equals(ValueType.of(field.type()))) {
        throw new AssertionError("kept value of another type: " + field + " as " + read);
      }
    }
  }

  private static Optional<dev.weir.testkit.reference.Value> value(Value value) {
    if (value.isMissing()) {
      return Optional.empty();
    }
    ValueType type = value.type();
    return Optional.of(
        switch (type.kind()) {
          case TEXT ->
              new dev.weir.testkit.reference.Value.Text(
                  value.buffer().getStringWithoutLengthUtf8(value.offset(), value.length()));
          case INT, DECIMAL -> dev.weir.testkit.reference.Value.number(value.raw(), type.scale());
          case RATIO ->
              dev.weir.testkit.reference.Value.ratio(
                  value.raw(), value.denominator(), type.scale());
          case BOOL -> new dev.weir.testkit.reference.Value.Truth(value.raw() != 0);
          case TIME -> new dev.weir.testkit.reference.Value.Time(value.raw());
          case DURATION -> new dev.weir.testkit.reference.Value.Span(value.raw());
          case GEO ->
              new dev.weir.testkit.reference.Value.Place(
                  (int) (value.raw() >> 32), (int) value.raw());
          case IP -> {
            byte[] bytes = new byte[16];
            value.buffer().getBytes(value.offset(), bytes);
            yield new dev.weir.testkit.reference.Value.Address(new BigInteger(1, bytes));
          }
        });
  }
}
