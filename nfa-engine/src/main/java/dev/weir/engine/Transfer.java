package dev.weir.engine;

import dev.weir.dsl.plan.FeaturePlan;
import dev.weir.dsl.plan.PlanText;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.dsl.plan.RuleSuccession;
import dev.weir.engine.FeatureProgram.Feed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What of the live state under one program goes on under another: for each rule and feed of the
 * one, which of the other take it. Immutable.
 */
final class Transfer {
  private final Program from;
  private final RuleProgram[][] rules; // by old rule: none or one
  private final int[][] feeds; // by old feed

  private Transfer(Program from, RuleProgram[][] rules, int[][] feeds) {
    this.from = from;
    this.rules = rules;
    this.feeds = feeds;
  }

  static Transfer between(Program from, Program to) {
    RuleProgram[][] rules = new RuleProgram[from.rules.length][0];
    List<Integer> before = RuleSuccession.of(from.plan(), to.plan());
    for (int rule = 0; rule < to.rules.length; rule++) {
      if (before.get(rule) != RuleSuccession.NONE) {
        rules[before.get(rule)] = new RuleProgram[] {to.rules[rule]};
      }
    }
    List<List<Integer>> targets = new ArrayList<>();
    for (Feed ignored : from.feeds) {
      targets.add(new ArrayList<>());
    }
    List<String> known = Arrays.stream(from.feeds).map(feed -> events(from.plan(), feed)).toList();
    for (int feed = 0; feed < to.feeds.length; feed++) {
      int old = known.indexOf(events(to.plan(), to.feeds[feed]));
      if (old >= 0) {
        targets.get(old).add(feed);
      }
    }
    return new Transfer(
        from,
        rules,
        targets.stream()
            .map(list -> list.stream().mapToInt(feed -> feed).toArray())
            .toArray(int[][]::new));
  }

  /**
   * Which events a feed takes, under which keys. A feed without window keeps values, not events:
   * there, also which.
   */
  private static String events(RuleSetPlan plan, Feed feed) {
    FeaturePlan first = plan.features().get(feed.features()[0].id());
    StringBuilder text = new StringBuilder();
    text.append(first.typeId()).append(' ').append(first.keyFields());
    text.append(' ').append(first.stepNs()).append(' ').append(feed.mode());
    text.append(' ').append(PlanText.filter(plan, first));
    if (feed.lastSeen() >= 0) {
      for (FeatureProgram feature : feed.features()) {
        text.append(' ').append(feature.function());
        text.append(' ').append(feature.field()).append(' ').append(feature.percent());
      }
    }
    return text.toString();
  }

  Program from() {
    return from;
  }

  boolean movesRule(int old) {
    return rules[old].length > 0;
  }

  RuleProgram rule(int old) {
    return rules[old][0];
  }

  int[] feeds(int old) {
    return feeds[old];
  }

  /** The fields that entries of the old feed's log have. */
  int[] fields(int old) {
    return FeatureState.fieldsOf(from.feeds[old]);
  }

  /** Counts of rules go on; those of keys that were missing begin anew. */
  void readCounters(SectionReader section, Engine.LiveState live) {
    long[][] counters = live.counters();
    for (int list = 0; list < counters.length; list++) {
      int size = section.getInt();
      for (int old = 0; old < size; old++) {
        long count = section.getLong();
        if (list >= Program.MODES && movesRule(old)) {
          counters[list][rule(old).index] += count;
        }
      }
    }
  }
}
