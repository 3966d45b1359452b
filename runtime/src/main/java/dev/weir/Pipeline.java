package dev.weir;

import dev.weir.Checkpointing.Saved;
import dev.weir.alerts.AlertMerge;
import dev.weir.alerts.AlertOutput;
import dev.weir.alerts.AlertQueue;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.engine.DecisionView;
import dev.weir.engine.Program;
import dev.weir.ingest.FiniteSources;
import dev.weir.ingest.Intake;
import dev.weir.ingest.Journaler;
import dev.weir.ingest.RecordRing;
import dev.weir.ingest.SourceSpec;
import dev.weir.journal.ControlRecord;
import dev.weir.journal.Log;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * The stages of an engine, put together:
 *
 * <pre>
 *  sources ─▶ {@link RecordRing} ─▶ {@link Journaler} ─▶ {@link dev.weir.ingest.Batches} ─▶
 *      {@link Shard} 1..n ─▶ {@link AlertQueue} 1..n ─▶ {@link AlertMerge} ─▶ {@link AlertOutput}
 * </pre>
 *
 * Each stage is an agent; the setting says which share a thread. With {@code shared} the stages
 * work when {@link #work} is called; with {@code dedicated} on threads of their own, and {@code
 * work} only waits a moment. What a stage throws ends all stages and is thrown by {@code work}.
 */
final class Pipeline implements AutoCloseable {
  private static final long WAIT_NS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long MARK_TICKET = Long.MAX_VALUE;

  private final PipelineOptions options;
  private final Intake intake;
  private final RecordRing ring;
  private final Journaler journaler;
  private final List<Shard> shards = new ArrayList<>();
  private final AlertMerge merge;
  private final AlertOutput output;
  private final FiniteSources files;
  private final Log journal;
  private final Events events;
  private final @Nullable Checkpointing checkpointing;
  private final NanoClock elapsed;
  private final IdleStrategy idle;
  private final Latency latency = new Latency();
  private final long startsAt;
  private final long recoversTo;
  private final List<AgentThread> threads = new ArrayList<>();
  private volatile @Nullable Throwable failure;
  private volatile boolean isClosing;
  private volatile long markedPosition = -1;
  private volatile long appended;
  private boolean isMarked;
  private volatile boolean isRecovered;

  /** Takes what the stages notice; called on their threads. */
  interface Events {
    void onDiskFull(boolean isFull);

    /** A record that came with a ticket stands in the journal, or was refused. */
    default void onTicket(long ticket, long position) {}

    /** The rules of one shard decided of an event. Called before the shard is past it. */
    default void onDecided(long position, DecisionView decision) {}

    /** A record was refused before it got a position. */
    default void onRefused(DirectBuffer buffer, int offset, String reason) {}

    /** A rule set stands in the journal. */
    default void onDeployment(byte[] body) {}

    /** A record of the journal is late. */
    default void onLate(DirectBuffer buffer, int offset) {}
  }

  Pipeline(
      PipelineOptions options,
      Clocks clocks,
      RuleSetPlan plan,
      Program program,
      List<SourceSpec> sources,
      java.util.function.Function<RecordRing, FiniteSources> files,
      Log journal,
      AlertOutput output,
      Events events,
      @Nullable Checkpointing checkpointing,
      @Nullable Saved saved,
      @Nullable Deployments deployments) {
    this.options = options;
    this.elapsed = clocks.elapsed();
    this.journal = journal;
    this.output = output;
    this.events = events;
    this.checkpointing = checkpointing;
    this.idle = options.idle().strategy();
    this.intake = new Intake(plan.types(), sources);
    if (saved != null) {
      saved.restore(intake);
    }
    this.startsAt = intake.position();
    this.recoversTo = journal.nextPosition();
    this.ring = new RecordRing(options.ringBytes());
    this.files = files.apply(ring);
    List<AlertQueue> queues = new ArrayList<>();
    for (int i = 0; i < options.shards(); i++) {
      queues.add(new AlertQueue(this::awaitMerge));
    }
    this.merge =
        new AlertMerge(
            queues,
            deployments == null
                ? plan.rules().size()
                : deployments.first().deployment().names().size(),
            output);
    this.journaler =
        new Journaler(
            journal,
            intake,
            ring,
            options.shards(),
            new Noticing(),
            clocks.wall(),
            clocks.elapsed(),
            options.ahead().toNanos(),
            options.tick().toNanos());
    FeaturePhase phase = options.shards() > 1 ? new FeaturePhase(options.shards()) : null;
    for (int i = 0; i < options.shards(); i++) {
      shards.add(
          new Shard(
              i,
              options.shards(),
              plan,
              program,
              options.budgetBytes() / options.shards(),
              journaler.batches().reader(i),
              queues.get(i),
              phase,
              checkpointing,
              deployments,
              events::onDecided));
    }
    if (saved != null) {
      saved.restore(merge, shards.stream().map(Shard::engine).toList());
    }
    shards.forEach(shard -> shard.beginAt(intake.position()));
    if (checkpointing != null) {
      merge.onCut(position -> checkpointing.onMerge(merge, output));
    }
  }

  /** A shard waits for the merge; on one thread with it, the merge works meanwhile if it can. */
  private boolean awaitMerge() {
    if (isClosing || failure != null) {
      return false;
    }
    if (options.threading() == PipelineOptions.Threading.DEDICATED) {
      LockSupport.parkNanos(WAIT_NS / 10);
      return true;
    }
    return shards.size() == 1 && merge.doWork() > 0;
  }

  private final class Noticing implements Journaler.Listener {
    @Override
    public void onRecovered() {
      files.resume(intake, journal);
      files.begin();
      latency.begin(intake.position());
      isRecovered = true;
    }

