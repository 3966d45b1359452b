package dev.weir.samples;

import static dev.weir.samples.EventStream.DAY;
import static dev.weir.samples.EventStream.HOUR;
import static dev.weir.samples.EventStream.MINUTE;

/**
 * The planted cases of abuse, three of each kind, beside each one or more that miss it by a minute
 * or by one, and the false alarms that the pack's README names.
 */
final class AbuseCases {
  private static final int CASES = 3;

  private final EventStream stream;

  AbuseCases(EventStream stream) {
    this.stream = stream;
  }

  void plant() {
    for (int i = 0; i < CASES; i++) {
      long day = (5 + 7L * i) * DAY;
      bulk(day + HOUR, i);
      vouchers(day + 2 * HOUR, i);
      service(day + 3 * HOUR, i);
      hoard(day + 4 * HOUR, i);
      collude(day + 5 * HOUR, i);
      place(day + 6 * HOUR, i);
      pump(day + 7 * HOUR, i);
      ring(day + 8 * HOUR, i);
      box(day + 9 * HOUR, i);
      spoof(day + 10 * HOUR, i);
    }
    falseAlarms(15 * DAY);
  }

  private void bulk(long at, int i) {
    String farm = "farm-" + i;
    signUp(at, farm, 5 + i);
    stream.expect(at + 50 * MINUTE + DAY, "bulk_sign_up", farm);

    signUp(at, "family-" + i, 4);
    signUp(at, "class-" + i, 6);
    act(at + DAY + 49 * MINUTE, "class-" + i, "order");
  }

  /** So many accounts on one device, and a bonus. */
  private void signUp(long at, String device, int accounts) {
    for (int account = 0; account < accounts; account++) {
      stream.add(
          "sign-ups", at + account * MINUTE, "account", device + "-" + account, "device", device);
    }
    act(at + 50 * MINUTE, device, "bonus");
  }

  private void act(long at, String device, String kind) {
    stream.add("acts", at, "account", device + "-0", "device", device, "kind", kind);
  }

  private void vouchers(long at, int i) {
    String guesser = "guesser-" + i;
    guess(at, guesser, 10 + 20 * i);
    stream.expect(at + 29 * MINUTE, "voucher_guessing", guesser);
    guess(at, "reader-" + i, 9);
  }

  private void guess(long at, String actor, int wrong) {
    for (int code = 0; code < wrong; code++) {
      stream.add("vouchers", at + code * 30L, "actor", actor, "ok", false);
    }
    stream.add("vouchers", at + 29 * MINUTE, "actor", actor, "ok", true);
  }

  private void service(long at, int i) {
    String customer = "returner-" + i;
    order(at, customer, "r1-" + i, true);
    order(at + 4 * DAY, customer, "r2-" + i, true);
    stream.expect(at + 6 * DAY, "paid_used_reversed", customer);

    order(at, "unlucky-" + i, "u1-" + i, true);
    order(at + 4 * DAY, "unlucky-" + i, "u2-" + i, false);
  }

  private void order(long at, String customer, String order, boolean isReversed) {
    step(at, customer, order, "paid");
    step(at + DAY, customer, order, "used");
    if (isReversed) {
      step(at + 2 * DAY, customer, order, "reversed");
    }
  }

  private void step(long at, String customer, String order, String kind) {
    stream.add("services", at, "customer", customer, "order", order, "kind", kind);
  }

  private void hoard(long at, int i) {
    String bot = "bot-" + i;
    hold(at, bot, 20);
    stream.expect(at + 19 * 30L + 30 * MINUTE, "hoarding", bot);

    hold(at, "reseller-" + i, 20);
    cart(at + 19 * 30L + 30 * MINUTE - 1, "reseller-" + i, "purchase");
    hold(at, "dreamer-" + i, 19);
  }

  private void hold(long at, String actor, int articles) {
    for (int article = 0; article < articles; article++) {
      cart(at + article * 30L, actor, "hold");
    }
  }

  private void cart(long at, String actor, String kind) {
    stream.add("carts", at, "actor", actor, "item", "ticket", "kind", kind);
  }

  private void collude(long at, int i) {
    ride(at, "friend-" + i, 5 + i, true);
    stream.expect(at + 4 * HOUR, "pair_collusion", "friend-" + i + " friend-" + i + "-rider");
    ride(at, "chauffeur-" + i, 8, false);
    ride(at, "neighbour-" + i, 4, true);
  }

  private void ride(long at, String driver, int rides, boolean isRewarded) {
    for (int ride = 0; ride < rides; ride++) {
      stream.add(
          "trips",
          at + ride * HOUR,
          "driver",
          driver,
          "rider",
          driver + "-rider",
          "cashless",
          true,
          "rewarded",
          isRewarded);
    }
  }

