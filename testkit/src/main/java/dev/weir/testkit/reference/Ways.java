package dev.weir.testkit.reference;

import dev.weir.dsl.ast.Clause;
import dev.weir.dsl.ast.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The ways on from a place of the pattern, whether used up or not. */
final class Ways {
  private final List<Way> ways = new ArrayList<>();
  private final List<Way.OpenLoop> openLoops = new ArrayList<>();
  private final List<Way.Pending> pending = new ArrayList<>();
  private Tail tail = new Tail(Optional.empty(), false, "", "");

  /**
   * What may still come at the end of a pattern that could end here.
   *
   * @param closing when it fires
   * @param canGrow whether more may come
   * @param edge of the way on that may still come
   * @param untilId of the loop, or empty
   */
  record Tail(Optional<Pattern.Closing> closing, boolean canGrow, String edge, String untilId) {}

  private Ways() {}

  /** Ways of the empty partial match. */
  static Ways first(Node root) {
    Ways all = new Ways();
    Edge start =
        new Edge(
            "start", Pattern.Edge.Kind.THEN, Optional.empty(), List.of(), List.of(), List.of());
    all.entries(root, "", "", start, UnaryOperator.identity());
    return all;
  }

  /** Ways on from here. */
  static Ways from(Node root, State state) {
    Ways all = new Ways();
    all.collect(root, state, "", List.of(), List.of(), UnaryOperator.identity());
    all.tail = all.tailOf(root, state, "");
    return all;
  }

  List<Way> ways() {
    return ways;
  }

  List<Way.OpenLoop> openLoops() {
    return openLoops;
  }

  List<Way.Pending> pending() {
    return pending;
  }

  Tail tail() {
    return tail;
  }

  private record Edge(
      String id,
      Pattern.Edge.Kind kind,
      Optional<Pattern.Scope> scope,
      List<Clause.Selector> guards,
      List<Pattern.Bound> bounds,
      List<Way.InLoop> loops) {
    Edge inside(Way.InLoop loop) {
      return new Edge(id, kind, scope, guards, bounds, plus(loops, loop));
    }
  }

  private static <T> List<T> plus(List<T> list, T more) {
    List<T> all = new ArrayList<>(list);
    all.add(more);
    return all;
  }

  private static int lastOrder(Node node, State state) {
    return State.last(node, state).event().order();
  }

  private static String untilId(String at) {
    return at + "until";
  }

  private static String again(Node.Loop loop, State.Iterations its, String at) {
    return at + its.done().size() + "@" + lastOrder(loop, its) + ">again";
  }

  private static String link(Node.Seq seq, State.InSeq in, String at, int to) {
    Node current = seq.parts().get(in.at());
    return at + in.at() + "@" + lastOrder(current, in.current()) + ">" + to;
  }

  /** Where the path of an open part begins; iterations make it another one. */
  private static String inside(String at, int index) {
    return at + index + "/";
  }

  private void collect(
      Node node,
      State state,
      String at,
      List<Pattern.Bound> bounds,
      List<Way.InLoop> loops,
      UnaryOperator<State> rebuild) {
    if (node instanceof Node.Loop loop && state instanceof State.Iterations its) {
      collectLoop(loop, its, at, bounds, loops, rebuild);
    } else if (node instanceof Node.Seq seq && state instanceof State.InSeq in) {
      collectSeq(seq, in, at, bounds, loops, rebuild);
    } else if (node instanceof Node.Par par && state instanceof State.InPar in) {
      if (State.isSatisfied(par, in)) {
        return; // a loop inside may grow until then
      }
      for (int b = 0; b < par.branches().size(); b++) {
        int branch = b;
        State begun = in.branches().get(b);
        UnaryOperator<State> outer = s -> rebuild.apply(in.with(branch, s));
        if (begun != null) {
          collect(par.branches().get(b), begun, inside(at, b), bounds, loops, outer);
        } else {
          String id = at + "begin" + b;
          Edge edge =
              new Edge(id, Pattern.Edge.Kind.THEN, Optional.empty(), List.of(), bounds, loops);
          entries(par.branches().get(b), id, inside(at, b), edge, outer);
        }
      }
    } else if (node instanceof Node.Alt alt && state instanceof State.InAlt in) {
      collect(
          alt.branches().get(in.branch()),
          in.inner(),
          inside(at, in.branch()),
          bounds,
          loops,
          s -> rebuild.apply(new State.InAlt(in.branch(), s)));
    }
  }

