package dev.weir.rules.conformance;

import dev.weir.dsl.plan.RulePlan;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.dsl.plan.ValueType;
import dev.weir.engine.AlertView;
import dev.weir.engine.Engine;
import dev.weir.engine.Program;
import dev.weir.engine.StateImport;
import dev.weir.engine.Value;
import dev.weir.event.EventEncoder;
import dev.weir.event.EventType;
import dev.weir.event.Field;
import dev.weir.event.FieldType;
import dev.weir.event.RecordLayout;
import dev.weir.event.TimeFormat;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.agrona.concurrent.UnsafeBuffer;

/** Runs the rule of a case over its events in the engine. */
final class PeerRun {
  /**
   * What came out.
   *
   * @param events ids by variable, in the order taken
   * @param at the event, or the time, at which the clock stood
   * @param timeNs of the alert
   */
  record Match(Map<String, List<String>> events, String at, long timeNs) {}

  private static final long BUDGET_BYTES = 64L << 20;
  private static final long MILLI = 1_000_000L;
  private static final int TIME = 4;
  private static final EventType TYPE =
      EventType.of(
          0,
          "Event",
          List.of(
              Field.of("id", FieldType.TEXT),
              optional("type", FieldType.TEXT),
              optional("value", FieldType.decimal(PeerConditions.SCALE)),
              optional("volume", FieldType.decimal(PeerConditions.SCALE)),
              Field.of("at", FieldType.TIME)));

  private static Field optional(String name, FieldType type) {
    return new Field(name, type, true, false, name, TimeFormat.ISO);
  }

  private final Program program;
  private final boolean movesState;
  private Engine engine;
  private final List<Match> matches = new ArrayList<>();
  private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[1 << 12]);
  private final EventEncoder encoder = new EventEncoder();
  private String at = "";
  private long clockMs;
  private long position;

  private PeerRun(RulePlan.Match match, boolean movesState) {
    this.program = Program.compile(plan(match));
    this.movesState = movesState;
    this.engine = new Engine(program, this::onAlert, BUDGET_BYTES);
  }

  /**
   * The matches in the order in which they came out.
   *
   * @param movesState after each event the state goes out and into a new engine
   */
  static List<Match> matches(
      RulePlan.Match rule, List<Json> events, Optional<Long> endMs, boolean movesState) {
    PeerRun run = new PeerRun(rule, movesState);
    events.forEach(run::offer);
    endMs.ifPresent(run::end);
    return run.matches;
  }

  private static RuleSetPlan plan(RulePlan.Match match) {
    RulePlan rule =
        new RulePlan(
            "case",
            "",
            "",
            "",
            List.of(),
            "medium",
            List.of(new RulePlan.Role("Event", 0, List.of())),
            List.of(),
            List.of(),
            false,
            Optional.empty(),
            match,
            new RulePlan.AlertPlan(List.of(), Optional.empty(), List.of()),
            Optional.empty(),
            RulePlan.Life.USUAL);
    return new RuleSetPlan(
        List.of(TYPE), List.of(), List.of(), List.of(), List.of(rule), List.of());
  }

  private void offer(Json event) {
    encoder.wrap(buffer, 0, TYPE);
    encoder.putText(PeerConditions.ID, event.text("id"));
    event.optionalText("type").ifPresent(type -> encoder.putText(PeerConditions.TYPE, type));
    put(event, "value", PeerConditions.VALUE);
    put(event, "volume", PeerConditions.VOLUME);
    clockMs = event.number("ts");
    encoder.putLong(TIME, clockMs * MILLI);
    int length = encoder.finish();
    RecordLayout.stampPosition(buffer, 0, position++);
    RecordLayout.stampVerdict(buffer, 0, RecordLayout.VERDICT_IN_TIME);
    at = event.text("id");
    engine.onRecord(buffer, 0, length, clockMs * MILLI);
    if (movesState) {
      moveState();
    }
  }

  private void moveState() {
    Engine next = new Engine(program, this::onAlert, BUDGET_BYTES);
    StateImport importing = next.importState(1);
    engine.exportState((chunk, offset, length) -> importing.onChunk(chunk, offset, length));
    importing.finish();
    engine = next;
  }

  private void put(Json event, String name, int field) {
    if (event.has(name) && event.value(name) instanceof Number number) {
      BigDecimal scaled = Json.exact(number).setScale(PeerConditions.SCALE);
      encoder.putLong(field, scaled.unscaledValue().longValueExact());
    }
  }

  private void end(long endMs) {
    clockMs = endMs;
    engine.onEnd(endMs * MILLI);
  }

  private void onAlert(AlertView alert) {
    Map<String, List<String>> events = new LinkedHashMap<>();
    for (int i = 0; i < alert.eventCount(); i++) {
      events
          .computeIfAbsent(alert.eventStep(i), step -> new ArrayList<>())
          .add(text(alert.eventValue(i, PeerConditions.ID)));
    }
    String when = alert.isDeadline() ? Long.toString(clockMs) : at;
    matches.add(new Match(events, when, alert.timeNs()));
  }

  private static String text(Value value) {
    if (value.type().kind() != ValueType.Kind.TEXT) {
      throw new IllegalStateException("not an id: type=" + value.type());
    }
    return value.buffer().getStringWithoutLengthUtf8(value.offset(), value.length());
  }
}
