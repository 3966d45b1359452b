package dev.weir.rules.conformance;

import dev.weir.dsl.plan.Expr;
import dev.weir.dsl.plan.PeerPattern;
import dev.weir.dsl.plan.PeerPattern.Chain;
import dev.weir.dsl.plan.PeerPattern.Closing;
import dev.weir.dsl.plan.PeerPattern.Contiguity;
import dev.weir.dsl.plan.PeerPattern.Link;
import dev.weir.dsl.plan.PeerPattern.Reach;
import dev.weir.dsl.plan.PeerPattern.Repeat;
import dev.weir.dsl.plan.PeerPattern.Skip;
import dev.weir.dsl.plan.RulePlan;
import dev.weir.dsl.plan.RulePlan.Guard;
import dev.weir.dsl.plan.RulePlan.PatternPlan;
import dev.weir.dsl.plan.RulePlan.StepPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Translates a pattern of Flink CEP to a plan. */
final class PeerTranslation {
  /** The pattern is refused, as Flink refuses it. */
  static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    RefusedException(String message) {
      super(message);
    }
  }

  private static final long MILLI = 1_000_000L;

  private final Json json;
  private final Map<String, Integer> numbers = new LinkedHashMap<>(); // of steps, by variable
  private final List<String> inGroups = new ArrayList<>(); // variables that may repeat
  private final PeerConditions conditions = new PeerConditions(numbers);
  private final List<StepPlan> steps = new ArrayList<>();
  private final long withinNs;

  private PeerTranslation(Json json) {
    this.json = json;
    this.withinNs = json.has("withinMillis") ? json.number("withinMillis") * MILLI : 0;
  }

  /**
   * The body of the rule.
   *
   * @throws RefusedException if the pattern has no meaning there
   */
  static RulePlan.Match translate(Json json) {
    return new PeerTranslation(json).match();
  }

  private RulePlan.Match match() {
    Json pattern = json.object("pattern");
    number(pattern, false);
    PatternPlan chain = chain(pattern.objects("steps"), List.of(), true);
    return new RulePlan.Match(
        steps,
        new PeerPattern.Whole(chain, skip(json.object("skip"))),
        withinNs == 0 ? RulePlan.NO_LIMIT : withinNs,
        List.of(),
        List.of(),
        RulePlan.Pick.ALL,
        Integer.MAX_VALUE,
        Integer.MAX_VALUE,
        RulePlan.Fire.PROMPT,
        RulePlan.Consumption.NONE,
        -1,
        RulePlan.Starts.EVERY,
        true,
        Optional.empty(),
        List.of());
  }

  /** Numbers the variables that take events, in pattern order. */
  private void number(Json pattern, boolean isInGroup) {
    for (Json step : pattern.objects("steps")) {
      if (step.has("group")) {
        number(step.object("group"), true);
        continue;
      }
      String variable = step.text("var");
      if (numbers.containsKey(variable)) {
        throw new RefusedException("variable used twice: " + variable);
      }
      numbers.put(variable, isNot(step) ? -1 : numbersTaken());
      if (isInGroup) {
        inGroups.add(variable);
      }
    }
  }

  private int numbersTaken() {
    return (int) numbers.values().stream().filter(n -> n >= 0).count();
  }

  private static boolean isNot(Json step) {
    return by(step).startsWith("not");
  }

  private static String by(Json step) {
    return step.optionalText("by").orElse("");
  }

  private Optional<Skip> skip(Json skip) {
    String strategy = skip.text("strategy");
    if (strategy.equals("noSkip")) {
      return Optional.empty();
    }
    int step = -1;
    if (skip.has("var")) {
      String variable = skip.text("var");
      Integer number = numbers.get(variable);
      if (number == null || number < 0 || inGroups.contains(variable)) {
        throw new RefusedException("no variable to skip to: " + variable);
      }
      step = number;
    }
    return Optional.of(
        new Skip(
            switch (strategy) {
              case "skipToNext" -> Skip.Place.TO_NEXT;
              case "skipPastLastEvent" -> Skip.Place.PAST_LAST;
              case "skipToFirst" -> Skip.Place.TO_FIRST;
              case "skipToLast" -> Skip.Place.TO_LAST;
              default -> throw new BadCaseException("no such strategy: " + strategy);
            },
            step));
  }

  // ---- steps ------------------------------------------------------------------------------------

  /**
   * @param until of the groups around
   */
  private PatternPlan chain(List<Json> all, List<Guard> until, boolean isOutermost) {
    List<Link> links = new ArrayList<>();
    List<Json> nots = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      Json step = all.get(i);
      if (isNot(step)) {
        if (i == 0) {
          throw new RefusedException("begins with what must not come");
        }
        checkNot(step, all.get(i - 1));
        nots.add(step);
        continue;
      }
      check(step, i + 1 < all.size() ? Optional.of(all.get(i + 1)) : Optional.empty());
      links.add(link(step, links.isEmpty(), nots, until));
      nots.clear();
    }
    Optional<Closing> closing = Optional.empty();
    if (!nots.isEmpty()) {
      Json last = nots.get(nots.size() - 1);
      boolean isNext = by(last).equals("notNext");
      long ownNs = previousNs(last);
      if (isOutermost && !isNext && withinNs == 0 && ownNs == RulePlan.NO_LIMIT) {
        throw new RefusedException("ends with what must not come, and says not until when");
      }
      closing = Optional.of(new Closing(isNext, reach(Contiguity.FOLLOWED_BY, nots, until, ownNs)));
    }
    return new Chain(links, closing);
  }

  private void checkNot(Json step, Json before) {
    if (step.isTrue("optional") || step.has("times") || step.has("group")) {
      throw new RefusedException("what must not come is optional, repeated or a group");
    }
    if (isOptional(before)) {
      throw new RefusedException("optional directly before what must not come");
    }
  }

  private void check(Json step, Optional<Json> behind) {
    boolean isLoop = isLoop(step);
    boolean isGreedy = step.isTrue("greedy");
    boolean isAny = step.isTrue("allowCombinations");
    if (step.has("times")) {
      Json times = step.object("times");
      if (times.has("max")
          && (times.number("max") < Math.max(1, times.number("min")) || times.number("min") < 0)) {
        throw new RefusedException("times out of range");
      }
    }
    if (!isLoop && (isGreedy || isAny || step.isTrue("consecutive"))) {
      throw new RefusedException("a word of repetitions on what comes once");
    }
    if (isGreedy && (isAny || step.has("group") || behind.filter(this::isOptional).isPresent())) {
      throw new RefusedException("greedy where it may not stand");
    }
    if (step.has("until") && (!isLoop || step.object("times").has("max"))) {
      throw new RefusedException("until on what ends by itself");
    }
  }

  private boolean isOptional(Json step) {
    return step.isTrue("optional")
        || (step.has("times") && step.object("times").number("min") == 0);
  }

  private static boolean isLoop(Json step) {
    if (!step.has("times")) {
      return false;
    }
    Json times = step.object("times");
    return !times.has("max") || times.number("max") != 1 || times.number("min") != 1;
  }

  private Link link(Json step, boolean isFirst, List<Json> nots, List<Guard> outerUntil) {
    boolean isGroup = step.has("group");
    List<Guard> until = step.has("until") ? List.of(guard(step.object("until"))) : List.<Guard>of();
    List<Guard> inner = isGroup ? joined(outerUntil, until) : outerUntil;
    PatternPlan part =
        isGroup
            ? chain(step.object("group").objects("steps"), inner, false)
            : single(step, joined(outerUntil, until));
    long gapNs = RulePlan.NO_LIMIT;
    if (step.has("times") && step.object("times").has("gapMillis")) {
      gapNs = step.object("times").number("gapMillis") * MILLI;
    }
    if (isLoop(step)) {
      Json times = step.object("times");
      Contiguity between =
          step.isTrue("consecutive")
              ? Contiguity.NEXT
              : step.isTrue("allowCombinations")
                  ? Contiguity.FOLLOWED_BY_ANY
                  : Contiguity.FOLLOWED_BY;
      part =
          new Repeat(
              part,
              (int) Math.max(1, times.number("min")),
              times.has("max") ? (int) times.number("max") : Integer.MAX_VALUE,
              reach(between, List.of(), joined(outerUntil, until), gapNs),
              step.isTrue("greedy"));
    }
    Optional<Reach> reach =
        isFirst
            ? Optional.empty()
            : Optional.of(reach(contiguity(by(step)), nots, inner, RulePlan.NO_LIMIT));
    return new Link(reach, part, Math.min(gapNs, previousNs(step)), isOptional(step));
  }

  private static Contiguity contiguity(String by) {
    return switch (by) {
      case "next" -> Contiguity.NEXT;
      case "followedBy" -> Contiguity.FOLLOWED_BY;
      case "followedByAny" -> Contiguity.FOLLOWED_BY_ANY;
      default -> throw new BadCaseException("no such contiguity: " + by);
    };
  }

  private Reach reach(
      Contiguity contiguity, List<Json> nots, List<Guard> until, long withinPreviousNs) {
    List<Guard> notNext = new ArrayList<>();
    List<Guard> without = new ArrayList<>();
    for (Json not : nots) {
      Guard guard = new Guard(0, where(not));
      (by(not).equals("notNext") ? notNext : without).add(guard);
    }
    return new Reach(contiguity, notNext, without, until, withinPreviousNs);
  }

  private static long previousNs(Json step) {
    return step.has("withinPreviousMillis")
        ? step.number("withinPreviousMillis") * MILLI
        : RulePlan.NO_LIMIT;
  }

  /** A step takes no event that makes {@code until} true. */
  private PatternPlan single(Json step, List<Guard> until) {
    int number = steps.size();
    Optional<Expr> where = where(step);
    for (Guard guard : until) {
      Expr not = new Expr.Not(guard.where().orElseThrow());
      where =
          Optional.of(where.<Expr>map(w -> new Expr.Logical(true, List.of(w, not))).orElse(not));
    }
    steps.add(
        new StepPlan(
            number,
            step.text("var"),
            0,
            where,
            Optional.empty(),
            Optional.empty(),
            List.of(),
            List.of(
                PeerConditions.ID,
                PeerConditions.TYPE,
                PeerConditions.VALUE,
                PeerConditions.VOLUME)));
    return new RulePlan.Single(number);
  }

  private Optional<Expr> where(Json step) {
    return step.has("where")
        ? Optional.of(conditions.condition(step.object("where")))
        : Optional.empty();
  }

  private Guard guard(Json condition) {
    return new Guard(0, Optional.of(conditions.condition(condition)));
  }

  private static List<Guard> joined(List<Guard> a, List<Guard> b) {
    List<Guard> all = new ArrayList<>(a);
    all.addAll(b);
    return all;
  }
}