  private void place(long at, int i) {
    String place = "51.000000" + i + ",3.0000000";
    for (int device = 0; device < 4; device++) {
      stream.add("positions", at + device * 20L, "device", "fake-" + device, "place", place);
    }
    stream.expect(at + 40, "one_place_many_devices", place);

    for (int device = 0; device < 4; device++) { // one after the other on the same parking place
      stream.add(
          "positions", at + device * 40L, "device", "cab-" + device, "place", "51.1,3.00000" + i);
    }
  }

  private void pump(long at, int i) {
    String prefix = "+88" + i;
    ask(at, prefix, 40, 1);
    stream.expect(at + 29 * 15L, "sms_pumping", prefix);
    ask(at, "+77" + i, 40, 2); // two of forty are 5 %, and two of thirty more
  }

  /** Codes for so many numbers, of which the first few are typed in. */
  private void ask(long at, String prefix, int numbers, int typed) {
    for (int number = 0; number < numbers; number++) {
      Object[] who = {"number", prefix + (1_000 + number), "prefix", prefix};
      stream.add("codes", at + number * 15L, who);
      if (number < typed) {
        stream.add("verified", at + number * 15L + 5, who);
      }
    }
  }

  private void ring(long at, int i) {
    String caller = "premium-" + i;
    ring(at, caller, 40, 2);
    back(at + 30 * MINUTE, caller, 3 + i);
    stream.expect(at + 32 * MINUTE, "wangiri", caller);

    ring(at, "survey-" + i, 40, 3);
    back(at + 30 * MINUTE, "survey-" + i, 5);
    ring(at, "unloved-" + i, 40, 2);
    back(at + 30 * MINUTE, "unloved-" + i, 2);
  }

  private void ring(long at, String caller, int numbers, int seconds) {
    for (int number = 0; number < numbers; number++) {
      call(at + number * 20L, caller, "m" + number, seconds);
    }
  }

  private void back(long at, String caller, int calls) {
    for (int call = 0; call < calls; call++) {
      call(at + call * MINUTE, "m" + call, caller, 90);
    }
  }

  private void call(long at, String caller, String callee, int seconds) {
    stream.add("calls", at, "caller", caller, "callee", callee, "seconds", seconds);
  }

  private void box(long at, int i) {
    String sim = "sim-" + i;
    talk(at, sim, 60);
    stream.expect(at + 49 * 10 * MINUTE, "sim_box", sim);
    talk(at, "seller-" + i, 60);
    call(at + 2 * HOUR, "m1", "seller-" + i, 100);
    talk(at, "nurse-" + i, 49);
  }

  private void talk(long at, String caller, int numbers) {
    for (int number = 0; number < numbers; number++) {
      call(at + number * 10L * MINUTE, caller, "m" + number, 200);
    }
  }

  private void spoof(long at, int i) {
    String trader = "spoofer-" + i;
    show(at, trader, i == 1 ? "sell" : "buy", i == 1 ? "buy" : "sell", 1);
    stream.expect(at + 24, "order_spoofing", trader + " XX");
    show(at, "maker-" + i, "buy", "buy", 1);
    show(at, "patient-" + i, "buy", "sell", 2); // the third cancel comes after five seconds
  }

  /** Four orders on one side, a trade at second 20, then their cancels. */
  private void show(long at, String trader, String side, String other, long apart) {
    for (int order = 0; order < 4; order++) {
      trade(at + order * 4L, trader, side, "new");
      trade(at + 20 + (order + 1) * apart, trader, side, "cancel");
    }
    trade(at + 20, trader, other, "trade");
  }

  private void trade(long at, String trader, String side, String action) {
    stream.add(
        "orders",
        at,
        "trader",
        trader,
        "instrument",
        "XX",
        "side",
        side,
        "action",
        action,
        "quantity",
        500);
  }

  // ---- harmless, and alerted all the same

  private void falseAlarms(long at) {
    ride(at, "shuttle", 6, true); // a car shared by a team on the day of a fair
    stream.expectFalse(at + 4 * HOUR, "pair_collusion", "shuttle shuttle-rider");

    talk(at, "pollster", 55); // asks all day, and nobody has a reason to call back
    stream.expectFalse(at + 49 * 10 * MINUTE, "sim_box", "pollster");

    hold(at, "school-library", 22); // fills a list, buys when the head has signed it
    stream.expectFalse(at + 19 * 30L + 30 * MINUTE, "hoarding", "school-library");
  }
}
