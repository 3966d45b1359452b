package dev.weir.server;

import dev.weir.RuleSetHistory;
import dev.weir.Weir;
import dev.weir.dsl.plan.RulePlan;
import dev.weir.server.http.JsonText;
import java.util.List;
import java.util.Locale;

/** What is said of rule sets, as JSON: over HTTP and on the command line alike. */
final class RuleAnswers {
  private RuleAnswers() {}

  /** {@code {"changes": [{rule, change, then, open, reason}]}}. */
  static String plan(List<Weir.PlannedChange> changes) {
    JsonText json = new JsonText().begin().beginList("changes");
    for (Weir.PlannedChange planned : changes) {
      json.begin()
          .put("rule", planned.change().rule())
          .put("change", lower(planned.change().what()))
          .put("then", lower(planned.change().then()))
          .put("open", Long.toString(planned.open()))
          .put("reason", planned.change().reason())
          .end();
    }
    return json.endList().end().toString();
  }

  /** {@code {ruleset, position, rules: [name]}}. */
  static String applied(Weir.Applied applied) {
    JsonText json = new JsonText().begin();
    json.put("ruleset", applied.hash()).put("position", Long.toString(applied.position()));
    json.beginList("rules");
    applied.rules().forEach(json::add);
    return json.endList().end().toString();
  }

  /** {@code {"sets": [{ruleset, position, by, rules: [name]}]}}. */
  static String history(List<RuleSetHistory.Entry> entries) {
    JsonText json = new JsonText().begin().beginList("sets");
    for (RuleSetHistory.Entry entry : entries) {
      json.begin()
          .put("ruleset", entry.deployment().hash())
          .put("position", Long.toString(entry.position()))
          .put("by", entry.deployment().note())
          .beginList("rules");
      entry.deployment().live().rules().stream().map(RulePlan::name).forEach(json::add);
      json.endList().end();
    }
    return json.endList().end().toString();
  }

  static String lower(Enum<?> word) {
    return word.name().toLowerCase(Locale.ROOT);
  }
}
