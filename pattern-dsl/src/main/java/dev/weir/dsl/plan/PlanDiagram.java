package dev.weir.dsl.plan;

import dev.weir.dsl.plan.PlanGraph.Edge;
import dev.weir.dsl.plan.PlanGraph.Node;

/**
 * A rule as a diagram: steps, edges with their conditions and bounds, deadlines. The same rule
 * always gives the same text.
 */
public final class PlanDiagram {
  private PlanDiagram() {}

  /** As a Mermaid state diagram; ends with a line break. */
  public static String mermaid(RuleSetPlan plan, RulePlan rule) {
    PlanGraph graph = PlanGraph.of(plan, rule);
    StringBuilder out = new StringBuilder("stateDiagram-v2\n");
    for (Node node : graph.nodes) {
      String label = plain(node.label());
      switch (node.kind()) {
        case START -> {}
        case FORK -> out.append("  state ").append(node.id()).append(" <<fork>>\n");
        case JOIN -> out.append("  state ").append(node.id()).append(" <<join>>\n");
        case STEP, ALERT ->
            out.append("  state \"")
                .append(label.replace("\"", "'"))
                .append("\" as ")
                .append(node.id())
                .append('\n');
      }
    }
    for (Edge edge : graph.edges) {
      String from = edge.from().equals(PlanGraph.START) ? "[*]" : edge.from();
      out.append("  ").append(from).append(" --> ").append(edge.to());
      out.append(edge.label().isEmpty() ? "" : " : " + plain(edge.label())).append('\n');
    }
    if (!graph.limits.isEmpty()) {
      out.append("  note right of ").append(PlanGraph.ALERT).append('\n');
      graph.limits.forEach(limit -> out.append("    ").append(plain(limit)).append('\n'));
      out.append("  end note\n");
    }
    return out.append("  ").append(PlanGraph.ALERT).append(" --> [*]\n").toString();
  }

  /** Signs that Mermaid reads as its own are said otherwise. */
  private static String plain(String text) {
    return text.replace("#", "no. ").replace(";", ",").replace(":", " ").replace("\n", " ");
  }

  /** In the language of Graphviz; ends with a line break. */
  public static String dot(RuleSetPlan plan, RulePlan rule) {
    PlanGraph graph = PlanGraph.of(plan, rule);
    StringBuilder out = new StringBuilder("digraph ");
    out.append(quoted(rule.name())).append(" {\n");
    out.append("  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n");
    out.append("  edge [fontname=\"sans-serif\", fontsize=10];\n");
    if (!graph.limits.isEmpty()) {
      out.append("  labelloc=b;\n  label=")
          .append(quoted(String.join("\n", graph.limits)))
          .append(";\n");
    }
    for (Node node : graph.nodes) {
      String look =
          switch (node.kind()) {
            case START -> "shape=point";
            case FORK, JOIN -> "shape=diamond, style=solid, label=" + quoted(node.label());
            case STEP -> "label=" + quoted(node.label());
            case ALERT -> "peripheries=2, label=" + quoted(node.label());
          };
      out.append("  ").append(node.id()).append(" [").append(look).append("];\n");
    }
    for (Edge edge : graph.edges) {
      out.append("  ").append(edge.from()).append(" -> ").append(edge.to());
      out.append(edge.label().isEmpty() ? "" : " [label=" + quoted(edge.label()) + "]");
      out.append(";\n");
    }
    return out.append("}\n").toString();
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }

  /** As a drawing for browsers and documents; ends with a line break. */
  public static String svg(RuleSetPlan plan, RulePlan rule) {
    return new SvgDrawing(PlanGraph.of(plan, rule), rule.name()).draw();
  }
}
