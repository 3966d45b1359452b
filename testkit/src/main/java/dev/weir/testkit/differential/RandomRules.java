package dev.weir.testkit.differential;

import dev.weir.testkit.differential.EventTypes.TypeOf;
import dev.weir.testkit.differential.RandomExpressions.Named;
import dev.weir.testkit.differential.RandomExpressions.Place;
import dev.weir.testkit.differential.RandomExpressions.StepOf;
import dev.weir.testkit.random.Choices;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Random rule files: the words that the engine runs, in the combinations that the checker accepts
 * (what it does not is discarded by the caller). Text is made, not a tree, so that the parser is
 * tried as well.
 */
final class RandomRules {
  private static final int STEPS_MAX = 4;

  private final Choices choices;
  private final EventTypes types;
  private final boolean lawful;
  private final RandomExpressions expressions;
  private final Set<String> words = new TreeSet<>();

  // of the rule at hand
  private String by = "";
  private List<Named> usable = List.of();
  private final List<StepOf> steps = new ArrayList<>();
  private int stepCount;
  private final List<String> earlier = new ArrayList<>();
  private boolean several;
  private boolean forks;
  private boolean endsInAbsence;
  private boolean hasLoop;
  private boolean isWindowed;
  private boolean isPlain; // few conditions and guards: many matches that compete

  private RandomRules(Choices choices, EventTypes types, boolean lawful) {
    this.choices = choices;
    this.types = types;
    this.lawful = lawful;
    this.expressions = new RandomExpressions(choices, words);
  }

  /** A rule file and the words that it uses. */
  record File(String text, Set<String> words) {}

  /** Draws a file with one or two rules. */
  static File draw(Choices choices, EventTypes types) {
    return new RandomRules(choices, types, /* lawful= */ false).file();
  }

  /**
   * As {@link #draw}, but under what the laws ask for: {@code pick all}, {@code consume none}, no
   * {@code suppress}.
   */
  static File drawLawful(Choices choices, EventTypes types) {
    return new RandomRules(choices, types, /* lawful= */ true).file();
  }

  private File file() {
    StringBuilder out = new StringBuilder(types.declarations());
    out.append("define Big = A where n >= 1\n");
    out.append("define Huge = Big where x > 0.50\n");
    out.append("define In = A\ndefine Out = A\n");
    out.append("list words text { \"k0\", \"k1\" }\n");
    out.append("param few int = 2\nparam limit money = 0.50\n");
    out.append("let usual = count(A over 4s by k)\n");
    int rules = choices.chance(20) ? 2 : 1;
    for (int i = 1; i <= rules; i++) {
      out.append(rule("r" + i));
    }
    return new File(out.toString(), words);
  }

  private String rule(String name) {
    steps.clear();
    earlier.clear();
    stepCount = 0;
    several = false;
    forks = false;
    endsInAbsence = false;
    hasLoop = false;
    isWindowed = false;
    isPlain = choices.chance(68);
    key();
    String body =
        choices.chance(6) ? whenRule() : !lawful && choices.chance(5) ? lowRateRule() : matchRule();
    boolean onArrival = !lawful && choices.chance(15);
    if (onArrival) {
      words.add("on arrival");
      by += "  on arrival\n";
    }
    return "rule " + name + " {\n" + by + body + "}\n";
  }

  private Named named(String name, String type) {
    return new Named(name, types.type(type));
  }

  private void key() {
    List<Named> keyed =
        List.of(
            named("A", "A"),
            named("B", "B"),
            named("C", "C"),
            named("Big", "A"),
            named("Huge", "A"));
    switch (choices.weighted(60, 6, 8, 8, 8, 4, 6)) {
      case 0 -> {
        by = "  by k\n";
        usable = keyed;
      }
      case 1 -> {
        words.add("by two fields");
        by = "  by (k, g)\n";
        usable = keyed;
      }
      case 2 -> {
        words.add("no by");
        by = "";
        usable = new ArrayList<>(keyed);
        usable.add(named("D", "D"));
      }
      case 3 -> {
        words.add("by alias of types");
        by = "  by A.k = B.k = C.k = D.owner\n";
        usable = new ArrayList<>(keyed);
        usable.add(named("D", "D"));
      }
      case 4 -> {
        words.add("by alias of defines");
        by = "  by In.k = Out.s = B.k = D.owner\n";
        usable = List.of(named("In", "A"), named("Out", "A"), named("B", "B"), named("D", "D"));
      }
      case 5 -> {
        words.add("by two aliases");
        by = "  by (A.k = D.owner, A.s = D.s)\n";
        usable = List.of(named("A", "A"), named("D", "D"), named("Big", "A"));
      }
      default -> {
        words.add("by int");
        by = "  by g\n";
        usable = keyed;
      }
    }
  }

