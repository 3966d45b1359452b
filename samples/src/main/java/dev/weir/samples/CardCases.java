package dev.weir.samples;

import static dev.weir.samples.EventStream.DAY;
import static dev.weir.samples.EventStream.HOUR;
import static dev.weir.samples.EventStream.MINUTE;

/**
 * The planted cases of card fraud, three of each kind, beside each one or more that miss it by a
 * minute, a cent or one try, and the false alarms that the pack's README names. Cards, addresses
 * and merchants of the cases are their own.
 */
final class CardCases {
  private static final int CASES = 3;

  private final EventStream stream;
  private int cards;

  CardCases(EventStream stream) {
    this.stream = stream;
  }

  void plant() {
    for (int i = 0; i < CASES; i++) {
      long day = (20 + 9L * i) * DAY;
      smallThenLarge(day + HOUR, i);
      oneAddress(day + 2 * HOUR, i);
      retries(day + 3 * HOUR, i);
      bin(day + 4 * HOUR, i);
      codes(day + 5 * HOUR, i);
      elsewhere(day + 6 * HOUR, i);
      manyCards(day + 7 * HOUR, i);
      manyNames(day + 8 * HOUR, i);
      email(day + 9 * HOUR, i);
      country(day + 10 * HOUR, i);
      authentication(day + 11 * HOUR, i);
      terminal(day + 12 * HOUR, i);
      churning(day + 13 * HOUR, i);
      refund(day + 14 * HOUR, i);
      dispute(day + 15 * HOUR, i);
    }
    falseAlarms();
  }

  private String nextCard() {
    cards++;
    return "x-card-" + (1_000 + cards);
  }

  /** Personal texts show their last four signs in alerts. */
  private static String shown(String personal) {
    return "****" + personal.substring(personal.length() - 4);
  }

  /** A payment of a card whose number has a bank of its own unless {@code more} says otherwise. */
  private void pay(
      long second, String card, String merchant, String amount, String result, Object... more) {
    Object[] all = new Object[12 + more.length];
    Object[] always = {"card", card, "bin", "b-" + card, "merchant", merchant, "amount", amount};
    System.arraycopy(always, 0, all, 0, 8);
    System.arraycopy(new Object[] {"result", result, "mode", "online"}, 0, all, 8, 4);
    System.arraycopy(more, 0, all, 12, more.length);
    stream.add("payments", second, all);
  }

  // ---- numbers tried out

  private void smallThenLarge(long at, int i) {
    String card = nextCard();
    for (int probe = 0; probe < 3 + i; probe++) {
      pay(at + probe * 30L, card, "tiny", "1.99", i == 1 ? "declined" : "approved");
    }
    pay(at + 10 * MINUTE - 1, card, "gold", "50.01", "approved");
    stream.expect(at + 10 * MINUTE - 1, "small_then_large", shown(card));
    if (i == 1) { // declined tries, half a minute apart, at one merchant; then one elsewhere
      stream.expect(at + 90, "rapid_retries", shown(card) + " tiny");
      stream.expect(at + 10 * MINUTE - 1, "declined_then_elsewhere", shown(card));
    }

    String two = nextCard();
    pay(at, two, "tiny", "1.00", "approved");
    pay(at + 60, two, "tiny", "1.00", "approved");
    pay(at + 120, two, "gold", "90.00", "approved");

    String slow = nextCard();
    for (int probe = 0; probe < 3; probe++) {
      pay(at + probe * 30L, slow, "tiny", "1.00", "approved");
    }
    pay(at + 10 * MINUTE, slow, "gold", "90.00", "approved");
  }

  private void oneAddress(long at, int i) {
    String ip = "203.0.113." + (i + 1);
    for (int card = 0; card < 10; card++) {
      String result = card < 3 ? "approved" : "declined";
      pay(at + card * MINUTE, nextCard(), "m" + card, "20.00", result, "ip", ip);
    }
    stream.expect(at + 9 * MINUTE, "cards_of_one_address", ip);

    String school = "203.0.113." + (101 + i);
    for (int card = 0; card < 12; card++) {
      String result = card < 5 ? "approved" : "declined"; // 7 of 12 are less than 60 %
      pay(at + card * MINUTE, nextCard(), "m" + card, "20.00", result, "ip", school);
    }
  }

  private void retries(long at, int i) {
    String card = nextCard();
    for (int tries = 0; tries < 4 + i; tries++) {
      pay(at + tries * 59L, card, "shop", "30.00", "declined");
    }
    stream.expect(at + 3 * 59L, "rapid_retries", shown(card) + " shop");

    String patient = nextCard();
    for (int tries = 0; tries < 5; tries++) {
      pay(at + tries * 60L, patient, "shop", "30.00", "declined");
    }
  }

