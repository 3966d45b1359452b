package dev.weir.samples;

import dev.weir.dsl.source.Span;
import dev.weir.dsl.syntax.Lexeme;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Changes one token of a rule, as a slip of the hand or a wrong thought would: a name for another
 * that the files know, a number or duration a little off, a comparison turned, a word for its
 * neighbour, a letter left out. The same seed gives the same changes.
 */
final class RuleMutator {
  /** A rule file with one token changed. */
  record Mutant(String rule, String text, String before, String after) {
    /** As a survivor is listed. */
    String described() {
      return rule + ": " + before + " -> " + after;
    }
  }

  /** What describes a rule and decides nothing; a test of behaviour cannot see it. */
  private static final Set<String> PROSE = Set.of("about", "owner", "tags", "severity");

  private static final Map<String, List<String>> NEIGHBOURS =
      Map.ofEntries(
          Map.entry("<", List.of("<=", ">")),
          Map.entry("<=", List.of("<", ">=")),
          Map.entry(">", List.of(">=", "<")),
          Map.entry(">=", List.of(">", "<=")),
          Map.entry("=", List.of("!=")),
          Map.entry("!=", List.of("=")),
          Map.entry("+", List.of("-")),
          Map.entry("-", List.of("+")),
          Map.entry("*", List.of("+", "/")),
          Map.entry("/", List.of("*")),
          Map.entry("and", List.of("or")),
          Map.entry("or", List.of("and")),
          Map.entry("without", List.of("unless", "within")),
          Map.entry("first", List.of("last")),
          Map.entry("last", List.of("first")),
          Map.entry("all", List.of("start", "none")),
          Map.entry("none", List.of("all")),
          Map.entry("next", List.of("any")),
          Map.entry("true", List.of("false")),
          Map.entry("false", List.of("true")));

  private final SplittableRandom random;

  RuleMutator(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** A mutant of a rule of the file; empty if the token that was drawn has no neighbour. */
  Optional<Mutant> mutate(String text, String rule) {
    List<Lexeme> all =
        Lexeme.of(text).stream().filter(l -> l.kind() != Lexeme.Kind.COMMENT).toList();
    List<Integer> places = places(all, rule);
    List<String> names =
        places.stream()
            .map(all::get)
            .filter(lexeme -> lexeme.kind() == Lexeme.Kind.NAME)
            .map(Lexeme::text)
            .distinct()
            .sorted()
            .toList();
    Lexeme token = all.get(places.get(random.nextInt(places.size())));
    if (token.kind() == Lexeme.Kind.NAME && random.nextInt(2) > 0) {
      return Optional.empty(); // names are many
    }
    String after = changed(token, names);
    if (after.equals(token.text())) {
      return Optional.empty();
    }
    Span span = token.span();
    return Optional.of(
        new Mutant(
            rule,
            text.substring(0, span.start()) + after + text.substring(span.end()),
            token.text(),
            after));
  }

  /** The tokens of the rule that decide something. */
  private static List<Integer> places(List<Lexeme> all, String rule) {
    List<Integer> places = new ArrayList<>();
    int depth = 0;
    boolean isRule = false;
    boolean isProse = false;
    for (int i = 0; i + 1 < all.size(); i++) {
      String word = all.get(i).text();
      if (depth == 0 && word.matches("rule|test|event|define|list|param|let")) {
        isRule = word.equals("rule") && all.get(i + 1).text().equals(rule);
        i++;
      } else if (word.equals("{")) {
        depth++;
      } else if (word.equals("}")) {
        depth--;
      } else if (isRule && depth > 0) {
        boolean isClause =
            word.matches("by|on|when|match|alert|status|within|starts|without|unless|pick|after");
        isProse = PROSE.contains(word) || (isProse && !isClause);
        if (!isProse && !word.matches("[(),:.\\[\\]]")) {
          places.add(i);
        }
      }
    }
    return places;
  }

  private String changed(Lexeme token, List<String> names) {
    String text = token.text();
    List<String> near = NEIGHBOURS.get(text);
    if (near != null) {
      return near.get(random.nextInt(near.size()));
    }
    if (token.kind() == Lexeme.Kind.NAME) {
      return random.nextInt(4) == 0 ? slipped(text) : names.get(random.nextInt(names.size()));
    }
    if (text.startsWith("\"")) {
      return slipped(text);
    }
    if (Character.isDigit(text.charAt(0))) {
      return number(text);
    }
    return random.nextBoolean() ? slipped(text) : names.get(random.nextInt(names.size()));
  }

  /** One letter left out. */
  private String slipped(String text) {
    int from = text.startsWith("\"") ? 1 : 0;
    int most = text.length() - from - (from == 1 ? 1 : 0);
    if (most < 2) {
      return text + "x";
    }
    int at = from + random.nextInt(most);
    return text.substring(0, at) + text.substring(at + 1);
  }

  /** A number, or the first of a duration, one more, one less or ten times as much. */
  private String number(String text) {
    int end = 0;
    while (end < text.length()
        && (Character.isDigit(text.charAt(end)) || text.charAt(end) == '_')) {
      end++;
    }
    long value = Long.parseLong(text.substring(0, end).replace("_", ""));
    long other =
        switch (random.nextInt(3)) {
          case 0 -> value + 1;
          case 1 -> Math.max(0, value - 1);
          default -> value * 10;
        };
    return other + text.substring(end);
  }
}