  private Named anyType() {
    int at = choices.weighted(60, 18, 6, 8, 5, 3);
    return usable.get(Math.min(at, usable.size() - 1));
  }

  /** The last step is often of another type than those before: then several starts compete. */
  private Named stepType(boolean last) {
    return last && stepCount > 1 && choices.chance(60)
        ? usable.stream().filter(t -> t.name().equals("B")).findFirst().orElseGet(this::anyType)
        : anyType();
  }

  private Place at(TypeOf event) {
    return new Place(Optional.of(event), List.copyOf(steps), usable, true);
  }

  // ---- when -------------------------------------------------------------------------------------

  private String whenRule() {
    words.add("when");
    StringBuilder out = new StringBuilder("  when ");
    Named on = anyType();
    out.append("on ").append(on.name()).append(' ');
    if (choices.chance(30)) {
      words.add("on rising");
      out.append("on rising ");
    }
    Place place = at(on.type());
    String feature = expressions.feature(place).orElse("n");
    String condition =
        choices.chance(60)
            ? feature + choices.oneOf(" >= ", " < ", " = ") + choices.below(4)
            : expressions.condition(place, 1);
    out.append(condition).append('\n');
    out.append(alert(place));
    return out.toString();
  }

  private String lowRateRule() {
    words.add("fewer than");
    Named of = anyType();
    StringBuilder out = new StringBuilder("  match fewer than ").append(choices.between(1, 4));
    out.append(' ').append(of.name());
    if (choices.chance(40)) {
      out.append(" where n ").append(choices.oneOf("> 0", "< 2", "!= 1"));
    }
    out.append(" in ").append(expressions.duration()).append('\n');
    out.append(valid());
    return out.append(alert(new Place(Optional.empty(), List.of(), usable, true))).toString();
  }

  // ---- match ------------------------------------------------------------------------------------

  private String matchRule() {
    StringBuilder out = new StringBuilder("  match ");
    boolean isAbsence = choices.chance(18);
    endsInAbsence = isAbsence;
    out.append(sequence(isAbsence)).append('\n');
    if (choices.chance(isPlain ? 4 : 20)) {
      words.add("without");
      out.append("  without ").append(selector(40)).append('\n');
    }
    if (choices.chance(isPlain ? 3 : 15)) {
      words.add("unless");
      out.append("  unless ").append(selector(60)).append('\n');
    }
    if (!endsInAbsence || stepCount > 1 || hasLoop || choices.chance(30)) {
      isWindowed = true;
      out.append("  within ").append(choices.oneOf("12s", "8s", "20s", "100s", "50s", "30s", "4s"));
      out.append('\n');
    }
    if (choices.chance(12)) {
      words.add("only during");
      out.append("  only during n ").append(choices.oneOf("> 0", "< 2", "!= 1")).append('\n');
    }
    if (!lawful && choices.chance(12)) {
      String how = choices.oneOf("one open at a time", "once");
      words.add("starts " + how);
      out.append("  starts ").append(how).append('\n');
    }
    out.append(valid());
    if (!lawful && choices.chance(14)) {
      String when = choices.oneOf("settled", "in order");
      words.add("fire " + when);
      out.append("  fire ").append(when).append('\n');
    }
    if (lawful) {
      out.append("  pick all").append(forks ? " limit 1_000" : "").append('\n');
      out.append(after("consume none"));
      return out.append(alert(new Place(Optional.empty(), List.copyOf(steps), usable, true)))
          .toString();
    }
    int limit = choices.chance(15) || forks ? choices.between(1, 6) : 0;
    boolean totals = false;
    switch (forks ? (choices.chance(25) ? 4 : 5) : choices.weighted(35, 10, 10, 10, 8, 27)) {
      case 0 -> {}
      case 1 -> out.append(pick("last", limit));
      case 2 -> out.append(pick("longest", limit));
      case 3 -> out.append(pick("shortest", limit));
      case 4 -> {
        out.append(pick("totals", limit));
        totals = true;
      }
      default -> out.append(pick("all", limit));
    }
    if (several) {
      out.append(after(choices.oneOf("consume none", "consume start", "restart", resume())));
    } else {
      switch (choices.weighted(45, 10, 15, 20, 10)) {
        case 0 -> {}
        case 1 -> out.append(after("consume all"));
        case 2 -> out.append(after("consume start"));
        case 3 -> out.append(after("consume none"));
        default -> out.append(after(choices.chance(50) ? "restart" : resume()));
      }
    }
    out.append(notices());
    List<StepOf> read =
        totals
            ? steps.stream().map(s -> new StepOf(s.name(), s.type(), true)).toList()
            : List.copyOf(steps);
    String said = alert(new Place(Optional.empty(), read, usable, true));
    return out.append(totals ? said.replaceFirst(" \\.\"", " {count(matches)}.\"") : said)
        .toString();
  }

