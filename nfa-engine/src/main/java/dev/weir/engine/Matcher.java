package dev.weir.engine;

import dev.weir.dsl.plan.RulePlan.Closing;
import dev.weir.dsl.plan.RulePlan.Consumption;
import dev.weir.engine.RuleProgram.AbsenceItem;
import dev.weir.engine.RuleProgram.AllOfItem;
import dev.weir.engine.RuleProgram.Branch;
import dev.weir.engine.RuleProgram.Edge;
import dev.weir.engine.RuleProgram.Item;
import dev.weir.engine.RuleProgram.StepItem;
import dev.weir.engine.StepProgram.GuardProgram;
import dev.weir.event.EventReader;
import java.util.Arrays;

/**
 * Runs match rules: offers an event, or a deadline, to the partial matches of one rule and key and
 * settles the instant, in the order of {@code docs/language/semantics.md}, "One instant". The
 * partial matches of a rule and key are a list in the key's row, by start. Cost of an event: linear
 * in those partial matches, and only if a condition on the event alone holds. Owned by one thread.
 */
final class Matcher {
  private static final int UNKNOWN = 0;
  private static final int PASSES = 1;
  private static final int FAILS = 2;

  private final Arena arena;
  private final Evaluator evaluator;
  private final Predicates predicates;
  private final Deadlines deadlines;
  private final AlertRecord alert;
  private final Ranking ranking;
  private final long[] openPartials; // by rule
  private final long[] unpicked; // by rule

  private long serial;

  // the instant
  @SuppressWarnings("NullAway.Init") // set when an instant begins
  private RuleProgram rule;

  private long roles;
  private int role;
  private EventReader event = new EventReader();
  private long sequence;
  private final int[] stepAnswer = new int[RuleCompiler.STEPS_MAX];

  // partial matches made by this instant, in order of their starts
  private int[] fresh = new int[64];
  private boolean[] freshComplete = new boolean[64];
  private int freshCount;

  // ways that are used up unless the event is consumed: partial match, branch or -1, flag
  private int[] markPartial = new int[64];
  private int[] markBranch = new int[64];
  private int[] markFlag = new int[64];
  private int markCount;

  private int[] complete = new int[64];
  private int completeCount;
  private boolean unlessHit;

  // places in stream order of the events used up in this instant
  private long[] used = new long[64];
  private int usedCount;
  private boolean restart;

  Matcher(
      Arena arena,
      Evaluator evaluator,
      Predicates predicates,
      Deadlines deadlines,
      AlertRecord alert,
      int rules) {
    this.arena = arena;
    this.evaluator = evaluator;
    this.predicates = predicates;
    this.deadlines = deadlines;
    this.alert = alert;
    this.ranking = new Ranking(arena);
    this.openPartials = new long[rules];
    this.unpicked = new long[rules];
  }

  long openPartials(int ruleIndex) {
    return openPartials[ruleIndex];
  }

  long unpicked(int ruleIndex) {
    return unpicked[ruleIndex];
  }

  // ---- an event ---------------------------------------------------------------------------------

  /** Offers the event at hand to a rule under one key. */
  void offer(
      RuleProgram program,
      Keys keys,
      int key,
      int keyRole,
      long roleMask,
      EventReader reader,
      long streamSequence) {
    rule = program;
    roles = roleMask;
    role = keyRole;
    event = reader;
    sequence = streamSequence;
    if (!isTouched()) {
      return;
    }
    KeySpace space = keys.space(key);
    int row = keys.find(key);
    evaluator.key(space, row);
    begin();
    int head = row == Arena.NULL ? Arena.NULL : head(row);
    for (int p = head; p != Arena.NULL; p = Partial.next(arena, p)) {
      offerTo(p);
    }
    offerToEmpty();
    if (completeCount > 0) {
      if (row == Arena.NULL) {
        row = keys.findOrAdd(key);
        evaluator.key(space, row);
      }
      settle(row, event.timeNs());
    }
    boolean eventUsed = restart || isUsed(sequence);
    if (!eventUsed) {
      for (int i = 0; i < markCount; i++) {
        applyMark(i);
      }
    }
    dropConsumed(head, eventUsed);
    if (freshCount > 0 && row == Arena.NULL) {
      row = keys.findOrAdd(key);
    }
    if (row != Arena.NULL) {
      rebuild(space, row, head);
    }
  }

