package dev.weir.engine;

import dev.weir.dsl.plan.Expr.Call.Function;
import dev.weir.event.TimeZones;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import org.agrona.MutableDirectBuffer;

/**
 * Functions of single values, on the stack. One with a missing argument is missing, but for {@code
 * coalesce}. Allocates nothing once its room is large enough. Owned by one thread.
 */
final class ScalarFunctions {
  private static final List<Function> FUNCTIONS = List.of(Function.values());
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long DAY_S = 86_400;
  private static final long HOUR_S = 3_600;
  private static final int DAYS_OF_WEEK = 7;
  private static final int FIRST_DAY = 3; // 1970-01-01 was a Thursday, three days behind Monday
  private static final long NS_OF_HOUR_BY_METRES_OF_KM = 3_600_000_000L;

  private final ValueStack stack;
  private final TimeZones.Zone[] zones;
  private final TextFunctions texts = new TextFunctions();

  ScalarFunctions(ValueStack stack, TimeZones.Zone[] zones) {
    this.stack = stack;
    this.zones = zones;
  }

  /** The function of a number in a packed program. */
  static Function function(int number) {
    return FUNCTIONS.get(number);
  }

  static int number(Function function) {
    return FUNCTIONS.indexOf(function);
  }

  /**
   * Calls a function on the values on top of the stack.
   *
   * @param a digits, number of the zone, bits of the network, or 1 for ratios
   * @param b scale of the argument of {@code round}
   * @return the place of the result, now the top
   */
  int call(int function, int top, int a, int b) {
    Function called = FUNCTIONS.get(function);
    int slot =
        switch (called) {
          case SIMILARITY, MIN, MAX, COALESCE, DISTANCE, IN_NETWORK -> top - 1;
          case SPEED -> top - 3;
          default -> top;
        };
    if (called == Function.COALESCE) {
      if (stack.missing[slot]) {
        stack.move(slot + 1, slot);
      }
      return slot;
    }
    for (int i = slot; i <= top; i++) {
      if (stack.missing[i]) {
        stack.missing[slot] = true;
        return slot;
      }
    }
    switch (called) {
      case LOWER -> changeCase(slot, 'A', 'a' - 'A');
      case UPPER -> changeCase(slot, 'a', 'A' - 'a');
      case TRIM -> trim(slot);
      case LENGTH ->
          stack.number(
              slot,
              TextFunctions.codePoints(stack.bytes[slot], stack.offset[slot], stack.length[slot]));
      case LUHN ->
          stack.truth(
              slot,
              TextFunctions.isLuhn(stack.bytes[slot], stack.offset[slot], stack.length[slot]));
      case HASH -> hash(slot);
      case SIMILARITY -> similarity(slot);
      case ABS -> abs(slot);
      case ROUND -> round(slot, a, b);
      case MIN, MAX -> choose(slot, called == Function.MIN ? -1 : 1, a != 0);
      case HOUR -> stack.number(slot, Math.floorMod(localS(slot, a), DAY_S) / HOUR_S);
      case WEEKDAY ->
          stack.number(
              slot,
              Math.floorMod(Math.floorDiv(localS(slot, a), DAY_S) + FIRST_DAY, DAYS_OF_WEEK) + 1);
      case DAY -> stack.number(slot, Math.floorDiv(localS(slot, a), DAY_S));
      case DISTANCE -> stack.number(slot, Places.metres(stack.value[slot], stack.value[slot + 1]));
      case SPEED -> speed(slot);
      case IN_NETWORK -> stack.truth(slot, isInNetwork(slot, a));
      case COALESCE, NOW -> throw new IllegalStateException("has no values: " + called);
    }
    return slot;
  }

  private void changeCase(int slot, int first, int step) {
    int size = stack.length[slot];
    MutableDirectBuffer to = stack.room(slot, size);
    TextFunctions.changeCase(stack.bytes[slot], stack.offset[slot], size, to, first, step);
    stack.range(slot, to, 0, size);
  }

  private void trim(int slot) {
    int from = stack.offset[slot];
    int to = from + stack.length[slot];
    while (from < to && TextFunctions.isBlank(stack.bytes[slot].getByte(from))) {
      from++;
    }
    while (from < to && TextFunctions.isBlank(stack.bytes[slot].getByte(to - 1))) {
      to--;
    }
    stack.offset[slot] = from;
    stack.length[slot] = to - from;
  }

