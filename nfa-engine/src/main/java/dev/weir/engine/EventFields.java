package dev.weir.engine;

import dev.weir.dsl.plan.Expr;
import java.util.Set;

/** What an expression reads. */
final class EventFields {
  /** What a condition needs to be decided; each contains the ones before. */
  enum Need {
    /** The event at hand, constants, parameters and lists. */
    EVENT,
    /** Also features. */
    KEY,
    /** Also what the match has taken. */
    MATCH
  }

  private EventFields() {}

  static Need need(Expr expr) {
    return expr.accept(new Reader(null));
  }

  /** Adds the fields of the event at hand that the expression reads itself. */
  static void collect(Expr expr, Set<Integer> fields) {
    expr.accept(new Reader(fields));
  }

  private record Reader(@org.jspecify.annotations.Nullable Set<Integer> fields)
      implements Expr.Visitor<Need> {
    private Need both(Expr a, Expr b) {
      Need left = a.accept(this);
      Need right = b.accept(this);
      return left.compareTo(right) > 0 ? left : right;
    }

    @Override
    public Need constant(Expr.Constant constant) {
      return Need.EVENT;
    }

    @Override
    public Need param(Expr.Param param) {
      return Need.EVENT;
    }

    @Override
    public Need eventField(Expr.EventField field) {
      if (fields != null) {
        fields.add(field.field());
      }
      return Need.EVENT;
    }

    @Override
    public Need keyPart(Expr.KeyPart part) {
      return Need.KEY;
    }

    @Override
    public Need stepField(Expr.StepField field) {
      return Need.MATCH;
    }

    @Override
    public Need loopValue(Expr.LoopValue value) {
      return Need.MATCH;
    }

    @Override
    public Need featureValue(Expr.FeatureValue value) {
      return Need.KEY;
    }

    @Override
    public Need arithmetic(Expr.Arithmetic arithmetic) {
      return both(arithmetic.left(), arithmetic.right());
    }

    @Override
    public Need negate(Expr.Negate negate) {
      return negate.operand().accept(this);
    }

    @Override
    public Need compare(Expr.Compare compare) {
      return both(compare.left(), compare.right());
    }

    @Override
    public Need textTest(Expr.TextTest test) {
      return both(test.left(), test.right());
    }

    @Override
    public Need logical(Expr.Logical logical) {
      return most(logical.operands(), Need.EVENT);
    }

    @Override
    public Need not(Expr.Not not) {
      return not.operand().accept(this);
    }

    @Override
    public Need isMissing(Expr.IsMissing isMissing) {
      return isMissing.operand().accept(this);
    }

    @Override
    public Need inList(Expr.InList inList) {
      return inList.operand().accept(this);
    }

    @Override
    public Need inValues(Expr.InValues inValues) {
      return inValues.operand().accept(this);
    }

    @Override
    public Need call(Expr.Call call) {
      // the time of the instant is not told by the event alone
      return most(
          call.arguments(), call.function() == Expr.Call.Function.NOW ? Need.KEY : Need.EVENT);
    }

    @Override
    public Need forEach(Expr.ForEach forEach) {
      forEach.condition().accept(this);
      return Need.MATCH;
    }

    private Need most(java.util.List<Expr> parts, Need least) {
      Need most = least;
      for (Expr part : parts) {
        Need need = part.accept(this);
        most = need.compareTo(most) > 0 ? need : most;
      }
      return most;
    }
  }
}
