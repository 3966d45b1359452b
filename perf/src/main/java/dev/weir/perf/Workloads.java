package dev.weir.perf;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** The workloads of the engine alone. Rates are chosen so that the state of one key is alike. */
final class Workloads {
  private static final int MILLION = 1_000_000;

  private Workloads() {}

  static List<Workload> all() {
    List<Workload> all = new ArrayList<>();
    all.add(filter("W1-low", 0.0001));
    all.add(filter("W1-mid", 0.01));
    all.add(filter("W1-high", 0.5));
    all.add(cardTesting("W2-10k", 10_000, uniform(10_000)));
    all.add(cardTesting("W2-1m", MILLION, uniform(MILLION)));
    all.add(cardTesting("W2-zipf", MILLION, zipf(MILLION, 1.1)));
    all.add(loop("W3a", 10_000));
    all.add(absence("W4-few", 0.0001));
    all.add(absence("W4-many", 0.1));
    all.add(velocity("W5-1h", 10_000, "1h", false));
    all.add(velocity("W5-24h", 10_000, "24h", false));
    all.add(velocity("W5-both", 10_000, "1h", true));
    all.add(velocity("W5-1m", MILLION, "1h", true));
    all.add(ManyRules.workload(100));
    all.add(ManyRules.workload(1_000));
    all.add(ManyRules.workload(10_000));
    all.add(travel("W7-100k", 100_000));
    all.add(travel("W7-1m", MILLION));
    all.add(travel("W7-10m", 10 * MILLION));
    all.add(anyOf("W8-3", 3, 30, 100, true));
    all.add(anyOf("W8-3-absent", 3, 30, 100, false));
    all.add(anyOf("W8-3-wide", 3, 300, 1_000, true));
    return all;
  }

  // ---- keys -------------------------------------------------------------------------------------

  private static Consumer<Transactions.Draw> uniform(int keys) {
    return draw -> draw.card = draw.random.nextInt(keys);
  }

  private static Consumer<Transactions.Draw> zipf(int keys, double exponent) {
    Zipf[] drawn = new Zipf[1]; // made when first used: a table of all keys
    return draw -> {
      if (drawn[0] == null) {
        drawn[0] = new Zipf(keys, exponent, 7);
      }
      draw.card = drawn[0].next(draw.random);
    };
  }

  private static void anyAmount(Transactions.Draw draw) {
    draw.cents = draw.random.nextInt(100_000);
  }

  /** Positions of each card's transactions that pass, ascending. */
  static List<int[]> byCard(Transactions stream, java.util.function.IntPredicate passes) {
    int cards = 0;
    for (int card : stream.card) {
      cards = Math.max(cards, card + 1);
    }
    int[] counts = new int[cards];
    for (int i = 0; i < stream.size(); i++) {
      counts[stream.card[i]] += passes.test(i) ? 1 : 0;
    }
    List<int[]> all = new ArrayList<>(cards);
    for (int card = 0; card < cards; card++) {
      all.add(new int[counts[card]]);
    }
    int[] at = new int[cards];
    for (int i = 0; i < stream.size(); i++) {
      if (passes.test(i)) {
        int card = stream.card[i];
        all.get(card)[at[card]++] = i;
      }
    }
    return all;
  }

  // ---- W1: filter -------------------------------------------------------------------------------

