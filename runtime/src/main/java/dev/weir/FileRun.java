package dev.weir;

import dev.weir.alerts.Suppressor;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.engine.Engine;
import dev.weir.engine.Program;
import dev.weir.event.EventType;
import dev.weir.ingest.DeadLetters;
import dev.weir.ingest.FileSource;
import dev.weir.ingest.Intake;
import dev.weir.ingest.IntakeSink;
import dev.weir.ingest.Journaler;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.agrona.DirectBuffer;

/**
 * A rule set over files: sources to intake to engine to alerts, on the calling thread, by way of a
 * journal or not. The alerts depend on rules and files alone.
 */
public final class FileRun {
  /** Live state unless told otherwise. */
  public static final long BUDGET_BYTES_DEFAULT = 4L << 30;

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
  private volatile boolean isStopped;

  /**
   * An {@link dev.weir.ingest.InputException} is thrown if a file cannot be read at all.
   *
   * @param inputs files by event type; their order decides between records of the same time
   */
  public FileRun(RuleSetPlan plan, Map<String, List<Path>> inputs, DeadLetters deadLetters) {
    this.plan = plan;
    this.program = Program.compile(plan);
    this.inputs = new LinkedHashMap<>(inputs);
    this.deadLetters = deadLetters;
    inputs.values().forEach(files -> files.forEach(FileSource::size));
  }

  /** Ends a run at its next look at the progress; what was alerted until then stays. Any thread. */
  public void stop() {
    isStopped = true;
  }

  /** Runs to the end of the files, then on to {@code until}. */
  public Summary run(OptionalLong until, Suppressor.Output output, Progress progress) {
    return run(until, output, progress, sink -> sink);
  }

  /**
   * Runs to the end of the files, then on to {@code until}.
   *
   * @param between stands between intake and engine: given the engine's sink, gives the one that
   *     the intake writes to; whatever hands on each record unchanged and in order leaves the
   *     alerts as they are
   */
  Summary run(
      OptionalLong until,
      Suppressor.Output output,
      Progress progress,
      UnaryOperator<IntakeSink> between) {
    long[] shown = new long[plan.rules().size()];
    Suppressor suppressor = counting(shown, output);
    Engine engine = new Engine(program, suppressor, BUDGET_BYTES_DEFAULT);
    IntakeSink toEngine =
        new IntakeSink() {
          @Override
          public void onRecord(DirectBuffer buffer, int offset, int length, long watermarkNs) {
            engine.onRecord(buffer, offset, length, watermarkNs);
          }

          @Override
          public void onEnd(long finalTimeNs) {
            engine.onEnd(finalTimeNs);
          }
        };
    Intake intake = new Intake(plan.types(), between.apply(toEngine));
    List<FileSource> sources = sources();
    boolean isComplete;
    try {
      isComplete = intake.run(sources, until, reporting(intake, sources, progress));
    } finally {
      sources.forEach(FileSource::close);
    }
    return summary(isComplete, engine, intake, suppressor, sources, shown);
  }

  /**
   * Runs by way of the journal of a data folder: goes on where that ends, and ends with all alerts
   * in its alert log. Where the files had been read to their end before, nothing is added. Counts
   * are those of the whole, not of what was still to do.
   */
  public Summary run(DataFolder data, OptionalLong until, Progress progress) {
    long[] shown = new long[plan.rules().size()];
    Suppressor suppressor = counting(shown, data.alerts());
    Engine engine = new Engine(program, suppressor, BUDGET_BYTES_DEFAULT);
    JournalFold fold = new JournalFold(data, engine);
    Journaler journaler =
        new Journaler(data.journal(), fold, DataFolder::clockNs, data::waitForRoom);
    Intake intake = new Intake(plan.types(), journaler);
    List<FileSource> sources = sources();
    boolean isComplete;
    try {
      Intake.Progress reporting = reporting(intake, sources, progress);
      isComplete =
          fold.recover(intake, sources, reporting, () -> isStopped)
              && (fold.hasEnded() || intake.run(sources, until, reporting));
      journaler.flush();
      data.alerts().flush();
    } finally {
      sources.forEach(FileSource::close);
    }
    return summary(isComplete, engine, intake, suppressor, sources, shown);
  }

  private Suppressor counting(long[] shown, Suppressor.Output output) {
    return new Suppressor(
        shown.length,
        (alert, held) -> {
          shown[alert.ruleIndex()]++;
          output.onAlert(alert, held);
        });
  }

  private List<FileSource> sources() {
    List<FileSource> sources = new ArrayList<>();
    for (Map.Entry<String, List<Path>> input : inputs.entrySet()) {
      sources.add(new FileSource(type(input.getKey()), input.getValue(), deadLetters));
    }
    return sources;
  }

  private Intake.Progress reporting(Intake intake, List<FileSource> sources, Progress progress) {
    long bytesTotal = sources.stream().mapToLong(FileSource::bytesTotal).sum();
    return position -> {
      if (position % PROGRESS_EVERY == 0) {
        progress.at(position, bytesRead(sources), bytesTotal);
        if (isStopped) {
          intake.stop();
        }
      }
    };
  }

  private static long bytesRead(List<FileSource> sources) {
    long read = 0;
    for (FileSource source : sources) {
      read += source.bytesRead();
    }
    return read;
  }

  private Summary summary(
      boolean isComplete,
      Engine engine,
      Intake intake,
      Suppressor suppressor,
      List<FileSource> sources,
      long[] shown) {
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
    for (int r = 0; r < shown.length; r++) {
      String name = plan.rules().get(r).name();
      alerts.put(name, shown[r]);
      heldBack.put(name, suppressor.heldBack(r));
      open.put(name, engine.openPartials(r));
      keyMissing.put(name, engine.keyMissing(r));
    }
    return new Summary(
        isComplete,
        intake.positions(),
        late,
        lateDropped,
        repeats,
        sources.stream().mapToLong(FileSource::rejected).sum(),
        engine.heldEvents(),
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
