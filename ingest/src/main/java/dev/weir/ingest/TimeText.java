package dev.weir.ingest;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads ISO 8601 times: {@code 2018-04-01}, {@code 2018-04-01T00:00}, {@code 2018-04-01
 * 00:00:31.5}, with {@code Z}, {@code +02:00}, {@code +0200} or {@code +02}, or with none of them
 * in a zone. A local time that the zone passes twice is the earlier one; one that it leaps over is
 * read with the offset before the leap. Allocates nothing but within a day of a change of the
 * zone's offset, or where times leap between the spans of two offsets. Owned by one thread.
 */
final class TimeText {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long NO_OFFSET = Long.MIN_VALUE;
  private static final String NOT_A_TIME = "not a time such as 2018-04-01T00:00:31Z";

  /** A zone and the span of local times, in seconds, in which its last used offset holds. */
  private static final class Zone {
    private final ZoneRules rules;
    private long from = Long.MAX_VALUE;
    private long to = Long.MIN_VALUE;
    private long offset;

    Zone(ZoneRules rules) {
      this.rules = rules;
    }

    long offset(long localSeconds) {
      if (localSeconds >= from && localSeconds < to) {
        return offset;
      }
      offset =
          rules
              .getOffset(LocalDateTime.ofEpochSecond(localSeconds, 0, ZoneOffset.UTC))
              .getTotalSeconds();
      Instant instant = Instant.ofEpochSecond(localSeconds - offset);
      ZoneOffsetTransition before = rules.previousTransition(instant.plusSeconds(1));
      ZoneOffsetTransition after = rules.nextTransition(instant);
      from =
          before == null
              ? Long.MIN_VALUE
              : before.toEpochSecond()
                  + Math.max(
                      before.getOffsetBefore().getTotalSeconds(),
                      before.getOffsetAfter().getTotalSeconds());
      to =
          after == null
              ? Long.MAX_VALUE
              : after.toEpochSecond()
                  + Math.min(
                      after.getOffsetBefore().getTotalSeconds(),
                      after.getOffsetAfter().getTotalSeconds());
      if (localSeconds < from || localSeconds >= to) {
        to = Long.MIN_VALUE; // leapt over or passed twice: says nothing of its neighbours
      }
      return offset;
    }
  }

  private final Map<String, Zone> zones = new HashMap<>();
  private long nanos;
  private String fault = NOT_A_TIME;

  /** The time last read, ns since the epoch. */
  long nanos() {
    return nanos;
  }

  /** Why the last text was refused. */
  String fault() {
    return fault;
  }

  /** Reads a time; false if the text is none, or lies beyond what 64 bits of nanoseconds hold. */
  boolean read(String zone, byte[] text, int start, int length) {
    fault = NOT_A_TIME;
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
    long fraction = 0;
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
        if (at < end && text[at] == '.') {
          long unit = SECOND_NS / 10;
          int from = ++at;
          for (; at < end && text[at] >= '0' && text[at] <= '9'; at++) {
            if (unit == 0 && text[at] != '0') {
              fault = "a time finer than a nanosecond";
              return false;
            }
            fraction += (text[at] - '0') * unit;
            unit /= 10;
          }
          if (at == from) {
            return false;
          }
        }
      }
      if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
        return false;
      }
      secondOfDay = hour * 3600L + minute * 60L + second;
    }
    long local = epochDay(year, month, day) * 86_400 + secondOfDay;
    long offset = at < end ? offset(text, at, end) : zoneOffset(zone, local);
    if (offset == NO_OFFSET) {
      return false;
    }
    long seconds = local - offset;
    if (seconds > Long.MAX_VALUE / SECOND_NS - 1 || seconds < Long.MIN_VALUE / SECOND_NS + 1) {
      fault = "out of range: years 1678 to 2261";
      return false;
    }
    nanos = seconds * SECOND_NS + fraction;
    return true;
  }

  private long zoneOffset(String zone, long localSeconds) {
    if (zone.equals("UTC")) {
      return 0;
    }
    Zone known = zones.get(zone);
    if (known == null) {
      known = new Zone(ZoneId.of(zone).getRules());
      zones.put(zone, known);
    }
    return known.offset(localSeconds);
  }

  /** Seconds east of UTC that are written here. */
  private static long offset(byte[] text, int at, int end) {
    if (text[at] == 'Z' && at + 1 == end) {
      return 0;
    }
    if (text[at] != '+' && text[at] != '-') {
      return NO_OFFSET;
    }
    boolean colon = end - at == 6 && text[at + 3] == ':';
    if (!colon && end - at != 5 && end - at != 3) {
      return NO_OFFSET;
    }
    int hours = digits(text, at + 1, 2);
    int minutes = end - at == 3 ? 0 : digits(text, at + (colon ? 4 : 3), 2);
    if (hours < 0 || hours > 18 || minutes < 0 || minutes > 59) {
      return NO_OFFSET;
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
}
