package dev.weir.engine;

import dev.weir.engine.Automaton.Count;
import dev.weir.engine.Automaton.Region;
import dev.weir.engine.Automaton.State;
import dev.weir.engine.Automaton.Target;
import dev.weir.engine.Automaton.TimeBound;
import dev.weir.engine.Automaton.Way;
import dev.weir.engine.FeatureProgram.Feed;
import dev.weir.engine.FeatureProgram.Window;
import dev.weir.engine.Keys.KeyExpression;
import dev.weir.engine.Program.KeyGroup;
import dev.weir.engine.Program.Offer;
import dev.weir.engine.StepProgram.Condition;
import dev.weir.engine.StepProgram.GuardProgram;
import dev.weir.engine.StepProgram.Register;
import dev.weir.event.EventType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A program as text: what runs, with every packed expression taken apart. The same program gives
 * the same text; golden files hold it. For people and tests, not for reading back.
 */
final class ProgramText {
  private final Program program;
  private final List<EventType> types;
  private final StringBuilder out = new StringBuilder();

  private ProgramText(Program program) {
    this.program = program;
    this.types = program.plan().types();
  }

  static String of(Program program) {
    return new ProgramText(program).print();
  }

  private String print() {
    line("key spaces");
    for (int s = 0; s < program.spaces; s++) {
      line(
          "  space %d: %d words of state%s",
          s, program.stateWords[s], s == program.globalSpace ? ", the global key" : "");
    }
    line("keys");
    for (int k = 0; k < program.keyExpressions.length; k++) {
      KeyExpression key = program.keyExpressions[k];
      line(
          "  key %d: %s(%s) in space %d",
          k, typeName(key.typeId()), fieldNames(key.typeId(), key.fields()), key.space());
    }
    line("predicates");
    for (int p = 0; p < program.predicates.length; p++) {
      line("  predicate %d: %s", p, code(program.predicates[p]));
    }
    line("features");
    for (int f = 0; f < program.feeds.length; f++) {
      feed(f, program.feeds[f]);
    }
    line(
        "durations %s",
        Arrays.stream(program.durationsNs).mapToObj(ProgramText::duration).toList());
    for (EventType type : types) {
      offers(type, Program.ON_WATERMARK, "offers of %s");
      if (program.hasArrival) {
        offers(type, Program.ON_ARRIVAL, "offers on arrival of %s");
      }
    }
    for (RuleProgram rule : program.rules) {
      rule(rule);
    }
    return out.toString();
  }

  private void offers(EventType type, int mode, String head) {
    line(head, type.name());
    for (Offer offer : program.offers[mode][type.typeId()]) {
      for (KeyGroup group : offer.groups()) {
        line(
            "  rule %s by key %d as role %d, roles %s",
            offer.rule().plan.name(), group.key(), group.role(), bits(group.roles()));
      }
    }
    program.index[mode][type.typeId()].print().forEach(way -> line("  %s", way));
  }

  private void feed(int number, Feed feed) {
    line(
        "  feed %d: key %d where %s%s",
        number,
        feed.key(),
        predicate(feed.filter()),
        feed.lastSeen() >= 0
            ? ", last seen at word " + feed.lastSeen() + ", keep " + duration(feed.keepNs())
            : ", entries of "
                + feed.entryWords()
                + " words"
                + (feed.stepNs() == 0 ? "" : ", in steps of " + duration(feed.stepNs())));
    for (FeatureProgram feature : feed.features()) {
      line(
          "    feature %d: %s%s at word %d%s%s",
          feature.id(),
          lower(feature.function()),
          feature.field() < 0 ? "" : " of " + fieldName(typeOf(feed.key()), feature.field()),
          feature.state(),
          feature.column() < 0 ? "" : ", column " + feature.column(),
          feature.readBefore() ? ", read before the event" : "");
    }
    for (Window window : feed.windows()) {
      line(
          "    window %s: features %s",
          duration(window.lengthNs()),
          Arrays.stream(window.features()).map(FeatureProgram::id).toList());
    }
  }

  private void rule(RuleProgram rule) {
    line(
        "rule %s: number %d, space %d, word %d",
        rule.plan.name(), rule.index, rule.space, KeySpace.STATE + rule.slot);
    if (rule.isWhen) {
      line("  when%s", rule.rising ? " rising" : "");
      condition("    ", rule.condition);
    } else {
      match(rule);
    }
    for (int kind = 0; kind < rule.alerts.length; kind++) {
      if (kind > 0) {
        line(
            "  notice %d: step %d, count %d",
            kind, rule.notices[kind - 1].step(), rule.notices[kind - 1].count());
      }
      alert(rule.alerts[kind]);
    }
  }

