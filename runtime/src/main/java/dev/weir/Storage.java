package dev.weir;

import dev.weir.engine.ChunkStore;
import dev.weir.journal.Log;
import dev.weir.journal.LogOptions;

/**
 * Where an engine keeps what outlives its process: a folder, or a simulated machine. It belongs to
 * one process at a time, by the locks of what it opens. Owned by one thread.
 */
public interface Storage {
  /** Opens the journal or makes it; the caller closes it. Throws a {@code LogException}. */
  Log openJournal(LogOptions options);

  /** Opens the alert log or makes it; the caller closes it. Throws a {@code LogException}. */
  Log openAlerts(LogOptions options);

  /** Makes an alert log that is to take the place of the other; one left by a crash is removed. */
  Log makeNextAlerts(LogOptions options);

  /**
   * Puts the next alert log in the place of the alert log, both being closed. After a crash within,
   * {@link #openAlerts} opens one of the two, whole.
   */
  void replaceAlerts();

  /** Removes a next alert log that a crash left, if there is one. */
  void dropNextAlerts();

  /** Writes the alerts from this one on to where a person finds them; replaces those there. */
  void writeOrphans(int epoch, Log alerts, long first);

  /** Opens the store of checkpoints or makes it; the caller closes it. */
  ChunkStore openCheckpoints();

  /** The place, for messages. */
  String name();
}
