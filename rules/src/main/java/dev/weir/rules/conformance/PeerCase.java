package dev.weir.rules.conformance;

import dev.weir.dsl.plan.RulePlan;
import dev.weir.rules.conformance.PeerTranslation.RefusedException;
import dev.weir.rules.conformance.Verdict.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A case of Flink CEP: translates it, runs it, and compares. */
final class PeerCase {
  private PeerCase() {}

  static Verdict judge(Json json, boolean movesState) {
    String name = json.text("name");
    Verdict verdict = compare(name, json, movesState);
    boolean isLabelled = json.isTrue("quirk");
    if (!isLabelled) {
      return verdict;
    }
    String same = verdict.outcome() == Outcome.PASSED ? "as there: " : "otherwise here: ";
    return new Verdict(name, Outcome.QUIRK, same + json.optionalText("quirkNote").orElse(""));
  }

  private static Verdict compare(String name, Json json, boolean movesState) {
    String error = json.optionalText("error").orElse("");
    RulePlan.Match rule;
    try {
      rule = PeerTranslation.translate(json);
    } catch (RefusedException e) {
      return error.equals("pattern")
          ? new Verdict(name, Outcome.PASSED, "")
          : new Verdict(name, Outcome.FAILED, "refused: " + e.getMessage());
    }
    if (error.equals("pattern")) {
      return new Verdict(name, Outcome.FAILED, "expected to be refused");
    }
    if (error.equals("run")) {
      return new Verdict(
          name, Outcome.BY_DECISION, "a place to go on from that is not there ends nothing");
    }
    Optional<Long> end =
        json.has("endTime") ? Optional.of(json.number("endTime")) : Optional.empty();
    List<PeerRun.Match> found = PeerRun.matches(rule, json.objects("events"), end, movesState);
    List<String> expected =
        json.objects("matches").stream().map(PeerCase::expected).sorted().toList();
    List<String> given = found.stream().map(PeerCase::given).sorted().toList();
    return expected.equals(given)
        ? new Verdict(name, Outcome.PASSED, "")
        : new Verdict(name, Outcome.FAILED, difference(expected, given));
  }

  private static String expected(Json match) {
    Map<String, Object> vars = new TreeMap<>();
    Json.of(match.value("vars")).members().forEach((k, v) -> vars.put(String.valueOf(k), v));
    return vars + " at " + (match.has("at") ? match.text("at") : match.number("atTime"));
  }

  private static String given(PeerRun.Match match) {
    return new TreeMap<>(match.events()) + " at " + match.at();
  }

  /** Lines with what is missing and what is too much. */
  static String difference(List<String> expected, List<String> given) {
    List<String> missing = new ArrayList<>(expected);
    given.forEach(missing::remove);
    List<String> more = new ArrayList<>(given);
    expected.forEach(more::remove);
    StringBuilder text = new StringBuilder();
    missing.forEach(m -> text.append(text.isEmpty() ? "" : "\n").append("missing   ").append(m));
    more.forEach(m -> text.append(text.isEmpty() ? "" : "\n").append("too much  ").append(m));
    return text.toString();
  }
}
