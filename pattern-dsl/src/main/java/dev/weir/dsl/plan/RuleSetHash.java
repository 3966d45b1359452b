package dev.weir.dsl.plan;

/** The identity of a rule set: a hash of what it means; comments and layout do not count. */
public final class RuleSetHash {
  private RuleSetHash() {}

  /** 16 hexadecimal digits, of types, lists, parameters and rules. Linear in the set. */
  public static String of(RuleSetPlan plan) {
    StringBuilder text = new StringBuilder();
    plan.types().forEach(type -> text.append(type).append('\n'));
    plan.lists().forEach(list -> text.append(list).append('\n'));
    plan.params().forEach(param -> text.append(param).append('\n'));
    text.append(PlanText.print(plan));
    return PlanText.hash(text.toString());
  }
}
