package dev.weir.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.FileRun;
import dev.weir.RunConfig;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.rules.RuleSetLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A rule pack of the samples, run over files; the alerts in the form of the planted cases. */
record PackRun(FileRun.Summary summary, List<Planted> alerts, List<Long> lastPositions) {
  static final Path SAMPLES = Path.of(System.getProperty("weir.home", "..")).resolve("samples");

  private static final Pattern ALERT =
      Pattern.compile(
          "\"rule\":\"(?<rule>[^\"]*)\".*?\"key\":\\{(?<key>[^}]*)\\}"
              + ".*?\"time\":\"(?<time>[^\"]*)\"");
  private static final Pattern KEY_PART = Pattern.compile("\"[^\"]*\":\"(?<part>[^\"]*)\"");
  private static final Pattern POSITION = Pattern.compile("\"position\":\"(?<position>\\d+)\"");

  /** Runs a pack over the data that its {@code weir.yaml} names. */
  static PackRun ofSample(String pack) throws IOException, RunConfig.ConfigException {
    RunConfig config = RunConfig.read(SAMPLES.resolve(pack).resolve("weir.yaml"));
    return of(plan(config.rules()), config.inputs());
  }

  static RuleSetPlan plan(Path rules) throws IOException {
    RuleSetLoader.Loaded loaded = RuleSetLoader.load(rules);
    assertThat(loaded.diagnostics()).as("findings in " + rules).isEmpty();
    return loaded.plan().orElseThrow();
  }

  static PackRun of(RuleSetPlan plan, Map<String, List<Path>> inputs) {
    List<Planted> alerts = new ArrayList<>();
    List<Long> positions = new ArrayList<>();
    FileRun run =
        new FileRun(
            plan,
            inputs,
            (type, file, line, raw, length, reason) -> {
              throw new AssertionError(file + ":" + line + ": " + reason);
            });
    FileRun.Summary summary =
        run.run(
            OptionalLong.empty(),
            alert -> {
              String text = alert.json();
              Matcher found = ALERT.matcher(text);
              assertThat(found.find()).as(text).isTrue();
              alerts.add(
                  new Planted(found.group("time"), found.group("rule"), keyOf(found.group("key"))));
              positions.add(lastPosition(text));
            },
            (events, read, total) -> {});
    return new PackRun(summary, alerts, positions);
  }

  /** The parts of a key with blanks between them. */
  private static String keyOf(String json) {
    return KEY_PART
        .matcher(json)
        .results()
        .map(part -> part.group(1))
        .collect(Collectors.joining(" "));
  }

  private static long lastPosition(String alert) {
    Matcher positions = POSITION.matcher(alert);
    long last = -1;
    while (positions.find()) {
      last = Long.parseLong(positions.group("position"));
    }
    return last;
  }

  List<Planted> alertsOf(String... rules) {
    return alerts.stream().filter(alert -> List.of(rules).contains(alert.rule())).sorted().toList();
  }
}
