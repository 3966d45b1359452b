package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dsl.plan.Expr;
import dev.weir.dsl.plan.RulePlan;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.dsl.plan.ValueType;
import dev.weir.engine.AlertView;
import dev.weir.engine.Engine;
import dev.weir.engine.Program;
import dev.weir.engine.Value;
import dev.weir.event.EventEncoder;
import dev.weir.event.EventType;
import dev.weir.event.Field;
import dev.weir.event.RecordLayout;
import dev.weir.rules.RuleSetLoader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.RecordComponent;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.agrona.collections.LongArrayList;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The engine allocates nothing for an event once it is warm, whatever the rules of the samples do
 * with it; alerts are read whole. Random events with few keys, so that rules fire, and the same
 * ones over and over, so that what has to grow has grown after one round; at the end of each round
 * nothing happens for months, so that all state goes and comes again.
 */
class SampleAllocationTest {
  private static final Path SAMPLES = Path.of(System.getProperty("weir.home", ".."), "samples");
  private static final int ROUND = 1 << 16; // events
  private static final int ROUNDS_WARM_MAX = 12;
  private static final int ROUNDS = 16;
  private static final int BYTES_MAX = 1024;
  private static final int SEED = 7;
  private static final long DAY_NS = 86_400_000_000_000L;

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
    Events stream = new Events(plan, engine, meanStepNs(rules));
    warm(stream);
    long alerts = sink.alerts;
    long before = allocatedBytes();
    stream.send(ROUNDS);
    long allocated = allocatedBytes() - before;
    assertThat(ROUND * ROUNDS).isGreaterThan(1_000_000);
    assertThat(allocated).as("bytes for a million events of %s", rules).isLessThan(BYTES_MAX);
    assertThat(sink.alerts).isGreaterThan(alerts + ROUNDS);
    assertThat(sink.sum).as("what was read").isNotZero();
    long firing = IntStream.range(0, plan.rules().size()).filter(r -> engine.alerts(r) > 0).count();
    assertThat(firing).as("rules that fired").isGreaterThan(plan.rules().size() / 3);
  }

  /** Warm is what allocates nothing for a round; who never does is measured all the same. */
  private static void warm(Events stream) {
    long before;
    int rounds = 0;
    do {
      before = allocatedBytes();
      stream.send(1);
      rounds++;
    } while (allocatedBytes() > before && rounds < ROUNDS_WARM_MAX);
  }

  /** So near that rules about bursts fire, and not all at every event. */
  private static long meanStepNs(String rules) {
    return rules.contains("p7")
        ? 10_000_000L
        : rules.contains("cloudtrail") ? 250_000_000L : 20_000_000_000L;
  }

  private static long allocatedBytes() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  /** Sends random events of a rule set's types; allocates nothing after it was made. */
  private static final class Events {
    private final Engine engine;
    private final long[] steps = new long[ROUND];
    private final Random random = new Random(SEED);
    private final List<EventType> types;
    private final UnsafeBuffer templates;
    private final LongArrayList places = new LongArrayList(); // offset (high) | length (low)
    private final UnsafeBuffer record = new UnsafeBuffer(new byte[4096]);
    private long position;
    private long timeNs = 1_700_000_000_000_000_000L;

    Events(RuleSetPlan plan, Engine engine, long meanStepNs) {
      this.engine = engine;
      this.types = plan.types();
      byte[][] texts =
          texts(plan).stream()
              .map(text -> text.getBytes(StandardCharsets.UTF_8))
              .toArray(byte[][]::new);
      this.templates = new UnsafeBuffer(new byte[ROUND * 512]);
      EventEncoder encoder = new EventEncoder();
      int at = 0;
      for (int i = 0; i < ROUND; i++) {
        EventType type = types.get(random.nextInt(types.size()));
        encoder.wrap(record, 0, type);
        for (int f = 0; f < type.fields().size(); f++) {
          put(encoder, f, type.fields().get(f), texts);
        }
        int length = encoder.finish();
        RecordLayout.stampVerdict(record, 0, RecordLayout.VERDICT_IN_TIME);
        templates.putBytes(at, record, 0, length);
        places.addLong((long) at << 32 | length);
        steps[i] = random.nextLong(2 * meanStepNs);
        at += length;
      }
      steps[0] = 500 * DAY_NS; // nothing is kept so long
      steps[ROUND / 2] = 250 * DAY_NS;
    }

    private void put(EventEncoder encoder, int f, Field field, byte[][] texts) {
      if (field.optional() && random.nextInt(10) == 0) {
        return;
      }
      switch (field.type().kind()) {
        case TEXT -> {
          byte[] text = texts[random.nextInt(texts.length)];
          encoder.putText(f, text, 0, text.length);
        }
        case IP -> encoder.putIp(f, new byte[RecordLayout.IP_BYTES]);
        case DECIMAL ->
            encoder.putLong(f, (long) Math.exp(random.nextDouble() * 14)); // to 12,000.00
        case BOOL -> encoder.putLong(f, random.nextInt(2));
        default -> encoder.putLong(f, random.nextInt(12));
      }
    }

    void send(int rounds) {
      for (int i = 0; i < rounds * ROUND; i++) {
        long place = places.getLong(i % ROUND);
        int length = (int) place;
        record.putBytes(0, templates, (int) (place >>> 32), length);
        timeNs += steps[i % ROUND];
        int typeId = record.getShort(RecordLayout.TYPE_ID_OFFSET, ByteOrder.LITTLE_ENDIAN) & 0xffff;
        EventType type = types.get(typeId);
        record.putLong(RecordLayout.TIME_OFFSET, timeNs, ByteOrder.LITTLE_ENDIAN);
        record.putLong(
            RecordLayout.slotsOffset(type.fields().size()) + 8 * type.timeField(),
            timeNs,
            ByteOrder.LITTLE_ENDIAN);
        RecordLayout.stampPosition(record, 0, position++);
        engine.onRecord(record, 0, length, timeNs - type.latenessNs());
      }
    }
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
      for (int i = 0; i < rule.alert().text().size(); i++) {
        if (rule.alert().text().get(i).value().isPresent()) {
          add(alert.textValue(i));
        }
      }
      for (int i = 0; i < rule.alert().fields().size(); i++) {
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

  /** The texts that the rules compare with, and some others. */
  private static Set<String> texts(RuleSetPlan plan) {
    Set<String> texts = new TreeSet<>(List.of("", "x1", "x2", "x3", "x4"));
    collect(plan.rules(), texts);
    collect(plan.features(), texts);
    return texts;
  }

  private static void collect(Object node, Set<String> texts) {
    if (node instanceof Expr.Constant constant) {
      if (constant.type().kind() == ValueType.Kind.TEXT) {
        texts.add(constant.text());
      }
    } else if (node instanceof List<?> list) {
      list.forEach(element -> collect(element, texts));
    } else if (node instanceof Optional<?> optional) {
      optional.ifPresent(value -> collect(value, texts));
    } else if (node instanceof Record) {
      for (RecordComponent component : node.getClass().getRecordComponents()) {
        try {
          collect(component.getAccessor().invoke(node), texts);
        } catch (ReflectiveOperationException e) {
          throw new LinkageError("a plan that cannot be read", e);
        }
      }
    }
  }
}
