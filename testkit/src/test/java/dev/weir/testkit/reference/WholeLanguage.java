package dev.weir.testkit.reference;

import dev.weir.testkit.random.Choices;
import java.util.ArrayList;
import java.util.List;

/**
 * Random patterns over the whole language, also what the engine does not run yet, under the words
 * for which the laws hold: {@code starts every}, {@code pick all}, {@code consume none}.
 */
final class WholeLanguage {
  static final String TYPES =
      """
      event A { k text, n int?, at time } keep 1d
      event B { k text, n int?, at time } keep 1d
      event C { k text, n int?, at time } keep 1d
      event Z { k text, n int?, at time } keep 1d
      """;

  private final Choices choices;
  private final List<String> steps = new ArrayList<>(); // single events that may be read
  private int names;

  WholeLanguage(Choices choices) {
    this.choices = choices;
  }

  /** A rule without deadlines. */
  String rule(int withinSeconds) {
    String pattern = sequence(2, true);
    String guards =
        choices.chance(20)
            ? " without " + selector()
            : choices.chance(10) ? " unless " + selector() : "";
    return "rule r { by k match "
        + pattern
        + guards
        + " within "
        + withinSeconds
        + "s pick all after match consume none alert \"x\" }\n";
  }

  private String sequence(int depth, boolean mayClose) {
    StringBuilder out = new StringBuilder(part(depth, false));
    int links = choices.below(3);
    for (int i = 0; i < links; i++) {
      boolean isLast = i == links - 1;
      out.append(' ').append(link(depth, isLast && mayClose, isLast));
    }
    return out.toString();
  }

  private String link(int depth, boolean closes, boolean isLast) {
    String guard = choices.chance(15) ? "(without " + selector() + ") " : "";
    String kind = choices.oneOf("then ", "then ", "then ", "then next ", "then any ");
    boolean maybe = !isLast && choices.chance(25);
    boolean both = maybe && choices.chance(30);
    int before = steps.size();
    String bound = "";
    if (before > 0 && choices.chance(15)) {
      String of = steps.get(choices.below(before));
      bound =
          choices.chance(50)
              ? " within " + choices.between(1, 6) + "s of " + of
              : " at least " + choices.between(1, 3) + "s after " + of;
    }
    String to = part(depth, closes);
    if (kind.equals("then next ") && choices.chance(50)) {
      boolean isStep = to.matches("s\\d+: [ABC]");
      to += isStep ? " among A, B" : "";
    }
    return kind + (maybe ? "maybe " : "") + guard + to + (both ? " both ways" : "") + bound;
  }

  private String part(int depth, boolean closes) {
    int kind = depth == 0 ? choices.weighted(60, 25) : choices.weighted(50, 20, 8, 6, 6, 8);
    switch (kind) {
      case 0 -> {
        return step("");
      }
      case 1 -> {
        return step(loop(closes));
      }
      case 2 -> {
        return "( " + sequence(depth - 1, false) + " ) " + loop(closes) + " as g" + names++;
      }
      case 3 -> {
        return "all of { " + sequence(depth - 1, false) + "; " + sequence(depth - 1, false) + " }";
      }
      case 4 -> {
        return "one of { "
            + sequence(depth - 1, false)
            + " or "
            + sequence(depth - 1, false)
            + " }";
      }
      default -> {
        return "2 of { " + step("") + "; " + step("") + "; " + sequence(depth - 1, false) + " }";
      }
    }
  }

  private String loop(boolean closes) {
    int least = choices.between(1, 2);
    int most = least + choices.below(3);
    String count = most == least ? "{" + least + "}" : "{" + least + ".." + most + "}";
    String words =
        choices.oneOf(
            "", "", "", " shortest", " every prefix", " every subset limit 9", " gap < 4s");
    boolean isOpen = most > least;
    return count + words + (closes && isOpen ? choices.oneOf(" first", " each") : "");
  }

  private String step(String loop) {
    String name = "s" + names++;
    String type = choices.oneOf("A", "B", "C");
    String where = choices.chance(40) ? " where " + condition() : "";
    String require = choices.chance(8) ? " require " + condition() : "";
    if (loop.isEmpty()) {
      steps.add(name);
    }
    return name + ": " + type + (loop.isEmpty() ? "" : " " + loop) + where + require;
  }

  private String selector() {
    return choices.oneOf("A", "B", "C") + " where " + condition();
  }

  private String condition() {
    if (!steps.isEmpty() && choices.chance(40)) {
      return "n " + choices.oneOf("=", ">", "<", "!=") + " " + choices.oneOf(steps) + ".n";
    }
    return switch (choices.below(4)) {
      case 0 -> "n >= 1";
      case 1 -> "n = " + choices.below(3);
      case 2 -> "count(" + choices.oneOf("A", "B") + " over 5s) <= 2";
      default -> "n is missing or n < 2";
    };
  }
}
