package dev.weir.testkit.differential;

import dev.weir.testkit.differential.EventTypes.FieldOf;
import dev.weir.testkit.differential.EventTypes.Kind;
import dev.weir.testkit.differential.EventTypes.TypeOf;
import dev.weir.testkit.random.Choices;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Random conditions and values as text. What they may name stands in a {@link Place}. Conditions
 * hold more often than not, since a match needs all of its own.
 */
final class RandomExpressions {
  /**
   * A step that may be read.
   *
   * @param bound name of the number that its {@code with} binds, or empty
   */
  record StepOf(String name, TypeOf type, boolean isLoop, String bound) {
    StepOf(String name, TypeOf type, boolean isLoop) {
      this(name, type, isLoop, "");
    }
  }

  /**
   * Where an expression stands.
   *
   * @param event type of the event at hand; empty in the alert of a match
   * @param steps that may be read
   * @param fed types and defines that features may read under the rule's key
   * @param hasFeatures whether features may stand here
   */
  record Place(Optional<TypeOf> event, List<StepOf> steps, List<Named> fed, boolean hasFeatures) {}

  /** A type or define, and the type it is. */
  record Named(String name, TypeOf type) {}

  private final Choices choices;
  private final Set<String> words;

  RandomExpressions(Choices choices, Set<String> words) {
    this.choices = choices;
    this.words = words;
  }

  // ---- conditions -------------------------------------------------------------------------------

  /** A condition, in brackets where it needs them beside {@code and} or {@code or}. */
  String condition(Place place, int depth) {
    switch (depth == 0 ? 0 : choices.weighted(70, 8, 8, 8)) {
      case 1 -> {
        words.add("and");
        return "(" + condition(place, depth - 1) + " and " + condition(place, depth - 1) + ")";
      }
      case 2 -> {
        words.add("or");
        return "(" + condition(place, depth - 1) + " or " + condition(place, depth - 1) + ")";
      }
      case 3 -> {
        words.add("not");
        return "(not " + condition(place, depth - 1) + ")";
      }
      default -> {
        return test(place);
      }
    }
  }

  private String test(Place place) {
    return switch (choices.weighted(50, 15, 8, 7, 10)) {
      case 0 -> comparison(place);
      case 1 -> textTest(place);
      case 2 -> {
        Optional<String> truth = field(place, Kind.BOOL);
        yield truth.isPresent() ? truth.get() : comparison(place);
      }
      case 3 -> {
        Optional<String> any = field(place, choices.oneOf(Kind.INT, Kind.TEXT));
        if (any.isEmpty()) {
          yield comparison(place);
        }
        words.add("is missing");
        yield any.get() + (choices.chance(30) ? " is missing" : " is not missing");
      }
      default -> timeTest(place);
    };
  }

  private String comparison(Place place) {
    String left = number(place, 1);
    if (choices.chance(55)) {
      return left + choices.oneOf(" >= ", " != ", " <= ", " > ") + choices.below(3);
    }
    return left + choices.oneOf(" >= ", " <= ", " != ", " > ", " < ", " = ") + number(place, 1);
  }

  private String textTest(Place place) {
    Optional<String> left = field(place, Kind.TEXT);
    if (left.isEmpty()) {
      return comparison(place);
    }
    if (choices.chance(30)) {
      return textFunction(place, left.get());
    }
    switch (choices.weighted(25, 25, 15, 15, 10, 10)) {
      case 0 -> {
        Optional<String> right = field(place, Kind.TEXT);
        String other = right.isPresent() && choices.chance(60) ? right.get() : "\"k1\"";
        return left.get() + (choices.chance(50) ? " = " : " != ") + other;
      }
      case 1 -> {
        words.add("in list");
        return left.get() + (choices.chance(30) ? " not in words" : " in words");
      }
      case 2 -> {
        words.add("in values");
        return left.get() + (choices.chance(30) ? " not in " : " in ") + "(\"k0\", \"k2\")";
      }
      case 3 -> {
        words.add("starts with");
        return left.get() + " starts with \"k\"";
      }
      case 4 -> {
        words.add("contains");
        return left.get() + choices.oneOf(" contains ", " ends with ") + "\"1\"";
      }
      default -> {
        words.add("matches");
        return left.get() + " matches \"k[01]\"";
      }
    }
  }

  /** A test of what a function makes of a text. */
  private String textFunction(Place place, String text) {
    switch (choices.below(6)) {
      case 0 -> {
        words.add("case");
        return choices.oneOf("upper(", "lower(", "trim(")
            + text
            + choices.oneOf(") = \"K1\"", ") != \"k2\"");
      }
      case 1 -> {
        words.add("length");
        return "length(" + text + ") >= " + choices.between(1, 3);
      }
      case 2 -> {
        words.add("similarity");
        String other = field(place, Kind.TEXT).orElse("\"k10\"");
        return "similarity(" + text + ", " + other + ") >= 0.5";
      }
      case 3 -> {
        words.add("hash");
        return "hash(" + text + ") ends with \"a\"";
      }
      case 4 -> {
        words.add("coalesce");
        return "coalesce(" + text + ", \"k1\") = \"k1\"";
      }
      default -> {
        words.add("feature of text");
        return lastText(place).map(t -> t + " = " + text).orElse("not luhn(" + text + ")");
      }
    }
  }

