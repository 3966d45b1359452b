package dev.weir.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AlertJsonTest {
  private static final long SEED = Long.getLong("weir.seed", 20260131L);
  private static final long SECOND = 1_000_000_000L;
  private static final long START = 1_522_540_800L * SECOND;

  private static final String RULES =
      """
      event Payment {
        card text pii
        note text?
        amount money
        count int?
        fine decimal(9)?
        place geo?
        ip ip?
        ok bool?
        took duration?
        pin int? pii
        host ip? pii
        at time
      } keep 30d

      rule each_field {
        severity low
        by card
        when on Payment amount < 0
        alert "{card} {note} {amount} {count} {fine} {place} {ip} {ok} {took} {pin} {host} {at}" {
          score 7, note: note, amount: amount, count: count, fine: fine, place: place, ip: ip,
          ok: ok, took: took, pin: pin, host: host, twice: 2 * pin, at: at,
          mean: avg(Payment.amount over 1h), last: prev(Payment).card, cards: distinct(Payment.card over 1h)
        }
      }

      rule pair {
        severity high
        by card
        match a: Payment where amount > 100 then b: Payment where amount > a.amount
        within 1h
        alert "{a.card}: {a.amount}, then \\"{b.amount}\\"" { rise: b.amount - a.amount }
        suppress 1h by card
      }
      """;

  /** Values of the alert by path, {@code events[0].step}; checks that it is one JSON object. */
  private static Map<String, String> read(String json) {
    Map<String, String> values = new LinkedHashMap<>();
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      assertThat(parser.nextToken()).isEqualTo(JsonToken.START_OBJECT);
      for (JsonToken t = parser.nextToken(); t != null; t = parser.nextToken()) {
        if (t.isScalarValue()) {
          String path = parser.getParsingContext().pathAsPointer().toString();
          assertThat(values.put(path, parser.getText())).as("twice: " + path).isNull();
        }
      }
    } catch (IOException e) {
      throw new AssertionError(json, e);
    }
    return values;
  }

  private static Alerting everything() {
    Alerting alerting = new Alerting(RULES);
    alerting.send(
        START + 500_000_000,
        e ->
            e.text("card", "4111-1111-1111-€876")
                .text("note", "quote \" back \\ tab \t bell \u0007 del \u007f € 😀\u2028")
                .number("amount", -5)
                .number("count", Long.MIN_VALUE)
                .number("fine", -1)
                .geo("place", -900_000_000, 1_799_999_999)
                .ip("ip", new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 0, 0, -1})
                .number("ok", 1)
                .number("took", 1_500_000_000)
                .number("pin", 1234)
                .ip("host", new byte[16]));
    alerting.send(
        START + 2 * SECOND + 1,
        e ->
            e.text("card", "4111-1111-1111-€876")
                .number("amount", Long.MIN_VALUE)
                .ip(
                    "ip",
                    new byte[] {0x20, 1, 0xd, (byte) 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}));
    long[] amounts = {10_100, 20_000, 30_000, 40_000, 50_000, 60_000};
    for (int i = 0; i < amounts.length; i++) {
      long amount = amounts[i];
      alerting.send(
          START + (3_000L + 15L * 60 * i) * SECOND,
          e -> e.text("card", "short").number("amount", amount));
    }
    return alerting;
  }

  @Test
  void shouldWriteTheAlertsOfTheGoldenFile() throws IOException {
    List<String> alerts = everything().alerts;
    Path golden = Path.of("src/test/resources/dev/weir/alerts/alerts.jsonl");
    if (Boolean.getBoolean("weir.golden.update")) {
      Files.write(golden, alerts);
    }
    assertThat(alerts).isEqualTo(Files.readAllLines(golden, StandardCharsets.UTF_8));
    assertThat(alerts).hasSizeGreaterThan(3);
  }

  @Test
  void shouldWriteMembersInTheStatedOrderAndNumbersAsTexts() throws IOException {
    for (String alert : everything().alerts) {
      StringBuilder names = new StringBuilder();
      try (JsonParser parser = new JsonFactory().createParser(alert)) {
        parser.nextToken();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          names.append(parser.currentName()).append(' ');
          JsonToken value = parser.nextToken();
          assertThat(value.isNumeric()).isFalse();
          parser.skipChildren();
        }
      }
      assertThat(names.toString())
          .isEqualTo(
              "id rule version ruleset key severity score time text fields events suppressed ");
    }
  }

  @Test
  void shouldShowEachKindOfValueExactly() {
    Map<String, String> alert = read(everything().alerts.get(0));
    assertThat(alert)
        .containsEntry("/fields/note", "quote \" back \\ tab \t bell \u0007 del \u007f € 😀\u2028")
        .containsEntry("/fields/amount", "-0.05")
        .containsEntry("/fields/count", "-9223372036854775808")
        .containsEntry("/fields/fine", "-0.000000001")
        .containsEntry("/fields/place", "-90.0000000,179.9999999")
        .containsEntry("/fields/ip", "10.0.0.255")
        .containsEntry("/fields/ok", "true")
        .containsEntry("/fields/took", "1s500ms")
        .containsEntry("/fields/at", "2018-04-01T00:00:00.500Z")
        .containsEntry("/fields/mean", "-0.050000")
        .containsEntry("/fields/last", "null")
        .containsEntry("/score", "7")
        .containsEntry("/time", "2018-04-01T00:00:00.500Z")
        .containsEntry("/suppressed", "0")
        .containsEntry("/events/0/position", "0")
        .containsEntry("/events/0/type", "Payment")
        .containsEntry("/events/0/values/amount", "-0.05");
    Map<String, String> second = read(everything().alerts.get(1));
    assertThat(second)
        .containsEntry("/fields/amount", "-92233720368547758.08")
        .containsEntry("/fields/ip", "2001:db8:0:0:0:0:0:1")
        .containsEntry("/fields/note", "null")
        .containsEntry("/time", "2018-04-01T00:00:02.000000001Z");
  }

  @Test
  void shouldMaskWhatIsMarkedPiiWhereverItShows() {
    String first = everything().alerts.get(0);
    Map<String, String> alert = read(first);
    assertThat(alert)
        .containsEntry("/key/card", "****€876")
        .containsEntry("/fields/pin", "****")
        .containsEntry("/fields/twice", "****")
        .containsEntry("/fields/host", "****")
        .containsEntry("/fields/cards", "1");
    assertThat(alert.get("/text")).startsWith("****€876 quote").contains(" **** **** 2018");
    assertThat(read(everything().alerts.get(1))).containsEntry("/fields/last", "****€876");
    everything()
        .alerts
        .forEach(
            a ->
                assertThat(a)
                    .doesNotContain("4111")
                    .doesNotContain("1234")
                    .doesNotContain("short"));
  }

  @Test
  void shouldNameTheEventsOfEachStepAndCarryTheSuppressedCount() {
    List<String> alerts = everything().alerts;
    Map<String, String> pair = read(alerts.get(2));
    assertThat(pair)
        .containsEntry("/rule", "pair")
        .containsEntry("/text", "****: 101.00, then \"200.00\"")
        .containsEntry("/fields/rise", "99.00")
        .containsEntry("/events/0/step", "a")
        .containsEntry("/events/0/position", "2")
        .containsEntry("/events/0/values/amount", "101.00")
        .containsEntry("/events/1/step", "b")
        .containsEntry("/events/1/position", "3");
    assertThat(alerts.stream().skip(2).map(a -> read(a).get("/suppressed")))
        .containsExactly("0", "1");
  }

  @Test
  void shouldGiveTheSameIdToTheSameAlertOnlyAndAlwaysTheSame() {
    List<String> ids = everything().alerts.stream().map(a -> read(a).get("/id")).toList();
    assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.matches("[0-9a-f]{32}"));
    assertThat(everything().alerts.stream().map(a -> read(a).get("/id"))).isEqualTo(ids);
  }

  @Test
  void shouldRoundRatiosHalfEvenAsBigDecimalDoes() {
    SplittableRandom random = new SplittableRandom(SEED);
    String rules =
        """
        event E { v decimal(3) at time }
        rule mean { when on E v < 1000000000 alert "" { mean: avg(E.v over 1d) } }
        """;
    for (int run = 0; run < 100; run++) {
      Alerting alerting = new Alerting(rules);
      int count = 1 + random.nextInt(16);
      BigDecimal sum = BigDecimal.ZERO;
      for (int i = 0; i < count; i++) {
        long v = random.nextLong() >> 4 + random.nextInt(50);
        sum = sum.add(BigDecimal.valueOf(v, 3));
        alerting.send(START + i, e -> e.number("v", v));
      }
      if (alerting.alerts.size() == count) {
        assertThat(read(alerting.alerts.get(count - 1)).get("/fields/mean"))
            .as("seed %d: %s / %d", SEED, sum, count)
            .isEqualTo(
                sum.divide(BigDecimal.valueOf(count), 6, RoundingMode.HALF_EVEN).toPlainString());
      }
    }
  }
}
