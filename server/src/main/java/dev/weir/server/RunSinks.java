package dev.weir.server;

import dev.weir.AlertDelivery;
import dev.weir.DataFolder;
import dev.weir.SinkSettings;
import dev.weir.alerts.delivery.SinkStatus;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The sinks of a run: opened beside it, and at its end given some time to take the last alerts. */
final class RunSinks implements AutoCloseable {
  private final AlertDelivery delivery;
  private final PrintWriter err;

  private RunSinks(AlertDelivery delivery, PrintWriter err) {
    this.delivery = delivery;
    this.err = err;
  }

  static RunSinks open(
      List<SinkSettings> sinks, DataFolder data, Path folder, PrintWriter out, PrintWriter err) {
    OutputStream lines = new LineStream(out);
    return new RunSinks(
        AlertDelivery.start(
            data.alertLog(), folder, sinks.stream().map(s -> s.open(lines)).toList()),
        err);
  }

  /** Whether a sink writes to standard output, so that nothing else should. */
  static boolean takeOutput(List<SinkSettings> sinks) {
    return sinks.stream().anyMatch(sink -> sink.effective().containsKey("stdout"));
  }

  /** Waits for the sinks, and says what they did not take. */
  void drain(Duration most) {
    delivery.awaitDone(most);
  }

  @Override
  public void close() {
    delivery.close();
    for (SinkStatus sink : delivery.status()) {
      err.printf(
          Locale.ROOT,
          "sink %s: %,d delivered%s%s%s%s%n",
          sink.sink(),
          sink.delivered(),
          sink.pending() > 0
              ? String.format(
                  Locale.ROOT, ", %,d still to be delivered by the next run", sink.pending())
              : "",
          sink.dead() > 0
              ? String.format(Locale.ROOT, ", %,d dead letters (see `weir dlq list`)", sink.dead())
              : "",
          sink.disabled().isEmpty() ? "" : ", disabled: " + sink.disabled(),
          sink.trouble().isEmpty() ? "" : ", " + sink.trouble());
    }
    err.flush();
  }

  /** Whole lines of UTF-8 to the writer of a command. */
  static final class LineStream extends OutputStream {
    private final PrintWriter out;

    LineStream(PrintWriter out) {
      this.out = out;
    }

    @Override
    public void write(int b) {
      throw new UnsupportedOperationException("lines are written whole");
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws java.io.IOException {
      out.write(new String(bytes, offset, length, StandardCharsets.UTF_8));
      if (out.checkError()) { // flushes
        throw new java.io.IOException("nobody reads standard output any more");
      }
    }
  }
}
