package dev.weir.samples;

import static dev.weir.samples.EventStream.DAY;
import static dev.weir.samples.EventStream.HOUR;
import static dev.weir.samples.EventStream.MINUTE;

import java.util.Locale;
import java.util.Random;

/**
 * What honest people do on platforms, telephones and markets in {@value #DAYS} days: they sign up
 * and order, ride to work, fill baskets and buy, type in the codes that they asked for, trade on
 * both sides. It comes near to the rules and never meets one.
 */
final class PlatformStream {
  static final int DAYS = 30;

  private final EventStream stream;
  private final Random random;

  private PlatformStream(EventStream stream, Random random) {
    this.stream = stream;
    this.random = random;
  }

  /** The whole stream. */
  static EventStream of(Random random) {
    EventStream stream =
        new EventStream()
            .table("sign-ups", "account", "device", "at")
            .table("acts", "account", "device", "kind", "at")
            .table("vouchers", "actor", "ok", "at")
            .table("services", "customer", "order", "kind", "at")
            .table("trips", "driver", "rider", "cashless", "rewarded", "at")
            .table("positions", "device", "place", "at")
            .table("carts", "actor", "item", "kind", "at")
            .table("codes", "number", "prefix", "at")
            .table("verified", "number", "prefix", "at")
            .table("calls", "caller", "callee", "seconds", "at")
            .table("orders", "trader", "instrument", "side", "action", "quantity", "at");
    PlatformStream life = new PlatformStream(stream, random);
    for (int day = 0; day < DAYS; day++) {
      life.live(day * DAY);
    }
    new AbuseCases(stream).plant();
    return stream;
  }

  private void live(long day) {
    for (int i = 0; i < 60; i++) {
      signUp(someTime(day), day / DAY + "-" + i);
      shop(someTime(day), day / DAY + "-" + i);
    }
    for (int i = 0; i < 250; i++) {
      ride(someTime(day));
      call(someTime(day));
      call(someTime(day));
      verify(someTime(day));
    }
    for (int i = 0; i < 20; i++) {
      service(someTime(day), day / DAY + "-" + i);
      voucher(someTime(day), day / DAY + "-" + i);
    }
    for (int i = 0; i < 60; i++) {
      trade(someTime(day), i);
    }
  }

  private long someTime(long day) {
    return day + 6 * HOUR + random.nextInt((int) (16 * HOUR));
  }

  /** An account, on a device that at most two share. */
  private void signUp(long second, String account) {
    String device = "device-" + account;
    stream.add("sign-ups", second, "account", account, "device", device);
    if (random.nextInt(5) == 0) {
      stream.add("sign-ups", second + HOUR, "account", account + "b", "device", device);
    }
    act(second + MINUTE, account, device, "bonus");
    act(second + 20 * MINUTE, account, device, "order");
    act(second + DAY, account, device, "login");
  }

  private void act(long second, String account, String device, String kind) {
    stream.add("acts", second, "account", account, "device", device, "kind", kind);
  }

  private void shop(long second, String actor) {
    int articles = 1 + random.nextInt(8);
    for (int i = 0; i < articles; i++) {
      hold(second + i * 40L, "buyer-" + actor, random.nextInt(500), "hold");
    }
    if (random.nextInt(3) > 0) {
      hold(second + 15 * MINUTE, "buyer-" + actor, 0, "purchase");
    }
  }

  private void hold(long second, String actor, int item, String kind) {
    stream.add("carts", second, "actor", actor, "item", "item-" + item, "kind", kind);
  }

  /** A ride, perhaps one of two a day of the same pair; the telephone tells where it is. */
  private void ride(long second) {
    int rider = 1 + random.nextInt(900);
    boolean commutes = rider <= 100;
    String driver = "driver-" + (commutes ? rider % 20 : random.nextInt(200));
    trip(second, driver, "rider-" + rider);
    if (random.nextInt(4) == 0) {
      String place =
          String.format(
              Locale.ROOT, "50.%06d,4.%06d", random.nextInt(900_000), random.nextInt(900_000));
      stream.add("positions", second, "device", driver, "place", place);
    }
  }

  private void trip(long second, String driver, String rider) {
    Object[] trip = {
      "driver",
      driver,
      "rider",
      rider,
      "cashless",
      random.nextInt(4) > 0,
      "rewarded",
      random.nextInt(3) == 0
    };
    stream.add("trips", second, trip);
  }

  /** Each of 700 subscribers calls one of ten; some hang up at once. */
  private void call(long second) {
    int caller = random.nextInt(700);
    int callee = (caller + 1 + random.nextInt(10)) % 700;
    int seconds = random.nextInt(20) == 0 ? random.nextInt(3) : 5 + random.nextInt(600);
    calls(second, "n" + caller, "n" + callee, seconds);
  }

  private void calls(long second, String caller, String callee, int seconds) {
    stream.add("calls", second, "caller", caller, "callee", callee, "seconds", seconds);
  }

  /** Nine of ten type in what they get; ten messages or so a day go to one prefix. */
  private void verify(long second) {
    int prefix = 300 + random.nextInt(25);
    Object[] who = {"number", "+" + prefix + random.nextInt(1_000_000), "prefix", "+" + prefix};
    stream.add("codes", second, who);
    if (random.nextInt(10) > 0) {
      stream.add("verified", second + 10 + random.nextInt(60), who);
    }
  }

  private void service(long second, String order) {
    String customer = "customer-" + random.nextInt(400);
    step(second, customer, order, "paid");
    step(second + 3 * HOUR, customer, order, "used");
    if (customer.endsWith("7") && order.endsWith("-0")) { // few, and never the same one twice
      step(second + DAY, "late-" + order, order, "reversed");
    }
  }

  private void step(long second, String customer, String order, String kind) {
    stream.add("services", second, "customer", customer, "order", order, "kind", kind);
  }

  private void voucher(long second, String actor) {
    int wrong = random.nextInt(4);
    for (int i = 0; i <= wrong; i++) {
      stream.add("vouchers", second + i * 20L, "actor", "buyer-" + actor, "ok", i == wrong);
    }
  }

  /** Two orders, one of them filled, the other cancelled later, all on one side. */
  private void trade(long second, int i) {
    String trader = "trader-" + i;
    String side = random.nextBoolean() ? "buy" : "sell";
    order(second, trader, side, "new");
    order(second + 1, trader, side, "new");
    order(second + 2, trader, side, "trade");
    order(second + 30 + random.nextInt(60), trader, side, "cancel");
  }

  private void order(long second, String trader, String side, String action) {
    Object[] order = {
      "trader", trader, "instrument", "XX", "side", side, "action", action, "quantity", 100
    };
    stream.add("orders", second, order);
  }
}