  private void bin(long at, int i) {
    String bank = "5500123" + i;
    for (int card = 0; card < 22; card++) {
      pay(at + card * 40L, nextCard(), "lottery", "9.99", "declined", "bin", bank);
    }
    stream.expect(at + 19 * 40L, "bin_attack", bank + " lottery");

    for (int card = 0; card < 22; card++) { // twenty never stand in one quarter of an hour
      pay(at + card * 48L, nextCard(), "lottery", "9.99", "declined", "bin", "6600123" + i);
    }
  }

  private void codes(long at, int i) {
    String card = nextCard();
    guess(at, card, 4 + i);
    pay(at + 59 * MINUTE, card, "m7", "100.00", "approved", "code", "right");
    stream.expect(at + 59 * MINUTE, "code_guessing", shown(card));

    String clumsy = nextCard();
    guess(at, clumsy, 3);
    pay(at + 30 * MINUTE, clumsy, "m7", "100.00", "declined", "code", "guess-0");
    pay(at + 59 * MINUTE, clumsy, "m7", "100.00", "approved", "code", "right");
  }

  private void guess(long at, String card, int tries) {
    for (int code = 0; code < tries; code++) {
      pay(at + code * 3L * MINUTE, card, "m7", "100.00", "declined", "code", "guess-" + code);
    }
  }

  private void elsewhere(long at, int i) {
    String card = nextCard();
    declines(at, card, 3 + i);
    pay(at + 30 * MINUTE - 1, card, "easy", "70.00", "approved");
    stream.expect(at + 30 * MINUTE - 1, "declined_then_elsewhere", shown(card));

    String late = nextCard();
    declines(at, late, 3);
    pay(at + 30 * MINUTE, late, "easy", "70.00", "approved");

    String two = nextCard();
    declines(at, two, 2);
    pay(at + 10 * MINUTE, two, "easy", "70.00", "approved");
  }

  private void declines(long at, String card, int count) {
    for (int decline = 0; decline < count; decline++) {
      pay(at + decline * 2L * MINUTE, card, "strict", "70.00", "declined");
    }
  }

  // ---- holders

  private void manyCards(long at, int i) {
    String customer = "collector-" + i;
    for (int card = 0; card < 5; card++) {
      pay(at + card * DAY, nextCard(), "m9", "25.00", "approved", "customer", customer);
    }
    stream.expect(at + 3 * DAY, "many_cards_one_customer", customer);
  }

  private void manyNames(long at, int i) {
    String card = nextCard();
    for (int name = 0; name < 6 + i; name++) {
      pay(at + name * HOUR, card, "m9", "25.00", "approved", "holder", "Name " + name);
    }
    stream.expect(at + 5 * HOUR, "many_names_one_card", shown(card));

    String spelt = nextCard();
    for (int name = 0; name < 8; name++) {
      pay(at + name * HOUR, spelt, "m9", "25.00", "approved", "holder", "Name " + name % 5);
    }
  }

  private void email(long at, int i) {
    String email = "fast-" + i + "@example.com";
    payUnder(email, at, 6 + i, 9 * MINUTE);
    stream.expect(at + 5 * 9L * MINUTE, "email_velocity", shown(email));

    payUnder("slow-" + i + "@example.com", at, 8, 12 * MINUTE); // never six in less than an hour
  }

  private void payUnder(String email, long at, int payments, long apart) {
    for (int payment = 0; payment < payments; payment++) {
      pay(at + payment * apart, nextCard(), "m9", "25.00", "approved", "email", email);
    }
  }

  private void country(long at, int i) {
    String card = nextCard();
    fromAbroad(at, card, "BR", 66 + i);
    stream.expect(at, "country_and_risk", shown(card));
    fromAbroad(at, nextCard(), "BR", 65);
    fromAbroad(at, nextCard(), "NL", 99);
  }

  private void fromAbroad(long at, String card, String country, int risk) {
    Object[] more = {"card_country", "NL", "ip_country", country, "risk", risk};
    pay(at, card, "m9", "200.00", "approved", more);
  }

  private void authentication(long at, int i) {
    String card = nextCard();
    pay(at, card, "strict", "90.00", "declined", "three_ds", "failed");
    pay(at + 10 * MINUTE - 1 - i, card, "easy", "90.00", "approved", "three_ds", "none");
    stream.expect(at + 10 * MINUTE - 1 - i, "three_ds_bypass", shown(card));

    String late = nextCard();
    pay(at, late, "strict", "90.00", "declined", "three_ds", "failed");
    pay(at + 10 * MINUTE, late, "easy", "90.00", "approved", "three_ds", "none");
  }

  // ---- shops