  /** Whether a condition on the event alone lets any step or guard of the rule look closer. */
  private boolean isTouched() {
    for (StepProgram step : rule.steps) {
      if (mayPass(step)) {
        return true;
      }
    }
    for (GuardProgram guard : rule.allGuards) {
      if (hasRole(guard.role()) && predicates.holds(guard.condition().event())) {
        return true;
      }
    }
    return false;
  }

  private boolean mayPass(StepProgram step) {
    return hasRole(step.role) && predicates.holds(step.eventCondition);
  }

  private boolean hasRole(int wanted) {
    return (roles & 1L << wanted) != 0;
  }

  private void begin() {
    Arrays.fill(stepAnswer, 0, rule.steps.length, UNKNOWN);
    freshCount = 0;
    markCount = 0;
    completeCount = 0;
    usedCount = 0;
    restart = false;
  }

  private boolean passes(StepProgram step) {
    int answer = stepAnswer[step.id];
    if (answer == UNKNOWN) {
      answer = mayPass(step) && evaluator.holds(step.keyCondition) ? PASSES : FAILS;
      stepAnswer[step.id] = answer;
    }
    return answer == PASSES && evaluator.holds(step.matchCondition);
  }

  private boolean passes(GuardProgram guard) {
    return hasRole(guard.role())
        && predicates.holds(guard.condition().event())
        && evaluator.holds(guard.condition().key())
        && evaluator.holds(guard.condition().match());
  }

  private boolean anyPasses(GuardProgram[] guards) {
    for (GuardProgram guard : guards) {
      if (passes(guard)) {
        return true;
      }
    }
    return false;
  }

  private void offerTo(int p) {
    if (isExpired(p, event.timeNs())) {
      return; // a pending absence is not bounded by the window; only its guard still matters
    }
    evaluator.partial(p);
    unlessHit = rule.unless.length > 0 && anyPasses(rule.unless);
    int item = Partial.item(arena, p);
    if (rule.items[item] instanceof AllOfItem allOf
        && (Partial.flags(arena, p) & Partial.ALL_DONE) == 0) {
      offerToBranches(p, item, allOf);
    } else {
      offerInLine(p, item);
    }
    if (unlessHit || (rule.without.length > 0 && anyPasses(rule.without))) {
      kill(p);
    }
  }

  /** An expired partial match only waits for its absence; everything else of it is over. */
  private boolean isExpired(int p, long timeNs) {
    if (!rule.hasWindow() || timeNs - Partial.startTimeNs(arena, p) < rule.withinNs) {
      return false;
    }
    if (!waitsForAbsence(p)) {
      kill(p);
      return true;
    }
    Partial.mark(arena, p, Partial.ON_USED);
    return false;
  }

  private boolean waitsForAbsence(int p) {
    return rule.endsInAbsence
        && Partial.item(arena, p) == rule.items.length - 2
        && (Partial.flags(arena, p) & (Partial.ARMED | Partial.OUT_USED)) == Partial.ARMED;
  }

