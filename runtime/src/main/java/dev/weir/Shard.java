package dev.weir;

import dev.weir.alerts.AlertQueue;
import dev.weir.alerts.AlertWriter;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.engine.DecisionView;
import dev.weir.engine.Engine;
import dev.weir.engine.FeatureRows;
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
 * alerts to the queue for the merge. Where a rule reads features by other keys than its own, it
 * folds each stretch of records twice: first into an engine of those features, then, when every
 * shard has done so, into the engine of the rules. A stretch ends with its batch, or with a record
 * that changes the rules. One agent, owned by its thread.
 */
final class Shard implements Agent {
  private final String name;
  private final int number;
  private final @Nullable Deployments deployments; // null: one rule set, whatever the journal says
  private final KeyGroups owned;
  private final long budgetBytes;
  private final Fold fold;
  private Program program;
  private final @Nullable FeaturePhase phase; // null: this is the only shard
  private @Nullable Fold ahead; // not null: the first of two phases
  private long stretch; // number of the one at hand
  private int stretchFrom; // offset in the batch at hand; 0: no batch is at hand
  private int stretchTo;
  private boolean isAhead; // the first phase is over for the stretch at hand
  private final Batches.Reader batches;
  private final AlertQueue alerts;
  private AlertWriter writer;
  private int epoch;
  private final @Nullable Checkpointing checkpointing;
  private final Answers answers;
  private long nextPosition;
  private int passedCut; // number of the one it has written its state at

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
      @Nullable FeaturePhase phase,
      @Nullable Checkpointing checkpointing,
      @Nullable Deployments deployments,
      Answers answers) {
    this.program = program;
    this.phase = phase;
    this.deployments = deployments;
    this.budgetBytes = budgetBytes;
    this.owned = KeyGroups.ofShard(number, shards);
    this.number = number;
    this.answers = answers;
    this.checkpointing = checkpointing;
    this.name = "shard-" + number;
    this.batches = batches;
    this.alerts = alerts;
    if (deployments == null) {
      writer = new AlertWriter(plan, alerts);
      fold = new Fold(new Engine(program, writer, budgetOf(program), owned), this::onEpoch);
    } else {
      writer = writer(deployments.first().deployment());
      fold = new Fold(deployments, this::engineFor, this::onEpoch);
    }
  }

  /** This set is in force from now on. */
  private Engine engineFor(Deployments.Ready ready) {
    program = ready.program();
    writer = writer(ready.deployment());
    writer.epoch(epoch);
    return new Engine(program, writer, budgetOf(program), owned);
  }

  private void onEpoch(int number) {
    epoch = number;
    writer.epoch(number);
  }

  private AlertWriter writer(Deployment deployment) {
    return new AlertWriter(deployment.plan(), deployment.hash(), deployment.numbers(), alerts);
  }

  /** The engine has the state before this record. Before the first turn. */
  void beginAt(long position) {
    nextPosition = position;
    alerts.done(position);
    goAhead();
  }

  private boolean hasPhases(Program rules) {
    return phase != null && rules.readsAcrossKeys();
  }

  /** Where there are two engines, each may take half. */
  private long budgetOf(Program rules) {
    return hasPhases(rules) ? budgetBytes / 2 : budgetBytes;
  }

  /** The first phase goes on where the engine stands. Linear in the state. */
  private void goAhead() {
    ahead = null;
    if (hasPhases(program)) {
      Engine features = Engine.ofSharedFeatures(program, budgetOf(program), owned);
      features.takeOver(engine());
      ahead = new Fold(features, Fold.Epochs.UNHEEDED);
    }
  }

  /** The engine at work. Its figures may be read by any thread, and are then not exact. */
  Engine engine() {
    return fold.engine();
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
      return nextPosition >= cut ? passCut() : work;
    }
    DirectBuffer buffer = batch.buffer();
    int end = batch.offset();
    if (stretchFrom == 0) {
      stretchFrom = batch.recordsOffset();
    }
    while (stretchFrom < end) {
      if (!isAhead) {
        stretchTo = foldAhead(buffer, stretchFrom, end);
        isAhead = true;
        work++;
      }
      if (!mayFold()) {
        return work;
      }
      foldStretch(buffer, cut);
      cut = waitingCut();
      stretch++;
      stretchFrom = stretchTo;
      isAhead = false;
    }
    stretchFrom = 0;
    alerts.done(nextPosition);
    batches.release();
    return work + batch.count();
  }

  /** Folds features up to where the stretch ends, and returns that. */
  private int foldAhead(DirectBuffer buffer, int from, int end) {
    if (phase == null || ahead == null && deployments == null) {
      return end;
    }
    Fold features = ahead;
    if (features != null) {
      FeatureRows rows = phase.rows(stretch).get(number);
      rows.clear();
      features.engine().writesTo(rows);
    }
    int at = from;
    boolean isOver = false;
    while (at < end && !isOver) {
      int length = RecordLayout.length(buffer, at);
      if (features != null) {
        features.onRecord(RecordLayout.position(buffer, at), buffer, at, length);
      }
      isOver = ControlRecord.is(buffer, at, ControlRecord.DEPLOYMENT);
      at += length;
    }
    phase.written(number, stretch);
    return at;
  }

  /** Whether what rules read of other shards is there; if so, the engine knows where. */
  private boolean mayFold() {
    if (ahead == null || phase == null) {
      return true;
    }
    if (!phase.isWritten(stretch)) {
      return false;
    }
    engine().readsFrom(phase.rows(stretch));
    return true;
  }

  private void foldStretch(DirectBuffer buffer, long waitingCut) {
    long cut = waitingCut;
    for (int at = stretchFrom; at < stretchTo; ) {
      int length = RecordLayout.length(buffer, at);
      long position = RecordLayout.position(buffer, at);
      if (position >= cut) {
        passCut();
        cut = Checkpointing.NO_CUT;
      }
      fold(position, buffer, at, length);
      nextPosition = position + 1;
      at += length;
    }
  }

  private long waitingCut() {
    Checkpointing making = checkpointing;
    if (making == null) {
      return Checkpointing.NO_CUT;
    }
    long cut = making.cutAt();
    return making.cuts() == passedCut ? Checkpointing.NO_CUT : cut;
  }

  private int passCut() {
    Checkpointing at = java.util.Objects.requireNonNull(checkpointing);
    passedCut = at.cuts();
    at.onShard(number, engine());
    return 1;
  }

  /** Folds one record of the journal. */
  void fold(long position, DirectBuffer buffer, int at, int length) {
    fold.onRecord(position, buffer, at, length);
    if (ControlRecord.is(buffer, at)) {
      if (deployments != null && ControlRecord.kind(buffer, at) == ControlRecord.DEPLOYMENT) {
        goAhead();
      }
      return;
    }
    DecisionView decision = engine().decision();
    if (decision.decision().isPresent()) {
      answers.onDecided(position, decision);
    }
  }
}