    @Override
    public void onCut(Intake standing) {
      if (checkpointing != null) {
        checkpointing.onIntake(standing, merge);
      }
    }

    @Override
    public void onRefused(DirectBuffer buffer, int offset, int length, String reason) {
      events.onRefused(buffer, offset, reason);
    }

    @Override
    public void onLate(DirectBuffer buffer, int offset) {
      events.onLate(buffer, offset);
    }

    @Override
    public void onDeployment(DirectBuffer buffer, int offset) {
      events.onDeployment(ControlRecord.body(buffer, offset));
    }

    @Override
    public void onTicket(long ticket, long position) {
      if (ticket == MARK_TICKET) {
        markedPosition = position;
      } else {
        events.onTicket(ticket, position);
      }
    }

    @Override
    public void onDiskFull(boolean isFull) {
      events.onDiskFull(isFull);
    }

    @Override
    public void onAppended(long nextPosition, long watermarkNs) {
      appended = nextPosition;
      latency.appended(nextPosition, journaler.begunNs());
    }
  }

  /** Starts the threads, where stages have their own. */
  void start() {
    if (options.threading() == PipelineOptions.Threading.DEDICATED) {
      stages().forEach(this::start);
    }
  }

  /** As {@link #start}, but nobody calls {@link #work}: where stages share a thread, it is one. */
  void startInBackground() {
    if (options.threading() == PipelineOptions.Threading.SHARED) {
      start(new AllStages());
    } else {
      start();
    }
  }

  private void start(Agent agent) {
    AgentThread thread = new AgentThread(agent, options.idle().strategy(), this::fail);
    threads.add(thread);
    thread.start();
  }

  /** All stages, one after the other. */
  private final class AllStages implements Agent {
    @Override
    public String roleName() {
      return "engine";
    }

    @Override
    public int doWork() {
      return turn();
    }
  }

  /** The merge, and what is measured behind it. */
  private final class Merging implements Agent {
    @Override
    public String roleName() {
      return merge.roleName();
    }

    @Override
    public int doWork() {
      return turnOfMerge();
    }
  }

  private int turnOfMerge() {
    int work = merge.doWork();
    if (work > 0 && latency.isWaiting()) {
      latency.passed(merge.committedTo(), elapsed.nanoTime());
    }
    return work;
  }

  private void fail(Throwable cause) {
    if (failure == null) {
      failure = cause;
    }
  }

  /** A turn of all stages, or a moment of waiting for them. */
  void work() {
    askForCheckpoint();
    if (options.threading() == PipelineOptions.Threading.SHARED) {
      idle.idle(turn());
      return;
    }
    rethrow();
    LockSupport.parkNanos(WAIT_NS);
  }

  /** The stages in the order of an event's way, for a caller that turns them itself. */
  List<Agent> stages() {
    List<Agent> stages = new ArrayList<>(List.of(files, journaler));
    stages.addAll(shards);
    stages.add(new Merging());
    return stages;
  }

  /** Asks for a checkpoint, if one is due. The thread that works. */
  void askForCheckpoint() {
    if (checkpointing != null && isRecovered) {
      long nowNs = elapsed.nanoTime();
      if (checkpointing.isDue(nowNs) && ring.offerCut()) {
        checkpointing.askedFor(nowNs);
      }
    }
  }

  private int turn() {
    int work = files.doWork() + journaler.doWork();
    for (int i = 0; i < shards.size(); i++) {
      work += shards.get(i).doWork();
    }
    return work + turnOfMerge();
  }

  /** Throws what a stage threw. Any thread. */
  void rethrow() {
    Throwable cause = failure;
    if (cause instanceof RuntimeException exception) {
      throw exception;
    }
    if (cause instanceof Error error) {
      throw error;
    }
  }

  /** Whether the files have been read and all that they gave has passed every stage. */
  boolean hasPassed() {
    if (!files.isDone()) {
      return false;
    }
    if (!isMarked) {
      isMarked = ring.offerMark(MARK_TICKET);
    }
    return markedPosition >= 0 && merge.mergedTo() >= markedPosition;
  }

  /** Position behind the last record that stands in the journal. Any thread. */
  long appended() {
    return appended;
  }

  /** What share of the journal that it began with has been folded, from 0 to 1. Any thread. */
  double recovered() {
    if (isRecovered && merge.mergedTo() >= recoversTo || recoversTo <= startsAt) {
      return 1;
    }
    double folded = merge.mergedTo() - startsAt;
    return Math.max(0, Math.min(1, folded / (recoversTo - startsAt)));
  }

  /** Since the last checkpoint; empty where none are made. Any thread. */
  OptionalLong sinceCheckpointNs() {
    return checkpointing == null
        ? OptionalLong.empty()
        : OptionalLong.of(checkpointing.sinceLastNs());
  }

  /** An alert has gone out that the record at this position released. The merge. */
  void alerted(long releasePosition) {
    latency.alerted(releasePosition, elapsed.nanoTime());
  }

  Latency latency() {
    return latency;
  }

  RecordRing ring() {
    return ring;
  }

  Journaler journaler() {
    return journaler;
  }

  FiniteSources files() {
    return files;
  }

  Intake intake() {
    return intake;
  }

  List<Shard> shards() {
    return shards;
  }

  AlertMerge merge() {
    return merge;
  }

  /** Ends all stages; then lets out the alerts that waited, if nothing failed. */
  void finish() {
    stopThreads();
    rethrow();
    while (!output.flush()) {
      events.onDiskFull(true);
      LockSupport.parkNanos(WAIT_NS * 100);
    }
  }

  private void stopThreads() {
    isClosing = true;
    threads.forEach(AgentThread::stop);
    threads.forEach(AgentThread::join);
    threads.clear();
  }

  @Override
  public void close() {
    stopThreads();
    journaler.onClose();
  }
}
