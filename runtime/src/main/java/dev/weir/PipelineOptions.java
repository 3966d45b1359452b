package dev.weir;

import java.time.Duration;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.YieldingIdleStrategy;

/**
 * How the stages of a pipeline run. None of it changes an alert. Immutable.
 *
 * @param threading whether stages share a thread
 * @param idle what a thread does while it has nothing to do
 * @param shards engines among which the keys are shared, 1 to 256
 * @param ringBytes of the ring between sources and journaler
 * @param budgetBytes of live state of all shards together
 * @param ahead how far in the future an event of a live source may be
 * @param tick how often stream time moves on while all sources are silent
 * @param checkpointEvery how often a run with a data folder makes a checkpoint
 */
public record PipelineOptions(
    Threading threading,
    Idle idle,
    int shards,
    int ringBytes,
    long budgetBytes,
    Duration ahead,
    Duration tick,
    Duration checkpointEvery) {
  /** Which stages share a thread. */
  public enum Threading {
    /** One thread drains, appends, evaluates and publishes: best on few cores. */
    SHARED,
    /** A thread each for sources, journaler, every shard, and the merge. */
    DEDICATED
  }

  /** What a thread does while it has nothing to do. */
  public enum Idle {
    /** Spins, yields, then sleeps ever longer, up to a millisecond: costs next to nothing. */
    BACKOFF,
    /** Gives the core to others, if any want it. */
    YIELD,
    /** Keeps its core busy: the least latency, a core for each thread. */
    BUSY_SPIN;

    IdleStrategy strategy() {
      return switch (this) {
        case BACKOFF -> new BackoffIdleStrategy();
        case YIELD -> new YieldingIdleStrategy();
        case BUSY_SPIN -> new BusySpinIdleStrategy();
      };
    }
  }

  public PipelineOptions {
    if (shards < 1 || shards > 256) {
      throw new IllegalArgumentException("shards: number=" + shards + " least=1 most=256");
    }
  }

  /** One thread, one shard. */
  public static PipelineOptions defaults() {
    return new PipelineOptions(
        Threading.SHARED,
        Idle.BACKOFF,
        1,
        dev.weir.ingest.RecordRing.BYTES_MIN,
        4L << 30,
        Duration.ofMinutes(10),
        Duration.ofSeconds(1),
        Duration.ofSeconds(30));
  }

  public PipelineOptions withThreading(Threading other) {
    return new PipelineOptions(
        other, idle, shards, ringBytes, budgetBytes, ahead, tick, checkpointEvery);
  }

  public PipelineOptions withIdle(Idle other) {
    return new PipelineOptions(
        threading, other, shards, ringBytes, budgetBytes, ahead, tick, checkpointEvery);
  }

  public PipelineOptions withShards(int number) {
    return new PipelineOptions(
        threading, idle, number, ringBytes, budgetBytes, ahead, tick, checkpointEvery);
  }

  public PipelineOptions withCheckpointEvery(Duration duration) {
    return new PipelineOptions(
        threading, idle, shards, ringBytes, budgetBytes, ahead, tick, duration);
  }
}
