package dev.weir.engine;

import dev.weir.dsl.plan.PlanText;
import dev.weir.dsl.plan.RulePlan.Fire;
import dev.weir.dsl.plan.RulePlan.Starts;
import dev.weir.engine.Automaton.State;
import dev.weir.engine.Automaton.Target;
import dev.weir.engine.Automaton.TimeBound;
import dev.weir.engine.Automaton.Way;
import dev.weir.engine.StepProgram.GuardProgram;
import dev.weir.engine.TraceEntry.Kind;
import dev.weir.engine.TraceEntry.Taken;
import dev.weir.engine.TraceProgram.Conjunct;
import dev.weir.event.EventReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells what becomes of the partial matches of a rule and key. It only looks: before an instant it
 * asks of each partial match what the event would do to it, with the conditions that run; after the
 * instant it compares what is there with what was. What happens is decided by {@link Matcher}
 * alone. Not built for speed. Owned by the engine's thread.
 */
final class Tracer {
  /** A partial match as it stood after the last instant that it saw. */
  private static final class Open {
    final int address;
    final List<Taken> taken;
    final long startPosition;
    final Set<String> waitsFor = new LinkedHashSet<>();
    final List<String> refused = new ArrayList<>(); // all that did not pass since it stands here

    Open(int address, List<Taken> taken, long startPosition) {
      this.address = address;
      this.taken = taken;
      this.startPosition = startPosition;
    }
  }

  /** What the event at hand would do to a partial match. */
  private static final class Look {
    final List<String> refused = new ArrayList<>();
    final List<String> passed = new ArrayList<>();
    @Nullable String killed;
    @Nullable String late;
  }

  private final Arena arena;
  private final Evaluator evaluator;
  private final Predicates predicates;
  private final Matcher matcher;
  private final List<TraceProgram> programs;
  private final TraceSink sink;
  private final TraceValues values;
  private final Map<Long, Map<Integer, Open>> open = new LinkedHashMap<>(); // by rule and row
  private final boolean[] isTried; // by rule: an event came for a first step
  private final RuleProgram[] rules;

  // the instant at hand
  @SuppressWarnings("NullAway.Init") // set when an instant begins
  private RuleProgram rule;

  private boolean isWanted;
  private String key = "";
  private long timeNs;
  private long position;
  private long roles;
  private Map<Integer, Open> before = Map.of();
  private final Map<Open, Look> looks = new HashMap<>();
  private final Map<List<Taken>, Look> lookOf = new HashMap<>();
  private Look first = new Look();
  private final List<List<Taken>> alerted = new ArrayList<>();

  Tracer(
      Arena arena,
      Evaluator evaluator,
      Predicates predicates,
      Matcher matcher,
      RuleProgram[] rules,
      List<TraceProgram> programs,
      TraceSink sink) {
    this.arena = arena;
    this.evaluator = evaluator;
    this.predicates = predicates;
    this.matcher = matcher;
    this.rules = rules;
    this.programs = programs;
    this.sink = sink;
    this.values = new TraceValues(evaluator);
    this.isTried = new boolean[rules.length];
  }

  private TraceProgram program() {
    return programs.get(rule.index);
  }

  private void begin(RuleProgram program, String ofKey, int row, long atNs, long atPosition) {
    rule = program;
    key = ofKey;
    timeNs = atNs;
    position = atPosition;
    isWanted = sink.wants(rule.index, key);
    before = open.getOrDefault(place(row), Map.of());
    looks.clear();
    first = new Look();
    alerted.clear();
  }

  private long place(int row) {
    return (long) rule.index << 32 | row;
  }

  private void entry(Kind kind, List<Taken> taken, String text) {
    sink.onEntry(
        new TraceEntry(kind, rule.index, key, timeNs, position, taken, kind.word() + text));
  }

  /** An event that the rule does not see, since its key is missing. */
  void keyMissing(RuleProgram program, EventReader event) {
    begin(program, "", Arena.NULL, event.timeNs(), event.position());
    if (isWanted) {
      entry(Kind.KEY_MISSING, List.of(), ": the event is not offered to the rule");
    }
  }

  // ---- an event ---------------------------------------------------------------------------------

