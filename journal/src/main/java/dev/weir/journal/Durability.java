package dev.weir.journal;

import java.time.Duration;

/**
 * What an appended record survives. Immutable.
 *
 * @param mode named for what it survives
 * @param groupNs greatest time between two flushes in mode group, in nanoseconds
 */
public record Durability(Mode mode, long groupNs) {
  /** What an appended record survives. */
  public enum Mode {
    /** The end of the process, however it ends; not the end of the machine. */
    PROCESS,
    /** A power cut, once {@link Log#durablePosition} has passed it: flushed every so often. */
    GROUP,
    /** A power cut, once appended. */
    SYNC
  }

  public Durability {
    if (mode == Mode.GROUP && groupNs <= 0) {
      throw new IllegalArgumentException("group interval must be above 0: ns=" + groupNs);
    }
  }

  public static Durability process() {
    return new Durability(Mode.PROCESS, 0);
  }

  public static Durability group(Duration interval) {
    return new Durability(Mode.GROUP, interval.toNanos());
  }

  public static Durability sync() {
    return new Durability(Mode.SYNC, 0);
  }
}
