package dev.weir.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.RunConfig;
import dev.weir.dsl.plan.RulePlan;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.rules.RuleTests;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every rule pack of the samples owes its reader. */
class RulePacksTest {
  private static final int RULES_MIN = 6;
  private static final int ALERTS = 0;
  private static final int ON_FRAUD = 1;

  static List<String> packs() throws IOException {
    try (Stream<Path> folders = Files.list(PackRun.SAMPLES)) {
      return folders
          .filter(folder -> Files.exists(folder.resolve("weir.yaml")))
          .map(folder -> folder.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  /** The page that describes a pack: its own, or the one of all samples. */
  private static String readme(String pack) throws IOException {
    Path own = PackRun.SAMPLES.resolve(pack).resolve("README.md");
    return Files.readString(Files.exists(own) ? own : PackRun.SAMPLES.resolve("README.md"));
  }

  @Test
  void shouldFindThePacks() throws IOException {
    assertThat(packs()).contains("account-takeover", "card-fraud", "cards");
  }

  @ParameterizedTest
  @MethodSource("packs")
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
  @MethodSource("packs")
  void shouldSayWhatEachRuleLooksForAndWhoOwnsIt(String pack) throws IOException {
    RuleSetPlan plan = PackRun.plan(PackRun.SAMPLES.resolve(pack).resolve("rules"));
    assertThat(plan.rules()).hasSizeGreaterThanOrEqualTo(RULES_MIN);
    for (RulePlan rule : plan.rules()) {
      assertThat(rule.about()).as("about of " + rule.name()).hasSizeGreaterThan(40);
      assertThat(rule.owner()).as("owner of " + rule.name()).isNotEmpty();
      assertThat(rule.tags()).as("tags of " + rule.name()).isNotEmpty();
      assertThat(rule.alert().score()).as("score of " + rule.name()).isPresent();
    }
  }

  /** There are 64 typologies; a tag names the one that a rule looks for. */
  @Test
  void shouldLookForMostKindsOfFraudThatAreKnown() throws IOException {
    Set<Integer> typologies = new TreeSet<>();
    for (String pack : packs()) {
      for (RulePlan rule : PackRun.plan(PackRun.SAMPLES.resolve(pack).resolve("rules")).rules()) {
        rule.tags().stream()
            .filter(tag -> tag.startsWith("typology_"))
            .forEach(tag -> typologies.add(Integer.valueOf(tag.substring(9))));
      }
    }
    assertThat(typologies).hasSizeGreaterThanOrEqualTo(61).allMatch(n -> n >= 1 && n <= 64);
  }

  /** The tables of the README say the truth: rule, what it looks for, alerts, perhaps more. */
  @ParameterizedTest
  @MethodSource("packs")
  void shouldFireAsOftenAsTheReadmeSays(String pack) throws IOException, RunConfig.ConfigException {
    String page = readme(pack);
    PackRun.ofSample(pack)
        .summary()
        .alerts()
        .forEach(
            (rule, count) ->
                assertThat(rowOf(page, rule).get(ALERTS)).as("alerts of " + rule).isEqualTo(count));
  }

  /** A record's position is the number of its row, as the payments come from one file. */
  @Test
  void shouldStandOnLabelledFraudAsOftenAsTheReadmeSays() throws Exception {
    List<Boolean> isFraud = new ArrayList<>();
    try (BufferedReader rows =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(
                    Files.newInputStream(
                        PackRun.SAMPLES.resolve("card-fraud/data/transactions-2018-04.csv.gz"))),
                StandardCharsets.UTF_8))) {
      int label = List.of(rows.readLine().split(",", -1)).indexOf("is_fraud");
      rows.lines().forEach(row -> isFraud.add(row.split(",", -1)[label].equals("1")));
    }
    String page = readme("card-fraud");
    PackRun run = PackRun.ofSample("card-fraud");
    for (String rule : run.summary().alerts().keySet()) {
      long onFraud =
          IntStream.range(0, run.alerts().size())
              .filter(i -> run.alerts().get(i).rule().equals(rule))
              .filter(i -> isFraud.get(Math.toIntExact(run.lastPositions().get(i))))
              .count();
      assertThat(rowOf(page, rule).get(ON_FRAUD)).as("alerts of " + rule).isEqualTo(onFraud);
    }
  }

  /** The numbers at the end of a rule's row of the page. */
  private static List<Long> rowOf(String page, String rule) {
    Matcher row =
        Pattern.compile("(?m)^\\| `" + rule + "` \\|.*?((?: [0-9,]+ \\|)+)$").matcher(page);
    assertThat(row.find()).as("a row for " + rule + " in the README").isTrue();
    return Arrays.stream(row.group(1).split("[|]", -1))
        .map(cell -> cell.replace(",", "").strip())
        .filter(cell -> !cell.isEmpty())
        .map(Long::valueOf)
        .toList();
  }
}