  void beginEvent(RuleProgram program, Keys keys, int keyNumber, long ofRoles, EventReader event) {
    int row = keys.find(keyNumber);
    String text = TraceValues.key(program.plan.keyTypes(), keys.bytes(keyNumber), 0);
    begin(program, text, row, event.timeNs(), event.position());
    if (!isWanted) {
      return;
    }
    roles = ofRoles;
    evaluator.key(keys.space(keyNumber), row);
    if (rule.isWhen) {
      evaluator.partial(Arena.NULL);
      weigh(program().when, first.passed, first.refused);
      return;
    }
    for (Open one : before.values()) {
      Look look = new Look();
      looks.put(one, look);
      evaluator.partial(one.address);
      guards(rule.unless, "unless ", look);
      guards(rule.without, "without ", look);
      look(one.address, Partial.state(arena, one.address, rule.regionsAt), look, one.waitsFor);
      one.refused.addAll(look.refused);
    }
    int empty = matcher.empty(rule.index);
    evaluator.partial(empty);
    look(empty, rule.automaton.regions[0].start.number, first, new LinkedHashSet<>());
    isTried[rule.index] |= !first.passed.isEmpty() || !first.refused.isEmpty();
  }

  /** Notes what the event does to a partial match at a state, and what that waits for. */
  private void look(int partial, int stateNumber, Look look, Set<String> waitsFor) {
    State state = rule.automaton.states[stateNumber];
    if (state.composite != null) {
      for (Automaton.Region branch : state.composite.branches) {
        look(partial, Partial.state(arena, partial, branch.word), look, waitsFor);
      }
      return;
    }
    long closed = Partial.closed(arena, partial, state.region.word);
    for (Way way : state.ways) {
      if ((closed & way.mask()) != 0 || !counts(partial, way)) {
        continue;
      }
      guards(way.until(), "until ", look);
      if (way.end() != null) {
        guards(way.without(), "no ", look);
        continue;
      }
      TimeBound wrong = wrongBound(partial, way);
      if (wrong != null && !wrong.isAtLeast()) {
        look.late = bound(wrong);
        continue;
      }
      boolean isTaken = take(state, way, wrong, look, waitsFor);
      guards(way.without(), "without ", look);
      if (!isTaken) {
        guards(way.scope(), "next: first came ", look);
      }
    }
  }

  private boolean take(
      State state, Way way, @Nullable TimeBound wrong, Look look, Set<String> waitsFor) {
    boolean isTaken = false;
    for (Target target : way.targets()) {
      StepProgram step = rule.steps[target.step().number];
      String name = program().steps.get(step.id).text();
      waitsFor.add(name);
      if ((roles & 1L << step.role) == 0) {
        continue;
      }
      List<String> held = new ArrayList<>();
      List<String> failed = new ArrayList<>();
      weigh(program().where.get(step.id), held, failed);
      if (wrong != null) {
        failed.add("too early: " + bound(wrong));
      }
      if (!failed.isEmpty()) {
        look.refused.add(" at `" + name + "`: " + String.join("; ", failed));
        continue;
      }
      isTaken = true;
      List<String> required = new ArrayList<>();
      weigh(program().require.get(step.id), held, required);
      if (!required.isEmpty()) {
        look.killed = "require at `" + name + "`: " + String.join("; ", required);
        continue;
      }
      look.passed.add("`" + name + "`" + (held.isEmpty() ? "" : ": " + String.join("; ", held)));
      sink.onPart(program().steps.get(step.id), true);
      part(program().edge(state, way, step.id));
    }
    return isTaken;
  }

  private void part(@Nullable TracePart part) {
    if (part != null) {
      sink.onPart(part, true);
    }
  }

  /** Sorts the parts of a condition by whether they hold. */
  private void weigh(List<Conjunct> conjuncts, List<String> held, List<String> failed) {
    for (Conjunct conjunct : conjuncts) {
      boolean holds = evaluator.holds(conjunct.program());
      sink.onPart(conjunct.part(), holds);
      (holds ? held : failed).add(values.of(conjunct));
    }
  }

  private void guards(GuardProgram[] guards, String word, Look look) {
    for (GuardProgram guard : guards) {
      if ((roles & 1L << guard.role()) != 0
          && predicates.holds(guard.condition().event())
          && evaluator.holds(guard.condition().key())
          && evaluator.holds(guard.condition().match())) {
        TracePart part = program().guards.get(guard.number());
        sink.onPart(part, true);
        if (look.killed == null) {
          look.killed = word + part.text();
        }
      }
    }
  }

