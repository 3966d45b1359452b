package dev.weir.samples;

import static dev.weir.samples.EventStream.DAY;
import static dev.weir.samples.EventStream.HOUR;
import static dev.weir.samples.EventStream.MINUTE;

/**
 * The planted cases of money laundering and scams, three of each kind, beside each one or more that
 * miss it by a minute, a cent or one account, and the false alarms that the pack's README names.
 */
final class LaunderingCases {
  private static final int CASES = 3;

  private final EventStream stream;

  LaunderingCases(EventStream stream) {
    this.stream = stream;
  }

  void plant() {
    for (int i = 0; i < CASES; i++) {
      long day = (100 + 17L * i) * DAY;
      structuring(day + HOUR, i);
      smurfing(day + 2 * HOUR, i);
      collector(day + 3 * HOUR, i);
      fanIn(day + 4 * HOUR, i);
      fanOut(day + 5 * HOUR, i);
      gatherScatter(day + 6 * HOUR, i);
      roundTrip(day + 7 * HOUR, i);
      chain(day + 8 * HOUR, i);
      pair(day + 9 * HOUR, i);
      fast(day + 10 * HOUR, i);
      exchange(day + 11 * HOUR, i);
      bait(day + 12 * HOUR, i);
      impostor(day + 13 * HOUR, i);
      bustOut(day + 14 * HOUR, i);
      applications(day + 15 * HOUR, i);
      kiting(day + 16 * HOUR, i);
      newDetails(day + 17 * HOUR, i);
    }
    falseAlarms(150 * DAY);
  }

  private void transfer(long at, String payer, String payee, String amount) {
    transfer(at, payer, payee, amount, "BE");
  }

  private void transfer(long at, String payer, String payee, String amount, String country) {
    Object[] values = {"payer", payer, "payee", payee, "amount", amount, "country", country};
    stream.add("transfers", at, values);
  }

  private void cash(long at, String account, String person, String kind, String amount) {
    stream.add(
        "cash",
        at,
        "account",
        account,
        "person",
        person,
        "branch",
        "b-" + person,
        "kind",
        kind,
        "amount",
        amount);
  }

  // ---- cash

  private void structuring(long at, int i) {
    String account = "launderette-" + i;
    deposits(at, account, "9999.99");
    stream.expect(at + 6 * DAY, "structuring", account);
    deposits(at, "kiosk-" + i, "7999.99");
    deposits(at, "jeweller-" + i, "10000.00");
  }

  private void deposits(long at, String account, String last) {
    cash(at, account, "p-" + account, "deposit", "8000.00");
    cash(at + 3 * DAY, account, "p-" + account, "deposit", "9100.00");
    cash(at + 6 * DAY, account, "p-" + account, "deposit", last);
  }

  private void smurfing(long at, int i) {
    String account = "gatherer-" + i;
    smurfs(at, account, 5 + i);
    transfer(at + 6 * DAY, account, "shell-" + i, "12000.00", "LV");
    stream.expect(at + 6 * DAY, "smurfing", account);

    smurfs(at, "club-" + i, 6);
    transfer(at + 6 * DAY, "club-" + i, "stadium", "12000.00", "BE");
    smurfs(at, "pair-" + i, 4);
    cash(at + 4 * DAY, "pair-" + i, "smurf-0", "deposit", "2000.00");
    transfer(at + 6 * DAY, "pair-" + i, "shell-" + i, "11000.00", "LV");
  }

  private void smurfs(long at, String account, int people) {
    for (int person = 0; person < people; person++) {
      cash(at + person * 9L * HOUR, account, "smurf-" + person, "deposit", "2400.00");
    }
  }

  private void collector(long at, int i) {
    String account = "street-" + i;
    sales(at, account, 8 + i);
    cash(at + 5 * DAY, account, "runner", "withdrawal", "1000.00");
    stream.expect(at + 5 * DAY, "cash_point_collector", account);

    sales(at, "busker-" + i, 7);
    cash(at + 5 * DAY, "busker-" + i, "busker", "withdrawal", "1000.00");
  }

  /** Twelve payments of 100.00 from so many people. */
  private void sales(long at, String account, int people) {
    for (int sale = 0; sale < 12; sale++) {
      transfer(at + sale * 7L * HOUR, "buyer-" + sale % people, account, "100.00");
    }
  }

  // ---- layers

  private void fanIn(long at, int i) {
    String account = "funnel-" + i;
    strangers(at, account, 8, 4 * DAY);
    stream.expect(at + 28 * DAY, "fan_in_of_strangers", account);
    strangers(at, "landlady-" + i, 7, 4 * DAY);
    strangers(at, "teacher-" + i, 9, 4 * DAY + 7 * HOUR); // the eighth comes after 30 days
  }

  private void strangers(long at, String account, int people, long apart) {
    for (int person = 0; person < people; person++) {
      transfer(at + person * apart, account + "-from-" + person, account, "250.00");
    }
  }

