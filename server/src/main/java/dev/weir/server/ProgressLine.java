package dev.weir.server;

import java.io.PrintWriter;
import java.util.Locale;

/** One line on a terminal that is written over again: percent, events, rate, what is left. */
final class ProgressLine {
  private final PrintWriter err;
  private final boolean isShown;
  private boolean isThere;

  /**
   * @param isShown whether somebody sees it; else nothing is ever printed
   */
  ProgressLine(PrintWriter err, boolean isShown) {
    this.err = err;
    this.isShown = isShown;
  }

  /** Shows where the run stands after this many seconds. */
  void show(double seconds, long events, long bytesRead, long bytesTotal) {
    if (!isShown) {
      return;
    }
    err.print("\r\033[K" + text(seconds, events, bytesRead, bytesTotal));
    err.flush();
    isThere = true;
  }

  static String text(double seconds, long events, long bytesRead, long bytesTotal) {
    double part = bytesTotal == 0 ? 1 : Math.min(1, (double) bytesRead / bytesTotal);
    String left =
        part <= 0 ? "" : String.format(Locale.ROOT, "  %s left", time(seconds / part - seconds));
    return String.format(
        Locale.ROOT,
        "%3.0f %%  %,d events  %,.0f events/s%s",
        part * 100,
        events,
        events / Math.max(seconds, 0.001),
        left);
  }

  private static String time(double seconds) {
    long whole = Math.round(seconds);
    return whole < 100
        ? whole + " s"
        : String.format(Locale.ROOT, "%d:%02d min", whole / 60, whole % 60);
  }

  /** Takes the line away. */
  void clear() {
    if (isThere) {
      err.print("\r\033[K");
      err.flush();
      isThere = false;
    }
  }
}
