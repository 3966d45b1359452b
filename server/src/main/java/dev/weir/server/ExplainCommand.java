package dev.weir.server;

import dev.weir.DataFolder;
import dev.weir.JournalTrace;
import dev.weir.RuleSetHistory;
import dev.weir.alerts.AlertExport;
import dev.weir.dsl.diagnostic.Code;
import dev.weir.dsl.diagnostic.Explanation;
import dev.weir.dsl.diagnostic.NearNames;
import dev.weir.dsl.plan.RulePlan;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.engine.TraceEntry;
import dev.weir.engine.TraceEntry.Kind;
import dev.weir.rules.Deployment;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir explain}: a code, an alert, or why there was none. */
@Command(
    name = "explain",
    description = "Say what a code of `weir check` means, why an alert came, or why none came.",
    footer = {
      "",
      "An alert, and --why-not, fold the journal of a data folder once more for one rule, with the",
      "rule sets in the journal or those that are given; the running engine is not touched.",
      "  weir explain ALERT --data FOLDER [--rules PATH]",
      "  weir explain --why-not RULE --key KEY --data FOLDER [--rules PATH]",
      "",
      "Examples:",
      "  weir explain W0301",
      "  weir explain   # lists all codes"
    })
final class ExplainCommand implements Callable<Integer> {
  private static final Pattern ALERT_ID = Pattern.compile("[0-9a-f]{32}");
  private static final Pattern EVENT_POSITION = Pattern.compile("\"position\":\"([0-9]+)\"");

  @Parameters(
      paramLabel = "CODE|ALERT",
      arity = "0..1",
      description = "Such as W0301, or the id of an alert; without it, all codes.")
  private String what = "";

