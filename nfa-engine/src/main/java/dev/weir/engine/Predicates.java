package dev.weir.engine;

import dev.weir.dsl.plan.Expr;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.collections.IntArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Conditions on the event alone, interned across all rules: each is evaluated at most once an
 * event. Owned by one thread.
 */
final class Predicates {
  private final int[] programs;
  private final Evaluator evaluator;
  private final long[] seen; // number of the event for which the answer holds
  private final boolean[] answer;
  private @Nullable RuleFigures figures; // of those who ask; set once, or never
  private long event;
  private long faults; // of the predicates

  Predicates(int[] programs, Evaluator evaluator) {
    this.programs = programs;
    this.evaluator = evaluator;
    this.seen = new long[programs.length];
    this.answer = new boolean[programs.length];
  }

  /** Whom faults are told. */
  void figures(RuleFigures ofRules) {
    figures = ofRules;
  }

  /** Faults of the evaluator that were those of predicates. */
  long faults() {
    return faults;
  }

  /** The event at hand is another one. */
  void nextEvent() {
    event++;
  }

  /** Whether the predicate holds for the event at hand; {@link Code#NONE} holds. */
  boolean holds(int predicate) {
    if (predicate == Code.NONE) {
      return true;
    }
    if (seen[predicate] != event) {
      seen[predicate] = event;
      long before = evaluator.faults();
      answer[predicate] = evaluator.holds(programs[predicate]);
      if (evaluator.faults() != before) {
        failed(predicate, evaluator.faults() - before);
      }
    }
    return answer[predicate];
  }

  private void failed(int predicate, long times) {
    faults += times;
    if (figures != null) {
      figures.predicateFailed(predicate, times);
    }
  }

  /** Collects the predicates of a program. */
  static final class Builder {
    private final Expressions expressions;
    private final Map<Expr, Integer> numbers = new HashMap<>();
    private final IntArrayList programs = new IntArrayList();
    private final List<Expr> conditions = new ArrayList<>();

    Builder(Expressions expressions) {
      this.expressions = expressions;
    }

    /** Number of the predicate; the same for equal expressions. */
    int add(Expr condition) {
      Integer known = numbers.get(condition);
      if (known != null) {
        return known;
      }
      programs.addInt(expressions.pack(condition, NO_STEPS, true));
      conditions.add(condition);
      numbers.put(condition, programs.size() - 1);
      return programs.size() - 1;
    }

    /** What each predicate asks, by its number. */
    List<Expr> conditions() {
      return conditions;
    }

    int[] finish() {
      return programs.toIntArray();
    }
  }

  /** For expressions that read no step. */
  static final Expressions.Scope NO_STEPS =
      new Expressions.Scope() {
        @Override
        public int projectionOf(int step, int field) {
          throw new IllegalArgumentException("no steps here: step=" + step);
        }

        @Override
        public int register(
            int step,
            Expr.LoopValue.Function function,
            int projection,
            dev.weir.dsl.plan.ValueType field) {
          throw new IllegalArgumentException("no steps here: step=" + step);
        }

        @Override
        public dev.weir.dsl.plan.ValueType fieldType(int step, int field) {
          throw new IllegalArgumentException("no steps here: step=" + step);
        }
      };
}
