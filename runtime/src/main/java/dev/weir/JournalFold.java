package dev.weir;

import dev.weir.alerts.AlertLog;
import dev.weir.engine.Engine;
import dev.weir.event.RecordLayout;
import dev.weir.ingest.FileSource;
import dev.weir.ingest.Intake;
import dev.weir.ingest.Journaler;
import dev.weir.journal.BatchView;
import dev.weir.journal.ControlRecord;
import dev.weir.journal.LogReader;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.agrona.DirectBuffer;

/** Folds records of the journal, old and new, into engine and alert log. Owned by one thread. */
final class JournalFold implements Journaler.Fold {
  private final DataFolder data;
  private final Engine engine;
  private final AlertLog alerts;
  private boolean hasEnded;

  JournalFold(DataFolder data, Engine engine) {
    this.data = data;
    this.engine = engine;
    this.alerts = data.alerts();
  }

  /** The stream's end stands in the journal. */
  boolean hasEnded() {
    return hasEnded;
  }

  /**
   * Folds what the journal has, from its first record on, and takes intake and sources to where it
   * ends. Linear in the journal.
   *
   * @param progress told of every event
   * @param stop asked after every batch
   * @return false if it was stopped before the end
   */
  boolean recover(
      Intake intake, List<FileSource> sources, Intake.Progress progress, BooleanSupplier stop) {
    try (LogReader reader = data.journal().reader(0)) {
      while (reader.next()) {
        BatchView batch = reader.batch();
        if (batch.isGap()) {
          throw new DataFolderException(
              "the journal was repaired: positions "
                  + batch.firstPosition()
                  + " to "
                  + (batch.endPosition() - 1)
                  + " are lost, so alerts cannot be the same; begin a new data folder");
        }
        batch.forEach(
            0,
            (position, buffer, offset, length) -> {
              if (!ControlRecord.is(buffer, offset)) {
                intake.restore(sources, buffer, offset);
                progress.after(intake.positions());
              }
              onRecord(position, buffer, offset, length);
            });
        onBatchEnd();
        if (stop.getAsBoolean()) {
          return false;
        }
      }
    }
    alerts.recovered();
    return true;
  }

  @Override
  public void onRecord(long position, DirectBuffer buffer, int offset, int length) {
    alerts.releasing(position);
    if (!ControlRecord.is(buffer, offset)) {
      engine.onRecord(buffer, offset, length, RecordLayout.watermark(buffer, offset));
      return;
    }
    int kind = ControlRecord.kind(buffer, offset);
    if (kind != ControlRecord.STREAM_END) {
      throw new DataFolderException(
          "position "
              + position
              + " of the journal is a record of a later version of Weir: "
              + ControlRecord.nameOf(kind));
    }
    engine.onEnd(RecordLayout.time(buffer, offset));
    hasEnded = true;
  }

  @Override
  public void onBatchEnd() {
    data.hasRoom();
    alerts.commit();
  }
}