  @Option(
      names = "--why-not",
      paramLabel = "RULE",
      description = "Say what became of the partial matches of this rule.")
  private Optional<String> whyNot = Optional.empty();

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "Only of this key: its parts with commas between them.")
  private Optional<String> key = Optional.empty();

  @Option(names = "--from", paramLabel = "TIME", description = "From this time on (ISO 8601).")
  private Optional<String> from = Optional.empty();

  @Option(names = "--to", paramLabel = "TIME", description = "Before this time (ISO 8601).")
  private Optional<String> to = Optional.empty();

  @Option(names = "--data", paramLabel = "FOLDER", description = "The folder of `weir run --data`.")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--rules",
      paramLabel = "PATH",
      description = "These rules instead of those in the journal.")
  private Optional<Path> rules = Optional.empty();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    if (whyNot.isPresent()) {
      return whyNot(whyNot.get());
    }
    if (ALERT_ID.matcher(what).matches()) {
      return alert();
    }
    return code();
  }

  private int code() {
    PrintWriter out = spec.commandLine().getOut();
    if (what.isEmpty()) {
      for (Code known : Code.values()) {
        out.println(known + "  " + known.summary());
      }
      return ExitCode.OK;
    }
    String wanted = what.toUpperCase(Locale.ROOT);
    Optional<Code> known =
        Arrays.stream(Code.values()).filter(c -> c.name().equals(wanted)).findFirst();
    if (known.isEmpty()) {
      List<String> near =
          NearNames.of(wanted, Arrays.stream(Code.values()).map(Code::name).toList());
      String help = near.isEmpty() ? "" : "; did you mean `" + near.get(0) + "`?";
      throw new ParameterException(spec.commandLine(), "no code is called `" + what + "`" + help);
    }
    out.print(Explanation.of(known.get()));
    return ExitCode.OK;
  }

  // ---- traces -----------------------------------------------------------------------------------

  private Path needed(Optional<Path> option, String name) {
    return option.orElseThrow(
        () ->
            new ParameterException(
                spec.commandLine(), "an alert, and --why-not, need `" + name + "`"));
  }

  /** Nothing where the rules that are given have mistakes, which are told. */
  private Optional<List<TraceEntry>> trace(
      Path folder, String rule, Predicate<String> ofKey, Predicate<TraceEntry> isWanted)
      throws IOException {
    if (rules.isEmpty()) {
      checkName(rule, RuleSetHistory.last(folder).map(Deployment::names).orElse(List.of(rule)));
      return Optional.of(JournalTrace.asDeployed(folder, rule, ofKey, isWanted));
    }
    Optional<RuleSetPlan> plan = Plans.load(rules.get(), spec.commandLine().getErr());
    plan.ifPresent(p -> checkName(rule, p.rules().stream().map(RulePlan::name).toList()));
    return plan.map(p -> JournalTrace.of(folder, p, rule, ofKey, isWanted));
  }

  private void checkName(String name, List<String> known) {
    if (!known.contains(name)) {
      List<String> near = NearNames.of(name, known);
      String help = near.isEmpty() ? "" : "; did you mean `" + near.get(0) + "`?";
      throw new ParameterException(spec.commandLine(), "no rule is called `" + name + "`" + help);
    }
  }

  /** How the match of an alert began, went on and ended. */
  private int alert() throws IOException {
    Path folder = needed(data, "--data FOLDER");
    String[] found = new String[2];
    AlertExport.run(
        DataFolder.alertsOf(folder),
        alert -> {
          if (alert.id().equals(what)) {
            found[0] = alert.rule();
            found[1] = alert.json();
          }
        });
    if (found[0] == null) {
      throw new ParameterException(spec.commandLine(), "no alert of " + folder + " has this id");
    }
    List<Long> positions = new ArrayList<>();
    Matcher events = EVENT_POSITION.matcher(found[1]);
    while (events.find()) {
      positions.add(Long.parseLong(events.group(1)));
    }
    Optional<List<TraceEntry>> traced =
        trace(
            folder,
            found[0],
            k -> true,
            entry -> !entry.kind().isReason() && isOf(entry, positions));
    if (traced.isEmpty()) {
      return ExitCode.FINDINGS;
    }
    List<TraceEntry> entries = traced.get();
    PrintWriter out = spec.commandLine().getOut();
    out.println("rule " + found[0]);
    entries.forEach(entry -> print(out, entry));
    return ExitCode.OK;
  }

  /** Whether the entry tells how the match with these events, in order, came so far. */
  private static boolean isOf(TraceEntry entry, List<Long> positions) {
    List<Long> taken = entry.taken().stream().map(TraceEntry.Taken::position).toList();
    if (entry.kind() == Kind.ALERTED) {
      return taken.equals(positions)
          || (taken.isEmpty() && positions.equals(List.of(entry.position())));
    }
    return taken.size() < positions.size()
        && taken.equals(positions.subList(0, taken.size()))
        && positions.get(taken.size()) == entry.position();
  }

  /** What became of partial matches, and before that the one that came furthest. */
  private int whyNot(String name) throws IOException {
    Path folder = needed(data, "--data FOLDER");
    long fromNs = time(from).orElse(Long.MIN_VALUE);
    long toNs = time(to).orElse(Long.MAX_VALUE);
    Optional<String> wanted = key.map(ExplainCommand::plain);
    Optional<List<TraceEntry>> traced =
        trace(
            folder,
            name,
            k -> wanted.isEmpty() || plain(k).equals(wanted.get()) || k.isEmpty(),
            entry -> entry.timeNs() >= fromNs && entry.timeNs() < toNs);
    if (traced.isEmpty()) {
      return ExitCode.FINDINGS;
    }
    List<TraceEntry> entries = traced.get();
    PrintWriter out = spec.commandLine().getOut();
    Optional<TraceEntry> closest =
        entries.stream()
            .filter(entry -> entry.kind().isReason())
            .max(Comparator.comparingInt(entry -> entry.taken().size()));
    out.println("rule " + name + key.map(k -> ", key " + k).orElse(""));
    entries.forEach(entry -> print(out, entry));
    long alerts = entries.stream().filter(entry -> entry.kind() == Kind.ALERTED).count();
    out.println(alerts + (alerts == 1 ? " alert" : " alerts"));
    if (closest.isPresent()) {
      out.println("the closest miss:");
      print(out, closest.get());
    }
    return ExitCode.OK;
  }

  /** A key as it is compared: without quotes and spaces. */
  private static String plain(String text) {
    return text.replace("\"", "").replace(" ", "");
  }

  private Optional<Long> time(Optional<String> text) {
    try {
      return text.map(Instant::parse)
          .map(
              t ->
                  Math.addExact(
                      Math.multiplyExact(t.getEpochSecond(), 1_000_000_000L), t.getNano()));
    } catch (DateTimeException | ArithmeticException e) {
      throw new ParameterException(
          spec.commandLine(), "not a time: " + text.orElse("") + " (such as 2026-05-01T12:00:00Z)");
    }
  }

  private static void print(PrintWriter out, TraceEntry entry) {
    StringBuilder line = new StringBuilder("  ").append(shown(entry.timeNs())).append("  ");
    if (entry.position() != TraceEntry.NO_EVENT) {
      line.append('#').append(entry.position()).append("  ");
    }
    for (TraceEntry.Taken taken : entry.taken()) {
      line.append(taken.name()).append('#').append(taken.position()).append(' ');
    }
    out.println(line.append(entry.text()));
  }

  private static String shown(long timeNs) {
    return Instant.ofEpochSecond(
            Math.floorDiv(timeNs, 1_000_000_000L), Math.floorMod(timeNs, 1_000_000_000L))
        .toString();
  }
}
