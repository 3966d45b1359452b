package dev.weir.server;

import dev.weir.AlertDelivery;
import dev.weir.Decision;
import dev.weir.EngineStatus;
import dev.weir.Events;
import dev.weir.Weir;
import dev.weir.WeirException;
import dev.weir.alerts.Alert;
import dev.weir.alerts.delivery.Deliveries;
import dev.weir.alerts.delivery.SinkStatus;
import dev.weir.event.EventType;
import dev.weir.journal.Durations;
import dev.weir.journal.Log;
import dev.weir.rules.RuleTests;
import dev.weir.server.http.EngineAccess;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;

/** The embedded engine and its deliveries, as the service sees them. Safe for many threads. */
final class WeirAccess implements EngineAccess {
  private final Weir weir;
  private final AlertDelivery delivery;
  private final Path data;
  private final Path rules;
  private final Map<String, LongAdder> alerts = new ConcurrentHashMap<>(); // by rule
  private String testedSet = ""; // guarded by this
  private Map<String, Boolean> tested = Map.of();
  private volatile String fullDisk = "";
  private volatile String failure = "";

  /** Before the engine evaluates. */
  WeirAccess(Weir weir, AlertDelivery delivery, Path data, Path rules) {
    this.weir = weir;
    this.rules = rules;
    this.delivery = delivery;
    this.data = data;
    weir.onAlert(this::count);
  }

  private void count(Alert alert) {
    alerts.computeIfAbsent(alert.rule(), rule -> new LongAdder()).increment();
  }

  /** The disk is full, or, with an empty text, has room. */
  void fullDisk(String notice) {
    fullDisk = notice;
  }

  @Override
  public List<EventType> types() {
    return weir.types();
  }

  @Override
  public String ruleSet() {
    return weir.ruleSet();
  }

  @Override
  public String planRules() {
    return asked(() -> RuleAnswers.plan(weir.plan(rules)));
  }

  @Override
  public String applyRules(String caller) {
    return asked(() -> RuleAnswers.applied(weir.apply(rules, caller)));
  }

  @Override
  public String rollBackRules(String caller) {
    return asked(() -> RuleAnswers.applied(weir.rollback(caller)));
  }

  @Override
  public String ruleHistory() {
    return asked(() -> RuleAnswers.history(weir.history()));
  }

  private static String asked(Supplier<String> asking) {
    try {
      return asking.get();
    } catch (WeirException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  @Override
  public long alerts(String rule) {
    LongAdder count = alerts.get(rule);
    return count == null ? 0 : count.sum();
  }

  @Override
  public EngineStatus status() {
    return weir.status();
  }

  @Override
  public synchronized Map<String, Boolean> canaries() {
    String set = weir.ruleSet();
    if (!set.equals(testedSet)) {
      Map<String, Boolean> passed = new TreeMap<>();
      for (RuleTests.Outcome outcome : weir.runTests()) {
        for (String rule : outcome.test().rules()) {
          passed.merge(rule, outcome.isPassed(), Boolean::logicalAnd);
        }
      }
      tested = passed;
      testedSet = set;
    }
    return tested;
  }

  @Override
  public String version() {
    return VersionCommand.version();
  }

  @Override
  public long journalBytes() {
    return weir.journalBytes();
  }

  @Override
  public Path data() {
    return data;
  }

  @Override
  public List<Durations> attemptTimes() {
    return delivery.attemptTimes();
  }

  @Override
  public Inlet inlet(EventType type) {
    Events events = weir.events(type.name());
    return new Inlet() {
      @Override
      public boolean offer(DirectBuffer record, int length) {
        try {
          return events.offer(record, 0, length);
        } catch (IllegalStateException e) {
          throw failed(e);
        }
      }

      @Override
      public long await() {
        try {
          return weir.flush();
        } catch (RuntimeException e) {
          throw failed(e);
        }
      }

      @Override
      public Answer decide(DirectBuffer record, int length) {
        Decision decision = events.decide(record, 0, length);
        return new Answer(
            decision.position(),
            decision.answer().map(answer -> answer.name().toLowerCase(Locale.ROOT)),
            decision.rule(),
            decision.score().map(BigDecimal::toPlainString),
            decision.ruleSet(),
            decision.alerts(),
            decision.isDefault());
      }
    };
  }

  private RuntimeException failed(RuntimeException e) {
    failure = "the engine has stopped: " + e.getMessage();
    return e;
  }

  @Override
  public long position() {
    return weir.position();
  }

  @Override
  public Log alertLog() {
    return weir.alertLog().orElseThrow();
  }

  @Override
  public List<SinkStatus> sinks() {
    return delivery.status();
  }

  @Override
  public Path sinkFolder(String sink) {
    return Deliveries.folderOf(AlertDelivery.deliveriesOf(data), sink);
  }

  @Override
  public String trouble() {
    return failure.isEmpty() ? fullDisk : failure;
  }
}
