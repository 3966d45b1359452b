package dev.weir.ingest;

import dev.weir.event.EventEncoder;
import dev.weir.event.Field;
import dev.weir.event.FieldType;
import dev.weir.event.RecordLayout;
import dev.weir.event.TimeFormat;
import java.time.LocalDateTime;
import java.time.ZoneId;

/**
 * Reads the text of a value into a field of a record. Allocates nothing, but for times without an
 * offset in a zone other than UTC (the zone's rules) and ips. Owned by one thread.
 */
final class ValueText {
  private static final long SECOND_NS = 1_000_000_000L;

  private final EventEncoder encoder;
  private String reason = "";
  private long number;

  ValueText(EventEncoder encoder) {
    this.encoder = encoder;
  }

  /** Why the last value was refused. */
  String reason() {
    return reason;
  }

  /** Writes the value; false if the text is not one. */
  boolean put(int index, Field field, byte[] text, int start, int length) {
    FieldType type = field.type();
    switch (type.kind()) {
      case TEXT -> {
        if (length > RecordLayout.TEXT_BYTES_MAX) {
          return refuse(field, "a text of more than 64 KiB");
        }
        if (!isUtf8(text, start, length)) {
          return refuse(field, "not UTF-8");
        }
        encoder.putText(index, text, start, length);
        return true;
      }
      case INT, DECIMAL -> {
        if (!decimal(text, start, length, type.scale())) {
          return refuse(field, "not a " + type);
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
        if (!time(field.timeFormat(), text, start, length)) {
          return refuse(field, "not a time");
        }
        encoder.putLong(index, number);
        return true;
      }
      case DURATION -> {
        if (!decimal(text, start, length, 9)) {
          return refuse(field, "not a number of seconds");
        }
        encoder.putLong(index, number);
        return true;
      }
      case GEO -> {
        return geo(index, field, text, start, length);
      }
      case IP -> {
        return ip(index, field, text, start, length);
      }
    }
    throw new IllegalStateException("no such kind");
  }

  private boolean refuse(Field field, String what) {
    reason = "field " + field.name() + ": " + what;
    return false;
  }

  /** Digits with an optional sign and point into units of 10^-scale. */
  private boolean decimal(byte[] text, int start, int length, int scale) {
    int at = start;
    int end = start + length;
    boolean negative = at < end && text[at] == '-';
    if (negative || (at < end && text[at] == '+')) {
      at++;
    }
    long value = 0; // negative, so that the least long fits
    int digits = 0;
    int behind = -1;
    for (; at < end; at++) {
      byte c = text[at];
      if (c == '.' && behind < 0 && digits > 0) {
        behind = 0;
        continue;
      }
      if (c < '0' || c > '9') {
        return false;
      }
      if (behind >= scale) {
        if (c != '0') {
          return false; // a digit beyond the scale would be lost
        }
        behind++;
        continue;
      }
      if (behind >= 0) {
        behind++;
      }
      digits++;
      int digit = c - '0';
      if (value < (Long.MIN_VALUE + digit) / 10) {
        return false;
      }
      value = value * 10 - digit;
    }
    if (digits == 0 || behind == 0) {
      return false;
    }
    for (int missing = Math.max(behind, 0); missing < scale; missing++) {
      if (value < Long.MIN_VALUE / 10) {
        return false;
      }
      value *= 10;
    }
    if (!negative && value == Long.MIN_VALUE) {
      return false;
    }
    number = negative ? value : -value;
    return true;
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

  // ---- time
  // ---------------------------------------------------------------------------------------

  private boolean time(TimeFormat format, byte[] text, int start, int length) {
    int scale =
        switch (format.kind()) {
          case ISO -> -1;
          case EPOCH_SECONDS -> 9;
          case EPOCH_MILLIS -> 6;
          case EPOCH_MICROS -> 3;
          case EPOCH_NANOS -> 0;
        };
    return scale < 0
        ? iso(format.zone(), text, start, length)
        : decimal(text, start, length, scale);
  }

  /** {@code 2018-04-01T00:00:31.5Z}, with {@code +02:00}, or with neither in the format's zone. */
  private boolean iso(String zone, byte[] text, int start, int length) {
    int end = start + length;
    if (length < 10 || text[start + 4] != '-' || text[start + 7] != '-') {
      return false;
    }
    int year = digits(text, start, 4);
    int month = digits(text, start + 5, 2);
    int day = digits(text, start + 8, 2);
    if (year < 0 || month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) {
      return false;
    }
    int at = start + 10;
    long secondOfDay = 0;
    long nanos = 0;
    if (at < end) {
      if ((text[at] != 'T' && text[at] != ' ') || end - at < 6 || text[at + 3] != ':') {
        return false;
      }
      int hour = digits(text, at + 1, 2);
      int minute = digits(text, at + 4, 2);
      int second = 0;
      at += 6;
      if (at < end && text[at] == ':') {
        second = end - at >= 3 ? digits(text, at + 1, 2) : -1;
        at += 3;
      }
      if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
        return false;
      }
      secondOfDay = hour * 3600L + minute * 60L + second;
      if (at < end && text[at] == '.') {
        long unit = SECOND_NS / 10;
        int from = ++at;
        for (; at < end && text[at] >= '0' && text[at] <= '9'; at++) {
          if (unit == 0 && text[at] != '0') {
            return false;
          }
          nanos += (text[at] - '0') * unit;
          unit /= 10;
        }
        if (at == from) {
          return false;
        }
      }
    }
    long local = epochDay(year, month, day) * 86_400 + secondOfDay;
    long offset = offset(zone, text, at, end, local);
    if (offset == Long.MIN_VALUE) {
      return false;
    }
    long seconds = local - offset;
    if (seconds > Long.MAX_VALUE / SECOND_NS - 1 || seconds < Long.MIN_VALUE / SECOND_NS + 1) {
      return false;
    }
    number = seconds * SECOND_NS + nanos;
    return true;
  }

  /** Seconds east of UTC; the least long if the text is no offset. */
  private static long offset(String zone, byte[] text, int at, int end, long localSeconds) {
    if (at == end) {
      if (zone.equals("UTC")) {
        return 0;
      }
      // in a gap of the zone the offset before it counts, in an overlap the earlier one
      return ZoneId.of(zone)
          .getRules()
          .getOffset(LocalDateTime.ofEpochSecond(localSeconds, 0, java.time.ZoneOffset.UTC))
          .getTotalSeconds();
    }
    if (text[at] == 'Z' && at + 1 == end) {
      return 0;
    }
    if (text[at] != '+' && text[at] != '-') {
      return Long.MIN_VALUE;
    }
    boolean colon = end - at == 6 && text[at + 3] == ':';
    if (!colon && end - at != 5 && end - at != 3) {
      return Long.MIN_VALUE;
    }
    int hours = digits(text, at + 1, 2);
    int minutes = end - at == 3 ? 0 : digits(text, at + (colon ? 4 : 3), 2);
    if (hours < 0 || hours > 18 || minutes < 0 || minutes > 59) {
      return Long.MIN_VALUE;
    }
    long seconds = hours * 3600L + minutes * 60L;
    return text[at] == '-' ? -seconds : seconds;
  }

  private static int digits(byte[] text, int at, int count) {
    int value = 0;
    for (int i = at; i < at + count; i++) {
      if (text[i] < '0' || text[i] > '9') {
        return -1;
      }
      value = value * 10 + text[i] - '0';
    }
    return value;
  }

  private static int daysOf(int year, int month) {
    boolean leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2
        ? leap ? 29 : 28
        : month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
  }

  /** Days since 1970-01-01 in the proleptic Gregorian calendar; years from 0. */
  private static long epochDay(int year, int month, int day) {
    long y = month <= 2 ? year - 1L : year; // a year begins in March: the leap day stands last
    long era = Math.floorDiv(y, 400);
    long yearOfEra = y - era * 400;
    long dayOfYear = (153L * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468;
  }

  // ---- geo, ip, UTF-8
  // -----------------------------------------------------------------------------

  private boolean geo(int index, Field field, byte[] text, int start, int length) {
    int comma = start;
    while (comma < start + length && text[comma] != ',') {
      comma++;
    }
    if (comma == start + length || !decimal(text, start, comma - start, 7)) {
      return refuse(field, "not a place: latitude,longitude");
    }
    long latitude = number;
    int from = comma + 1;
    while (from < start + length && text[from] == ' ') {
      from++;
    }
    if (!decimal(text, from, start + length - from, 7)
        || Math.abs(latitude) > 900_000_000L
        || Math.abs(number) > 1_800_000_000L) {
      return refuse(field, "not a place: latitude,longitude");
    }
    encoder.putGeo(index, (int) latitude, (int) number);
    return true;
  }

  private boolean ip(int index, Field field, byte[] text, int start, int length) {
    String address = new String(text, start, length, java.nio.charset.StandardCharsets.US_ASCII);
    if (!address.matches("[0-9a-fA-F:.]{2,45}")
        || (address.indexOf(':') < 0
            && !address.matches("[0-9]{1,3}[.][0-9]{1,3}[.][0-9]{1,3}[.][0-9]{1,3}"))) {
      return refuse(field, "not an ip");
    }
    try {
      byte[] bytes = java.net.InetAddress.getByName(address).getAddress(); // literals: no look-up
      byte[] all = new byte[RecordLayout.IP_BYTES];
      if (bytes.length == 4) {
        all[10] = (byte) 0xff;
        all[11] = (byte) 0xff;
        System.arraycopy(bytes, 0, all, 12, 4);
      } else {
        System.arraycopy(bytes, 0, all, 0, 16);
      }
      encoder.putIp(index, all);
      return true;
    } catch (java.net.UnknownHostException e) {
      return refuse(field, "not an ip");
    }
  }

  /** Well-formed UTF-8 as RFC 3629 has it. */
  static boolean isUtf8(byte[] text, int start, int length) {
    int at = start;
    int end = start + length;
    while (at < end) {
      int c = text[at++] & 0xff;
      if (c < 0x80) {
        continue;
      }
      int more =
          c >= 0xc2 && c <= 0xdf ? 1 : c >= 0xe0 && c <= 0xef ? 2 : c >= 0xf0 && c <= 0xf4 ? 3 : -1;
      if (more < 0 || at + more > end) {
        return false;
      }
      int second = text[at] & 0xff;
      boolean bad =
          (c == 0xe0 && second < 0xa0)
              || (c == 0xed && second > 0x9f)
              || (c == 0xf0 && second < 0x90)
              || (c == 0xf4 && second > 0x8f);
      for (int i = 0; i < more; i++) {
        bad |= (text[at + i] & 0xc0) != 0x80;
      }
      if (bad) {
        return false;
      }
      at += more;
    }
    return true;
  }
}
