package dev.weir.server;

import dev.weir.FileRun;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** Says on standard error what a run did. */
final class RunSummary {
  private RunSummary() {}

  static void print(PrintWriter err, FileRun.Summary s, double seconds, Path deadLetters) {
    if (!s.isComplete()) {
      err.println("stopped before the end of the input");
    }
    err.printf(
        Locale.ROOT,
        "%,d events in %.1f s (%,.0f events/s), %,d late%s, %,d repeated, %,d rejected%s%n",
        s.events(),
        seconds,
        s.events() / Math.max(seconds, 0.001),
        s.late(),
        s.late() == s.lateDropped() || s.lateDropped() == 0
            ? ""
            : String.format(Locale.ROOT, " (%,d of them dropped)", s.lateDropped()),
        s.repeats(),
        s.rejected(),
        s.rejected() > 0 ? " (see " + deadLetters + ")" : "");
    s.alerts()
        .forEach(
            (rule, count) ->
                err.printf(
                    Locale.ROOT,
                    "  %-32s %,10d alerts%s%s%s%n",
                    rule,
                    count,
                    part(s.heldBack(), rule, "suppressed"),
                    part(s.openPartials(), rule, "open partial matches"),
                    part(s.keyMissing(), rule, "events without key")));
    long open = s.openPartials().values().stream().mapToLong(Long::longValue).sum();
    err.printf(
        Locale.ROOT,
        "left open: %,d partial matches, %,d events held back for their order%n",
        open,
        s.heldEvents());
    err.flush();
  }

  private static String part(Map<String, Long> counts, String rule, String what) {
    long count = counts.getOrDefault(rule, 0L);
    return count == 0 ? "" : String.format(Locale.ROOT, ", %,d %s", count, what);
  }
}
