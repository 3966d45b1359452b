package dev.weir;

import dev.weir.alerts.AlertLog;
import dev.weir.alerts.AlertReceiver;
import dev.weir.dsl.plan.PlanText;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.engine.ChunkStore;
import dev.weir.engine.ChunkStore.StoreException;
import dev.weir.event.RecordLayout;
import dev.weir.journal.BatchBuffer;
import dev.weir.journal.BatchView;
import dev.weir.journal.ControlRecord;
import dev.weir.journal.Durability;
import dev.weir.journal.Log;
import dev.weir.journal.LogOptions;
import dev.weir.journal.LogReader;
import dev.weir.rules.BadDeploymentException;
import dev.weir.rules.Deployment;
import dev.weir.state.Checkpoint;
import dev.weir.state.Checkpoints;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The folder of a run that outlives its process: {@code journal} and {@code alerts}, two logs, and
 * {@code checkpoints}. It belongs to one process at a time and, as long as it is kept, to one rule
 * set and one list of sources: they stand in each segment's preamble, so that no position is taken
 * by them. Owned by one thread.
 */
public final class DataFolder implements AutoCloseable {
  /** Named by where the journal is, from the data folder. */
  static final String JOURNAL = "journal";

  private static final String ALERTS = "alerts";

  /** The store of checkpoints. */
  static final String CHECKPOINTS = "checkpoints";

  private final Log journal;
  private final Log alertLog;
  private final AlertLog alerts;
  private final ChunkStore store;
  private final Checkpoints checkpoints;
  private final @Nullable Checkpoint newest;
  private final Consumer<String> notices;
  private boolean isFull;
  private @Nullable Consumer<BatchBuffer> sources;
  private final @Nullable Deployment head;
  private final @Nullable Deployment start;
  private volatile byte[] current = {}; // body of the rule set in force; empty: rules stay

  private DataFolder(
      Storage storage,
      EpochNanoClock clock,
      Durability durability,
      byte[] setup,
      @Nullable Deployment first,
      AlertReceiver receiver,
      Consumer<String> notices) {
    this.notices = notices;
    LogOptions options = LogOptions.of(durability);
    journal =
        storage.openJournal(
            options.withPreamble((part, batch) -> writePreamble(setup, part, batch)));
    try {
      checkSetup(storage.name(), setup, first != null);
      head = first == null ? null : deploymentAt(journal.nextPosition(), first);
      if (head != null) {
        current = head.encode();
      }
      store = storage.openCheckpoints();
      try {
        checkpoints = new Checkpoints(store);
        newest = Checkpointing.newest(checkpoints, journal.nextPosition(), notices);
        long from = newest == null ? 0 : newest.position();
        start = first == null ? null : deploymentAt(from, first);
        alertLog = AlertLogOpening.open(storage, options, journal, clock, notices);
        alerts = openAlerts(alertLog, journal, clock, from, receiver);
      } catch (RuntimeException e) {
        store.close();
        throw e;
      }
    } catch (RuntimeException e) {
      journal.close();
      throw e;
    }
  }

  private static AlertLog openAlerts(
      Log log, Log journal, EpochNanoClock clock, long foldsFrom, AlertReceiver receiver) {
    try {
      return new AlertLog(log, journal, clock, foldsFrom, receiver);
    } catch (RuntimeException e) {
      log.close();
      throw e;
    }
  }

  /**
   * Opens a folder or makes it.
   *
   * @param sources event types in the order of the configuration
   * @param receiver takes each new alert once it stands in the alert log
   * @param notices takes sentences for the user: the disk is full, there is room again
   * @throws DataFolderException if it was made for other rules or sources
   * @throws dev.weir.journal.LogException if it is in use, damaged or cannot be written
   * @throws StoreException if the checkpoints cannot be opened
   * @throws dev.weir.alerts.AlertLogException if the alert log is ahead of the journal
   */
  public static DataFolder open(
      Path folder,
      Durability durability,
      RuleSetPlan plan,
      List<String> sources,
      AlertReceiver receiver,
      Consumer<String> notices) {
    return open(
        new FolderStorage(folder),
        Clocks.system().wall(),
        durability,
        plan,
        sources,
        receiver,
        notices);
  }

