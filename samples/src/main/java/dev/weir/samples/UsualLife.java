package dev.weir.samples;

import java.util.Random;

/**
 * What customers do who are not robbed: log in, mistype a password, get a new telephone, travel,
 * pay the rent. It comes near to the rules but never meets one: no session is at night, when the
 * planted cases are; at most two wrong passwords and one denied question stand before a login; who
 * travels keeps the telephone; transfers stay below 800 and below a third of the balance.
 */
final class UsualLife {
  static final int DAYS = 90;
  static final int CUSTOMERS = 320;

  private static final long DAY = 86_400;
  private static final long HOUR = 3_600;
  private static final int MOST_CENTS = 80_000;
  private static final String[] ABROAD = {"FR", "DE", "ES", "IT"};
  private static final String[] COLLECTORS = {"energy-company", "tax-office", "sports-club"};
  private static final String[] CHANGES = {"phone", "email", "address", "password"};

  /** A login that succeeded. */
  private record Session(long second, String ip) {}

  private final BankStream stream;
  private final Random random;

  UsualLife(BankStream stream, Random random) {
    this.stream = stream;
    this.random = random;
  }

  void live() {
    for (int number = 1; number <= CUSTOMERS; number++) {
      live(new Customer(number));
    }
  }

  private void live(Customer who) {
    String device = who.device();
    int payees = 3;
    for (int day = 0; day < DAYS; day++) {
      if (day % 30 == 1) {
        stream.transfer(
            day * DAY + 5 * HOUR,
            "employer-" + who.number() % 7,
            who.name(),
            salary(who),
            9_000_000);
      }
      boolean isKnown = day >= 6; // the first days make the customer known to the rules
      if (isKnown && random.nextInt(100) >= 55) {
        continue;
      }
      boolean travels = isKnown && random.nextInt(100) < 4;
      String country = travels ? ABROAD[random.nextInt(ABROAD.length)] : who.country();
      if (!travels && random.nextInt(100) < 1) {
        device = who.device() + "-" + day;
      }
      long morning = day * DAY + 6 * HOUR + random.nextInt((int) (10 * HOUR));
      Session session = logIn(morning, who, device, country);
      if (random.nextInt(100) < 45) {
        if (random.nextInt(100) < 8) {
          payees++;
          stream.payee(session.second() + 60, who, who.payee(payees));
        }
        pay(session.second() + 120, who, payees);
      }
      if (random.nextInt(100) < 2) {
        String what = CHANGES[random.nextInt(CHANGES.length)];
        stream.change(session.second() + 300, who, what, session.ip());
      }
      if (random.nextInt(100) < 10) {
        long evening = day * DAY + 21 * HOUR + random.nextInt((int) HOUR);
        Session late = logIn(evening, who, device, country);
        if (random.nextInt(100) < 10) {
          stream.change(late.second() + 60, who, "alerts_off", late.ip());
        }
      }
    }
  }

  private static long salary(Customer who) {
    return 180_000L + who.number() * 1_000L;
  }

  /** Some tries, then the login. */
  private Session logIn(long second, Customer who, String device, String country) {
    String ip =
        !country.equals(who.country()) || random.nextInt(100) < 30 ? who.mobileIp() : who.homeIp();
    long at = second;
    int misses = random.nextInt(100) < 90 ? 0 : 1 + random.nextInt(2);
    for (int i = 0; i < misses; i++) {
      stream.login(at, who, device, country, ip, false);
      at += 10 + random.nextInt(30);
    }
    stream.login(at, who, device, country, ip, true);
    long answered = at + 5 + random.nextInt(90);
    if (random.nextInt(100) < 3) {
      stream.push(answered, who, false);
      answered += 20;
    }
    stream.push(answered, who, true);
    return new Session(at, ip);
  }

  private void pay(long second, Customer who, int payees) {
    long balance = 200_000L + random.nextInt(700_000);
    int most = (int) Math.min(MOST_CENTS, balance / 3);
    String payee =
        random.nextInt(100) < 15
            ? COLLECTORS[random.nextInt(COLLECTORS.length)]
            : who.payee(1 + random.nextInt(payees));
    stream.transfer(second, who.name(), payee, 500 + random.nextInt(most - 500), balance);
  }
}
