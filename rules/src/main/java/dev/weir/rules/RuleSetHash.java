package dev.weir.rules;

import dev.weir.dsl.plan.PlanText;
import dev.weir.dsl.plan.RuleSetPlan;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The identity of a rule set: a hash of what it means; comments and layout do not count. */
public final class RuleSetHash {
  private static final int DIGITS = 16;

  private RuleSetHash() {}

  /** 16 hexadecimal digits, of types, lists, parameters and rules. Linear in the set. */
  public static String of(RuleSetPlan plan) {
    StringBuilder text = new StringBuilder();
    plan.types().forEach(type -> text.append(type).append('\n'));
    plan.lists().forEach(list -> text.append(list).append('\n'));
    plan.params().forEach(param -> text.append(param).append('\n'));
    text.append(PlanText.print(plan));
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] hash = digest.digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash).substring(0, DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
