package dev.weir;

import dev.weir.alerts.Alert;
import dev.weir.alerts.AlertOutput;
import dev.weir.alerts.AlertReceiver;
import dev.weir.alerts.DirectOutput;
import dev.weir.dsl.diagnostic.DiagnosticText;
import dev.weir.dsl.plan.RulePlan;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.engine.Program;
import dev.weir.event.EventType;
import dev.weir.event.RecordLayout;
import dev.weir.ingest.DeadLetterFile;
import dev.weir.ingest.FiniteSources;
import dev.weir.ingest.Journaler;
import dev.weir.ingest.LateFile;
import dev.weir.ingest.RefusedRecords;
import dev.weir.ingest.SourceSpec;
import dev.weir.journal.Log;
import dev.weir.journal.Logs;
import dev.weir.rules.RuleSetLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An engine inside a program.
 *
 * <pre>{@code
 * try (Weir weir = Weir.open(WeirConfig.of(Path.of("rules")))) {
 *   weir.onAlert(alert -> System.out.println(alert.json()));
 *   weir.events("Payment").send(Map.of("card", "c1", "amount", "9.50", "at", Instant.now()));
 *   weir.flush();
 * }
 * }</pre>
 *
 * All that the program sends is one live source: stream time follows the greatest event time less
 * the largest lateness of the types, and moves on by itself while nothing is sent for the idle
 * time. With a data folder the engine goes on where it ended, each alert stands in the alert log
 * once, and receivers are given each alert that is new to the log. Safe for many threads, except
 * where a method says otherwise.
 */
public final class Weir implements AutoCloseable {
  private static final String SOURCE = "program";
  private static final long WAIT_NS = TimeUnit.MICROSECONDS.toNanos(50);

  private final RuleSetPlan plan;
  private final Optional<DataFolder> data;
  private final Optional<DeadLetterFile> deadLetters;
  private final Optional<LateFile> late;
  private final Optional<RefusedRecords> refused;
  private final WeirConfig config;
  private final Pipeline pipeline;
  private final Tickets tickets = new Tickets();
  private final List<AlertReceiver> receivers = new CopyOnWriteArrayList<>();
  private final Object lifecycle = new Object();
  private boolean isStarted; // guarded by lifecycle
  private volatile boolean isClosed;

  private Weir(WeirConfig config, RuleSetPlan plan) {
    this.config = config;
    this.plan = plan;
    this.deadLetters = config.deadLetters().map(DeadLetterFile::new);
    this.late = config.late().map(file -> new LateFile(file, plan.types()));
    this.refused = deadLetters.map(file -> new RefusedRecords(plan.types(), List.of(SOURCE), file));
    this.data =
        config
            .data()
            .map(
                folder ->
                    DataFolder.open(
                        folder,
                        config.durability(),
                        plan,
                        List.of(SOURCE),
                        this::give,
                        config.notices()));
    try {
      this.pipeline = pipeline();
    } catch (RuntimeException e) {
      data.ifPresent(DataFolder::close);
      throw e;
    }
    data.ifPresent(folder -> folder.sources(pipeline.journaler()::writeSources));
  }

  private Pipeline pipeline() {
    long latenessNs = plan.types().stream().mapToLong(EventType::latenessNs).max().orElse(0);
    Log journal = data.map(DataFolder::journal).orElseGet(Logs::unkept);
    AlertOutput output =
        data.<AlertOutput>map(DataFolder::alerts).orElseGet(() -> new DirectOutput(this::give));
    return new Pipeline(
        config.options(),
        plan,
        Program.compile(plan),
        List.of(SourceSpec.live(SOURCE, latenessNs, config.idleTime().toNanos())),
        ring -> new FiniteSources(List.of(), 1, Long.MIN_VALUE, false, FiniteSources.to(ring)),
        journal,
        output,
        new Noticing(),
        null,
        data.map(DataFolder::saved).orElse(null));
  }

  /**
   * Opens an engine for the rules in {@code DIR/rules}, with journal and alert log in {@code
   * DIR/data}.
   *
   * @throws WeirException in words for the operator
   */
  public static Weir open(Path dir) {
    return open(
        WeirConfig.of(dir.resolve("rules"))
            .withData(dir.resolve("data"), dev.weir.journal.Durability.process()));
  }

  /**
   * Opens an engine. Nothing is evaluated before the first call of {@link #events} or {@link
   * #start}.
   *
   * @throws WeirException if the rules have mistakes, all of them in its message, or cannot be read
   * @throws DataFolderException if the data folder was made for other rules
   * @throws dev.weir.journal.LogException if the data folder is in use, damaged, or not to be
   *     written
   */
  public static Weir open(WeirConfig config) {
    RuleSetLoader.Loaded loaded;
    try {
      loaded = RuleSetLoader.load(config.rules());
    } catch (IOException e) {
      throw new WeirException("cannot read the rules: " + e.getMessage(), e);
    }
    if (loaded.plan().isEmpty()) {
      throw new WeirException(
          loaded.diagnostics().stream()
              .map(DiagnosticText::render)
              .collect(Collectors.joining("\n")),
          null);
    }
    return new Weir(config, loaded.plan().get());
  }

