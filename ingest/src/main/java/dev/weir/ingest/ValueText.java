package dev.weir.ingest;

import dev.weir.event.EventEncoder;
import dev.weir.event.Field;
import dev.weir.event.FieldType;
import dev.weir.event.RecordLayout;

/**
 * Reads the text of a value into a field of a record; says why it cannot, without showing the
 * value. Allocates nothing for good values. Owned by one thread.
 *
 * <p>Numbers have digits, at most one point, a sign and an exponent if they like, and are read
 * exactly: {@code 1.50}, {@code -3}, {@code 2.5e3}. A duration is a number of seconds. A place is
 * {@code latitude,longitude} in degrees.
 */
final class ValueText {
  private static final String NOT_A_PLACE = "not a place: latitude,longitude";

  private final EventEncoder encoder;
  private final TimeText times = new TimeText();
  private final byte[] address = new byte[RecordLayout.IP_BYTES];
  private String reason = "";

  // the number at hand, and what is wrong with it
  private long number;
  private String fault = "";

  ValueText(EventEncoder encoder) {
    this.encoder = encoder;
  }

  /** Why the last value was refused. */
  String reason() {
    return reason;
  }

  /** Says that a value that must be there is not; returns false. */
  boolean refuseMissing(Field field) {
    return refuse(field, "missing");
  }

  /** Writes the value; false if the text is not one. */
  boolean put(int index, Field field, byte[] text, int start, int length) {
    FieldType type = field.type();
    switch (type.kind()) {
      case TEXT -> {
        if (length > RecordLayout.TEXT_BYTES_MAX) {
          return refuse(field, "a text of more than " + RecordLayout.TEXT_BYTES_MAX + " bytes");
        }
        if (!Utf8.isWellFormed(text, start, length)) {
          return refuse(field, "not UTF-8");
        }
        encoder.putText(index, text, start, length);
        return true;
      }
      case INT, DECIMAL -> {
        if (!decimal(text, start, length, type.scale())) {
          return refuse(field, fault.isEmpty() ? "not a " + type : fault);
        }
        encoder.putLong(index, number);
        return true;
      }
      case BOOL -> {
        int value = bool(text, start, length);
        if (value < 0) {
          return refuse(field, "not true, false, 1 or 0");
        }
        encoder.putLong(index, value);
        return true;
      }
      case TIME -> {
        return time(index, field, text, start, length);
      }
      case DURATION -> {
        if (!decimal(text, start, length, 9)) {
          return refuse(field, fault.isEmpty() ? "not a number of seconds" : fault);
        }
        encoder.putLong(index, number);
        return true;
      }
      case GEO -> {
        return geo(index, field, text, start, length);
      }
      case IP -> {
        if (!IpText.read(text, start, length, address)) {
          return refuse(field, "not an ip");
        }
        encoder.putIp(index, address);
        return true;
      }
    }
    throw new IllegalStateException("no such kind");
  }

  private boolean refuse(Field field, String what) {
    reason = "field " + field.name() + ": " + what;
    return false;
  }

  private boolean time(int index, Field field, byte[] text, int start, int length) {
    int scale =
        switch (field.timeFormat().kind()) {
          case ISO -> -1;
          case EPOCH_SECONDS -> 9;
          case EPOCH_MILLIS -> 6;
          case EPOCH_MICROS -> 3;
          case EPOCH_NANOS -> 0;
        };
    if (scale < 0) {
      if (!times.read(field.timeFormat().zone(), text, start, length)) {
        return refuse(field, times.fault());
      }
      encoder.putLong(index, times.nanos());
      return true;
    }
    if (!decimal(text, start, length, scale)) {
      return refuse(
          field, fault.isEmpty() ? "not a time: a number of units since 1970 is needed" : fault);
    }
    encoder.putLong(index, number);
    return true;
  }

