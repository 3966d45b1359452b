package dev.weir.dsl.plan;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts rules of an earlier set beside those of the set that took its place, as {@code status
 * closing}: they open nothing and complete what they have. They keep the features, lists and
 * parameters that they were judged by; what is the same in both sets is there once.
 */
public final class ClosingRules {
  private final List<RuleSetPlan.ListPlan> lists;
  private final List<RuleSetPlan.ParamPlan> params;
  private final List<FeaturePlan> features;

  private ClosingRules(RuleSetPlan live) {
    lists = new ArrayList<>(live.lists());
    params = new ArrayList<>(live.params());
    features = new ArrayList<>(live.features());
  }

  /**
   * Rules of an earlier set that complete what they have.
   *
   * @param set with the same event types as the live one
   * @param rules their names
   */
  public record Earlier(RuleSetPlan set, List<String> rules) {
    public Earlier {
      rules = List.copyOf(rules);
    }
  }

  /** The live set and the closing rules; of one name the earlier stand first. Linear in all. */
  public static RuleSetPlan beside(RuleSetPlan live, List<Earlier> earlier) {
    ClosingRules all = new ClosingRules(live);
    List<RulePlan> rules = new ArrayList<>();
    for (Earlier set : earlier) {
      if (!set.set().types().equals(live.types())) {
        throw new IllegalArgumentException("rule sets of other event types");
      }
      all.add(set, rules);
    }
    rules.addAll(live.rules());
    rules.sort(
        Comparator.comparing(
            rule -> rule.name().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned));
    return new RuleSetPlan(live.types(), all.lists, all.params, all.features, rules, live.tests());
  }

  private void add(Earlier earlier, List<RulePlan> rules) {
    Numbers numbers = new Numbers();
    RuleSetPlan set = earlier.set();
    for (RuleSetPlan.ListPlan list : set.lists()) {
      int number =
          find(
              lists,
              l ->
                  new RuleSetPlan.ListPlan(list.id(), l.name(), l.type(), l.values()).equals(list));
      if (number == lists.size()) {
        lists.add(new RuleSetPlan.ListPlan(number, list.name(), list.type(), list.values()));
      }
      numbers.lists.put(list.id(), number);
    }
    for (RuleSetPlan.ParamPlan param : set.params()) {
      int number =
          find(
              params,
              p -> new RuleSetPlan.ParamPlan(param.id(), p.name(), p.value()).equals(param));
      if (number == params.size()) {
        params.add(new RuleSetPlan.ParamPlan(number, param.name(), param.value()));
      }
      numbers.params.put(param.id(), number);
    }
    for (FeaturePlan feature : set.features()) {
      FeaturePlan own = (FeaturePlan) numbers.in(feature);
      int number = find(features, f -> numbered(f, own.id()).equals(own));
      if (number == features.size()) {
        features.add(numbered(own, number));
      }
      numbers.features.put(feature.id(), number);
    }
    for (RulePlan rule : set.rules()) {
      if (earlier.rules().contains(rule.name())) {
        rules.add(closing((RulePlan) numbers.in(rule)));
      }
    }
  }

  private static <T> int find(List<T> all, java.util.function.Predicate<T> same) {
    for (int i = 0; i < all.size(); i++) {
      if (same.test(all.get(i))) {
        return i;
      }
    }
    return all.size();
  }

  private static FeaturePlan numbered(FeaturePlan f, int id) {
    return new FeaturePlan(
        id,
        f.function(),
        f.typeId(),
        f.field(),
        f.filter(),
        f.keyFields(),
        f.percent(),
        f.windowNs(),
        f.stepNs(),
        f.keepNs(),
        f.onArrival());
  }

  private static RulePlan closing(RulePlan rule) {
    RulePlan.Life life = rule.life();
    return rule.withLife(
        new RulePlan.Life(
            RulePlan.Life.Status.CLOSING, life.onUpdate(), life.validFromNs(), life.validToNs()));
  }

  /** The numbers, in this set, of what another refers to. */
  private static final class Numbers {
    final Map<Integer, Integer> lists = new HashMap<>();
    final Map<Integer, Integer> params = new HashMap<>();
    final Map<Integer, Integer> features = new HashMap<>();
    private final PlanWalk walk = new PlanWalk(this::numbered);

    Object in(Object part) {
      return walk.copy(part);
    }

    private Expr numbered(Expr expr) {
      if (expr instanceof Expr.Param param) {
        return new Expr.Param(param.type(), of(params, param.param()));
      }
      if (expr instanceof Expr.InList in) {
        return new Expr.InList(in.operand(), of(lists, in.list()));
      }
      if (expr instanceof Expr.FeatureValue value) {
        int feature = of(features, value.feature());
        return new Expr.FeatureValue(value.type(), feature, value.before(), value.key());
      }
      return expr;
    }

    private static int of(Map<Integer, Integer> numbers, int number) {
      Integer found = numbers.get(number);
      if (found == null) {
        throw new IllegalArgumentException("the plan has no such number: " + number);
      }
      return found;
    }
  }
}
