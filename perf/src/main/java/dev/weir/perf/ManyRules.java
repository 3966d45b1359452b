package dev.weir.perf;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * W6: many rules at once. Of ten rules seven are filters (an equality, a bound, a set), two are
 * sequences of two steps on a card, one is a velocity on a country. Equalities ask for one of as
 * many merchants as there are rules, and windows grow with the number of rules, so that an event
 * touches and matches as many rules however many there are. Bounds and sets come from few distinct
 * ones, as in rule sets that people write.
 */
final class ManyRules {
  private static final int BOUNDS = 20;
  private static final int SETS = 10;
  private static final long MINUTE_NS = 60_000_000_000L;

  private ManyRules() {}

  /** What rule i asks for. */
  private record Rule(int kind, int merchant, long cents, int set) {
    static Rule of(int i, int rules) {
      SplitMix random = new SplitMix(1_000 + i);
      return new Rule(
          i % 10,
          random.nextInt(rules),
          1_000L * (80 + random.nextInt(BOUNDS)),
          random.nextInt(SETS));
    }

    boolean isInSet(int mcc) {
      return mcc % SETS == set;
    }

    String text(int i, int rules) {
      String amount = String.format(Locale.ROOT, "%d.%02d", cents / 100, cents % 100);
      if (kind < 7) {
        return "rule "
            + name(i)
            + " {\n  by card\n  when on Txn merchant = "
            + merchant
            + " and amount > "
            + amount
            + " and mcc in set_"
            + set
            + "\n  alert \"\"\n}\n";
      }
      if (kind < 9) {
        return "rule "
            + name(i)
            + " {\n  by card\n  match a: Txn where merchant = "
            + merchant
            + "\n        then b: Txn where amount > "
            + amount
            + " and mcc in set_"
            + set
            + "\n  within 10m\n  pick all limit 100\n  after match consume none\n  alert \"\"\n}\n";
      }
      return "rule "
          + name(i)
          + " {\n  by country\n  when on Txn on rising count(Txn where merchant = "
          + merchant
          + " over "
          + rules / 100
          + "m) >= 3\n  alert \"\"\n}\n";
    }
  }

  private static String name(int i) {
    return String.format(Locale.ROOT, "w6_%05d", i);
  }

  static Workload workload(int rules) {
    StringBuilder text = new StringBuilder();
    for (int set = 0; set < SETS; set++) {
      text.append("list set_").append(set).append(" int {");
      for (int mcc = set; mcc < 1_000; mcc += SETS) {
        text.append(' ').append(mcc);
      }
      text.append(" }\n");
    }
    List<Rule> all = new ArrayList<>();
    for (int i = 0; i < rules; i++) {
      all.add(Rule.of(i, rules));
      text.append(all.get(i).text(i, rules));
    }
    return new Workload(
        "W6-" + rules,
        String.format(Locale.ROOT, "%,d rules: filters, sequences, velocities", rules),
        text.toString(),
        events ->
            Transactions.draw(
                events,
                7,
                1_000,
                draw -> {
                  draw.card = draw.random.nextInt(100_000);
                  draw.merchant = draw.random.nextInt(rules);
                  draw.cents = draw.random.nextInt(100_000);
                }),
        500_000,
        rules > 1_000 ? 5_000 : 50_000,
        (stream, answer) -> {
          List<int[]> byCard = Workloads.byCard(stream, i -> true);
          for (int r = 0; r < rules; r++) {
            Rule rule = all.get(r);
            if (rule.kind < 7) {
              filter(stream, rule, r, answer);
            } else if (rule.kind < 9) {
              sequence(stream, byCard, rule, r, answer);
            } else {
              velocity(stream, rule, r, rules / 100 * MINUTE_NS, answer);
            }
          }
        });
  }

  private static void filter(Transactions stream, Rule rule, int r, Answer answer) {
    for (int i = 0; i < stream.size(); i++) {
      if (stream.merchant[i] == rule.merchant
          && stream.cents[i] > rule.cents
          && rule.isInSet(stream.mcc[i])) {
        answer.begin(r).event(i).end();
      }
    }
  }

  private static void sequence(
      Transactions stream, List<int[]> byCard, Rule rule, int r, Answer answer) {
    for (int i = 0; i < stream.size(); i++) {
      if (stream.merchant[i] != rule.merchant) {
        continue;
      }
      int[] own = byCard.get(stream.card[i]);
      for (int at = java.util.Arrays.binarySearch(own, i) + 1; at < own.length; at++) {
        int b = own[at];
        if (stream.timeNs[b] - stream.timeNs[i] >= 10 * MINUTE_NS) {
          break;
        }
        if (stream.cents[b] > rule.cents && rule.isInSet(stream.mcc[b])) {
          answer.begin(r).event(i).event(b).end();
          break;
        }
      }
    }
  }

  /** The condition is tested at every event; it can rise only at one of the merchant's. */
  private static void velocity(
      Transactions stream, Rule rule, int r, long windowNs, Answer answer) {
    boolean[] held = new boolean[250];
    List<List<Long>> times = new ArrayList<>();
    for (int country = 0; country < held.length; country++) {
      times.add(new ArrayList<>());
    }
    for (int i = 0; i < stream.size(); i++) {
      List<Long> own = times.get(stream.country[i]);
      long now = stream.timeNs[i];
      if (stream.merchant[i] == rule.merchant) {
        own.add(now);
      }
      own.removeIf(time -> now - time >= windowNs);
      boolean holds = own.size() >= 3;
      if (holds && !held[stream.country[i]]) {
        answer.begin(r).event(i).end();
      }
      held[stream.country[i]] = holds;
    }
  }
}