  /** Five of the cards that were used at a terminal are stolen; a sixth is copied and used. */
  private void terminal(long at, int i) {
    String terminal = "skimmer-" + i;
    String copied = nextCard();
    String lucky = nextCard();
    for (int visitor = 0; visitor < 60; visitor++) {
      inShop(at - 15 * DAY + visitor * HOUR, nextCard(), terminal, "30.00", "chip");
    }
    inShop(at - HOUR, lucky, terminal, "30.00", "chip");
    for (int fraud = 0; fraud < 5; fraud++) {
      stream.add("frauds", at + fraud * HOUR, "card", "stolen-" + fraud, "terminal", terminal);
    }
    stream.expect(at + 4 * HOUR, "compromised_terminal", terminal);
    inShop(at + 5 * HOUR, copied, terminal, "30.00", "chip");
    inShop(at + 6 * DAY, copied, "far-" + i, "400.00", "stripe");
    stream.expect(at + 6 * DAY, "stripe_after_suspect_terminal", shown(copied));
    inShop(at + 6 * DAY, lucky, "far-" + i, "400.00", "stripe"); // was there before it was known

    String busy = "airport-" + i;
    for (int visitor = 0; visitor < 120; visitor++) {
      inShop(at - 15 * DAY + visitor * HOUR, nextCard(), busy, "30.00", "chip");
    }
    for (int fraud = 0; fraud < 6; fraud++) { // 6 of 120 are 5 %
      stream.add("frauds", at + fraud * HOUR, "card", "lost-" + fraud, "terminal", busy);
    }
  }

  private void inShop(long at, String card, String terminal, String amount, String mode) {
    Object[] payment = {
      "card",
      card,
      "bin",
      "b-" + card,
      "merchant",
      "at-" + terminal,
      "terminal",
      terminal,
      "mode",
      mode,
      "amount",
      amount,
      "result",
      "approved"
    };
    stream.add("payments", at, payment);
  }

  private void churning(long at, int i) {
    String card = nextCard();
    shop(at, card, 6 + i, 4);
    pay(at + 2 * HOUR - 1, card, "last", "60.00", "no_funds");
    stream.expect(at + 2 * HOUR - 1, "spent_until_empty", shown(card));

    String local = nextCard();
    shop(at, local, 8, 3);
    pay(at + 2 * HOUR - 1, local, "last", "60.00", "no_funds");
  }

  private void shop(long at, String card, int purchases, int merchants) {
    for (int purchase = 0; purchase < purchases; purchase++) {
      pay(at + purchase * 12L * MINUTE, card, "mall-" + purchase % merchants, "60.00", "approved");
    }
  }

  private void refund(long at, int i) {
    String card = nextCard();
    if (i > 0) {
      pay(at - DAY, card, "staff", "10.00", "approved");
    }
    stream.add("refunds", at, "card", card, "merchant", "staff", "amount", "10.01");
    stream.expect(at, "refund_without_purchase", shown(card));

    String honest = nextCard();
    pay(at - 19 * DAY, honest, "staff", "10.01", "approved");
    stream.add("refunds", at, "card", honest, "merchant", "staff", "amount", "10.01");
  }

  private void dispute(long at, int i) {
    String card = nextCard();
    String customer = "first-party-" + i;
    for (int payment = 0; payment < 4 + i; payment++) {
      Object[] from = {"customer", customer, "device", "sofa-" + i};
      pay(at + payment * DAY, card, "m3", "45.00", "approved", from);
    }
    Object[] dispute = {"customer", customer, "device", "sofa-" + i, "amount", "45.00"};
    stream.add("disputes", at + 10 * DAY, dispute);
    stream.expect(at + 10 * DAY, "friendly_fraud", customer);
    stream.add("disputes", at + 11 * DAY, dispute); // a second dispute is another story
  }

  // ---- harmless, and alerted all the same

  private void falseAlarms() {
    payUnder("concert-group@example.com", 40 * DAY, 6, MINUTE);
    stream.expectFalse(40 * DAY + 5 * MINUTE, "email_velocity", shown("concert-group@example.com"));

    for (int member = 0; member < 4; member++) {
      pay((30 + member) * DAY, nextCard(), "m5", "80.00", "approved", "customer", "family-of-four");
    }
    stream.expectFalse(33 * DAY, "many_cards_one_customer", "family-of-four");

    String flat = nextCard(); // the telephone is flat; the corner shop knows its customer
    pay(50 * DAY, flat, "m1", "35.00", "declined", "three_ds", "failed");
    pay(50 * DAY + 5 * MINUTE, flat, "corner-shop", "35.00", "approved", "three_ds", "none");
    stream.expectFalse(50 * DAY + 5 * MINUTE, "three_ds_bypass", shown(flat));

    String other = nextCard(); // bought with one card of the household, refunded to the other
    pay(55 * DAY, nextCard(), "m2", "60.00", "approved");
    stream.add("refunds", 58 * DAY, "card", other, "merchant", "m2", "amount", "60.00");
    stream.expectFalse(58 * DAY, "refund_without_purchase", shown(other));
  }
}
