package dev.weir;

import dev.weir.alerts.AlertQueue;
import dev.weir.alerts.AlertWriter;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.engine.DecisionView;
import dev.weir.engine.Engine;
import dev.weir.engine.KeyGroups;
import dev.weir.engine.Program;
import dev.weir.event.RecordLayout;
import dev.weir.ingest.Batches;
import dev.weir.journal.BatchBuffer;
import dev.weir.journal.ControlRecord;
import dev.weir.rules.Deployment;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.Agent;
import org.jspecify.annotations.Nullable;

/**
 * Folds every record of the journal into an engine for the keys of some key groups, and writes the
 * alerts to the queue for the merge. One agent, owned by its thread.
 */
final class Shard implements Agent {
  private final String name;
  private final int number;
  private final KeyGroups owned;
  private final long budgetBytes;
  private final @Nullable Deployments deployments; // null: one rule set, whatever the journal says
  private volatile Engine engine; // written by the owner
  private final Batches.Reader batches;
  private final AlertQueue alerts;
  private AlertWriter writer;
  private final @Nullable Checkpointing checkpointing;
  private final Answers answers;
  private long nextPosition;
  private long passedCut = Checkpointing.NO_CUT; // the one it has written its state at

  /** Takes what the rules on arrival decided of an event; called before the shard is past it. */
  interface Answers {
    void onDecided(long position, DecisionView decision);
  }

  Shard(
      int number,
      int shards,
      RuleSetPlan plan,
      Program program,
      long budgetBytes,
      Batches.Reader batches,
      AlertQueue alerts,
      @Nullable Checkpointing checkpointing,
      @Nullable Deployments deployments,
      Answers answers) {
    this.deployments = deployments;
    this.budgetBytes = budgetBytes;
    this.owned = KeyGroups.ofShard(number, shards);
    this.number = number;
    this.answers = answers;
    this.checkpointing = checkpointing;
    this.name = "shard-" + number;
    this.batches = batches;
    this.alerts = alerts;
    this.writer =
        deployments == null
            ? new AlertWriter(plan, alerts)
            : new AlertWriter(plan, deployments.first().deployment().numbers(), alerts);
    this.engine = new Engine(program, writer, budgetBytes, owned);
  }

  /** The engine has the state before this record. Before the first turn. */
  void beginAt(long position) {
    nextPosition = position;
    alerts.done(position);
  }

  /** The engine at work. Its figures may be read by any thread, and are then not exact. */
  Engine engine() {
    return engine;
  }

  @Override
  public String roleName() {
    return name;
  }

  @Override
  public int doWork() {
    int work = alerts.flush() ? 1 : 0;
    BatchBuffer batch = batches.next();
    long cut = waitingCut();
    if (batch == null) {
      return nextPosition >= cut ? passCut(cut) : work;
    }
    DirectBuffer buffer = batch.buffer();
    int end = batch.offset();
    long position = nextPosition - 1;
    for (int at = batch.recordsOffset(); at < end; ) {
      int length = RecordLayout.length(buffer, at);
      position = RecordLayout.position(buffer, at);
      if (position >= cut) {
        passCut(cut);
        cut = Checkpointing.NO_CUT;
      }
      fold(position, buffer, at, length);
      at += length;
    }
    nextPosition = position + 1;
    alerts.done(nextPosition);
    batches.release();
    return work + batch.count();
  }

  private long waitingCut() {
    long cut = checkpointing == null ? Checkpointing.NO_CUT : checkpointing.cutAt();
    return cut == passedCut ? Checkpointing.NO_CUT : cut;
  }

  private int passCut(long cut) {
    passedCut = cut;
    java.util.Objects.requireNonNull(checkpointing).onShard(number, engine);
    return 1;
  }

  /** Folds one record of the journal. */
  void fold(long position, DirectBuffer buffer, int at, int length) {
    if (ControlRecord.is(buffer, at)) {
      control(position, buffer, at);
    } else {
      engine.onRecord(buffer, at, length, RecordLayout.watermark(buffer, at));
      DecisionView decision = engine.decision();
      if (decision.decision().isPresent()) {
        answers.onDecided(position, decision);
      }
    }
  }

  /** The cut: everything released before is judged by the old, everything after by the new. */
  private void control(long position, DirectBuffer buffer, int at) {
    int kind = ControlRecord.kind(buffer, at);
    switch (kind) {
      case ControlRecord.EPOCH -> {
        writer.epoch(AlertLogOpening.epochOf(buffer, at));
        engine.onWatermark(position, RecordLayout.watermark(buffer, at));
      }
      case ControlRecord.TICK, ControlRecord.SOURCE_END ->
          engine.onWatermark(position, RecordLayout.watermark(buffer, at));
      case ControlRecord.DEPLOYMENT -> {
        engine.onWatermark(position, RecordLayout.watermark(buffer, at));
        if (deployments != null) {
          deploy(deployments, position, buffer, at);
        }
      }
      case ControlRecord.STREAM_END -> engine.onEnd(position, RecordLayout.time(buffer, at));
      default ->
          throw new DataFolderException(
              "position "
                  + position
                  + " of the journal is a record of a later version of Weir: "
                  + ControlRecord.nameOf(kind));
    }
  }

  /** The new set goes on where the old one stands. Linear in the state. */
  private void deploy(Deployments sets, long position, DirectBuffer buffer, int at) {
    Deployments.Ready ready = sets.of(position, ControlRecord.body(buffer, at));
    Deployment deployment = ready.deployment();
    AlertWriter next = new AlertWriter(deployment.plan(), deployment.numbers(), alerts);
    next.epoch(writer.epoch());
    Engine successor = new Engine(ready.program(), next, budgetBytes, owned);
    successor.takeOver(engine);
    writer = next;
    engine = successor;
  }
}
