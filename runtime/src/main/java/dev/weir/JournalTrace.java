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

  private final String name;
  private final Predicate<String> key;
  private final Predicate<TraceEntry> isWanted;
  private final List<TraceEntry> entries = new ArrayList<>();
  private final Suppressor suppressor = new Suppressor(1, (alert, suppressed) -> {});
  private final EventReader event = new EventReader();
  private final Fold fold;
  private RuleSetPlan plan; // in force, without other rules
  private boolean isOfPlan;

  private JournalTrace(
      RuleSetPlan plan, String name, Predicate<String> key, Predicate<TraceEntry> isWanted) {
    this.name = name;
    this.key = key;
    this.isWanted = isWanted;
    this.plan = only(plan, name);
    this.fold = new Fold(engine(this.plan), Fold.Epochs.UNHEEDED);
  }

  private JournalTrace(
      Deployments sets, String name, Predicate<String> key, Predicate<TraceEntry> isWanted) {
    this.name = name;
    this.key = key;
    this.isWanted = isWanted;
    this.plan = only(sets.first().deployment().plan(), name);
    this.fold = new Fold(sets, ready -> engine(ready.deployment().plan()), Fold.Epochs.UNHEEDED);
  }

  private static RuleSetPlan only(RuleSetPlan plan, String name) {
    return new RuleSetPlan(
        plan.types(),
        plan.lists(),
        plan.params(),
        plan.features(),
        plan.rules().stream().filter(rule -> rule.name().equals(name)).toList(),
        List.of());
  }

  /** The rule of this set takes over; it is there more than once while earlier ones are closing. */
  private Engine engine(RuleSetPlan next) {
    plan = only(next, name);
    suppressor.number(new int[plan.rules().size()]);
    Engine engine =
        new Engine(
            Program.compileTraced(plan),
            alert -> {
              long before = suppressor.heldBack(0);
              suppressor.onAlert(alert);
              if (suppressor.heldBack(0) > before) {
                held(alert.rule(), alert.timeNs(), alert.releasePosition());
              }
            },
            BUDGET_BYTES);
    engine.trace(this);
    return engine;
  }

  /**
   * What is told of a rule in the journal of a data folder, as the rule sets in it have the rule.
   *
   * @param rule its name
   * @param key which keys are looked at, as entries name them
   * @param isWanted which entries are kept
   * @throws DataFolderException if the folder's rules stay as they are and are not in it
   */
  public static List<TraceEntry> asDeployed(
      Path folder, String rule, Predicate<String> key, Predicate<TraceEntry> isWanted) {
    Deployments sets = new Deployments(RuleSetHistory.first(folder));
    return of(folder, new JournalTrace(sets, rule, key, isWanted));
  }

  /**
   * What is told of a rule in the journal of a data folder.
   *
   * @param plan declares the same event types as the rules that the folder was made for
   * @param rule the name of one of its rules
   * @param key which keys are looked at, as entries name them
   * @param isWanted which entries are kept
   * @throws DataFolderException if the folder was made for other event types
   */
  public static List<TraceEntry> of(
      Path folder,
      RuleSetPlan plan,
      String rule,
      Predicate<String> key,
      Predicate<TraceEntry> isWanted) {
    return of(folder, new JournalTrace(plan, rule, key, isWanted));
  }

  private static List<TraceEntry> of(Path folder, JournalTrace trace) {
    LogDump.records(DataFolder.journalOf(folder), 0, Long.MAX_VALUE, trace);
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
  private void held(RulePlan rule, long timeNs, long position) {
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
    if (!ControlRecord.is(buffer, offset)) {
      refused(position, buffer, offset);
    }
    fold.onRecord(position, buffer, offset, length);
  }

  /** Tells of events that no rule on watermark sees. */
  private void refused(long position, DirectBuffer buffer, int offset) {
    event.wrap(buffer, offset);
    int verdict = event.verdict();
    boolean isLate = verdict == RecordLayout.VERDICT_LATE;
    if (!isLate && verdict != RecordLayout.VERDICT_REPEAT) {
      return;
    }
    if (!plan.rules().isEmpty()) { // of several the last is the one that is not closing
      refused(plan.rules().get(plan.rules().size() - 1), isLate, position);
    }
  }

  private void refused(RulePlan rule, boolean isLate, long position) {
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
