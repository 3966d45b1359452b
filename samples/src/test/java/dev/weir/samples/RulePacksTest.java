package dev.weir.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.RunConfig;
import dev.weir.dsl.plan.RulePlan;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.rules.RuleTests;
import java.io.IOException;
import java.nio.file.Files;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every rule pack of the samples owes its reader. */
class RulePacksTest {
  @ParameterizedTest
  @ValueSource(strings = {"card-fraud", "account-takeover"})
  void shouldPassAllTestsAndHaveTwoOrMoreForEachRule(String pack) throws IOException {
    RuleSetPlan plan = PackRun.plan(PackRun.SAMPLES.resolve(pack).resolve("rules"));
    assertThat(RuleTests.run(plan, ""))
        .isNotEmpty()
        .allSatisfy(outcome -> assertThat(outcome.problems()).as(outcome.test().name()).isEmpty());
    for (RulePlan rule : plan.rules()) {
      assertThat(plan.tests().stream().filter(test -> test.rules().contains(rule.name())))
          .as("tests of " + rule.name())
          .hasSizeGreaterThanOrEqualTo(2);
      assertThat(plan.tests().stream().flatMap(test -> test.expected().stream()))
          .as("expected alerts of " + rule.name())
          .anyMatch(expected -> expected.rule().equals(rule.name()));
      assertThat(plan.tests().stream().filter(test -> test.rules().contains(rule.name())))
          .as("tests in which " + rule.name() + " keeps silent")
          .anyMatch(test -> test.expected().isEmpty());
    }
  }

  @ParameterizedTest
  @CsvSource({"card-fraud, 8", "account-takeover, 8"})
  void shouldSayWhatEachRuleLooksForAndWhoOwnsIt(String pack, int least) throws IOException {
    RuleSetPlan plan = PackRun.plan(PackRun.SAMPLES.resolve(pack).resolve("rules"));
    assertThat(plan.rules()).hasSizeGreaterThanOrEqualTo(least);
    for (RulePlan rule : plan.rules()) {
      assertThat(rule.about()).as("about of " + rule.name()).hasSizeGreaterThan(40);
      assertThat(rule.owner()).as("owner of " + rule.name()).isNotEmpty();
      assertThat(rule.tags()).as("tags of " + rule.name()).isNotEmpty();
      assertThat(rule.alert().score()).as("score of " + rule.name()).isPresent();
    }
  }

  /** The tables of the README say the truth: a row is rule, what it looks for, alerts. */
  @ParameterizedTest
  @ValueSource(strings = {"card-fraud", "account-takeover"})
  void shouldFireAsOftenAsTheReadmeSays(String pack) throws IOException, RunConfig.ConfigException {
    String readme = Files.readString(PackRun.SAMPLES.resolve("README.md"));
    PackRun run = PackRun.ofSample(pack);
    run.summary()
        .alerts()
        .forEach(
            (rule, count) -> {
              Matcher row =
                  Pattern.compile("(?m)^\\| `" + rule + "` \\|.*\\| (?<count>[0-9,]+) \\|")
                      .matcher(readme);
              assertThat(row.find()).as("a row for " + rule + " in samples/README.md").isTrue();
              assertThat(row.group("count").replace(",", ""))
                  .as("alerts of " + rule)
                  .isEqualTo(Long.toString(count));
            });
  }
}