  /** The first or last text of a window. */
  private Optional<String> lastText(Place place) {
    List<Named> fed = place.fed().stream().filter(f -> f.type().has("s")).toList();
    if (!place.hasFeatures() || fed.isEmpty()) {
      return Optional.empty();
    }
    Named named = choices.oneOf(fed);
    String window = named.type().keeps() && choices.chance(30) ? " ever" : " over " + duration();
    String before = choices.chance(30) ? " before this)" : ")";
    return Optional.of(choices.oneOf("first(", "last(") + named.name() + ".s" + window + before);
  }

  private String timeTest(Place place) {
    if (place.event().isPresent() && choices.chance(25)) {
      words.add("time of day");
      return choices.oneOf("hour(", "weekday(", "day(")
          + choices.oneOf("at", "now()")
          + choices.oneOf(")", ", \"Asia/Kolkata\")", ", \"America/New_York\")")
          + choices.oneOf(" >= 3", " < 6");
    }
    if (!place.steps().isEmpty() && choices.chance(20)) {
      List<StepOf> all = place.steps().stream().filter(StepOf::isLoop).toList();
      if (!all.isEmpty()) {
        words.add("any and all");
        String field = choices.oneOf(all).name() + ".n";
        String test = place.event().isPresent() && choices.chance(50) ? "n" : "1";
        return choices.oneOf("any(", "all(") + field + choices.oneOf(" >= ", " != ") + test + ")";
      }
    }
    List<StepOf> single = place.steps().stream().filter(s -> !s.isLoop()).toList();
    List<StepOf> loops = place.steps().stream().filter(StepOf::isLoop).toList();
    if (!loops.isEmpty() && choices.chance(40)) {
      words.add("span");
      return "span(" + choices.oneOf(loops).name() + ") <= " + duration();
    }
    if (place.event().isEmpty() || single.isEmpty()) {
      return comparison(place);
    }
    words.add("time difference");
    return "at - "
        + choices.oneOf(single).name()
        + ".at "
        + choices.oneOf("<", ">=", "<=")
        + " "
        + duration();
  }

  /** A short duration. */
  String duration() {
    return choices.oneOf("3s", "1s", "2s", "4s", "5s", "6s", "8s", "12s");
  }

  // ---- values -----------------------------------------------------------------------------------

  /** A number: int, money or the ratio of two. */
  String number(Place place, int depth) {
    List<StepOf> binders = place.steps().stream().filter(s -> !s.bound().isEmpty()).toList();
    if (!binders.isEmpty() && choices.chance(25)) {
      return bound(choices.oneOf(binders));
    }
    switch (choices.weighted(50, 12, depth == 0 ? 0 : 14, 20, 6, depth == 0 ? 0 : 10)) {
      case 1 -> {
        return aggregate(place).orElseGet(() -> plainNumber(place));
      }
      case 2 -> {
        words.add("arithmetic");
        String left = number(place, depth - 1);
        String right = choices.chance(50) ? number(place, 0) : "2";
        return "(" + left + choices.oneOf(" + ", " - ", " * ", " / ") + right + ")";
      }
      case 3 -> {
        return feature(place).orElseGet(() -> plainNumber(place));
      }
      case 4 -> {
        words.add("param");
        return choices.oneOf("few", "limit");
      }
      case 5 -> {
        words.add("function of numbers");
        String a = number(place, depth - 1);
        return switch (choices.below(4)) {
          case 0 -> "abs(" + a + ")";
          case 1 -> "round(" + a + choices.oneOf(")", ", 1)", ", 3)");
          case 2 -> choices.oneOf("min(", "max(") + a + ", " + number(place, 0) + ")";
          default -> "coalesce(" + a + ", " + a + ")";
        };
      }
      default -> {
        return plainNumber(place);
      }
    }
  }

  private String bound(StepOf step) {
    words.add("bound value");
    if (step.isLoop() && choices.chance(30)) {
      return step.name() + choices.oneOf("[1].", "[-2].") + step.bound();
    }
    return step.isLoop() || choices.chance(70) ? step.bound() : step.name() + "." + step.bound();
  }

  private String plainNumber(Place place) {
    return field(place, choices.chance(30) ? Kind.MONEY : Kind.INT)
        .or(() -> field(place, Kind.INT))
        .orElseGet(() -> Integer.toString(choices.below(4)));
  }

