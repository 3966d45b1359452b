package dev.weir.samples;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Events of a bank's online channel, gathered in any order and given out by time, and the alerts
 * that they must give. Times are whole seconds since the start of the stream. Owned by one thread.
 */
public final class BankStream {
  /** 2026-01-05T00:00Z, a Monday. */
  private static final long START_SECONDS = 1_767_571_200L;

  /** One file of events of one type. */
  public enum Source {
    LOGINS("logins.jsonl", ""),
    PUSHES("pushes.jsonl", ""),
    CHANGES("changes.jsonl", ""),
    PAYEES("payees.jsonl", ""),
    TRANSFERS("transfers.csv", "id,payer,payee,amount,balance,at\n");

    private final String file;
    private final String header;

    Source(String file, String header) {
      this.file = file;
      this.header = header;
    }

    /** The name of its file, before compression. */
    public String file() {
      return file;
    }
  }

  private record Row(long second, String text) {}

  private final Map<Source, List<Row>> rows = new EnumMap<>(Source.class);
  private final List<Planted> planted = new ArrayList<>();
  private int transfers;

  BankStream() {
    for (Source source : Source.values()) {
      rows.put(source, new ArrayList<>());
    }
  }

  void login(long second, Customer who, String device, String country, String ip, boolean ok) {
    add(
        Source.LOGINS,
        second,
        "{\"customer\":\"%s\",\"device\":\"%s\",\"country\":\"%s\",\"ip\":\"%s\",\"ok\":%s,\"at\":\"%s\"}",
        who.name(),
        device,
        country,
        ip,
        ok,
        time(second));
  }

  /** A login that the customer also allows on the telephone. */
  void allowedLogin(long second, Customer who, String device, String country, String ip) {
    login(second, who, device, country, ip, true);
    push(second + 20, who, true);
  }

  void push(long second, Customer who, boolean allowed) {
    add(
        Source.PUSHES,
        second,
        "{\"customer\":\"%s\",\"answer\":\"%s\",\"at\":\"%s\"}",
        who.name(),
        allowed ? "allow" : "deny",
        time(second));
  }

  void change(long second, Customer who, String what, String ip) {
    add(
        Source.CHANGES,
        second,
        "{\"customer\":\"%s\",\"what\":\"%s\",\"ip\":\"%s\",\"at\":\"%s\"}",
        who.name(),
        what,
        ip,
        time(second));
  }

  /** A new limit for transfers, in cents. */
  void limit(long second, Customer who, long cents) {
    add(
        Source.CHANGES,
        second,
        "{\"customer\":\"%s\",\"what\":\"limit\",\"ip\":\"%s\",\"value\":\"%d.%02d\",\"at\":\"%s\"}",
        who.name(),
        who.homeIp(),
        cents / 100,
        cents % 100,
        time(second));
  }

  void payee(long second, Customer who, String payee) {
    add(
        Source.PAYEES,
        second,
        "{\"customer\":\"%s\",\"payee\":\"%s\",\"at\":\"%s\"}",
        who.name(),
        payee,
        time(second));
  }

  /** Amounts in cents. */
  void transfer(long second, String payer, String payee, long cents, long balanceCents) {
    transfers++;
    add(
        Source.TRANSFERS,
        second,
        "t%06d,%s,%s,%d.%02d,%d.%02d,%s",
        transfers,
        payer,
        payee,
        cents / 100,
        cents % 100,
        balanceCents / 100,
        balanceCents % 100,
        time(second));
  }

  /** Notes the alert that a planted case must give. */
  void expect(long second, String rule, String key) {
    planted.add(new Planted(time(second), rule, key));
  }

  /** All events of a source, by time, as the text of its file. */
  public String text(Source source) {
    List<Row> sorted = new ArrayList<>(rowsOf(source));
    sorted.sort(Comparator.comparingLong(Row::second)); // stable: rows of one second stay as added
    StringBuilder out = new StringBuilder(source.header);
    sorted.forEach(row -> out.append(row.text()).append('\n'));
    return out.toString();
  }

  /** The alerts that the stream must give, by time. */
  public List<Planted> planted() {
    List<Planted> sorted = new ArrayList<>(planted);
    Collections.sort(sorted);
    return sorted;
  }

  /** Events in all sources. */
  public int events() {
    return rows.values().stream().mapToInt(List::size).sum();
  }

  private void add(Source source, long second, String format, Object... values) {
    rowsOf(source).add(new Row(second, String.format(Locale.ROOT, format, values)));
  }

  private List<Row> rowsOf(Source source) {
    return rows.getOrDefault(source, List.of());
  }

  private static String time(long second) {
    return Instant.ofEpochSecond(START_SECONDS + second).toString();
  }
}