  /**
   * Gives each alert to a receiver, in alert order, once it stands in the alert log. It is called
   * on a thread of the engine: it must be quick and must not call back into it; what it throws ends
   * the engine. What was in the log before is not given; if the process ends between log and
   * receiver, neither is that alert: for at least once, deliver from the alert log.
   *
   * @throws IllegalStateException after evaluation began
   */
  public void onAlert(AlertReceiver receiver) {
    synchronized (lifecycle) {
      if (isStarted) {
        throw new IllegalStateException("receivers must be there before the first event");
      }
      receivers.add(receiver);
    }
  }

  /** Begins to evaluate, with what the journal has; without effect if that has happened. */
  public void start() {
    synchronized (lifecycle) {
      checkOpen();
      if (!isStarted) {
        isStarted = true;
        pipeline.startInBackground();
      }
    }
  }

  /**
   * Takes events of a type from the calling thread, to which the result belongs. Begins to
   * evaluate.
   *
   * @throws IllegalArgumentException if the rules declare no such type
   */
  public Events events(String type) {
    EventType found =
        plan.types().stream()
            .filter(t -> t.name().equals(type))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException("the rules declare no event type `" + type + "`"));
    start();
    UnsafeBuffer scratch = new UnsafeBuffer(new byte[RecordLayout.RECORD_BYTES_MAX]);
    return new Events(this, found, 0, pipeline.ring(), scratch);
  }

  /**
   * Waits until all that was sent before, by any thread, has passed every stage, and its alerts
   * have gone out. Events that still wait for the watermark wait on.
   *
   * @return the position behind the last record
   */
  public long flush() {
    start();
    long next =
        awaitTicket(
            ticket -> {
              while (!pipeline.ring().offerMark(ticket)) {
                await();
              }
            },
            0);
    awaitPosition(next - 1);
    return next;
  }

  /**
   * Waits until the record at this position is durable in the chosen mode and all alerts that it
   * let out have gone out.
   */
  public void awaitPosition(long position) {
    start();
    while (pipeline.merge().committedTo() <= position) {
      await();
    }
  }

  /** The event types of the rules. */
  public List<EventType> types() {
    return plan.types();
  }

  /** The names of the rules, in the order of their alerts. */
  public List<String> rules() {
    return plan.rules().stream().map(RulePlan::name).toList();
  }

  /** The alert log, for those who read it on; only with a data folder. It is not to be closed. */
  public Optional<Log> alertLog() {
    return data.map(DataFolder::alertLog);
  }

  /** Position behind the last record that stands in the journal. */
  public long position() {
    return pipeline.appended();
  }

  /**
   * Takes no more events, lets those pass that were sent, and closes the data folder in order. To
   * be called by one thread, when no other sends any more.
   */
  @Override
  public void close() {
    synchronized (lifecycle) {
      if (isClosed) {
        return;
      }
      try {
        if (isStarted) {
          drain();
        }
      } finally {
        isClosed = true;
        closeAll();
      }
    }
  }

  private void drain() {
    while (!pipeline.hasPassed()) {
      await();
    }
    pipeline.finish();
  }

  private void closeAll() {
    pipeline.close();
    data.ifPresent(DataFolder::close);
    deadLetters.ifPresent(DeadLetterFile::close);
    late.ifPresent(LateFile::close);
  }

  // ---- for what is sent
  // ---------------------------------------------------------------------------

  /** Waits a moment; throws what a stage threw. */
  void await() {
    checkOpen();
    LockSupport.parkNanos(WAIT_NS);
  }

  void checkOpen() {
    pipeline.rethrow();
    if (isClosed) {
      throw new IllegalStateException("the engine is closed");
    }
  }

  /**
   * Sends something with a ticket and waits until the journaler has come to it; gives the position
   * of the record, or for a mark that of the next record.
   */
  long awaitTicket(LongConsumer send, long flags) {
    long ticket = tickets.take();
    while (ticket == 0) {
      await();
      ticket = tickets.take();
    }
    // an engine that fails keeps the ticket: its journaler may still be at work with it
    boolean isSent = false;
    try {
      send.accept(ticket | flags);
      isSent = true;
    } finally {
      if (!isSent) {
        tickets.giveBack(ticket);
      }
    }
    long position = tickets.position(ticket);
    while (position == Tickets.NOT_YET) {
      await();
      position = tickets.position(ticket);
    }
    tickets.giveBack(ticket);
    if (position == Journaler.REFUSED) {
      throw new IllegalArgumentException("refused: more than `ahead` in the future");
    }
    return position;
  }

  Decision takeDecision(long position) {
    awaitPosition(position);
    return tickets.takeDecision(position);
  }

  private void give(Alert alert) {
    if (alert.phase() == 0) {
      Decision.@Nullable Builder decision = tickets.decisionAt(alert.releasePosition());
      if (decision != null) {
        decision.add(alert.json());
      }
    }
    for (AlertReceiver receiver : receivers) {
      receiver.onAlert(alert);
    }
  }

  private final class Noticing implements Pipeline.Events {
    @Override
    public void onDiskFull(boolean isFull) {
      data.ifPresent(folder -> folder.noteDisk(isFull));
    }

    @Override
    public void onTicket(long ticket, long position) {
      tickets.onPosition(ticket, position);
    }

    @Override
    public void onRefused(DirectBuffer buffer, int offset, String reason) {
      refused.ifPresent(letters -> letters.add(buffer, offset, reason));
    }

    @Override
    public void onLate(DirectBuffer buffer, int offset) {
      late.ifPresent(file -> file.add(buffer, offset));
    }
  }
}