  private void offerInLine(int p, int item) {
    int flags = Partial.flags(arena, p);
    boolean mayLeave = true;
    if (rule.items[item] instanceof StepItem here) {
      StepProgram step = here.step();
      int count = Partial.count(arena, p, step.id);
      mayLeave = count >= step.min;
      if ((flags & Partial.ON_USED) == 0 && count < step.max && passes(step)) {
        take(p, item, -1, step, true);
        mark(p, -1, Partial.ON_USED);
      }
    }
    if (!mayLeave || (flags & Partial.OUT_USED) != 0 || item + 1 == rule.items.length) {
      return;
    }
    Edge edge = rule.edges[item];
    Item next = rule.items[item + 1];
    if (next instanceof StepItem there) {
      if (passes(there.step())) {
        take(p, item + 1, -1, there.step(), false);
        if (!edge.any()) {
          mark(p, -1, Partial.OUT_USED);
        }
      }
    } else if (next instanceof AllOfItem allOf) {
      boolean taken = false;
      for (int b = 0; b < allOf.branches().length; b++) {
        StepProgram first = allOf.branches()[b].steps()[0];
        if (passes(first)) {
          take(p, item + 1, b, first, false);
          taken = true;
        }
      }
      if (taken && !edge.any()) {
        mark(p, -1, Partial.OUT_USED);
      }
    } else if (passes(((AbsenceItem) next).guard())) {
      Partial.mark(arena, p, Partial.OUT_USED);
    }
    if (anyPasses(edge.without())) {
      Partial.mark(arena, p, Partial.OUT_USED);
    }
  }

  private void offerToBranches(int p, int item, AllOfItem allOf) {
    int firstFresh = freshCount;
    for (int b = 0; b < allOf.branches().length; b++) {
      Branch branch = allOf.branches()[b];
      int word = p + rule.branchesAt + b;
      int begun = arena.low(word);
      int flags = arena.high(word);
      if (begun == 0) {
        StepProgram first = branch.steps()[0];
        if ((flags & Partial.OUT_USED) == 0 && passes(first)) {
          take(p, item, b, first, false);
          mark(p, b, Partial.OUT_USED);
        }
        continue;
      }
      StepProgram step = branch.steps()[begun - 1];
      int count = Partial.count(arena, p, step.id);
      if ((flags & Partial.ON_USED) == 0 && count < step.max && passes(step)) {
        take(p, item, b, step, true);
        mark(p, b, Partial.ON_USED);
      }
      if ((flags & Partial.OUT_USED) == 0 && count >= step.min && begun < branch.steps().length) {
        Edge edge = branch.edges()[begun - 1];
        StepProgram next = branch.steps()[begun];
        if (passes(next)) {
          take(p, item, b, next, false);
          if (!edge.any()) {
            mark(p, b, Partial.OUT_USED);
          }
        }
      }
    }
    closeBranches(p, allOf, firstFresh);
  }

  /**
   * Closes the edges of branches that may not pass over the event: in the partial match, and in
   * those made from it, in which another branch took the event.
   */
  private void closeBranches(int p, AllOfItem allOf, int firstFresh) {
    for (int b = 0; b < allOf.branches().length; b++) {
      Branch branch = allOf.branches()[b];
      int word = p + rule.branchesAt + b;
      int begun = arena.low(word);
      if (begun == 0 || begun == branch.steps().length) {
        continue;
      }
      StepProgram step = branch.steps()[begun - 1];
      if (Partial.count(arena, p, step.id) < step.min
          || !anyPasses(branch.edges()[begun - 1].without())) {
        continue;
      }
      arena.putHigh(word, arena.high(word) | Partial.OUT_USED);
      for (int i = firstFresh; i < freshCount; i++) {
        boolean tookInThisBranch = false;
        for (StepProgram own : branch.steps()) {
          tookInThisBranch |= Cell.step(arena, Partial.newest(arena, fresh[i])) == own.id;
        }
        if (!tookInThisBranch) {
          int other = fresh[i] + rule.branchesAt + b;
          arena.putHigh(other, arena.high(other) | Partial.OUT_USED);
        }
      }
    }
  }

