package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dsl.plan.RulePlan;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.dsl.plan.ValueType;
import dev.weir.engine.AlertView;
import dev.weir.engine.Engine;
import dev.weir.engine.Program;
import dev.weir.engine.Value;
import dev.weir.rules.RuleSetLoader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The engine allocates nothing for an event once it is warm, whatever the rules of the samples do
 * with it; alerts are read whole. Random events with few keys, so that rules fire, and the same
 * ones over and over, so that what has to grow has grown after one round; at the end of each round
 * nothing happens for months, so that all state goes and comes again.
 */
class SampleAllocationTest {
  static final Path SAMPLES = Path.of(System.getProperty("weir.home", ".."), "samples");
  private static final int ROUND = 1 << 16; // events
  private static final int ROUNDS_WARM_MAX = 12;
  private static final int ROUNDS = 16;
  private static final int BYTES_MAX = 1024;

  static List<String> ruleSets() throws IOException {
    List<String> sets = new ArrayList<>();
    try (Stream<Path> files = Files.walk(SAMPLES)) {
      files
          .filter(file -> file.toString().endsWith(".weir"))
          .map(file -> file.getParent().endsWith("rules") ? file.getParent() : file)
          .map(file -> SAMPLES.relativize(file).toString())
          .distinct()
          .sorted()
          .forEach(sets::add);
    }
    assertThat(sets).contains("card-fraud/rules", "facts/peers-p2.weir");
    return sets;
  }

  @ParameterizedTest
  @MethodSource("ruleSets")
  void shouldAllocateNothingForAnEventAfterWarmUp(String rules) throws IOException {
    RuleSetPlan plan = RuleSetLoader.load(SAMPLES.resolve(rules)).plan().orElseThrow();
    Reading sink = new Reading();
    Engine engine = new Engine(Program.compile(plan), sink::read, 1L << 30);
    SampleEvents stream = new SampleEvents(plan, engine::onRecord, ROUND, meanStepNs(rules));
    warm(stream);
    long alerts = sink.alerts;
    long before = allocatedBytes();
    stream.send(ROUNDS * ROUND);
    long allocated = allocatedBytes() - before;
    assertThat(ROUND * ROUNDS).isGreaterThan(1_000_000);
    assertThat(allocated).as("bytes for a million events of %s", rules).isLessThan(BYTES_MAX);
    assertThat(sink.alerts).isGreaterThan(alerts + ROUNDS);
    assertThat(sink.sum).as("what was read").isNotZero();
    long firing = IntStream.range(0, plan.rules().size()).filter(r -> engine.alerts(r) > 0).count();
    assertThat(firing).as("rules that fired").isGreaterThan(plan.rules().size() / 6);
  }

  /** Warm is what allocates nothing for a round; who never does is measured all the same. */
  private static void warm(SampleEvents stream) {
    long before;
    int rounds = 0;
    do {
      before = allocatedBytes();
      stream.send(ROUND);
      rounds++;
    } while (allocatedBytes() > before && rounds < ROUNDS_WARM_MAX);
  }

  /** So near that rules about bursts fire, and not all at every event. */
  static long meanStepNs(String rules) {
    if (rules.contains("money-laundering")) {
      return 1_200_000_000_000L; // windows of weeks over few keys hold all events in between
    }
    return rules.contains("p7")
        ? 10_000_000L
        : rules.contains("cloudtrail") ? 250_000_000L : 20_000_000_000L;
  }

  private static long allocatedBytes() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  /** Reads all of an alert. */
  private static final class Reading {
    long alerts;
    long sum;

    void read(AlertView alert) {
      alerts++;
      RulePlan rule = alert.rule();
      for (int i = 0; i < rule.keyNames().size(); i++) {
        add(alert.key(i));
      }
      for (int i = 0; i < alert.alert().text().size(); i++) {
        if (alert.alert().text().get(i).value().isPresent()) {
          add(alert.textValue(i));
        }
      }
      for (int i = 0; i < alert.alert().fields().size(); i++) {
        add(alert.field(i));
      }
      add(alert.score());
      for (int e = 0; e < alert.eventCount(); e++) {
        sum += alert.eventPosition(e) + alert.eventTimeNs(e);
        for (int v = 0; v < alert.eventValueCount(e); v++) {
          add(alert.eventValue(e, v));
        }
      }
    }

    private void add(Value value) {
      if (!value.isMissing()) {
        ValueType.Kind kind = value.type().kind();
        boolean isBytes = kind == ValueType.Kind.TEXT || kind == ValueType.Kind.IP;
        sum += isBytes ? value.length() : value.raw() / value.denominator();
      }
    }
  }
}
