package dev.weir.dsl.plan;

import dev.weir.event.EventType;
import java.util.List;
import java.util.Optional;

/**
 * A whole rule set, ready for the engine.
 *
 * @param types by type id
 * @param lists by number
 * @param params by number
 * @param features by number
 * @param rules ascending by the UTF-8 bytes of their names
 * @param tests in the order of the files
 */
public record RuleSetPlan(
    List<EventType> types,
    List<ListPlan> lists,
    List<ParamPlan> params,
    List<FeaturePlan> features,
    List<RulePlan> rules,
    List<TestPlan> tests) {
  public RuleSetPlan {
    types = List.copyOf(types);
    lists = List.copyOf(lists);
    params = List.copyOf(params);
    features = List.copyOf(features);
    rules = List.copyOf(rules);
    tests = List.copyOf(tests);
  }

  /** A list: a set of constants of one type. */
  public record ListPlan(int id, String name, ValueType type, List<Expr.Constant> values) {
    public ListPlan {
      values = List.copyOf(values);
    }
  }

  /** A parameter and its value. */
  public record ParamPlan(int id, String name, Expr.Constant value) {}

  /**
   * A test.
   *
   * @param rules names of the rules it looks at
   * @param startNs epoch nanoseconds of offset 0
   * @param events in order
   * @param untilNs time moves on to here behind the last event; empty: far enough for every
   *     deadline
   * @param expected in order; nothing else may be alerted by these rules
   * @param reasons why nothing (else) is alerted, as {@code expect nothing because} says
   * @param file name of the rule file, for messages
   * @param line line of the test in the file, from 1
   */
  public record TestPlan(
      String name,
      List<String> rules,
      long startNs,
      List<TestEvent> events,
      Optional<Long> untilNs,
      List<Expectation> expected,
      List<Reason> reasons,
      String file,
      int line) {
    public TestPlan {
      rules = List.copyOf(rules);
      events = List.copyOf(events);
      expected = List.copyOf(expected);
      reasons = List.copyOf(reasons);
    }
  }

  /**
   * What must stand in a line of the trace of a test's rules.
   *
   * @param line line in the file, from 1
   */
  public record Reason(String text, int line) {}

  /** An event of a test; fields that are not named are missing. */
  public record TestEvent(int typeId, long timeNs, List<TestValue> values) {
    public TestEvent {
      values = List.copyOf(values);
    }
  }

  /** A field's value in a test. */
  public record TestValue(int field, Expr.Constant value) {}

  /**
   * An expected alert.
   *
   * @param timeNs empty: any time
   * @param values alert fields and what they must print
   * @param because what must stand in the trace of a match that gave it; empty: anything
   * @param line line in the file, from 1
   */
  public record Expectation(
      String rule,
      Optional<Long> timeNs,
      List<ExpectedValue> values,
      Optional<String> because,
      int line) {
    public Expectation {
      values = List.copyOf(values);
    }
  }

  /** A value of an expected alert. */
  public record ExpectedValue(String field, Expr.Constant value) {}
}
