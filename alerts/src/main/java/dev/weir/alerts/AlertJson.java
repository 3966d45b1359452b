package dev.weir.alerts;

import dev.weir.dsl.plan.DurationText;
import dev.weir.dsl.plan.RulePlan;
import dev.weir.dsl.plan.RuleSetHash;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.dsl.plan.ValueType;
import dev.weir.engine.AlertView;
import dev.weir.engine.Value;
import dev.weir.event.EventType;
import dev.weir.event.Field;
import dev.weir.event.Hashing;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes an alert as one JSON object without line end: {@code id rule version ruleset key severity
 * score time text fields events suppressed}, in this order. Numbers are texts with all their
 * digits; ratios have six digits behind the point, half even. Of a text marked {@code pii} only the
 * last four signs of more than eight are shown, of any other such value nothing. The same alert
 * gives the same bytes. Reuses its buffers and allocates nothing after warm-up. Owned by one
 * thread.
 */
public final class AlertJson {
  private static final int RATIO_DIGITS = 6;
  private static final String MASK = "****";
  private static final int SIGNS_SHOWN = 4;

  /** Where the id begins, in bytes. */
  static final int ID_OFFSET = 7;

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  /** Of the second half of an id. */
  private static final long ID_SEED = 0xC2B2AE3D27D4EB4FL;

  private final ExpandableArrayBuffer out = new ExpandableArrayBuffer(4096);
  private final ExpandableArrayBuffer scratch = new ExpandableArrayBuffer(1024);
  private final Map<String, byte[]> words = new HashMap<>();
  private final Masking[][] maskings; // by rule and kind of alert
  private final String ruleSet;
  private final DurationText.Writer durations =
      new DurationText.Writer() {
        @Override
        public void word(String word) {
          ascii(word);
        }

        @Override
        public void count(long count) {
          length += out.putLongAscii(length, count);
        }
      };
  private final UnsafeBuffer view = new UnsafeBuffer(new byte[0]);
  private int length;
  private int textOffset;
  private int textLength;

  /** For the alerts of these rules, which are a rule set by themselves. */
  public AlertJson(RuleSetPlan plan) {
    this(plan, RuleSetHash.of(plan));
  }

  /**
   * For the alerts of these rules.
   *
   * @param ruleSet identity of the set in force, which need not have all of them
   */
  public AlertJson(RuleSetPlan plan, String ruleSet) {
    this.ruleSet = ruleSet;
    maskings = plan.rules().stream().map(rule -> maskings(plan, rule)).toArray(Masking[][]::new);
  }

  private static Masking[] maskings(RuleSetPlan plan, RulePlan rule) {
    List<Masking> all = new ArrayList<>(List.of(new Masking(plan, rule, rule.alert())));
    if (rule.body() instanceof RulePlan.Match match) {
      match.notices().forEach(notice -> all.add(new Masking(plan, rule, notice.alert())));
    }
    return all.toArray(new Masking[0]);
  }

  private Masking masking(AlertView alert) {
    return maskings[alert.ruleIndex()][alert.kind()];
  }

  /** Where the last alert was written, from offset 0. */
  public DirectBuffer buffer() {
    return out;
  }

  /** Writes the alert; returns its length in bytes. */
  public int write(AlertView alert, long suppressed) {
    writeOpen(alert);
    length += out.putLongAscii(length, suppressed);
    ascii("\"}");
    return length;
  }

