package dev.weir;

import dev.weir.alerts.AlertOutput;
import dev.weir.alerts.AlertReceiver;
import dev.weir.alerts.DirectOutput;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.engine.Program;
import dev.weir.event.EventType;
import dev.weir.ingest.DeadLetters;
import dev.weir.ingest.FileSource;
import dev.weir.ingest.FiniteSources;
import dev.weir.ingest.Intake;
import dev.weir.ingest.SourceSpec;
import dev.weir.journal.Log;
import dev.weir.journal.Logs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A rule set over files, by way of a journal that is kept or not. The alerts depend on rules and
 * files alone. Owned by one thread, on which receivers are called, unless stages have their own.
 */
public final class FileRun {
  /** Where a run stands. */
  public interface Progress {
    /** Called every few thousand records; may {@link FileRun#stop}. */
    void at(long events, long bytesRead, long bytesTotal);
  }

  private static final int PROGRESS_EVERY = 4096;

  /**
   * What a run did.
   *
   * @param isComplete all sources were read to their end
   * @param late events behind the watermark, which no rule on watermark sees
   * @param lateDropped those of them whose type says {@code drop}
   * @param heldEvents events that still waited for the watermark; none after a complete run
   * @param alerts by rule name, in rule order; without those held back
   * @param heldBack by rule name: alerts that {@code suppress} held back
   * @param openPartials by rule name: partial matches that were open at the end
   */
  public record Summary(
      boolean isComplete,
      long events,
      long late,
      long lateDropped,
      long repeats,
      long rejected,
      long heldEvents,
      Map<String, Long> alerts,
      Map<String, Long> heldBack,
      Map<String, Long> openPartials,
      Map<String, Long> keyMissing) {}

  private final RuleSetPlan plan;
  private final Program program;
  private final Map<String, List<Path>> inputs;
  private final DeadLetters deadLetters;
  private final PipelineOptions options;
  private volatile boolean isStopped;

  /** One thread, one shard. */
  public FileRun(RuleSetPlan plan, Map<String, List<Path>> inputs, DeadLetters deadLetters) {
    this(plan, inputs, deadLetters, PipelineOptions.defaults());
  }

  /**
   * An {@link dev.weir.ingest.InputException} is thrown if a file cannot be read at all.
   *
   * @param inputs files by event type; their order decides between records of the same time
   */
  public FileRun(
      RuleSetPlan plan,
      Map<String, List<Path>> inputs,
      DeadLetters deadLetters,
      PipelineOptions options) {
    this.plan = plan;
    this.program = Program.compile(plan);
    this.inputs = new LinkedHashMap<>(inputs);
    this.deadLetters = deadLetters;
    this.options = options;
    inputs.values().forEach(files -> files.forEach(FileSource::size));
  }

  /** Ends a run at its next look at the progress; what was alerted until then stays. Any thread. */
  public void stop() {
    isStopped = true;
  }

  /** Runs to the end of the files, then on to {@code until}, without a journal. */
  public Summary run(OptionalLong until, AlertReceiver receiver, Progress progress) {
    return run(until, Logs.unkept(), new DirectOutput(receiver), isFull -> {}, progress, null);
  }

  /**
   * Runs by way of the journal of a data folder: goes on where that ends, and ends with all alerts
   * in its alert log. Where the files had been read to their end before, nothing is added. Counts
   * are those of the whole, but for rejected rows, which are those of this run.
   */
  public Summary run(DataFolder data, OptionalLong until, Progress progress) {
    return run(until, data.journal(), data.alerts(), data::noteDisk, progress, data);
  }

  private Summary run(
      OptionalLong until,
      Log journal,
      AlertOutput output,
      Pipeline.Events events,
      Progress progress,
      @Nullable DataFolder data) {
    Clocks clocks = Clocks.system();
    Checkpointing checkpointing =
        data == null
            ? null
            : new Checkpointing(
                data.checkpoints(),
                options.shards(),
                options.checkpointEvery().toNanos(),
                clocks.elapsed(),
                data.notices());
    List<FileSource> sources = sources();
    List<SourceSpec> specs = new ArrayList<>();
    sources.forEach(s -> specs.add(SourceSpec.finite(s.type().name(), s.type().latenessNs())));
    long untilNs = until.orElse(Long.MIN_VALUE);
    try (Pipeline pipeline =
        new Pipeline(
            options,
            clocks,
            plan,
            program,
            specs,
            ring -> new FiniteSources(sources, 0, untilNs, true, FiniteSources.to(ring)),
            journal,
            output,
            events,
            checkpointing,
            data == null ? null : data.saved(),
            null)) {
      if (data != null) {
        data.sources(pipeline.journaler()::writeSources);
      }
      pipeline.start();
      long bytesTotal = sources.stream().mapToLong(FileSource::bytesTotal).sum();
      long shown = 0;
      while (!pipeline.hasPassed()) {
        pipeline.work();
        long appended = pipeline.appended();
        if (appended - shown >= PROGRESS_EVERY) {
          shown = appended;
          progress.at(appended, bytesRead(sources), bytesTotal);
        }
        if (isStopped) {
          pipeline.files().stop();
        }
      }
      pipeline.finish();
      return summary(pipeline, sources);
    } finally {
      sources.forEach(FileSource::close);
    }
  }

  private List<FileSource> sources() {
    List<FileSource> sources = new ArrayList<>();
    for (Map.Entry<String, List<Path>> input : inputs.entrySet()) {
      sources.add(new FileSource(type(input.getKey()), input.getValue(), deadLetters));
    }
    return sources;
  }

  private static long bytesRead(List<FileSource> sources) {
    long read = 0;
    for (FileSource source : sources) {
      read += source.bytesRead();
    }
    return read;
  }

  private Summary summary(Pipeline pipeline, List<FileSource> sources) {
    Intake intake = pipeline.intake();
    long late = 0;
    long lateDropped = 0;
    long repeats = 0;
    for (EventType type : plan.types()) {
      late += intake.late(type.typeId());
      lateDropped += type.dropLate() ? intake.late(type.typeId()) : 0;
      repeats += intake.repeats(type.typeId());
    }
    Map<String, Long> alerts = new LinkedHashMap<>();
    Map<String, Long> heldBack = new LinkedHashMap<>();
    Map<String, Long> open = new LinkedHashMap<>();
    Map<String, Long> keyMissing = new LinkedHashMap<>();
    for (int r = 0; r < plan.rules().size(); r++) {
      String name = plan.rules().get(r).name();
      alerts.put(name, pipeline.merge().shown(r));
      heldBack.put(name, pipeline.merge().heldBack(r));
      long openPartials = 0;
      long withoutKey = 0;
      for (Shard shard : pipeline.shards()) {
        openPartials += shard.engine().openPartials(r);
        withoutKey += shard.engine().keyMissing(r);
      }
      open.put(name, openPartials);
      keyMissing.put(name, withoutKey);
    }
    return new Summary(
        intake.hasEnded() || !pipeline.files().isStopped(),
        intake.events(),
        late,
        lateDropped,
        repeats,
        sources.stream().mapToLong(FileSource::rejected).sum(),
        pipeline.shards().get(0).engine().heldEvents(),
        alerts,
        heldBack,
        open,
        keyMissing);
  }

  private EventType type(String name) {
    return plan.types().stream()
        .filter(t -> t.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new dev.weir.ingest.InputException(
                    "the rules declare no event type `" + name + "`"));
  }
}