  private void alert(RuleProgram.AlertProgram alert) {
    for (int t = 0; t < alert.text().length; t++) {
      if (alert.text()[t] != Code.NONE) {
        line("  text %d: %s", t, code(alert.text()[t]));
      }
    }
    if (alert.score() != Code.NONE) {
      line("  score: %s", code(alert.score()));
    }
    for (int f = 0; f < alert.fields().length; f++) {
      line("  field %s: %s", alert.plan().fields().get(f).name(), code(alert.fields()[f]));
    }
    for (int by : alert.suppressBy()) {
      line("  suppress by: %s", code(by));
    }
  }

  private void match(RuleProgram rule) {
    line(
        "  partial match of %d words: regions at %d, registers at %d",
        rule.partialWords, rule.regionsAt, rule.registersAt);
    for (int r = 0; r < rule.registers.length; r++) {
      Register register = rule.registers[r];
      line(
          "    register at %d: %s of step %d, place %d",
          rule.registersAt + 2 * r, lower(register.kind()), register.step(), register.projection());
    }
    for (StepProgram step : rule.steps) {
      step(step);
    }
    for (Region region : rule.automaton.regions) {
      line("  region %d at %d", region.number, region.word);
      for (State state : rule.automaton.states) {
        if (state.region == region) {
          state(state);
        }
      }
    }
    guards("  without", rule.without);
    guards("  unless", rule.unless);
    line(
        "  within %s, pick %s%s, consume %s%s",
        rule.hasWindow() ? duration(rule.withinNs) : "no limit",
        lower(rule.pick),
        rule.pickLimit == Integer.MAX_VALUE ? "" : " limit " + rule.pickLimit,
        lower(rule.consumption),
        rule.severalPerStart ? ", several matches a start" : "");
  }

  private void step(StepProgram step) {
    line(
        "  step %d %s: role %d, %s%s",
        step.id,
        step.name.isEmpty() ? "-" : step.name,
        step.role,
        typeName(step.typeId),
        step.min == 1 && step.max == 1
            ? ""
            : " {" + step.min + ".." + (step.max == Integer.MAX_VALUE ? "" : step.max) + "}");
    condition("    ", new Condition(step.eventCondition, step.keyCondition, step.matchCondition));
    if (step.require != Code.NONE) {
      line("    require: %s", code(step.require));
    }
    if (step.projection.length > 0) {
      line(
          "    keeps %s", fieldNames(step.typeId, Arrays.copyOf(step.projection, step.fieldCount)));
    }
    for (int i = step.fieldCount; i < step.bound.length; i++) {
      line("    with %s", code(step.bound[i]));
    }
  }

  private void state(State state) {
    line(
        "    state %d%s%s",
        state.number,
        state.step != null
            ? ""
            : state == state.region.start
                ? ", the start"
                : state.composite != null
                    ? ", within regions "
                        + Arrays.stream(state.composite.branches).map(r -> r.number).toList()
                        + ", "
                        + state.composite.needed
                        + " needed, then state "
                        + state.composite.behind.number
                    : ", behind regions",
        state.list == State.NO_LIST ? "" : ", list " + state.list);
    for (Way way : state.ways) {
      way(way);
    }
  }

  private void way(Way way) {
    StringBuilder text = new StringBuilder();
    for (Target target : way.targets()) {
      text.append(text.isEmpty() ? "to step " : ", ").append(target.step().number);
    }
    if (way.end() != null) {
      text.append("end ").append(lower(way.end()));
      if (way.durationNs() > 0) {
        text.append(" for ")
            .append(
                way.durationNs() == Way.TO_WINDOW_END ? "the window" : duration(way.durationNs()));
      }
    }
    for (Count count : way.counts()) {
      text.append(", count at ").append(count.word());
      text.append(count.isBelow() ? " below " : " at least ").append(count.limit());
    }
    for (TimeBound bound : way.bounds()) {
      text.append(", since the cell at ").append(bound.word());
      text.append(bound.isAtLeast() ? " at least " : " less than ");
      text.append(duration(bound.durationNs()));
    }
    line(
        "      way %d %s%s",
        way.bit(), text, (way.isAny() ? ", stays open" : "") + (way.isGreedy() ? ", greedy" : ""));
    guards("        next among", way.scope());
    guards("        without", way.without());
    guards("        not next", way.notNext());
    guards("        until", way.until());
  }