  private void offerToEmpty() {
    evaluator.partial(Arena.NULL);
    unlessHit = false;
    if (rule.items[0] instanceof StepItem first) {
      if (passes(first.step())) {
        take(Arena.NULL, 0, -1, first.step(), false);
      }
    } else if (rule.items[0] instanceof AllOfItem allOf) {
      for (int b = 0; b < allOf.branches().length; b++) {
        evaluator.partial(Arena.NULL);
        if (passes(allOf.branches()[b].steps()[0])) {
          take(Arena.NULL, 0, b, allOf.branches()[b].steps()[0], false);
        }
      }
    }
  }

  /** The event takes a way of the partial match, unless {@code require} ends it. */
  private void take(int from, int item, int branch, StepProgram step, boolean again) {
    if (!evaluator.holds(step.require)) {
      if (from != Arena.NULL) {
        kill(from);
      }
      return;
    }
    int to = Partial.extend(arena, rule, from, item, step, event, sequence, ++serial);
    if (branch >= 0) {
      int word = to + rule.branchesAt + branch;
      arena.put(word, again ? arena.low(word) : arena.low(word) + 1); // all its ways are open
      if (allSatisfied(to, (AllOfItem) rule.items[item])) {
        Partial.mark(arena, to, Partial.ALL_DONE);
      }
    }
    boolean isComplete = isComplete(to, item);
    if (isComplete) {
      if (completeCount == complete.length) {
        complete = Arrays.copyOf(complete, completeCount * 2);
      }
      complete[completeCount++] = to;
    }
    if ((isComplete && !mayGo(to, item)) || (unlessHit && from != Arena.NULL)) {
      Partial.mark(arena, to, Partial.DEAD); // it is alerted, perhaps, but does not go on
    }
    if (freshCount == fresh.length) {
      fresh = Arrays.copyOf(fresh, freshCount * 2);
      freshComplete = Arrays.copyOf(freshComplete, freshCount * 2);
    }
    fresh[freshCount] = to;
    freshComplete[freshCount++] = isComplete;
  }

  private boolean allSatisfied(int p, AllOfItem allOf) {
    for (int b = 0; b < allOf.branches().length; b++) {
      if (!isSatisfied(p, b, allOf.branches()[b])) {
        return false;
      }
    }
    return true;
  }

  private boolean isSatisfied(int p, int b, Branch branch) {
    int begun = arena.low(p + rule.branchesAt + b);
    return begun == branch.steps().length
        && Partial.count(arena, p, branch.steps()[begun - 1].id) >= branch.steps()[begun - 1].min;
  }

  /** Whether the event just taken completes the match. */
  private boolean isComplete(int p, int item) {
    if (item + 1 < rule.items.length) {
      return false;
    }
    if (rule.items[item] instanceof AllOfItem) {
      return (Partial.flags(arena, p) & Partial.ALL_DONE) != 0;
    }
    StepProgram step = ((StepItem) rule.items[item]).step();
    int count = Partial.count(arena, p, step.id);
    return switch (rule.closing) {
      case FIRST, NONE -> count == step.min;
      case EACH -> count >= step.min;
      case WHEN_QUIET -> count == step.max;
    };
  }

  /** Whether a complete match may take more events. */
  private boolean mayGo(int p, int item) {
    return rule.closing == Closing.EACH
        && rule.items[item] instanceof StepItem last
        && Partial.count(arena, p, last.step().id) < last.step().max;
  }

  private void kill(int p) {
    Partial.mark(arena, p, Partial.DEAD);
  }

  private void mark(int p, int branch, int flag) {
    if (markCount == markPartial.length) {
      markPartial = Arrays.copyOf(markPartial, markCount * 2);
      markBranch = Arrays.copyOf(markBranch, markCount * 2);
      markFlag = Arrays.copyOf(markFlag, markCount * 2);
    }
    markPartial[markCount] = p;
    markBranch[markCount] = branch;
    markFlag[markCount++] = flag;
  }

  private void applyMark(int i) {
    int p = markPartial[i];
    if (markBranch[i] < 0) {
      Partial.mark(arena, p, markFlag[i]);
    } else {
      int word = p + rule.branchesAt + markBranch[i];
      arena.putHigh(word, arena.high(word) | markFlag[i]);
    }
  }

