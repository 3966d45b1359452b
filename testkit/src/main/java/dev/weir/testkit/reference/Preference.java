package dev.weir.testkit.reference;

import dev.weir.dsl.ast.Pattern;
import java.util.ArrayList;
import java.util.List;

/**
 * The choices of a match as numbers, in pattern order, of which the smaller is preferred: the
 * start, then at each place the alternative, with or without, on or out, and the event. What is not
 * decided yet stands behind all that is.
 */
final class Preference {
  private static final long OPEN = Long.MAX_VALUE;

  private Preference() {}

  static List<Long> choices(Node root, State state, Ev start) {
    List<Long> choices = new ArrayList<>();
    choices.add((long) start.order());
    add(root, state, choices);
    return choices;
  }

  private static void add(Node node, State state, List<Long> out) {
    if (state instanceof State.Took took) {
      out.add((long) took.event().order());
    } else if (state instanceof State.Iterations its && node instanceof Node.Loop loop) {
      addLoop(loop, its, out);
    } else if (state instanceof State.InSeq in && node instanceof Node.Seq seq) {
      add(seq.parts().get(0), java.util.Objects.requireNonNull(in.parts().get(0)), out);
      for (int part = 1; part < seq.parts().size(); part++) {
        State taken = in.parts().get(part);
        if (seq.edges().get(part - 1).maybe().isPresent()) {
          out.add(taken == null ? 1L : 0L);
        } else if (taken == null) {
          out.add(seq.parts().get(part) instanceof Node.Gone ? 0L : OPEN);
        }
        if (taken != null) {
          add(seq.parts().get(part), taken, out);
        }
      }
    } else if (state instanceof State.InPar in && node instanceof Node.Par par) {
      addBranches(par, in, out);
    } else if (state instanceof State.InAlt in && node instanceof Node.Alt alt) {
      out.add((long) in.branch());
      add(alt.branches().get(in.branch()), in.inner(), out);
    }
  }

  private static void addLoop(Node.Loop loop, State.Iterations its, List<Long> out) {
    boolean outFirst = loop.spec().mode() == Pattern.Loop.Mode.SHORTEST;
    for (int i = 0; i < its.done().size(); i++) {
      if (i >= loop.spec().min()) {
        out.add(outFirst ? 1L : 0L); // on
      }
      add(loop.body(), its.done().get(i), out);
    }
    if (its.done().size() >= loop.spec().min() && its.done().size() < loop.spec().max()) {
      out.add(outFirst ? 0L : 1L); // out
    } else if (its.done().size() < loop.spec().min()) {
      out.add(OPEN);
    }
  }

  private static void addBranches(Node.Par par, State.InPar in, List<Long> out) {
    List<Integer> complete = State.complete(par, in);
    boolean isSatisfied = complete.size() >= par.needed();
    out.add(0L); // it has begun
    for (int b = 0; b < par.branches().size(); b++) {
      State branch = in.branches().get(b);
      boolean isLeftOut = branch == null || (isSatisfied && !complete.contains(b));
      boolean isOpen = branch == null && !isSatisfied;
      out.add(isOpen ? OPEN : isLeftOut ? 1L : 0L);
      if (!isLeftOut && branch != null) {
        add(par.branches().get(b), branch, out);
      }
    }
  }

  /** Compares choice by choice; a list that ends first is preferred. */
  static int compare(List<Long> a, List<Long> b) {
    for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
      int order = Long.compare(a.get(i), b.get(i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(a.size(), b.size());
  }
}
