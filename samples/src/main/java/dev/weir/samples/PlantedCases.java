package dev.weir.samples;

import java.util.Locale;

/**
 * The planted cases of fraud, {@value #CASES} of each kind, and beside each kind cases that come as
 * near to it as can be without being one. Each has a customer and a night of its own.
 */
final class PlantedCases {
  /** Cases of each kind. */
  static final int CASES = 3;

  private static final long MINUTE = 60;
  private static final long HOUR = 3_600;
  private static final long DAY = 86_400;
  private static final int FIRST_NIGHT = 10;

  private final BankStream stream;
  private int cases;

  PlantedCases(BankStream stream) {
    this.stream = stream;
  }

  void plant() {
    for (int i = 0; i < CASES; i++) {
      bruteForce(i);
      stuffing(i);
      twoCountries(i);
      secondFactor(i);
      pushBombing(i);
      newDevice(i);
      resetPassword(i);
      detailsThenDrain(i);
      alertsOff(i);
      passThrough(i);
      dormant(i);
      manyPayers(i);
      slices(i);
      simSwap(i);
      limitRaised(i);
    }
  }

  // ---- who and when: a case takes the next customer and the next night, at one o'clock

  private Customer nextCustomer() {
    cases++;
    return new Customer(cases);
  }

  private long night() {
    return (FIRST_NIGHT + cases % (UsualLife.DAYS - FIRST_NIGHT - 12)) * DAY + HOUR;
  }

  private static String strange(int i) {
    return "203.0.113." + (i + 1);
  }

  private void allowedAtHome(long second, Customer who) {
    stream.allowedLogin(second, who, who.device(), who.country(), who.homeIp());
  }

  private void misses(long second, Customer who, int count, String ip) {
    for (int i = 0; i < count; i++) {
      stream.login(second + i * MINUTE, who, "unknown", who.country(), ip, false);
    }
  }

  // ---- logins

  private void bruteForce(int i) {
    Customer who = nextCustomer();
    long at = night();
    misses(at, who, 5 + i, strange(i));
    allowedAtHome(at + 25 * MINUTE, who);
    stream.expect(at + 25 * MINUTE, "brute_force_hit", who.name());

    Customer four = nextCustomer();
    misses(night(), four, 4, strange(i));
    allowedAtHome(night() + 10 * MINUTE, four);

    Customer slow = nextCustomer();
    misses(night(), slow, 5, strange(i));
    allowedAtHome(night() + 30 * MINUTE, slow);
  }

  private void stuffing(int i) {
    Customer victim = nextCustomer();
    long at = night();
    String ip = strange(100 + i);
    tryList(at, ip, 24);
    stream.expect(at + 19 * 20, "stuffing_source", ip);
    stream.allowedLogin(at + 9 * MINUTE, victim, "unknown", victim.country(), ip);
    stream.expect(at + 9 * MINUTE, "stuffing_hit", ip);

    Customer office = nextCustomer();
    tryList(night(), strange(110 + i), 19);
    stream.allowedLogin(
        night() + 9 * MINUTE, office, office.device(), office.country(), strange(110 + i));
  }

  /** One failure of each of so many customers, twenty seconds apart. */
  private void tryList(long second, String ip, int customers) {
    for (int i = 0; i < customers; i++) {
      Customer tried = new Customer(UsualLife.CUSTOMERS - i);
      stream.login(second + i * 20L, tried, "unknown", tried.country(), ip, false);
    }
  }

  private void twoCountries(int i) {
    Customer who = nextCustomer();
    long at = night();
    allowedAtHome(at, who);
    stream.allowedLogin(at + (57 + i) * MINUTE, who, who.device(), "RO", strange(i));
    stream.expect(at + (57 + i) * MINUTE, "two_countries", who.name());

    Customer traveller = nextCustomer();
    allowedAtHome(night(), traveller);
    stream.allowedLogin(night() + HOUR, traveller, traveller.device(), "RO", strange(i));
  }

  private void secondFactor(int i) {
    Customer who = nextCustomer();
    long at = night();
    stream.login(at, who, who.device(), who.country(), who.homeIp(), true);
    if (i > 0) {
      stream.push(at + MINUTE, who, false);
    }
    stream.expect(at + HOUR, "no_second_factor", who.name());

    Customer late = nextCustomer();
    stream.login(night(), late, late.device(), late.country(), late.homeIp(), true);
    stream.push(night() + HOUR - 1, late, true);
  }

