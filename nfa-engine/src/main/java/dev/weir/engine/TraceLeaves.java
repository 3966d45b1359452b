package dev.weir.engine;

import dev.weir.dsl.plan.Expr;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The values that an expression reads, each once, from left to right; no constants. */
final class TraceLeaves implements Expr.Visitor<Boolean> {
  private final Set<Expr> found = new LinkedHashSet<>();

  private TraceLeaves() {}

  static List<Expr> of(Expr expr) {
    TraceLeaves leaves = new TraceLeaves();
    leaves.look(expr);
    return new ArrayList<>(leaves.found);
  }

  private Boolean look(Expr... parts) {
    for (Expr part : parts) {
      part.accept(this);
    }
    return true;
  }

  private Boolean add(Expr leaf) {
    return found.add(leaf);
  }

  @Override
  public Boolean constant(Expr.Constant constant) {
    return true;
  }

  @Override
  public Boolean param(Expr.Param param) {
    return add(param);
  }

  @Override
  public Boolean eventField(Expr.EventField field) {
    return add(field);
  }

  @Override
  public Boolean keyPart(Expr.KeyPart part) {
    return add(part);
  }

  @Override
  public Boolean stepField(Expr.StepField field) {
    return add(field);
  }

  @Override
  public Boolean loopValue(Expr.LoopValue value) {
    return add(value);
  }

  @Override
  public Boolean featureValue(Expr.FeatureValue value) {
    return add(value);
  }

  @Override
  public Boolean arithmetic(Expr.Arithmetic arithmetic) {
    return look(arithmetic.left(), arithmetic.right());
  }

  @Override
  public Boolean negate(Expr.Negate negate) {
    return look(negate.operand());
  }

  @Override
  public Boolean compare(Expr.Compare compare) {
    return look(compare.left(), compare.right());
  }

  @Override
  public Boolean textTest(Expr.TextTest test) {
    return look(test.left(), test.right());
  }

  @Override
  public Boolean logical(Expr.Logical logical) {
    return look(logical.operands().toArray(new Expr[0]));
  }

  @Override
  public Boolean not(Expr.Not not) {
    return look(not.operand());
  }

  @Override
  public Boolean isMissing(Expr.IsMissing isMissing) {
    return look(isMissing.operand());
  }

  @Override
  public Boolean inList(Expr.InList inList) {
    return look(inList.operand());
  }

  @Override
  public Boolean inValues(Expr.InValues inValues) {
    return look(inValues.operand());
  }

  @Override
  public Boolean call(Expr.Call call) {
    return call.arguments().isEmpty() ? add(call) : look(call.arguments().toArray(new Expr[0]));
  }

  @Override
  public Boolean forEach(Expr.ForEach forEach) {
    return add(forEach); // one answer over all events
  }
}
