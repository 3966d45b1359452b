package dev.weir.samples;

import static dev.weir.samples.EventStream.DAY;
import static dev.weir.samples.EventStream.HOUR;
import static dev.weir.samples.EventStream.MINUTE;
import static dev.weir.samples.EventStream.money;

import java.util.Random;

/**
 * What holders do whose cards are their own: shop, park the car, mistype a code, travel, send
 * something back. It comes near to the rules and never meets one: at most two declines stand before
 * an approval and two small amounts in a row, each customer has at most two cards, an office shares
 * an address, stolen cards are spread over all terminals.
 */
final class CardStream {
  static final int DAYS = 90;

  private static final int CUSTOMERS = 580;
  private static final int MERCHANTS = 200;
  private static final String[] ABROAD = {"FR", "DE", "ES", "IT"};
  private static final String[] HOMES = {"50.85,4.35", "51.22,4.40", "51.05,3.72", "50.63,5.57"};

  private final EventStream stream;
  private final Random random;

  private CardStream(EventStream stream, Random random) {
    this.stream = stream;
    this.random = random;
  }

  /** The whole stream. */
  static EventStream of(Random random) {
    EventStream stream = empty();
    CardStream life = new CardStream(stream, random);
    for (int customer = 1; customer <= CUSTOMERS; customer++) {
      life.live(customer);
    }
    life.frauds();
    new CardCases(stream).plant();
    return stream;
  }

  private static EventStream empty() {
    return new EventStream()
        .table(
            "payments",
            "id,card,bin,customer,holder,email,device,ip,ip_country,card_country,merchant,terminal,"
                .concat("place,mode,code,three_ds,amount,risk,result,at")
                .split(",", -1))
        .table("refunds", "id", "card", "merchant", "amount", "at")
        .table("disputes", "id", "customer", "device", "amount", "at")
        .table("frauds", "id", "card", "terminal", "at");
  }

  private void live(int customer) {
    for (int day = 0; day < DAYS; day++) {
      int payments = random.nextInt(100) < 35 ? 0 : 1 + random.nextInt(3) / 2;
      int hour = 7 + random.nextInt(4);
      for (int i = 0; i < payments; i++) {
        long at = day * DAY + hour * HOUR + random.nextInt((int) HOUR);
        String card = card(customer, customer % 10 == 0 ? random.nextInt(2) : 0);
        if (random.nextInt(100) < 60) {
          inShop(at, customer, card);
        } else {
          online(at, customer, card);
        }
        hour += 3 + random.nextInt(5);
      }
    }
  }

  private static String card(int customer, int which) {
    return "k" + (10_000 + customer * 2 + which);
  }

  private static String bin(int customer) {
    return "4539148" + customer % 8;
  }

  private void inShop(long second, int customer, String card) {
    int merchant = 1 + random.nextInt(MERCHANTS);
    long at = second;
    if (random.nextInt(100) < 4) { // two hours in a car park
      present(at, customer, card, merchant, 50 + random.nextInt(140), "approved");
      at += 5 * MINUTE;
    }
    if (random.nextInt(100) < 4) {
      String why = random.nextInt(10) == 0 ? "no_funds" : "declined";
      present(at, customer, card, merchant, 5_000 + random.nextInt(10_000), why);
      at += 20 + random.nextInt(60);
    }
    long cents = 300L + random.nextInt(12_000);
    present(at, customer, card, merchant, cents, "approved");
    mayReturn(at, card, merchant, cents);
  }

  private void present(
      long second, int customer, String card, int merchant, long cents, String result) {
    stream.add(
        "payments",
        second,
        "card",
        card,
        "bin",
        bin(customer),
        "card_country",
        "BE",
        "merchant",
        "m" + merchant,
        "terminal",
        "t" + merchant,
        "place",
        HOMES[customer % HOMES.length],
        "mode",
        random.nextInt(4) == 0 ? "wallet" : "chip",
        "amount",
        money(cents),
        "risk",
        random.nextInt(90),
        "result",
        result);
  }

  private void online(long second, int customer, String card) {
    boolean isAway = random.nextInt(100) < 3;
    boolean isAtWork = customer <= 20 && random.nextInt(3) == 0;
    String ip = isAtWork ? "198.51.100.1" : "2001:db8::" + Integer.toHexString(customer);
    String country = isAway ? ABROAD[random.nextInt(ABROAD.length)] : "BE";
    int risk = random.nextInt(isAway ? 66 : 96);
    int merchant = 1 + random.nextInt(MERCHANTS);
    long cents = 400L + random.nextInt(15_000);
    long at = second;
    int mistakes = random.nextInt(100) < 92 ? 0 : 1 + random.nextInt(2);
    for (int i = 0; i < mistakes; i++) {
      String code = "wrong" + random.nextInt(100);
      pay(at, customer, card, ip, country, merchant, code, "failed", cents, risk, "declined");
      at += 15 + random.nextInt(90);
    }
    String authentication = mistakes > 0 || cents > 3_000 ? "passed" : "none";
    pay(
        at,
        customer,
        card,
        ip,
        country,
        merchant,
        "c-" + card,
        authentication,
        cents,
        risk,
        "approved");
    mayReturn(at, card, merchant, cents);
    if (random.nextInt(2_000) == 0) {
      stream.add(
          "disputes",
          at + 9 * DAY,
          "customer",
          "c" + customer,
          "device",
          "unknown-" + random.nextInt(1_000),
          "amount",
          money(cents));
    }
  }

  private void pay(
      long second,
      int customer,
      String card,
      String ip,
      String country,
      int merchant,
      String code,
      String authentication,
      long cents,
      int risk,
      String result) {
    stream.add(
        "payments",
        second,
        "card",
        card,
        "bin",
        bin(customer),
        "customer",
        "c" + customer,
        "holder",
        random.nextInt(5) == 0 ? "H. " + customer : "Holder " + customer,
        "email",
        "c" + customer + "@example.com",
        "device",
        "d" + customer,
        "ip",
        ip,
        "ip_country",
        country,
        "card_country",
        "BE",
        "merchant",
        "m" + merchant,
        "mode",
        "online",
        "code",
        code,
        "three_ds",
        authentication,
        "amount",
        money(cents),
        "risk",
        risk,
        "result",
        result);
  }

  private void mayReturn(long second, String card, int merchant, long cents) {
    if (random.nextInt(100) < 2) {
      stream.add(
          "refunds",
          second + (1 + random.nextInt(20)) * DAY,
          "card",
          card,
          "merchant",
          "m" + merchant,
          "amount",
          money(random.nextBoolean() ? cents : 1 + random.nextInt((int) cents)));
    }
  }

  /** Stolen cards: four at each of twenty terminals, spread over the weeks. */
  private void frauds() {
    for (int i = 0; i < 80; i++) {
      stream.add(
          "frauds",
          (5 + i) * DAY,
          "card",
          card(1 + random.nextInt(CUSTOMERS), 0),
          "terminal",
          "t" + (1 + i % 20));
    }
  }
}
