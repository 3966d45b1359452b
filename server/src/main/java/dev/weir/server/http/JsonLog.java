package dev.weir.server.http;

import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * Writes a line of JSON for each thing that an operator should know: {@code ts level logger msg},
 * and {@code err} where there is one. Takes what libraries log too, from warnings on. Safe for many
 * threads.
 */
public final class JsonLog {
  private final PrintWriter out;

  public JsonLog(PrintWriter out) {
    this.out = out;
  }

  public void info(String logger, String message) {
    write(Instant.now(), "INFO", logger, message, null);
  }

  public void warn(String logger, String message) {
    write(Instant.now(), "WARN", logger, message, null);
  }

  /** A fault of Weir, with where it came from. */
  void error(String logger, String message, Throwable error) {
    StackTraceElement[] trace = error.getStackTrace();
    write(
        Instant.now(),
        "ERROR",
        logger,
        message,
        error + (trace.length == 0 ? "" : " at " + trace[0]));
  }

  private synchronized void write(
      Instant at,
      String level,
      String logger,
      String message,
      @org.jspecify.annotations.Nullable String error) {
    JsonText json = new JsonText();
    json.begin()
        .put("ts", at.truncatedTo(ChronoUnit.MILLIS).toString())
        .put("level", level)
        .put("logger", logger)
        .put("msg", message);
    if (error != null) {
      json.put("err", error);
    }
    out.println(json.end());
    out.flush();
  }

  /** Takes the log of libraries in place of what the JDK would print. */
  public void takeLibraries() {
    LogManager.getLogManager().reset();
    Logger root = Logger.getLogger("");
    root.setLevel(Level.WARNING);
    root.addHandler(
        new Handler() {
          private final SimpleFormatter formatter = new SimpleFormatter();

          @Override
          public void publish(LogRecord record) {
            Throwable thrown = record.getThrown();
            write(
                record.getInstant(),
                record.getLevel().intValue() >= Level.SEVERE.intValue() ? "ERROR" : "WARN",
                String.valueOf(record.getLoggerName()),
                formatter.formatMessage(record),
                thrown == null ? null : thrown.toString());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        });
  }
}
