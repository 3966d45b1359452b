package dev.weir.alerts;

import dev.weir.journal.BatchView;
import dev.weir.journal.LogCheck;
import dev.weir.journal.LogDump;
import java.nio.file.Path;
import org.agrona.DirectBuffer;

/** Reads an alert log without opening it for writing, while it is written to or not. */
public final class AlertExport {
  private AlertExport() {}

  /**
   * Gives all alerts in their order.
   *
   * @throws AlertLogException if the log is damaged, or no alert log; then nothing was given, or
   *     only what stood before
   * @throws dev.weir.journal.LogException if there is no log, or it cannot be read
   */
  public static void run(Path folder, AlertReceiver receiver) {
    LogCheck.Report report = LogCheck.verify(folder);
    if (!report.damages().isEmpty()) {
      throw new AlertLogException(
          folder + ": damaged: " + report.damages().get(0) + " (see `weir journal verify`)");
    }
    LogDump.records(
        folder,
        0,
        report.nextPosition(),
        new LogDump.Receiver() {
          private final Alert alert = new Alert();

          @Override
          public void onRecord(
              BatchView batch, long position, DirectBuffer buffer, int offset, int length) {
            if (!AlertLayout.is(buffer, offset)) {
              throw new AlertLogException(folder + ": this is no alert log");
            }
            receiver.onAlert(alert.wrap(buffer, offset));
          }

          @Override
          public void onGap(long from, long to) {
            throw new AlertLogException(
                folder + ": alerts " + from + " to " + (to - 1) + " are lost: it was repaired");
          }
        });
  }
}
