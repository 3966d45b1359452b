package dev.weir.dsl.check;

import dev.weir.dsl.plan.Expr;
import java.util.function.Consumer;

/** Visits an expression and all it is made of. */
final class Walk {
  private Walk() {}

  static void over(Expr expr, Consumer<Expr> visitor) {
    visitor.accept(expr);
    if (expr instanceof Expr.FeatureValue e) {
      e.key().forEach(key -> over(key, visitor));
    } else if (expr instanceof Expr.Arithmetic e) {
      over(e.left(), visitor);
      over(e.right(), visitor);
    } else if (expr instanceof Expr.Compare e) {
      over(e.left(), visitor);
      over(e.right(), visitor);
    } else if (expr instanceof Expr.TextTest e) {
      over(e.left(), visitor);
      over(e.right(), visitor);
    } else if (expr instanceof Expr.Logical e) {
      e.operands().forEach(operand -> over(operand, visitor));
    } else if (expr instanceof Expr.Negate e) {
      over(e.operand(), visitor);
    } else if (expr instanceof Expr.Not e) {
      over(e.operand(), visitor);
    } else if (expr instanceof Expr.IsMissing e) {
      over(e.operand(), visitor);
    } else if (expr instanceof Expr.InList e) {
      over(e.operand(), visitor);
    } else if (expr instanceof Expr.InValues e) {
      over(e.operand(), visitor);
    } else if (expr instanceof Expr.Call e) {
      e.arguments().forEach(argument -> over(argument, visitor));
    } else if (expr instanceof Expr.ForEach e) {
      over(e.condition(), visitor);
    }
  }
}