  /** As the other, wherever it is kept. */
  static DataFolder open(
      Storage storage,
      EpochNanoClock clock,
      Durability durability,
      RuleSetPlan plan,
      List<String> sources,
      AlertReceiver receiver,
      Consumer<String> notices) {
    byte[] setup = setup(plan, sources);
    if (setup.length > ControlRecord.BODY_BYTES_MAX) {
      throw new DataFolderException("the rule set is too large: " + setup.length + " bytes");
    }
    return new DataFolder(storage, clock, durability, setup, null, receiver, notices);
  }

  /**
   * Opens a folder whose rules may change, or makes it: the rule set in force is that of the last
   * deployment in the journal, else the first one.
   *
   * @param first what a new folder begins with
   * @throws DataFolderException if it was made for other event types or sources
   */
  static DataFolder openLive(
      Path folder,
      Durability durability,
      Deployment first,
      List<String> sources,
      AlertReceiver receiver,
      Consumer<String> notices) {
    String text = "sources " + String.join(",", sources) + "\n" + types(first.live());
    byte[] setup = text.getBytes(StandardCharsets.UTF_8);
    return new DataFolder(
        new FolderStorage(folder),
        Clocks.system().wall(),
        durability,
        setup,
        first,
        receiver,
        notices);
  }

  /** The rule set in force at the journal's end; only of a folder whose rules may change. */
  Deployment head() {
    return java.util.Objects.requireNonNull(head);
  }

  /** The rule set in force where the fold begins: at the checkpoint, or at the first record. */
  Deployment start() {
    return java.util.Objects.requireNonNull(start);
  }

  /** A rule set stands in the journal: new segments tell of it. The thread that appends. */
  void deployed(byte[] body) {
    current = body;
  }

  /** The set in force before the record at this position. */
  private Deployment deploymentAt(long position, Deployment first) {
    if (journal.nextPosition() == 0) {
      return first;
    }
    byte[][] found = {new byte[0]};
    long from =
        journal.readPreamble(
            Math.max(0, position - 1),
            (at, buffer, offset, length) -> {
              if (ControlRecord.kind(buffer, offset) == ControlRecord.DEPLOYMENT) {
                found[0] = rulesOfPreamble(buffer, offset);
              }
            });
    try (LogReader reader = journal.reader(from)) {
      boolean isBefore = from < position;
      while (isBefore && reader.next()) {
        BatchView batch = reader.batch();
        int end = batch.isGap() ? 0 : batch.recordsEnd();
        for (int at = batch.recordsOffset(); isBefore && at < end; ) {
          isBefore = RecordLayout.position(batch.buffer(), at) < position;
          if (isBefore && ControlRecord.is(batch.buffer(), at, ControlRecord.DEPLOYMENT)) {
            found[0] = ControlRecord.body(batch.buffer(), at);
          }
          at += RecordLayout.length(batch.buffer(), at);
        }
      }
    }
    if (found[0].length == 0) {
      throw new DataFolderException("the folder was made with rules that stay as they are");
    }
    return decode(found[0]);
  }

  static Deployment decode(byte[] body) {
    try {
      return Deployment.decode(body);
    } catch (BadDeploymentException e) {
      throw new DataFolderException(String.valueOf(e.getMessage()));
    }
  }

  /** The rule set in a preamble's record; empty where rules stay as they are. */
  static byte[] rulesOfPreamble(DirectBuffer buffer, int offset) {
    byte[] body = ControlRecord.body(buffer, offset);
    int from = Math.min(body.length, endOfText(body) + 1);
    return java.util.Arrays.copyOfRange(body, from, body.length);
  }

  /** In a preamble, a text stands before a rule set, with a zero between. */
  private static int endOfText(byte[] body) {
    int end = 0;
    while (end < body.length && body[end] != 0) {
      end++;
    }
    return end;
  }

  /** The folder of the alert log in a data folder. */
  public static Path alertsOf(Path folder) {
    return folder.resolve(ALERTS);
  }

  Log journal() {
    return journal;
  }

  /** The log of the alerts, for those who read it on. */
  public Log alertLog() {
    return alertLog;
  }

  Checkpoints checkpoints() {
    return checkpoints;
  }

  /** The checkpoint that a fold goes on from, or null: it begins at the journal's first record. */
  Checkpointing.@Nullable Saved saved() {
    return newest == null ? null : new Checkpointing.Saved(checkpoints, newest);
  }

  Consumer<String> notices() {
    return notices;
  }

  AlertLog alerts() {
    return alerts;
  }

