package dev.weir.server;

import dev.weir.alerts.Suppressor;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.engine.AlertSink;
import dev.weir.engine.AlertView;
import dev.weir.engine.Engine;
import dev.weir.engine.Program;
import dev.weir.event.EventReader;
import dev.weir.event.EventType;
import dev.weir.ingest.FileSource;
import dev.weir.ingest.FiniteSources;
import dev.weir.ingest.InputException;
import dev.weir.ingest.Intake;
import dev.weir.ingest.SourceSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.collections.IntArrayList;
import org.agrona.collections.LongArrayList;
import org.agrona.concurrent.UnsafeBuffer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weir bench}: the engine alone, on one thread, over records in memory. */
@Command(
    name = "bench",
    description = "Measure the engine alone over records in memory.",
    footer = {
      "",
      "Examples:",
      "  weir bench --rules rules --input Payment=april.csv.gz",
      "  weir bench --rules rules/p2.weir --input E=p2.csv --repeat 20"
    })
final class BenchCommand implements Callable<Integer> {
  private static final long BUDGET_BYTES = 8L << 30;

  @Option(
      names = "--rules",
      required = true,
      paramLabel = "PATH",
      description = "A rule file or folder.")
  private Path rules = Path.of(".");

  @Option(
      names = "--input",
      required = true,
      paramLabel = "TYPE=FILE[,FILE]",
      description = "Files of an event type.")
  private Map<String, String> inputs = new LinkedHashMap<>();

  @Option(
      names = "--repeat",
      paramLabel = "N",
      description = "Measured passes over the events, at least 1 (default 9).")
  private int repeat = 9;

  @Option(
      names = "--warm",
      paramLabel = "SECONDS",
      description = "CPU time of the passes before, at least two of them (default 3).")
  private int warmSeconds = 3;

  @Spec private CommandSpec spec = CommandSpec.create();

  /** Takes stamped records in order of position. */
  private interface Sink {
    void onRecord(DirectBuffer buffer, int offset, int length, long watermarkNs);

    void onEnd(long finalTimeNs);
  }

  /** Records of a run, as the intake gave them out. */
  private static final class Records implements Sink {
    private static final int CHUNK = 1 << 24;
    final List<UnsafeBuffer> chunks = new ArrayList<>();
    final LongArrayList places = new LongArrayList(); // chunk (high) | offset (low)
    final IntArrayList lengths = new IntArrayList();
    final LongArrayList watermarks = new LongArrayList();
    private final EventReader reader = new EventReader();
    private int used = CHUNK;
    long timesSum;
    long endNs;

    @Override
    public void onRecord(DirectBuffer buffer, int offset, int length, long watermarkNs) {
      if (used + length > CHUNK) {
        chunks.add(new UnsafeBuffer(ByteBuffer.allocateDirect(CHUNK)));
        used = 0;
      }
      chunks.get(chunks.size() - 1).putBytes(used, buffer, offset, length);
      places.addLong((long) (chunks.size() - 1) << 32 | used);
      lengths.addInt(length);
      timesSum += reader.wrap(buffer, offset).timeNs();
      watermarks.addLong(watermarkNs);
      used += length;
    }

    @Override
    public void onEnd(long finalTimeNs) {
      endNs = finalTimeNs;
    }
  }

  /** Counts and digests alerts, whatever their order. */
  private static final class Digest implements AlertSink {
    long count;
    long sum;
    long xor;