  private boolean counts(int partial, Way way) {
    return Partial.counts(arena, partial, way.counts());
  }

  private @Nullable TimeBound wrongBound(int partial, Way way) {
    for (TimeBound bound : way.bounds()) {
      int cell = arena.low(partial + bound.word());
      if (cell == Arena.NULL
          || timeNs - Cell.timeNs(arena, cell) < bound.durationNs() == bound.isAtLeast()) {
        return bound;
      }
    }
    return null;
  }

  private String bound(TimeBound bound) {
    String name = program().steps.get(bound.word() - Partial.STEPS).text();
    return (bound.isAtLeast() ? "at least " : "within ")
        + PlanText.duration(bound.durationNs())
        + (bound.isAtLeast() ? " after " : " of ")
        + name.substring(0, name.indexOf(':'));
  }

  /** The match that is alerted in this instant; none taken: the event of a {@code when} rule. */
  void alerted(int[] cells, int count) {
    if (!isWanted) {
      return;
    }
    List<Taken> taken = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      taken.add(taken(cells[i]));
    }
    alerted.add(taken);
  }

  private Taken taken(int cell) {
    int step = Cell.step(arena, cell);
    String name = program().steps.get(step).text();
    return new Taken(
        step,
        name.substring(0, name.indexOf(':')),
        Cell.position(arena, cell),
        Cell.timeNs(arena, cell));
  }

  /**
   * @param row the key's row after the event
   */
  void endEvent(int row) {
    if (!isWanted) {
      return;
    }
    if (rule.isWhen) {
      if (!alerted.isEmpty()) {
        entry(Kind.ALERTED, List.of(), held(first));
      } else if (!first.refused.isEmpty()) {
        entry(Kind.GUARD_FALSE, List.of(), ": " + String.join("; ", first.refused));
      } else {
        entry(Kind.NOT_BEGUN, List.of(), ": it held before (on rising)");
      }
      return;
    }
    Map<Integer, Open> after = scan(row);
    Continued continued = new Continued(after);
    for (Open one : before.values()) {
      Look look = looks.get(one);
      if (look == null) {
        continue;
      }
      for (String refused : look.refused) {
        entry(Kind.GUARD_FALSE, one.taken, refused);
      }
      if (after.get(one.address) != one && !continued.has(one)) {
        gone(one, look);
      }
    }
    lookOf.clear();
    looks.forEach((one, look) -> lookOf.put(one.taken, look));
    for (Open one : after.values()) {
      if (before.get(one.address) != one) {
        boolean isFirst = one.taken.size() == 1;
        entry(
            isFirst ? Kind.BEGUN : Kind.GONE_ON,
            one.taken.subList(0, Math.max(0, one.taken.size() - 1)),
            isFirst ? held(first) : held(lookAt(one.taken)));
      }
    }
    for (List<Taken> match : alerted) {
      boolean isByEvent = !match.isEmpty() && last(match).position() == position;
      entry(Kind.ALERTED, match, isByEvent ? held(lookAt(match)) : "");
    }
    notBegun(after);
    keep(row, after);
  }

  private static String held(Look look) {
    return look.passed.isEmpty() ? "" : ": " + String.join("; ", look.passed);
  }

  /** What was seen of the partial match that became this one with the event at hand. */
  private Look lookAt(List<Taken> taken) {
    return taken.size() == 1
        ? first
        : lookOf.getOrDefault(taken.subList(0, taken.size() - 1), new Look());
  }

  private void notBegun(Map<Integer, Open> after) {
    for (String refused : first.refused) {
      entry(Kind.GUARD_FALSE, List.of(), refused);
    }
    if (first.passed.isEmpty()
        || alerted.stream()
            .anyMatch(match -> !match.isEmpty() && match.get(0).position() == position)
        || after.values().stream().anyMatch(one -> one.startPosition == position)) {
      return;
    }
    if (isUsedUp(position)) {
      entry(Kind.CONSUMED, List.of(), ": the event was used up by an alert of this instant");
    } else if (rule.starts != Starts.EVERY) {
      String word = rule.starts == Starts.ONCE ? "once" : "one open at a time";
      entry(Kind.NOT_BEGUN, List.of(), ": starts " + word);
    }
  }

  /** Whether a match that was alerted in this instant holds the event. */
  private boolean isUsedUp(long eventPosition) {
    return alerted.stream()
        .anyMatch(match -> match.stream().anyMatch(t -> t.position() == eventPosition));
  }

  private void gone(Open one, Look look) {
    if (look.killed != null) {
      entry(Kind.KILLED, one.taken, " " + look.killed);
    } else if (look.late != null && look.passed.isEmpty()) {
      expired(one, look.late);
    } else if (isTotals() && !look.passed.isEmpty()) {
      entry(Kind.ALERTED, one.taken, ": complete, and counted in the totals");
    } else if (!alerted.isEmpty() && !look.passed.isEmpty()) {
      entry(
          Kind.NOT_PICKED,
          one.taken,
          ": complete, but `pick " + lower(rule.pick) + "` chose " + chosen());
    } else if (!alerted.isEmpty()) {
      entry(Kind.CONSUMED, one.taken, ": " + used(one));
    } else if (rule.fire != Fire.PROMPT && !look.passed.isEmpty()) {
      entry(Kind.STILL_OPEN, one.taken, ": complete, held until no better match can come");
    } else {
      entry(Kind.KILLED, one.taken, " its own limits");
    }
  }

  /** Which partial matches go on in others, or are alerted, with the event at hand. */
  private final class Continued {
    private final Set<List<Taken>> prefixes = new HashSet<>();
    private final Set<Long> starts = new HashSet<>();

    Continued(Map<Integer, Open> after) {
      after.values().forEach(one -> add(one.taken, one.startPosition));
      for (List<Taken> match : alerted) {
        prefixes.add(match);
        add(match, match.isEmpty() ? -1 : match.get(0).position());
      }
    }

    private void add(List<Taken> longer, long startPosition) {
      if (!longer.isEmpty() && last(longer).position() == position) {
        prefixes.add(longer.subList(0, longer.size() - 1));
        starts.add(startPosition);
      }
    }

    boolean has(Open one) {
      return rule.drops ? starts.contains(one.startPosition) : prefixes.contains(one.taken);
    }
  }

  private String used(Open one) {
    for (Taken taken : one.taken) {
      if (isUsedUp(taken.position())) {
        return "`" + taken.name() + "` was used up by the alert of " + chosen();
      }
    }
    return "ended by the alert of " + chosen();
  }

  private String chosen() {
    if (isTotals()) {
      return "the totals";
    }
    Taken begin = alerted.get(0).get(0);
    return "the match that began with `" + begin.name() + "` at position " + begin.position();
  }

  /** Whether the alert is of all matches together: it names no event. */
  private boolean isTotals() {
    return !alerted.isEmpty() && alerted.get(0).isEmpty();
  }

  private static String lower(Enum<?> word) {
    return word.name().toLowerCase(java.util.Locale.ROOT);
  }

  private static Taken last(List<Taken> taken) {
    return taken.get(taken.size() - 1);
  }

  // ---- a deadline -------------------------------------------------------------------------------

  void beginDeadline(RuleProgram program, KeySpace space, int row, long atNs) {
    begin(
        program,
        TraceValues.key(program.plan.keyTypes(), space.keyBuffer(row), space.keyOffset(row)),
        row,
        atNs,
        TraceEntry.NO_EVENT);
    deadlineRow = row;
  }

  private int deadlineRow;

  void endDeadline() {
    if (!isWanted) {
      return;
    }
    Map<Integer, Open> after = scan(deadlineRow);
    for (List<Taken> match : alerted) {
      entry(Kind.ALERTED, match, ": nothing came that would have ended it");
      if (!match.isEmpty()) {
        endParts(match);
      }
    }
    Set<List<Taken>> matches = new HashSet<>(alerted);
    for (Open one : before.values()) {
      if (after.get(one.address) == one || matches.contains(one.taken)) {
        continue;
      }
      if (rule.hasWindow() && timeNs - one.taken.get(0).timeNs() >= rule.withinNs) {
        expired(one, "within " + PlanText.duration(rule.withinNs));
      } else if (!alerted.isEmpty()) {
        entry(Kind.CONSUMED, one.taken, ": " + used(one));
      } else {
        expired(one, "a bound in time");
      }
    }
    keep(deadlineRow, after);
  }

  /** The ends that wait at the step that the match took last. */
  private void endParts(List<Taken> match) {
    State state = rule.automaton.states[last(match).step()];
    for (Way way : state.ways) {
      part(program().edge(state, way, -1));
    }
  }

  private void expired(Open one, String limit) {
    entry(
        Kind.EXPIRED,
        one.taken,
        ": "
            + limit
            + " is over, waiting for `"
            + String.join("` or `", one.waitsFor)
            + "`"
            + (one.refused.isEmpty()
                ? "; no such event came"
                : "; " + one.refused.size() + " did not pass, the last" + lastOf(one.refused)));
    noSuchStep(one);
  }

  private static String lastOf(List<String> all) {
    return all.get(all.size() - 1);
  }

  private void noSuchStep(Open one) {
    if (one.refused.isEmpty() && !one.waitsFor.isEmpty()) {
      entry(
          Kind.NO_SUCH_STEP,
          one.taken,
          ": no event came for `" + String.join("` or `", one.waitsFor) + "`");
    }
  }

  // ---- what is open -----------------------------------------------------------------------------

  private Map<Integer, Open> scan(int row) {
    if (row == Arena.NULL || rule.isWhen) {
      return Map.of();
    }
    Map<Integer, Open> found = new LinkedHashMap<>();
    Partials partials = matcher.partials();
    for (int start = partials.firstStart(row, rule);
        start != Arena.NULL;
        start = Start.next(arena, start)) {
      for (int p = Start.first(arena, start); p != Arena.NULL; p = partials.nextOfStart(p)) {
        List<Taken> taken = new ArrayList<>();
        for (int cell = Partial.newest(arena, p);
            cell != Arena.NULL;
            cell = Cell.parent(arena, cell)) {
          taken.add(taken(cell));
        }
        Collections.reverse(taken);
        Open known = before.get(p);
        Open one =
            known != null && known.taken.equals(taken)
                ? known
                : new Open(p, taken, Start.position(arena, start));
        one.waitsFor.clear();
        waits(p, Partial.state(arena, p, rule.regionsAt), one.waitsFor);
        found.put(p, one);
      }
    }
    return found;
  }

  private void waits(int partial, int stateNumber, Set<String> waitsFor) {
    State state = rule.automaton.states[stateNumber];
    if (state.composite != null) {
      for (Automaton.Region branch : state.composite.branches) {
        waits(partial, Partial.state(arena, partial, branch.word), waitsFor);
      }
    }
    long closed = Partial.closed(arena, partial, state.region.word);
    for (Way way : state.ways) {
      if ((closed & way.mask()) == 0 && counts(partial, way)) {
        for (Target target : way.targets()) {
          waitsFor.add(program().steps.get(target.step().number).text());
        }
      }
    }
  }

  private void keep(int row, Map<Integer, Open> after) {
    if (after.isEmpty()) {
      open.remove(place(row));
    } else {
      open.put(place(row), after);
      keys.put(place(row), key);
    }
  }

  private final Map<Long, String> keys = new HashMap<>(); // of what is open

  /** The stream has ended at this time. */
  void end(long atNs) {
    timeNs = atNs;
    position = TraceEntry.NO_EVENT;
    for (Map.Entry<Long, Map<Integer, Open>> at : open.entrySet()) {
      rule = rules[(int) (at.getKey() >>> 32)];
      key = keys.getOrDefault(at.getKey(), "");
      for (Open one : at.getValue().values()) {
        entry(
            Kind.STILL_OPEN,
            one.taken,
            one.waitsFor.isEmpty()
                ? ""
                : ", waiting for `" + String.join("` or `", one.waitsFor) + "`");
        noSuchStep(one);
      }
    }
    for (RuleProgram one : rules) {
      rule = one;
      key = "";
      if (!one.isWhen && !isTried[one.index] && sink.wants(one.index, key)) {
        Set<String> firsts = new LinkedHashSet<>();
        waits(matcher.empty(one.index), one.automaton.regions[0].start.number, firsts);
        entry(
            Kind.NO_SUCH_STEP,
            List.of(),
            ": no event came for `" + String.join("` or `", firsts) + "`");
      }
    }
  }
}
