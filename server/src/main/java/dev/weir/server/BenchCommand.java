package dev.weir.server;

import dev.weir.alerts.Suppressor;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.engine.Engine;
import dev.weir.engine.Program;
import dev.weir.event.EventType;
import dev.weir.ingest.FileSource;
import dev.weir.ingest.InputException;
import dev.weir.ingest.Intake;
import dev.weir.ingest.IntakeSink;
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
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.agrona.DirectBuffer;
import org.agrona.collections.LongArrayList;
import org.agrona.concurrent.UnsafeBuffer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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

  @Option(names = "--repeat", paramLabel = "N", description = "Measured passes (default 9).")
  private int repeat = 9;

  @Option(names = "--warm", paramLabel = "N", description = "Passes before (default 4).")
  private int warm = 4;

  @Spec private CommandSpec spec = CommandSpec.create();

  /** Records of a run, as the intake gave them out. */
  private static final class Records implements IntakeSink {
    private static final int CHUNK = 1 << 24;
    final List<UnsafeBuffer> chunks = new ArrayList<>();
    final LongArrayList places = new LongArrayList(); // chunk (high) | offset (low)
    final LongArrayList watermarks = new LongArrayList();
    private int used = CHUNK;
    long endNs;

    @Override
    public void onRecord(DirectBuffer buffer, int offset, int length, long watermarkNs) {
      if (used + length > CHUNK) {
        chunks.add(new UnsafeBuffer(ByteBuffer.allocateDirect(CHUNK)));
        used = 0;
      }
      chunks.get(chunks.size() - 1).putBytes(used, buffer, offset, length);
      places.addLong((long) (chunks.size() - 1) << 32 | used);
      watermarks.addLong(watermarkNs);
      used += length;
    }

    @Override
    public void onEnd(long finalTimeNs) {
      endNs = finalTimeNs;
    }
  }

  /** Counts and digests alerts. */
  private static final class Digest implements Suppressor.Output {
    long count;
    long sum;
    long xor;

    @Override
    public void onAlert(dev.weir.engine.AlertView alert, long suppressed) {
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
    double[] engine = new double[repeat];
    double[] control = new double[repeat];
    double[] bytes = new double[repeat];
    double[] allocated = new double[repeat];
    String digest = "";
    for (int pass = -warm; pass < repeat; pass++) {
      Digest found = new Digest();
      long cpu = cpuNs();
      long before = allocatedBytes();
      evaluate(program, plan.get(), records, found);
      long spent = cpuNs() - cpu;
      long garbage = allocatedBytes() - before;
      if (!digest.isEmpty() && !digest.equals(found.toString())) {
        throw new IllegalStateException(
            "two passes gave different alerts: " + digest + ", " + found);
      }
      digest = found.toString();
      cpu = cpuNs();
      long sum = drop(records);
      long dropped = cpuNs() - cpu;
      cpu = cpuNs();
      if (pass >= 0) {
        read(plan.get(), new Nothing());
      }
      long decoded = cpuNs() - cpu;
      if (pass >= 0) {
        engine[pass] = (double) spent / events;
        control[pass] = (double) dropped / events;
        bytes[pass] = (double) decoded / events;
        allocated[pass] = (double) garbage / events;
      }
      if (sum == 42) {
        out.print(""); // the sum is used
      }
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
  private static final class Nothing implements IntakeSink {
    @Override
    public void onRecord(DirectBuffer buffer, int offset, int length, long watermarkNs) {}

    @Override
    public void onEnd(long finalTimeNs) {}
  }

  private static void evaluate(Program program, RuleSetPlan plan, Records records, Digest digest) {
    Engine engine = new Engine(program, new Suppressor(plan.rules().size(), digest), 8L << 30);
    for (int i = 0; i < records.places.size(); i++) {
      long place = records.places.getLong(i);
      engine.onRecord(
          records.chunks.get((int) (place >>> 32)), (int) place, 0, records.watermarks.getLong(i));
    }
    engine.onEnd(records.endNs);
  }

  private static long drop(Records records) {
    long sum = 0;
    for (int i = 0; i < records.places.size(); i++) {
      long place = records.places.getLong(i);
      UnsafeBuffer chunk = records.chunks.get((int) (place >>> 32));
      sum += chunk.getLong((int) place + 24);
    }
    return sum;
  }

  private void read(RuleSetPlan plan, IntakeSink sink) {
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
    new Intake(plan.types(), sink).run(sources, OptionalLong.empty(), position -> {});
    sources.forEach(FileSource::close);
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