  /**
   * Writes the alert up to the number of those held back, which only the merge knows; {@link
   * #close} ends it. Returns the length in bytes.
   */
  int writeOpen(AlertView alert) {
    length = 0;
    RulePlan rule = alert.rule();
    Masking masking = masking(alert);
    ascii("{\"id\":\"");
    id(alert);
    ascii("\",\"rule\":");
    text(rule.name());
    ascii(",\"version\":");
    text(rule.version());
    ascii(",\"ruleset\":");
    text(ruleSet);
    if (alert.kind() > 0 && rule.body() instanceof RulePlan.Match match) {
      ascii(",\"kind\":");
      text(match.notices().get(alert.kind() - 1).label());
    }
    ascii(",\"key\":{");
    for (int i = 0; i < rule.keyNames().size(); i++) {
      comma(i);
      text(rule.keyNames().get(i));
      ascii(":");
      value(alert.key(i), masking.keyPart(i));
    }
    ascii("},\"severity\":");
    text(rule.severity());
    ascii(",\"score\":");
    value(alert.score(), masking.score());
    ascii(",\"time\":");
    time(alert.timeNs());
    ascii(",\"text\":\"");
    textOffset = length;
    message(alert);
    textLength = length - textOffset;
    ascii("\",\"fields\":{");
    List<RulePlan.NamedExpr> fields = alert.alert().fields();
    for (int i = 0; i < fields.size(); i++) {
      comma(i);
      text(fields.get(i).name());
      ascii(":");
      value(alert.field(i), masking.field(i));
    }
    ascii("},\"events\":[");
    for (int i = 0; i < alert.eventCount(); i++) {
      comma(i);
      event(alert, i);
    }
    ascii("],\"suppressed\":\"");
    return length;
  }

  /** Bytes that {@link #close} writes at most. */
  static final int CLOSE_BYTES_MAX = 24;

  /** Ends a JSON text that was left open; returns the offset behind it. */
  static int close(MutableDirectBuffer to, int at, long suppressed) {
    int end = at + to.putLongAscii(at, suppressed);
    to.putByte(end, (byte) '"');
    to.putByte(end + 1, (byte) '}');
    return end + 2;
  }

  /** Where the text of the alert begins in the JSON, escaped and without quotes. */
  int textOffset() {
    return textOffset;
  }

  int textLength() {
    return textLength;
  }

  /** The alert's text, escaped as it stands in the JSON. */
  public String messageOf(AlertView alert) {
    length = 0;
    message(alert);
    return out.getStringWithoutLengthUtf8(0, length);
  }

  private void event(AlertView alert, int i) {
    ascii("{\"step\":");
    text(alert.eventStep(i));
    ascii(",\"position\":\"");
    length += out.putLongAscii(length, alert.eventPosition(i));
    ascii("\",\"type\":");
    EventType type = alert.eventType(i);
    text(type.name());
    ascii(",\"time\":");
    time(alert.eventTimeNs(i));
    ascii(",\"values\":{");
    for (int v = 0; v < alert.eventValueCount(i); v++) {
      comma(v);
      Field field = type.fields().get(alert.eventField(i, v));
      text(field.name());
      ascii(":");
      value(alert.eventValue(i, v), field.pii());
    }
    ascii("}}");
  }

  private void message(AlertView alert) {
    List<RulePlan.TextPart> parts = alert.alert().text();
    Masking masking = masking(alert);
    for (int i = 0; i < parts.size(); i++) {
      if (parts.get(i).value().isEmpty()) {
        byte[] bytes = word(parts.get(i).text());
        view.wrap(bytes);
        escaped(view, 0, bytes.length);
        continue;
      }
      Value value = alert.textValue(i);
      if (value.isMissing()) {
        ascii("?");
      } else {
        shown(value, masking.textPart(i));
      }
    }
  }

  // ---- values
  // -------------------------------------------------------------------------------------

  private void value(Value value, boolean pii) {
    if (value.isMissing()) {
      ascii("null");
    } else if (value.type().kind() == ValueType.Kind.BOOL && !pii) {
      ascii(value.raw() != 0 ? "true" : "false");
    } else {
      ascii("\"");
      shown(value, pii);
      ascii("\"");
    }
  }

  /** The value without quotes around it. */
  private void shown(Value value, boolean pii) {
    switch (value.type().kind()) {
      case TEXT -> {
        if (pii) {
          masked(value);
        } else {
          escaped(value.buffer(), value.offset(), value.length());
        }
      }
      case IP -> {
        if (pii) {
          ascii(MASK);
        } else {
          ip(value);
        }
      }
      default -> {
        if (pii) {
          ascii(MASK);
        } else {
          plain(value);
        }
      }
    }
  }

  /** The last four signs of a text of more than eight. */
  private void masked(Value value) {
    ascii(MASK);
    int signs = 0;
    int from = value.length();
    for (int at = value.length() - 1; at >= 0; at--) {
      if ((value.buffer().getByte(value.offset() + at) & 0xc0) != 0x80) {
        signs++;
        from = signs <= SIGNS_SHOWN ? at : from;
      }
    }
    if (signs > 2 * SIGNS_SHOWN) {
      escaped(value.buffer(), value.offset() + from, value.length() - from);
    }
  }