  private void pushBombing(int i) {
    Customer who = nextCustomer();
    long at = night();
    denials(at, who, 4 + i);
    stream.push(at + 10 * MINUTE, who, true);
    stream.expect(at + 10 * MINUTE, "push_bombing", who.name());

    Customer clumsy = nextCustomer();
    denials(night(), clumsy, 3);
    stream.push(night() + 10 * MINUTE, clumsy, true);

    Customer careful = nextCustomer();
    denials(night(), careful, 5);
    stream.change(night() + 6 * MINUTE, careful, "password", careful.homeIp());
    stream.push(night() + 10 * MINUTE, careful, true);
  }

  private void denials(long second, Customer who, int count) {
    stream.login(second, who, who.device(), who.country(), who.homeIp(), true);
    for (int i = 0; i < count; i++) {
      stream.push(second + (i + 1) * 40L, who, false);
    }
  }

  // ---- changes

  private void newDevice(int i) {
    Customer who = nextCustomer();
    long at = night();
    stream.allowedLogin(at, who, "burner-" + i, "BR", strange(i));
    stream.change(at + (57 + i) * MINUTE, who, i == 0 ? "phone" : "email", strange(i));
    stream.expect(at + (57 + i) * MINUTE, "new_device_then_change", who.name());

    Customer slow = nextCustomer();
    stream.allowedLogin(night(), slow, "burner-" + i, "BR", strange(i));
    stream.change(night() + HOUR, slow, "phone", strange(i));

    Customer holiday = nextCustomer();
    stream.allowedLogin(night(), holiday, holiday.device(), "BR", strange(i));
    stream.change(night() + MINUTE, holiday, "phone", strange(i));
  }

  private void resetPassword(int i) {
    Customer who = nextCustomer();
    long at = night();
    stream.change(at, who, "password", strange(i));
    stream.allowedLogin(at + 5 * MINUTE, who, who.device(), who.country(), strange(i));
    stream.expect(at + 5 * MINUTE, "reset_from_new_address", who.name());

    Customer atHome = nextCustomer();
    stream.change(night(), atHome, "password", atHome.homeIp());
    allowedAtHome(night() + 5 * MINUTE, atHome);

    Customer elsewhere = nextCustomer();
    stream.change(night(), elsewhere, "password", strange(i));
    allowedAtHome(night() + 5 * MINUTE, elsewhere);
  }

  private void detailsThenDrain(int i) {
    Customer who = nextCustomer();
    long at = night();
    drainAfterChange(at, who, 85_000 + i);
    stream.expect(at + 2 * HOUR, "details_then_drain", who.name());

    drainAfterChange(night(), nextCustomer(), 80_000);
  }

  /** Of a balance of 1,000.00. */
  private void drainAfterChange(long second, Customer who, long cents) {
    stream.change(second, who, "email", who.homeIp());
    stream.payee(second + HOUR, who, who.name() + "-helper");
    stream.transfer(second + 2 * HOUR, who.name(), who.name() + "-helper", cents, 100_000);
  }

  private void alertsOff(int i) {
    Customer who = nextCustomer();
    long at = night();
    stream.change(at, who, "alerts_off", who.homeIp());
    stream.transfer(at + HOUR, who.name(), who.payee(1), 50_001 + i, 500_000);
    stream.expect(at + HOUR, "alerts_off_then_transfer", who.name());

    Customer small = nextCustomer();
    stream.change(night(), small, "alerts_off", small.homeIp());
    stream.transfer(night() + HOUR, small.name(), small.payee(1), 50_000, 500_000);

    Customer late = nextCustomer();
    stream.change(night(), late, "alerts_off", late.homeIp());
    stream.transfer(night() + 2 * HOUR, late.name(), late.payee(1), 60_000, 500_000);
  }

  // ---- transfers

  private void passThrough(int i) {
    Customer mule = nextCustomer();
    long at = night();
    passOn(at, mule, 90_000 + i * 5_000L, 59 * MINUTE);
    stream.expect(at + 59 * MINUTE, "mule_pass_through", mule.name());

    passOn(night(), nextCustomer(), 89_999, 59 * MINUTE);
    passOn(night(), nextCustomer(), 95_000, 60 * MINUTE);
  }

