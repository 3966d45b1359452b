package dev.weir.dsl.plan;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A rule.
 *
 * @param name as written
 * @param version hash of the printed plan, 16 hex digits; comments and layout do not count
 * @param about what the rule looks for, or empty
 * @param owner who answers for it, or empty
 * @param tags in the order written
 * @param severity {@code low medium high critical}
 * @param roles the types and defines under which events are offered, in key-role order
 * @param keyNames a name for each part of the key, for texts and the alert; empty: one global key
 * @param keyTypes the type of each part
 * @param onArrival evaluated in order of position instead of stream order
 * @param decision what its alert answers to the event at hand; only on arrival
 * @param body what is looked for
 * @param alert what is said
 * @param suppress when alerts are held back
 * @param life when it runs, and what happens when it changes
 */
public record RulePlan(
    String name,
    String version,
    String about,
    String owner,
    List<String> tags,
    String severity,
    List<Role> roles,
    List<String> keyNames,
    List<ValueType> keyTypes,
    boolean onArrival,
    Optional<Decision> decision,
    Body body,
    AlertPlan alert,
    Optional<Suppress> suppress,
    Life life) {
  public RulePlan {
    tags = List.copyOf(tags);
    roles = List.copyOf(roles);
    keyNames = List.copyOf(keyNames);
    keyTypes = List.copyOf(keyTypes);
  }

  /** The same rule under this version. */
  public RulePlan withVersion(String other) {
    return with(other, life);
  }

  /** The same rule with this life. */
  public RulePlan withLife(Life other) {
    return with(version, other);
  }

  private RulePlan with(String newVersion, Life newLife) {
    return new RulePlan(
        name,
        newVersion,
        about,
        owner,
        tags,
        severity,
        roles,
        keyNames,
        keyTypes,
        onArrival,
        decision,
        body,
        alert,
        suppress,
        newLife);
  }

  /**
   * When a rule runs, and what happens to its open partial matches when another version takes over.
   *
   * @param validFromNs the first time of an instant at which it runs
   * @param validToNs the first time at which it does so no more
   */
  public record Life(Status status, OnUpdate onUpdate, long validFromNs, long validToNs) {
    /** That of a rule which says nothing of it. */
    public static final Life USUAL =
        new Life(Status.LIVE, OnUpdate.FINISH, Long.MIN_VALUE, Long.MAX_VALUE);

    /** Whether the rule sees events at all. */
    public boolean isOn() {
      return status == Status.LIVE || status == Status.CLOSING;
    }

    /** Whether it opens nothing and completes what it has: another version took its place. */
    public boolean isClosing() {
      return status == Status.CLOSING;
    }

    /** Whether it runs at the time of an instant. */
    public boolean isValid(long timeNs) {
      return timeNs >= validFromNs && timeNs < validToNs;
    }

    /** Where the rule stands. */
    public enum Status {
      OFF,
      LIVE,
      RETIRED,
      /** Of an earlier rule set; no rule says so of itself. */
      CLOSING
    }

    /** What becomes of open partial matches. */
    public enum OnUpdate {
      FINISH,
      CARRY,
      REBUILD,
      DISCARD
    }
  }

  /**
   * A type or define named in the rule. An event is offered once for each distinct key that its
   * roles give, under the first such role, and passes only the steps of the roles of that offer.
   *
   * @param name the event type or define
   * @param typeId the event type
   * @param keyFields one field of the type for each part of the key
   */
  public record Role(String name, int typeId, List<Integer> keyFields) {
    public Role {
      keyFields = List.copyOf(keyFields);
    }
  }

  /** What an event is answered; ascending: of several the strictest, which stands last, wins. */
  public enum Decision {
    ALLOW,
    REVIEW,
    DECLINE
  }

  /** What is looked for. */
  public sealed interface Body permits When, Match {}

  /**
   * A condition on each event of some roles.
   *
   * @param roles numbers of the roles at whose events it is tested
   * @param rising only when it did not hold at the key's previous test
   */
  public record When(List<Integer> roles, Expr condition, boolean rising) implements Body {
    public When {
      roles = List.copyOf(roles);
    }
  }

  /**
   * A pattern.
   *
   * @param steps all steps, numbered in pattern order
   * @param pattern how they hang together
   * @param withinNs last less first, exclusive; {@link #NO_LIMIT} where none is said
   * @param without no such event strictly between first and last, the match's own exempt
   * @param unless no such event strictly between first and last
   * @param pick which matches of an instant are alerted
   * @param pickLimit of {@code all limit n}; {@link Integer#MAX_VALUE} without
   * @param startLimit of the matches of one start at one instant, how many are kept ({@code every
   *     subset limit n}); {@link Integer#MAX_VALUE} without
   * @param fire when a complete match is alerted
   * @param consumption what happens to the events of an alerted match
   * @param resumeStep of {@code RESUME_AT_FIRST} and {@code RESUME_AT_LAST}; else -1
   * @param starts which events may open partial matches
   * @param severalPerStart one start may give several matches ({@code then any}, {@code each} …)
   * @param lowRate of {@code fewer than n X in w}: whether fewer are left. The pattern is then one
   *     X and its deadline; a key alerts at a deadline at which this holds, and not again before an
   *     X at which it does not
   * @param notices what else is said of a start: its stages in the order written, then its timeout
   */
  public record Match(
      List<StepPlan> steps,
      PatternPlan pattern,
      long withinNs,
      List<Guard> without,
      List<Guard> unless,
      Pick pick,
      int pickLimit,
      int startLimit,
      Fire fire,
      Consumption consumption,
      int resumeStep,
      Starts starts,
      boolean severalPerStart,
      Optional<Expr> lowRate,
      List<Notice> notices)
      implements Body {
    public Match {
      steps = List.copyOf(steps);
      notices = List.copyOf(notices);
      without = List.copyOf(without);
      unless = List.copyOf(unless);
    }
  }

  /** No {@code within}. */
  public static final long NO_LIMIT = Long.MAX_VALUE;

  /** Which matches of one rule, key and instant are alerted. */
  public enum Pick {
    FIRST,
    LAST,
    LONGEST,
    SHORTEST,
    ALL,
    /** All, in one alert that counts and sums over them. */
    TOTALS
  }

  /** When a complete match is alerted. */
  public enum Fire {
    PROMPT,
    /** When no preferred match of its start can come any more. */
    SETTLED,
    /** As {@code SETTLED}, and when no earlier start is open. */
    IN_ORDER
  }

  /**
   * A further alert about a start: a stage that it has reached, or its timeout.
   *
   * @param stage name of the stage; empty: the timeout
   * @param step whose events are counted; -1 of the timeout
   * @param count events of the step that make the stage
   * @param alert what is said
   * @param suppressBy as {@link Suppress#by}, of this alert's values; what it lacks is left out
   */
  public record Notice(
      Optional<String> stage, int step, int count, AlertPlan alert, List<Expr> suppressBy) {
    public Notice {
      suppressBy = List.copyOf(suppressBy);
    }

    /** {@code timeout}, or {@code stage} and its name. */
    public String label() {
      return stage.map(name -> "stage " + name).orElse("timeout");
    }
  }

  /** What happens to the events of an alerted match. */
  public enum Consumption {
    ALL,
    START,
    NONE,
    RESTART,
    /** As {@code RESTART}, for partial matches that began before the first event of a step. */
    RESUME_AT_FIRST,
    /** As above, before its last event. */
    RESUME_AT_LAST
  }

  /** Which events may open partial matches. */
  public enum Starts {
    EVERY,
    /** None while a partial match of the rule and key is open. */
    ONE_OPEN_AT_A_TIME,
    /** None after the key's first alert. */
    ONCE
  }

  /** An event of a role that passes a condition; the condition may use what is bound so far. */
  public record Guard(int role, Optional<Expr> where) {}

  /**
   * A step.
   *
   * @param id place in {@link Match#steps}
   * @param name as written, or empty
   * @param role number of the role whose events it takes
   * @param where selects events; the define's condition included
   * @param require ends the partial match where false
   * @param loop absent: exactly one event
   * @param bindings values kept of each event it takes, worked out when it is taken
   * @param projection what is kept of each event it takes: the fields used later and in its
   *     conditions, ascending; from the number of fields of its type on, bindings
   */
  public record StepPlan(
      int id,
      String name,
      int role,
      Optional<Expr> where,
      Optional<Expr> require,
      Optional<LoopPlan> loop,
      List<Binding> bindings,
      List<Integer> projection) {
    public StepPlan {
      bindings = List.copyOf(bindings);
      projection = List.copyOf(projection);
    }
  }

  /** {@code with name = value}; the value sees what was taken before the event. */
  public record Binding(String name, Expr value) {}

  /**
   * A loop.
   *
   * @param max {@link Integer#MAX_VALUE} for no bound
   * @param mode which of the possible numbers of iterations are matches, or preferred
   * @param adjacent events of which none may come between iterations; empty: gaps are allowed
   * @param until an event that closes the loop; absent where nothing does
   * @param gapNs exclusive bound from one event to the next; {@link #NO_LIMIT} without
   * @param closing when a loop at the end fires; {@code NONE} elsewhere
   * @param quietNs of {@code WHEN_QUIET}
   */
  public record LoopPlan(
      int min,
      int max,
      Mode mode,
      List<Guard> adjacent,
      Optional<Guard> until,
      long gapNs,
      Closing closing,
      long quietNs) {
    public LoopPlan {
      adjacent = List.copyOf(adjacent);
    }

    /** Which numbers of iterations. */
    public enum Mode {
      LONGEST,
      SHORTEST,
      EVERY_PREFIX,
      EVERY_SUBSET
    }
  }

  /** When a loop, or a {@code maybe}, at the end fires. */
  public enum Closing {
    NONE,
    FIRST,
    EACH,
    WHEN_QUIET,
    AT_END
  }

  /** How steps hang together. */
  public sealed interface PatternPlan
      permits Single, Sequence, AllOf, SomeOf, OneOf, Absence, PeerPattern {}

  /** One step. */
  public record Single(int step) implements PatternPlan {}

  /**
   * Parts in order, at least two.
   *
   * @param edges {@code edges.get(i)} leads to {@code parts.get(i + 1)}
   */
  public record Sequence(List<PatternPlan> parts, List<Edge> edges) implements PatternPlan {
    public Sequence {
      parts = List.copyOf(parts);
      edges = List.copyOf(edges);
    }
  }

  /** Branches in any order; each a single step or a sequence. */
  public record AllOf(List<PatternPlan> branches) implements PatternPlan {
    public AllOf {
      branches = List.copyOf(branches);
    }
  }

  /** Branches in any order, of which {@code count} are needed; the events of others are dropped. */
  public record SomeOf(int count, List<PatternPlan> branches) implements PatternPlan {
    public SomeOf {
      branches = List.copyOf(branches);
    }
  }

  /** Alternatives, the preferred first. */
  public record OneOf(List<PatternPlan> branches) implements PatternPlan {
    public OneOf {
      branches = List.copyOf(branches);
    }
  }

  /** {@code no X for d}; only as the last part of the outermost sequence. */
  public record Absence(Guard guard, long durationNs) implements PatternPlan {}

  /**
   * How the next part is reached.
   *
   * @param any {@code then any}
   * @param scope of {@code then next}: the first such event takes the way or closes it
   * @param ownScope of {@code then next}: for each step that may come first, the events of its own
   *     type or define, which are always in its scope; empty: gaps are allowed
   * @param maybe present where the part may be left out
   * @param without no such event in between
   * @param bounds of the events of the part, in time from earlier steps
   */
  public record Edge(
      boolean any,
      List<Guard> scope,
      Map<Integer, Guard> ownScope,
      Optional<Maybe> maybe,
      List<Guard> without,
      List<Bound> bounds) {
    public Edge {
      scope = List.copyOf(scope);
      ownScope = Map.copyOf(ownScope);
      without = List.copyOf(without);
      bounds = List.copyOf(bounds);
    }
  }

  /**
   * A part that may be left out.
   *
   * @param closing when a pattern that may end before it fires; {@code NONE} elsewhere
   * @param quietNs of {@code WHEN_QUIET}
   */
  public record Maybe(Closing closing, long quietNs) {}

  /**
   * A bound in time from the latest event of an earlier step; not kept where that has none.
   *
   * @param atLeast at least the duration, else less than it
   */
  public record Bound(boolean atLeast, long durationNs, int step) {}

  /**
   * What an alert says.
   *
   * @param text parts in order
   * @param score absent: 0
   */
  public record AlertPlan(List<TextPart> text, Optional<Expr> score, List<NamedExpr> fields) {
    public AlertPlan {
      text = List.copyOf(text);
      fields = List.copyOf(fields);
    }
  }

  /** A piece of text, or a value; exactly one is there (the text is empty beside a value). */
  public record TextPart(String text, Optional<Expr> value) {}

  /**
   * A named value of an alert.
   *
   * @param pii the value is a field marked {@code pii} and is masked
   */
  public record NamedExpr(String name, Expr value, boolean pii) {}

  /**
   * Alerts of one rule and one value of {@code by} within the duration after a shown one are held
   * back and counted in the next.
   *
   * @param by key parts and values of the alert; empty: the rule's whole key
   */
  public record Suppress(long durationNs, List<Expr> by) {
    public Suppress {
      by = List.copyOf(by);
    }
  }
}
