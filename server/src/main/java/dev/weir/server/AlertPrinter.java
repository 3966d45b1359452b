package dev.weir.server;

import dev.weir.alerts.Alert;
import dev.weir.alerts.AlertReceiver;
import dev.weir.dsl.plan.RulePlan;
import dev.weir.dsl.plan.RuleSetPlan;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Prints alerts as they come, as a table or as JSON Lines, and writes them to the alert file. */
final class AlertPrinter implements AlertReceiver {
  private final PrintWriter out;
  private final boolean table;
  private final boolean atOnce;
  private final Optional<AlertFile> file;
  private final ProgressLine progress;
  private final Map<String, String> severities; // by rule
  private byte[] line = new byte[4096];
  private boolean isHeaded;

  /** Writes alerts as they are. */
  AlertPrinter(PrintWriter out, boolean atOnce, Optional<AlertFile> file, ProgressLine progress) {
    this(List.of(), out, false, atOnce, file, progress);
  }

  /**
   * @param atOnce each alert is handed on before the next is taken
   */
  AlertPrinter(
      RuleSetPlan plan,
      PrintWriter out,
      boolean table,
      boolean atOnce,
      Optional<AlertFile> file,
      ProgressLine progress) {
    this(plan.rules(), out, table, atOnce, file, progress);
  }

  private AlertPrinter(
      List<RulePlan> rules,
      PrintWriter out,
      boolean table,
      boolean atOnce,
      Optional<AlertFile> file,
      ProgressLine progress) {
    this.out = out;
    this.table = table;
    this.atOnce = atOnce;
    this.file = file;
    this.progress = progress;
    this.severities = rules.stream().collect(Collectors.toMap(RulePlan::name, RulePlan::severity));
  }

  @Override
  public void onAlert(Alert alert) {
    int length = alert.jsonLength();
    if (line.length <= length) {
      line = new byte[length * 2];
    }
    alert.buffer().getBytes(alert.jsonOffset(), line, 0, length);
    line[length] = '\n';
    if (file.isPresent()) {
      try {
        file.get().write(line, length + 1);
      } catch (IOException e) {
        throw new UncheckedIOException(e.getMessage(), e);
      }
    }
    if (table) {
      row(alert);
      return;
    }
    if (atOnce) {
      progress.clear();
    }
    out.write(new String(line, 0, length + 1, StandardCharsets.UTF_8));
    if (atOnce) {
      flush();
    }
  }

  private void row(Alert alert) {
    progress.clear();
    if (!isHeaded) {
      isHeaded = true;
      out.printf("%-24s %-28s %-9s %s%n", "TIME", "RULE", "SEVERITY", "ALERT");
    }
    String rule = alert.rule();
    out.printf(
        "%-24s %-28s %-9s %s%n",
        Instant.ofEpochSecond(
            Math.floorDiv(alert.timeNs(), 1_000_000_000L),
            Math.floorMod(alert.timeNs(), 1_000_000_000L)),
        rule,
        severities.getOrDefault(rule, ""),
        forTerminal(alert.text()));
    flush();
  }

  /** Hands on what was printed; throws if nobody takes it any more. */
  void flush() {
    if (out.checkError()) { // flushes
      throw new StandardOutput.ClosedException();
    }
  }

  /** A JSON text without its quotes, in which nothing can steer a terminal. */
  static String forTerminal(String escaped) {
    StringBuilder text = new StringBuilder(escaped.length());
    for (int i = 0; i < escaped.length(); i++) {
      char c = escaped.charAt(i);
      if (c == '\\' && i + 1 < escaped.length() && escaped.charAt(i + 1) != 'u') {
        text.append(escaped.charAt(++i));
      } else if (isSteering(c)) {
        text.append(String.format("\\u%04x", (int) c));
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }

  /** Control signs, line separators and what turns the direction of writing. */
  private static boolean isSteering(char c) {
    return (c >= 0x7f && c <= 0x9f) || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
  }
}
