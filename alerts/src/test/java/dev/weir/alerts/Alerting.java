package dev.weir.alerts;

import dev.weir.dsl.ast.RuleFile;
import dev.weir.dsl.check.Checker;
import dev.weir.dsl.check.ParsedFile;
import dev.weir.dsl.diagnostic.DiagnosticText;
import dev.weir.dsl.diagnostic.Result;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.dsl.source.SourceText;
import dev.weir.dsl.syntax.RuleParser;
import dev.weir.engine.Engine;
import dev.weir.engine.Program;
import dev.weir.event.EventEncoder;
import dev.weir.event.EventType;
import dev.weir.event.RecordLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;

/** Rules over events given one by one; keeps the JSON of each alert. */
final class Alerting {
  final RuleSetPlan plan;
  final AlertJson json;
  final List<String> alerts = new ArrayList<>();
  private final Engine engine;
  private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[1 << 16]);
  private final EventEncoder encoder = new EventEncoder();
  private long position;

  Alerting(String rules) {
    SourceText source = new SourceText("test.weir", rules);
    Result<RuleFile> parsed = RuleParser.parse(source);
    Result<RuleSetPlan> checked =
        Checker.check(
            List.of(new ParsedFile(source, parsed.value().orElseThrow())),
            (file, list) -> java.util.Optional.empty());
    plan =
        checked
            .value()
            .orElseThrow(
                () ->
                    new AssertionError(
                        checked.diagnostics().stream().map(DiagnosticText::render).toList()));
    json = new AlertJson(plan);
    Suppressor suppressor =
        new Suppressor(
            plan.rules().size(),
            (alert, suppressed) -> {
              int length = json.write(alert, suppressed);
              alerts.add(json.buffer().getStringWithoutLengthUtf8(0, length));
            });
    engine = new Engine(Program.compile(plan), suppressor, 2 << 20);
  }

  /** An event of the first type at this time; fields are set by name through the setter. */
  Alerting send(long timeNs, Consumer<Setter> fields) {
    EventType type = plan.types().get(0);
    encoder.wrap(buffer, 0, type);
    encoder.putLong(type.timeField(), timeNs);
    fields.accept(new Setter(type));
    int length = encoder.finish();
    RecordLayout.stampPosition(buffer, 0, position++);
    RecordLayout.stampVerdict(buffer, 0, RecordLayout.VERDICT_IN_TIME);
    engine.onRecord(buffer, 0, length, timeNs);
    return this;
  }

  /** Sets fields of the event at hand. */
  final class Setter {
    private final EventType type;

    Setter(EventType type) {
      this.type = type;
    }

    Setter text(String field, String value) {
      encoder.putText(type.indexOf(field), value);
      return this;
    }

    Setter number(String field, long slot) {
      encoder.putLong(type.indexOf(field), slot);
      return this;
    }

    Setter geo(String field, int latitudeE7, int longitudeE7) {
      encoder.putGeo(type.indexOf(field), latitudeE7, longitudeE7);
      return this;
    }

    Setter ip(String field, byte... address) {
      encoder.putIp(type.indexOf(field), address);
      return this;
    }
  }
}
