package dev.weir;

import dev.weir.alerts.AlertMerge;
import dev.weir.alerts.AlertOutput;
import dev.weir.engine.BadChunkException;
import dev.weir.engine.ChunkStore.StoreException;
import dev.weir.engine.Engine;
import dev.weir.engine.StateImport;
import dev.weir.ingest.Intake;
import dev.weir.state.BadCheckpointException;
import dev.weir.state.Checkpoint;
import dev.weir.state.Checkpoints;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * Makes checkpoints of a running pipeline, and gives them back to a new one. A checkpoint is made
 * at a cut, a place between two records that every stage passes: there the journaler writes what
 * the intake knows, each shard what its engine holds, and last the merge, once the alerts before
 * the cut and the journal are on disk; then the checkpoint counts. Nothing of this is in the
 * journal: a fold gives the same alerts with and without. One checkpoint at a time; one that fails,
 * as on a full disk, is given up and said so, and the run goes on.
 *
 * <p>Each method says which stage calls it; a stage owns its part.
 */
final class Checkpointing {
  static final long NO_CUT = Long.MAX_VALUE;

  private static final int INTAKE = 0;
  private static final int MERGE = 1;
  private static final int FIRST_ENGINE = 2;

  private final Checkpoints checkpoints;
  private final long everyNs;
  private final NanoClock elapsed;
  private final Consumer<String> notices;

  private volatile boolean isAskedFor;
  private volatile long cutAt = NO_CUT;
  private final AtomicInteger cuts = new AtomicInteger(); // counted by the journaler, before cutAt
  private volatile @Nullable String failure;
  private Checkpoints.@Nullable Writing writing; // written by the journaler, before cutAt
  private final AtomicInteger enginesLeft = new AtomicInteger();
  private final int engines;
  private long lastNs;
  private final AtomicInteger made = new AtomicInteger();
  private volatile long madeNs;

  /** Asks for checkpoints this often. */
  Checkpointing(
      Checkpoints checkpoints,
      int engines,
      long everyNs,
      NanoClock elapsed,
      Consumer<String> notices) {
    this.checkpoints = checkpoints;
    this.engines = engines;
    this.everyNs = everyNs;
    this.elapsed = elapsed;
    this.lastNs = elapsed.nanoTime();
    this.madeNs = lastNs;
    this.notices = notices;
  }

  /** Checkpoints made so far. Any thread. */
  int made() {
    return made.get();
  }

  /** Since the last one, or since it began if there was none yet. Any thread. */
  long sinceLastNs() {
    return elapsed.nanoTime() - madeNs;
  }

  // ---- making one
  // ---------------------------------------------------------------------------------

  /** Whether a cut should be asked for now. The thread that asks. */
  boolean isDue(long nowNs) {
    return !isAskedFor && nowNs - lastNs >= everyNs;
  }

  /** A cut was asked for. The thread that asks. */
  void askedFor(long nowNs) {
    isAskedFor = true;
    lastNs = nowNs;
  }

  /** The cut is here; the intake stands before the record behind it. The journaler. */
  void onIntake(Intake intake, AlertMerge merge) {
    failure = null;
    enginesLeft.set(engines);
    Checkpoints.Writing begun = checkpoints.begin(intake.position());
    writing = begun;
    write(begun, INTAKE, "intake", intake::save);
    cuts.incrementAndGet();
    merge.cutAt(intake.position());
    cutAt = intake.position();
  }

  /** Position of the cut that waits for a shard, or {@link #NO_CUT}. Shards. */
  long cutAt() {
    return cutAt;
  }

  /**
   * Number of the last cut: two may be at one position, where nothing came in between. To be asked
   * after {@link #cutAt}. Shards.
   */
  int cuts() {
    return cuts.get();
  }

  /** The shard has come to the cut. The shard. */
  void onShard(int number, Engine engine) {
    Checkpoints.Writing begun = writing;
    if (begun != null && failure == null) {
      try (Checkpoints.PartWriting part = begun.part(FIRST_ENGINE + number, "engine " + number)) {
        engine.exportState(part);
      } catch (StoreException e) {
        failure = String.valueOf(e.getMessage());
      }
    }
    enginesLeft.decrementAndGet();
  }