  private void guards(String head, GuardProgram[] guards) {
    for (GuardProgram guard : guards) {
      line("%s role %d, %s", head, guard.role(), typeName(guard.typeId()));
      condition(" ".repeat(head.indexOf(head.strip()) + 2), guard.condition());
    }
  }

  private void condition(String indent, Condition condition) {
    if (condition.event() != Code.NONE) {
      line("%sevent: predicate %d", indent, condition.event());
    }
    if (condition.key() != Code.NONE) {
      line("%skey: %s", indent, code(condition.key()));
    }
    if (condition.match() != Code.NONE) {
      line("%smatch: %s", indent, code(condition.match()));
    }
  }

  // ---- expressions ------------------------------------------------------------------------------

  /** The operations of an expression; jumps name the operation they lead to, counted from 0. */
  private String code(int start) {
    int[] ops = program.code.code;
    int[] numberOf = new int[ops.length + 1];
    int end = start;
    for (int n = 0; ops[end] != Op.END; end += 1 + Op.operands(ops[end])) {
      numberOf[end] = n++;
      numberOf[end + 1 + Op.operands(ops[end])] = n;
    }
    StringBuilder text = new StringBuilder();
    for (int pc = start; pc < end; pc += 1 + Op.operands(ops[pc])) {
      text.append(pc == start ? "" : "; ").append(Op.name(ops[pc]));
      for (int i = 1; i <= Op.operands(ops[pc]); i++) {
        text.append(' ').append(operand(ops[pc], i, ops[pc + i], numberOf));
      }
    }
    return text.toString();
  }

  private String operand(int op, int place, int value, int[] numberOf) {
    Code code = program.code;
    return switch (op) {
      case Op.JUMP_IF_FALSE, Op.JUMP_IF_TRUE -> "to " + numberOf[value];
      case Op.EACH -> place == 3 ? "to " + numberOf[value] : Integer.toString(value);
      case Op.CALL -> place == 1 ? lower(ScalarFunctions.function(value)) : Integer.toString(value);
      case Op.CONSTANT -> Long.toString(code.constants[value]);
      case Op.FIELD_COMPARE ->
          place == 1
              ? Integer.toString(value)
              : place == 2 ? comparison(value) : Long.toString(code.constants[value]);
      case Op.COMPARE, Op.COMPARE_RATIO, Op.COMPARE_BYTES ->
          place == 1 ? comparison(value) : Integer.toString(value);
      case Op.MATCHES -> "/" + code.patterns[value].pattern() + "/";
      case Op.FEATURE -> {
        var reference = code.references[value];
        yield reference.feature()
            + (reference.before() ? " before" : "")
            + (reference.keyFields().isEmpty() ? "" : " by fields " + reference.keyFields());
      }
      default -> Integer.toString(value);
    };
  }

  private static String comparison(int bits) {
    return switch (bits) {
      case Code.LESS -> "<";
      case Code.EQUAL -> "=";
      case Code.LESS_OR_EQUAL -> "<=";
      case Code.GREATER -> ">";
      case Code.NOT_EQUAL -> "!=";
      case Code.GREATER_OR_EQUAL -> ">=";
      default -> throw new IllegalStateException("no such comparison: bits=" + bits);
    };
  }

  // ---- names ------------------------------------------------------------------------------------

  private String predicate(int number) {
    return number == Code.NONE ? "always" : "predicate " + number;
  }

  private int typeOf(int key) {
    return program.keyExpressions[key].typeId();
  }

  private String typeName(int typeId) {
    return types.get(typeId).name();
  }

  private String fieldName(int typeId, int field) {
    return types.get(typeId).fields().get(field).name();
  }

  private String fieldNames(int typeId, int[] fields) {
    return Arrays.stream(fields)
        .mapToObj(field -> fieldName(typeId, field))
        .collect(Collectors.joining(", "));
  }

  private static List<Integer> bits(long mask) {
    return java.util.stream.IntStream.range(0, 64)
        .filter(bit -> (mask & 1L << bit) != 0)
        .boxed()
        .toList();
  }

  private static String duration(long ns) {
    return ns % 1_000_000_000L == 0 ? ns / 1_000_000_000L + "s" : ns + "ns";
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private void line(String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
