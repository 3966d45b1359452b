package dev.weir.server;

import dev.weir.dsl.plan.Expr;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.dsl.plan.ValueType;
import dev.weir.event.EventEncoder;
import dev.weir.event.EventType;
import dev.weir.event.Field;
import dev.weir.event.RecordLayout;
import java.lang.reflect.RecordComponent;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.agrona.DirectBuffer;
import org.agrona.collections.LongArrayList;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Random events of a rule set's types, with few keys, so that rules fire; a number of them, over
 * and over, between which nothing happens for months. Sending allocates nothing.
 */
final class SampleEvents {
  private static final int SEED = 7;
  private static final long DAY_NS = 86_400_000_000_000L;

  /** Takes the records. */
  interface Sink {
    void onRecord(DirectBuffer buffer, int offset, int length, long watermarkNs);
  }

  private final Sink sink;
  private final long[] steps;
  private final Random random = new Random(SEED);
  private final List<EventType> types;
  private final UnsafeBuffer templates;
  private final LongArrayList places = new LongArrayList(); // offset (high) | length (low)
  private final UnsafeBuffer record = new UnsafeBuffer(new byte[4096]);
  private long position;
  private long timeNs = 1_700_000_000_000_000_000L;

  SampleEvents(RuleSetPlan plan, Sink sink, int round, long meanStepNs) {
    this.sink = sink;
    this.steps = new long[round];
    this.types = plan.types();
    byte[][] texts =
        texts(plan).stream()
            .map(text -> text.getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new);
    this.templates = new UnsafeBuffer(new byte[round * 512]);
    EventEncoder encoder = new EventEncoder();
    int at = 0;
    for (int i = 0; i < round; i++) {
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
    steps[round / 2] = 250 * DAY_NS;
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
      case DECIMAL -> encoder.putLong(f, (long) Math.exp(random.nextDouble() * 14)); // to 12,000.00
      case BOOL -> encoder.putLong(f, random.nextInt(2));
      default -> encoder.putLong(f, random.nextInt(12));
    }
  }

  /** Sends the next of them. */
  void send(int events) {
    for (long end = position + events; position < end; position++) {
      int i = (int) (position % steps.length);
      long place = places.getLong(i);
      int length = (int) place;
      record.putBytes(0, templates, (int) (place >>> 32), length);
      timeNs += steps[i];
      int typeId = record.getShort(RecordLayout.TYPE_ID_OFFSET, ByteOrder.LITTLE_ENDIAN) & 0xffff;
      EventType type = types.get(typeId);
      record.putLong(RecordLayout.TIME_OFFSET, timeNs, ByteOrder.LITTLE_ENDIAN);
      record.putLong(
          RecordLayout.slotsOffset(type.fields().size()) + 8 * type.timeField(),
          timeNs,
          ByteOrder.LITTLE_ENDIAN);
      RecordLayout.stampPosition(record, 0, position);
      sink.onRecord(record, 0, length, timeNs - type.latenessNs());
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
