package dev.weir;

import dev.weir.alerts.AlertQueue;
import dev.weir.alerts.AlertWriter;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.engine.Engine;
import dev.weir.engine.KeyGroups;
import dev.weir.engine.Program;
import dev.weir.event.RecordLayout;
import dev.weir.ingest.Batches;
import dev.weir.journal.BatchBuffer;
import dev.weir.journal.ControlRecord;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.Agent;

/**
 * Folds every record of the journal into an engine for the keys of some key groups, and writes the
 * alerts to the queue for the merge. One agent, owned by its thread.
 */
final class Shard implements Agent {
  private final String name;
  private final Engine engine;
  private final Batches.Reader batches;
  private final AlertQueue alerts;
  private final AlertWriter writer;

  Shard(
      int number,
      int shards,
      RuleSetPlan plan,
      Program program,
      long budgetBytes,
      Batches.Reader batches,
      AlertQueue alerts) {
    this.name = "shard-" + number;
    this.batches = batches;
    this.alerts = alerts;
    this.writer = new AlertWriter(plan, alerts);
    this.engine = new Engine(program, writer, budgetBytes, KeyGroups.ofShard(number, shards));
  }

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
    if (batch == null) {
      return work;
    }
    DirectBuffer buffer = batch.buffer();
    int end = batch.offset();
    long position = 0;
    for (int at = batch.recordsOffset(); at < end; ) {
      int length = RecordLayout.length(buffer, at);
      position = RecordLayout.position(buffer, at);
      fold(position, buffer, at, length);
      at += length;
    }
    alerts.done(position + 1);
    batches.release();
    return work + batch.count();
  }

  /** Folds one record of the journal. */
  void fold(long position, DirectBuffer buffer, int at, int length) {
    if (ControlRecord.is(buffer, at)) {
      control(position, buffer, at);
    } else {
      engine.onRecord(buffer, at, length, RecordLayout.watermark(buffer, at));
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
      case ControlRecord.STREAM_END -> engine.onEnd(position, RecordLayout.time(buffer, at));
      default ->
          throw new DataFolderException(
              "position "
                  + position
                  + " of the journal is a record of a later version of Weir: "
                  + ControlRecord.nameOf(kind));
    }
  }
}
