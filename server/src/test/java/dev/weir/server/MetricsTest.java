package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is scraped of a service, against what is written of it. */
class MetricsTest {
  private static final Path HOME = Path.of(System.getProperty("weir.home", ".."));

  @TempDir Path folder;

  private Serving serving;

  @AfterEach
  void close() {
    serving.close();
  }

  /** By name: type, and labels without those that histograms add. */
  private static Map<String, String> scraped(String text) {
    Map<String, Set<String>> labels = new TreeMap<>();
    Map<String, String> types = new TreeMap<>();
    String name = "";
    for (String line : text.lines().toList()) {
      if (line.startsWith("# TYPE ")) {
        String[] words = line.split(" ");
        name = words[2];
        assertThat(types.put(name, words[3])).as("declared twice: " + name).isNull();
        labels.put(name, new TreeSet<>());
      } else if (!line.startsWith("#")) {
        assertThat(line)
            .startsWith(name)
            .matches("[a-z_]+(\\{([a-z]+=\"[^\"]*\",?)+})? (-?[0-9.E+-]+|NaN)");
        for (MatchResult found : Pattern.compile("([a-z]+)=\"").matcher(line).results().toList()) {
          labels.get(name).add(found.group(1));
        }
      }
    }
    Map<String, String> all = new TreeMap<>();
    types.forEach(
        (metric, type) -> {
          labels.get(metric).remove("le");
          all.put(metric, type + " " + labels.get(metric));
        });
    return all;
  }

  private static Map<String, String> written() throws IOException {
    Map<String, String> all = new TreeMap<>();
    for (String line : Files.readAllLines(HOME.resolve("docs/metrics.md"))) {
      if (line.startsWith("| `")) {
        String[] cells = line.split("\\|");
        Set<String> labels = new TreeSet<>(List.of(cells[3].strip().split(", *")));
        labels.remove("");
        all.put(cells[1].replace("`", "").strip(), cells[2].strip() + " " + labels);
      }
    }
    return all;
  }

  private static double value(String text, String sample) {
    List<String> found = new ArrayList<>();
    text.lines().filter(line -> line.startsWith(sample + " ")).forEach(found::add);
    assertThat(found).as(sample).hasSize(1);
    return Double.parseDouble(found.get(0).substring(sample.length() + 1));
  }

  private static String payment(String id, String amount, String at) {
    return "{\"id\":\""
        + id
        + "\",\"card\":\"c\",\"amount\":\""
        + amount
        + "\",\"at\":\"2026-01-01T00:00:"
        + at
        + "Z\"}";
  }

  private static final String RULES =
      """
      event Payment { id text id within 1d  card text  amount money  at time }
      rule large { by card when on Payment amount > 100 alert "{card}" suppress 1h by card }
      rule ratio { by card when on Payment 1 / (amount - 5) > 100 alert "{card}" }
      rule twice { by card match a: Payment then b: Payment where amount > 500 within 1h
        alert "{card}" }
      test "large" for large {
        at 0s Payment { id "1", card "c", amount 100.01 }
        expect large at 0s
      }
      test "wrong" for ratio {
        at 0s Payment { id "1", card "c", amount 1.00 }
        expect ratio at 0s
      }
      """;

  @Test
  void shouldGiveEachMetricThatIsWrittenOfAndNoOther() throws IOException {
    serving = Serving.of(folder, RULES, Map.of());
    serving.post("/v1/events/Payment", "[" + payment("1", "150.00", "01") + "]");
    serving.post("/v1/events/Payment", "{}");
    Map<String, String> scraped = scraped(serving.get("/metrics").body());
    Map<String, String> jvm = new TreeMap<>(scraped);
    jvm.keySet().removeIf(name -> name.startsWith("weir_"));
    scraped.keySet().removeAll(jvm.keySet());
    assertThat(scraped).isEqualTo(written());
    assertThat(jvm.keySet())
        .allMatch(name -> name.startsWith("jvm_") || name.startsWith("process_"))
        .contains(
            "process_cpu_seconds_total", "jvm_memory_used_bytes", "jvm_gc_collection_seconds");
  }

