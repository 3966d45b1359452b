package dev.weir.dsl.plan;

import dev.weir.event.EventType;
import dev.weir.event.Field;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A plan as text: what each rule means after names are resolved and defines and lets expanded. The
 * same plan always prints the same, whatever numbers its features, lists and parameters have; a
 * rule's version is the hash of its text. Linear in the plan.
 */
public final class PlanText {
  private static final RuleSetPlan NOTHING =
      new RuleSetPlan(List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

  private final RuleSetPlan plan;
  private final RulePlan rule;
  private final StringBuilder out = new StringBuilder();

  private PlanText(RuleSetPlan plan, RulePlan rule) {
    this.plan = plan;
    this.rule = rule;
  }

  /** The identity of what a text says: the first 16 hexadecimal digits of its SHA-256. */
  public static String hash(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** All rules, in the order of their names. */
  public static String print(RuleSetPlan plan) {
    return plan.rules().stream().map(r -> print(plan, r)).collect(Collectors.joining("\n"));
  }

  /** One rule of the set; without its version, which is made from this. Ends with a line break. */
  public static String print(RuleSetPlan plan, RulePlan rule) {
    PlanText text = new PlanText(plan, rule);
    text.rule();
    return text.out.toString();
  }

  /**
   * An expression of a rule.
   *
   * @param event the type of the event at hand; null in the alert of a match
   */
  public static String expression(
      RuleSetPlan plan, RulePlan rule, @Nullable EventType event, Expr expr) {
    return new ExprText(plan, rule, event).of(expr);
  }

  /** The filter of a feature, whatever numbers its parameters and lists have; or nothing. */
  public static String filter(RuleSetPlan plan, FeaturePlan feature) {
    EventType type = plan.types().get(feature.typeId());
    return feature.filter().map(f -> new ExprText(plan, null, type).of(f)).orElse("");
  }

  /** A constant as rules write it. */
  public static String constant(Expr.Constant constant) {
    return new ExprText(NOTHING, null, null).of(constant);
  }

  /** A duration as rules write it. */
  public static String duration(long nanos) {
    return DurationText.print(nanos);
  }

  /** The name of a step, or which one it is. */
  public static String stepName(RulePlan.StepPlan step) {
    return ExprText.stepName(step);
  }

  /** An event that must not come, or ends something. */
  public static String guard(RuleSetPlan plan, RulePlan rule, RulePlan.Guard guard) {
    return new PlanText(plan, rule).guard(guard);
  }

  private void line(int depth, String text) {
    out.append("  ".repeat(depth)).append(text).append('\n');
  }

  private void rule() {
    line(0, "rule " + rule.name());
    said("about", rule.about());
    said("owner", rule.owner());
    if (!rule.tags().isEmpty()) {
      String tags = rule.tags().stream().map(ExprText::quoted).collect(Collectors.joining(", "));
      line(1, "tags " + tags);
    }
    line(1, "severity " + rule.severity());
    life(rule.life());
    line(1, "tested " + (rule.onArrival() ? "on arrival" : "on watermark"));
    rule.decision().ifPresent(d -> line(1, "decide " + ExprText.lower(d)));
    line(1, "key (" + keys() + ")");
    for (RulePlan.Role role : rule.roles()) {
      EventType type = plan.types().get(role.typeId());
      String known = role.name().equals(type.name()) ? "" : " is " + type.name();
      String key = ExprText.names(type, role.keyFields());
      line(2, role.name() + known + " by (" + key + ")");
    }
    if (rule.body() instanceof RulePlan.When when) {
      when(when);
    } else if (rule.body() instanceof RulePlan.Match match) {
      match(match);
    }
    alert();
    rule.suppress()
        .ifPresent(
            s ->
                line(
                    1,
                    "suppress "
                        + DurationText.print(s.durationNs())
                        + (s.by().isEmpty()
                            ? " by the key"
                            : " by " + list(s.by(), alertEvent()))));
  }

  private void life(RulePlan.Life life) {
    if (life.status() != RulePlan.Life.Status.LIVE) {
      line(1, "status " + ExprText.lower(life.status()));
    }
    if (life.onUpdate() != RulePlan.Life.OnUpdate.FINISH) {
      line(1, "on update " + ExprText.lower(life.onUpdate()));
    }
    if (life.validFromNs() != Long.MIN_VALUE) {
      line(1, "valid from " + ExprText.time(life.validFromNs()));
    }
    if (life.validToNs() != Long.MAX_VALUE) {
      line(1, "valid to " + ExprText.time(life.validToNs()));
    }
  }

  private void said(String word, String text) {
    if (!text.isEmpty()) {
      line(1, word + " " + ExprText.quoted(text));
    }
  }

  private String keys() {
    StringBuilder keys = new StringBuilder();
    for (int i = 0; i < rule.keyNames().size(); i++) {
      keys.append(i == 0 ? "" : ", ").append(rule.keyNames().get(i));
      keys.append(i < rule.keyTypes().size() ? " " + rule.keyTypes().get(i) : "");
    }
    return keys.toString();
  }

  private EventType typeOf(int role) {
    return plan.types().get(rule.roles().get(role).typeId());
  }

  private String expr(Expr expr, @Nullable EventType event) {
    return new ExprText(plan, rule, event).of(expr);
  }

  private String list(List<Expr> all, @Nullable EventType event) {
    return all.stream().map(e -> expr(e, event)).collect(Collectors.joining(", ", "(", ")"));
  }

  // ---- bodies

  private void when(RulePlan.When when) {
    String roles =
        when.roles().stream()
            .map(r -> rule.roles().get(r).name())
            .collect(Collectors.joining(", "));
    line(1, "when on " + roles + (when.rising() ? " on rising" : ""));
    line(2, expr(when.condition(), typeOf(when.roles().get(0))));
  }

  private void match(RulePlan.Match match) {
    if (match.lowRate().isPresent()) {
      line(1, "low rate");
      line(2, expr(match.lowRate().get(), typeOf(match.steps().get(0).role())));
    }
    line(1, "match");
    pattern(match, match.pattern(), 2);
    match.without().forEach(g -> line(1, "without " + guard(g)));
    match.unless().forEach(g -> line(1, "unless " + guard(g)));
    if (match.withinNs() != RulePlan.NO_LIMIT) {
      line(1, "within " + DurationText.print(match.withinNs()));
    }
    String limit = match.pickLimit() == Integer.MAX_VALUE ? "" : " limit " + match.pickLimit();
    line(1, "pick " + ExprText.lower(match.pick()) + limit);
    if (match.startLimit() != Integer.MAX_VALUE) {
      line(1, "of one start limit " + match.startLimit());
    }
    if (match.fire() != RulePlan.Fire.PROMPT) {
      line(1, "fire " + ExprText.lower(match.fire()).replace('_', ' '));
    }
    String consumed = ExprText.lower(match.consumption());
    boolean restarts = match.consumption() == RulePlan.Consumption.RESTART;
    boolean resumes = match.resumeStep() >= 0;
    line(
        1,
        "after match "
            + (restarts
                ? consumed
                : resumes
                    ? consumed + " " + ExprText.stepName(match.steps().get(match.resumeStep()))
                    : "consume " + consumed));
    if (match.starts() != RulePlan.Starts.EVERY) {
      line(1, "starts " + ExprText.lower(match.starts()));
    }
    line(1, "one start gives " + (match.severalPerStart() ? "several matches" : "one match"));
  }

  private void pattern(RulePlan.Match match, RulePlan.PatternPlan pattern, int depth) {
    if (pattern instanceof RulePlan.Single single) {
      step(match.steps().get(single.step()), depth);
    } else if (pattern instanceof RulePlan.Sequence sequence) {
      for (int i = 0; i < sequence.parts().size(); i++) {
        if (i > 0) {
          edge(match, sequence.edges().get(i - 1), depth);
        }
        pattern(match, sequence.parts().get(i), depth);
      }
    } else if (pattern instanceof RulePlan.AllOf allOf) {
      line(depth, "all of");
      branches(match, allOf.branches(), depth);
    } else if (pattern instanceof RulePlan.SomeOf someOf) {
      line(depth, someOf.count() + " of");
      branches(match, someOf.branches(), depth);
    } else if (pattern instanceof RulePlan.OneOf oneOf) {
      line(depth, "one of");
      branches(match, oneOf.branches(), depth);
    } else if (pattern instanceof RulePlan.Absence absence) {
      line(
          depth,
          "no " + guard(absence.guard()) + " for " + DurationText.print(absence.durationNs()));
    } else if (pattern instanceof PeerPattern peer) {
      peer(match, peer, depth);
    }
  }

  private void peer(RulePlan.Match match, PeerPattern pattern, int depth) {
    if (pattern instanceof PeerPattern.Whole whole) {
      whole
          .skip()
          .ifPresent(
              skip ->
                  line(
                      depth,
                      "held, then skip "
                          + ExprText.lower(skip.to())
                          + (skip.step() < 0
                              ? ""
                              : " " + ExprText.stepName(match.steps().get(skip.step())))));
      pattern(match, whole.part(), depth);
    } else if (pattern instanceof PeerPattern.Repeat repeat) {
      String max = repeat.max() == Integer.MAX_VALUE ? "" : Integer.toString(repeat.max());
      String greedy = repeat.isGreedy() ? " greedy" : "";
      line(
          depth, "{" + repeat.min() + ".." + max + "}" + greedy + " again" + reach(repeat.again()));
      pattern(match, repeat.part(), depth + 1);
    } else if (pattern instanceof PeerPattern.Chain chain) {
      for (PeerPattern.Link link : chain.links()) {
        String within =
            link.withinNs() == RulePlan.NO_LIMIT
                ? ""
                : " within " + DurationText.print(link.withinNs());
        String how = link.reach().map(this::reach).orElse("");
        line(depth, "part" + how + within + (link.isOptional() ? " optional" : ""));
        pattern(match, link.part(), depth + 1);
      }
      chain
          .closing()
          .ifPresent(c -> line(depth, (c.isNext() ? "ends next" : "ends") + reach(c.reach())));
    }
  }

  private String reach(PeerPattern.Reach reach) {
    StringBuilder text = new StringBuilder(" " + ExprText.lower(reach.contiguity()));
    reach.notNext().forEach(g -> text.append(" (not next ").append(guard(g)).append(')'));
    reach.without().forEach(g -> text.append(" (without ").append(guard(g)).append(')'));
    reach.until().forEach(g -> text.append(" until ").append(guard(g)));
    if (reach.withinNs() != RulePlan.NO_LIMIT) {
      text.append(" within ").append(DurationText.print(reach.withinNs()));
    }
    return text.toString();
  }

  private void branches(RulePlan.Match match, List<RulePlan.PatternPlan> branches, int depth) {
    for (RulePlan.PatternPlan branch : branches) {
      line(depth + 1, "branch");
      pattern(match, branch, depth + 2);
    }
  }

  private void edge(RulePlan.Match match, RulePlan.Edge edge, int depth) {
    line(depth, edge(match, edge));
  }

  /** An edge in one line. */
  String edge(RulePlan.Match match, RulePlan.Edge edge) {
    StringBuilder text = new StringBuilder(edge.any() ? "then any" : "then");
    if (!edge.ownScope().isEmpty()) {
      text.append(" next");
    }
    edge.maybe().ifPresent(m -> text.append(" maybe").append(closing(m.closing(), m.quietNs())));
    edge.without().forEach(g -> text.append(" (without ").append(guard(g)).append(')'));
    text.append(scope(edge.scope()));
    for (RulePlan.Bound bound : edge.bounds()) {
      text.append(bound.atLeast() ? " at least " : " within ")
          .append(DurationText.print(bound.durationNs()))
          .append(bound.atLeast() ? " after " : " of ")
          .append(ExprText.stepName(match.steps().get(bound.step())));
    }
    return text.toString();
  }

  private String scope(List<RulePlan.Guard> scope) {
    return scope.isEmpty()
        ? ""
        : scope.stream().map(this::guard).collect(Collectors.joining(", ", " among ", ""));
  }

  private void step(RulePlan.StepPlan step, int depth) {
    EventType type = typeOf(step.role());
    String loop = step.loop().map(l -> " " + loop(l)).orElse("");
    line(depth, ExprText.stepName(step) + ": " + rule.roles().get(step.role()).name() + loop);
    step.where().ifPresent(e -> line(depth + 1, "where " + expr(e, type)));
    step.require().ifPresent(e -> line(depth + 1, "require " + expr(e, type)));
    step.bindings()
        .forEach(
            b ->
                line(
                    depth + 1,
                    "with " + b.name() + " = " + expr(b.value(), type) + " " + b.value().type()));
    String kept =
        step.projection().stream()
            .filter(f -> f < type.fields().size())
            .map(f -> kept(type.fields().get(f)))
            .collect(Collectors.joining(", "));
    if (!kept.isEmpty()) {
      line(depth + 1, "keeps " + kept);
    }
  }

  private static String kept(Field field) {
    return field.name() + " " + field.type() + (field.optional() ? "?" : "");
  }

  /** A loop in one line. */
  String loop(RulePlan.LoopPlan loop) {
    String max = loop.max() == Integer.MAX_VALUE ? "" : Integer.toString(loop.max());
    String count = loop.min() == loop.max() ? max : loop.min() + ".." + max;
    StringBuilder text = new StringBuilder("{" + count + "} ");
    text.append(ExprText.lower(loop.mode()));
    if (!loop.adjacent().isEmpty()) {
      text.append(" adjacent").append(scope(loop.adjacent()));
    }
    loop.until().ifPresent(until -> text.append(" until ").append(guard(until)));
    if (loop.gapNs() != RulePlan.NO_LIMIT) {
      text.append(" gap < ").append(DurationText.print(loop.gapNs()));
    }
    return text.append(closing(loop.closing(), loop.quietNs())).toString();
  }

  private static String closing(RulePlan.Closing closing, long quietNs) {
    return switch (closing) {
      case NONE -> "";
      case FIRST -> " first";
      case EACH -> " each";
      case WHEN_QUIET -> " when quiet for " + DurationText.print(quietNs);
      case AT_END -> " at end";
    };
  }

  String guard(RulePlan.Guard guard) {
    return rule.roles().get(guard.role()).name()
        + guard.where().map(w -> " where " + expr(w, typeOf(guard.role()))).orElse("");
  }

  // ---- alert

  /** The event that an alert reads: that of a {@code when}; a match has none. */
  private @Nullable EventType alertEvent() {
    return rule.body() instanceof RulePlan.When when ? typeOf(when.roles().get(0)) : null;
  }

  private void alert() {
    alert(1, "alert", rule.alert());
    if (rule.body() instanceof RulePlan.Match match) {
      for (RulePlan.Notice notice : match.notices()) {
        line(1, notice.label() + after(match, notice));
        alert(2, "alert", notice.alert());
        if (!notice.suppressBy().isEmpty()) {
          line(3, "suppress by " + list(notice.suppressBy(), null));
        }
      }
    }
  }

  private static String after(RulePlan.Match match, RulePlan.Notice notice) {
    return notice.stage().isEmpty()
        ? ""
        : " after "
            + ExprText.stepName(match.steps().get(notice.step()))
            + " {"
            + notice.count()
            + "}";
  }

  private void alert(int depth, String word, RulePlan.AlertPlan alert) {
    EventType event = alertEvent();
    StringBuilder text = new StringBuilder();
    for (RulePlan.TextPart part : alert.text()) {
      Optional<Expr> value = part.value();
      text.append(
          value.isPresent()
              ? "{" + expr(value.get(), event) + "}"
              : part.text().replace("{", "{{").replace("}", "}}"));
    }
    line(depth, word + " " + ExprText.quoted(text.toString()));
    alert.score().ifPresent(s -> line(depth + 1, "score " + expr(s, event)));
    for (RulePlan.NamedExpr field : alert.fields()) {
      String masked = field.pii() ? " masked" : "";
      line(
          depth + 1,
          field.name() + ": " + expr(field.value(), event) + " " + field.value().type() + masked);
    }
  }

  // ---- for diagrams

  static PlanText of(RuleSetPlan plan, RulePlan rule) {
    return new PlanText(plan, rule);
  }

  String condition(RulePlan.StepPlan step) {
    EventType type = typeOf(step.role());
    return step.where().map(e -> " where " + expr(e, type)).orElse("")
        + step.require().map(e -> " require " + expr(e, type)).orElse("");
  }

  String whenCondition(RulePlan.When when) {
    return expr(when.condition(), typeOf(when.roles().get(0)));
  }
}
