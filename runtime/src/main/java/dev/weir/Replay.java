package dev.weir;

import dev.weir.alerts.AlertMerge;
import dev.weir.alerts.AlertQueue;
import dev.weir.alerts.AlertReceiver;
import dev.weir.alerts.DirectOutput;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.engine.Program;
import dev.weir.event.RecordLayout;
import dev.weir.ingest.Batches;
import dev.weir.journal.BatchView;
import dev.weir.journal.ControlRecord;
import dev.weir.journal.LogDump;
import dev.weir.rules.Deployment;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Folds a part of a journal again, with the rules that it was made for or with others, into a
 * receiver and nowhere else. The journal is only read, and may be in use. The fold begins with
 * empty state: what rules remember from before its start is not there. One thread.
 */
public final class Replay {
  /**
   * The part of the journal that is folded: from the first record at or behind both beginnings to
   * before the first one at or behind either end.
   *
   * @param fromNs of stream time, in nanoseconds since the epoch, or the least long
   * @param toNs of stream time, or the greatest long
   */
  public record Range(long fromPosition, long fromNs, long toPosition, long toNs) {
    public static final Range ALL = new Range(0, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);
  }

  /**
   * What was folded.
   *
   * @param alerts without those held back
   */
  public record Summary(long events, long alerts) {}

  /** As fast as it goes. */
  public static final double MAX_SPEED = Double.POSITIVE_INFINITY;

  private final @Nullable RuleSetPlan plan; // null: the rule sets of the journal
  private @Nullable Deployment inForce; // where the part begins
  private @Nullable Shard shard;
  private final AlertQueue queue;
  private final AlertMerge merge;
  private final BooleanSupplier isStopped;
  private final double speed;
  private final Range range;
  private boolean hasBegun;
  private boolean hasEnded;
  private long events;
  private long firstWatermarkNs = Long.MIN_VALUE;
  private long firstNs;

  private Replay(
      @Nullable RuleSetPlan plan,
      @Nullable Deployment first,
      Range range,
      double speed,
      AlertReceiver receiver,
      BooleanSupplier isStopped) {
    this.plan = plan;
    this.range = range;
    this.speed = speed;
    this.isStopped = isStopped;
    AlertMerge[] itself = new AlertMerge[1];
    this.queue = new AlertQueue(() -> itself[0].doWork() > 0);
    this.inForce = first;
    int rules = plan == null ? 0 : plan.rules().size();
    this.merge = new AlertMerge(List.of(queue), rules, new DirectOutput(receiver));
    itself[0] = merge;
  }

  /** Empty, with the rules that are in force where the part begins. */
  private Shard begin() {
    Deployments deployments = inForce == null ? null : new Deployments(inForce);
    RuleSetPlan rules =
        deployments == null
            ? java.util.Objects.requireNonNull(plan)
            : deployments.first().deployment().plan();
    return new Shard(
        0,
        1,
        rules,
        deployments == null ? Program.compile(rules) : deployments.first().program(),
        PipelineOptions.defaults().budgetBytes(),
        Batches.none(),
        queue,
        null,
        null,
        deployments,
        (position, decision) -> {});
  }

  /**
   * Folds a part of the journal of a data folder with the rule sets that are in it, each from its
   * position on.
   *
   * @param speed how much faster than it was stream time goes, or {@link #MAX_SPEED}
   * @param isStopped asked at every record
   * @throws DataFolderException if the folder's rules stay as they are and are not in it, or some
   *     records are lost
   * @throws dev.weir.journal.LogException if there is no journal, or it cannot be read
   */
  public static Summary asDeployed(
      Path dataFolder,
      Range range,
      double speed,
      AlertReceiver receiver,
      BooleanSupplier isStopped) {
    Deployment first = RuleSetHistory.first(dataFolder);
    return run(dataFolder, new Replay(null, first, range, speed, receiver, isStopped));
  }

  /**
   * Folds a part of the journal of a data folder.
   *
   * @param speed how much faster than it was stream time goes, or {@link #MAX_SPEED}
   * @param isStopped asked at every record
   * @throws DataFolderException if the records are of other types than these rules declare, or some
   *     of them are lost
   * @throws dev.weir.journal.LogException if there is no journal, or it cannot be read
   */
  public static Summary run(
      Path dataFolder,
      RuleSetPlan plan,
      Range range,
      double speed,
      AlertReceiver receiver,
      BooleanSupplier isStopped) {
    return run(dataFolder, new Replay(plan, null, range, speed, receiver, isStopped));
  }

  private static Summary run(Path dataFolder, Replay replay) {
    LogDump.records(
        DataFolder.journalOf(dataFolder),
        replay.plan == null ? 0 : replay.range.fromPosition(), // for the set in force there
        replay.range.toPosition(),
        replay.new Folding());
    replay.merge.doWork();
    return new Summary(replay.events, replay.merge.shown());
  }

  private final class Folding implements LogDump.Receiver {
    @Override
    public void onPreamble(DirectBuffer buffer, int offset, int length) {
      if (plan != null) {
        DataFolder.checkTypes(plan, buffer, offset);
      }
    }

    @Override
    public void onRecord(
        BatchView batch, long position, DirectBuffer buffer, int offset, int length) {
      long watermarkNs = RecordLayout.watermark(buffer, offset);
      hasBegun |= watermarkNs >= range.fromNs() && position >= range.fromPosition();
      hasEnded |= watermarkNs >= range.toNs() || isStopped.getAsBoolean();
      if (!hasBegun
          && inForce != null
          && ControlRecord.is(buffer, offset, ControlRecord.DEPLOYMENT)) {
        inForce = DataFolder.decode(ControlRecord.body(buffer, offset));
      }
      if (!hasBegun || hasEnded) {
        return;
      }
      pace(watermarkNs);
      if (shard == null) {
        shard = begin();
      }
      shard.fold(position, buffer, offset, length);
      events += ControlRecord.is(buffer, offset) ? 0 : 1;
      queue.done(position + 1);
      merge.doWork();
    }

    @Override
    public void onGap(long from, long to) {
      if (to > range.fromPosition()) {
        throw DataFolder.lost(from, to);
      }
    }
  }

  /** Waits until it is time for the record. */
  private void pace(long watermarkNs) {
    if (speed == MAX_SPEED || watermarkNs == Long.MIN_VALUE) {
      return;
    }
    if (firstWatermarkNs == Long.MIN_VALUE) {
      firstWatermarkNs = watermarkNs;
      firstNs = System.nanoTime();
    }
    long dueNs = (long) ((watermarkNs - firstWatermarkNs) / speed);
    long leftNs = dueNs - (System.nanoTime() - firstNs);
    while (leftNs > 0 && !isStopped.getAsBoolean()) {
      LockSupport.parkNanos(Math.min(leftNs, 100_000_000L));
      leftNs = dueNs - (System.nanoTime() - firstNs);
    }
  }
}