  @Test
  void shouldAddUp() throws IOException {
    serving = Serving.of(folder, RULES, Map.of());
    serving.post("/v1/events/Payment", payment("1", "150.00", "10"));
    serving.post("/v1/events/Payment", payment("2", "160.00", "20")); // held back
    serving.post("/v1/events/Payment", payment("2", "160.00", "20")); // a repeat
    serving.post("/v1/events/Payment", payment("3", "160.00", "05")); // late
    serving.post("/v1/events/Payment", payment("4", "5.00", "30")); // one over nothing
    serving.post(
        "/v1/events/Payment", payment("5", "5.00", "30").replace("2026-", "2126-")); // ahead
    serving.post("/v1/events/Payment", "{}");
    String text = serving.get("/metrics").body();
    assertThat(value(text, "weir_events_ingested_total{source=\"Payment\"}")).isEqualTo(6);
    assertThat(value(text, "weir_events_in_time_total{source=\"Payment\"}")).isEqualTo(3);
    assertThat(value(text, "weir_events_late_total{source=\"Payment\"}")).isEqualTo(1);
    assertThat(value(text, "weir_events_repeated_total{source=\"Payment\"}")).isEqualTo(1);
    assertThat(value(text, "weir_events_rejected_total{reason=\"ahead\",source=\"program\"}"))
        .isEqualTo(1);
    assertThat(value(text, "weir_events_rejected_total{reason=\"malformed\",source=\"Payment\"}"))
        .isEqualTo(1);
    assertThat(value(text, "weir_http_refusals_total{status=\"400\"}")).isEqualTo(1);
    assertThat(value(text, "weir_journal_last_position")).isEqualTo(4);
    assertThat(value(text, "weir_rule_alerts_total{mode=\"live\",rule=\"large\"}")).isEqualTo(1);
    assertThat(value(text, "weir_alerts_suppressed_total{rule=\"large\"}")).isEqualTo(1);
    assertThat(value(text, "weir_rule_errors_total{mode=\"live\",rule=\"ratio\"}")).isEqualTo(1);
    assertThat(value(text, "weir_rule_errors_total{mode=\"live\",rule=\"large\"}")).isZero();
    assertThat(value(text, "weir_rule_partial_matches{rule=\"twice\"}")).isEqualTo(3);
    assertThat(value(text, "weir_rule_last_fired_timestamp_seconds{rule=\"large\"}"))
        .isEqualTo((double) Instant.parse("2026-01-01T00:00:20Z").getEpochSecond());
    assertThat(value(text, "weir_rule_canary_success{rule=\"large\"}")).isEqualTo(1);
    assertThat(value(text, "weir_rule_canary_success{rule=\"ratio\"}")).isZero();
    assertThat(text).doesNotContain("weir_rule_canary_success{rule=\"twice\"}");
    assertThat(value(text, "weir_detection_latency_seconds_count{source=\"program\"}"))
        .isEqualTo(1);
    assertThat(value(text, "weir_event_processing_seconds_count{source=\"program\"}")).isEqualTo(5);
    assertThat(value(text, "weir_recovery_progress_ratio")).isEqualTo(1);
    assertThat(value(text, "weir_journal_size_bytes")).isPositive();
    assertThat(value(text, "weir_source_holding{partition=\"0\",source=\"program\"}")).isEqualTo(1);
  }

  @Test
  void shouldCountReloadsThatSucceedAndThatFail() throws IOException {
    serving = Serving.of(folder, RULES, Map.of());
    String before = serving.get("/metrics").body();
    Cli.write(folder.resolve("rules/rules.weir"), RULES.replace("amount > 100 ", "amount > 10 "));
    assertThat(serving.post("/v1/rules/apply", "").statusCode()).isEqualTo(200);
    Cli.write(folder.resolve("rules/rules.weir"), RULES.replace("amount > 100 ", "amont > 10 "));
    assertThat(serving.post("/v1/rules/apply", "").statusCode()).isEqualTo(422);
    String text = serving.get("/metrics").body();
    assertThat(value(text, "weir_ruleset_reloads_total{result=\"success\"}")).isEqualTo(1);
    assertThat(value(text, "weir_ruleset_reloads_total{result=\"failure\"}")).isEqualTo(1);
    String name = "weir_ruleset_last_reload_success_timestamp_seconds";
    assertThat(value(text, name)).isGreaterThanOrEqualTo(value(before, name));
    assertThat(hash(text)).isNotEqualTo(hash(before));
    assertThat(value(text, "weir_rule_canary_success{rule=\"large\"}"))
        .as("the tests of the new set")
        .isEqualTo(1);
  }

  private static String hash(String text) {
    MatchResult found =
        Pattern.compile("weir_ruleset_info\\{hash=\"([0-9a-f]+)\"} 1")
            .matcher(text)
            .results()
            .findFirst()
            .orElseThrow();
    return found.group(1);
  }
}
