package dev.weir.samples;

import static dev.weir.samples.EventStream.DAY;
import static dev.weir.samples.EventStream.HOUR;
import static dev.weir.samples.EventStream.MINUTE;

/**
 * The planted cases of attacks on a company, three of each kind, beside each one or more that miss
 * it by a second or by one, and the false alarms that the pack's README names.
 */
final class SecurityCases {
  private static final int CASES = 3;

  private final EventStream stream;

  SecurityCases(EventStream stream) {
    this.stream = stream;
  }

  void plant() {
    for (int i = 0; i < CASES; i++) {
      long night = (6 + 7L * i) * DAY;
      spray(night + HOUR, i);
      factor(night + 2 * HOUR, i);
      session(night + 3 * HOUR, i);
      admin(night + 4 * HOUR, i);
      secrets(night + 5 * HOUR, i);
      trail(night + 6 * HOUR, i);
      refused(night + 7 * HOUR, i);
      approval(night + 8 * HOUR, i);
    }
    falseAlarms(12 * DAY);
  }

  private void spray(long at, int i) {
    String ip = "203.0.113." + i;
    tries(at, ip, 20, 1);
    stream.expect(at + 14 * 80L, "password_spray", ip);
    tries(at, "203.0.113." + (100 + i), 14, 2);
    tries(at, "203.0.113." + (200 + i), 16, 3); // three tries each: people, after a change
  }

  private void tries(long at, String ip, int users, int each) {
    for (int user = 0; user < users; user++) {
      for (int n = 0; n < each; n++) {
        stream.add(
            "sign-ins",
            at + user * 80L + n,
            "user",
            "e" + (user + 1),
            "ip",
            ip,
            "agent",
            "script",
            "ok",
            false);
      }
    }
  }

  private void factor(long at, int i) {
    factor(at, "bare-" + i, "removed");
    stream.expect(at + 12 * HOUR, "factor_removed", "bare-" + i);
    factor(at, "slow-" + i, "removed");
    factor(at + 12 * HOUR - 1, "slow-" + i, "added");
  }

  private void factor(long at, String user, String action) {
    stream.add("factors", at, "user", user, "action", action);
  }

  private void session(long at, int i) {
    session(at, "stolen-" + i, "203.0.113.66", "curl");
    stream.expect(at + 11 * HOUR, "stolen_session", "stolen-" + i);
    session(at, "train-" + i, "203.0.113.66", "firefox");
    session(at, "update-" + i, "198.51.100.9", "firefox-2");
  }

  private void session(long at, String session, String ip, String agent) {
    stream.add(
        "sign-ins",
        at,
        "user",
        "owner-of-" + session,
        "ip",
        "198.51.100.9",
        "agent",
        "firefox",
        "session",
        session,
        "ok",
        true);
    stream.add("requests", at + 11 * HOUR, "session", session, "ip", ip, "agent", agent);
  }

  private void admin(long at, int i) {
    String[] calls = {"CreateUser", "AttachUserPolicy", "CreateAccessKey"};
    for (int call = 0; call < 3; call++) {
      api(at + call * 4L, "intruder-" + i, calls[(call + i) % 3]);
      api(at + call * 5L, "operator-" + i, calls[(call + i) % 3]);
    }
    stream.expect(at + 8, "admin_in_seconds", "intruder-" + i);
  }

  private void api(long at, String user, String name) {
    stream.add("api", at, "user", user, "name", name);
  }

  private void secrets(long at, int i) {
    read(at, "thief-" + i, 10 + i);
    stream.expect(at + 50, "read_all_secrets", "thief-" + i);
    read(at, "auditor-" + i, 9);
  }

  private void read(long at, String user, int secrets) {
    api(at, user, "ListSecrets");
    for (int secret = 1; secret <= secrets; secret++) {
      api(at + secret * 5L, user, "GetSecretValue");
    }
  }

  private void trail(long at, int i) {
    api(at, "wiper-" + i, i == 1 ? "DeleteTrail" : "StopLogging");
    api(at + HOUR - 1, "wiper-" + i, "DeleteBucket");
    stream.expect(at + HOUR - 1, "trail_stopped", "wiper-" + i);
    api(at, "keeper-" + i, "StopLogging");
    api(at + HOUR, "keeper-" + i, "DeleteBucket");
  }

  private void refused(long at, int i) {
    knock(at, "prober-" + i, 10 + 5 * i, 6);
    stream.expect(at + 54, "refused_burst", "prober-" + i);
    knock(at, "broken-" + i, 12, 7); // nine in less than a minute
  }

  private void knock(long at, String user, int calls, long apart) {
    for (int call = 0; call < calls; call++) {
      stream.add(
          "api", at + call * apart, "user", user, "name", "GetObject", "error", "AccessDenied");
    }
  }

  private void approval(long at, int i) {
    approve(at, "own-" + i, "clerk-" + i, "clerk-" + i, 30 * DAY - 1);
    stream.expect(at + 30 * DAY - 1, "own_approval", "own-" + i);
    approve(at, "fair-" + i, "clerk-" + i, "boss-" + i, HOUR);
    approve(at, "old-" + i, "clerk-" + i, "clerk-" + i, 30 * DAY);
  }

  private void approve(long at, String request, String by, String grantedBy, long after) {
    Object[] asked = {"request", request, "user", by, "step", "submitted"};
    Object[] granted = {"request", request, "user", grantedBy, "step", "approved"};
    stream.add("approvals", at, asked);
    stream.add("approvals", at + after, granted);
  }

  // ---- harmless, and alerted all the same

  private void falseAlarms(long at) {
    tries(at, "198.51.100.3", 15, 1); // the directory was down: everybody in one office failed
    stream.expectFalse(at + 14 * 80L, "password_spray", "198.51.100.3");

    knock(at, "deployment", 10, MINUTE / 20); // a right was forgotten in a new release
    stream.expectFalse(at + 9 * (MINUTE / 20), "refused_burst", "deployment");

    factor(at, "on-leave", "removed"); // the old telephone was handed in before the leave
    stream.expectFalse(at + 12 * HOUR, "factor_removed", "on-leave");
  }
}
