package dev.weir;

import dev.weir.alerts.AlertReceiver;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.engine.Program;
import dev.weir.ingest.FiniteSources;
import dev.weir.ingest.RecordRing;
import dev.weir.ingest.RecordSource;
import dev.weir.ingest.SourceSpec;
import dev.weir.journal.Durability;
import dev.weir.journal.Log;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.Agent;

/**
 * An engine that keeps what it knows in a given storage, reads given clocks and does nothing by
 * itself: the caller turns its stages, in any order. For simulation; it is the same pipeline, over
 * the same folder of logs and checkpoints, as in a run. Sources are finite ones, which go on where
 * the journal ends, and behind them at most one live source, which the caller feeds by way of the
 * {@linkplain #ring ring}. Owned by one thread; there are no others.
 */
public final class SteppedEngine implements AutoCloseable {
  /** Name of the live source. */
  public static final String LIVE = "live";

  private final DataFolder folder;
  private final Pipeline pipeline;
  private final List<Agent> stages;
  private final int finite;
  private int recordsMax = Integer.MAX_VALUE;
  private int recordsLeft;

  /**
   * What an engine is made of.
   *
   * @param files one source for each event type that comes from a file
   * @param liveIdleNs how long the live source may be silent, or -1: there is none, and the end of
   *     the files is the end of the stream
   */
  public record Parts(
      RuleSetPlan plan,
      PipelineOptions options,
      Durability durability,
      Storage storage,
      Clocks clocks,
      List<? extends RecordSource> files,
      long liveIdleNs) {
    public Parts {
      files = List.copyOf(files);
    }
  }

  /** Is told of records that were sent with a ticket; see {@link RecordRing}. */
  @FunctionalInterface
  public interface Tickets {
    /** The record stands in the journal at this position. */
    void onTicket(long ticket, long position);
  }

  /**
   * Opens the storage; what it throws is what a run would throw.
   *
   * @param receiver takes each alert that is new to the alert log
   * @param notices takes sentences for the user
   */
  public SteppedEngine(
      Parts parts, AlertReceiver receiver, Tickets tickets, Consumer<String> notices) {
    boolean isLive = parts.liveIdleNs() >= 0;
    finite = parts.files().size();
    List<SourceSpec> sources = new ArrayList<>();
    for (RecordSource file : parts.files()) {
      sources.add(SourceSpec.finite(file.type().name(), file.type().latenessNs()));
    }
    if (isLive) {
      long latenessNs =
          parts.plan().types().stream().mapToLong(type -> type.latenessNs()).max().orElse(0);
      sources.add(SourceSpec.live(LIVE, latenessNs, parts.liveIdleNs()));
    }
    folder =
        DataFolder.open(
            parts.storage(),
            parts.clocks().wall(),
            parts.durability(),
            parts.plan(),
            sources.stream().map(SourceSpec::name).toList(),
            receiver,
            notices);
    PipelineOptions options = parts.options();
    Pipeline.Events events =
        new Pipeline.Events() {
          @Override
          public void onDiskFull(boolean isFull) {
            folder.noteDisk(isFull);
          }

          @Override
          public void onTicket(long ticket, long position) {
            tickets.onTicket(ticket, position);
          }
        };
    try {
      pipeline =
          new Pipeline(
              options,
              parts.clocks(),
              parts.plan(),
              Program.compile(parts.plan()),
              sources,
              ring -> new FiniteSources(parts.files(), 0, Long.MIN_VALUE, !isLive, new Slow(ring)),
              folder.journal(),
              folder.alerts(),
              events,
              new Checkpointing(
                  folder.checkpoints(),
                  options.shards(),
                  options.checkpointEvery().toNanos(),
                  parts.clocks().elapsed(),
                  folder.notices()),
              folder.saved(),
              null);
    } catch (RuntimeException e) {
      folder.close();
      throw e;
    }
    folder.sources(pipeline.journaler()::writeSources);
    stages = pipeline.stages();
  }

  /** Number of stages: files, journaler, shards, merge, in this order. */
  public int stages() {
    return stages.size();
  }

  /**
   * Gives a stage a turn; what it throws ends the engine.
   *
   * @return 0: it had nothing to do
   */
  public int turn(int stage) throws Exception {
    recordsLeft = recordsMax;
    return stages.get(stage).doWork();
  }

  /** From now on the files offer at most this many records in a turn. */
  public void filesOffer(int records) {
    recordsMax = records;
  }

  /** Asks for a checkpoint, if one is due. */
  public void askForCheckpoint() {
    pipeline.askForCheckpoint();
  }

  /** Where a live source's events go in, under its number. */
  public RecordRing ring() {
    return pipeline.ring();
  }

  /** Number of the live source. */
  public int liveSource() {
    return finite;
  }

  /** Whether all that came in has passed every stage; asked again and again, it comes to be so. */
  public boolean hasPassed() {
    return pipeline.hasPassed();
  }

  /** The journal; not to be closed. */
  public Log journal() {
    return folder.journal();
  }

  /** The alert log; not to be closed. */
  public Log alerts() {
    return folder.alertLog();
  }

  /** Position of the checkpoint that it began from, or 0. */
  public long begunAt() {
    Checkpointing.Saved saved = folder.saved();
    return saved == null ? 0 : saved.checkpoint().position();
  }

  /** Lets out the alerts that wait. There must be room on the disk. */
  public void flush() {
    pipeline.finish();
  }

  /** Lets out the alerts that wait, and closes in order. There must be room on the disk. */
  public void finish() {
    flush();
    close();
  }

  /** Closes in order. */
  @Override
  public void close() {
    pipeline.close();
    folder.close();
  }

  /** A ring that takes a few records of the files in each turn. */
  private final class Slow implements FiniteSources.Sink {
    private final FiniteSources.Sink ring;

    Slow(RecordRing ring) {
      this.ring = FiniteSources.to(ring);
    }

    @Override
    public boolean offer(MutableDirectBuffer buffer, int length) {
      return recordsLeft > 0 && ring.offer(buffer, length) && recordsLeft-- > 0;
    }

    @Override
    public boolean offerSourceEnd(int source) {
      return ring.offerSourceEnd(source);
    }

    @Override
    public boolean offerStreamEnd(long untilNs) {
      return ring.offerStreamEnd(untilNs);
    }
  }
}
