package dev.weir.server.lsp;

import java.util.LinkedHashMap;
import java.util.Map;

/** Words of the language with what they mean in one sentence, by the place where they may stand. */
final class Vocabulary {
  static final Map<String, String> DECLARATIONS =
      words(
          "event", "An event type: its fields, lateness and how long it is kept.",
          "define",
              "A type with a condition of its own: `define Small = Payment where amount < 5`.",
          "list", "Values to look up with `in`: from a file, or written out.",
          "param", "A value that rules read and that may be changed: `param limit money = 5.00`.",
          "let", "A rolling feature with a name.",
          "rule", "What is looked for, and what is said when it is found.",
          "test", "Events and the alerts that a rule must give for them.");

  static final Map<String, String> CLAUSES =
      words(
          "about", "What the rule looks for, in one sentence.",
          "owner", "Who answers for the rule.",
          "tags", "Words to find the rule by.",
          "severity", "`low`, `medium`, `high` or `critical`.",
          "by", "The key: events with the same value are looked at together.",
          "on arrival", "Judged at once, in the order of arrival, not by event time.",
          "when", "A condition on each event by itself.",
          "match", "A pattern of events.",
          "without", "No such event strictly between the first and the last of a match.",
          "unless", "As `without`; events of the match itself count too.",
          "within", "The last event comes less than this after the first.",
          "only during", "An event outside passes no step.",
          "starts", "`every` event may begin a match; `one open at a time`; `once`.",
          "pick", "Which of several matches at one instant is alerted.",
          "after match", "What becomes of the events of an alerted match.",
          "fire", "`prompt`, `settled` or `in order`.",
          "alert", "The text of the alert, with values in braces, and named values.",
          "stage", "An alert when a match has come so far.",
          "on timeout", "An alert when a start gave no match in time.",
          "decide", "The answer to a decision: `allow`, `review`, `decline`.",
          "suppress", "Holds alerts back for a while after one that was shown.",
          "status", "`off`, `shadow`, `canary n%`, `live` or `retired`.",
          "on update", "What becomes of open partial matches when the rule changes.",
          "budget", "The most partial matches, events or keys.",
          "valid", "From when to when the rule alerts.");

  static final Map<String, String> PATTERN =
      words(
          "then", "The next step: the first later event that passes.",
          "next", "The very next event of the types named by `among`.",
          "any", "Every later event, each in a match of its own.",
          "maybe", "The step may be left out.",
          "no", "No such event for a time.",
          "all of", "Branches in any order.",
          "one of", "Alternatives, the preferred first.",
          "after no", "Only if no such event came for a time before.",
          "where", "Selects the events of a step.",
          "require", "Ends the partial match where it is false.",
          "among", "The types between which `next` allows nothing.",
          "fewer than", "A rate that falls below a number.");

  static final Map<String, String> FUNCTIONS =
      words(
          "count", "How many events: `count(Payment over 1h)`, or of a loop `count(probe)`.",
          "sum", "The sum of a field: `sum(Payment.amount over 1d)`.",
          "avg", "The exact mean of a field; rounded only where it is shown.",
          "min", "The least value.",
          "max", "The greatest value.",
          "distinct", "How many different values.",
          "stddev", "The standard deviation of a field.",
          "percentile", "A percentile of a field, within 1 %.",
          "first", "The first value, or the first event of a loop.",
          "last", "The last value, or the last event of a loop.",
          "span", "Time from the first to the last event of a loop.",
          "prev", "The key's event before: `prev(Payment).country`.");

  static final Map<String, String> CONDITIONS =
      words(
          "and", "Both hold; does not mix with `or` without parentheses.",
          "or", "At least one holds; does not mix with `and` without parentheses.",
          "not", "Plain negation; true also where a value is missing.",
          "in", "Among values in parentheses, or in a list.",
          "is missing", "The event has no such value.",
          "starts with", "The text begins so.",
          "ends with", "The text ends so.",
          "contains", "The text stands in it.",
          "matches", "A regular expression; linear time.");

  static final Map<String, String> TEST_LINES =
      words(
          "starting", "When offset 0 is.",
          "at", "An event: `at 10s Payment { … }`.",
          "until", "Event time moves on to here.",
          "expect", "An alert that must come; nothing else may.",
          "expect nothing", "No other alert; `because \"…\"` names the reason.");

  static final Map<String, String> FIELD_TYPES =
      words(
          "text", "UTF-8 text.",
          "int", "A whole number, 64 bits.",
          "decimal", "A number with a fixed number of digits behind the point: `decimal(4)`.",
          "money", "A decimal with two digits; may name a currency.",
          "bool", "True or false.",
          "time", "A moment, in nanoseconds.",
          "duration", "A length of time.",
          "geo", "Latitude and longitude.",
          "ip", "An address, of version 4 or 6.");

  static final Map<String, String> FIELD_OPTIONS =
      words(
          "pii", "Masked in alerts and logs.",
          "id within", "Repeats of an id inside the time are dropped.",
          "from", "The name of the column in the source.",
          "in epoch", "A time as a number since 1970: `s`, `ms`, `us`, `ns`.",
          "in zone", "The time zone of times without one.");

  private Vocabulary() {}

  private static Map<String, String> words(String... wordsAndMeanings) {
    Map<String, String> words = new LinkedHashMap<>();
    for (int i = 0; i < wordsAndMeanings.length; i += 2) {
      words.put(wordsAndMeanings[i], wordsAndMeanings[i + 1]);
    }
    return words;
  }

  /** What a word means, wherever it stands; empty if it is none of the language. */
  static String meaning(String word) {
    for (Map<String, String> words :
        java.util.List.of(
            DECLARATIONS, CLAUSES, FUNCTIONS, PATTERN, CONDITIONS, TEST_LINES, FIELD_TYPES)) {
      for (Map.Entry<String, String> known : words.entrySet()) {
        if (known.getKey().equals(word) || known.getKey().startsWith(word + " ")) {
          return known.getValue();
        }
      }
    }
    return "";
  }
}
