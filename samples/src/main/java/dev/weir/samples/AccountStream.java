package dev.weir.samples;

import static dev.weir.samples.EventStream.DAY;
import static dev.weir.samples.EventStream.HOUR;
import static dev.weir.samples.EventStream.money;

import java.util.Random;

/**
 * What accounts do that launder nothing: wages come, rent and bills go, friends pay each other,
 * shops bring their cash, some buy a car on credit or put a little into an exchange each month. It
 * comes near to the rules and never meets one: each account has two friends who pay it, takings
 * stay below eight thousand, savings plans are the same each month, credit is repaid.
 */
final class AccountStream {
  private static final int DAYS = 270;
  private static final int ACCOUNTS = 300;
  private static final int EMPLOYERS = 7;

  private final EventStream stream;
  private final Random random;

  private AccountStream(EventStream stream, Random random) {
    this.stream = stream;
    this.random = random;
  }

  /** The whole stream. */
  static EventStream of(Random random) {
    EventStream stream =
        new EventStream()
            .table("transfers", "id", "payer", "payee", "amount", "country", "at")
            .table("cash", "id", "account", "person", "branch", "kind", "amount", "at")
            .table("fundings", "id", "account", "kind", "amount", "at")
            .table("bills", "id", "account", "on_time", "at")
            .table("usages", "id", "account", "used", "credit_limit", "at")
            .table("applications", "id", "applicant", "phone", "device", "at")
            .table("cheques", "owner", "source", "target", "amount", "at")
            .table("details", "party", "account", "at")
            .table("payouts", "party", "account", "amount", "at");
    AccountStream life = new AccountStream(stream, random);
    for (int account = 1; account <= ACCOUNTS; account++) {
      life.live(account);
    }
    life.apply();
    life.payOut();
    new LaunderingCases(stream).plant();
    return stream;
  }

  private void live(int account) {
    for (int day = 0; day < DAYS; day++) {
      if (day % 30 == 1) {
        month(account, day * DAY);
      }
      if (random.nextInt(100) < 46) {
        pay(account, day * DAY + (8 + random.nextInt(12)) * HOUR + random.nextInt((int) HOUR));
      }
      if (random.nextInt(100) < 4) {
        cash(day * DAY + 12 * HOUR + random.nextInt((int) HOUR), account);
      }
    }
  }

  private static String name(int account) {
    return "a" + account;
  }

  /** Wages, rent, the credit bill; some save, some borrow. */
  private void month(int account, long day) {
    long wages = 180_000L + 1_000L * (account % 90);
    transfer(day + 2 * HOUR, "employer-" + (1 + account % EMPLOYERS), name(account), wages);
    transfer(day + 20 * HOUR, name(account), "landlord-" + account % 100, 70_000L + account * 10L);
    if (account % 2 == 0) {
      int used = random.nextInt(50) == 0 ? 95 : 5 + random.nextInt(60);
      stream.add(
          "usages",
          day + 10 * HOUR,
          "account",
          name(account),
          "used",
          money(used * 2_000L),
          "credit_limit",
          "2000.00");
      stream.add(
          "bills",
          day + (1 + random.nextInt(8)) * DAY,
          "account",
          name(account),
          "on_time",
          random.nextInt(100) < 97);
    }
    if (account % 20 == 0) { // a savings plan, and now and then something back
      transfer(day + 15 * HOUR, name(account), "exchange-a", 10_000L + account * 10L);
      if (random.nextInt(4) == 0) {
        transfer(day + 16 * HOUR, "exchange-a", name(account), 2_000L + random.nextInt(8_000));
      }
    }
    if (random.nextInt(200) == 0) {
      long cents = 800_000L + random.nextInt(1_000_000);
      stream.add("fundings", day, "account", name(account), "kind", "loan", "amount", money(cents));
      transfer(day + 3 * DAY, name(account), "car-dealer", cents - 50_000L);
    }
  }

  private void pay(int account, long second) {
    int kind = random.nextInt(100);
    String payee;
    if (kind < 10) { // one of two neighbours
      payee = name(1 + (account + random.nextInt(2)) % ACCOUNTS);
    } else if (kind < 35) {
      payee = kind % 2 == 0 ? "energy-company" : "sports-club";
    } else {
      payee = name(account) + "-shop-" + random.nextInt(kind < 40 ? 40 : 4);
    }
    transfer(second, name(account), payee, 500L + random.nextInt(kind < 10 ? 6_000 : 25_000));
  }

  private void transfer(long second, String payer, String payee, long cents) {
    String country = payee.startsWith("exchange") ? "MT" : "BE";
    stream.add(
        "transfers",
        second,
        "payer",
        payer,
        "payee",
        payee,
        "amount",
        money(cents),
        "country",
        country);
  }

  private void cash(long second, int account) {
    boolean isShop = account % 25 == 0;
    long cents = isShop ? 100_000L + random.nextInt(690_000) : 2_000L + random.nextInt(40_000);
    stream.add(
        "cash",
        second,
        "account",
        name(account),
        "person",
        "p" + account,
        "branch",
        "b" + account % 12,
        "kind",
        isShop ? "deposit" : "withdrawal",
        "amount",
        money(cents));
  }

  /** Applicants with telephones of their own, each fifth with a partner's. */
  private void apply() {
    for (int applicant = 0; applicant < 2_000; applicant++) {
      int phone = applicant % 5 == 1 ? applicant - 1 : applicant;
      stream.add(
          "applications",
          random.nextInt(DAYS) * DAY + random.nextInt((int) DAY),
          "applicant",
          "applicant-" + applicant,
          "phone",
          "+32470" + (10_000 + phone),
          "device",
          "device-" + (applicant - applicant % 3));
    }
  }

  /**
   * Forty suppliers, paid monthly; each fifth changes its bank once and is paid little at first.
   */
  private void payOut() {
    for (int supplier = 0; supplier < 40; supplier++) {
      String party = "supplier-" + supplier;
      for (int month = 0; month < DAYS / 30; month++) {
        boolean hasMoved = supplier % 5 == 0 && month >= 4;
        long day = (month * 30L + supplier % 20) * DAY;
        if (hasMoved && month == 4) {
          stream.add("details", day - DAY, "party", party, "account", party + "-new");
        }
        long cents = hasMoved && month == 4 ? 50_000L : 150_000L + random.nextInt(500_000);
        Object[] payout = {
          "party", party, "account", party + (hasMoved ? "-new" : ""), "amount", money(cents)
        };
        stream.add("payouts", day + 11 * HOUR, payout);
        Object[] cheque = {
          "owner", party, "source", party, "target", "office-rent", "amount", "1200.00"
        };
        stream.add("cheques", day + 12 * HOUR, cheque);
      }
    }
  }
}
