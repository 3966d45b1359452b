package dev.weir.journal;

import java.nio.file.Path;

/** Opens logs. */
public final class Logs {
  private Logs() {}

  /**
   * Opens the log in a folder, or makes a new one; it belongs to this process until closed.
   *
   * @throws LogInUseException if somebody has it open
   * @throws CorruptLogException if what was complete cannot be read; nothing has been changed
   * @throws LogException if the folder cannot be used
   */
  public static Log open(Path folder, LogOptions options) {
    return SegmentLog.open(new ChronicleStore(folder), options);
  }

  /** A log that gives positions and keeps nothing: for runs whose end is the end of everything. */
  public static Log unkept() {
    return new UnkeptLog();
  }
}
