package dev.weir.samples;

import static dev.weir.samples.EventStream.DAY;
import static dev.weir.samples.EventStream.HOUR;
import static dev.weir.samples.EventStream.MINUTE;

import java.util.Random;

/**
 * What the employees of a company do in {@value #DAYS} days: sign in, mistype, change networks, get
 * new telephones, call the cloud, ask for things that others approve. It comes near to the rules
 * and never meets one.
 */
final class CompanyStream {
  private static final int DAYS = 30;
  private static final int EMPLOYEES = 300;
  private static final String[] CALLS = {
    "GetObject", "PutObject", "ListBuckets", "GetSecretValue", "DeleteObject", "DescribeInstances"
  };

  private final EventStream stream;
  private final Random random;

  private CompanyStream(EventStream stream, Random random) {
    this.stream = stream;
    this.random = random;
  }

  /** The whole stream. */
  static EventStream of(Random random) {
    EventStream stream =
        new EventStream()
            .table("sign-ins", "user", "ip", "agent", "session", "ok", "at")
            .table("factors", "user", "action", "at")
            .table("requests", "session", "ip", "agent", "at")
            .table("api", "user", "name", "error", "at")
            .table("approvals", "request", "user", "step", "at");
    CompanyStream life = new CompanyStream(stream, random);
    for (int day = 0; day < DAYS; day++) {
      if (day % 7 < 5) { // the first day is a Monday
        for (int employee = 1; employee <= EMPLOYEES; employee++) {
          life.work(day * DAY, employee);
        }
      }
    }
    new SecurityCases(stream).plant();
    return stream;
  }

  private void work(long day, int employee) {
    String user = "e" + employee;
    String session = "s-" + day / DAY + "-" + employee;
    String office = "198.51.100." + employee % 5;
    String home = "2001:db8::" + Integer.toHexString(employee);
    long at = day + 7 * HOUR + random.nextInt((int) (2 * HOUR));
    if (random.nextInt(20) == 0) {
      signIn(at - 30, user, office, "firefox", session, false);
    }
    signIn(at, user, office, "firefox", session, true);
    int requests = 3 + random.nextInt(5);
    for (int i = 0; i < requests; i++) {
      boolean isAtHome = i == requests - 1 && random.nextInt(6) == 0; // takes the laptop along
      at += 20 * MINUTE + random.nextInt((int) HOUR);
      Object[] request = {"session", session, "ip", isAtHome ? home : office, "agent", "firefox"};
      stream.add("requests", at, request);
    }
    if (employee % 10 == 0) {
      develop(day + 10 * HOUR, user);
    }
    if (random.nextInt(300) == 0) { // a new telephone
      factor(day + 12 * HOUR, user, "removed");
      factor(day + 12 * HOUR + 20 * MINUTE, user, "added");
    }
    if (random.nextInt(10) == 0) {
      String request = "q-" + day / DAY + "-" + employee;
      approval(day + 13 * HOUR, request, user, "submitted");
      approval(
          day + 13 * HOUR + random.nextInt((int) DAY),
          request,
          "e" + (employee % EMPLOYEES + 1),
          "approved");
    }
  }

  private void signIn(
      long second, String user, String ip, String agent, String session, boolean ok) {
    stream.add(
        "sign-ins", second, "user", user, "ip", ip, "agent", agent, "session", session, "ok", ok);
  }

  private void factor(long second, String user, String action) {
    stream.add("factors", second, "user", user, "action", action);
  }

  private void approval(long second, String request, String user, String step) {
    stream.add("approvals", second, "request", request, "user", user, "step", step);
  }

  /** Calls of a developer: a few secrets, now and then a refusal. */
  private void develop(long second, String user) {
    long at = second;
    for (int i = 0; i < 25; i++) {
      at += 20 + random.nextInt(600);
      String name = CALLS[random.nextInt(CALLS.length)];
      stream.add(
          "api", at, "user", user, "name", name, "error", random.nextInt(30) == 0 ? "Denied" : "");
    }
    if (random.nextInt(10) == 0) {
      stream.add("api", at + 60, "user", user, "name", "ListSecrets", "error", "");
    }
  }
}
