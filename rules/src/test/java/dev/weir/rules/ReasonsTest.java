package dev.weir.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A test of a rule may say why there is no alert, or why there is one; it is checked. */
class ReasonsTest {
  private static final String RULES =
      """
      event Payment { id text id within 1h, card text, amount money, at time }
      event Reversal { card text, at time }

      rule probe {
        by card
        match small: Payment where amount < 5
              then big: Payment where amount > 500 and amount > 20 * small.amount
        without Reversal
        within 10m
        alert "card {card}" { amount: big.amount }
        suppress 1h
      }
      rule fast {
        by card
        match a: Payment where amount = 7 then next b: Payment require amount < 8
        within 10m
        alert "card {card}"
      }
      rule pair {
        by card
        match a: Payment where amount = 8 then b: Payment where amount = 9
        within 10m
        alert "card {card}"
      }
      rule single {
        by card
        match a: Payment where amount = 4 then b: Payment where amount = 3
        within 10m
        starts one open at a time
        alert "card {card}"
      }
      """;

  @TempDir Path folder;

  private RuleTests.Outcome run(String rule, String lines) {
    try {
      Path file = folder.resolve("rules.weir");
      Files.writeString(file, RULES + "test \"t\" for " + rule + " {\n" + lines + "\n}\n");
      RuleSetLoader.Loaded loaded = RuleSetLoader.load(file);
      assertThat(loaded.plan()).as(loaded.diagnostics().toString()).isPresent();
      List<RuleTests.Outcome> outcomes = RuleTests.run(loaded.plan().get(), "t");
      return outcomes.get(0);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String pay(String at, String id, String amount) {
    return "at " + at + " Payment { id \"" + id + "\", card \"c\", amount " + amount + " }\n";
  }

  /** What happens in each story, by the name of the reason that it is there for. */
  private static String story(String reason) {
    return switch (reason) {
      case "no such step" -> pay("0s", "1", "1.00");
      case "guard false", "expired" -> pay("0s", "1", "1.00") + pay("1m", "2", "400.00");
      case "killed by without" ->
          pay("0s", "1", "1.00") + "at 1m Reversal { card \"c\" }\n" + pay("2m", "2", "900.00");
      case "repeat" -> pay("0s", "1", "1.00") + pay("1s", "1", "900.00");
      case "key missing" -> "at 0s Payment { id \"1\", amount 1.00 }\n";
      case "killed by require" -> pay("0s", "1", "7.00") + pay("1s", "2", "8.00");
      case "still open" -> pay("0s", "1", "1.00") + "until 1m\n";
      default -> throw new IllegalArgumentException(reason);
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          probe | no such step      | no such step: no event came for `big: Payment`
          probe | guard false       | amount > 500.00 (amount = 400.00)
          probe | guard false       | guard false at big
          probe | expired           | expired: within 10m is over, waiting for big: Payment; 1 did not pass
          probe | killed by without | killed by without Reversal
          probe | killed by without | WITHOUT  reversal
          probe | repeat            | repeat
          probe | key missing       | key missing
          probe | still open        | still open, waiting for `big: Payment`
          fast  | killed by require | killed by require at `b: Payment`: amount < 8.00 (amount = 8.00)
          """)
  void shouldKnowWhyNothingHappened(String rule, String reason, String because) {
    RuleTests.Outcome outcome =
        run(rule, story(reason) + "expect nothing because \"" + because + "\"");
    assertThat(outcome.problems()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          probe | no such step      | guard false
          probe | guard false       | no such step
          probe | guard false       | amount = 401.00
          probe | killed by without | killed by unless
          probe | repeat            | suppressed
          fast  | killed by require | expired
          """)
  void shouldFailATestThatGivesAnotherReason(String rule, String reason, String because) {
    RuleTests.Outcome outcome =
        run(rule, story(reason) + "expect nothing because \"" + because + "\"");
    assertThat(outcome.problems()).hasSize(1);
    assertThat(outcome.problems().get(0))
        .contains("nothing happened, but not because \"" + because + "\"; because");
  }

  @Test
  void shouldSayWhatConsumptionAndPickTookAway() {
    String story = pay("0s", "1", "8.00") + pay("1s", "2", "8.00") + pay("2s", "3", "9.00");
    String expected = "expect pair at 2s because \"b: Payment: amount = 9.00\"\n";
    assertThat(run("pair", story + expected + "expect nothing because \"not picked\"").problems())
        .isEmpty();
    assertThat(run("pair", story + expected + "expect nothing because \"consumed\"").problems())
        .hasSize(1);
  }

  @Test
  void shouldSayWhatSuppressHeldBack() {
    String story =
        pay("0s", "1", "1.00")
            + pay("1s", "2", "900.00")
            + pay("2s", "3", "1.00")
            + pay("3s", "4", "901.00")
            + "expect probe at 1s { amount 900.00 }\n";
    assertThat(run("probe", story + "expect nothing because \"suppressed\"").problems()).isEmpty();
  }

  @Test
  void shouldSayThatOneIsOpenAlready() {
    String story =
        pay("0s", "1", "4.00")
            + pay("1s", "2", "4.00")
            + pay("2s", "3", "3.00")
            + "expect single at 2s because \"a: Payment: amount = 4.00\"\n";
    assertThat(
            run("single", story + "expect nothing because \"starts one open at a time\"")
                .problems())
        .isEmpty();
  }

  @Test
  void shouldCheckWhyThereIsAnAlert() {
    String story = pay("0s", "1", "1.00") + pay("1s", "2", "900.00");
    assertThat(run("probe", story + "expect probe because \"amount = 900.00\"").problems())
        .isEmpty();
    assertThat(
            run("probe", story + "expect probe because \"small: Payment: amount < 5\"").problems())
        .isEmpty();
    assertThat(run("probe", story + "expect probe because \"amount = 1000.00\"").problems())
        .hasSize(1)
        .first()
        .asString()
        .contains("it happened, but not because");
  }
}
