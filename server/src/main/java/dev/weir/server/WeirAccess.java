package dev.weir.server;

import dev.weir.AlertDelivery;
import dev.weir.Decision;
import dev.weir.Events;
import dev.weir.Weir;
import dev.weir.WeirException;
import dev.weir.alerts.Alert;
import dev.weir.alerts.delivery.Deliveries;
import dev.weir.alerts.delivery.SinkStatus;
import dev.weir.event.EventType;
import dev.weir.journal.Log;
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
  public List<String> rules() {
    return weir.rules();
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
  public Map<String, Long> alertsByRule() {
    Map<String, Long> counts = new TreeMap<>();
    weir.rules().forEach(rule -> counts.put(rule, 0L));
    alerts.forEach((rule, count) -> counts.put(rule, count.sum()));
    return counts;
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
