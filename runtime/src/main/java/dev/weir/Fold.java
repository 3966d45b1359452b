package dev.weir;

import dev.weir.engine.Engine;
import dev.weir.event.RecordLayout;
import dev.weir.journal.ControlRecord;
import java.util.function.Function;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What the records of a journal do to an engine: the one place that says so, for shards, replays,
 * traces and looks at the state. A deployment takes effect at a cut: everything released by records
 * before it is judged by the old set, everything after by the new. Owned by one thread.
 */
final class Fold {
  /** Is told of epochs of the journal. */
  interface Epochs {
    Epochs UNHEEDED = epoch -> {};

    /** What follows belongs to this epoch. */
    void onEpoch(int epoch);
  }

  private final @Nullable Deployments deployments;
  private final Function<Deployments.Ready, Engine> making;
  private final Epochs epochs;
  private volatile Engine engine; // written by the owner

  /** One rule set, whatever the journal says. */
  Fold(Engine engine, Epochs epochs) {
    this.deployments = null;
    this.making = ready -> engine;
    this.epochs = epochs;
    this.engine = engine;
  }

  /**
   * The first rule set, and then those of the journal.
   *
   * @param making makes a new engine for a set, which is in force from then on
   */
  Fold(Deployments deployments, Function<Deployments.Ready, Engine> making, Epochs epochs) {
    this.deployments = deployments;
    this.making = making;
    this.epochs = epochs;
    this.engine = making.apply(deployments.first());
  }

  /** The engine at work. Its figures may be read by any thread, and are then not exact. */
  Engine engine() {
    return engine;
  }

  /** Folds one record; of a deployment linear in the state. */
  void onRecord(long position, DirectBuffer buffer, int at, int length) {
    long watermarkNs = RecordLayout.watermark(buffer, at);
    if (!ControlRecord.is(buffer, at)) {
      engine.onRecord(buffer, at, length, watermarkNs);
      return;
    }
    int kind = ControlRecord.kind(buffer, at);
    switch (kind) {
      case ControlRecord.EPOCH -> {
        epochs.onEpoch(AlertLogOpening.epochOf(buffer, at));
        engine.onWatermark(position, watermarkNs);
      }
      case ControlRecord.TICK, ControlRecord.SOURCE_END ->
          engine.onWatermark(position, watermarkNs);
      case ControlRecord.DEPLOYMENT -> {
        engine.onWatermark(position, watermarkNs);
        if (deployments != null) {
          Engine next = making.apply(deployments.of(position, ControlRecord.body(buffer, at)));
          next.takeOver(engine);
          engine = next;
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
}
