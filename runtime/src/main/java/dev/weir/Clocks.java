package dev.weir;

import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.OffsetEpochNanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * The clocks of an engine; no alert depends on them but by what the journal says. Safe for many
 * threads.
 *
 * @param wall time of day, ns since the epoch; may step
 * @param elapsed only runs forward, from anywhere
 */
public record Clocks(EpochNanoClock wall, NanoClock elapsed) {
  /** Those of the machine. */
  public static Clocks system() {
    return new Clocks(new OffsetEpochNanoClock(), SystemNanoClock.INSTANCE);
  }
}
