package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.FileRun;
import dev.weir.alerts.Alert;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.rules.RuleSetLoader;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Counted facts of the data sets and workloads in {@code shared}, beside the repository. */
class SharedFactsTest {
  private static final Path SHARED = Path.of(System.getProperty("weir.shared", "shared"));
  private static final Path FACTS =
      Path.of(System.getProperty("weir.home", ".."), "samples", "facts");

  @TempDir Path folder;

  /** Alerts of a run: a count and the sum of the field {@code checksum}. */
  private static final class Tally {
    long count;
    long checksum;
    long largest;

    private static final Pattern NUMBER =
        Pattern.compile("\"(?<field>checksum|payments)\":\"(?<value>-?\\d+)\"");

    void add(Alert alert) {
      count++;
      Matcher numbers = NUMBER.matcher(alert.json());
      while (numbers.find()) {
        long value = Long.parseLong(numbers.group("value"));
        if (numbers.group("field").equals("checksum")) {
          checksum += value;
        } else {
          largest = Math.max(largest, value);
        }
      }
    }
  }

  private static FileRun.Summary run(
      RuleSetPlan plan, String type, List<Path> files, OptionalLong until, Tally tally) {
    FileRun run =
        new FileRun(
            plan,
            Map.of(type, files),
            (t, file, line, raw, length, reason) -> {
              throw new AssertionError(file + ":" + line + ": " + reason);
            });
    return run.run(until, tally::add, (events, read, total) -> {});
  }

  private static RuleSetPlan plan(String rules) throws IOException {
    return RuleSetLoader.load(FACTS.resolve(rules)).plan().orElseThrow();
  }

  private static Path shared(String path) {
    Path found = SHARED.resolve(path);
    assumeTrue(Files.exists(found), () -> "skipped: no shared/" + path + " (see -Dweir.shared)");
    return found;
  }

  @Test
  void shouldCountTheFactsOfAllCardHandbookPayments() throws IOException {
    Path data = shared("data/card-handbook");
    List<Path> files;
    try (Stream<Path> all = Files.list(data)) {
      files =
          all.filter(p -> p.getFileName().toString().startsWith("transactions-")).sorted().toList();
    }
    Tally tally = new Tally();
    FileRun.Summary summary =
        run(plan("card-handbook.weir"), "Payment", files, OptionalLong.empty(), tally);
    assertThat(summary.events()).isEqualTo(1_754_155);
    assertThat(summary.alerts())
        .containsEntry("above_220", 3_258L)
        .containsEntry("ten_a_day", 7_481L)
        .containsEntry("thousand_a_day", 2_553L)
        .containsEntry("three_terminals", 18_167L)
        .containsEntry("four_times_the_mean", 2_508L);
    assertThat(tally.largest).isEqualTo(16);
  }

  @Test
  void shouldCountTheBurstsOfAmlsim() throws IOException {
    String[] names = {"fanin", "cycle", "mixed"};
    long[] third = {368, 384, 748};
    long[] later = {947, 985, 1_886};
    for (int i = 0; i < names.length; i++) {
      Path file = shared("data/amlsim-20k/transactions-" + names[i] + ".csv.gz");
      FileRun.Summary summary =
          run(plan("amlsim.weir"), "Transfer", List.of(file), OptionalLong.empty(), new Tally());
      assertThat(summary.alerts())
          .as(names[i])
          .containsEntry("third_of_a_day", third[i])
          .containsEntry("third_or_later", later[i]);
    }
  }

  // ---- workloads of the comparison with peers
  // -----------------------------------------------------

  private record Fact(String workload, int events, long matches, long checksum) {}

  @Test
  void shouldGiveTheMatchesOfPeersP2() throws Exception {
    check(
        "peers-p2.weir",
        new Fact("P2", 50_000, 123, 3354799),
        new Fact("P2", 200_000, 677, 73583233),
        new Fact("P2", 500_000, 1_894, 501389668),
        new Fact("P2", 1_000_000, 3_938, 2038758246));
  }