  /** A field of this kind: of the event at hand or of an earlier step. */
  private Optional<String> field(Place place, Kind kind) {
    List<String> fields = new ArrayList<>();
    place.event().ifPresent(type -> type.fieldsOf(kind).forEach(f -> fields.add(f.name())));
    int own = fields.size();
    for (StepOf step : place.steps()) {
      for (FieldOf field : step.type().fieldsOf(kind)) {
        if (step.isLoop()) {
          fields.add("last(" + step.name() + ")." + field.name());
          fields.add("first(" + step.name() + ")." + field.name());
          fields.add(step.name() + "[" + choices.oneOf("1", "2", "-1", "-2") + "]." + field.name());
        } else {
          fields.add(step.name() + "." + field.name());
        }
      }
    }
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    boolean ofEvent = own > 0 && (own == fields.size() || choices.chance(60));
    String found =
        ofEvent
            ? choices.oneOf(fields.subList(0, own))
            : choices.oneOf(fields.subList(own, fields.size()));
    if (!ofEvent) {
      words.add(found.contains("[") ? "index" : "earlier binding");
    }
    return Optional.of(found);
  }

  private Optional<String> aggregate(Place place) {
    List<StepOf> loops = place.steps().stream().filter(StepOf::isLoop).toList();
    if (loops.isEmpty()) {
      return Optional.empty();
    }
    StepOf loop = choices.oneOf(loops);
    String function = choices.oneOf("count", "sum", "avg", "min", "max", "distinct");
    words.add("loop " + function);
    if (function.equals("count")) {
      return Optional.of("count(" + loop.name() + ")");
    }
    List<FieldOf> fields =
        function.equals("distinct")
            ? loop.type().fields()
            : loop.type().fields().stream()
                .filter(f -> f.kind() == Kind.INT || f.kind() == Kind.MONEY)
                .toList();
    return Optional.of(function + "(" + loop.name() + "." + choices.oneOf(fields).name() + ")");
  }

  /** A rolling feature or {@code prev}. */
  Optional<String> feature(Place place) {
    if (!place.hasFeatures() || place.fed().isEmpty()) {
      return Optional.empty();
    }
    Named fed = choices.oneOf(place.fed());
    if (fed.type().keeps() && choices.chance(20)) {
      words.add("prev");
      return Optional.of("prev(" + fed.name() + ")." + choices.oneOf(numbers(fed.type())).name());
    }
    if (place.event().map(t -> t.has("k")).orElse(false) && choices.chance(8)) {
      words.add("let");
      return Optional.of("usual");
    }
    String function =
        choices.oneOf(
            "count",
            "sum",
            "avg",
            "min",
            "max",
            "distinct",
            "stddev",
            "first",
            "last",
            "percentile");
    words.add("feature " + function);
    StringBuilder out = new StringBuilder(function).append('(');
    if (function.equals("percentile")) {
      out.append(choices.oneOf("50, ", "1, ", "90, ", "100, "));
    }
    out.append(fed.name());
    if (function.equals("distinct")) {
      out.append('.').append(choices.oneOf(fed.type().fields()).name());
    } else if (!function.equals("count")) {
      out.append('.').append(choices.oneOf(numbers(fed.type())).name());
    }
    if (choices.chance(25)) {
      words.add("feature where");
      Place alone = new Place(Optional.of(fed.type()), List.of(), List.of(), false);
      out.append(" where ").append(condition(alone, 0));
    }
    if (fed.type().keeps() && choices.chance(15)) {
      words.add("ever");
      out.append(" ever");
    } else {
      out.append(" over ");
      if (choices.chance(20)) {
        words.add("step");
        out.append(choices.oneOf("6s step 2s", "8s step 4s", "4s step 1s", "3s step 3s"));
      } else {
        out.append(duration());
      }
    }
    if (place.event().isPresent() && choices.chance(20)) {
      List<String> shared = sharedFields(place.event().get(), fed.type());
      words.add("feature by");
      out.append(" by ").append(choices.oneOf(shared));
    }
    if (choices.chance(30)) {
      words.add("before this");
      out.append(" before this");
    }
    return Optional.of(out.append(')').toString());
  }

  private static List<FieldOf> numbers(TypeOf type) {
    return type.fields().stream()
        .filter(f -> f.kind() == Kind.INT || f.kind() == Kind.MONEY)
        .toList();
  }

  /** Fields that both types have, with one meaning; {@code n} is always among them. */
  private static List<String> sharedFields(TypeOf a, TypeOf b) {
    return a.fields().stream().filter(b.fields()::contains).map(FieldOf::name).toList();
  }

  /** Any value that an alert may show. */
  String shown(Place place) {
    return switch (choices.weighted(60, 25, 15)) {
      case 0 -> number(place, 1);
      case 1 -> field(place, Kind.TEXT).orElseGet(() -> number(place, 0));
      default -> {
        List<StepOf> loops = place.steps().stream().filter(StepOf::isLoop).toList();
        List<StepOf> single = place.steps().stream().filter(s -> !s.isLoop()).toList();
        if (!loops.isEmpty()) {
          yield "span(" + choices.oneOf(loops).name() + ")";
        }
        yield single.isEmpty() ? number(place, 0) : choices.oneOf(single).name() + ".at";
      }
    };
  }
}