  private static Workload filter(String id, double selectivity) {
    long least = Math.round(100_000 * (1 - selectivity));
    StringBuilder set = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      set.append(i == 0 ? "" : ", ").append(i * 20 + 7);
    }
    String rules =
        String.format(
            Locale.ROOT,
            """
            rule w1 {
              by card
              when on Txn amount >= %d.%02d and mcc in (%s) and country != 84
              alert ""
            }
            """,
            least / 100,
            least % 100,
            set);
    return new Workload(
        id,
        "a filter that " + selectivity + " of the amounts pass",
        rules,
        events ->
            Transactions.draw(
                events,
                1,
                1_000,
                draw -> {
                  draw.card = draw.random.nextInt(100_000);
                  anyAmount(draw);
                }),
        2 * MILLION,
        200_000,
        (stream, answer) -> {
          for (int i = 0; i < stream.size(); i++) {
            if (stream.cents[i] >= least && stream.mcc[i] % 20 == 7 && stream.country[i] != 84) {
              answer.begin(0).event(i).end();
            }
          }
        });
  }

  // ---- W2: card testing -------------------------------------------------------------------------

  private static Workload cardTesting(String id, int keys, Consumer<Transactions.Draw> chooseCard) {
    return new Workload(
        id,
        "three small amounts, then a big one, in 10 min, from every start",
        """
        rule w2 {
          by    card
          match s: Txn {3} where amount < 5
                then b: Txn where amount > 500 and amount > 100 * avg(s.amount)
          within 10m
          pick  all limit 1000
          after match consume none
          alert ""
        }
        """,
        events ->
            Transactions.draw(
                events,
                2,
                keys / 100.0,
                draw -> {
                  chooseCard.accept(draw);
                  double which = draw.random.nextDouble();
                  draw.cents =
                      which < 0.3
                          ? 1 + draw.random.nextInt(498)
                          : which < 0.65
                              ? 50_001 + draw.random.nextInt(150_000)
                              : 500 + draw.random.nextInt(49_000);
                }),
        MILLION,
        100_000,
        (stream, answer) -> {
          for (int[] own : byCard(stream, i -> true)) {
            for (int first = 0; first < own.length; first++) {
              cardTestingFrom(stream, own, first, answer);
            }
          }
        });
  }

  private static void cardTestingFrom(Transactions stream, int[] own, int first, Answer answer) {
    int[] taken = new int[4];
    int count = 0;
    for (int at = first; at < own.length; at++) {
      int i = own[at];
      if (stream.timeNs[i] - stream.timeNs[own[first]] >= 600_000_000_000L) {
        return;
      }
      if (count < 3) {
        if (stream.cents[i] < 500) {
          taken[count++] = i;
        } else if (count == 0) {
          return;
        }
      } else {
        long sum = stream.cents[taken[0]] + stream.cents[taken[1]] + stream.cents[taken[2]];
        if (stream.cents[i] > 50_000 && 3 * stream.cents[i] > 100 * sum) {
          answer.begin(0).event(taken[0]).event(taken[1]).event(taken[2]).event(i).end();
          return;
        }
      }
    }
  }

  // ---- W3: a loop -------------------------------------------------------------------------------

  private static Workload loop(String id, int keys) {
    return new Workload(
        id,
        "A, then one or more B, then C, in 1 h, one match for each A",
        """
        rule w3 {
          by    card
          match a: Txn where kind = 1
                then b: Txn {1..} where kind = 2
                then c: Txn where kind = 3
          within 1h
          pick  all limit 1000
          after match consume none
          alert ""
        }
        """,
        events ->
            Transactions.draw(
                events,
                3,
                keys / 100.0,
                draw -> {
                  draw.card = draw.random.nextInt(keys);
                  anyAmount(draw);
                  double which = draw.random.nextDouble();
                  draw.kind = which < 0.01 ? 1 : which < 0.21 ? 2 : which < 0.22 ? 3 : 0;
                }),
        MILLION,
        200_000,
        (stream, answer) -> {
          for (int[] own : byCard(stream, i -> stream.kind[i] != 0)) {
            for (int a = 0; a < own.length; a++) {
              if (stream.kind[own[a]] != 1) {
                continue;
              }
              int b = a + 1;
              boolean hasB = false;
              while (b < own.length && !(hasB && stream.kind[own[b]] == 3)) {
                hasB |= stream.kind[own[b]] == 2;
                b++;
              }
              if (b < own.length
                  && stream.timeNs[own[b]] - stream.timeNs[own[a]] < 3_600_000_000_000L) {
                answer.begin(0).event(own[a]);
                for (int i = a + 1; i < b; i++) {
                  if (stream.kind[own[i]] == 2) {
                    answer.event(own[i]);
                  }
                }
                answer.event(own[b]).end();
              }
            }
          }
        });
  }

  // ---- W4: absence ------------------------------------------------------------------------------

  private static Workload absence(String id, double rateOfA) {
    double rate = 10_000;
    return new Workload(
        id,
        String.format(
            Locale.ROOT,
            "A without B within 5 min, %,.0f of 1,000,000 keys pending",
            rate * rateOfA * 300),
        """
        rule w4 {
          by    card
          match a: Txn where kind = 1
                then no Txn where kind = 2 for 5m
          alert ""
        }
        """,
        events ->
            Transactions.draw(
                events,
                4,
                rate,
                draw -> {
                  draw.card = draw.random.nextInt(MILLION);
                  anyAmount(draw);
                  double which = draw.random.nextDouble();
                  draw.kind = which < rateOfA ? 1 : which < rateOfA + 0.3 ? 2 : 0;
                }),
        4 * MILLION,
        200_000,
        (stream, answer) -> {
          long end = stream.timeNs[stream.size() - 1];
          for (int[] own : byCard(stream, i -> stream.kind[i] != 0)) {
            for (int a = 0; a < own.length; a++) {
              long deadline = stream.timeNs[own[a]] + 300_000_000_000L;
              boolean isSettled = deadline > end || stream.kind[own[a]] != 1;
              for (int b = a + 1; b < own.length && stream.timeNs[own[b]] < deadline; b++) {
                isSettled |= stream.kind[own[b]] == 2;
              }
              if (!isSettled) {
                answer.begin(0).event(own[a]).end();
              }
            }
          }
        });
  }

  // ---- W5: velocity -----------------------------------------------------------------------------

  private static Workload velocity(String id, int keys, String window, boolean both) {
    String second =
        both
            ? "\n       or (sum(Txn.amount over 24h) > 40000)"
                + "\n       or (distinct(Txn.merchant over 1h) > 16)"
                + "\n       or (max(Txn.amount over 24h) > 999)"
            : "";
    long windowNs = window.equals("1h") ? 3_600_000_000_000L : 86_400_000_000_000L;
    long dayNs = 86_400_000_000_000L;
    return new Workload(
        id,
        "count and sum over " + window + (both ? ", sum, distinct and max over 24 h" : ""),
        """
        rule w5 {
          by   card
          when on Txn on rising
               (count(Txn over %s) > 20) or (sum(Txn.amount over %s) > 9000)%s
          alert ""
        }
        """
            .formatted(window, window, second),
        events ->
            Transactions.draw(
                events,
                5,
                keys / 400.0,
                draw -> {
                  draw.card = draw.random.nextInt(keys);
                  anyAmount(draw);
                }),
        2 * MILLION,
        60_000,
        (stream, answer) -> {
          for (int[] own : byCard(stream, i -> true)) {
            boolean held = false;
            for (int e = 0; e < own.length; e++) {
              long now = stream.timeNs[own[e]];
              int count = 0;
              long sum = 0;
              long daySum = 0;
              long most = 0;
              java.util.Set<Integer> merchants = new java.util.HashSet<>();
              for (int f = e; f >= 0 && now - stream.timeNs[own[f]] < dayNs; f--) {
                long age = now - stream.timeNs[own[f]];
                if (age < windowNs) {
                  count++;
                  sum += stream.cents[own[f]];
                }
                if (age < 3_600_000_000_000L) {
                  merchants.add(stream.merchant[own[f]]);
                }
                daySum += stream.cents[own[f]];
                most = Math.max(most, stream.cents[own[f]]);
              }
              boolean holds = count > 20 || sum > 900_000;
              if (both) {
                holds |= daySum > 4_000_000 || merchants.size() > 16 || most > 99_900;
              }
              if (holds && !held) {
                answer.begin(0).event(own[e]).end();
              }
              held = holds;
            }
          }
        });
  }

  // ---- W7: big state ----------------------------------------------------------------------------

  private static Workload travel(String id, int keys) {
    return new Workload(
        id,
        String.format(Locale.ROOT, "another country within 1 h, over %,d keys", keys),
        """
        rule w7 {
          by   card
          when on Txn country != prev(Txn).country and at - prev(Txn).at < 1h
          alert "" { device: prev(Txn).device, usual: avg(Txn.amount ever) }
        }
        """,
        events -> {
          int[] number = {0};
          return Transactions.draw(
              events,
              6,
              keys / 10_000.0,
              draw -> {
                // each key comes once before the keys are drawn
                draw.card =
                    number[0] < Math.min(keys, events / 2) ? number[0] : draw.random.nextInt(keys);
                number[0]++;
                anyAmount(draw);
              });
        },
        Math.max(2 * MILLION, 2 * keys),
        200_000,
        (stream, answer) -> {
          for (int[] own : byCard(stream, i -> true)) {
            for (int e = 1; e < own.length; e++) {
              if (stream.country[own[e]] != stream.country[own[e - 1]]
                  && stream.timeNs[own[e]] - stream.timeNs[own[e - 1]] < 3_600_000_000_000L) {
                answer.begin(0).event(own[e]).end();
              }
            }
          }
        });
  }

  // ---- W8: skip till any ------------------------------------------------------------------------

  private static Workload anyOf(
      String id, int length, int kinds, int windowEvents, boolean isComplete) {
    StringBuilder rule = new StringBuilder("rule w8 {\n  match ");
    for (int step = 0; step < length; step++) {
      int kind = step == length - 1 && !isComplete ? kinds : step;
      rule.append(step == 0 ? "" : "\n        then any ")
          .append("s" + step + ": Txn where kind = " + kind);
    }
    rule.append("\n  within " + windowEvents + "ms")
        .append("\n  pick all limit 1000000\n  after match consume none\n  alert \"\"\n}\n");
    return new Workload(
        id,
        String.format(
            Locale.ROOT,
            "every combination of %d of %d kinds in %,d events%s",
            length,
            kinds,
            windowEvents,
            isComplete ? "" : ", the last never comes"),
        rule.toString(),
        events ->
            Transactions.everyMillisecond(
                events,
                8,
                draw -> {
                  draw.card = 0;
                  anyAmount(draw);
                  draw.kind = draw.random.nextInt(kinds);
                }),
        MILLION / 4,
        20_000,
        (stream, answer) -> {
          if (isComplete) {
            int[] taken = new int[length];
            for (int last = 0; last < stream.size(); last++) {
              if (stream.kind[last] == length - 1) {
                combinations(stream, taken, length - 1, last, windowEvents, answer);
              }
            }
          }
        });
  }

  private static void combinations(
      Transactions stream, int[] taken, int step, int at, int window, Answer answer) {
    taken[step] = at;
    if (step == 0) {
      answer.begin(0);
      for (int i : taken) {
        answer.event(i);
      }
      answer.end();
      return;
    }
    int last = taken[taken.length - 1];
    for (int i = at - 1; i >= 0 && last - i < window; i--) {
      if (stream.kind[i] == step - 1) {
        combinations(stream, taken, step - 1, i, window, answer);
      }
    }
  }
}
