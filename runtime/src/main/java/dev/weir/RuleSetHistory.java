package dev.weir;

import dev.weir.journal.BatchView;
import dev.weir.journal.ControlRecord;
import dev.weir.journal.LogDump;
import dev.weir.rules.Deployment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.agrona.DirectBuffer;

/** The rule sets that were live, as the journal of a data folder has them. */
public final class RuleSetHistory {
  /**
   * A rule set that went live.
   *
   * @param position of its record; -1: it is the one that the journal begins with
   */
  public record Entry(long position, Deployment deployment) {}

  /** A deployment as it stands in the journal. */
  private record Body(long position, byte[] bytes) {}

  private RuleSetHistory() {}

  /**
   * All of them in order; none where the folder's rules stay as they are. The journal is only read,
   * and may be in use. Linear in it.
   *
   * @throws DataFolderException if one cannot be read
   * @throws dev.weir.journal.LogException if there is no journal, or it cannot be read
   */
  public static List<Entry> of(Path dataFolder) {
    return bodies(dataFolder).stream()
        .map(body -> new Entry(body.position(), DataFolder.decode(body.bytes())))
        .toList();
  }

  /**
   * The last of them; empty where {@link #of} gives none. Only this one is compiled.
   *
   * @throws DataFolderException if it cannot be read
   * @throws dev.weir.journal.LogException if there is no journal, or it cannot be read
   */
  public static Optional<Deployment> last(Path dataFolder) {
    List<Body> bodies = bodies(dataFolder);
    return bodies.isEmpty()
        ? Optional.empty()
        : Optional.of(DataFolder.decode(bodies.get(bodies.size() - 1).bytes()));
  }

  /**
   * The one that the journal begins with.
   *
   * @throws DataFolderException if there is none, or it cannot be read
   * @throws dev.weir.journal.LogException if there is no journal, or it cannot be read
   */
  static Deployment first(Path dataFolder) {
    // the segment that a journal begins with tells, unless it was deleted or lost
    List<Body> bodies = bodies(dataFolder, 1, () -> {});
    if (bodies.isEmpty()) {
      bodies = bodies(dataFolder);
    }
    if (bodies.isEmpty()) {
      throw new DataFolderException(
          dataFolder + ": its rules stay as they are and are not kept in it; give them");
    }
    return DataFolder.decode(bodies.get(0).bytes());
  }

  /**
   * Whether a journal has begun, with rules that change or not.
   *
   * @throws dev.weir.journal.LogException if there is no journal, or it cannot be read
   */
  static boolean isBegun(Path dataFolder) {
    boolean[] isBegun = {false};
    bodies(dataFolder, Long.MAX_VALUE, () -> isBegun[0] = true);
    return isBegun[0];
  }

  private static List<Body> bodies(Path dataFolder) {
    return bodies(dataFolder, Long.MAX_VALUE, () -> {});
  }

  private static List<Body> bodies(Path dataFolder, long before, Runnable begun) {
    List<Body> bodies = new ArrayList<>();
    LogDump.records(
        DataFolder.journalOf(dataFolder),
        0,
        before,
        new LogDump.Receiver() {
          @Override
          public void onPreamble(DirectBuffer buffer, int offset, int length) {
            begun.run();
            if (bodies.isEmpty() && ControlRecord.is(buffer, offset, ControlRecord.DEPLOYMENT)) {
              byte[] rules = DataFolder.rulesOfPreamble(buffer, offset);
              if (rules.length > 0) {
                bodies.add(new Body(-1, rules));
              }
            }
          }

          @Override
          public void onRecord(
              BatchView batch, long position, DirectBuffer buffer, int offset, int length) {
            if (ControlRecord.is(buffer, offset, ControlRecord.DEPLOYMENT)) {
              bodies.add(new Body(position, ControlRecord.body(buffer, offset)));
            }
          }

          @Override
          public void onGap(long from, long to) {
            // what is lost is lost; the sets that are there are listed
          }
        });
    return bodies;
  }
}
