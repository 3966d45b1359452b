package dev.weir.soak;

import dev.weir.dsl.ast.RuleFile;
import dev.weir.dsl.check.Checker;
import dev.weir.dsl.check.ListSource;
import dev.weir.dsl.check.ParsedFile;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.dsl.source.SourceText;
import dev.weir.dsl.syntax.RuleParser;
import dev.weir.event.EventEncoder;
import dev.weir.event.EventType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Rules, and events drawn from a seed: few keys, disorder inside the lateness and beyond it,
 * repeated ids, times at which deadlines and events meet. Immutable.
 *
 * @param records encoded events by type id, in the order in which they come
 */
record Workload(RuleSetPlan plan, List<List<byte[]>> records) {
  private static final long SECOND = 1_000_000_000L;
  private static final long START_S = 1_000_000L;

  private static final String RULES =
      """
      event Pay { id int id within 1h, card text, amount money, note text?, at time in epoch s } late 6s keep 1d
      event Login { id int id within 1h, card text, at time in epoch s } late 2s keep 1d
      rule pair {
        by card
        match a: Pay then b: Pay where amount > a.amount then no Login for 5s
        within 40s
        pick first
        after match consume all
        alert "{card} {b.amount}" { n: count(Pay over 1m), all: count(Pay ever) }
      }
      rule spike {
        by card
        when count(Pay over 10s) >= 3
        alert "{card}" { sum: sum(Pay.amount over 10s) }
        suppress 12s by card
      }
      rule anyone {
        match l: Login then p: Pay where card = l.card
        within 5s
        alert "{p.card}"
      }
      rule chain {
        by card
        match l: Login then small: Pay {1..3} where amount < 50 then big: Pay where amount > 70
        within 30s
        after match consume none
        alert "{card} {count(small)} {big.amount}"
      }
      """;

  private static final SourceText SOURCE = new SourceText("simulation.weir", RULES);
  private static final RuleFile FILE = RuleParser.parse(SOURCE).value().orElseThrow();
  private static final RuleSetPlan PLAN =
      Checker.check(List.of(new ParsedFile(SOURCE, FILE)), ListSource.NONE).value().orElseThrow();

  Workload {
    records = records.stream().map(List::copyOf).toList();
  }

  /**
   * Draws a workload.
   *
   * @param perType events of each type
   * @param noteBytesMax of a text that only takes room
   */
  static Workload draw(Random random, int perType, int noteBytesMax) {
    int keys = 1 + random.nextInt(12);
    int rate = 1 + random.nextInt(4); // events a second
    List<List<byte[]>> records = new ArrayList<>();
    for (EventType type : PLAN.types()) {
      records.add(events(random, type, perType, keys, rate, noteBytesMax));
    }
    return new Workload(PLAN, records);
  }

  private static List<byte[]> events(
      Random random, EventType type, int count, int keys, int rate, int noteBytesMax) {
    int latenessS = (int) (type.latenessNs() / SECOND);
    int eventsPerSecond = type.name().equals("Pay") ? rate : 1;
    UnsafeBuffer buffer = new UnsafeBuffer(new byte[4096]);
    EventEncoder encoder = new EventEncoder();
    List<byte[]> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      boolean isRepeat = i > 0 && random.nextInt(20) == 0;
      boolean isLate = random.nextInt(30) == 0;
      int behindS = isLate ? latenessS + 1 + random.nextInt(10) : random.nextInt(latenessS + 1);
      long timeS = START_S + i / eventsPerSecond - (random.nextInt(3) == 0 ? behindS : 0);
      encoder.wrap(buffer, 0, type);
      for (int f = 0; f < type.fields().size(); f++) {
        switch (type.fields().get(f).name()) {
          case "id" -> encoder.putLong(f, isRepeat ? i - 1 - random.nextInt(Math.min(i, 20)) : i);
          case "card" -> encoder.putText(f, "c" + random.nextInt(keys));
          case "amount" -> encoder.putLong(f, random.nextInt(10_000));
          case "note" -> {
            if (noteBytesMax > 0) {
              encoder.putText(f, "x".repeat(random.nextInt(noteBytesMax)));
            }
          }
          default -> encoder.putLong(f, timeS * SECOND);
        }
      }
      byte[] record = new byte[encoder.finish()];
      buffer.getBytes(0, record);
      events.add(record);
    }
    return events;
  }
}
