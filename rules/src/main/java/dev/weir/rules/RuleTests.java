package dev.weir.rules;

import dev.weir.alerts.AlertJson;
import dev.weir.alerts.Suppressor;
import dev.weir.dsl.plan.Expr;
import dev.weir.dsl.plan.RulePlan;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.dsl.plan.RuleSetPlan.Expectation;
import dev.weir.dsl.plan.RuleSetPlan.ExpectedValue;
import dev.weir.dsl.plan.RuleSetPlan.TestEvent;
import dev.weir.dsl.plan.RuleSetPlan.TestPlan;
import dev.weir.dsl.plan.RuleSetPlan.TestValue;
import dev.weir.dsl.plan.ValueType;
import dev.weir.dsl.syntax.Literals;
import dev.weir.engine.AlertView;
import dev.weir.engine.Engine;
import dev.weir.engine.Program;
import dev.weir.engine.TraceEntry;
import dev.weir.engine.Value;
import dev.weir.event.EventEncoder;
import dev.weir.event.EventType;
import dev.weir.event.RecordLayout;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the {@code test} blocks of a rule set, each in a fresh engine in virtual time. Events go in
 * by time, in the order written within a time; a repeat of an id within its horizon is dropped as
 * in a run. What is not expected must not happen.
 */
public final class RuleTests {
  private static final long BUDGET_BYTES = 64L << 20;
  private static final long ANY_TIME = Long.MAX_VALUE;
  private static final long YEAR_NS = 365L * 86_400_000_000_000L;

  /**
   * The outcome of one test.
   *
   * @param problems empty: it passed
   * @param timeLine events, alerts that came and alerts that did not, and of a test that failed or
   *     was traced what became of its partial matches; in order of time; each line begins with the
   *     offset from the start of the test
   */
  public record Outcome(TestPlan test, List<String> problems, List<String> timeLine) {
    public Outcome {
      problems = List.copyOf(problems);
      timeLine = List.copyOf(timeLine);
    }

    public boolean isPassed() {
      return problems.isEmpty();
    }
  }

  private record Got(
      String rule, long timeNs, List<String> names, List<String> values, String text) {
    /** The rule and its values as an expectation writes them. */
    String asExpectation() {
      StringBuilder out = new StringBuilder(rule).append(" { ");
      for (int i = 0; i < names.size(); i++) {
        out.append(i == 0 ? "" : ", ").append(names.get(i)).append(' ').append(values.get(i));
      }
      return out.append(names.isEmpty() ? "}" : " }").toString();
    }
  }

  /** A line of a test's story. */
  private record Moment(long timeNs, String text) {}

  private RuleTests() {}

  /** Runs all tests of which the name, or the name of a rule, contains the filter. */
  public static List<Outcome> run(RuleSetPlan plan, String filter) {
    return run(plan, filter, false, new Coverage());
  }

  /**
   * The same.
   *
   * @param isTraced whether the time lines of passed tests say what became of partial matches, and
   *     the coverage is filled
   */
  public static List<Outcome> run(
      RuleSetPlan plan, String filter, boolean isTraced, Coverage coverage) {
    Program program = Program.compile(plan);
    Program traced = null; // made when a test first asks why: most files are run without
    List<Outcome> outcomes = new ArrayList<>();
    for (TestPlan test : plan.tests()) {
      if (!isNamed(test, filter)) {
        continue;
      }
      boolean asksWhy =
          !test.reasons().isEmpty()
              || test.expected().stream().anyMatch(e -> e.because().isPresent());
      if (!isTraced && !asksWhy) {
        Outcome outcome = run(plan, program, test, null);
        if (outcome.isPassed()) {
          outcomes.add(outcome);
          continue;
        }
      }
      traced = traced == null ? Program.compileTraced(plan) : traced;
      outcomes.add(run(plan, traced, test, new TestTrace(plan, test, coverage)));
    }
    return outcomes;
  }

  private static boolean isNamed(TestPlan test, String filter) {
    return test.name().contains(filter)
        || test.rules().stream().anyMatch(rule -> rule.contains(filter));
  }

