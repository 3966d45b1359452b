package dev.weir.perf;

import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.engine.Program;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * {@code weir perf}: measures workloads on the engine alone. First each is compared with its oracle
 * over a short stream; then passes over all records in memory run in turn, a pass of each workload
 * and its null control after the other, so that what else the machine does meets all alike. CPU
 * time is that of the thread; compilers and collectors run on others.
 */
public final class Perf {
  private static final String USAGE =
      """
      usage: weir perf [--passes N] [--smoke] [WORKLOAD ...]
        WORKLOAD   an id or its beginning, such as W2 or W2-10k; none: a list of all
        --passes   measured passes of each, 3 to 1000 (default 9)
        --smoke    only compare engine and oracle over a short stream
      """;

  private final PrintStream out;

  private Perf(PrintStream out) {
    this.out = out;
  }

  /** Exits with 0, 64 for a mistake in the arguments, 1 if an answer was wrong. */
  public static void main(String[] args) {
    System.exit(new Perf(System.out).run(args));
  }

  private int run(String[] args) {
    int passes = 9;
    boolean smoke = false;
    List<String> wanted = new ArrayList<>();
    for (int i = 0; i < args.length; i++) {
      if (args[i].equals("--smoke")) {
        smoke = true;
      } else if (args[i].equals("--passes") && i + 1 < args.length && isPasses(args[i + 1])) {
        passes = Integer.parseInt(args[++i]);
      } else if (args[i].startsWith("-")) {
        System.err.print(USAGE);
        return 64;
      } else {
        wanted.add(args[i]);
      }
    }
    List<Workload> all = Workloads.all();
    if (wanted.isEmpty()) {
      out.print(USAGE);
      all.forEach(w -> out.printf("  %-12s %s%n", w.id(), w.about()));
      return 0;
    }
    List<Workload> chosen = new ArrayList<>();
    for (String id : wanted) {
      List<Workload> found = all.stream().filter(w -> w.id().startsWith(id)).toList();
      if (found.isEmpty()) {
        System.err.println("weir perf: no workload begins with " + id);
        return 64;
      }
      chosen.addAll(found);
    }
    try {
      for (Workload workload : chosen) {
        out.println(workload.id() + ": as the oracle: " + workload.check(workload.checked()));
      }
      if (!smoke) {
        measure(chosen, passes);
      }
    } catch (IllegalStateException e) {
      System.err.println("weir perf: " + e.getMessage());
      return 1;
    }
    return 0;
  }

  private static boolean isPasses(String text) {
    return text.matches("[0-9]{1,4}")
        && Integer.parseInt(text) >= 3
        && Integer.parseInt(text) <= 1_000;
  }

  /** A workload that is measured. */
  private static final class Lane {
    final Workload workload;
    final Program program;
    final Records records;
    final long dropSum;
    final String answer;
    final double[] engine;
    final double[] control;
    final double[] allocated;

    Lane(Workload workload, int passes) {
      this.workload = workload;
      RuleSetPlan plan = workload.plan();
      this.program = Program.compile(plan);
      this.records = Records.of(plan.types().get(0), workload.stream().draw(workload.events()));
      this.dropSum = records.drop();
      this.answer = Workload.run(program, records).toString(); // and warms
      this.engine = new double[passes];
      this.control = new double[passes];
      this.allocated = new double[passes];
    }

    void pass(int number) {
      long garbage = allocatedBytes();
      long cpu = cpuNs();
      Answer found = Workload.run(program, records);
      engine[number] = (double) (cpuNs() - cpu) / records.size();
      allocated[number] = (double) (allocatedBytes() - garbage) / records.size();
      if (!found.toString().equals(answer)) {
        throw new IllegalStateException(
            workload.id() + ": two passes found " + answer + " and " + found);
      }
      cpu = cpuNs();
      if (records.drop() != dropSum) {
        throw new IllegalStateException("the records changed while they were measured");
      }
      control[number] = (double) (cpuNs() - cpu) / records.size();
    }
  }

  private void measure(List<Workload> workloads, int passes) {
    List<Lane> lanes = new ArrayList<>();
    for (Workload workload : workloads) {
      lanes.add(new Lane(workload, passes));
    }
    for (int pass = 0; pass < passes; pass++) {
      for (Lane lane : lanes) {
        lane.pass(pass);
      }
    }
    OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
    out.printf(
        Locale.ROOT,
        "%nJVM %s %s, %d cores, load %.1f%n",
        Runtime.version(),
        ManagementFactory.getRuntimeMXBean().getInputArguments(),
        system.getAvailableProcessors(),
        system.getSystemLoadAverage());
    out.printf(
        "%-12s %12s %26s %18s %10s  %s%n",
        "workload", "events", "CPU ns/event", "read and dropped", "B/event", "answer");
    for (Lane lane : lanes) {
      out.printf(
          Locale.ROOT,
          "%-12s %,12d %8.1f [%7.1f %7.1f] %8.1f [%6.1f] %10.2f  %s%n",
          lane.workload.id(),
          lane.records.size(),
          median(lane.engine),
          least(lane.engine),
          most(lane.engine),
          median(lane.control),
          least(lane.control),
          median(lane.allocated),
          lane.answer);
    }
    for (int i = 1; i < lanes.size(); i++) {
      out.printf(
          Locale.ROOT,
          "%s / %s: %.2f (medians), %.2f (least)%n",
          lanes.get(i).workload.id(),
          lanes.get(0).workload.id(),
          median(lanes.get(i).engine) / median(lanes.get(0).engine),
          least(lanes.get(i).engine) / least(lanes.get(0).engine));
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static double least(double[] values) {
    return Arrays.stream(values).min().orElseThrow();
  }

  private static double most(double[] values) {
    return Arrays.stream(values).max().orElseThrow();
  }

  private static long cpuNs() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static long allocatedBytes() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }
}