  private String valid() {
    if (lawful || !choices.chance(10)) {
      return "";
    }
    words.add("valid");
    StringBuilder out = new StringBuilder("  valid");
    int from = choices.between(1_002, 1_008);
    if (choices.chance(60)) {
      out.append(" from \"1970-01-01T00:").append(time(from)).append("Z\"");
    }
    int to = choices.chance(40) ? 1_019 : from + choices.between(1, 9);
    return out.append(" to \"1970-01-01T00:").append(time(to)).append("Z\"\n").toString();
  }

  /** Stages and a timeout. */
  private String notices() {
    StringBuilder out = new StringBuilder();
    for (int i = choices.weighted(85, 12, 3); i > 0 && !earlier.isEmpty(); i--) {
      words.add("stage");
      String step = choices.oneOf(earlier.toArray(new String[0]));
      out.append("  stage s").append(i).append(" after ").append(step);
      if (choices.chance(40)) {
        out.append(" {").append(choices.between(1, 3)).append('}');
      }
      out.append(said());
    }
    if (isWindowed && choices.chance(15)) {
      words.add("on timeout");
      out.append("  on timeout").append(said());
    }
    return out.toString();
  }

  /** What a stage or a timeout says. */
  private String said() {
    Place place = new Place(Optional.empty(), List.copyOf(steps), usable, true);
    return " alert \"{"
        + expressions.shown(place).replace("\"", "\\\"")
        + "}\" { f1: "
        + expressions.shown(place)
        + " }\n";
  }

  /** Of a second between 1,000 and 1,019, as minutes and seconds. */
  private static String time(int second) {
    return "16:" + (second - 960);
  }

  private boolean noLoop;

  private static boolean isMaybeEdge(String edge) {
    return edge.contains("maybe");
  }

  private String resume() {
    return "resume at "
        + choices.oneOf("first ", "last ")
        + (earlier.isEmpty() ? "p1" : choices.oneOf(earlier.toArray(new String[0])));
  }

  private String pick(String kind, int limit) {
    boolean hasLimit = limit > 0 && kind.equals("all");
    words.add("pick " + kind + (hasLimit ? " limit" : ""));
    return "  pick " + kind + (hasLimit ? " limit " + limit : "") + "\n";
  }

  private String after(String kind) {
    words.add("after match " + kind.replaceAll(" p[0-9]+", ""));
    return "  after match " + kind + "\n";
  }

  private String selector(int conditionPercent) {
    Named type = anyType();
    if (!choices.chance(conditionPercent)) {
      // a guard without a condition ends nearly everything: one of the rare types
      type = usable.get(usable.size() - 1 - choices.below(2));
      return type.name();
    }
    return type.name() + " where " + expressions.condition(at(type.type()), 1);
  }

