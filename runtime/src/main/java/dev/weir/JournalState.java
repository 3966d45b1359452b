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
 * The live state behind the last record of a journal, as rules would have it that are given: the
 * journal is folded once more. Reads only; the journal may be in use. Linear in the journal.
 */
public final class JournalState implements LogDump.Receiver {
  private final RuleSetPlan plan;
  private final Engine engine;
  private long nextPosition;
  private long watermarkNs = Long.MIN_VALUE;

  private JournalState(RuleSetPlan plan, long budgetBytes) {
    this.plan = plan;
    this.engine = new Engine(Program.compile(plan), alert -> {}, budgetBytes);
  }

  /**
   * Folds the journal of a data folder.
   *
   * @param plan declares the same event types as the rules that the folder was made for
   * @throws DataFolderException if the records are of other types than these rules declare, or some
   *     of them are lost
   * @throws dev.weir.journal.LogException if there is no journal, or it cannot be read
   * @throws dev.weir.engine.StateFullException if the state does not fit the budget
   */
  public static JournalState of(Path dataFolder, RuleSetPlan plan, long budgetBytes) {
    JournalState state = new JournalState(plan, budgetBytes);
    LogDump.records(DataFolder.journalOf(dataFolder), 0, Long.MAX_VALUE, state);
    return state;
  }

  /** The state. */
  public StateView view() {
    return engine.viewState();
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
    DataFolder.checkTypes(plan, buffer, offset);
  }

  @Override
  public void onRecord(
      BatchView batch, long position, DirectBuffer buffer, int offset, int length) {
    watermarkNs = RecordLayout.watermark(buffer, offset);
    nextPosition = position + 1;
    if (!ControlRecord.is(buffer, offset)) {
      engine.onRecord(buffer, offset, length, watermarkNs);
    } else if (ControlRecord.kind(buffer, offset) == ControlRecord.STREAM_END) {
      watermarkNs = Math.max(watermarkNs, RecordLayout.time(buffer, offset));
      engine.onEnd(position, RecordLayout.time(buffer, offset));
    } else {
      engine.onWatermark(position, watermarkNs);
    }
  }

  @Override
  public void onGap(long from, long to) {
    throw DataFolder.lost(from, to);
  }
}
