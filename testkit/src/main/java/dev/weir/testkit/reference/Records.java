package dev.weir.testkit.reference;

import dev.weir.dsl.ast.Expression;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a step, loop or group has taken, as expressions read it: its events, or its iterations.
 *
 * @param element the step, or the body of the group
 * @param states one for each event or iteration, in order
 */
record Records(Node element, List<State> states) {
  Records {
    states = List.copyOf(states);
  }

  /** What the expression names, or null if it is no step, loop, group or part of one. */
  static @Nullable Records of(Expression e, Scope scope) {
    if (e instanceof Expression.Variable variable) {
      return named(variable.name(), scope);
    }
    if (e instanceof Expression.Index index) {
      Records all = of(index.target(), scope);
      return all == null ? null : all.at(index.index());
    }
    if (e instanceof Expression.Call call
        && call.arguments().size() == 1
        && (call.function().text().equals("first") || call.function().text().equals("last"))) {
      Records all = of(call.arguments().get(0), scope);
      return all == null ? null : all.at(call.function().text().equals("first") ? 1 : -1);
    }
    if (e instanceof Expression.Member member) {
      Records outer = of(member.target(), scope);
      return outer == null ? null : outer.inner(member.name().text());
    }
    return null;
  }

  private static @Nullable Records named(String name, Scope scope) {
    Records narrowed = scope.narrowed().get(name);
    if (narrowed != null) {
      return narrowed;
    }
    Node goal = scope.def().stepNames.get(name);
    if (goal == null) {
      return null;
    }
    List<State> found = new ArrayList<>();
    List<State> roots = scope.total();
    if (roots.isEmpty()) {
      roots = scope.state() == null ? List.of() : List.of(scope.state());
    }
    for (State root : roots) {
      collect(scope.def().root(), root, goal, scope, found);
    }
    return new Records(element(goal), found);
  }

  private static Node element(Node node) {
    return node instanceof Node.Loop loop ? loop.body() : node;
  }

  /** 1 is the first, -1 the last; nothing if out of range. */
  private Records at(int index) {
    int at = index > 0 ? index - 1 : states.size() + index;
    boolean isThere = index != 0 && at >= 0 && at < states.size();
    return new Records(element, isThere ? List.of(states.get(at)) : List.of());
  }

  /** A step, loop or group inside each iteration, or null if none is called so. */
  private @Nullable Records inner(String name) {
    Node goal = null;
    for (Node each : Node.all(element)) {
      boolean isNamed =
          each instanceof Node.Loop loop && loop.name().equals(name)
              || each instanceof Node.Leaf leaf && leaf.name().equals(name);
      if (isNamed && each != element && goal == null) {
        goal = each;
      }
    }
    if (goal == null) {
      return null;
    }
    List<State> found = new ArrayList<>();
    for (State state : states) {
      collect(element, state, goal, null, found);
    }
    return new Records(element(goal), found);
  }

  /**
   * Walks to a node and adds what it has taken. In a loop around the place of the expression only
   * the iteration at hand is looked at, and the loop itself means those before.
   */
  private static void collect(
      Node node, State state, Node goal, @Nullable Scope scope, List<State> found) {
    boolean isAround =
        scope != null
            && !scope.position().equals(node.path())
            && scope.position().startsWith(node.path());
    if (state instanceof State.Iterations its && node instanceof Node.Loop loop) {
      if (node == goal) {
        boolean lastIsOpen =
            !State.canEnd(loop.body(), its.last())
                || (isAround && scope != null && scope.isTaking());
        found.addAll(lastIsOpen ? its.done().subList(0, its.done().size() - 1) : its.done());
      } else if (isAround) {
        collect(loop.body(), its.last(), goal, scope, found);
      } else {
        its.done().forEach(each -> collect(loop.body(), each, goal, scope, found));
      }
      return;
    }
    if (node == goal) {
      found.add(state);
      return;
    }
    List<Node> parts = List.of();
    if (node instanceof Node.Seq seq) {
      parts = seq.parts();
    } else if (node instanceof Node.Par par) {
      parts = par.branches();
    } else if (node instanceof Node.Alt alt) {
      parts = alt.branches();
    }
    for (int i = 0; i < parts.size(); i++) {
      State child = State.child(state, i);
      if (child != null && goal.path().startsWith(parts.get(i).path())) {
        collect(parts.get(i), child, goal, scope, found);
      }
    }
  }

  /** The one meant where one is needed: the last. */
  State.@Nullable Took event() {
    if (states.isEmpty()) {
      return null;
    }
    return State.last(element, states.get(states.size() - 1));
  }

  List<State.Took> events() {
    List<State.Took> all = new ArrayList<>();
    for (State state : states) {
      State.events(element, state, false).forEach(e -> all.add(e.took()));
    }
    return all;
  }

  /** The value of a field, or of a {@code with}, of each event; null where missing. */
  List<@Nullable Value> values(String field) {
    List<@Nullable Value> values = new ArrayList<>();
    for (State state : states) {
      if (state instanceof State.Took took) {
        values.add(valueOf(took, field));
      } else {
        Optional<Value> bound = Optional.empty();
        for (State.TakenBy each : State.events(element, state, false)) {
          bound = each.took().bound().getOrDefault(field, bound);
        }
        values.add(bound.orElse(null));
      }
    }
    return values;
  }

  private static @Nullable Value valueOf(State.Took took, String field) {
    Optional<Value> bound = took.bound().get(field);
    return bound != null ? bound.orElse(null) : took.event().value(field);
  }
}
