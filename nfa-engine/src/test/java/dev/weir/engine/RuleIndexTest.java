package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.engine.Program.Offer;
import dev.weir.event.EventEncoder;
import dev.weir.event.EventReader;
import dev.weir.event.EventType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** The index finds the rules whose conditions on the event hold, and no others. */
class RuleIndexTest {
  private static final String TYPES =
      """
      event E { k text, n int?, m money?, t text?, b bool?, at time }
      event F { k text, n int?, at time }
      param p int = 3 in 0 .. 9
      """;

  /** Conjuncts that are found by value, by bound, or not at all. */
  private static String conjunct(Random random) {
    int n = random.nextInt(8) - 2;
    return switch (random.nextInt(14)) {
      case 0 -> "n < " + n;
      case 1 -> "n <= " + n;
      case 2 -> "n > " + n;
      case 3 -> "n >= " + n;
      case 4 -> "n = " + n;
      case 5 -> "n != " + n;
      case 6 -> "m < " + n + "." + random.nextInt(100);
      case 7 -> "m >= " + Math.abs(n);
      case 8 -> "t = \"t" + random.nextInt(4) + "\"";
      case 9 -> "t in (\"t0\", \"t" + random.nextInt(4) + "\")";
      case 10 -> "n in (1, 2, " + n + ")";
      case 11 -> "(n = " + n + " or t = \"t1\")";
      case 12 -> "n is missing";
      default -> "n > p";
    };
  }

  private static String condition(Random random) {
    StringBuilder text = new StringBuilder(conjunct(random));
    for (int i = random.nextInt(3); i > 0; i--) {
      text.append(" and ").append(conjunct(random));
    }
    return text.toString();
  }

  private static String rule(int number, Random random) {
    String body =
        switch (random.nextInt(4)) {
          case 0 -> "when on E " + condition(random) + " and count(E over 1h) > 1";
          case 1 ->
              "match a: E where "
                  + condition(random)
                  + " then b: E where "
                  + condition(random)
                  + " without E where "
                  + condition(random)
                  + " within 1h";
          case 2 ->
              "match all of { a: E where "
                  + condition(random)
                  + "; b: F } then c: E where n > a.n within 1h";
          default -> "match a: F then no E where " + condition(random) + " for 1h";
        };
    return "rule r" + number + " { by k " + body + " alert \"\" }\n";
  }

  @Test
  void shouldFindExactlyTheRulesWhoseConditionsOnTheEventHold() {
    long found = 0;
    for (int seed = 1; seed <= 40; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder(TYPES);
      int rules = seed % 4 == 0 ? 150 : 5;
      for (int r = 0; r < rules; ) {
        String rule = rule(r, random);
        if (Harness.accepts(TYPES + rule)) { // not where conditions contradict each other
          text.append(rule);
          r++;
        }
      }
      RuleSetPlan plan = Harness.plan(text.toString());
      Program program = Program.compile(plan);
      Evaluator evaluator = evaluator(program);
      Predicates looked = new Predicates(program.predicates, evaluator);
      Predicates asked = new Predicates(program.predicates, evaluator);
      for (int e = 0; e < 100; e++) {
        EventReader event = event(plan.types().get(random.nextInt(2)), random);
        evaluator.event(event);
        looked.nextEvent();
        asked.nextEvent();
        RuleIndex index = program.index[Program.ON_WATERMARK][event.typeId()];
        long[] opens = new long[index.words()];
        long[] goesOn = new long[index.words()];
        index.look(event, looked, opens, goesOn);
        Offer[] offers = program.offers[Program.ON_WATERMARK][event.typeId()];
        for (int o = 0; o < offers.length; o++) {
          String at = "seed " + seed + ", event " + e + ", " + offers[o].rule().plan.name();
          assertThat((opens[o >>> 6] & 1L << o) != 0).as(at).isEqualTo(opens(offers[o], asked));
          boolean touches = goesOn(offers[o], asked);
          assertThat((goesOn[o >>> 6] & 1L << o) != 0).as(at).isEqualTo(touches);
          found += touches ? 1 : 0;
        }
      }
    }
    assertThat(found).isGreaterThan(10_000);
  }

  @Test
  void shouldCountEventsWithoutAKeyForEachRuleThatTheyMiss() {
    Harness h =
        new Harness(
            """
            event T { k text?, payer text?, payee text, at time }
            define In = T  define Out = T
            rule one { by k when on T k = "never" alert "" }
            rule two { by In.payee = Out.payer match i: In then o: Out within 1h alert "" }
            """);
    h.run("1 T ? ? b", "2 T k ? b", "3 T k a b");
    assertThat(h.engine.keyMissing(0)).isEqualTo(1);
    assertThat(h.engine.keyMissing(1)).isEqualTo(2);
  }

  private static boolean opens(Offer offer, Predicates predicates) {
    RuleProgram rule = offer.rule();
    if (rule.isWhen) {
      return predicates.holds(rule.condition.event());
    }
    return rule.openers().stream()
        .anyMatch(step -> hasRole(offer, step.role) && predicates.holds(step.eventCondition));
  }

  private static boolean goesOn(Offer offer, Predicates predicates) {
    for (StepProgram step : offer.rule().steps) {
      if (hasRole(offer, step.role) && predicates.holds(step.eventCondition)) {
        return true;
      }
    }
    for (StepProgram.GuardProgram guard : offer.rule().guards) {
      if (hasRole(offer, guard.role()) && predicates.holds(guard.condition().event())) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasRole(Offer offer, int role) {
    return (offer.groups()[0].roles() & 1L << role) != 0;
  }

  private static Evaluator evaluator(Program program) {
    Arena arena = new Arena(2 << 20);
    KeySpace[] spaces = new KeySpace[program.spaces];
    for (int i = 0; i < spaces.length; i++) {
      spaces[i] = new KeySpace(arena, program.stateWords[i]);
    }
    Keys keys =
        new Keys(
            program.keyExpressions,
            spaces,
            program.globalSpace,
            program.keyOfReference,
            KeyGroups.ALL);
    return new Evaluator(program.code, arena, program.params, keys);
  }

  private static EventReader event(EventType type, Random random) {
    UnsafeBuffer buffer = new UnsafeBuffer(new byte[1024]);
    EventEncoder encoder = new EventEncoder();
    encoder.wrap(buffer, 0, type);
    encoder.putLong(type.timeField(), 0);
    encoder.putText(0, "k");
    List<Integer> fields = new ArrayList<>();
    for (int field = 1; field < type.fields().size() - 1; field++) {
      if (random.nextInt(5) > 0) {
        fields.add(field);
      }
    }
    for (int field : fields) {
      switch (type.fields().get(field).name()) {
        case "t" -> encoder.putText(field, "t" + random.nextInt(4));
        case "m" -> encoder.putLong(field, random.nextInt(900) - 250);
        case "b" -> encoder.putLong(field, random.nextInt(2));
        default -> encoder.putLong(field, random.nextInt(9) - 3);
      }
    }
    encoder.finish();
    return new EventReader().wrap(buffer, 0);
  }
}
