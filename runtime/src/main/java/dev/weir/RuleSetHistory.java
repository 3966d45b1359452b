package dev.weir;

import dev.weir.journal.BatchView;
import dev.weir.journal.ControlRecord;
import dev.weir.journal.LogDump;
import dev.weir.rules.Deployment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;

/** The rule sets that were live, as the journal of a data folder has them. */
public final class RuleSetHistory {
  /**
   * A rule set that went live.
   *
   * @param position of its record; -1: it is the one that the journal begins with
   */
  public record Entry(long position, Deployment deployment) {}

  private RuleSetHistory() {}

  /**
   * All of them in order; none where the folder's rules stay as they are. The journal is only read,
   * and may be in use. Linear in it.
   *
   * @throws DataFolderException if one cannot be read
   * @throws dev.weir.journal.LogException if there is no journal, or it cannot be read
   */
  public static List<Entry> of(Path dataFolder) {
    List<Entry> entries = new ArrayList<>();
    LogDump.records(
        DataFolder.journalOf(dataFolder),
        0,
        Long.MAX_VALUE,
        new LogDump.Receiver() {
          @Override
          public void onPreamble(DirectBuffer buffer, int offset, int length) {
            if (entries.isEmpty() && isDeployment(buffer, offset)) {
              byte[] rules = DataFolder.rulesOfPreamble(buffer, offset);
              if (rules.length > 0) {
                entries.add(new Entry(-1, DataFolder.decode(rules)));
              }
            }
          }

          @Override
          public void onRecord(
              BatchView batch, long position, DirectBuffer buffer, int offset, int length) {
            if (ControlRecord.is(buffer, offset) && isDeployment(buffer, offset)) {
              entries.add(
                  new Entry(position, DataFolder.decode(ControlRecord.body(buffer, offset))));
            }
          }

          @Override
          public void onGap(long from, long to) {
            // what is lost is lost; the sets that are there are listed
          }
        });
    return entries;
  }

  private static boolean isDeployment(DirectBuffer buffer, int offset) {
    return ControlRecord.kind(buffer, offset) == ControlRecord.DEPLOYMENT;
  }
}
