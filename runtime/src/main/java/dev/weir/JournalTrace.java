package dev.weir;

import dev.weir.alerts.Suppressor;
import dev.weir.dsl.plan.PlanText;
import dev.weir.dsl.plan.RulePlan;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.engine.Engine;
import dev.weir.engine.Program;
import dev.weir.engine.TraceEntry;
import dev.weir.engine.TraceEntry.Kind;
import dev.weir.engine.TraceSink;
import dev.weir.event.EventReader;
import dev.weir.event.RecordLayout;
import dev.weir.journal.BatchView;
import dev.weir.journal.ControlRecord;
import dev.weir.journal.LogDump;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.agrona.DirectBuffer;

/**
 * Folds a journal once more, for one rule, with tracing on: why did it fire, why did it not. Reads
 * only; the journal may be open elsewhere. Linear in the journal.
 */
public final class JournalTrace implements TraceSink, LogDump.Receiver {
  private static final long BUDGET_BYTES = 1L << 30;

  private final Predicate<String> key;
  private final Predicate<TraceEntry> isWanted;
  private final List<TraceEntry> entries = new ArrayList<>();
  private final RulePlan rule;
  private final RuleSetPlan plan;
  private final Suppressor suppressor = new Suppressor(1, (alert, suppressed) -> {});
  private final Engine engine;
  private final EventReader event = new EventReader();
  private boolean isOfPlan;
  private boolean isEnded;

  private JournalTrace(
      RuleSetPlan plan, RulePlan rule, Predicate<String> key, Predicate<TraceEntry> isWanted) {
    this.key = key;
    this.isWanted = isWanted;
    this.rule = rule;
    this.plan =
        new RuleSetPlan(
            plan.types(), plan.lists(), plan.params(), plan.features(), List.of(rule), List.of());
    Program program = Program.compileTraced(this.plan);
    this.engine =
        new Engine(
            program,
            alert -> {
              long before = suppressor.heldBack(0);
              suppressor.onAlert(alert);
              if (suppressor.heldBack(0) > before) {
                held(alert.timeNs(), alert.releasePosition());
              }
            },
            BUDGET_BYTES);
    engine.trace(this);
  }

  /**
   * What is told of a rule in the journal of a data folder.
   *
   * @param plan declares the same event types as the rules that the folder was made for
   * @param key which keys are looked at, as entries name them
   * @param isWanted which entries are kept
   * @throws DataFolderException if the folder was made for other event types
   */
  public static List<TraceEntry> of(
      Path folder,
      RuleSetPlan plan,
      RulePlan rule,
      Predicate<String> key,
      Predicate<TraceEntry> isWanted) {
    JournalTrace trace = new JournalTrace(plan, rule, key, isWanted);
    LogDump.records(folder.resolve(DataFolder.JOURNAL), 0, Long.MAX_VALUE, trace);
    return trace.entries;
  }

  @Override
  public boolean wants(int number, String ofKey) {
    return key.test(ofKey);
  }

  @Override
  public void onEntry(TraceEntry entry) {
    if (isWanted.test(entry)) {
      entries.add(entry);
    }
  }

  /** The alert that was traced last is held back. */
  private void held(long timeNs, long position) {
    String duration = PlanText.duration(rule.suppress().orElseThrow().durationNs());
    onEntry(
        new TraceEntry(
            Kind.SUPPRESSED,
            0,
            "",
            timeNs,
            position,
            List.of(),
            Kind.SUPPRESSED.word() + ": less than " + duration + " after an alert that was shown"));
  }

  @Override
  public void onPreamble(DirectBuffer buffer, int offset, int length) {
    if (ControlRecord.kind(buffer, offset) == ControlRecord.DEPLOYMENT) {
      isOfPlan = DataFolder.hasTypesOf(plan, buffer, offset);
    }
  }

  @Override
  public void onRecord(
      BatchView batch, long position, DirectBuffer buffer, int offset, int length) {
    if (!isOfPlan) {
      throw new DataFolderException(
          "the journal was made for other event types than these rules declare");
    }
    if (isEnded) {
      return;
    }
    long watermark = RecordLayout.watermark(buffer, offset);
    if (!ControlRecord.is(buffer, offset)) {
      refused(position, buffer, offset);
      engine.onRecord(buffer, offset, length, watermark);
    } else if (ControlRecord.kind(buffer, offset) == ControlRecord.STREAM_END) {
      engine.onEnd(position, RecordLayout.time(buffer, offset));
      isEnded = true;
    } else {
      engine.onWatermark(position, watermark);
    }
  }

  /** Tells of events that no rule on watermark sees. */
  private void refused(long position, DirectBuffer buffer, int offset) {
    event.wrap(buffer, offset);
    int verdict = event.verdict();
    boolean isLate = verdict == RecordLayout.VERDICT_LATE;
    if (!isLate && verdict != RecordLayout.VERDICT_REPEAT) {
      return;
    }
    for (RulePlan.Role role : rule.roles()) {
      if (role.typeId() != event.typeId()) {
        continue;
      }
      String ofKey = TraceEntry.keyOf(rule, role, event);
      if (key.test(ofKey)) {
        Kind kind = isLate ? Kind.LATE : Kind.REPEAT;
        String why = isLate ? ": behind the watermark" : ": the id of the event came before";
        String type = plan.types().get(role.typeId()).name();
        onEntry(
            new TraceEntry(
                kind,
                0,
                ofKey,
                event.timeNs(),
                position,
                List.of(),
                kind.word() + why + ": " + type));
        return;
      }
    }
  }

  @Override
  public void onGap(long from, long to) {
    throw new DataFolderException(
        "positions " + from + " to " + (to - 1) + " of the journal are lost: it was repaired");
  }
}
