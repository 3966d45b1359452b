package dev.weir.engine;

import dev.weir.dsl.check.Checker;
import dev.weir.dsl.check.ListSource;
import dev.weir.dsl.check.ParsedFile;
import dev.weir.dsl.diagnostic.DiagnosticText;
import dev.weir.dsl.diagnostic.Result;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.dsl.source.SourceText;
import dev.weir.dsl.syntax.RuleParser;
import dev.weir.event.EventEncoder;
import dev.weir.event.EventType;
import dev.weir.event.FieldType;
import dev.weir.event.RecordLayout;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** Runs rule text over events written as {@code "TIME TYPE value value …"}, times in seconds. */
final class Harness {
  static final long SECOND = 1_000_000_000L;

  final RuleSetPlan plan;
  final Engine engine;
  final List<String> alerts = new ArrayList<>();
  final List<String> suppressKeys = new ArrayList<>(); // of the alerts, in hex
  private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[1 << 16]);
  private final EventEncoder encoder = new EventEncoder();
  private long position;
  private long greatestNs = Long.MIN_VALUE;

  Harness(String rules) {
    this(rules, 256 << 20);
  }

  Harness(String rules, long budgetBytes) {
    this(plan(rules), budgetBytes);
  }

  Harness(RuleSetPlan plan, long budgetBytes) {
    this.plan = plan;
    engine = new Engine(Program.compile(plan), this::onAlert, budgetBytes);
  }

  /** An event of a type whose first fields are a text and a number; no text is parsed. */
  void send(int typeId, long timeNs, String text, long number, long latenessNs) {
    EventType type = plan.types().get(typeId);
    encoder.wrap(buffer, 0, type);
    encoder.putLong(type.timeField(), timeNs);
    encoder.putText(0, text);
    encoder.putLong(1, number);
    int length = encoder.finish();
    RecordLayout.stampPosition(buffer, 0, position++);
    RecordLayout.stampVerdict(buffer, 0, RecordLayout.VERDICT_IN_TIME);
    greatestNs = Math.max(greatestNs, timeNs);
    engine.onRecord(buffer, 0, length, greatestNs - latenessNs);
  }

  /** Goes on as after some records, the latest of them at this second. */
  void after(int records, long second) {
    position = records;
    greatestNs = second * SECOND;
  }

  /** Stream time moves on, and everything held is released. */
  Harness end(long timeNs) {
    engine.onEnd(timeNs);
    return this;
  }

  /** Whether the checker takes these rules. */
  static boolean accepts(String rules) {
    return check(rules).value().isPresent();
  }

  static RuleSetPlan plan(String rules) {
    Result<RuleSetPlan> checked = check(rules);
    return checked
        .value()
        .orElseThrow(
            () ->
                new AssertionError(
                    String.join(
                        "\n",
                        checked.diagnostics().stream().map(DiagnosticText::render).toList())));
  }

  private static Result<RuleSetPlan> check(String rules) {
    SourceText source = new SourceText("test.weir", rules);
    var parsed = RuleParser.parse(source);
    return parsed.value().isEmpty()
        ? new Result<>(java.util.Optional.empty(), parsed.diagnostics())
        : Checker.check(List.of(new ParsedFile(source, parsed.value().get())), ListSource.NONE);
  }

  /** Events in order; the watermark follows the greatest time. */
  Harness run(String... lines) {
    for (String line : lines) {
      String[] words = line.strip().split(" +");
      EventType type =
          plan.types().stream().filter(t -> t.name().equals(words[1])).findFirst().orElseThrow();
      encoder.wrap(buffer, 0, type);
      long timeNs = Math.round(Double.parseDouble(words[0]) * SECOND);
      encoder.putLong(type.timeField(), timeNs);
      int word = 2;
      for (int field = 0; field < type.fields().size() && word < words.length; field++) {
        if (field == type.timeField()) {
          continue;
        }
        String value = words[word++];
        if (value.equals("?")) {
          continue;
        }
        if (type.fields().get(field).type().kind() == FieldType.Kind.TEXT) {
          encoder.putText(field, value);
        } else {
          encoder.putLong(field, Long.parseLong(value));
        }
      }
      int length = encoder.finish();
      RecordLayout.stampPosition(buffer, 0, position++);
      RecordLayout.stampVerdict(buffer, 0, RecordLayout.VERDICT_IN_TIME);
      greatestNs = Math.max(greatestNs, timeNs);
      engine.onRecord(buffer, 0, length, greatestNs);
    }
    return this;
  }

  Harness until(double seconds) {
    engine.onEnd(Math.round(seconds * SECOND));
    return this;
  }

  private void onAlert(AlertView alert) {
    byte[] suppressKey = new byte[alert.suppressLength()];
    alert.suppressBytes().getBytes(0, suppressKey);
    suppressKeys.add(HexFormat.of().formatHex(suppressKey));
    StringBuilder out = new StringBuilder(alert.rule().name());
    out.append('@').append(alert.timeNs() / SECOND).append('{');
    for (int i = 0; i < alert.eventCount(); i++) {
      out.append(i == 0 ? "" : " ").append(alert.eventStep(i)).append(alert.eventPosition(i));
    }
    out.append('}');
    for (int i = 0; i < alert.alert().fields().size(); i++) {
      Value value = alert.field(i);
      out.append(' ')
          .append(
              value.isMissing()
                  ? "?"
                  : value.type().kind() == dev.weir.dsl.plan.ValueType.Kind.TEXT
                      ? value.buffer().getStringWithoutLengthUtf8(value.offset(), value.length())
                      : value.denominator() == 1
                          ? Long.toString(value.raw())
                          : value.raw() + "/" + value.denominator());
    }
    alerts.add(out.toString());
  }
}