  // ---- a deadline -------------------------------------------------------------------------------

  /**
   * Handles the entries {@code from} to {@code to} of what is due: one instant of one rule and key.
   */
  void deadline(RuleProgram program, KeySpace space, Deadlines due, int from, int to, long timeNs) {
    rule = program;
    role = due.role(from);
    int row = due.row(from);
    evaluator.noEvent();
    evaluator.key(space, row);
    begin();
    int head = head(row);
    boolean windowEnds = false;
    for (int i = from; i < to; i++) {
      if (due.kind(i) == Deadlines.COMPLETE) {
        int p = bySerial(head, due.reference(i));
        if (p != Arena.NULL && isStillDue(p)) {
          addComplete(p);
        }
      } else {
        windowEnds = true;
        if (rule.closing == Closing.WHEN_QUIET) {
          completeQuiet(head, due.reference(i));
        }
      }
    }
    if (completeCount > 0) {
      settle(row, timeNs);
      dropConsumed(head, false);
    }
    if (windowEnds) {
      for (int i = from; i < to; i++) {
        if (due.kind(i) == Deadlines.WINDOW_END) {
          expireStart(head, due.reference(i), timeNs);
        }
      }
    }
    if (completeCount > 0 || windowEnds) {
      rebuild(space, row, head);
    }
  }

  /** Another start whose window ends at the same time has an instant of its own still to come. */
  private void expireStart(int head, long start, long timeNs) {
    for (int p = head;
        p != Arena.NULL && Partial.startSequence(arena, p) <= start;
        p = Partial.next(arena, p)) {
      if (Partial.startSequence(arena, p) == start && !Partial.isDead(arena, p)) {
        isExpired(p, timeNs);
      }
    }
  }

  private int bySerial(int head, long wanted) {
    for (int p = head; p != Arena.NULL; p = Partial.next(arena, p)) {
      if (Partial.serial(arena, p) == wanted) {
        return p;
      }
    }
    return Arena.NULL;
  }

  private boolean isStillDue(int p) {
    int flags = Partial.flags(arena, p);
    if ((flags & Partial.ARMED) == 0) {
      return false;
    }
    return rule.endsInAbsence
        ? (flags & Partial.OUT_USED) == 0
        : (flags & Partial.ON_USED) == 0; // an event that the loop took cancelled it
  }

  /** The window of a start ends: its quiet loop completes now, if it has not before. */
  private void completeQuiet(int head, long start) {
    StepProgram last = ((StepItem) rule.items[rule.items.length - 1]).step();
    for (int p = head; p != Arena.NULL; p = Partial.next(arena, p)) {
      if (Partial.startSequence(arena, p) == start
          && Partial.item(arena, p) == rule.items.length - 1
          && Partial.count(arena, p, last.id) >= last.min
          && (Partial.flags(arena, p) & (Partial.ON_USED | Partial.DEAD)) == 0
          && !isAmongComplete(p)) {
        addComplete(p);
      }
    }
  }

  private boolean isAmongComplete(int p) {
    for (int i = 0; i < completeCount; i++) {
      if (complete[i] == p) {
        return true;
      }
    }
    return false;
  }

  private void addComplete(int p) {
    if (completeCount == complete.length) {
      complete = Arrays.copyOf(complete, completeCount * 2);
    }
    complete[completeCount++] = p;
    kill(p);
  }

  // ---- the completions of an instant
  // --------------------------------------------------------------

  /** Chooses among the completions, alerts, and notes which events are used up. */
  private void settle(int row, long timeNs) {
    int candidates = completeCount;
    ranking.begin(rule, complete, completeCount);
    if (!rule.severalPerStart) {
      candidates = ranking.keepBestOfEachStart();
    }
    int picked = ranking.pick();
    int shown = 0;
    for (int i = 0; i < picked; i++) {
      int p = ranking.at(i);
      if (holdsUsed(p)) {
        continue;
      }
      if (rule.consumption == Consumption.RESTART && shown > 0) {
        break;
      }
      evaluator.partial(p);
      alert.ofMatch(rule, row, role, timeNs, p, shown++);
      use(p);
    }
    unpicked[rule.index] += candidates - shown;
    restart = rule.consumption == Consumption.RESTART && shown > 0;
  }

