package dev.weir;

import dev.weir.alerts.Alert;
import dev.weir.alerts.AlertOutput;
import dev.weir.alerts.AlertReceiver;
import dev.weir.alerts.DirectOutput;
import dev.weir.dsl.diagnostic.DiagnosticText;
import dev.weir.dsl.plan.RulePlan;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.engine.DecisionView;
import dev.weir.event.EventType;
import dev.weir.event.RecordLayout;
import dev.weir.ingest.DeadLetterFile;
import dev.weir.ingest.FiniteSources;
import dev.weir.ingest.IntakeStatus;
import dev.weir.ingest.Journaler;
import dev.weir.ingest.LateFile;
import dev.weir.ingest.RefusedRecords;
import dev.weir.ingest.SourceSpec;
import dev.weir.journal.ControlRecord;
import dev.weir.journal.Durations;
import dev.weir.journal.Log;
import dev.weir.journal.Logs;
import dev.weir.rules.BadDeploymentException;
import dev.weir.rules.Deployment;
import dev.weir.rules.RuleChange;
import dev.weir.rules.RuleSetLoader;
import dev.weir.rules.RuleSource;
import dev.weir.rules.RuleTests;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
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
  private static final long STATUS_NS_MAX = TimeUnit.SECONDS.toNanos(1);

  private final RuleSetPlan plan; // of the set that it was opened with: for the event types
  private final Deployment wanted;
  private final Deployments deployments;
  private final Object applying = new Object();
  private volatile Deployment head; // written with applying held
  private volatile long headPosition = -1;
  private final Optional<DataFolder> data;
  private final Optional<DeadLetterFile> deadLetters;
  private final Optional<LateFile> late;
  private final Optional<RefusedRecords> refused;
  private final WeirConfig config;
  private final Pipeline pipeline;
  private final Tickets tickets = new Tickets();
  private final LongAdder lateDecisions = new LongAdder();
  private final LongAdder refusedEvents = new LongAdder();
  private final LongAdder changes = new LongAdder();
  private final LongAdder failedChanges = new LongAdder();
  private volatile long changedMs = System.currentTimeMillis();
  private final List<AlertReceiver> receivers = new CopyOnWriteArrayList<>();
  private final Object lifecycle = new Object();
  private boolean isStarted; // guarded by lifecycle
  private volatile boolean isClosed;

  private Weir(WeirConfig config, Deployment wanted) {
    this.config = config;
    this.wanted = wanted;
    this.plan = wanted.live();
    this.deadLetters = config.deadLetters().map(DeadLetterFile::new);
    this.late = config.late().map(file -> new LateFile(file, plan.types()));
    this.refused = deadLetters.map(file -> new RefusedRecords(plan.types(), List.of(SOURCE), file));
    this.data =
        config
            .data()
            .map(
                folder ->
                    DataFolder.openLive(
                        folder,
                        config.durability(),
                        wanted,
                        List.of(SOURCE),
                        this::give,
                        config.notices()));
    this.head = data.map(DataFolder::head).orElse(wanted);
    try {
      this.deployments = new Deployments(data.map(DataFolder::start).orElse(wanted));
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
        Clocks.system(),
        deployments.first().deployment().plan(),
        deployments.first().program(),
        List.of(SourceSpec.live(SOURCE, latenessNs, config.idleTime().toNanos())),
        ring -> new FiniteSources(List.of(), 1, Long.MIN_VALUE, false, FiniteSources.to(ring)),
        journal,
        output,
        new Noticing(),
        null,
        data.map(DataFolder::saved).orElse(null),
        deployments);
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
    return new Weir(config, Deployment.first(source(config.rules()), "first"));
  }

  /**
   * As {@link #open(WeirConfig)}, but with the rule set that the data folder has, whatever the
   * rules are now.
   */
  public static Weir openAsDeployed(WeirConfig config) {
    Path data = config.data().orElseThrow(() -> new WeirException("there is no data folder", null));
    Deployment last =
        RuleSetHistory.last(data)
            .orElseThrow(
                () ->
                    new WeirException(
                        RuleSetHistory.isBegun(data)
                            ? data + ": its rules stay as they are"
                            : data + ": nothing was deployed yet",
                        null));
    return new Weir(config, last);
  }

  private static RuleSource source(Path rules) {
    RuleSetLoader.LoadedSource read;
    try {
      read = RuleSetLoader.loadSource(rules);
    } catch (IOException e) {
      throw new WeirException("cannot read the rules: " + e.getMessage(), e);
    }
    if (read.loaded().plan().isEmpty()) {
      throw new WeirException(
          read.loaded().diagnostics().stream()
              .map(DiagnosticText::render)
              .collect(Collectors.joining("\n")),
          null);
    }
    return read.source();
  }

  // ---- rules that change
  // --------------------------------------------------------------------------

  /**
   * What {@link #apply} would do with each rule, and how many partial matches are open; changes
   * nothing.
   *
   * @throws WeirException if the rules have mistakes, all of them in its message, or cannot be read
   */
  public List<PlannedChange> plan(Path rules) {
    Deployment before = head;
    Deployment next = next(before, source(rules), "");
    List<PlannedChange> planned = new ArrayList<>();
    for (RuleChange change : RuleChange.between(before.live(), next.live())) {
      planned.add(new PlannedChange(change, openPartials(before, change.rule(), false)));
    }
    return planned;
  }

  /**
   * A change of a rule.
   *
   * @param open its partial matches that are open, about now
   */
  public record PlannedChange(RuleChange change, long open) {}

  /**
   * A rule set that is live.
   *
   * @param position of its record in the journal: what later records release is judged by it; -1
   *     for a set that was live when the engine was opened
   */
  public record Applied(String hash, long position, List<String> rules) {
    public Applied {
      rules = List.copyOf(rules);
    }
  }

  /**
   * Puts the rules of a file or folder in the place of those in force, all or nothing, and returns
   * once they are live. What has not changed keeps its state; for the rest see {@link #plan}. A set
   * that means the same as the one in force changes nothing. One at a time; events go on meanwhile.
   *
   * @param note who or what brings it, for people
   * @throws WeirException if the rules have mistakes, all of them in its message, cannot be read,
   *     declare other event types, or are too large
   */
  public Applied apply(Path rules, String note) {
    start();
    return counted(() -> deploy(source(rules), note));
  }

  /**
   * Puts the set that was live before the present one in its place, as {@link #apply} does.
   *
   * @throws WeirException if there is none
   */
  public Applied rollback(String note) {
    start();
    return counted(() -> goBack(note));
  }

  private Applied goBack(String note) {
    synchronized (applying) {
      String present = head.hash();
      List<RuleSetHistory.Entry> sets = history();
      for (int i = sets.size() - 1; i >= 0; i--) {
        if (!sets.get(i).deployment().hash().equals(present)) {
          return deploy(sets.get(i).deployment().source(), note);
        }
      }
      throw new WeirException("there is no earlier rule set to go back to", null);
    }
  }

  private Applied counted(Supplier<Applied> change) {
    boolean isDone = false;
    try {
      Applied applied = change.get();
      isDone = true;
      changedMs = System.currentTimeMillis();
      return applied;
    } finally {
      (isDone ? changes : failedChanges).increment();
    }
  }

  /**
   * All rule sets that were live, in order, as the journal has them; without a data folder only the
   * present one. Linear in the journal.
   */
  public List<RuleSetHistory.Entry> history() {
    return config
        .data()
        .map(RuleSetHistory::of)
        .filter(sets -> !sets.isEmpty())
        .orElseGet(() -> List.of(new RuleSetHistory.Entry(headPosition, head)));
  }

  /** Identity of the rule set in force. */
  public String ruleSet() {
    return head.hash();
  }

  private Applied deploy(RuleSource source, String note) {
    synchronized (applying) {
      Deployment before = head;
      Deployment next = next(before, source, note);
      if (next.hash().equals(before.hash())) {
        return new Applied(before.hash(), headPosition, rules());
      }
      Deployments.Ready ready = Deployments.Ready.of(next);
      byte[] body = next.encode();
      if (body.length + 1024 > config.options().ringBytes() / 8) {
        throw new WeirException("the rule set is too large: " + body.length + " bytes", null);
      }
      UnsafeBuffer record = new UnsafeBuffer(new byte[body.length + 64]);
      int length =
          ControlRecord.write(
              record, 0, ControlRecord.DEPLOYMENT, 0, 0, new UnsafeBuffer(body), 0, body.length);
      deployments.expect(body, ready);
      long position =
          awaitTicket(
              ticket -> {
                while (!pipeline.ring().offerControl(ticket, record, 0, length)) {
                  await();
                }
              },
              0);
      awaitCommit(position);
      head = next;
      headPosition = position;
      return new Applied(next.hash(), position, rules());
    }
  }

  private Deployment next(Deployment before, RuleSource source, String note) {
    try {
      return before.next(source, ended(before), note);
    } catch (BadDeploymentException e) {
      throw new WeirException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Closing rules only lose partial matches: one that has none is over for good. */
  private Set<Deployment.Closing> ended(Deployment before) {
    Set<Deployment.Closing> ended = new HashSet<>();
    for (RulePlan rule : before.plan().rules()) {
      boolean isPrompt =
          rule.body() instanceof RulePlan.When
              || rule.body() instanceof RulePlan.Match match
                  && match.fire() == RulePlan.Fire.PROMPT;
      if (rule.life().isClosing() && isPrompt && openPartials(before, rule.name(), true) == 0) {
        ended.add(new Deployment.Closing(rule.name(), rule.version()));
      }
    }
    return ended;
  }

  private long openPartials(Deployment of, String rule, boolean isClosing) {
    long open = 0;
    List<RulePlan> rules = of.plan().rules();
    for (int i = 0; i < rules.size(); i++) {
      if (rules.get(i).name().equals(rule) && rules.get(i).life().isClosing() == isClosing) {
        for (Shard shard : pipeline.shards()) {
          open += shard.engine().openPartials(i);
        }
      }
    }
    return open;
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
        if (!head.hash().equals(wanted.hash())) {
          Applied ignored = deploy(wanted.source(), "at the start");
        }
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
    awaitCommit(position);
  }

  private void awaitCommit(long position) {
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
    return head.live().rules().stream().map(RulePlan::name).toList();
  }

  /** The alert log, for those who read it on; only with a data folder. It is not to be closed. */
  public Optional<Log> alertLog() {
    return data.map(DataFolder::alertLog);
  }

  /** Decisions since the opening whose time ran out, see {@link WeirConfig#withDecisions}. */
  public long lateDecisions() {
    return lateDecisions.sum();
  }

  /**
   * How the engine stands. Waits for the intake's turn, at most a second; then what the intake knew
   * before is told. Allocates; cost linear in the rules.
   */
  public EngineStatus status() {
    Deployment set = head;
    long bytes = 0;
    long keys = 0;
    for (Shard shard : pipeline.shards()) {
      bytes += shard.engine().bytesInUse();
      keys += shard.engine().keysInUse();
    }
    return new EngineStatus(
        pipeline.appended(),
        pipeline.merge().committedTo(),
        pipeline.recovered(),
        intakeStatus(),
        refusedEvents.sum(),
        EngineFigures.rules(set, pipeline.shards(), pipeline.merge()),
        pipeline.sinceCheckpointNs(),
        bytes,
        keys,
        pipeline.shards().get(0).engine().heldEvents(),
        pipeline.latency().records().counts(),
        pipeline.latency().alerts().counts(),
        data.map(folder -> folder.journal().flushTimes()).orElseGet(Durations::new).counts(),
        lateDecisions.sum(),
        new EngineStatus.RuleSet(set.hash(), changes.sum(), failedChanges.sum(), changedMs));
  }

  private IntakeStatus intakeStatus() {
    Journaler journaler = pipeline.journaler();
    journaler.ask();
    long startNs = System.nanoTime();
    while (journaler.isAsked() && System.nanoTime() - startNs < STATUS_NS_MAX) {
      LockSupport.parkNanos(WAIT_NS);
    }
    IntakeStatus atStart = journaler.statusAtStart();
    IntakeStatus now = journaler.status();
    return EngineFigures.since(now, atStart == null ? now : atStart);
  }

  /** Bytes of the journal on disk; 0 without a data folder. */
  public long journalBytes() {
    return data.map(folder -> folder.journal().sizeBytes()).orElse(0L);
  }

  /** Runs the tests of the rule set in force, each in an engine of its own. */
  public List<RuleTests.Outcome> runTests() {
    return RuleTests.run(head.live(), "");
  }

  /** Position behind the last record that stands in the journal. */
  public long position() {
    return pipeline.appended();
  }

  /**
   * Takes no more events, lets those pass that were sent, and closes the data folder in order. To
   * be called by one thread, when no other sends any more.
   *
   * @throws WeirException if the engine has failed; its cause is what other calls throw then
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
    try {
      while (!pipeline.hasPassed()) {
        await();
      }
      pipeline.finish();
    } catch (RuntimeException | Error e) {
      // another exception: a block that ends with this one already closes the engine, too
      throw new WeirException("the engine has failed: " + e.getMessage(), e);
    }
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
    checkTaken(position);
    return position;
  }

  private static void checkTaken(long position) {
    if (position == Journaler.REFUSED) {
      throw new IllegalArgumentException("refused: more than `ahead` in the future");
    }
  }

  /** Offers a record with a ticket; false while the engine is behind. */
  interface Offer {
    boolean offer(long ticket);
  }

  /** Sends an event and waits for its decision, as long as there is time. */
  Decision decide(Offer offer) {
    long startNs = System.nanoTime();
    long ticket = tickets.take();
    while (ticket == 0) {
      if (isOver(startNs)) {
        return late(Decision.NOT_TAKEN);
      }
      await();
      ticket = tickets.take();
    }
    boolean isSent = false;
    try {
      while (!offer.offer(ticket | Tickets.DECIDE)) {
        if (isOver(startNs)) {
          return late(Decision.NOT_TAKEN);
        }
        await();
      }
      isSent = true;
    } finally {
      if (!isSent) {
        tickets.giveBack(ticket);
      }
    }
    long position = tickets.position(ticket);
    while (position == Tickets.NOT_YET) {
      if (isOver(startNs) && tickets.giveUp(ticket)) {
        return late(Decision.NOT_KNOWN);
      }
      await();
      position = tickets.position(ticket);
    }
    tickets.giveBack(ticket);
    checkTaken(position);
    while (pipeline.merge().committedTo() <= position) {
      if (isOver(startNs)) {
        tickets.forgetDecision(position);
        return late(position);
      }
      await();
    }
    return tickets.takeDecision(position, deployments.hashAt(position));
  }

  private boolean isOver(long startNs) {
    return config.decisions().isPresent()
        && System.nanoTime() - startNs >= config.decisions().get().budget().toNanos();
  }

  private Decision late(long position) {
    lateDecisions.increment();
    return Decision.late(position, config.decisions().orElseThrow().otherwise());
  }

  private void give(Alert alert) {
    pipeline.alerted(alert.releasePosition());
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
    public void onDeployment(byte[] body) {
      data.ifPresent(folder -> folder.deployed(body));
    }

    @Override
    public void onTicket(long ticket, long position) {
      tickets.onPosition(ticket, position);
    }

    @Override
    public void onDecided(long position, DecisionView view) {
      Decision.@Nullable Builder decision = tickets.decisionAt(position);
      if (decision != null) {
        decision.decided(view);
      }
    }

    @Override
    public void onRefused(DirectBuffer buffer, int offset, String reason) {
      refusedEvents.increment();
      refused.ifPresent(letters -> letters.add(buffer, offset, reason));
    }

    @Override
    public void onLate(DirectBuffer buffer, int offset) {
      late.ifPresent(file -> file.add(buffer, offset));
    }
  }
}
