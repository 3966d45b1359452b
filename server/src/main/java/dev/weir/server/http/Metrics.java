package dev.weir.server.http;

import dev.weir.EngineStatus;
import dev.weir.alerts.delivery.SinkStatus;
import dev.weir.ingest.IntakeStatus;
import dev.weir.journal.Durations;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All metrics of the service, as they are scraped. No label has values without bound: of more rules
 * than {@link #RULES_MAX} the rest stands under {@link #OTHER}. Counters begin at 0 with the
 * process. Safe for many threads.
 */
final class Metrics {
  /** Rules with figures of their own. */
  static final int RULES_MAX = 500;

  /** The rule that stands for all further ones. */
  static final String OTHER = "__other__";

  private static final double NS = 1e9;
  private static final double MS = 1e3;
  private static final String LIVE = "live";

  private final EngineAccess engine;
  private final EventIntake intake;
  private final Counters refusals;
  private final LiveAlerts live;

  Metrics(EngineAccess engine, EventIntake intake, Counters refusals, LiveAlerts live) {
    this.engine = engine;
    this.intake = intake;
    this.refusals = refusals;
    this.live = live;
  }

  /** The text that is scraped. */
  String text() {
    EngineStatus status = engine.status();
    MetricsText to = new MetricsText();
    build(to);
    ruleSet(to, status.ruleSet());
    events(to, status);
    sources(to, status.intake());
    rules(to, status.rules());
    times(to, status);
    journal(to, status);
    sinks(to, engine.sinks(), engine.attemptTimes());
    http(to, status);
    JvmMetrics.write(to);
    return to.toString();
  }

  private void build(MetricsText to) {
    to.metric("weir_build_info", "gauge", "The program.")
        .sample(
            Map.of(
                "version", engine.version(),
                "revision", System.getProperty("weir.commit", ""),
                "java", System.getProperty("java.version", "")),
            1);
  }

  private static void ruleSet(MetricsText to, EngineStatus.RuleSet set) {
    to.metric("weir_ruleset_info", "gauge", "The rule set in force.")
        .sample(Map.of("hash", set.hash()), 1);
    to.metric("weir_ruleset_reloads_total", "counter", "Times that rules were to be put in force.")
        .sample(Map.of("result", "success"), set.changes())
        .sample(Map.of("result", "failure"), set.failures());
    to.metric(
            "weir_ruleset_last_reload_success_timestamp_seconds",
            "gauge",
            "When rules were last put in force, or the engine was opened; since the epoch.")
        .sample(Map.of(), set.changedMs() / MS);
  }

  /** {@code ingested = in time + late + repeated + rejected as ahead}, once all are through. */
  private void events(MetricsText to, EngineStatus status) {
    to.metric("weir_events_ingested_total", "counter", "Events taken over HTTP, by type.");
    intake.accepted.all().forEach((type, n) -> to.sample(Map.of("source", type), n));
    List<IntakeStatus.Type> types = status.intake().types();
    to.metric("weir_events_late_total", "counter", "Events behind the watermark, by type.");
    types.forEach(type -> to.sample(Map.of("source", type.type()), type.late()));
    to.metric("weir_events_repeated_total", "counter", "Events whose id was seen before, by type.");
    types.forEach(type -> to.sample(Map.of("source", type.type()), type.repeats()));
    to.metric("weir_events_in_time_total", "counter", "Events that were in time, by type.");
    types.forEach(type -> to.sample(Map.of("source", type.type()), type.inTime()));
    to.metric("weir_events_rejected_total", "counter", "Events that were not taken.");
    intake
        .refused
        .all()
        .forEach((type, n) -> to.sample(Map.of("source", type, "reason", "malformed"), n));
    for (IntakeStatus.Source source : firstPartitions(status.intake())) {
      to.sample(Map.of("source", source.source(), "reason", "ahead"), status.refused());
    }
  }

  private static List<IntakeStatus.Source> firstPartitions(IntakeStatus intake) {
    return intake.sources().stream().filter(source -> source.partition() == 0).toList();
  }

  private static void sources(MetricsText to, IntakeStatus intake) {
    to.metric(
        "weir_watermark_lag_seconds",
        "gauge",
        "How far the watermark of a source is behind the wall clock.");
    double nowS = System.currentTimeMillis() / MS;
    for (IntakeStatus.Source source : intake.sources()) {
      if (source.watermarkNs() != Long.MIN_VALUE) {
        to.sample(of(source), nowS - source.watermarkNs() / NS);
      }
    }
    to.metric("weir_source_idle", "gauge", "1: silent, and stream time does not wait for it.");
    intake.sources().forEach(source -> to.sample(of(source), source.isIdle() ? 1 : 0));
    to.metric("weir_source_holding", "gauge", "1: stream time waits for it.");
    intake.sources().forEach(source -> to.sample(of(source), source.isHolding() ? 1 : 0));
  }

  private static Map<String, String> of(IntakeStatus.Source source) {
    return Map.of("source", source.source(), "partition", Integer.toString(source.partition()));
  }

  // ---- rules

  private interface Figure {
    long of(EngineStatus.Rule rule);
  }

  private void rules(MetricsText to, List<EngineStatus.Rule> rules) {
    figure(
        to.metric(
            "weir_rule_evaluations_total", "counter", "Events that a rule was given, by key."),
        rules,
        Map.of("mode", LIVE),
        EngineStatus.Rule::evaluations);
    figure(
        to.metric(
            "weir_rule_errors_total", "counter", "Divisions by zero and overflows in a rule."),
        rules,
        Map.of("mode", LIVE),
        EngineStatus.Rule::errors);
    figure(
        to.metric("weir_rule_alerts_total", "counter", "Alerts of a rule since the start."),
        rules,
        Map.of("mode", LIVE),
        rule -> engine.alerts(rule.name()));
    figure(
        to.metric("weir_rule_partial_matches", "gauge", "Open partial matches of a rule."),
        rules,
        Map.of(),
        EngineStatus.Rule::open);
    figure(
        to.metric(
            "weir_rule_partial_matches_dropped_total",
            "counter",
            "Partial matches that a rule gave up for its budget."),
        rules,
        Map.of("reason", "budget"),
        EngineStatus.Rule::dropped);
    figure(
        to.metric(
            "weir_alerts_suppressed_total",
            "counter",
            "Alerts held back by suppress, as long as the data folder remembers."),
        rules,
        Map.of(),
        EngineStatus.Rule::suppressed);
    to.metric(
        "weir_rule_last_fired_timestamp_seconds",
        "gauge",
        "Event time of a rule's last alert since the start, since the epoch.");
    rules.stream()
        .limit(RULES_MAX)
        .forEach(
            rule ->
                rule.firedNs().ifPresent(ns -> to.sample(Map.of("rule", rule.name()), ns / NS)));
    to.metric(
        "weir_rule_canary_success",
        "gauge",
        "1: the rule's own tests pass, run in the service on the set in force; 0: one fails.");
    Map<String, Boolean> canaries = engine.canaries();
    new TreeMap<>(canaries)
        .entrySet().stream()
            .limit(RULES_MAX)
            .forEach(one -> to.sample(Map.of("rule", one.getKey()), one.getValue() ? 1 : 0));
  }

  private static void figure(
      MetricsText to, List<EngineStatus.Rule> rules, Map<String, String> labels, Figure figure) {
    long other = 0;
    for (int i = 0; i < rules.size(); i++) {
      if (i < RULES_MAX) {
        to.sample(with(labels, rules.get(i).name()), figure.of(rules.get(i)));
      } else {
        other += figure.of(rules.get(i));
      }
    }
    if (rules.size() > RULES_MAX) {
      to.sample(with(labels, OTHER), other);
    }
  }

  private static Map<String, String> with(Map<String, String> labels, String rule) {
    Map<String, String> all = new TreeMap<>(labels);
    all.put("rule", rule);
    return all;
  }

  // ---- times, journal

  private static void times(MetricsText to, EngineStatus status) {
    String source = status.intake().sources().get(0).source();
    to.metric(
            "weir_detection_latency_seconds",
            "histogram",
            "Of an alert, from the record that let it out leaving the ring until it is in the log.")
        .histogram(Map.of("source", source), status.alertTimes());
    to.metric(
            "weir_event_processing_seconds",
            "histogram",
            "Of a record, from leaving the ring until all that it let out is in the log.")
        .histogram(Map.of("source", source), status.recordTimes());
  }

  private void journal(MetricsText to, EngineStatus status) {
    to.metric("weir_journal_size_bytes", "gauge", "Bytes of the journal on disk.")
        .sample(Map.of(), engine.journalBytes());
    try {
      long free = Files.getFileStore(engine.data()).getUsableSpace();
      to.metric("weir_journal_free_bytes", "gauge", "Bytes that its disk has left.")
          .sample(Map.of(), free);
    } catch (IOException e) {
      // the disk does not tell: the metric is absent
    }
    to.metric("weir_journal_fsync_seconds", "histogram", "Of flushes of the journal to disk.")
        .histogram(Map.of(), status.flushTimes());
    to.metric("weir_journal_last_position", "gauge", "Position of the last record.")
        .sample(Map.of(), status.position() - 1);
    to.metric(
        "weir_checkpoint_age_seconds",
        "gauge",
        "Since the last checkpoint, or the start if there was none; absent where none is made.");
    status.sinceCheckpointNs().ifPresent(ns -> to.sample(Map.of(), ns / NS));
    to.metric(
            "weir_recovery_progress_ratio",
            "gauge",
            "What share of the journal that it began with has been folded.")
        .sample(Map.of(), status.recovered());
    to.metric("weir_state_bytes", "gauge", "Live state in memory.")
        .sample(Map.of(), status.stateBytes());
    to.metric("weir_state_keys", "gauge", "Keys with live state.").sample(Map.of(), status.keys());
    to.metric("weir_events_held", "gauge", "Events that wait for the watermark.")
        .sample(Map.of(), status.held());
    to.metric("weir_alerts_total", "counter", "Alerts in the alert log.")
        .sample(Map.of(), engine.alertLog().nextPosition());
  }

  // ---- deliveries

  private static void sinks(MetricsText to, List<SinkStatus> sinks, List<Durations> times) {
    to.metric("weir_outbox_pending", "gauge", "Alerts that a sink has not taken.");
    sinks.forEach(s -> to.sample(of(s), s.pending()));
    to.metric("weir_outbox_oldest_age_seconds", "gauge", "Age of the oldest of them.");
    double nowS = System.currentTimeMillis() / MS;
    sinks.forEach(
        s -> to.sample(of(s), s.oldestNs() == 0 ? 0 : Math.max(0, nowS - s.oldestNs() / NS)));
    to.metric("weir_delivery_attempts_total", "counter", "Attempts to deliver.");
    for (SinkStatus s : sinks) {
      to.sample(Map.of("sink", s.sink(), "outcome", "delivered"), s.delivered());
      to.sample(Map.of("sink", s.sink(), "outcome", "failed"), s.failures());
    }
    to.metric("weir_delivery_seconds", "histogram", "Of attempts to deliver.");
    for (int i = 0; i < sinks.size(); i++) {
      to.histogram(of(sinks.get(i)), times.get(i).counts());
    }
    to.metric("weir_endpoint_disabled", "gauge", "1: nothing is delivered to the sink.");
    sinks.forEach(s -> to.sample(of(s), s.disabled().isEmpty() ? 0 : 1));
    to.metric("weir_dead_letters_total", "counter", "Alerts that a sink has given up.");
    sinks.forEach(s -> to.sample(Map.of("source", s.sink(), "reason", "given_up"), s.givenUp()));
    to.metric("weir_dead_letters_kept", "gauge", "Dead letters of a sink that wait for somebody.");
    sinks.forEach(s -> to.sample(of(s), s.dead()));
  }

  private static Map<String, String> of(SinkStatus sink) {
    return Map.of("sink", sink.sink());
  }

  private void http(MetricsText to, EngineStatus status) {
    to.metric("weir_http_refusals_total", "counter", "Requests that ended with an error.");
    refusals.all().forEach((code, n) -> to.sample(Map.of("status", code), n));
    to.metric("weir_decisions_late_total", "counter", "Decisions whose time ran out.")
        .sample(Map.of(), status.lateDecisions());
    to.metric("weir_live_watchers", "gauge", "Those who watch alerts.")
        .sample(Map.of(), live.watchers());
  }
}