  private static Outcome run(
      RuleSetPlan plan, Program program, TestPlan test, @Nullable TestTrace trace) {
    List<Got> got = new ArrayList<>();
    List<Moment> moments = new ArrayList<>();
    AlertJson json = new AlertJson(plan);
    Suppressor suppressor =
        new Suppressor(
            plan.rules().size(),
            (alert, suppressed) -> {
              if (test.rules().contains(alert.rule().name())) {
                Got one = got(alert, json);
                got.add(one);
                moments.add(new Moment(one.timeNs(), "  alert " + one.rule() + ": " + one.text()));
              }
            });
    Engine engine =
        new Engine(
            program,
            alert -> {
              long before = suppressor.heldBack(alert.ruleIndex());
              suppressor.onAlert(alert);
              if (trace != null && suppressor.heldBack(alert.ruleIndex()) > before) {
                trace.suppressed(alert);
              }
            },
            BUDGET_BYTES);
    if (trace != null) {
      engine.trace(trace);
    }
    UnsafeBuffer buffer = new UnsafeBuffer(new byte[RecordLayout.RECORD_BYTES_MAX]);
    EventEncoder encoder = new EventEncoder();
    Map<Object, Long> ids = new HashMap<>();
    long position = 0;
    long greatestNs = test.startNs();
    List<TestEvent> events =
        test.events().stream().sorted(Comparator.comparingLong(TestEvent::timeNs)).toList();
    for (TestEvent event : events) {
      EventType type = plan.types().get(event.typeId());
      boolean isRepeat = isRepeat(ids, type, event);
      moments.add(
          new Moment(event.timeNs(), written(type, event) + (isRepeat ? "  (repeat)" : "")));
      if (isRepeat && trace != null) {
        trace.repeat(event.timeNs(), position);
      }
      encode(encoder, buffer, type, event);
      int length = encoder.finish();
      RecordLayout.stampPosition(buffer, 0, position++);
      RecordLayout.stampVerdict(
          buffer, 0, isRepeat ? RecordLayout.VERDICT_REPEAT : RecordLayout.VERDICT_IN_TIME);
      greatestNs = Math.max(greatestNs, event.timeNs());
      engine.onRecord(buffer, 0, length, greatestNs);
    }
    engine.onEnd(test.untilNs().orElse(greatestNs + YEAR_NS));
    List<String> problems = problems(test, got, moments);
    if (trace != null) {
      if (problems.isEmpty()) {
        problems.addAll(trace.wrongReasons());
      }
      for (TraceEntry entry : trace.entries()) {
        moments.add(new Moment(entry.timeNs(), "    " + trace.line(entry)));
      }
    }
    List<String> timeLine =
        moments.stream()
            .sorted(Comparator.comparingLong(Moment::timeNs))
            .map(m -> line(test, m))
            .toList();
    return new Outcome(test, problems, timeLine);
  }

  private static String line(TestPlan test, Moment moment) {
    String at = moment.timeNs() == ANY_TIME ? "" : offset(moment.timeNs() - test.startNs());
    return " ".repeat(Math.max(0, 8 - at.length())) + at + "  " + moment.text();
  }

  /** Events come in order of time, so an id's first time decides. */
  private static boolean isRepeat(Map<Object, Long> ids, EventType type, TestEvent event) {
    for (TestValue value : event.values()) {
      if (value.field() == type.idField()) {
        Object id = List.of(type.typeId(), value.value().value(), value.value().text());
        Long known = ids.get(id);
        if (known != null && event.timeNs() - known < type.idHorizonNs()) {
          return true;
        }
        ids.put(id, event.timeNs());
      }
    }
    return false;
  }

  private static String written(EventType type, TestEvent event) {
    return type.name()
        + event.values().stream()
            .map(v -> type.fields().get(v.field()).name() + " " + shown(v.value()))
            .collect(Collectors.joining(", ", " { ", " }"));
  }

  private static String shown(Expr.Constant constant) {
    return switch (constant.type().kind()) {
      case TEXT, IP -> "\"" + constant.text() + "\"";
      case DECIMAL -> BigDecimal.valueOf(constant.value(), constant.type().scale()).toPlainString();
      case DURATION -> Literals.printDuration(constant.value());
      case BOOL -> constant.value() == 0 ? "false" : "true";
      default -> canonical(constant);
    };
  }

  private static void encode(
      EventEncoder encoder, UnsafeBuffer buffer, EventType type, TestEvent event) {
    encoder.wrap(buffer, 0, type);
    encoder.putLong(type.timeField(), event.timeNs());
    for (TestValue value : event.values()) {
      Expr.Constant constant = value.value();
      switch (constant.type().kind()) {
        case TEXT -> {
          byte[] bytes = constant.text().getBytes(StandardCharsets.UTF_8);
          encoder.putText(value.field(), bytes, 0, bytes.length);
        }
        case IP -> encoder.putIp(value.field(), ipBytes(constant.text()));
        default -> encoder.putLong(value.field(), constant.value());
      }
    }
  }

