package dev.weir.rules;

import dev.weir.dsl.plan.PlanText;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.dsl.plan.RuleSetPlan.Expectation;
import dev.weir.dsl.plan.RuleSetPlan.Reason;
import dev.weir.dsl.plan.RuleSetPlan.TestPlan;
import dev.weir.engine.AlertView;
import dev.weir.engine.TraceEntry;
import dev.weir.engine.TraceEntry.Kind;
import dev.weir.engine.TraceEntry.Taken;
import dev.weir.engine.TracePart;
import dev.weir.engine.TraceSink;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The trace of one test: of the rules that it is for. */
final class TestTrace implements TraceSink {
  private final RuleSetPlan plan;
  private final TestPlan test;
  private final Coverage coverage;
  private final List<TraceEntry> entries = new ArrayList<>();

  TestTrace(RuleSetPlan plan, TestPlan test, Coverage coverage) {
    this.plan = plan;
    this.test = test;
    this.coverage = coverage;
  }

  @Override
  public boolean wants(int rule, String key) {
    return test.rules().contains(plan.rules().get(rule).name());
  }

  @Override
  public void onEntry(TraceEntry entry) {
    entries.add(entry);
  }

  @Override
  public void onPart(TracePart part, boolean held) {
    coverage.add(part, held);
  }

  /** An alert was held back by {@code suppress}. */
  void suppressed(AlertView alert) {
    if (wants(alert.ruleIndex(), "")) {
      String duration = PlanText.duration(alert.rule().suppress().orElseThrow().durationNs());
      add(
          Kind.SUPPRESSED,
          alert.ruleIndex(),
          alert.timeNs(),
          TraceEntry.NO_EVENT,
          ": less than " + duration + " after an alert that was shown");
    }
  }

  /** An event was dropped since its id came before. */
  void repeat(long timeNs, long position) {
    for (String rule : test.rules()) {
      int number = plan.rules().stream().map(r -> r.name()).toList().indexOf(rule);
      add(Kind.REPEAT, number, timeNs, position, ": the id of the event came before");
    }
  }

  private void add(Kind kind, int rule, long timeNs, long position, String text) {
    entries.add(new TraceEntry(kind, rule, "", timeNs, position, List.of(), kind.word() + text));
  }

  List<TraceEntry> entries() {
    return entries;
  }

  /** An entry as the story of a test shows it. */
  String line(TraceEntry entry) {
    StringBuilder line = new StringBuilder();
    if (test.rules().size() > 1) {
      line.append(plan.rules().get(entry.rule()).name()).append(": ");
    }
    for (Taken taken : entry.taken()) {
      line.append(taken.name())
          .append('@')
          .append(PlanText.duration(taken.timeNs() - test.startNs()))
          .append(' ');
    }
    return line.append(entry.text()).toString();
  }

  /** What the test says about reasons and is not so. */
  List<String> wrongReasons() {
    List<String> problems = new ArrayList<>();
    for (Reason reason : test.reasons()) {
      List<TraceEntry> reasons = entries.stream().filter(e -> e.kind().isReason()).toList();
      if (reasons.stream().noneMatch(e -> names(e, reason.text()))) {
        problems.add(wrong(reason.line(), "nothing happened", reason.text(), reasons));
      }
    }
    for (Expectation expected : test.expected()) {
      if (expected.because().isPresent() && !isBecause(expected)) {
        List<TraceEntry> ways = entries.stream().filter(e -> !e.kind().isReason()).toList();
        problems.add(wrong(expected.line(), "it happened", expected.because().get(), ways));
      }
    }
    return problems;
  }

  private static String wrong(int line, String what, String text, List<TraceEntry> reasons) {
    return "line "
        + line
        + ": "
        + what
        + ", but not because \""
        + text
        + "\""
        + reasons.stream()
            .map(TraceEntry::text)
            .distinct()
            .limit(5)
            .map(t -> "\n    " + t)
            .reduce("; because", String::concat);
  }

  /** Whether a match of the alert says so: how it began, went on, or ended. */
  private boolean isBecause(Expectation expected) {
    String text = expected.because().orElseThrow();
    for (TraceEntry alert : entries) {
      Optional<Long> timeNs = expected.timeNs();
      if (alert.kind() != Kind.ALERTED
          || !plan.rules().get(alert.rule()).name().equals(expected.rule())
          || (timeNs.isPresent() && timeNs.get() != alert.timeNs())) {
        continue;
      }
      for (TraceEntry entry : entries) {
        boolean isOfMatch =
            entry.equals(alert)
                || ((entry.kind() == Kind.BEGUN || entry.kind() == Kind.GONE_ON)
                    && entry.rule() == alert.rule()
                    && entry.taken().size() < alert.taken().size()
                    && alert.taken().get(entry.taken().size()).position() == entry.position());
        if (isOfMatch && names(entry, text)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether the text stands in the entry; case and marks of code do not count. */
  private static boolean names(TraceEntry entry, String text) {
    return plain(entry.text()).contains(plain(text));
  }

  private static String plain(String text) {
    return text.toLowerCase(Locale.ROOT).replace("`", "").replaceAll("\\s+", " ").strip();
  }
}