  private void fanOut(long at, int i) {
    String account = "spreader-" + i;
    spread(at, account, 10 + i, 2 * HOUR);
    stream.expect(at + 18 * HOUR, "fan_out_to_strangers", account);
    spread(at, "mover-" + i, 9, 2 * HOUR);
    spread(at, "slow-" + i, 12, 3 * HOUR); // nine in less than a day
  }

  private void spread(long at, String account, int payees, long apart) {
    for (int payee = 0; payee < payees; payee++) {
      transfer(at + payee * apart, account, account + "-to-" + payee, "80.00");
    }
  }

  private void gatherScatter(long at, int i) {
    String knot = "knot-" + i;
    gather(at, knot, "900.00");
    stream.expect(at + 5 * DAY + 3 * HOUR, "gather_scatter", knot);
    gather(at, "savings-club-" + i, "890.00");
  }

  /** Four thousand come; four times so much goes. */
  private void gather(long at, String knot, String amount) {
    for (int payer = 0; payer < 4; payer++) {
      transfer(at - 20 * DAY, knot + "-from-" + payer, knot, "20.00"); // they know each other
      transfer(at + payer * DAY, knot + "-from-" + payer, knot, "1000.00");
    }
    for (int payee = 0; payee < 4; payee++) {
      transfer(at + 5 * DAY + payee * HOUR, knot, knot + "-to-" + payee, amount);
    }
  }

  private void roundTrip(long at, int i) {
    trip(at, "ring-" + i, "4100.00");
    stream.expect(at + 13 * DAY, "round_trip_of_three", "");
    trip(at, "traders-" + i, "4090.00"); // less than 90 % comes back
  }

  private void trip(long at, String ring, String last) {
    transfer(at, ring + "-a", ring + "-b", "5000.00");
    transfer(at + 6 * DAY, ring + "-b", ring + "-c", "4550.00");
    transfer(at + 13 * DAY, ring + "-c", ring + "-a", last);
  }

  private void chain(long at, int i) {
    forward(at, "chain-" + i, 6 * HOUR - 1);
    stream.expect(at + 6 * HOUR - 1, "forwarding_chain", "");
    forward(at, "builders-" + i, 6 * HOUR);
  }

  private void forward(long at, String chain, long until) {
    transfer(at, chain + "-a", chain + "-b", "6000.00");
    transfer(at + HOUR, chain + "-b", chain + "-c", "5900.00");
    transfer(at + until, chain + "-c", chain + "-d", "5800.00");
  }

  private void pair(long at, int i) {
    String payer = "importer-" + i;
    transfer(at, payer, payer + "-supplier", "150000.00");
    transfer(at + 23 * HOUR, payer, payer + "-supplier", "50000.01");
    stream.expect(at + 23 * HOUR, "sum_over_pair", payer + " " + payer + "-supplier");

    transfer(at, "exporter-" + i, "carrier-" + i, "150000.00");
    transfer(at + 23 * HOUR, "exporter-" + i, "carrier-" + i, "50000.00");
  }

  private void fast(long at, int i) {
    String payer = "script-" + i;
    burst(at, payer, 29);
    stream.expect(at + 10 * 29L, "many_transfers_fast", payer);
    burst(at, "clerk-" + i, 30);
  }

  /** Eleven transfers of 1,000.00, to three payees. */
  private void burst(long at, String payer, long apart) {
    for (int n = 0; n < 11; n++) {
      transfer(at + n * apart, payer, payer + "-to-" + n % 3, "1000.00");
    }
  }

  // ---- victims

  private void exchange(long at, int i) {
    String victim = "believer-" + i;
    borrow(at, victim, i == 1 ? "savings" : "loan");
    transfer(at + 13 * DAY, victim, "exchange-b", "5000.00");
    stream.expect(at + 13 * DAY, "funds_to_exchange", victim);

    borrow(at, "careful-" + i, "loan");
    transfer(at + 13 * DAY, "careful-" + i, "exchange-b", "4999.99");
    borrow(at, "trader-" + i, "loan");
    transfer(at - 40 * DAY, "trader-" + i, "exchange-b", "10.00");
    transfer(at + 13 * DAY, "trader-" + i, "exchange-b", "5000.00");
  }

  private void borrow(long at, String account, String kind) {
    transfer(at - 50 * DAY, account, account + "-rent", "800.00");
    stream.add("fundings", at, "account", account, "kind", kind, "amount", "10000.00");
  }

  private void bait(long at, int i) {
    String victim = "hopeful-" + i;
    invest(at, victim, "700.00");
    stream.expect(at + 45 * DAY, "pig_butchering", victim);
    invest(at, "saver-" + i, "500.00");
  }