  private void hash(int slot) {
    MutableDirectBuffer to = stack.room(slot, TextFunctions.HASH_BYTES);
    texts.hash(stack.bytes[slot], stack.offset[slot], stack.length[slot], to);
    stack.range(slot, to, 0, TextFunctions.HASH_BYTES);
  }

  /** 1 less the distance over the length of the longer text; missing for very long texts. */
  private void similarity(int slot) {
    int left = TextFunctions.codePoints(stack.bytes[slot], stack.offset[slot], stack.length[slot]);
    int right =
        TextFunctions.codePoints(
            stack.bytes[slot + 1], stack.offset[slot + 1], stack.length[slot + 1]);
    int longest = Math.max(left, right);
    if (longest > TextFunctions.SIMILAR_CODE_POINTS_MAX) {
      stack.missing[slot] = true;
    } else if (longest == 0) {
      stack.number(slot, 1);
    } else {
      int distance =
          texts.distance(
              stack.bytes[slot],
              stack.offset[slot],
              stack.length[slot],
              stack.bytes[slot + 1],
              stack.offset[slot + 1],
              stack.length[slot + 1]);
      stack.fraction(slot, longest - distance, longest);
    }
  }

  private void abs(int slot) {
    if (stack.value[slot] < 0) {
      if (stack.value[slot] == Long.MIN_VALUE) {
        stack.fault(slot);
      }
      stack.value[slot] = -stack.value[slot];
    }
  }

  /** Half even to so many digits. */
  private void round(int slot, int digits, int scale) {
    long numerator = stack.value[slot];
    long divisor = stack.denominator[slot];
    long factor = Exact.powerOfTen(Math.abs(digits - scale));
    long grown = digits > scale ? numerator : divisor;
    if (Exact.overflows(grown, factor)) {
      roundLarge(slot, digits, scale);
      return;
    }
    numerator = digits > scale ? numerator * factor : numerator;
    divisor = digits > scale ? divisor : divisor * factor;
    long quotient = numerator / divisor;
    long rest = Math.abs(numerator - quotient * divisor);
    long other = divisor - rest; // both are below the divisor
    boolean isAway = rest > other || (rest == other && (quotient & 1) != 0);
    stack.number(slot, isAway ? quotient + (numerator < 0 ? -1 : 1) : quotient);
  }

  /** The same where products do not fit 64 bits. */
  private void roundLarge(int slot, int digits, int scale) {
    BigInteger rounded =
        new BigDecimal(BigInteger.valueOf(stack.value[slot]), scale)
            .divide(BigDecimal.valueOf(stack.denominator[slot]), digits, RoundingMode.HALF_EVEN)
            .unscaledValue();
    boolean fits = rounded.bitLength() < Long.SIZE;
    stack.number(slot, fits ? rounded.longValue() : 0);
    if (!fits) {
      stack.fault(slot);
    }
  }

  private void choose(int slot, int sign, boolean isRatio) {
    int order =
        isRatio
            ? Exact.compareRatios(
                stack.value[slot],
                stack.denominator[slot],
                1,
                stack.value[slot + 1],
                stack.denominator[slot + 1],
                1)
            : Long.compare(stack.value[slot], stack.value[slot + 1]);
    if (order * sign < 0) {
      stack.move(slot + 1, slot);
    }
  }

  /** Seconds since the epoch as a clock of the zone shows them. */
  private long localS(int slot, int zone) {
    long epochS = Math.floorDiv(stack.value[slot], SECOND_NS);
    return epochS + zones[zone].offsetS(epochS);
  }

  /** Kilometres an hour between two places with their times; missing where no time lies between. */
  private void speed(int slot) {
    long metres = Places.metres(stack.value[slot], stack.value[slot + 2]);
    long ns = Math.abs(stack.value[slot + 3] - stack.value[slot + 1]);
    if (ns <= 0) {
      stack.fault(slot);
    } else {
      stack.fraction(slot, metres * NS_OF_HOUR_BY_METRES_OF_KM, ns);
    }
  }

  private boolean isInNetwork(int slot, int bits) {
    for (int i = 0; i < bits; i += Byte.SIZE) {
      int differs =
          stack.bytes[slot].getByte(stack.offset[slot] + i / Byte.SIZE)
              ^ stack.bytes[slot + 1].getByte(stack.offset[slot + 1] + i / Byte.SIZE);
      int outside = Math.max(0, Byte.SIZE - (bits - i));
      if ((differs & 0xff) >>> outside != 0) {
        return false;
      }
    }
    return true;
  }
}