  private void collectLoop(
      Node.Loop loop,
      State.Iterations its,
      String at,
      List<Pattern.Bound> bounds,
      List<Way.InLoop> loops,
      UnaryOperator<State> rebuild) {
    openLoops.add(new Way.OpenLoop(loop, untilId(at)));
    int count = its.done().size();
    collect(
        loop.body(),
        its.last(),
        inside(at, count),
        bounds,
        plus(loops, new Way.InLoop(loop, untilId(at), null)),
        s -> rebuild.apply(its.withLast(s)));
    if (!State.canEnd(loop.body(), its.last()) || count >= loop.spec().max()) {
      return;
    }
    Pattern.Edge.Kind kind = Pattern.Edge.Kind.THEN;
    if (loop.spec().adjacent().isPresent()) {
      kind = Pattern.Edge.Kind.THEN_NEXT;
    } else if (loop.spec().mode() == Pattern.Loop.Mode.EVERY_SUBSET) {
      kind = Pattern.Edge.Kind.THEN_ANY;
    }
    Ev before = State.last(loop, its).event();
    String id = again(loop, its, at);
    Edge edge =
        new Edge(
            id,
            kind,
            loop.spec().adjacent(),
            List.of(),
            bounds,
            plus(loops, new Way.InLoop(loop, untilId(at), before)));
    entries(loop.body(), id, inside(at, count + 1), edge, s -> rebuild.apply(its.plus(s)));
  }

  private void collectSeq(
      Node.Seq seq,
      State.InSeq in,
      String at,
      List<Pattern.Bound> bounds,
      List<Way.InLoop> loops,
      UnaryOperator<State> rebuild) {
    Node current = seq.parts().get(in.at());
    List<Pattern.Bound> inner = new ArrayList<>(bounds);
    if (in.at() > 0) {
      inner.addAll(seq.edges().get(in.at() - 1).bounds());
    }
    collect(
        current,
        in.current(),
        inside(at, in.at()),
        inner,
        loops,
        s -> rebuild.apply(in.with(in.at(), s)));
    if (!State.canEnd(current, in.current())) {
      return;
    }
    for (int part = in.at() + 1; part < seq.parts().size(); part++) {
      Pattern.Edge written = seq.edges().get(part - 1);
      String id = link(seq, in, at, part);
      if (seq.parts().get(part) instanceof Node.Gone gone) {
        pending.add(
            new Way.Pending(
                gone.absence(), id, State.last(current, in.current()), written.without()));
        return;
      }
      List<Pattern.Bound> all = new ArrayList<>(bounds);
      all.addAll(written.bounds());
      Edge edge = new Edge(id, written.kind(), written.scope(), written.without(), all, loops);
      int to = part;
      entries(
          seq.parts().get(part), id, inside(at, part), edge, s -> rebuild.apply(in.with(to, s)));
      if (written.maybe().isEmpty()) {
        return;
      }
    }
  }

  /** Ways to the first events of a part. */
  private void entries(Node node, String id, String at, Edge edge, UnaryOperator<State> rebuild) {
    if (node instanceof Node.Leaf leaf) {
      ways.add(
          new Way(
              leaf,
              id,
              edge.id(),
              edge.kind(),
              edge.scope(),
              edge.guards(),
              edge.bounds(),
              edge.loops(),
              rebuild));
    } else if (node instanceof Node.Loop loop) {
      Edge inner = edge.inside(new Way.InLoop(loop, untilId(at), null));
      entries(
          loop.body(),
          id,
          inside(at, 1),
          inner,
          s -> rebuild.apply(new State.Iterations(List.of(s))));
    } else if (node instanceof Node.Seq seq) {
      entries(
          seq.parts().get(0),
          id,
          inside(at, 0),
          edge,
          s -> rebuild.apply(new State.InSeq(0, Map.of(0, s))));
    } else if (node instanceof Node.Par par) {
      // one target: its first event uses the edge up, whichever branch takes it
      for (int b = 0; b < par.branches().size(); b++) {
        int branch = b;
        entries(
            par.branches().get(b),
            id,
            inside(at, b),
            edge,
            s -> rebuild.apply(new State.InPar(Map.of(branch, s))));
      }
    } else if (node instanceof Node.Alt alt) {
      // alternatives live and die apart
      for (int b = 0; b < alt.branches().size(); b++) {
        int branch = b;
        entries(
            alt.branches().get(b),
            id + "|" + b,
            inside(at, b),
            edge,
            s -> rebuild.apply(new State.InAlt(branch, s)));
      }
    }
  }

  private Tail tailOf(Node node, State state, String at) {
    Tail none = new Tail(Optional.empty(), false, "", "");
    if (node instanceof Node.Loop loop && state instanceof State.Iterations its) {
      Tail inner = tailOf(loop.body(), its.last(), inside(at, its.done().size()));
      if (its.done().size() >= loop.spec().max()) {
        return inner;
      }
      Optional<Pattern.Closing> closing = loop.spec().closing().or(inner::closing);
      return new Tail(closing, true, again(loop, its, at), untilId(at));
    }
    if (node instanceof Node.Seq seq && state instanceof State.InSeq in) {
      Tail inner = tailOf(seq.parts().get(in.at()), in.current(), inside(at, in.at()));
      if (in.at() == seq.parts().size() - 1) {
        return inner;
      }
      Optional<Pattern.Closing> closing =
          seq.edges().get(in.at()).maybe().flatMap(Pattern.Maybe::closing).or(inner::closing);
      return new Tail(closing, true, link(seq, in, at, in.at() + 1), inner.untilId());
    }
    if (node instanceof Node.Alt alt && state instanceof State.InAlt in) {
      return tailOf(alt.branches().get(in.branch()), in.inner(), inside(at, in.branch()));
    }
    return none;
  }
}
