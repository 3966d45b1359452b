package dev.weir.testkit.differential;

import dev.weir.engine.AlertView;
import dev.weir.engine.Value;
import java.util.Arrays;
import java.util.Comparator;

/** An alert as an engine gives it out, by its place in alert order. */
record PlacedAlert(
    long releasePosition,
    int phase,
    long timeNs,
    boolean isEvent,
    long instant,
    int rule,
    int role,
    byte[] key,
    int ordinal,
    String content)
    implements Comparable<PlacedAlert> {
  private static final Comparator<PlacedAlert> ALERT_ORDER =
      Comparator.comparingLong(PlacedAlert::releasePosition)
          .thenComparingInt(PlacedAlert::phase)
          .thenComparingLong(PlacedAlert::timeNs)
          .thenComparing(PlacedAlert::isEvent)
          .thenComparingLong(PlacedAlert::instant)
          .thenComparingInt(PlacedAlert::rule)
          .thenComparingInt(PlacedAlert::role)
          .thenComparing(PlacedAlert::key, Arrays::compareUnsigned)
          .thenComparingInt(PlacedAlert::ordinal);

  /** All that the view says. */
  static PlacedAlert of(AlertView alert) {
    byte[] key = new byte[alert.keyLength()];
    alert.keyBytes().getBytes(0, key);
    StringBuilder content = new StringBuilder();
    for (int i = 0; i < alert.eventCount(); i++) {
      content.append(alert.eventStep(i)).append(alert.eventPosition(i)).append('(');
      for (int v = 0; v < alert.eventValueCount(i); v++) {
        append(content, alert.eventValue(i, v));
      }
      content.append(") ");
    }
    for (int i = 0; i < alert.alert().text().size(); i++) {
      if (alert.alert().text().get(i).value().isPresent()) {
        append(content, alert.textValue(i));
      }
    }
    for (int i = 0; i < alert.alert().fields().size(); i++) {
      append(content, alert.field(i));
    }
    append(content, alert.score());
    for (int i = 0; i < alert.suppressLength(); i++) {
      content.append(alert.suppressBytes().getByte(i)).append(',');
    }
    return new PlacedAlert(
        alert.releasePosition(),
        alert.phase(),
        alert.timeNs(),
        !alert.isDeadline(),
        alert.instant(),
        alert.ruleIndex(),
        alert.role(),
        key,
        alert.ordinal(),
        content.toString());
  }

  private static void append(StringBuilder to, Value value) {
    if (value.isMissing()) {
      to.append("? ");
      return;
    }
    switch (value.type().kind()) {
      case TEXT, IP -> {
        byte[] bytes = new byte[value.length()];
        value.buffer().getBytes(value.offset(), bytes);
        to.append(Arrays.toString(bytes));
      }
      default -> to.append(value.raw()).append('/').append(value.denominator());
    }
    to.append(' ');
  }

  @Override
  public int compareTo(PlacedAlert other) {
    return ALERT_ORDER.compare(this, other);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PlacedAlert alert
        && compareTo(alert) == 0
        && content.equals(alert.content);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(releasePosition);
  }
}
