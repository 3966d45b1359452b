package dev.weir.alerts;

import dev.weir.dsl.plan.Expr;
import dev.weir.dsl.plan.FeaturePlan;
import dev.weir.dsl.plan.RulePlan;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.event.Field;
import java.util.List;

/**
 * Which values of a rule's alerts of one kind would show a field marked {@code pii}: the field
 * itself, a part of the key that it fills, and what is worked out from its values; a count or a
 * comparison shows none. Made once a rule and kind; immutable afterwards.
 */
final class Masking {
  private final RuleSetPlan plan;
  private final RulePlan rule;
  private final boolean[] keyParts;
  private final boolean[] textParts;
  private final boolean[] fields;
  private final boolean score;

  /** For alerts of one kind. */
  Masking(RuleSetPlan plan, RulePlan rule, RulePlan.AlertPlan alert) {
    this.plan = plan;
    this.rule = rule;
    keyParts = new boolean[rule.keyNames().size()];
    for (int part = 0; part < keyParts.length; part++) {
      keyParts[part] = keyShows(part);
    }
    List<RulePlan.TextPart> parts = alert.text();
    textParts = new boolean[parts.size()];
    for (int i = 0; i < textParts.length; i++) {
      textParts[i] = parts.get(i).value().map(this::shows).orElse(false);
    }
    List<RulePlan.NamedExpr> named = alert.fields();
    fields = new boolean[named.size()];
    for (int i = 0; i < fields.length; i++) {
      fields[i] = named.get(i).pii() || shows(named.get(i).value());
    }
    score = alert.score().map(this::shows).orElse(false);
  }

  boolean keyPart(int part) {
    return keyParts[part];
  }

  boolean textPart(int part) {
    return textParts[part];
  }

  boolean field(int index) {
    return fields[index];
  }

  boolean score() {
    return score;
  }

  private boolean shows(Expr expr) {
    return expr.accept(new Shown());
  }

  private boolean keyShows(int part) {
    for (RulePlan.Role role : rule.roles()) {
      if (role.keyFields().size() > part && isPii(role.typeId(), role.keyFields().get(part))) {
        return true;
      }
    }
    return false;
  }

  private boolean stepShows(int step, int field) {
    if (!(rule.body() instanceof RulePlan.Match match)) {
      return false;
    }
    RulePlan.StepPlan taken = match.steps().get(step);
    int typeId = rule.roles().get(taken.role()).typeId();
    int binding = field - plan.types().get(typeId).fields().size();
    return binding < 0 ? isPii(typeId, field) : shows(taken.bindings().get(binding).value());
  }

  private boolean isPii(int typeId, int field) {
    List<Field> all = plan.types().get(typeId).fields();
    return field >= 0 && field < all.size() && all.get(field).pii();
  }

  /** Whether a value of an expression shows one of a pii field. */
  private final class Shown implements Expr.Visitor<Boolean> {
    @Override
    public Boolean constant(Expr.Constant constant) {
      return false;
    }

    @Override
    public Boolean param(Expr.Param param) {
      return false;
    }

    @Override
    public Boolean eventField(Expr.EventField field) {
      return rule.roles().stream().anyMatch(role -> isPii(role.typeId(), field.field()));
    }

    @Override
    public Boolean keyPart(Expr.KeyPart part) {
      return keyShows(part.part());
    }

    @Override
    public Boolean stepField(Expr.StepField field) {
      return stepShows(field.step(), field.field());
    }

    @Override
    public Boolean loopValue(Expr.LoopValue value) {
      return switch (value.function()) {
        case MATCHES, COUNT, DISTINCT, SPAN -> false;
        case SUM, AVG, MIN, MAX -> stepShows(value.step(), value.field());
      };
    }

    @Override
    public Boolean featureValue(Expr.FeatureValue value) {
      FeaturePlan feature = plan.features().get(value.feature());
      return switch (feature.function()) {
        case COUNT, DISTINCT -> false;
        case SUM, AVG, MIN, MAX, STDDEV, FIRST, LAST, PERCENTILE, PREV ->
            isPii(feature.typeId(), feature.field());
      };
    }

    @Override
    public Boolean arithmetic(Expr.Arithmetic arithmetic) {
      return shows(arithmetic.left()) || shows(arithmetic.right());
    }

    @Override
    public Boolean negate(Expr.Negate negate) {
      return shows(negate.operand());
    }

    @Override
    public Boolean compare(Expr.Compare compare) {
      return false;
    }

    @Override
    public Boolean textTest(Expr.TextTest test) {
      return false;
    }

    @Override
    public Boolean logical(Expr.Logical logical) {
      return false;
    }

    @Override
    public Boolean not(Expr.Not not) {
      return false;
    }

    @Override
    public Boolean isMissing(Expr.IsMissing isMissing) {
      return false;
    }

    @Override
    public Boolean inList(Expr.InList inList) {
      return false;
    }

    @Override
    public Boolean inValues(Expr.InValues inValues) {
      return false;
    }

    @Override
    public Boolean call(Expr.Call call) {
      return switch (call.function()) {
        case LENGTH, SIMILARITY, LUHN, IN_NETWORK, NOW -> false;
        case LOWER,
            UPPER,
            TRIM,
            HASH,
            ABS,
            ROUND,
            MIN,
            MAX,
            COALESCE,
            HOUR,
            WEEKDAY,
            DAY,
            DISTANCE,
            SPEED ->
            call.arguments().stream().anyMatch(argument -> shows(argument));
      };
    }

    @Override
    public Boolean forEach(Expr.ForEach forEach) {
      return false;
    }
  }
}
