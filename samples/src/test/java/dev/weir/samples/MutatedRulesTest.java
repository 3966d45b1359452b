package dev.weir.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dsl.check.Checker;
import dev.weir.dsl.check.ParsedFile;
import dev.weir.dsl.diagnostic.Result;
import dev.weir.dsl.plan.RulePlan;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.dsl.source.SourceText;
import dev.weir.dsl.syntax.RuleParser;
import dev.weir.rules.RuleTests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A rule with one token changed does not compile, or behaves differently on its tests. What
 * survives is listed with the reason in {@code survivors.txt}.
 */
class MutatedRulesTest {
  private static final int MUTANTS_PER_RULE = 14;
  private static final int SURVIVORS_MAX = 10;
  private static final long SEED = Long.getLong("weir.seed", 1);
  private static final Path RULES = PackRun.SAMPLES.resolve("account-takeover/rules");

  private final TreeMap<String, ParsedFile> files = new TreeMap<>();

  private static Result<RuleSetPlan> check(List<ParsedFile> files) {
    return Checker.check(files, MutatedRulesTest::lines);
  }

  private static Optional<List<String>> lines(SourceText declaredIn, String name) {
    try {
      return Optional.of(Files.readAllLines(RULES.resolve(name)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<ParsedFile> parsed(String name, String text) {
    SourceText source = new SourceText(name, text);
    return RuleParser.parse(source).value().map(file -> new ParsedFile(source, file));
  }

  @Test
  void shouldNoticeNearlyEveryTokenThatIsChanged() throws IOException {
    try (Stream<Path> all = Files.list(RULES)) {
      for (Path file : all.filter(p -> p.toString().endsWith(".weir")).toList()) {
        String name = file.getFileName().toString();
        files.put(name, parsed(name, Files.readString(file)).orElseThrow());
      }
    }
    RuleSetPlan original = check(List.copyOf(files.values())).value().orElseThrow();
    List<String> survivors = new ArrayList<>();
    int refused = 0;
    int different = 0;
    for (RulePlan rule : original.rules()) {
      List<RuleTests.Outcome> behaviour = RuleTests.run(original, rule.name());
      String name = fileOf(rule.name());
      RuleMutator mutator = new RuleMutator(SEED ^ rule.name().hashCode());
      for (int drawn = 0; drawn < MUTANTS_PER_RULE; ) {
        Optional<RuleMutator.Mutant> mutant =
            mutator.mutate(file(name).source().text(), rule.name());
        if (mutant.isEmpty()) {
          continue;
        }
        drawn++;
        Optional<RuleSetPlan> plan = plan(name, mutant.get().text());
        if (plan.isEmpty()) {
          refused++;
        } else if (isDifferent(behaviour, RuleTests.run(plan.get(), rule.name()))) {
          different++;
        } else {
          survivors.add(mutant.get().described());
        }
      }
    }
    System.out.println(
        "mutants: "
            + (refused + different + survivors.size())
            + ", seed "
            + SEED
            + ": refused "
            + refused
            + ", different "
            + different
            + ", survivors "
            + survivors);
    assertThat(refused + different + survivors.size()).isGreaterThanOrEqualTo(200);
    assertThat(different).isGreaterThan(50);
    assertThat(survivors).hasSizeLessThanOrEqualTo(SURVIVORS_MAX);
    if (Long.getLong("weir.seed") == null) {
      assertThat(listed()).containsAll(survivors);
    }
  }

  private ParsedFile file(String name) {
    return java.util.Objects.requireNonNull(files.get(name));
  }

  private String fileOf(String rule) {
    return files.entrySet().stream()
        .filter(file -> file.getValue().source().text().contains("rule " + rule + " {"))
        .findFirst()
        .orElseThrow()
        .getKey();
  }

  private Optional<RuleSetPlan> plan(String name, String text) {
    Optional<ParsedFile> parsed = parsed(name, text);
    if (parsed.isEmpty()) {
      return Optional.empty();
    }
    List<ParsedFile> all = new ArrayList<>();
    files.forEach((other, file) -> all.add(other.equals(name) ? parsed.get() : file));
    return check(all).value();
  }

  /** Whether any test ends otherwise, or tells another story. */
  private static boolean isDifferent(
      List<RuleTests.Outcome> before, List<RuleTests.Outcome> after) {
    if (before.size() != after.size()) {
      return true;
    }
    for (int i = 0; i < before.size(); i++) {
      if (!before.get(i).problems().equals(after.get(i).problems())
          || !before.get(i).timeLine().equals(after.get(i).timeLine())) {
        return true;
      }
    }
    return false;
  }

  /** Survivors that are known: the line before each says why nothing can notice. */
  private static List<String> listed() throws IOException {
    return Files.readAllLines(
            PackRun.SAMPLES.resolve("src/test/resources/dev/weir/samples/survivors.txt"))
        .stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .toList();
  }
}
