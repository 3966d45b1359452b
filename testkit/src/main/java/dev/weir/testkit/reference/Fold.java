package dev.weir.testkit.reference;

import dev.weir.dsl.ast.Declaration;
import dev.weir.testkit.reference.Outcome.Counter;
import dev.weir.testkit.reference.ReferenceEvent.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Folds records into alerts: the two orders, the watermark, and what is held for it. */
final class Fold {
  private static final long NEVER = Long.MIN_VALUE;

  private final RuleSet set;
  private final Counts counts = new Counts();
  private final AlertLog log;
  private final List<RuleRun> onWatermark = new ArrayList<>();
  private final List<RuleRun> onArrival = new ArrayList<>();
  private final History inStreamOrder;
  private final History inPositionOrder;

  private final List<Held> held = new ArrayList<>();
  private long watermarkNs = NEVER;
  private long arrivalNs = NEVER;
  private long lastReleasedNs = NEVER;

  /** A record that waits for the watermark. */
  private record Held(ReferenceEvent record, Declaration.Event type, Map<String, Value> values)
      implements Comparable<Held> {
    boolean hasTie() {
      return type.tieBreak().isPresent();
    }

    /** Stream order. */
    @Override
    @SuppressWarnings("unchecked")
    public int compareTo(Held other) {
      int order = Long.compare(record.timeNs(), other.record.timeNs());
      if (order == 0) {
        order = Boolean.compare(hasTie(), other.hasTie());
      }
      if (order == 0 && hasTie()) {
        order =
            new Value.Text(type.name().text()).compareTo(new Value.Text(other.type.name().text()));
        if (order == 0) {
          Value mine = values.get(type.tieBreak().orElseThrow().text());
          Value its = other.values.get(type.tieBreak().orElseThrow().text());
          if (mine == null || its == null) {
            order = Boolean.compare(mine != null, its != null);
          } else if (mine instanceof Value.Address a && its instanceof Value.Address b) {
            order = a.bits().compareTo(b.bits());
          } else {
            order = ((Comparable<Value>) mine).compareTo(its);
          }
        }
      }
      return order != 0 ? order : Long.compare(record.position(), other.record.position());
    }
  }

  Fold(RuleSet set, ReferenceLimits limits) {
    this.set = set;
    Evaluator evaluator = new Evaluator(counts);
    this.log = new AlertLog(evaluator, counts);
    this.inStreamOrder = new History(set, evaluator);
    this.inPositionOrder = new History(set, evaluator);
    for (Declaration.Rule rule : set.rules()) {
      RuleDef def = new RuleDef(set, rule);
      if (def.isOn()) {
        History history = def.onArrival ? inPositionOrder : inStreamOrder;
        (def.onArrival ? onArrival : onWatermark)
            .add(new RuleRun(def, evaluator, counts, limits, history, log));
      }
    }
  }

  Outcome run(List<ReferenceEvent> records, OptionalLong endNs) {
    for (ReferenceEvent record : records) {
      fold(record);
    }
    log.releasedBy(records.isEmpty() ? 0 : records.get(records.size() - 1).position() + 1);
    endNs.ifPresent(this::end);
    return new Outcome(log.alerts(), counts.all());
  }

  private void fold(ReferenceEvent record) {
    log.releasedBy(record.position());
    Declaration.Event type = set.type(record.type());
    Map<String, Value> values = new HashMap<>();
    for (Declaration.FieldDeclaration field : type.fields()) {
      Object raw = record.values().get(field.name().text());
      if (field.name().text().equals("at")) {
        values.put("at", new Value.Time(record.timeNs()));
      } else if (raw != null) {
        values.put(field.name().text(), Literals.ofRecord(field.type(), raw));
      }
    }
    counts.add(Counter.LATE, record.verdict() == Verdict.LATE ? 1 : 0);
    counts.add(Counter.REPEATS, record.verdict() == Verdict.REPEAT ? 1 : 0);
    boolean isFirst = watermarkNs == NEVER && record.watermarkNs() != NEVER;
    watermarkNs = Math.max(watermarkNs, record.watermarkNs());
    onArrival(record, type, values);
    if (isFirst) {
      onWatermark.forEach(rule -> rule.begins(watermarkNs, record.position()));
    }
    if (record.verdict() == Verdict.IN_TIME) {
      held.add(new Held(record, type, values));
    }
    release(watermarkNs, false);
    onWatermark.forEach(rule -> rule.advance(watermarkNs));
  }

  /** Rules on arrival see every record but repeats, at the arrival clock. */
  private void onArrival(ReferenceEvent record, Declaration.Event type, Map<String, Value> values) {
    boolean isFirst = arrivalNs == NEVER;
    boolean isSeen = record.verdict() != Verdict.REPEAT;
    arrivalNs = Math.max(arrivalNs, watermarkNs);
    if (isSeen) {
      arrivalNs = Math.max(arrivalNs, record.timeNs());
    }
    if (isFirst && arrivalNs != NEVER) {
      onArrival.forEach(rule -> rule.begins(arrivalNs, record.position()));
    }
    onArrival.forEach(rule -> rule.advance(arrivalNs));
    if (isSeen) {
      Ev event = new Ev(inPositionOrder.size(), record.position(), arrivalNs, type, values);
      inPositionOrder.add(event);
      onArrival.forEach(rule -> rule.onEvent(event));
    }
  }

  /** Lets go, in stream order, what the watermark allows. */
  private void release(long upToNs, boolean all) {
    held.sort(null);
    while (!held.isEmpty()) {
      Held first = held.get(0);
      long timeNs = first.record().timeNs();
      if (!all && (first.hasTie() ? upToNs <= timeNs : upToNs < timeNs)) {
        return;
      }
      held.remove(0);
      onWatermark.forEach(rule -> rule.advance(timeNs));
      counts.add(Counter.TIES, timeNs == lastReleasedNs ? 1 : 0);
      lastReleasedNs = timeNs;
      Ev event =
          new Ev(
              inStreamOrder.size(),
              first.record().position(),
              timeNs,
              first.type(),
              first.values());
      inStreamOrder.add(event);
      onWatermark.forEach(rule -> rule.onEvent(event));
    }
  }

  private void end(long endNs) {
    release(Long.MAX_VALUE, true);
    watermarkNs = Math.max(watermarkNs, endNs);
    onWatermark.forEach(rule -> rule.advance(watermarkNs));
    arrivalNs = Math.max(arrivalNs, watermarkNs);
    onArrival.forEach(rule -> rule.advance(arrivalNs));
  }
}