  private void invest(long at, String account, String third) {
    transfer(at - DAY, account, "exchange-b", "300.00");
    transfer(at, "exchange-b", account, "240.00");
    transfer(at + 15 * DAY, account, "exchange-b", "400.00");
    transfer(at + 30 * DAY, account, "exchange-b", "500.00");
    transfer(at + 45 * DAY, account, "exchange-b", third);
  }

  private void impostor(long at, int i) {
    String account = "tax-refund-" + i;
    letters(at, account, "300.00");
    stream.expect(at + 6 * DAY, "impostor", account);
    letters(at, "choir-" + i, "299.00");
  }

  private void letters(long at, String account, String amount) {
    for (int victim = 0; victim < 4; victim++) {
      transfer(at + victim * 2L * DAY, account + "-victim-" + victim, account, amount);
    }
  }

  private void bustOut(long at, int i) {
    String account = "synthetic-" + i;
    raise(at - 95 * DAY, account);
    use(at + 60 * DAY + i * HOUR, account, "1801.00");
    stream.expect(at + 90 * DAY + i * HOUR, "bust_out", account);

    raise(at - 95 * DAY, "jobless-" + i);
    use(at + 60 * DAY, "jobless-" + i, "1801.00");
    bill(at + 89 * DAY, "jobless-" + i);
    raise(at - 95 * DAY, "holiday-" + i);
    use(at + 60 * DAY, "holiday-" + i, "1800.00");
  }

  private void raise(long at, String account) {
    for (int month = 0; month < 6; month++) {
      bill(at + month * 30L * DAY, account);
      use(at + month * 30L * DAY + DAY, account, "1000.00");
    }
  }

  private void bill(long at, String account) {
    stream.add("bills", at, "account", account, "on_time", true);
  }

  private void use(long at, String account, String used) {
    stream.add("usages", at, "account", account, "used", used, "credit_limit", "2000.00");
  }

  private void applications(long at, int i) {
    String phone = "+3247099" + i;
    for (int applicant = 0; applicant < 3; applicant++) {
      apply(
          at + applicant * 40L * DAY,
          "made-up-" + i + "-" + applicant,
          phone,
          "own-" + i + applicant);
    }
    stream.expect(at + 80 * DAY, "shared_phone", phone);

    String device = "tablet-" + i;
    for (int applicant = 0; applicant < 4; applicant++) {
      apply(at + applicant * 20L * DAY, "in-row-" + applicant, "+32471" + i + applicant, device);
    }
    stream.expect(at + 60 * DAY, "shared_device", device);
  }

  private void apply(long at, String applicant, String phone, String device) {
    stream.add("applications", at, "applicant", applicant, "phone", phone, "device", device);
  }

  // ---- companies

  private void kiting(long at, int i) {
    kite(at, "kiter-" + i, 4 * DAY - 5 * HOUR);
    stream.expect(at + 5 * (4 * DAY - 5 * HOUR), "cheque_kiting", "kiter-" + i);
    kite(at, "farmer-" + i, 4 * DAY); // each has cleared when the next is drawn
  }

  private void kite(long at, String owner, long apart) {
    for (int cheque = 0; cheque < 6; cheque++) {
      stream.add(
          "cheques",
          at + cheque * apart,
          "owner",
          owner,
          "source",
          owner + "-" + cheque % 2,
          "target",
          owner + "-" + (1 - cheque % 2),
          "amount",
          EventStream.money(200_000L + cheque * 30_000L));
    }
  }

  private void newDetails(long at, int i) {
    changeAndPay(at, "impersonated-" + i, 30 * DAY - 1);
    stream.expect(at + 30 * DAY - 1, "payout_to_changed_account", "impersonated-" + i);
    changeAndPay(at, "verified-" + i, 30 * DAY);
  }

  private void changeAndPay(long at, String party, long after) {
    stream.add("details", at, "party", party, "account", party + "-new");
    Object[] payout = {"party", party, "account", party + "-new", "amount", "4000.00"};
    stream.add("payouts", at + after, payout);
  }

  // ---- harmless, and alerted all the same

  private void falseAlarms(long at) {
    spread(at, "new-employer", 12, 2 * MINUTE); // wages, before anybody put it on the list
    stream.expectFalse(at + 9 * 2 * MINUTE, "fan_out_to_strangers", "new-employer");

    strangers(at, "wedding", 8, 3 * DAY);
    stream.expectFalse(at + 21 * DAY, "fan_in_of_strangers", "wedding");

    changeAndPay(at, "honest-mover", 9 * DAY);
    stream.expectFalse(at + 9 * DAY, "payout_to_changed_account", "honest-mover");

    deposits(at, "market-stall", "8200.00");
    stream.expectFalse(at + 6 * DAY, "structuring", "market-stall");

    letters(at, "class-trip", "320.00");
    stream.expectFalse(at + 6 * DAY, "impostor", "class-trip");

    forward(at, "treasury", HOUR + 1); // accounts of one company
    stream.expectFalse(at + HOUR + 1, "forwarding_chain", "");
  }
}