  @Test
  void shouldGiveTheMatchesOfPeersP4() throws Exception {
    check(
        "peers-p4.weir",
        new Fact("P4", 50_000, 577, 20247505),
        new Fact("P4", 200_000, 1_091, 145352818),
        new Fact("P4", 500_000, 2_061, 607867475),
        new Fact("P4", 1_000_000, 3_798, 2123635819));
  }

  @Test
  void shouldGiveTheMatchesOfPeersP5() throws Exception {
    check(
        "peers-p5.weir",
        new Fact("P5", 200_000, 657, 89306222),
        new Fact("P5", 500_000, 1_917, 546254208),
        new Fact("P5", 1_000_000, 4_401, 2435309726L),
        new Fact("P5", 2_000_000, 9_121, 9522689753L));
  }

  @Test
  void shouldGiveTheMatchesOfPeersP6() throws Exception {
    Path all = p6(1000);
    checkPlan(all, new Fact("P6", 5_000, 4_999, 19953835));
    checkPlan(all, new Fact("P6", 20_000, 30_204, 351923093));
    checkPlan(all, new Fact("P6", 100_000, 221_583, 12073816350L));
    Path hundred = p6(100);
    checkPlan(hundred, new Fact("P6-100", 20_000, 3_380, 37366586));
    checkPlan(hundred, new Fact("P6-100", 100_000, 24_650, 1341283572));
  }

  @Test
  void shouldGiveTheMatchesOfPeersP7() throws Exception {
    long[][] facts = {
      {100, 2_000, 8_410, 101761704L},
      {100, 3_000, 12_777, 220023302L},
      {200, 3_000, 52_433, 919162476L},
      {400, 3_000, 205_863, 3702302334L},
      {100, 10_000, 46_744, 2582122149L},
      {200, 10_000, 190_305, 10538097839L},
      {400, 10_000, 750_579, 41855428214L}
    };
    String text = Files.readString(FACTS.resolve("peers-p7.weir"));
    for (long[] fact : facts) {
      Path rules = folder.resolve("p7-" + fact[0] + ".weir");
      String shorter = text.replaceFirst("within +400ms", "within " + fact[0] + "ms");
      assertThat(shorter).contains("within " + fact[0] + "ms");
      Files.writeString(rules, shorter);
      checkPlan(rules, new Fact("P7-" + fact[0], (int) fact[1], fact[2], fact[3]));
    }
  }

  /** P2 as n rules with their own limits. */
  private Path p6(int rules) throws IOException {
    String p2 = Files.readString(FACTS.resolve("peers-p2.weir"));
    String event = p2.substring(0, p2.indexOf("rule p2"));
    StringBuilder text = new StringBuilder(event);
    for (int i = 0; i < rules; i++) {
      text.append(
          String.format(
              java.util.Locale.ROOT,
              """
              rule r%04d {
                by card
                match s: E {3} where amount < %.2f then b: E where amount > %d
                within 10m
                after match restart
                alert "" { checksum: b.seq + %d }
              }
              """,
              i,
              2 + 0.25 * (i % 20),
              300 + 20 * (i / 20 % 50),
              i));
    }
    Path file = folder.resolve("p6-" + rules + ".weir");
    Files.writeString(file, text);
    return file;
  }

  private void check(String rules, Fact... facts) throws Exception {
    for (Fact fact : facts) {
      checkPlan(FACTS.resolve(rules), fact);
    }
  }

  private void checkPlan(Path rules, Fact fact) throws Exception {
    RuleSetPlan plan = RuleSetLoader.load(rules).plan().orElseThrow();
    Path file = folder.resolve(fact.workload() + "-" + fact.events() + ".csv");
    long lastMs = dump(fact.workload(), fact.events(), file);
    long untilNs = Instant.ofEpochMilli(lastMs).plusSeconds(7200).getEpochSecond() * 1_000_000_000L;
    Tally tally = new Tally();
    run(plan, "E", List.of(file), OptionalLong.of(untilNs), tally);
    assertThat(List.of(tally.count, tally.checksum))
        .as("%s of %,d events", fact.workload(), fact.events())
        .isEqualTo(List.of(fact.matches(), fact.checksum()));
    Files.delete(file);
  }

