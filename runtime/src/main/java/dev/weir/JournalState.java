package dev.weir;

import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.engine.Engine;
import dev.weir.engine.Program;
import dev.weir.engine.StateView;
import dev.weir.event.RecordLayout;
import dev.weir.journal.BatchView;
import dev.weir.journal.ControlRecord;
import dev.weir.journal.LogDump;
import java.nio.file.Path;
import org.agrona.DirectBuffer;

/**
 * The live state behind the last record of a journal, as the rule sets in it have it, or as rules
 * would that are given: the journal is folded once more. Reads only; the journal may be in use.
 * Linear in the journal.
 */
public final class JournalState implements LogDump.Receiver {
  private final RuleSetPlan types; // a set of the same event types
  private final Fold fold;
  private long nextPosition;
  private long watermarkNs = Long.MIN_VALUE;

  private JournalState(RuleSetPlan types, Fold fold) {
    this.types = types;
    this.fold = fold;
  }

  /**
   * Folds the journal of a data folder with the rule sets that are in it.
   *
   * @throws DataFolderException if the folder's rules stay as they are and are not in it, or some
   *     records are lost
   * @throws dev.weir.journal.LogException if there is no journal, or it cannot be read
   * @throws dev.weir.engine.StateFullException if the state does not fit the budget
   */
  public static JournalState asDeployed(Path dataFolder, long budgetBytes) {
    Deployments sets = new Deployments(RuleSetHistory.first(dataFolder));
    return of(
        dataFolder,
        new JournalState(
            sets.first().deployment().plan(),
            new Fold(
                sets,
                ready -> new Engine(ready.program(), alert -> {}, budgetBytes),
                Fold.Epochs.UNHEEDED)));
  }

  /**
   * Folds the journal of a data folder with one rule set.
   *
   * @param plan declares the same event types as the rules that the folder was made for
   * @throws DataFolderException if the records are of other types than these rules declare, or some
   *     of them are lost
   * @throws dev.weir.journal.LogException if there is no journal, or it cannot be read
   * @throws dev.weir.engine.StateFullException if the state does not fit the budget
   */
  public static JournalState of(Path dataFolder, RuleSetPlan plan, long budgetBytes) {
    Engine engine = new Engine(Program.compile(plan), alert -> {}, budgetBytes);
    return of(dataFolder, new JournalState(plan, new Fold(engine, Fold.Epochs.UNHEEDED)));
  }

  private static JournalState of(Path dataFolder, JournalState state) {
    LogDump.records(DataFolder.journalOf(dataFolder), 0, Long.MAX_VALUE, state);
    return state;
  }

  /** The state. */
  public StateView view() {
    return fold.engine().viewState();
  }

  /** Position behind the last record. */
  public long nextPosition() {
    return nextPosition;
  }

  /** The stream watermark, in nanoseconds since the epoch; the least long if there is none. */
  public long watermarkNs() {
    return watermarkNs;
  }

  @Override
  public void onPreamble(DirectBuffer buffer, int offset, int length) {
    DataFolder.checkTypes(types, buffer, offset);
  }

  @Override
  public void onRecord(
      BatchView batch, long position, DirectBuffer buffer, int offset, int length) {
    watermarkNs = RecordLayout.watermark(buffer, offset);
    nextPosition = position + 1;
    if (ControlRecord.is(buffer, offset, ControlRecord.STREAM_END)) {
      watermarkNs = Math.max(watermarkNs, RecordLayout.time(buffer, offset));
    }
    fold.onRecord(position, buffer, offset, length);
  }

  @Override
  public void onGap(long from, long to) {
    throw DataFolder.lost(from, to);
  }
}