  private static byte[] ipBytes(String text) {
    try {
      byte[] address = java.net.InetAddress.getByName(text).getAddress(); // a literal: no look-up
      byte[] all = new byte[RecordLayout.IP_BYTES];
      if (address.length == 4) {
        all[10] = (byte) 0xff;
        all[11] = (byte) 0xff;
      }
      System.arraycopy(address, 0, all, 16 - address.length, address.length);
      return all;
    } catch (java.net.UnknownHostException e) {
      throw new IllegalArgumentException("not an ip: " + text, e);
    }
  }

  private static Got got(AlertView alert, AlertJson json) {
    List<String> names = new ArrayList<>(alert.rule().keyNames());
    List<String> values = new ArrayList<>();
    for (int i = 0; i < alert.rule().keyNames().size(); i++) {
      values.add(canonical(alert.key(i)));
    }
    List<RulePlan.NamedExpr> fields = alert.alert().fields();
    for (int i = 0; i < fields.size(); i++) {
      names.add(fields.get(i).name());
      values.add(canonical(alert.field(i)));
    }
    String text = json.messageOf(alert);
    if (alert.alert().score().isPresent()) {
      text += " (score " + canonical(alert.score()) + ")";
    }
    return new Got(alert.rule().name(), alert.timeNs(), names, values, text);
  }

  /** A value as a text that is the same for equal values. */
  private static String canonical(Value value) {
    if (value.isMissing()) {
      return "missing";
    }
    return switch (value.type().kind()) {
      case TEXT -> value.buffer().getStringWithoutLengthUtf8(value.offset(), value.length());
      case IP -> {
        byte[] bytes = new byte[value.length()];
        value.buffer().getBytes(value.offset(), bytes);
        yield Arrays.toString(bytes);
      }
      case INT, DECIMAL -> number(BigDecimal.valueOf(value.raw(), value.type().scale()));
      case RATIO ->
          number(
              BigDecimal.valueOf(value.raw(), value.type().scale())
                  .divide(BigDecimal.valueOf(value.denominator()), new MathContext(60))
                  .setScale(6, RoundingMode.HALF_EVEN));
      default -> Long.toString(value.raw());
    };
  }

  private static String number(BigDecimal value) {
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
  }

  private static String canonical(Expr.Constant constant) {
    ValueType.Kind kind = constant.type().kind();
    return switch (kind) {
      case TEXT -> constant.text();
      case IP -> Arrays.toString(ipBytes(constant.text()));
      case INT, DECIMAL -> number(BigDecimal.valueOf(constant.value(), constant.type().scale()));
      default -> Long.toString(constant.value());
    };
  }

  /** What is missing or too much; adds what is missing to the story, and marks what is too much. */
  private static List<String> problems(TestPlan test, List<Got> got, List<Moment> moments) {
    List<String> problems = new ArrayList<>();
    List<Got> left = new ArrayList<>(got);
    for (Expectation expected : test.expected()) {
      if (!takeFitting(expected, left)) {
        String what =
            expected.rule()
                + expected.values().stream()
                    .map(v -> v.field() + " " + shown(v.value()))
                    .collect(Collectors.joining(", ", " { ", " }"));
        Optional<Long> timeNs = expected.timeNs();
        problems.add(
            "line "
                + expected.line()
                + ": expected "
                + what
                + timeNs.map(t -> " at " + offset(t - test.startNs())).orElse("")
                + ", which did not happen");
        moments.add(
            new Moment(
                timeNs.orElse(ANY_TIME),
                "  missing " + what + (timeNs.isEmpty() ? " at any time" : "")));
      }
    }
    for (Got one : left) {
      problems.add(
          "not expected: " + one.asExpectation() + " at " + offset(one.timeNs() - test.startNs()));
    }
    return problems;
  }

  /** Takes the first alert that fits out of those left. */
  private static boolean takeFitting(Expectation expected, List<Got> left) {
    for (int i = 0; i < left.size(); i++) {
      if (fits(expected, left.get(i))) {
        left.remove(i);
        return true;
      }
    }
    return false;
  }

  private static boolean fits(Expectation expected, Got got) {
    if (!expected.rule().equals(got.rule())
        || expected.timeNs().map(t -> t != got.timeNs()).orElse(false)) {
      return false;
    }
    for (ExpectedValue value : expected.values()) {
      int at = got.names().indexOf(value.field());
      if (at < 0 || !got.values().get(at).equals(canonical(value.value()))) {
        return false;
      }
    }
    return true;
  }

  private static String offset(long nanos) {
    return Literals.printDuration(Math.max(0, nanos));
  }
}
