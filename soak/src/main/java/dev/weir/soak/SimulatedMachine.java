package dev.weir.soak;

import dev.weir.Clocks;
import dev.weir.Storage;
import dev.weir.engine.ChunkStore;
import dev.weir.journal.Log;
import dev.weir.journal.LogOptions;
import dev.weir.journal.SimulatedDisk;
import dev.weir.state.SimulatedStore;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A machine in memory with a journal, an alert log and a store of checkpoints, each on a disk that
 * can crash at any operation, lose what was not flushed, be full, fail to flush, and take its time.
 * All of it follows from a seed. Owned by one thread.
 */
final class SimulatedMachine implements Storage {
  /** What can crash, be full or fail. */
  enum Device {
    JOURNAL,
    ALERTS,
    CHECKPOINTS
  }

  /** The process died between two operations of its disks, or between two turns. */
  static final class Death extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Death() {
      super("simulated end of the process");
    }
  }

  private static final long EPOCH_NS = 1_700_000_000_000_000_000L;

  private final Random random;
  private final SimulatedDisk journal;
  private @Nullable SimulatedDisk alerts;
  private @Nullable SimulatedDisk nextAlerts;
  private SimulatedStore checkpoints;
  private boolean isDead;
  private long elapsedNs;
  private long wallStepNs;
  private long slownessNs;
  private int replacementsLeft = Integer.MAX_VALUE;
  private boolean isAlertDiskFull;
  private boolean failsAlertForce;
  private int orphanings;

  SimulatedMachine(long seed) {
    this(seed, null);
  }

  private SimulatedMachine(long seed, @Nullable SimulatedDisk journal) {
    this.random = new Random(seed);
    this.journal = journal == null ? disk() : journal;
    this.alerts = disk();
    this.checkpoints = new SimulatedStore(random.nextLong());
  }

  /** Another machine with the same journal, and nothing else. */
  SimulatedMachine withJournalAlone() {
    journal.restartProcess();
    return new SimulatedMachine(1, journal);
  }

  private SimulatedDisk disk() {
    SimulatedDisk disk = new SimulatedDisk(random.nextLong());
    disk.takesTime(this::operation);
    return disk;
  }

  // ---- time
  // ---------------------------------------------------------------------------------------

  Clocks clocks() {
    return new Clocks(() -> EPOCH_NS + elapsedNs + wallStepNs, () -> elapsedNs);
  }

  void pass(long ns) {
    elapsedNs += ns;
  }

  /** The wall clock is set, forward or back. */
  void stepWall(long ns) {
    wallStepNs += ns;
  }

  /** How long an operation of a disk takes at most. */
  void slowness(long ns) {
    slownessNs = ns;
  }

  private void operation() {
    if (slownessNs > 0) {
      elapsedNs += (long) (random.nextDouble() * slownessNs);
    }
  }

  // ---- faults
  // -------------------------------------------------------------------------------------

  /** The process, or the machine, ends in the middle of the operation after this many. */
  void crashAfter(Device device, int operations) {
    switch (device) {
      case JOURNAL -> journal.crashAfter(operations);
      case ALERTS -> {
        alertDisk().crashAfter(operations);
        replacementsLeft = operations % 3;
      }
      case CHECKPOINTS -> checkpoints.crashAfter(operations);
    }
  }

  /** Whether a device is full from now on, or has room. */
  void isFull(Device device, boolean full) {
    long room = full ? 0 : Long.MAX_VALUE;
    switch (device) {
      case JOURNAL -> journal.freeBytes(room);
      case ALERTS -> {
        isAlertDiskFull = full;
        alertDisk().freeBytes(room);
      }
      case CHECKPOINTS -> checkpoints.isFull(full);
    }
  }

  /** Whether a log cannot be flushed from now on; of the store that is no fault of its own. */
  void failsForce(Device device, boolean fails) {
    switch (device) {
      case JOURNAL -> journal.failsForce(fails);
      case ALERTS -> {
        failsAlertForce = fails;
        alertDisk().failsForce(fails);
      }
      case CHECKPOINTS -> {}
    }
  }

  /** Whether the process ended of itself, by a crash of a device. */
  boolean isCrashed() {
    SimulatedDisk first = alerts;
    SimulatedDisk next = nextAlerts;
    return isDead
        || journal.isCrashed()
        || first != null && first.isCrashed()
        || next != null && next.isCrashed()
        || checkpoints.isCrashed();
  }

  /** Starts the process again, after a power cut or not; everything has room and works. */
  void restart(boolean isPowerCut) {
    restart(journal, isPowerCut);
    restart(alerts, isPowerCut);
    restart(nextAlerts, isPowerCut);
    checkpoints = checkpoints.afterCrash(); // what it had in memory is lost in any case
    isDead = false;
    replacementsLeft = Integer.MAX_VALUE;
    for (Device device : Device.values()) {
      if (device != Device.ALERTS || alerts != null) {
        isFull(device, false);
        failsForce(device, false);
      }
    }
  }

  private static void restart(@Nullable SimulatedDisk disk, boolean isPowerCut) {
    if (disk == null) {
      return;
    }
    if (isPowerCut) {
      disk.restartMachine();
    } else {
      disk.restartProcess();
    }
  }

  /** How often alerts were moved aside. */
  int orphanings() {
    return orphanings;
  }

  // ---- the storage
  // --------------------------------------------------------------------------------

  private SimulatedDisk alertDisk() {
    SimulatedDisk disk = alerts;
    if (disk == null) {
      disk = java.util.Objects.requireNonNull(nextAlerts); // a crash between two renames
    }
    return disk;
  }

  @Override
  public Log openJournal(LogOptions options) {
    return journal.open(small(options));
  }

  @Override
  public Log openAlerts(LogOptions options) {
    if (alerts == null) {
      alerts = java.util.Objects.requireNonNull(nextAlerts);
      nextAlerts = null;
    }
    return alertDisk().open(small(options));
  }

  private static LogOptions small(LogOptions options) {
    return options.withSegmentBytes(LogOptions.SEGMENT_BYTES_MIN);
  }

  @Override
  public Log makeNextAlerts(LogOptions options) {
    SimulatedDisk next = disk();
    next.freeBytes(isAlertDiskFull ? 0 : Long.MAX_VALUE);
    next.failsForce(failsAlertForce);
    nextAlerts = next;
    return next.open(small(options));
  }

  @Override
  public void dropNextAlerts() {
    nextAlerts = null;
  }

  @Override
  public void replaceAlerts() {
    orphanings++;
    dieIfDue();
    alerts = null;
    dieIfDue();
    alerts = nextAlerts;
    nextAlerts = null;
    dieIfDue();
  }

  private void dieIfDue() {
    if (replacementsLeft != Integer.MAX_VALUE && replacementsLeft-- == 0) {
      isDead = true;
      throw new Death();
    }
  }

  @Override
  public void writeOrphans(int epoch, Log log, long first) {
    // for people only
  }

  @Override
  public ChunkStore openCheckpoints() {
    return checkpoints;
  }

  @Override
  public String name() {
    return "the simulated machine";
  }
}
