package dev.weir.testkit.reference;

import dev.weir.dsl.ast.Pattern;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A pattern with an address for each part. The path of a part begins with that of the part around
 * it; each segment ends with a slash.
 */
sealed interface Node {
  String path();

  /** One event. */
  record Leaf(String path, Pattern.Step step) implements Node {
    String name() {
      return step.name().map(n -> n.text()).orElse("");
    }
  }

  /** A loop over a step or a group; a named group without a loop is one iteration. */
  record Loop(String path, Node body, Pattern.Loop spec, String name) implements Node {
    boolean isOfStep() {
      return body instanceof Leaf;
    }
  }

  /** Parts in order; {@code edges.get(i)} leads to part {@code i + 1}. */
  record Seq(String path, List<Node> parts, List<Pattern.Edge> edges) implements Node {}

  /** Branches in any order, of which some number is needed. */
  record Par(String path, List<Node> branches, int needed) implements Node {}

  /** Alternatives. */
  record Alt(String path, List<Node> branches) implements Node {}

  /** A trailing absence. */
  record Gone(String path, Pattern.Absence absence) implements Node {}

  /** The pattern with paths. */
  static Node of(Pattern pattern) {
    return of(pattern, "/");
  }

  private static Node of(Pattern pattern, String path) {
    return pattern.accept(
        new Pattern.Visitor<Node>() {
          @Override
          public Node step(Pattern.Step step) {
            String name = step.name().map(n -> n.text()).orElse("");
            return step.loop().isEmpty()
                ? new Leaf(path, step)
                : new Loop(path, new Leaf(path + "b/", step), step.loop().get(), name);
          }

          @Override
          public Node group(Pattern.Group group) {
            String name = group.name().map(n -> n.text()).orElse("");
            if (group.loop().isEmpty() && name.isEmpty()) {
              return of(group.body(), path);
            }
            Pattern.Loop loop = group.loop().orElse(Pattern.Loop.of(group.span(), 1, 1));
            return new Loop(path, of(group.body(), path + "b/"), loop, name);
          }

          @Override
          public Node sequence(Pattern.Sequence sequence) {
            List<Node> parts = new ArrayList<>();
            List<Pattern.Edge> edges = new ArrayList<>();
            parts.add(of(sequence.first(), path + "0/"));
            for (Pattern.Link link : sequence.links()) {
              edges.add(link.edge());
              parts.add(of(link.to(), path + parts.size() + "/"));
            }
            return new Seq(path, parts, edges);
          }

          @Override
          public Node allOf(Pattern.AllOf allOf) {
            return new Par(path, branches(allOf.branches()), allOf.branches().size());
          }

          @Override
          public Node oneOf(Pattern.OneOf oneOf) {
            return new Alt(path, branches(oneOf.branches()));
          }

          @Override
          public Node someOf(Pattern.SomeOf someOf) {
            return new Par(path, branches(someOf.branches()), someOf.count());
          }

          @Override
          public Node absence(Pattern.Absence absence) {
            return new Gone(path, absence);
          }

          @Override
          public Node lowRate(Pattern.LowRate lowRate) {
            throw new IllegalArgumentException("a low rate is no pattern of steps");
          }

          private List<Node> branches(List<Pattern> patterns) {
            List<Node> nodes = new ArrayList<>();
            for (Pattern branch : patterns) {
              nodes.add(of(branch, path + nodes.size() + "/"));
            }
            return nodes;
          }
        });
  }

  /** Steps, loops and groups by name. */
  static Map<String, Node> names(Node node) {
    Map<String, Node> names = new HashMap<>();
    for (Node each : all(node)) {
      if (each instanceof Loop loop && !loop.name().isEmpty()) {
        names.putIfAbsent(loop.name(), loop); // before its leaf, which has the same name
      } else if (each instanceof Leaf leaf && !leaf.name().isEmpty()) {
        names.putIfAbsent(leaf.name(), leaf);
      }
    }
    return names;
  }

  /** The node and all below, outer ones first, in pattern order. */
  static List<Node> all(Node node) {
    List<Node> found = new ArrayList<>();
    found.add(node);
    for (Node child : children(node)) {
      found.addAll(all(child));
    }
    return found;
  }

  private static List<Node> children(Node node) {
    if (node instanceof Loop loop) {
      return List.of(loop.body());
    }
    if (node instanceof Seq seq) {
      return seq.parts();
    }
    if (node instanceof Par par) {
      return par.branches();
    }
    return node instanceof Alt alt ? alt.branches() : List.of();
  }
}