  private void use(int p) {
    switch (rule.consumption) {
      case ALL -> {
        for (int cell = Partial.newest(arena, p);
            cell != Arena.NULL;
            cell = Cell.parent(arena, cell)) {
          addUsed(Cell.sequence(arena, cell));
        }
      }
      case START -> addUsed(Partial.startSequence(arena, p));
      case NONE, RESTART -> {}
    }
  }

  private void addUsed(long eventSequence) {
    if (usedCount == used.length) {
      used = Arrays.copyOf(used, usedCount * 2);
    }
    used[usedCount++] = eventSequence;
  }

  private boolean isUsed(long eventSequence) {
    for (int i = 0; i < usedCount; i++) {
      if (used[i] == eventSequence) {
        return true;
      }
    }
    return false;
  }

  private boolean holdsUsed(int p) {
    if (usedCount == 0) {
      return false;
    }
    for (int cell = Partial.newest(arena, p); cell != Arena.NULL; cell = Cell.parent(arena, cell)) {
      if (isUsed(Cell.sequence(arena, cell))) {
        return true;
      }
    }
    return false;
  }

  /** Ends what the instant used up: partial matches that hold used events, and completed starts. */
  private void dropConsumed(int head, boolean eventUsed) {
    for (int i = 0; i < freshCount; i++) {
      if (eventUsed || restart || holdsUsed(fresh[i]) || startCompleted(fresh[i])) {
        kill(fresh[i]);
      }
    }
    if (completeCount == 0) {
      return;
    }
    for (int p = head; p != Arena.NULL; p = Partial.next(arena, p)) {
      if (restart || holdsUsed(p) || startCompleted(p)) {
        kill(p);
      }
    }
  }

  private boolean startCompleted(int p) {
    if (rule.severalPerStart) {
      return false;
    }
    long start = Partial.startSequence(arena, p);
    for (int i = 0; i < completeCount; i++) {
      if (Partial.startSequence(arena, complete[i]) == start) {
        return true;
      }
    }
    return false;
  }

  // ---- the list of a rule and key
  // -----------------------------------------------------------------

  private int head(int row) {
    return arena.low(row + KeySpace.STATE + rule.slot);
  }

  /** Frees what is dead, adds what is fresh behind its start, arms deadlines. */
  private void rebuild(KeySpace space, int row, int oldHead) {
    int head = Arena.NULL;
    int tail = Arena.NULL;
    int nextFresh = 0;
    int p = oldHead;
    while (p != Arena.NULL || nextFresh < freshCount) {
      int chosen;
      boolean isFresh =
          p == Arena.NULL
              || (nextFresh < freshCount
                  && Partial.startSequence(arena, fresh[nextFresh])
                      < Partial.startSequence(arena, p));
      if (isFresh) {
        chosen = fresh[nextFresh++];
      } else {
        chosen = p;
        p = Partial.next(arena, p);
      }
      if (Partial.isDead(arena, chosen) || !isAlive(chosen)) {
        Partial.free(arena, rule, chosen);
        if (!isFresh) {
          openPartials[rule.index]--;
        }
        continue;
      }
      if (isFresh) {
        openPartials[rule.index]++;
        arm(space, row, chosen);
      }
      if (tail == Arena.NULL) {
        head = chosen;
      } else {
        Partial.next(arena, tail, chosen);
      }
      tail = chosen;
    }
    if (tail != Arena.NULL) {
      Partial.next(arena, tail, Arena.NULL);
    }
    arena.putLow(row + KeySpace.STATE + rule.slot, head);
    if (oldHead == Arena.NULL && head != Arena.NULL) {
      space.retain(row);
    } else if (oldHead != Arena.NULL && head == Arena.NULL) {
      space.release(row);
    }
  }

