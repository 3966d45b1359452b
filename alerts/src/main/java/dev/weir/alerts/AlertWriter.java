package dev.weir.alerts;

import dev.weir.dsl.plan.RulePlan;
import dev.weir.dsl.plan.RuleSetHash;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.engine.AlertSink;
import dev.weir.engine.AlertView;
import dev.weir.event.RecordLayout;
import dev.weir.journal.BatchLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.agrona.MutableDirectBuffer;

/**
 * Writes the alerts of an engine as records of {@link AlertLayout} into the queue of its shard.
 * Allocates nothing after warm-up. Owned by the shard's thread.
 */
public final class AlertWriter implements AlertSink {
  private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

  private final AlertQueue queue;
  private final AlertJson json;
  private final byte[][] names; // of rules
  private final int[] numbers; // of rules, for the merge
  private int epoch;

  /** Rules have the numbers that they have in the plan. */
  public AlertWriter(RuleSetPlan plan, AlertQueue queue) {
    this(plan, RuleSetHash.of(plan), IntStream.range(0, plan.rules().size()).toArray(), queue);
  }

  /**
   * For rules that come and go while the merge goes on.
   *
   * @param ruleSet identity of the set in force
   * @param numbers of the plan's rules, for the merge
   */
  public AlertWriter(RuleSetPlan plan, String ruleSet, int[] numbers, AlertQueue queue) {
    this.numbers = numbers.clone();
    this.queue = queue;
    this.json = new AlertJson(plan, ruleSet);
    this.names =
        plan.rules().stream()
            .map(rule -> rule.name().getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new);
  }

  /** The epoch of what is written. */
  public int epoch() {
    return epoch;
  }

  /** What follows belongs to this epoch of the journal. */
  public void epoch(int number) {
    epoch = number;
  }

  @Override
  public void onAlert(AlertView alert) {
    RulePlan rule = alert.rule();
    byte[] name = names[alert.ruleIndex()];
    int jsonLength = json.writeOpen(alert);
    long suppressNs = 0;
    int suppress = 0;
    if (rule.suppress().isPresent()) {
      suppressNs = rule.suppress().get().durationNs();
      suppress = alert.suppressLength();
    }
    int key = alert.keyLength();
    int length = AlertLayout.recordBytes(name.length + key + suppress + jsonLength);
    if (length + AlertJson.CLOSE_BYTES_MAX > BatchLayout.RECORD_BYTES_MAX) {
      throw new AlertLogException(
          "an alert of rule `" + rule.name() + "` takes " + length + " bytes, too many");
    }
    MutableDirectBuffer to = queue.buffer();
    int at = queue.offset();
    to.setMemory(at, AlertLayout.BYTES_OFFSET, (byte) 0);
    to.putInt(at + RecordLayout.LENGTH_OFFSET, length, LE);
    to.putByte(at + RecordLayout.VERSION_OFFSET, (byte) AlertLayout.LAYOUT_VERSION);
    to.putByte(at + AlertLayout.PHASE_OFFSET, (byte) alert.phase());
    to.putShort(at + RecordLayout.TYPE_ID_OFFSET, (short) AlertLayout.TYPE_ID, LE);
    to.putShort(at + AlertLayout.ROLE_OFFSET, (short) alert.role(), LE);
    to.putByte(at + AlertLayout.KIND_OFFSET, (byte) (alert.isDeadline() ? 0 : 1));
    to.putInt(at + AlertLayout.EPOCH_OFFSET, epoch, LE);
    to.putLong(at + RecordLayout.TIME_OFFSET, alert.timeNs(), LE);
    to.putLong(at + AlertLayout.RELEASE_OFFSET, alert.releasePosition(), LE);
    to.putLong(at + AlertLayout.INSTANT_OFFSET, alert.instant(), LE);
    to.putInt(at + AlertLayout.ORDINAL_OFFSET, alert.ordinal(), LE);
    to.putInt(at + AlertLayout.RULE_OFFSET, numbers[alert.ruleIndex()], LE);
    to.putLong(at + AlertLayout.SUPPRESS_NS_OFFSET, suppressNs, LE);
    to.putInt(at + AlertLayout.RULE_LENGTH_OFFSET, name.length, LE);
    to.putInt(at + AlertLayout.KEY_LENGTH_OFFSET, key, LE);
    to.putInt(at + AlertLayout.SUPPRESS_LENGTH_OFFSET, suppress, LE);
    to.putInt(at + AlertLayout.JSON_LENGTH_OFFSET, jsonLength, LE);
    to.putInt(at + AlertLayout.TEXT_OFFSET_OFFSET, json.textOffset(), LE);
    to.putInt(at + AlertLayout.TEXT_LENGTH_OFFSET, json.textLength(), LE);
    int next = at + AlertLayout.BYTES_OFFSET;
    to.putBytes(next, name);
    next += name.length;
    to.putBytes(next, alert.keyBytes(), 0, key);
    next += key;
    to.putBytes(next, alert.suppressBytes(), 0, suppress);
    next += suppress;
    to.putBytes(next, json.buffer(), 0, jsonLength);
    next += jsonLength;
    to.setMemory(next, at + length - next, (byte) 0);
    queue.added(length);
  }
}