  private String sequence(boolean isAbsence) {
    int parts = isAbsence ? choices.weighted(60, 30, 10) + 1 : choices.weighted(8, 70, 20, 2) + 1;
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < parts; i++) {
      boolean last = i == parts - 1 && !isAbsence;
      String edge = i > 0 ? edge() : "";
      if (i > 0 && choices.chance(15)) {
        words.add("maybe");
        edge = edge.replaceFirst("then (any |next |)", "then $1maybe ");
      }
      out.append(edge);
      noLoop = last && isMaybeEdge(edge);
      boolean isMaybe = i > 0 && edge.contains("maybe");
      boolean isNext = i > 0 && edge.contains("next ");
      if (choices.chance(parts == 1 ? 25 : 8) && stepCount + 2 <= STEPS_MAX) {
        out.append(allOf());
      } else if (choices.chance(12) && stepCount + 2 <= STEPS_MAX) {
        out.append(oneOf(last));
      } else {
        out.append(step(last));
      }
      noLoop = false;
      if (i > 0) {
        out.append(behind(isMaybe, isNext, last));
      }
    }
    if (isAbsence) {
      words.add("no … for");
      out.append("\n    then ");
      if (choices.chance(20)) {
        words.add("without on an edge");
        out.append("(without ").append(selector(70)).append(") ");
      }
      Named type = anyType();
      out.append("no ").append(type.name());
      if (choices.chance(60)) {
        out.append(" where ").append(expressions.condition(at(type.type()), 1));
      }
      out.append(" for ").append(expressions.duration());
    }
    return out.toString();
  }

  /** What stands behind the part that an edge leads to. */
  private String behind(boolean isMaybe, boolean isNext, boolean last) {
    StringBuilder out = new StringBuilder();
    if (isNext && choices.chance(70)) {
      words.add("among");
      if (choices.chance(25)) {
        words.add("among all");
        out.append(" among all");
      } else {
        out.append(" among ").append(anyType().name());
        if (choices.chance(30)) {
          out.append(", ").append(anyType().name());
        }
      }
    }
    if (isMaybe && choices.chance(30)) {
      words.add("both ways");
      several = true;
      out.append(" both ways");
    }
    if (isMaybe && last) {
      out.append(closing());
    }
    for (int b = choices.weighted(80, 15, 5); b > 0 && !earlier.isEmpty(); b--) {
      String step = choices.oneOf(earlier.toArray(new String[0]));
      if (choices.chance(70)) {
        words.add("within of");
        out.append(" within ").append(expressions.duration()).append(" of ").append(step);
      } else {
        words.add("at least after");
        out.append(" at least ").append(expressions.duration()).append(" after ").append(step);
      }
    }
    return out.toString();
  }

  private String closing() {
    switch (choices.weighted(1, 1, 1, 1)) {
      case 0 -> {
        return word(" first");
      }
      case 1 -> {
        several = true;
        return word(" each");
      }
      case 2 -> {
        return word(" when quiet for") + " " + expressions.duration();
      }
      default -> {
        return word(" at end");
      }
    }
  }

  private String oneOf(boolean last) {
    words.add("one of");
    StringBuilder out = new StringBuilder("one of { ");
    int branches = choices.between(2, 3);
    List<StepOf> before = List.copyOf(steps);
    List<StepOf> all = new ArrayList<>(before);
    for (int b = 0; b < branches; b++) {
      steps.clear();
      steps.addAll(before);
      boolean two = choices.chance(25);
      out.append(b == 0 ? "" : " or ").append(step(last && !two));
      if (two) {
        out.append(edge()).append(step(last));
      }
      all.addAll(steps.subList(before.size(), steps.size()));
    }
    steps.clear();
    steps.addAll(all);
    return out.append(" }").toString();
  }

  private String edge() {
    StringBuilder out = new StringBuilder("\n    then ");
    if (choices.chance(15)) {
      words.add("then any");
      out.append("any ");
      several = true;
      forks = true;
    } else if (choices.chance(20)) {
      words.add("then next");
      out.append("next ");
      return out.toString();
    } else {
      words.add("then");
    }
    if (choices.chance(isPlain ? 4 : 20)) {
      words.add("without on an edge");
      out.append("(without ").append(selector(70)).append(") ");
    }
    return out.toString();
  }

  private String allOf() {
    int earlierBefore = earlier.size();
    int branches = choices.between(2, 3);
    int needed = choices.chance(30) ? choices.between(1, branches) : 0;
    words.add(needed > 0 ? "n of" : "all of");
    StringBuilder out = new StringBuilder(needed > 0 ? needed + " of { " : "all of { ");
    List<StepOf> before = List.copyOf(steps);
    List<StepOf> all = new ArrayList<>(before);
    for (int b = 0; b < branches; b++) {
      steps.clear();
      steps.addAll(before); // a branch reads what stands before it and itself
      out.append(b == 0 ? "" : "; ");
      if (choices.chance(10) && stepCount + 2 <= STEPS_MAX) {
        words.add("all of in all of");
        out.append(allOf());
      } else {
        out.append(step(false));
      }
      if (choices.chance(25)) {
        words.add("branch of two steps");
        out.append(edge()).append(step(false));
      }
      all.addAll(steps.subList(before.size(), steps.size()));
    }
    steps.clear();
    // what a branch that was not needed took is not read: the reference keeps it, the engine drops
    // it
    if (needed > 0) {
      earlier.subList(earlierBefore, earlier.size()).clear();
    }
    steps.addAll(needed > 0 ? before : all);
    return out.append(" }").toString();
  }

  private String step(boolean last) {
    String name = "p" + ++stepCount;
    Named type = stepType(last);
    boolean isLoop = !noLoop && choices.chance(45);
    StringBuilder out = new StringBuilder(name).append(": ").append(type.name());
    if (isLoop) {
      out.append(loop(last));
    }
    List<StepOf> visible = new ArrayList<>(steps);
    if (isLoop) {
      visible.add(new StepOf(name, type.type(), true));
    }
    Place place = new Place(Optional.of(type.type()), visible, usable, true);
    if (choices.chance(isPlain ? 8 : 40)) {
      words.add("where");
      out.append(" where ").append(expressions.condition(place, 1));
    }
    if (choices.chance(isPlain ? 2 : 12)) {
      words.add("require");
      out.append(" require ").append(expressions.condition(place, 1));
    }
    String bound = "";
    if (choices.chance(isPlain ? 10 : 25)) {
      words.add("with");
      bound = "b" + stepCount;
      out.append(" with ").append(bound).append(" = ").append(expressions.number(place, 1));
    }
    steps.add(new StepOf(name, type.type(), isLoop, bound));
    earlier.add(name);
    return out.toString();
  }

  private String loop(boolean last) {
    hasLoop = true;
    int min = choices.weighted(60, 32, 8) + 1;
    String bounds =
        switch (choices.weighted(40, 20, 40)) {
          case 0 -> "{" + min + "..}";
          case 1 -> "{" + min + "}";
          default -> "{" + min + ".." + (min + choices.between(0, 2)) + "}";
        };
    words.add(
        bounds.contains("..}") ? "loop {n..}" : bounds.contains("..") ? "loop {n..m}" : "loop {n}");
    String how = "";
    if (choices.chance(30)) {
      how = choices.oneOf(" longest", " shortest");
      words.add("loop" + how);
    }
    if (choices.chance(12)) {
      words.add("adjacent");
      how += " adjacent" + (choices.chance(70) ? " among " + anyType().name() : "");
    }
    if (choices.chance(12)) {
      words.add("gap");
      how += " gap < " + expressions.duration();
    }
    if (choices.chance(12)) {
      words.add("trend");
      how += choices.oneOf(" rising by n", " falling by n", " rising by at");
    }
    if (choices.chance(12)) {
      words.add("until");
      how += " until n " + choices.oneOf("= 0", ">= 2", "> 0");
    }
    if (last && (bounds.contains("..") || choices.chance(30))) {
      how += closing();
    } else if (!last && !how.contains("est") && choices.chance(12)) {
      several = true;
      if (choices.chance(50)) {
        how += word(" every subset");
        if (choices.chance(50)) {
          how += word(" limit") + " " + choices.between(1, 4);
        } else {
          forks = true;
        }
      } else {
        how += word(" every prefix");
      }
    }
    return " " + bounds + how;
  }

  private String word(String word) {
    words.add("closing" + word);
    return word;
  }

  // ---- alert ------------------------------------------------------------------------------------

  private String alert(Place place) {
    StringBuilder out = new StringBuilder("  alert \"");
    int holes = choices.below(3);
    for (int i = 0; i < holes; i++) {
      words.add("hole in text");
      out.append(" {").append(expressions.shown(place).replace("\"", "\\\"")).append('}');
    }
    out.append(" .\" {");
    if (choices.chance(30)) {
      words.add("score");
      out.append(" score ").append(expressions.number(place, 1)).append(',');
    }
    int fields = choices.below(4);
    for (int i = 1; i <= fields; i++) {
      words.add("field of alert");
      out.append(" f").append(i).append(": ").append(expressions.shown(place)).append(',');
    }
    out.append(" }\n");
    if (!lawful && choices.chance(15)) {
      words.add("suppress");
      out.append("  suppress ").append(expressions.duration());
      if (fields > 0 && choices.chance(40)) {
        words.add("suppress by field");
        out.append(" by f1");
      }
      out.append('\n');
    }
    return out.toString();
  }
}