  /** Whether a way is open that can lead to a match. */
  private boolean isAlive(int p) {
    int item = Partial.item(arena, p);
    int flags = Partial.flags(arena, p);
    if (rule.items[item] instanceof AllOfItem allOf && (flags & Partial.ALL_DONE) == 0) {
      return isAliveInBranches(p, allOf);
    }
    boolean outOpen = item + 1 < rule.items.length && (flags & Partial.OUT_USED) == 0;
    if (rule.items[item] instanceof StepItem here) {
      StepProgram step = here.step();
      int count = Partial.count(arena, p, step.id);
      boolean onOpen = count < step.max && (flags & Partial.ON_USED) == 0;
      return onOpen || (count >= step.min && outOpen);
    }
    return outOpen;
  }

  private boolean isAliveInBranches(int p, AllOfItem allOf) {
    boolean anyOpen = false;
    for (int b = 0; b < allOf.branches().length; b++) {
      Branch branch = allOf.branches()[b];
      int word = p + rule.branchesAt + b;
      int begun = arena.low(word);
      int flags = arena.high(word);
      boolean open;
      if (begun == 0) {
        open = (flags & Partial.OUT_USED) == 0;
      } else {
        StepProgram step = branch.steps()[begun - 1];
        int count = Partial.count(arena, p, step.id);
        boolean onOpen = count < step.max && (flags & Partial.ON_USED) == 0;
        boolean outOpen =
            begun < branch.steps().length && count >= step.min && (flags & Partial.OUT_USED) == 0;
        open = onOpen || outOpen;
      }
      if (!open && !isSatisfied(p, b, branch)) {
        return false;
      }
      anyOpen |= open;
    }
    return anyOpen;
  }

  private void arm(KeySpace space, int row, int p) {
    boolean isStart = Cell.parent(arena, Partial.newest(arena, p)) == Arena.NULL;
    if (isStart && rule.hasWindow()) {
      // for a start with several partial matches (all of) once is enough, twice does no harm
      deadlines.arm(
          rule.withinNs,
          event.timeNs(),
          event.position(),
          rule.index,
          role,
          row,
          Deadlines.WINDOW_END,
          sequence);
      space.retain(row);
    }
    int item = Partial.item(arena, p);
    if (rule.endsInAbsence && item == rule.items.length - 2) {
      if (rule.items[item] instanceof StepItem here
          && Partial.count(arena, p, here.step().id) < here.step().min) {
        return;
      }
      if (rule.items[item] instanceof AllOfItem
          && (Partial.flags(arena, p) & Partial.ALL_DONE) == 0) {
        return;
      }
      armCompletion(space, row, p, ((AbsenceItem) rule.items[rule.items.length - 1]).durationNs());
    } else if (rule.closing == Closing.WHEN_QUIET && item == rule.items.length - 1) {
      StepProgram last = ((StepItem) rule.items[item]).step();
      long quietEndNs = Features.saturatedSum(event.timeNs(), rule.quietNs);
      boolean beforeWindowEnds =
          !rule.hasWindow()
              || quietEndNs <= Features.saturatedSum(Partial.startTimeNs(arena, p), rule.withinNs);
      if (Partial.count(arena, p, last.id) >= last.min && beforeWindowEnds) {
        armCompletion(space, row, p, rule.quietNs);
      }
    }
  }

  private void armCompletion(KeySpace space, int row, int p, long durationNs) {
    Partial.mark(arena, p, Partial.ARMED);
    deadlines.arm(
        durationNs,
        event.timeNs(),
        event.position(),
        rule.index,
        role,
        row,
        Deadlines.COMPLETE,
        Partial.serial(arena, p));
    space.retain(row);
  }
}