  /** 1,000.00 come, so much goes. */
  private void passOn(long second, Customer mule, long cents, long afterSeconds) {
    stream.transfer(second, "victim-of-" + mule.name(), mule.name(), 100_000, 400_000);
    stream.transfer(second + afterSeconds, mule.name(), "behind-" + mule.name(), cents, 200_000);
  }

  private void dormant(int i) {
    String sleeper = "sleeper-" + (i + 1);
    long at = (70 + i) * DAY + HOUR;
    wake(at, sleeper, 60 + i, 3);
    stream.expect(at + 2 * HOUR, "dormant_wakes", sleeper);

    wake(at, "holiday-home-" + (i + 1), 65, 2);
    wake(at, "seldom-payer-" + (i + 1), 59, 3);
  }

  private void wake(long second, String payer, int silentDays, int count) {
    stream.transfer(second - silentDays * DAY, payer, payer + "-bill", 5_000, 90_000);
    for (int i = 0; i < count; i++) {
      stream.transfer(second + i * HOUR, payer, payer + "-bill", 20_000, 90_000);
    }
  }

  private void manyPayers(int i) {
    Customer last = nextCustomer();
    long at = night();
    String pot = String.format(Locale.ROOT, "pot-%d", i + 1);
    for (int payer = 0; payer < 4; payer++) {
      stream.transfer(at + payer * DAY, "giver-" + payer, pot, 4_000, 90_000);
    }
    stream.transfer(at + 7 * DAY - 1, last.name(), pot, 4_000, 90_000);
    stream.expect(at + 7 * DAY - 1, "many_payers", pot);

    String club = String.format(Locale.ROOT, "present-%d", i + 1);
    for (int payer = 0; payer < 4; payer++) {
      stream.transfer(at + payer * DAY, "giver-" + payer, club, 4_000, 90_000);
    }
    stream.transfer(at + 7 * DAY, last.name(), club, 4_000, 90_000);
  }

  private void slices(int i) {
    Customer who = nextCustomer();
    long at = night();
    stream.transfer(at, who.name(), who.name() + "-safe-1", 90_000, 200_000);
    stream.transfer(at + (57 + i) * MINUTE, who.name(), who.name() + "-safe-2", 95_000, 110_000);
    stream.expect(at + (57 + i) * MINUTE, "drain_in_slices", who.name());

    Customer builder = nextCustomer();
    stream.transfer(night(), builder.name(), builder.name() + "-roof", 90_000, 200_000);
    stream.transfer(
        night() + 30 * MINUTE, builder.name(), builder.name() + "-roof", 95_000, 110_000);
  }

  private void simSwap(int i) {
    Customer who = nextCustomer();
    long at = night();
    newCard(at, who, 100_000 + i, 3 * DAY - 1);
    stream.expect(at + 3 * DAY - 1, "sim_swap_then_transfer", who.name());

    newCard(night(), nextCustomer(), 99_999, DAY);
    newCard(night(), nextCustomer(), 100_000, 3 * DAY);
  }

  /** A new SIM card, a new password from home, then a transfer of so many cents. */
  private void newCard(long second, Customer who, long cents, long afterSeconds) {
    String ip = who.homeIp();
    stream.change(second, who, "sim", ip);
    stream.change(second + HOUR, who, "password", ip);
    stream.transfer(second + afterSeconds, who.name(), who.payee(1), cents, 900_000);
  }

  private void limitRaised(int i) {
    Customer who = nextCustomer();
    long at = night();
    stream.limit(at, who, 500_000);
    stream.transfer(at + HOUR - 1, who.name(), who.payee(1), 450_001 + i, 900_000);
    stream.expect(at + HOUR - 1, "limit_raised_then_used", who.name());

    Customer careful = nextCustomer();
    stream.limit(night(), careful, 500_000);
    stream.transfer(night() + HOUR - 1, careful.name(), careful.payee(1), 450_000, 900_000);

    Customer slow = nextCustomer();
    stream.limit(night(), slow, 500_000);
    stream.transfer(night() + HOUR, slow.name(), slow.payee(1), 500_000, 900_000);
  }
}
