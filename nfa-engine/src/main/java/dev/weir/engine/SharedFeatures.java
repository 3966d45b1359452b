package dev.weir.engine;

import dev.weir.dsl.plan.FeaturePlan;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.engine.Expressions.FeatureReference;
import dev.weir.engine.FeatureProgram.Feed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The features of a program that rules read by other keys than their own, to be a program by
 * themselves: where engines share the keys, its engine works ahead of that of the rules and writes
 * what others read into {@link FeatureRows}. A feature that the rules' engine needs for its own
 * keys as well is kept by both. Immutable.
 *
 * @param references by their number among the shared ones
 * @param readAt for each the event types at which it is read
 */
record SharedFeatures(
    List<FeaturePlan> features,
    List<FeatureReference> references,
    List<List<Integer>> readAt,
    boolean hasArrival) {

  /** The program of the shared features of one that {@link Program#readsAcrossKeys}. */
  static Program of(Program program) {
    List<Integer> numbers = new ArrayList<>(); // of references, by shared number
    for (int i = 0; i < program.sharedReference.length; i++) {
      if (program.sharedReference[i] >= 0) {
        numbers.add(i);
      }
    }
    RuleSetPlan plan = program.plan();
    List<FeaturePlan> kept = new ArrayList<>();
    int[] renumbered = new int[plan.features().size()];
    boolean[] isRead = new boolean[renumbered.length];
    numbers.forEach(i -> isRead[program.code.references[i].feature()] = true);
    for (Feed feed : program.feeds) {
      boolean isAnyRead = Arrays.stream(feed.features()).anyMatch(f -> isRead[f.id()]);
      for (FeatureProgram feature : feed.features()) {
        // without window, the feed's state moves as a whole
        if (feed.lastSeen() >= 0 ? isAnyRead : isRead[feature.id()]) {
          renumbered[feature.id()] = kept.size();
          kept.add(numbered(plan.features().get(feature.id()), kept.size()));
        }
      }
    }
    List<FeatureReference> references = new ArrayList<>();
    List<List<Integer>> readAt = new ArrayList<>();
    for (int i : numbers) {
      FeatureReference old = program.code.references[i];
      references.add(
          new FeatureReference(
              renumbered[old.feature()], old.before(), old.keyFields(), old.type()));
      List<Integer> types = new ArrayList<>();
      for (int type = 0; type < plan.types().size(); type++) {
        if (program.keyOfReference[type][i] != Keys.NONE) {
          types.add(type);
        }
      }
      readAt.add(types);
    }
    return Program.compile(
        new RuleSetPlan(plan.types(), plan.lists(), plan.params(), kept, List.of(), List.of()),
        new SharedFeatures(kept, references, readAt, program.hasArrival));
  }

  private static FeaturePlan numbered(FeaturePlan feature, int id) {
    return new FeaturePlan(
        id,
        feature.function(),
        feature.typeId(),
        feature.field(),
        feature.filter(),
        feature.keyFields(),
        feature.percent(),
        feature.windowNs(),
        feature.stepNs(),
        feature.keepNs(),
        feature.onArrival());
  }

  /** The keys by which a feature is read are keys of its kind. */
  void joinKeys(KeyClasses classes) {
    for (int i = 0; i < references.size(); i++) {
      FeaturePlan feature = features.get(references.get(i).feature());
      KeyClasses.Node fed = KeyClasses.node(feature.typeId(), feature.keyFields());
      for (int type : readAt.get(i)) {
        KeyClasses.Node read = KeyClasses.node(type, references.get(i).keyFields());
        classes.add(read);
        classes.join(fed, read);
      }
    }
  }

  boolean isReadBefore(int feature) {
    return references.stream().anyMatch(r -> r.feature() == feature && r.before());
  }
}