  /** All alerts before the cut have gone to the output. The merge. */
  boolean onMerge(AlertMerge merge, AlertOutput output) {
    if (enginesLeft.get() > 0 || !output.flush()) {
      return false;
    }
    output.sync();
    Checkpoints.Writing begun = writing;
    if (begun != null) {
      write(begun, MERGE, "merge", merge::save);
      commit(begun);
    }
    writing = null;
    cutAt = NO_CUT;
    isAskedFor = false;
    return true;
  }

  private void commit(Checkpoints.Writing begun) {
    try {
      if (failure == null) {
        begun.commit();
        made.incrementAndGet();
        madeNs = elapsed.nanoTime();
        return;
      }
      begun.abandon();
    } catch (StoreException e) {
      failure = failure == null ? String.valueOf(e.getMessage()) : failure;
    }
    notices.accept("no checkpoint was made at position " + begun.position() + ": " + failure);
  }

  private interface Saving {
    void save(DataOutputStream to) throws IOException;
  }

  private void write(Checkpoints.Writing begun, int number, String name, Saving saving) {
    if (failure != null) {
      return;
    }
    try (Checkpoints.PartWriting part = begun.part(number, name);
        DataOutputStream to = new DataOutputStream(new ChunkOutput(part))) {
      saving.save(to);
    } catch (StoreException | IOException e) {
      failure = String.valueOf(e.getMessage());
    }
  }

  // ---- giving one back
  // ----------------------------------------------------------------------------

  /**
   * The newest checkpoint whose chunks are whole and whose position the journal still has. Says
   * what is wrong with newer ones. Linear in their bytes.
   */
  static @Nullable Checkpoint newest(
      Checkpoints checkpoints, long journalEnd, Consumer<String> notices) {
    if (checkpoints.damaged() > 0) {
      notices.accept(checkpoints.damaged() + " checkpoint(s) have a damaged manifest");
    }
    for (Checkpoint checkpoint : checkpoints.list()) {
      if (checkpoint.position() > journalEnd) {
        notices.accept(
            "the checkpoint at position "
                + checkpoint.position()
                + " is passed over: the journal ends at position "
                + journalEnd);
        continue;
      }
      try {
        for (int part = 0; part < checkpoint.parts().size(); part++) {
          checkpoints.read(checkpoint, part, (buffer, offset, length) -> {});
        }
        return checkpoint;
      } catch (BadCheckpointException | StoreException e) {
        notices.accept(e.getMessage() + "; an older one is tried");
      }
    }
    return null;
  }

  /** A checkpoint that a pipeline goes on from; its stages have seen nothing yet. */
  record Saved(Checkpoints checkpoints, Checkpoint checkpoint) {
    /**
     * @throws DataFolderException if it cannot be read, though it is whole
     */
    void restore(Intake intake) {
      try {
        intake.restore(stream(checkpoints, checkpoint, INTAKE));
      } catch (IOException | BadCheckpointException e) {
        throw unreadable(e);
      }
    }

    /**
     * @throws DataFolderException if it cannot be read, though it is whole
     */
    void restore(AlertMerge merge, List<Engine> engines) {
      try {
        merge.restore(stream(checkpoints, checkpoint, MERGE));
        int written = checkpoint.parts().size() - FIRST_ENGINE;
        for (Engine engine : engines) {
          StateImport importing = engine.importState(written);
          for (int i = 0; i < written; i++) {
            checkpoints.read(checkpoint, FIRST_ENGINE + i, importing::onChunk);
          }
          importing.finish();
        }
      } catch (IOException | BadChunkException | BadCheckpointException e) {
        throw unreadable(e);
      }
    }

    private DataFolderException unreadable(Exception e) {
      return new DataFolderException(
          "the checkpoint at position "
              + checkpoint.position()
              + " cannot be taken up ("
              + e.getMessage()
              + "): remove the folder `"
              + DataFolder.CHECKPOINTS
              + "` in the data folder, and the whole journal is folded instead");
    }
  }

  private static DataInputStream stream(Checkpoints checkpoints, Checkpoint checkpoint, int part) {
    List<InputStream> chunks = new ArrayList<>();
    checkpoints.read(
        checkpoint,
        part,
        (buffer, offset, length) -> {
          byte[] bytes = new byte[length];
          buffer.getBytes(offset, bytes);
          chunks.add(new ByteArrayInputStream(bytes));
        });
    return new DataInputStream(new SequenceInputStream(Collections.enumeration(chunks)));
  }
}