  /** A number, time, duration or place without quotes. */
  private void plain(Value value) {
    switch (value.type().kind()) {
      case INT -> length += out.putLongAscii(length, value.raw());
      case DECIMAL -> scaled(value.raw(), value.type().scale());
      case BOOL -> ascii(value.raw() != 0 ? "true" : "false");
      case RATIO -> ratio(value);
      case TIME -> bareTime(value.raw());
      case DURATION -> DurationText.write(value.raw(), durations);
      case GEO -> {
        scaled(value.raw() >> 32, 7);
        ascii(",");
        scaled(value.raw() << 32 >> 32, 7);
      }
      case TEXT, IP -> throw new IllegalStateException("bytes are written elsewhere");
    }
  }

  private void scaled(long raw, int scale) {
    if (scale == 0) {
      length += out.putLongAscii(length, raw);
      return;
    }
    int digits = scratch.putLongAscii(0, raw);
    int from = 0;
    if (raw < 0) {
      ascii("-");
      from = 1;
      digits--;
    }
    int whole = digits - scale;
    if (whole <= 0) {
      ascii("0");
    }
    for (int i = 0; i < whole; i++) {
      out.putByte(length++, scratch.getByte(from + i));
    }
    ascii(".");
    for (int i = whole; i < 0; i++) {
      ascii("0");
    }
    for (int i = Math.max(whole, 0); i < digits; i++) {
      out.putByte(length++, scratch.getByte(from + i));
    }
  }

  /** Six digits behind the point, half even. */
  private void ratio(Value value) {
    int more = RATIO_DIGITS - value.type().scale();
    long divisor = value.denominator();
    long rest = Math.abs(value.raw());
    if (more < 0 || divisor <= 0 || divisor > Long.MAX_VALUE / 10 || rest < 0) {
      wideRatio(value);
      return;
    }
    long quotient = rest / divisor;
    rest %= divisor;
    for (int i = 0; i < more; i++) {
      if (quotient > (Long.MAX_VALUE - 10) / 10) {
        wideRatio(value);
        return;
      }
      rest *= 10;
      quotient = quotient * 10 + rest / divisor;
      rest %= divisor;
    }
    if (2 * rest > divisor || (2 * rest == divisor && (quotient & 1) == 1)) {
      quotient++;
    }
    scaled(value.raw() < 0 ? -quotient : quotient, RATIO_DIGITS);
  }

  /** As {@link #ratio}, for what does not fit 64 bits; allocates. */
  private void wideRatio(Value value) {
    BigDecimal numerator = BigDecimal.valueOf(value.raw(), value.type().scale());
    ascii(
        numerator
            .divide(BigDecimal.valueOf(value.denominator()), RATIO_DIGITS, RoundingMode.HALF_EVEN)
            .toPlainString());
  }

  private void ip(Value value) {
    DirectBuffer b = value.buffer();
    int at = value.offset();
    boolean mapped = b.getLong(at) == 0 && b.getShort(at + 8) == 0 && b.getShort(at + 10) == -1;
    if (mapped) {
      for (int i = 12; i < 16; i++) {
        ascii(i == 12 ? "" : ".");
        length += out.putIntAscii(length, b.getByte(at + i) & 0xff);
      }
      return;
    }
    for (int i = 0; i < 16; i += 2) {
      ascii(i == 0 ? "" : ":");
      int group = (b.getByte(at + i) & 0xff) << 8 | b.getByte(at + i + 1) & 0xff;
      boolean begun = false;
      for (int shift = 12; shift >= 0; shift -= 4) {
        int digit = group >> shift & 15;
        begun |= digit != 0 || shift == 0;
        if (begun) {
          out.putByte(length++, HEX[digit]);
        }
      }
    }
  }

  // ---- time
  // ---------------------------------------------------------------------------------------

  private void time(long timeNs) {
    ascii("\"");
    bareTime(timeNs);
    ascii("\"");
  }

