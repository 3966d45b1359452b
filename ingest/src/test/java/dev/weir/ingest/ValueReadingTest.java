package dev.weir.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.event.EventEncoder;
import dev.weir.event.EventReader;
import dev.weir.event.EventType;
import dev.weir.event.Field;
import dev.weir.event.FieldType;
import dev.weir.event.TimeFormat;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Single values, against the JDK's own readers where it has one. */
class ValueReadingTest {
  private static final long SEED = Long.getLong("weir.seed", 20260131L);

  private final EventEncoder encoder = new EventEncoder();
  private final ValueText values = new ValueText(encoder);
  private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[1 << 17]);
  private final EventReader reader = new EventReader();

  private static FieldType typeOf(String name) {
    return switch (name) {
      case "int" -> FieldType.INT;
      case "money" -> FieldType.MONEY;
      case "bool" -> FieldType.BOOL;
      case "time" -> FieldType.TIME;
      case "duration" -> FieldType.DURATION;
      case "geo" -> FieldType.GEO;
      case "ip" -> FieldType.IP;
      default -> FieldType.decimal(Integer.parseInt(name.substring(7)));
    };
  }

  /** The slot, or the reason. */
  private Object read(FieldType type, TimeFormat format, byte[] text) {
    Field value = new Field("value", type, false, false, "value", format);
    EventType event = EventType.of(0, "E", List.of(value, Field.of("at", FieldType.TIME)));
    encoder.wrap(buffer, 0, event);
    byte[] row = new byte[text.length + 2]; // what stands beside the value must not be looked at
    Arrays.fill(row, (byte) '7');
    System.arraycopy(text, 0, row, 1, text.length);
    if (!values.put(0, value, row, 1, text.length)) {
      return values.reason().substring("field value: ".length());
    }
    encoder.putLong(1, 0).finish();
    reader.wrap(buffer, 0);
    return Reading.values(event, reader).get(0);
  }

  private Object read(FieldType type, String text) {
    return read(type, TimeFormat.ISO, text.getBytes(StandardCharsets.UTF_8));
  }

  private static long nanos(Instant instant) {
    return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
  }

  @ParameterizedTest
  @CsvSource({
    "int, 0, 0",
    "int, -0, 0",
    "int, +7, 7",
    "int, 9223372036854775807, 9223372036854775807",
    "int, -9223372036854775808, -9223372036854775808",
    "int, 12.000, 12",
    "int, 1.2e1, 12",
    "int, 1200E-2, 12",
    "int, 0e99999999999, 0",
    "money, 1.5, 150",
    "money, -0.05, -5",
    "money, 3, 300",
    "money, 1.500000000000000000000000, 150",
    "money, 92233720368547758.07, 9223372036854775807",
    "decimal9, 1.000000001, 1000000001",
    "duration, 1.5, 1500000000",
    "bool, true, 1",
    "bool, 0, 0",
    "geo, '1,2', 42949673000000000",
    "geo, '-90, 180', -3865470564800000000"
  })
  void shouldReadTheValue(String type, String text, String slot) {
    Object value = read(typeOf(type), text);
    if (type.equals("geo")) {
      long place = (Long) value;
      String[] degrees = text.split(", ?");
      assertThat((int) (place >> 32)).isEqualTo(Integer.parseInt(degrees[0]) * 10_000_000);
      assertThat((int) place).isEqualTo(Integer.parseInt(degrees[1]) * 10_000_000);
    } else {
      assertThat(value).isEqualTo(Long.parseLong(slot));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "int, '', not a int",
    "int, '-', not a int",
    "int, ' 1', not a int",
    "int, 1x, not a int",
    "int, 1.2.3, not a int",
    "int, .5, not a int",
    "int, 5., not a int",
    "int, 1e, not a int",
    "int, 1e5x, not a int",
    "int, 0x10, not a int",
    "int, NaN, not a int",
    "int, 1.5, a digit beyond the scale",
    "int, 1e-1, a digit beyond the scale",
    "int, 9223372036854775808, out of range",
    "int, -9223372036854775809, out of range",
    "int, 1e19, out of range",
    "int, 1e99999999999, out of range",
    "money, 1.005, a digit beyond the scale",
    "money, 92233720368547758.08, out of range",
    "money, '1,50', not a money",
    "decimal4, x, not a decimal(4)",
    "duration, 5m, not a number of seconds",
    "duration, 10000000000, out of range",
    "bool, yes, 'not true, false, 1 or 0'",
    "bool, True, 'not true, false, 1 or 0'",
    "bool, '', 'not true, false, 1 or 0'",
    "geo, 1, 'not a place: latitude,longitude'",
    "geo, '1,2,3', 'not a place: latitude,longitude'",
    "geo, '1,', 'not a place: latitude,longitude'",
    "geo, '90.0000001,0', 'out of range: latitude to 90, longitude to 180 degrees'",
    "geo, '0,-180.1', 'out of range: latitude to 90, longitude to 180 degrees'",
    "geo, '0.00000001,0', latitude a digit beyond the scale",
    "geo, '0,1e300', longitude out of range",
    "ip, 1.2.3, not an ip",
    "ip, 1.2.3.256, not an ip",
    "ip, 01.2.3.4, not an ip",
    "ip, 1::2::3, not an ip",
    "ip, :1:2:3:4:5:6:7, not an ip",
    "ip, fe80::1%eth0, not an ip",
    "ip, localhost, not an ip",
    "ip, '', not an ip",
    "time, 2018-02-29, not a time such as 2018-04-01T00:00:31Z",
    "time, 2018-01-01T24:00:00Z, not a time such as 2018-04-01T00:00:31Z",
    "time, 2018-01-01T10, not a time such as 2018-04-01T00:00:31Z",
    "time, 2018-01-01T10:00:61Z, not a time such as 2018-04-01T00:00:31Z",
    "time, 2018-01-01T10:00.5Z, not a time such as 2018-04-01T00:00:31Z",
    "time, 2018-01-01T10:00:00.Z, not a time such as 2018-04-01T00:00:31Z",
    "time, 2018-01-01T10:00:00+1, not a time such as 2018-04-01T00:00:31Z",
    "time, 2018-01-01T10:00:00Zx, not a time such as 2018-04-01T00:00:31Z",
    "time, 01/02/2018, not a time such as 2018-04-01T00:00:31Z",
    "time, 2018-01-01T10:00:00.1234567891Z, a time finer than a nanosecond",
    "time, 1600-01-01, out of range: years 1678 to 2261",
    "time, 9999-12-31T23:59:59Z, out of range: years 1678 to 2261"
  })
  void shouldSayWhyTheValueIsRefused(String type, String text, String reason) {
    assertThat(read(typeOf(type), text)).isEqualTo(reason);
  }

  @ParameterizedTest
  @CsvSource({
    "EPOCH_SECONDS, 1.5, 1500000000",
    "EPOCH_SECONDS, 1522540800, 1522540800000000000",
    "EPOCH_MILLIS, 1522540800001, 1522540800001000000",
    "EPOCH_MILLIS, -1, -1000000",
    "EPOCH_MICROS, 1522540800000001, 1522540800000001000",
    "EPOCH_NANOS, 1522540800000000001, 1522540800000000001",
    "EPOCH_SECONDS, 1.5225408E9, 1522540800000000000"
  })
  void shouldReadEpochTimes(TimeFormat.Kind kind, String text, long nanos) {
    TimeFormat format = new TimeFormat(kind, "UTC");
    assertThat(read(FieldType.TIME, format, text.getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(nanos);
  }

  @Test
  void shouldReadDecimalsAsBigDecimalDoes() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < 20_000; i++) {
      int scale = random.nextInt(10);
      String text =
          new BigDecimal(random.nextLong())
              .divide(BigDecimal.valueOf(1L << random.nextInt(63)), java.math.MathContext.UNLIMITED)
              .setScale(random.nextInt(12), java.math.RoundingMode.DOWN)
              .toString();
      if (random.nextInt(4) == 0) {
        text += "e" + (random.nextInt(12) - 6);
      }
      BigDecimal exact = new BigDecimal(text).movePointRight(scale);
      Object expected;
      if (exact.stripTrailingZeros().scale() > 0) {
        expected = null; // too fine, or out of range as well
      } else if (exact.toBigInteger().bitLength() > 63) {
        expected = "out of range";
      } else {
        expected = exact.longValueExact();
      }
      Object read = read(FieldType.decimal(scale), text);
      if (expected == null) {
        assertThat(read).as("seed %d, %s", SEED, text).isInstanceOf(String.class);
      } else {
        assertThat(read).as("seed %d, %s at scale %d", SEED, text, scale).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "Asia/Kathmandu",
        "Australia/Lord_Howe"
      })
  void shouldReadLocalTimesAsJavaTimeDoes(String zone) {
    SplittableRandom random = new SplittableRandom(SEED);
    TimeFormat format = new TimeFormat(TimeFormat.Kind.ISO, zone);
    long base = Instant.parse("2018-01-01T00:00:00Z").getEpochSecond();
    for (int i = 0; i < 20_000; i++) {
      // in the order of a log first, half an hour apart over a year; then anywhere
      long second =
          i < 17_520
              ? base + 1800L * i
              : random.nextLong(-9_000_000_000L, 9_000_000_000L) / 60 * 60;
      LocalDateTime local =
          LocalDateTime.ofEpochSecond(second, random.nextInt(2) * 5_000_000, ZoneOffset.UTC);
      Instant expected = local.atZone(ZoneId.of(zone)).toInstant();
      assertThat(read(FieldType.TIME, format, local.toString().getBytes(StandardCharsets.UTF_8)))
          .as("seed %d, %s in %s", SEED, local, zone)
          .isEqualTo(nanos(expected));
    }
  }

  @Test
  void shouldReadALeaptTimeWithTheOffsetBeforeAndADoubledOneAsTheEarlier() {
    TimeFormat berlin = new TimeFormat(TimeFormat.Kind.ISO, "Europe/Berlin");
    assertThat(read(FieldType.TIME, berlin, "2018-03-25T02:30".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(nanos(Instant.parse("2018-03-25T01:30:00Z")));
    assertThat(read(FieldType.TIME, berlin, "2018-10-28T02:30".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(nanos(Instant.parse("2018-10-28T00:30:00Z")));
  }

  @Test
  void shouldReadOffsetsAsJavaTimeDoes() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < 5_000; i++) {
      OffsetDateTime time =
          OffsetDateTime.ofInstant(
              Instant.ofEpochSecond(
                  random.nextLong(-9_000_000_000L, 9_000_000_000L), random.nextInt(1_000_000_000)),
              ZoneOffset.ofTotalSeconds(60 * (random.nextInt(2 * 1080) - 1080)));
      String text = time.toString();
      assertThat(read(FieldType.TIME, text))
          .as("seed %d, %s", SEED, text)
          .isEqualTo(nanos(time.toInstant()));
    }
  }

  @Test
  void shouldReadAddressesAsTheJdkDoes() throws UnknownHostException {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < 20_000; i++) {
      String text = address(random);
      byte[] expected = new byte[16];
      byte[] bytes = InetAddress.getByName(text).getAddress();
      if (bytes.length == 4) {
        expected[10] = (byte) 0xff;
        expected[11] = (byte) 0xff;
      }
      System.arraycopy(bytes, 0, expected, 16 - bytes.length, bytes.length);
      assertThat(read(FieldType.IP, text))
          .as("seed %d, %s", SEED, text)
          .isEqualTo(Arrays.toString(expected));
    }
  }

  private static String address(SplittableRandom random) {
    String v4 =
        IntStream.range(0, 4)
            .mapToObj(i -> Integer.toString(random.nextInt(256)))
            .collect(Collectors.joining("."));
    if (random.nextInt(4) == 0) {
      return v4;
    }
    boolean tail = random.nextInt(3) == 0;
    int count = tail ? 6 : 8;
    List<String> groups = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      groups.add(random.nextBoolean() ? "0" : Integer.toHexString(random.nextInt(65_536)));
    }
    int from = random.nextInt(count);
    int to = from;
    while (to < count && groups.get(to).equals("0")) {
      to++;
    }
    String behind = String.join(":", groups.subList(to, count));
    if (tail) {
      behind = behind.isEmpty() ? v4 : behind + ":" + v4;
    }
    String front = String.join(":", groups.subList(0, from));
    if (to > from) {
      return front + "::" + behind;
    }
    return front.isEmpty() ? behind : front + ":" + behind;
  }

  @Test
  void shouldAcceptExactlyTheUtf8ThatTheJdkAccepts() {
    SplittableRandom random = new SplittableRandom(SEED);
    int good = 0;
    for (int i = 0; i < 50_000; i++) {
      byte[] text = new byte[1 + random.nextInt(4)];
      for (int b = 0; b < text.length; b++) {
        int[] pool = {
          0x20, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xe0, 0xed, 0xf0, 0xf4, 0xf5
        };
        text[b] = (byte) pool[random.nextInt(pool.length)];
      }
      boolean expected;
      try {
        CharBuffer ignored = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
        expected = ignored.length() > 0;
      } catch (CharacterCodingException e) {
        expected = false;
      }
      good += expected ? 1 : 0;
      Object read = read(FieldType.TEXT, TimeFormat.ISO, text);
      assertThat(read.equals("not UTF-8"))
          .as("seed %d, %s", SEED, Arrays.toString(text))
          .isEqualTo(!expected);
    }
    assertThat(good).isGreaterThan(1_000);
  }
}