  /** Writes the events of the harness's own generator; returns the time of the last. */
  private long dump(String workload, int count, Path file) throws Exception {
    Path core = shared("peers/core/src/main/java/peers");
    Path classes = folder.resolve("classes");
    if (!Files.exists(classes)) {
      Files.createDirectory(classes);
      int code =
          ToolProvider.getSystemJavaCompiler()
              .run(
                  null,
                  null,
                  null,
                  "-d",
                  classes.toString(),
                  core.resolve("Workload.java").toString(),
                  core.resolve("Event.java").toString());
      assertThat(code).isZero();
    }
    try (URLClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL()});
        PrintWriter out = new PrintWriter(Files.newBufferedWriter(file))) {
      Class<?> type = loader.loadClass("peers.Workload");
      Object made = type.getMethod("of", String.class).invoke(null, workload);
      Object events = type.getMethod("generate", int.class).invoke(made, count);
      String[] names = {"ts", "seq", "cardId", "amount", "merchant", "country", "type"};
      Class<?> event = loader.loadClass("peers.Event");
      Field[] fields = new Field[names.length];
      for (int i = 0; i < names.length; i++) {
        fields[i] = event.getField(names[i]);
      }
      out.println(String.join(",", names));
      long last = 0;
      StringBuilder line = new StringBuilder();
      for (int e = 0; e < count; e++) {
        Object one = Array.get(events, e);
        line.setLength(0);
        for (Field field : fields) {
          line.append(line.length() == 0 ? "" : ",").append(field.get(one));
        }
        out.println(line);
        last = fields[0].getLong(one);
      }
      return last;
    }
  }

  @Test
  void shouldFindTheSequencesOfCloudtrailInArrivalOrder() throws Exception {
    Path events = shared("data/cloudtrail-stratus/events.jsonl.gz");
    List<String> lines = new ArrayList<>();
    try (var in =
        new java.io.BufferedReader(
            new java.io.InputStreamReader(
                new java.util.zip.GZIPInputStream(Files.newInputStream(events)),
                java.nio.charset.StandardCharsets.UTF_8))) {
      in.lines().forEach(lines::add);
    }
    java.util.regex.Pattern arrival = java.util.regex.Pattern.compile("\"arrival_seq\":(\\d+)");
    List<String> sorted =
        IntStream.range(0, lines.size())
            .boxed()
            .sorted(
                java.util.Comparator.comparingLong(
                    i -> {
                      var found = arrival.matcher(lines.get(i));
                      assertThat(found.find()).isTrue();
                      return Long.parseLong(found.group(1));
                    }))
            .map(lines::get)
            .toList();
    Path file = folder.resolve("arrival.jsonl");
    Files.write(file, sorted);
    List<String> alerts = new ArrayList<>();
    RuleSetPlan plan = plan("cloudtrail.weir");
    FileRun run =
        new FileRun(
            plan,
            Map.of("Call", List.of(file)),
            (t, f, line, raw, length, reason) -> {
              throw new AssertionError(line + ": " + reason);
            });
    FileRun.Summary summary =
        run.run(
            OptionalLong.empty(),
            alert -> alerts.add(alert.rule() + " " + alert.text()),
            (n, read, total) -> {});
    assertThat(summary.late()).isZero();
    System.out.println("cloudtrail alerts: " + String.join("\n  ", alerts));
    assertThat(alerts)
        .anyMatch(a -> a.contains("lab-ec2-get-password-data-role") && a.contains("29 failures"))
        .anyMatch(a -> a.contains("lab-get-usr-data-role"))
        .anyMatch(a -> a.startsWith("read_all_secrets operator1"))
        .anyMatch(a -> a.startsWith("new_admin_with_key operator1"));
  }
}