  /** RFC 3339 in UTC with 0, 3, 6 or 9 digits of a second. */
  private void bareTime(long timeNs) {
    long second = Math.floorDiv(timeNs, 1_000_000_000L);
    int nanos = (int) Math.floorMod(timeNs, 1_000_000_000L);
    long day = Math.floorDiv(second, 86_400L);
    int ofDay = (int) Math.floorMod(second, 86_400L);
    long z = day + 719_468; // days since 0000-03-01; a year begins in March
    long era = Math.floorDiv(z, 146_097);
    long dayOfEra = z - era * 146_097;
    long yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
    long dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    long monthFromMarch = (5 * dayOfYear + 2) / 153;
    int month = (int) (monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9);
    padded((int) (yearOfEra + era * 400 + (month <= 2 ? 1 : 0)), 4);
    ascii("-");
    padded(month, 2);
    ascii("-");
    padded((int) (dayOfYear - (153 * monthFromMarch + 2) / 5 + 1), 2);
    ascii("T");
    padded(ofDay / 3600, 2);
    ascii(":");
    padded(ofDay / 60 % 60, 2);
    ascii(":");
    padded(ofDay % 60, 2);
    if (nanos != 0) {
      ascii(".");
      if (nanos % 1_000_000 == 0) {
        padded(nanos / 1_000_000, 3);
      } else if (nanos % 1_000 == 0) {
        padded(nanos / 1_000, 6);
      } else {
        padded(nanos, 9);
      }
    }
    ascii("Z");
  }

  private void padded(int number, int digits) {
    out.putNaturalPaddedIntAscii(length, digits, number);
    length += digits;
  }

  // ---- id and texts
  // ---------------------------------------------------------------------------------

  /**
   * 128 bits of rule, version, key, instant and the events' steps and positions, as 32 hex digits.
   * The steps are in it because two matches of one instant may hold the same events in other roles;
   * of a stage or a timeout its number is.
   */
  private void id(AlertView alert) {
    int n = 0;
    n = put(n, word(alert.rule().name()));
    n = put(n, word(alert.rule().version()));
    scratch.putInt(n, alert.keyLength());
    scratch.putBytes(n + 4, alert.keyBytes(), 0, alert.keyLength());
    n += 4 + alert.keyLength();
    scratch.putLong(n, alert.timeNs());
    n += 8;
    if (alert.kind() > 0) { // a stage and a match may be of the same events
      scratch.putInt(n, -alert.kind());
      n += 4;
    }
    for (int i = 0; i < alert.eventCount(); i++) {
      n = put(n, word(alert.eventStep(i)));
      scratch.putLong(n, alert.eventPosition(i));
      n += 8;
    }
    hex(Hashing.hash64(scratch, 0, n));
    hex(Hashing.hash64(scratch, 0, n, ID_SEED));
  }

  private int put(int at, byte[] bytes) {
    scratch.putInt(at, bytes.length);
    scratch.putBytes(at + 4, bytes);
    return at + 4 + bytes.length;
  }

  private void hex(long bits) {
    for (int shift = 60; shift >= 0; shift -= 4) {
      out.putByte(length++, HEX[(int) (bits >>> shift) & 15]);
    }
  }

  private byte[] word(String text) {
    byte[] known = words.get(text);
    if (known == null) {
      known = text.getBytes(StandardCharsets.UTF_8);
      words.put(text, known);
    }
    return known;
  }

  private void text(String text) {
    byte[] bytes = word(text);
    view.wrap(bytes);
    ascii("\"");
    escaped(view, 0, bytes.length);
    ascii("\"");
  }

  private void comma(int i) {
    if (i > 0) {
      ascii(",");
    }
  }

  private void ascii(String text) {
    length += out.putStringWithoutLengthAscii(length, text);
  }

  private void escaped(DirectBuffer from, int start, int size) {
    for (int i = start; i < start + size; i++) {
      byte b = from.getByte(i);
      if (b == '"' || b == '\\') {
        out.putByte(length++, (byte) '\\');
        out.putByte(length++, b);
      } else if (b >= 0 && b < ' ') {
        ascii("\\u00");
        out.putByte(length++, HEX[b >> 4]);
        out.putByte(length++, HEX[b & 15]);
      } else {
        out.putByte(length++, b);
      }
    }
  }
}
