package dev.weir;

import dev.weir.dsl.plan.RulePlan;
import dev.weir.engine.DecisionView;
import dev.weir.engine.Value;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the rules {@code on arrival} say to one event at once. Of several rules that decide, the
 * strictest answer counts: {@code decline} before {@code review} before {@code allow}; of equally
 * strict ones that of the first rule by name. An alert that {@code suppress} holds back decides all
 * the same, but is not among the alerts. Immutable.
 *
 * @param position of the event in the journal, {@link #NOT_KNOWN} or {@link #NOT_TAKEN}
 * @param answer empty where no rule that decides has alerted the event
 * @param rule that gave the answer; empty where none did
 * @param score of its alert, 0 where it states none, empty where it is missing; an average is
 *     rounded half even to 6 digits
 * @param ruleSet identity of the rule set that judged the event; empty where the time ran out
 * @param alerts that this very event let out, in alert order, each as JSON as it is exported
 * @param isDefault whether the time for the decision ran out, and the answer is the one that was
 *     declared for this case; there are no alerts then
 */
public record Decision(
    long position,
    Optional<RulePlan.Decision> answer,
    Optional<String> rule,
    Optional<BigDecimal> score,
    Optional<String> ruleSet,
    List<String> alerts,
    boolean isDefault) {
  /** The event was taken, but when the time ran out it had no position yet. */
  public static final long NOT_KNOWN = -1;

  /** The engine was too far behind to take the event before the time ran out. */
  public static final long NOT_TAKEN = -2;

  private static final int RATIO_DIGITS = 6;

  public Decision {
    alerts = List.copyOf(alerts);
  }

  /** The answer where the time ran out. */
  static Decision late(long position, RulePlan.Decision answer) {
    return new Decision(
        position,
        Optional.of(answer),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        true);
  }

  /**
   * A decision in the making. Shards give what their rules decided, the merge gives the alerts;
   * read by who waits once the merge is past.
   */
  static final class Builder {
    private final long position;
    private final List<String> alerts = new ArrayList<>();
    private RulePlan.@Nullable Decision answer;
    private String rule = "";
    private @Nullable BigDecimal score;

    Builder(long position) {
      this.position = position;
    }

    void add(String json) {
      alerts.add(json);
    }

    /** What the rules of one shard decided; any shard, in any order. */
    synchronized void decided(DecisionView view) {
      RulePlan.Decision given = view.decision().orElseThrow();
      String name = view.rule().name();
      if (answer == null || isBefore(given, name)) {
        answer = given;
        rule = name;
        score = number(view);
      }
    }

    private boolean isBefore(RulePlan.Decision given, String name) {
      int stricter = given.compareTo(java.util.Objects.requireNonNull(answer));
      return stricter > 0
          || stricter == 0
              && Arrays.compareUnsigned(
                      name.getBytes(StandardCharsets.UTF_8), rule.getBytes(StandardCharsets.UTF_8))
                  < 0;
    }

    private static @Nullable BigDecimal number(DecisionView view) {
      Value value = view.score();
      if (value.isMissing()) {
        return null;
      }
      BigDecimal number = BigDecimal.valueOf(value.raw(), value.type().scale());
      return value.denominator() == 1
          ? number
          : number.divide(
              BigDecimal.valueOf(value.denominator()), RATIO_DIGITS, RoundingMode.HALF_EVEN);
    }

    synchronized Decision build(String ruleSet) {
      return new Decision(
          position,
          Optional.ofNullable(answer),
          answer == null ? Optional.empty() : Optional.of(rule),
          Optional.ofNullable(score),
          Optional.of(ruleSet),
          alerts,
          false);
    }
  }
}
