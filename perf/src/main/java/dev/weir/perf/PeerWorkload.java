package dev.weir.perf;

import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.engine.AlertSink;
import dev.weir.engine.AlertView;
import dev.weir.engine.Engine;
import dev.weir.engine.Program;
import dev.weir.event.EventEncoder;
import dev.weir.event.EventType;
import dev.weir.event.RecordLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.agrona.collections.IntArrayList;
import org.agrona.collections.LongArrayList;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A workload of the comparison with peers: its rules, and its events as records in direct memory.
 * {@code perf/peers.sh} puts it into the harness in which the peers run. Owned by one thread.
 */
public final class PeerWorkload {
  private static final String EVENT =
      """
      event E {
        seq      int
        card     int
        amount   money
        merchant int
        country  int
        type     int
        at       time
      }
      """;

  private static final int CHUNK = 1 << 24;
  private static final int RECORD_BYTES = 256; // more than one of them takes
  private static final long BUDGET_BYTES = 3L << 30;
  private static final long NS_IN_MS = 1_000_000;

  private final Program program;
  private final EventType type;
  private final int[] fields;

  private final List<UnsafeBuffer> chunks = new ArrayList<>();
  private final LongArrayList places = new LongArrayList(); // chunk (high) | offset (low)
  private final IntArrayList lengths = new IntArrayList();
  private final EventEncoder encoder = new EventEncoder();
  private int used = CHUNK;

  /**
   * @param name as the harness calls it: P1 to P5, P6 or P6-RULES, P7-MILLISECONDS
   */
  public PeerWorkload(String name) {
    RuleSetPlan plan = Workload.plan(name, EVENT + rules(name));
    this.program = Program.compile(plan);
    this.type = plan.types().get(0);
    String[] names = {"seq", "card", "amount", "merchant", "country", "type", "at"};
    this.fields = new int[names.length];
    for (int i = 0; i < names.length; i++) {
      fields[i] = Records.field(type, names[i]);
    }
  }

  private static String rules(String name) {
    String[] parts = name.split("-", -1);
    return switch (parts[0]) {
      case "P1" -> "rule p1 { when on E amount > 9900 alert \"\" { checksum: seq } }";
      case "P2" -> cardTesting("p2", "5", 500, 0);
      case "P3" ->
          """
          rule p3 {
            by     card
            match  a: E where type = 1
                   then b: E {1..} where type = 2 and amount > a.amount
                   then c: E where type = 3
            within 5m
            after match restart
            alert  "" { checksum: c.seq }
          }
          """;
      case "P4" ->
          """
          rule p4 {
            by    card
            match l: E where type = 4
                  then no E where type = 5 for 60s
            alert "" { checksum: l.seq }
          }
          """;
      case "P5" ->
          """
          rule p5 {
            by    card
            when  on E (count(E over 1h) > 20) or (sum(E.amount over 1h) > 20000)
            alert "" { checksum: seq }
          }
          """;
      case "P6" -> manyRules(parts.length > 1 ? Integer.parseInt(parts[1]) : 1_000);
      case "P7" ->
          """
          rule p7 {
            match  a: E where type = 1
                   then any b: E where type = 2
                   then any c: E where type = 3
            within %dms
            pick   all limit 1000000
            after match consume none
            alert  "" { checksum: a.seq + 3 * b.seq + 7 * c.seq }
          }
          """
              .formatted(Integer.parseInt(parts[1]));
      default -> throw new IllegalArgumentException("no such workload: name=" + name);
    };
  }

  private static String cardTesting(String rule, String small, int big, int more) {
    return """
    rule %s {
      by     card
      match  s: E {3} where amount < %s
             then b: E where amount > %d
      within 10m
      after match restart
      alert  "" { checksum: b.seq + %d }
    }
    """
        .formatted(rule, small, big, more);
  }

  private static String manyRules(int rules) {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < rules; i++) {
      all.append(
          cardTesting(
              String.format(Locale.ROOT, "r%04d", i),
              String.format(Locale.ROOT, "%.2f", 2 + 0.25 * (i % 20)),
              300 + 20 * (i / 20 % 50),
              i));
    }
    return all.toString();
  }

  /** Appends an event; times rise. The time is in milliseconds, the amount in whole cents. */
  public void add(
      long timeMs, long seq, long card, double amount, int merchant, int country, int kind) {
    if (used + RECORD_BYTES > CHUNK) {
      chunks.add(new UnsafeBuffer(ByteBuffer.allocateDirect(CHUNK)));
      used = 0;
    }
    UnsafeBuffer chunk = chunks.get(chunks.size() - 1);
    int length =
        encoder
            .wrap(chunk, used, type)
            .putLong(fields[0], seq)
            .putLong(fields[1], card)
            .putLong(fields[2], Math.round(amount * 100))
            .putLong(fields[3], merchant)
            .putLong(fields[4], country)
            .putLong(fields[5], kind)
            .putLong(fields[6], timeMs * NS_IN_MS)
            .finish();
    RecordLayout.stampPosition(chunk, used, places.size());
    RecordLayout.stampVerdict(chunk, used, RecordLayout.VERDICT_IN_TIME);
    RecordLayout.stampWatermark(chunk, used, timeMs * NS_IN_MS);
    places.addLong((long) (chunks.size() - 1) << 32 | used);
    lengths.addInt(length);
    used += length;
  }

  /** A pass over the events with an engine of its own. */
  public Pass begin() {
    return new Pass();
  }

  /** Counts the matches and adds up their checksums. */
  public final class Pass implements AlertSink {
    private final Engine engine = new Engine(program, this, BUDGET_BYTES);
    private long matches;
    private long checksum;

    private Pass() {}

    @Override
    public void onAlert(AlertView alert) {
      matches++;
      checksum += alert.field(0).raw();
    }

    /** The engine takes the event at this index; in order, each once. */
    public void send(int index) {
      long place = places.getLong(index);
      UnsafeBuffer chunk = chunks.get((int) (place >>> 32));
      engine.onRecord(
          chunk, (int) place, lengths.getInt(index), RecordLayout.watermark(chunk, (int) place));
    }

    /** Stream time moves on, and ends. */
    public void end(long timeMs) {
      engine.onEnd(timeMs * NS_IN_MS);
    }

    public long matches() {
      return matches;
    }

    public long checksum() {
      return checksum;
    }
  }
}