  /**
   * Reads a number into units of 10^-scale; false with a fault, or with none where it is no number.
   */
  private boolean decimal(byte[] text, int start, int length, int scale) {
    fault = "";
    int end = start + length;
    int at = start;
    boolean negative = at < end && text[at] == '-';
    if (negative || (at < end && text[at] == '+')) {
      at++;
    }
    int from = at;
    int point = -1;
    while (at < end && (isDigit(text[at]) || (text[at] == '.' && point < 0))) {
      if (text[at] == '.') {
        point = at;
      }
      at++;
    }
    int to = at;
    int whole = point < 0 ? to - from : point - from;
    if (whole == 0 || point == to - 1) {
      return false; // no digit before or behind the point
    }
    int exponent = 0;
    if (at < end) {
      if (text[at] != 'e' && text[at] != 'E') {
        return false;
      }
      exponent = exponent(text, at + 1, end);
      if (exponent == NO_EXPONENT) {
        return false;
      }
    }
    return scaled(text, from, to, whole + exponent + scale, negative);
  }

  private static final int NO_EXPONENT = Integer.MIN_VALUE;
  private static final int EXPONENT_MAX = 100_000;

  private static int exponent(byte[] text, int start, int end) {
    int at = start;
    boolean negative = at < end && text[at] == '-';
    if (negative || (at < end && text[at] == '+')) {
      at++;
    }
    if (at == end) {
      return NO_EXPONENT;
    }
    int value = 0;
    for (; at < end; at++) {
      if (!isDigit(text[at])) {
        return NO_EXPONENT;
      }
      value = Math.min(EXPONENT_MAX, value * 10 + text[at] - '0');
    }
    return negative ? -value : value;
  }

  /** The number made of the first {@code kept} digits, with zeros behind where there are fewer. */
  private boolean scaled(byte[] text, int from, int to, int kept, boolean negative) {
    long value = 0; // negative, so that the least long fits
    int digits = 0;
    for (int at = from; at < to; at++) {
      if (text[at] == '.') {
        continue;
      }
      int digit = text[at] - '0';
      if (digits >= kept) {
        if (digit != 0) {
          fault = "a digit beyond the scale";
          return false;
        }
      } else {
        if (value < (Long.MIN_VALUE + digit) / 10) {
          fault = "out of range";
          return false;
        }
        value = value * 10 - digit;
      }
      digits++;
    }
    for (; value != 0 && digits < kept; digits++) {
      if (value < Long.MIN_VALUE / 10) {
        fault = "out of range";
        return false;
      }
      value *= 10;
    }
    if (!negative && value == Long.MIN_VALUE) {
      fault = "out of range";
      return false;
    }
    number = negative ? value : -value;
    return true;
  }

  private static boolean isDigit(byte c) {
    return c >= '0' && c <= '9';
  }

  private static int bool(byte[] text, int start, int length) {
    if (length == 1 && (text[start] == '0' || text[start] == '1')) {
      return text[start] - '0';
    }
    return is(text, start, length, "true") ? 1 : is(text, start, length, "false") ? 0 : -1;
  }

  private static boolean is(byte[] text, int start, int length, String word) {
    if (length != word.length()) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (text[start + i] != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private boolean geo(int index, Field field, byte[] text, int start, int length) {
    int comma = start;
    while (comma < start + length && text[comma] != ',') {
      comma++;
    }
    if (comma == start + length || !decimal(text, start, comma - start, 7)) {
      return refuse(field, fault.isEmpty() ? NOT_A_PLACE : "latitude " + fault);
    }
    long latitude = number;
    int from = comma + 1;
    while (from < start + length && text[from] == ' ') {
      from++;
    }
    if (!decimal(text, from, start + length - from, 7)) {
      return refuse(field, fault.isEmpty() ? NOT_A_PLACE : "longitude " + fault);
    }
    if (Math.abs(latitude) > 900_000_000L || Math.abs(number) > 1_800_000_000L) {
      return refuse(field, "out of range: latitude to 90, longitude to 180 degrees");
    }
    encoder.putGeo(index, (int) latitude, (int) number);
    return true;
  }
}
