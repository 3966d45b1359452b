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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.agrona.DirectBuffer;

/**
 * A rule set over files: sources to intake to engine to alerts, on the calling thread. The result
 * depends on rules and files alone.
 */
public final class FileRun {
  /** Live state unless told otherwise. */
  public static final long BUDGET_BYTES_DEFAULT = 4L << 30;

  /** Where a run stands; called after every record, cheap to ignore. */
  public interface Progress {
    void at(long events, long bytesRead, long bytesTotal);
  }

  /**
   * What a run did.
   *
   * @param alerts by rule name, in rule order; without those held back
   * @param heldBack by rule name: alerts that {@code suppress} held back
   * @param openPartials by rule name: partial matches that were open at the end
   */
  public record Summary(
      long events,
      long late,
      long repeats,
      long rejected,
      Map<String, Long> alerts,
      Map<String, Long> heldBack,
      Map<String, Long> openPartials,
      Map<String, Long> keyMissing) {}

  private final RuleSetPlan plan;
  private final Program program;
  private final Map<String, List<Path>> inputs;
  private final DeadLetters deadLetters;

  /**
   * @param inputs files by event type; their order decides between records of the same time
   */
  public FileRun(RuleSetPlan plan, Map<String, List<Path>> inputs, DeadLetters deadLetters) {
    this.plan = plan;
    this.program = Program.compile(plan);
    this.inputs = new LinkedHashMap<>(inputs);
    this.deadLetters = deadLetters;
  }

  /** Runs to the end of the files, then on to {@code until}. */
  public Summary run(OptionalLong until, Suppressor.Output output, Progress progress) {
    long[] shown = new long[plan.rules().size()];
    Suppressor suppressor =
        new Suppressor(
            plan.rules().size(),
            (alert, held) -> {
              shown[alert.ruleIndex()]++;
              output.onAlert(alert, held);
            });
    Engine engine = new Engine(program, suppressor, BUDGET_BYTES_DEFAULT);
    List<FileSource> sources = new ArrayList<>();
    long total = 0;
    for (Map.Entry<String, List<Path>> input : inputs.entrySet()) {
      FileSource source = new FileSource(type(input.getKey()), input.getValue(), deadLetters);
      total += source.bytesTotal();
      sources.add(source);
    }
    long bytesTotal = total;
    Intake intake =
        new Intake(
            plan.types(),
            new IntakeSink() {
              @Override
              public void onRecord(DirectBuffer buffer, int offset, int length, long watermarkNs) {
                engine.onRecord(buffer, offset, length, watermarkNs);
              }

              @Override
              public void onEnd(long finalTimeNs) {
                engine.onEnd(finalTimeNs);
              }
            });
    try {
      intake.run(
          sources,
          until,
          position -> {
            if ((position & 0xfff) == 0) {
              long read = 0;
              for (FileSource source : sources) {
                read += source.bytesRead();
              }
              progress.at(position, read, bytesTotal);
            }
          });
    } finally {
      sources.forEach(FileSource::close);
    }
    return summary(engine, intake, suppressor, sources, shown);
  }

  private Summary summary(
      Engine engine, Intake intake, Suppressor suppressor, List<FileSource> sources, long[] shown) {
    long late = 0;
    long repeats = 0;
    for (EventType type : plan.types()) {
      late += intake.late(type.typeId());
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
        intake.positions(),
        late,
        repeats,
        sources.stream().mapToLong(FileSource::rejected).sum(),
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