  /** All that decides what a record means: sources, types, lists, parameters, rules. */
  private static byte[] setup(RuleSetPlan plan, List<String> sources) {
    StringBuilder text = new StringBuilder("sources " + String.join(",", sources) + "\n");
    text.append(types(plan));
    plan.lists().forEach(list -> text.append(list).append('\n'));
    plan.params().forEach(param -> text.append(param).append('\n'));
    return text.append(PlanText.print(plan)).toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String types(RuleSetPlan plan) {
    StringBuilder text = new StringBuilder();
    plan.types().forEach(type -> text.append(type).append('\n'));
    return text.toString();
  }

  /** Refuses a preamble that tells of other event types than the plan declares. */
  static void checkTypes(RuleSetPlan plan, DirectBuffer buffer, int offset) {
    if (ControlRecord.kind(buffer, offset) == ControlRecord.DEPLOYMENT
        && !hasTypesOf(plan, buffer, offset)) {
      throw new DataFolderException(
          "the events of the journal are of other types than these rules declare");
    }
  }

  /** What a fold that needs every record says of a gap. */
  static DataFolderException lost(long from, long to) {
    return new DataFolderException(
        "the journal was repaired: positions " + from + " to " + (to - 1) + " are lost");
  }

  /** Whether the records of a journal with this deployment are of the types of these rules. */
  static boolean hasTypesOf(RuleSetPlan plan, DirectBuffer buffer, int offset) {
    byte[] body = ControlRecord.body(buffer, offset);
    String text = new String(body, 0, endOfText(body), StandardCharsets.UTF_8);
    String types = types(plan);
    int at = text.indexOf('\n') + 1;
    return text.startsWith(types, at) && !text.startsWith("EventType[", at + types.length());
  }

  /** The folder of the journal in a data folder. */
  public static Path journalOf(Path folder) {
    return folder.resolve(JOURNAL);
  }

  /** Tells each new segment of the journal where sources stand. */
  void sources(Consumer<BatchBuffer> writer) {
    sources = writer;
  }

  private boolean writePreamble(byte[] setup, int part, BatchBuffer batch) {
    Consumer<BatchBuffer> writer = sources;
    if (part > 0) {
      if (writer != null) {
        writer.accept(batch);
      }
      return false;
    }
    byte[] rules = current;
    if (rules.length == 0) {
      writeSetup(setup, batch);
    } else {
      byte[] both = java.util.Arrays.copyOf(setup, setup.length + 1 + rules.length);
      System.arraycopy(rules, 0, both, setup.length + 1, rules.length);
      writeSetup(both, batch);
    }
    return writer != null;
  }

  private static void writeSetup(byte[] setup, BatchBuffer batch) {
    int at = batch.offset();
    int length =
        ControlRecord.write(
            batch.buffer(),
            at,
            ControlRecord.DEPLOYMENT,
            0,
            0,
            new UnsafeBuffer(setup),
            0,
            setup.length);
    RecordLayout.stampWatermark(batch.buffer(), at, Long.MIN_VALUE);
    batch.added(length);
  }

  private void checkSetup(String folder, byte[] setup, boolean isLive) {
    if (journal.nextPosition() == 0) {
      return;
    }
    if (journal.firstPosition() > 0) {
      throw new DataFolderException(
          folder + ": the journal begins at position " + journal.firstPosition() + ", not at 0");
    }
    boolean[] same = {false};
    journal.readPreamble(
        journal.nextPosition() - 1,
        (position, buffer, offset, length) -> {
          if (ControlRecord.kind(buffer, offset) == ControlRecord.DEPLOYMENT) {
            byte[] body = ControlRecord.body(buffer, offset);
            same[0] =
                java.util.Arrays.equals(java.util.Arrays.copyOf(body, endOfText(body)), setup);
          }
        });
    if (!same[0]) {
      throw new DataFolderException(
          folder
              + (isLive
                  ? ": made for other event types or sources"
                  : ": made for other rules, lists, parameters or sources")
              + "; give another --data folder, or go back to what it was made for");
    }
  }

  /** Says once that the disk is full, or has room again. Any thread. */
  synchronized void noteDisk(boolean full) {
    if (isFull != full) {
      isFull = full;
      notices.accept(
          full
              ? "the disk is full: intake waits until there is room"
              : "there is room again: intake goes on");
    }
  }

  /** Closes the logs and the store in order. */
  @Override
  public void close() {
    try {
      alerts.close();
    } finally {
      try {
        store.close();
      } finally {
        journal.close();
      }
    }
  }
}
