package dev.weir.testkit.reference;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a partial match has taken of a part of the pattern; has the shape of the pattern. */
sealed interface State {
  /**
   * A step has taken its event.
   *
   * @param role number of the role under which the event was offered
   * @param bound values of the step's {@code with}; empty: missing
   */
  record Took(Ev event, int role, Map<String, Optional<Value>> bound) implements State {}

  /** Iterations of a loop, at least one; only the last may be unfinished. */
  record Iterations(List<State> done) implements State {
    public Iterations {
      done = List.copyOf(done);
    }

    State last() {
      return done.get(done.size() - 1);
    }

    Iterations withLast(State state) {
      List<State> changed = new ArrayList<>(done);
      changed.set(changed.size() - 1, state);
      return new Iterations(changed);
    }

    Iterations plus(State state) {
      List<State> more = new ArrayList<>(done);
      more.add(state);
      return new Iterations(more);
    }
  }

  /** A sequence that stands at a part; parts before it that are not there were left out. */
  record InSeq(int at, Map<Integer, State> parts) implements State {
    public InSeq {
      parts = Map.copyOf(parts);
    }

    State current() {
      return java.util.Objects.requireNonNull(parts.get(at));
    }

    InSeq with(int part, State state) {
      Map<Integer, State> changed = new TreeMap<>(parts);
      changed.put(part, state);
      return new InSeq(part, changed);
    }
  }

  /** Branches that have begun. */
  record InPar(Map<Integer, State> branches) implements State {
    public InPar {
      branches = Map.copyOf(branches);
    }

    InPar with(int branch, State state) {
      Map<Integer, State> changed = new TreeMap<>(branches);
      changed.put(branch, state);
      return new InPar(changed);
    }
  }

  /** The alternative that was taken. */
  record InAlt(int branch, State inner) implements State {}

  /** Whether the part could be left here: whatever may still come in it may also be left out. */
  static boolean canEnd(Node node, State state) {
    if (state instanceof Iterations its && node instanceof Node.Loop loop) {
      return its.done().size() >= loop.spec().min() && canEnd(loop.body(), its.last());
    }
    if (state instanceof InSeq in && node instanceof Node.Seq seq) {
      if (!canEnd(seq.parts().get(in.at()), in.current())) {
        return false;
      }
      for (int link = in.at(); link < seq.edges().size(); link++) {
        if (seq.edges().get(link).maybe().isEmpty()) {
          return false;
        }
      }
      return true;
    }
    if (state instanceof InPar in && node instanceof Node.Par par) {
      return isSatisfied(par, in);
    }
    if (state instanceof InAlt in && node instanceof Node.Alt alt) {
      return canEnd(alt.branches().get(in.branch()), in.inner());
    }
    return true;
  }

  /** Whether as many branches are complete as are needed. */
  static boolean isSatisfied(Node.Par par, InPar in) {
    return complete(par, in).size() >= par.needed();
  }

  /** Numbers of the branches that could end here, ascending. */
  static List<Integer> complete(Node.Par par, InPar in) {
    List<Integer> complete = new ArrayList<>();
    for (int b = 0; b < par.branches().size(); b++) {
      State branch = in.branches().get(b);
      if (branch != null && canEnd(par.branches().get(b), branch)) {
        complete.add(b);
      }
    }
    return complete;
  }

  /** An event and the step that took it. */
  record TakenBy(Node.Leaf leaf, Took took) {}

  /**
   * All events, in the order taken.
   *
   * @param ofMatch leave out branches that a satisfied {@code k of} dropped
   */
  static List<TakenBy> events(Node node, State state, boolean ofMatch) {
    List<TakenBy> found = new ArrayList<>();
    collect(node, state, ofMatch, found);
    found.sort((a, b) -> Integer.compare(a.took().event().order(), b.took().event().order()));
    return found;
  }

  private static void collect(Node node, State state, boolean ofMatch, List<TakenBy> found) {
    if (state instanceof Took took && node instanceof Node.Leaf leaf) {
      found.add(new TakenBy(leaf, took));
    } else if (state instanceof Iterations its && node instanceof Node.Loop loop) {
      its.done().forEach(each -> collect(loop.body(), each, ofMatch, found));
    } else if (state instanceof InSeq in && node instanceof Node.Seq seq) {
      in.parts().forEach((i, part) -> collect(seq.parts().get(i), part, ofMatch, found));
    } else if (state instanceof InPar in && node instanceof Node.Par par) {
      List<Integer> complete = complete(par, in);
      boolean drops = ofMatch && complete.size() >= par.needed();
      in.branches()
          .forEach(
              (b, branch) -> {
                if (!drops || complete.contains(b)) {
                  collect(par.branches().get(b), branch, ofMatch, found);
                }
              });
    } else if (state instanceof InAlt in && node instanceof Node.Alt alt) {
      collect(alt.branches().get(in.branch()), in.inner(), ofMatch, found);
    }
  }

  /** The last event taken in the part. */
  static Took last(Node node, State state) {
    List<TakenBy> all = events(node, state, false);
    return all.get(all.size() - 1).took();
  }

  /** The iteration or part that belongs to a node below, or null: the way of one choice down. */
  static @Nullable State child(State state, int index) {
    if (state instanceof InSeq in) {
      return in.parts().get(index);
    }
    if (state instanceof InPar in) {
      return in.branches().get(index);
    }
    if (state instanceof InAlt in) {
      return in.branch() == index ? in.inner() : null;
    }
    return null;
  }
}
