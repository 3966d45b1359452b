package dev.weir.dsl.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What a diagram of a rule shows: places, ways between them, and limits of the whole. */
final class PlanGraph {
  static final String START = "start";
  static final String ALERT = "alert";

  /** What a place is. */
  enum Kind {
    START,
    STEP,
    FORK,
    JOIN,
    ALERT
  }

  /**
   * A place.
   *
   * @param id unique; letters and digits
   */
  record Node(String id, Kind kind, String label) {}

  /** A way; the label may be empty. */
  record Edge(String from, String to, String label) {}

  final List<Node> nodes = new ArrayList<>();
  final List<Edge> edges = new ArrayList<>();
  final List<String> limits = new ArrayList<>();

  private final RulePlan rule;
  private final PlanText text;
  private int forks;

  private PlanGraph(RuleSetPlan plan, RulePlan rule) {
    this.rule = rule;
    this.text = PlanText.of(plan, rule);
  }

  static PlanGraph of(RuleSetPlan plan, RulePlan rule) {
    PlanGraph graph = new PlanGraph(plan, rule);
    graph.nodes.add(new Node(START, Kind.START, ""));
    graph.nodes.add(new Node(ALERT, Kind.ALERT, "alert of " + rule.name()));
    graph.body();
    return graph;
  }

  private void body() {
    if (rule.body() instanceof RulePlan.When when) {
      String roles =
          when.roles().stream()
              .map(r -> rule.roles().get(r).name())
              .collect(Collectors.joining(", "));
      nodes.add(new Node("tested", Kind.STEP, "each " + roles));
      edge(START, "tested", "");
      edge("tested", ALERT, (when.rising() ? "on rising " : "") + text.whenCondition(when));
    } else if (rule.body() instanceof RulePlan.Match match) {
      part(match, match.pattern(), List.of(START), "").forEach(end -> edge(end, ALERT, ""));
      if (match.withinNs() != RulePlan.NO_LIMIT) {
        limits.add("within " + DurationText.print(match.withinNs()));
      }
      match.without().forEach(g -> limits.add("without " + text.guard(g)));
      match.unless().forEach(g -> limits.add("unless " + text.guard(g)));
    }
  }

  /** Adds a part behind these places; the places that it may end in. */
  private List<String> part(
      RulePlan.Match match, RulePlan.PatternPlan pattern, List<String> from, String label) {
    if (pattern instanceof RulePlan.Single single) {
      return step(match.steps().get(single.step()), from, label);
    }
    if (pattern instanceof RulePlan.Sequence sequence) {
      List<String> at = part(match, sequence.parts().get(0), from, label);
      for (int i = 1; i < sequence.parts().size(); i++) {
        RulePlan.Edge edge = sequence.edges().get(i - 1);
        List<String> ends = part(match, sequence.parts().get(i), at, text.edge(match, edge));
        if (edge.maybe().isPresent()) {
          List<String> both = new ArrayList<>(at); // it may be left out
          both.addAll(ends);
          ends = both;
        }
        at = ends;
      }
      return at;
    }
    if (pattern instanceof RulePlan.OneOf oneOf) {
      List<String> ends = new ArrayList<>();
      oneOf.branches().forEach(branch -> ends.addAll(part(match, branch, from, label)));
      return ends;
    }
    if (pattern instanceof RulePlan.AllOf allOf) {
      return branches(match, allOf.branches(), "all of", from, label);
    }
    if (pattern instanceof RulePlan.SomeOf someOf) {
      return branches(match, someOf.branches(), someOf.count() + " of", from, label);
    }
    if (pattern instanceof PeerPattern) {
      throw new IllegalArgumentException("patterns of other engines are not drawn");
    }
    RulePlan.Absence absence = (RulePlan.Absence) pattern;
    nodes.add(new Node("silence", Kind.STEP, "silence"));
    String silent =
        "no " + text.guard(absence.guard()) + " for " + DurationText.print(absence.durationNs());
    from.forEach(place -> edge(place, "silence", (label + " " + silent).strip()));
    return List.of("silence");
  }

  private List<String> branches(
      RulePlan.Match match,
      List<RulePlan.PatternPlan> branches,
      String needed,
      List<String> from,
      String label) {
    forks++;
    String fork = "fork" + forks;
    String join = "join" + forks;
    nodes.add(new Node(fork, Kind.FORK, needed));
    nodes.add(new Node(join, Kind.JOIN, needed));
    from.forEach(place -> edge(place, fork, label));
    for (RulePlan.PatternPlan branch : branches) {
      part(match, branch, List.of(fork), "").forEach(end -> edge(end, join, ""));
    }
    return List.of(join);
  }

  private List<String> step(RulePlan.StepPlan step, List<String> from, String label) {
    String place = "s" + (step.id() + 1);
    String loop = step.loop().map(l -> " " + text.loop(l)).orElse("");
    String name = ExprText.stepName(step) + " is " + rule.roles().get(step.role()).name() + loop;
    nodes.add(new Node(place, Kind.STEP, name));
    from.forEach(before -> edge(before, place, (label + text.condition(step)).strip()));
    if (step.loop().isPresent()) {
      edge(place, place, "again" + text.condition(step));
    }
    return List.of(place);
  }

  private void edge(String from, String to, String label) {
    edges.add(new Edge(from, to, label));
  }
}