    @Override
    public void onAlert(AlertView alert) {
      long hash = Suppressor.digest(alert);
      count++;
      sum += hash;
      xor ^= hash;
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "matches=%d digest=%016x%016x", count, sum, xor);
    }
  }

  @Override
  public Integer call() throws IOException {
    if (repeat < 1 || warmSeconds < 0) {
      throw new ParameterException(
          spec.commandLine(), "--repeat must be at least 1 and --warm at least 0");
    }
    PrintWriter out = spec.commandLine().getOut();
    Optional<RuleSetPlan> plan = Plans.load(rules, spec.commandLine().getErr());
    if (plan.isEmpty()) {
      return ExitCode.FINDINGS;
    }
    Records records = new Records();
    read(plan.get(), records);
    Program program = Program.compile(plan.get());
    int events = records.places.size();
    if (events == 0) {
      throw new InputException("no events to measure");
    }
    String digest = warm(program, records);
    double[] engine = new double[repeat];
    double[] allocated = new double[repeat];
    double[] control = new double[repeat];
    double[] bytes = new double[repeat];
    for (int pass = 0; pass < repeat; pass++) {
      Digest found = new Digest();
      long garbage = allocatedBytes();
      long cpu = cpuNs();
      evaluate(program, records, found);
      engine[pass] = (double) (cpuNs() - cpu) / events;
      allocated[pass] = (double) (allocatedBytes() - garbage) / events;
      check(digest, found);

      cpu = cpuNs();
      long sum = drop(records); // it is used, or else the loop would be optimised away
      control[pass] = (double) (cpuNs() - cpu) / events;
      if (sum != records.timesSum) {
        throw new IllegalStateException("the records changed while they were measured");
      }

      cpu = cpuNs();
      read(plan.get(), new Nothing());
      bytes[pass] = (double) (cpuNs() - cpu) / events;
    }
    out.printf(Locale.ROOT, "%,d events, %s%n", events, digest);
    print(out, "engine, CPU ns/event", engine);
    print(out, "records read and dropped", control);
    print(out, "decoding from the files", bytes);
    print(out, "allocated bytes/event (with a fresh engine)", allocated);
    out.println(
        "JVM "
            + Runtime.version()
            + " "
            + ManagementFactory.getRuntimeMXBean().getInputArguments());
    return ExitCode.OK;
  }

  /** Takes records and does nothing. */
  private static final class Nothing implements Sink {
    @Override
    public void onRecord(DirectBuffer buffer, int offset, int length, long watermarkNs) {}

    @Override
    public void onEnd(long finalTimeNs) {}
  }

  /** Passes until the compilers have had their time; returns what each must find. */
  private String warm(Program program, Records records) {
    String digest = "";
    long end = cpuNs() + warmSeconds * 1_000_000_000L;
    for (int pass = 0; pass < 2 || cpuNs() < end; pass++) {
      Digest found = new Digest();
      evaluate(program, records, found);
      if (pass > 0) {
        check(digest, found);
      }
      if (drop(records) != records.timesSum) {
        throw new IllegalStateException("the records changed while they were measured");
      }
      digest = found.toString();
    }
    return digest;
  }

  private static void check(String digest, Digest found) {
    if (!digest.equals(found.toString())) {
      throw new IllegalStateException("two passes gave different alerts: " + digest + ", " + found);
    }
  }

  private static void evaluate(Program program, Records records, Digest digest) {
    Engine engine = new Engine(program, digest, BUDGET_BYTES);
    for (int i = 0; i < records.places.size(); i++) {
      long place = records.places.getLong(i);
      engine.onRecord(
          records.chunks.get((int) (place >>> 32)),
          (int) place,
          records.lengths.getInt(i),
          records.watermarks.getLong(i));
    }
    engine.onEnd(records.endNs);
  }

  /** Reads the time of each record and drops it. */
  private static long drop(Records records) {
    EventReader reader = new EventReader();
    long sum = 0;
    for (int i = 0; i < records.places.size(); i++) {
      long place = records.places.getLong(i);
      sum += reader.wrap(records.chunks.get((int) (place >>> 32)), (int) place).timeNs();
    }
    return sum;
  }

  private void read(RuleSetPlan plan, Sink sink) {
    List<FileSource> sources = new ArrayList<>();
    inputs.forEach(
        (name, files) -> {
          EventType type =
              plan.types().stream()
                  .filter(t -> t.name().equals(name))
                  .findFirst()
                  .orElseThrow(
                      () -> new InputException("the rules declare no event type `" + name + "`"));
          sources.add(
              new FileSource(
                  type,
                  Arrays.stream(files.split(",", -1)).map(Path::of).toList(),
                  (t, file, line, raw, length, reason) -> {
                    throw new InputException(file + ":" + line + ": " + reason);
                  }));
        });
    try {
      Intake intake =
          new Intake(
              plan.types(),
              sources.stream()
                  .map(s -> SourceSpec.finite(s.type().name(), s.type().latenessNs()))
                  .toList());
      FiniteSources files =
          new FiniteSources(sources, 0, Long.MIN_VALUE, true, judged(intake, sink));
      files.start();
      while (!files.isDone()) {
        files.doWork();
      }
    } finally {
      sources.forEach(FileSource::close);
    }
  }

  /** What the journaler does, without ring and journal. */
  private static FiniteSources.Sink judged(Intake intake, Sink sink) {
    return new FiniteSources.Sink() {
      @Override
      public boolean offer(MutableDirectBuffer buffer, int length) {
        sink.onRecord(buffer, 0, length, intake.take(buffer, 0, 0));
        return true;
      }

      @Override
      public boolean offerSourceEnd(int source) {
        intake.endOfSource(source);
        return true;
      }

      @Override
      public boolean offerStreamEnd(long untilNs) {
        sink.onEnd(intake.endOfStream(untilNs));
        return true;
      }
    };
  }

  private static void print(PrintWriter out, String what, double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    out.printf(
        Locale.ROOT,
        "%-44s median %8.1f  min %8.1f  max %8.1f%n",
        what,
        sorted[sorted.length / 2],
        sorted[0],
        sorted[sorted.length - 1]);
  }

  private static long cpuNs() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static long allocatedBytes() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }
}
