package dev.weir.samples;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Made-up events of several types, added in any order and given out by time, and the alerts that
 * they must give: those of planted cases and those that are known to be false. Times are whole
 * seconds since the start of the stream. Owned by one thread.
 */
final class EventStream {
  static final long MINUTE = 60;
  static final long HOUR = 3_600;
  static final long DAY = 86_400;

  /** 2026-01-05T00:00Z, a Monday. */
  private static final long START_SECONDS = 1_767_571_200L;

  /** Rows of one file. */
  private static final int ROWS_MAX = 30_000;

  private record Row(long second, String text) {}

  /** One file of events of one type. */
  private static final class Table {
    final List<String> columns;
    final List<Row> rows = new ArrayList<>();

    Table(List<String> columns) {
      this.columns = columns;
    }
  }

  private final Map<String, Table> tables = new LinkedHashMap<>();
  private final List<Planted> cases = new ArrayList<>();
  private final List<Planted> falseAlarms = new ArrayList<>();

  /**
   * Declares a table. The column {@code at} holds the time of an event; a column {@code id} is
   * numbered.
   */
  EventStream table(String name, String... columns) {
    tables.put(name, new Table(List.of(columns)));
    return this;
  }

  /**
   * Adds an event.
   *
   * @param values column, value, column, value …; columns that are left out are missing
   */
  void add(String table, long second, Object... values) {
    Table to = tableOf(table);
    String[] cells = new String[to.columns.size()];
    Arrays.fill(cells, "");
    cells[columnOf(to, "at")] = time(second);
    int id = to.columns.indexOf("id");
    if (id >= 0) {
      cells[id] = String.format(Locale.ROOT, "%s-%06d", table, to.rows.size() + 1);
    }
    for (int i = 0; i < values.length; i += 2) {
      String value = values[i + 1].toString();
      cells[columnOf(to, values[i].toString())] =
          value.indexOf(',') < 0 ? value : '"' + value + '"';
    }
    to.rows.add(new Row(second, String.join(",", cells)));
  }

  /** Notes the alert that a planted case must give. */
  void expect(long second, String rule, String key) {
    cases.add(new Planted(time(second), rule, key));
  }

  /** Notes an alert that a harmless event must give, as the pack's README says. */
  void expectFalse(long second, String rule, String key) {
    falseAlarms.add(new Planted(time(second), rule, key));
  }

  /** All events by time, as the texts of files by name; a large table is several files. */
  Map<String, String> files() {
    Map<String, String> files = new LinkedHashMap<>();
    tables.forEach(
        (name, table) -> {
          List<Row> sorted = new ArrayList<>(table.rows);
          sorted.sort(Comparator.comparingLong(Row::second)); // stable: equal ones stay as added
          for (int from = 0; from == 0 || from < sorted.size(); from += ROWS_MAX) {
            String part = sorted.size() > ROWS_MAX ? "-" + (1 + from / ROWS_MAX) : "";
            StringBuilder text = new StringBuilder(String.join(",", table.columns)).append('\n');
            sorted
                .subList(from, Math.min(from + ROWS_MAX, sorted.size()))
                .forEach(row -> text.append(row.text()).append('\n'));
            files.put(name + part + ".csv", text.toString());
          }
        });
    return files;
  }

  /** The alerts that must come, false ones among them, in the order of {@link Planted}. */
  List<Planted> alerts() {
    List<Planted> all = new ArrayList<>(cases);
    all.addAll(falseAlarms);
    Collections.sort(all);
    return all;
  }

  /** The alerts as the file that ships with the data. */
  String alertsText() {
    StringBuilder out = new StringBuilder("time,rule,key,is\n");
    List<Planted> left = new ArrayList<>(falseAlarms);
    for (Planted alert : alerts()) {
      out.append(alert).append(left.remove(alert) ? ",false alarm\n" : ",case\n");
    }
    return out.toString();
  }

  /** Cents as an amount. */
  static String money(long cents) {
    return String.format(Locale.ROOT, "%d.%02d", cents / 100, cents % 100);
  }

  private Table tableOf(String name) {
    Table table = tables.get(name);
    if (table == null) {
      throw new IllegalArgumentException("no such table: " + name);
    }
    return table;
  }

  private static int columnOf(Table table, String column) {
    int found = table.columns.indexOf(column);
    if (found < 0) {
      throw new IllegalArgumentException("no such column: " + column);
    }
    return found;
  }

  private static String time(long second) {
    return Instant.ofEpochSecond(START_SECONDS + second).toString();
  }
}
