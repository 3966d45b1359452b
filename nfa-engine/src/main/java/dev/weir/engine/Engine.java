package dev.weir.engine;

import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.dsl.plan.RuleSuccession;
import dev.weir.engine.Program.KeyGroup;
import dev.weir.engine.Program.Offer;
import dev.weir.event.EventReader;
import dev.weir.event.EventType;
import dev.weir.event.RecordLayout;
import java.util.Arrays;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Runs a program: a fold over records in order of position. Records carry their position and the
 * verdict of the intake; with each comes the watermark after it. Alerts go to the sink in alert
 * order. Reads no clock, starts no thread, allocates nothing after warm-up. Owned by one thread.
 *
 * <p>If live state does not fit its budget, {@link StateFullException} is thrown; what the sink
 * throws passes through. Either way the record at hand was folded halfway, so the engine refuses
 * every later call with an {@link IllegalStateException}: alerts given out before stand, the rest
 * must be folded by a new engine.
 */
public final class Engine {
  private final Program program;
  private final KeyGroups owned;
  private final Arena arena;
  private final KeySpace[] spaces;
  private final RuleProgram[] rules;
  private final Offer[][][] offers; // by mode and type
  private final Keys keys;
  private final Evaluator evaluator;
  private final Predicates predicates;
  private final Features features;
  private final Deadlines[] deadlines; // by mode
  private final RuleFigures figures;
  private long toldFaults; // of the evaluator and not of predicates: those that a rule was told
  private final Matcher matcher;
  private final AlertRecord alert;
  private final Reorder held;
  private final RuleIndex[][] index; // by mode and type
  private final int[][][] keysOfType;
  private final long[] opens; // bits of the offers that the event at hand can touch
  private final long[] goesOn;
  private final long[][] missing; // by mode and key expression: events without such a key
  private final boolean[] hasTie; // by type
  private final boolean countsMissing; // of all shards, one counts them

  private final EventReader arriving = new EventReader();
  private final EventReader event = new EventReader();
  private long watermarkNs = Long.MIN_VALUE;
  private long arrivalNs = Long.MIN_VALUE; // the arrival clock
  private final EventReader stamped = new EventReader();
  private UnsafeBuffer copy = new UnsafeBuffer(new byte[0]); // of an event whose time is past
  private long sequence;
  private boolean isFolding; // stays true after a failure
  private boolean isImporting;
  private @Nullable StateExport exporting;
  private @Nullable Tracer tracer; // null: nobody looks
  private @Nullable FeatureRows rowsWritten; // not null: this is the first of two phases
  private @Nullable OthersFeatures others; // not null: this is the second of two phases

  // what state is wanted for, when it is full: a rule, or one of these
  private static final int HELD = -1;
  private static final int FEATURES = -2;
  private int at = HELD;

  /**
   * An engine for all keys.
   *
   * @param budgetBytes of live state, all told; less than 2 MiB count as 2 MiB
   */
  public Engine(Program program, AlertSink sink, long budgetBytes) {
    this(program, sink, budgetBytes, KeyGroups.ALL);
  }

  /**
   * An engine for the keys of some groups, which must be given every record all the same: engines
   * that share the groups among them give, together, the alerts of one engine for all keys, each in
   * alert order. Figures add up over them, but for {@link #heldEvents}, which is the same in each.
   *
   * <p>If the program {@link Program#readsAcrossKeys}, each of them works in two phases: an engine
   * {@link #ofSharedFeatures} for the same groups is given a stretch of records first; when all of
   * those are done with it, this one {@link #readsFrom} their rows.
   *
   * @param budgetBytes of live state, all told; less than 2 MiB count as 2 MiB
   */
  public Engine(Program program, AlertSink sink, long budgetBytes, KeyGroups owned) {
    this.program = program;
    this.owned = owned;
    this.countsMissing = owned.contains(KeyGroups.GLOBAL);
    this.arena = new Arena(budgetBytes);
    this.spaces = new KeySpace[program.spaces];
    for (int i = 0; i < spaces.length; i++) {
      spaces[i] = new KeySpace(arena, program.stateWords[i]);
    }
    this.rules = program.rules;
    this.offers = program.offers;
    this.keys =
        new Keys(
            program.keyExpressions, spaces, program.globalSpace, program.keyOfReference, owned);
    this.evaluator = new Evaluator(program.code, arena, program.params, keys);
    this.predicates = new Predicates(program.predicates, evaluator);
    this.figures = new RuleFigures(rules, program.predicates.length);
    predicates.figures(figures);
    this.features =
        new Features(
            arena, program.feeds, program.feedsOfType, program.features, spaces, keys, predicates);
    evaluator.features(features);
    this.deadlines = new Deadlines[Program.MODES];
    Arrays.setAll(deadlines, mode -> new Deadlines(arena, program.durationsNs));
    this.alert =
        new AlertRecord(sink, arena, program.plan().types(), spaces, evaluator, rules, figures);
    this.matcher = new Matcher(arena, evaluator, predicates, deadlines, alert, rules, figures);
    this.held = new Reorder(arena, program.plan().types());
    this.index = program.index;
    this.keysOfType = program.keysOfType;
    int words =
        Arrays.stream(index).flatMap(Arrays::stream).mapToInt(RuleIndex::words).max().orElse(0);
    this.opens = new long[words];
    this.goesOn = new long[words];
    this.missing = new long[Program.MODES][program.keyExpressions.length];
    this.hasTie = new boolean[program.plan().types().size()];
    for (EventType type : program.plan().types()) {
      hasTie[type.typeId()] = type.tieField() != EventType.NO_FIELD;
    }
  }

  /**
   * The first of two phases: an engine that only keeps the features which rules read across keys,
   * and writes their values down for others. It must be given every record that the engine of the
   * rules is given. It begins where an engine for the same groups stands, by {@link #takeOver}.
   *
   * @param program one that {@link Program#readsAcrossKeys}
   */
  public static Engine ofSharedFeatures(Program program, long budgetBytes, KeyGroups owned) {
    Program shared = program.shared();
    if (shared == null) {
      throw new IllegalArgumentException("no rule reads across keys");
    }
    return new Engine(shared, alert -> {}, budgetBytes, owned);
  }

  /** The next records' features go to these rows. Of an engine {@link #ofSharedFeatures}. */
  public void writesTo(FeatureRows rows) {
    rowsWritten = rows;
  }

  /**
   * The next records' features, as far as others own them, stand in these rows.
   *
   * @param rows by engine, in the order of their key groups; see {@link KeyGroups#ofShard}
   */
  public void readsFrom(List<FeatureRows> rows) {
    OthersFeatures from = others;
    if (from == null) {
      from = new OthersFeatures(rows.size(), program.sharedReference);
      others = from;
      evaluator.others(from);
    }
    from.stretch(rows);
  }

  /**
   * From now on tells what becomes of partial matches, and why. The alerts are the same; each event
   * costs far more. The program must be made by {@link Program#compileTraced}.
   */
  public void trace(TraceSink sink) {
    if (program.traced.size() != rules.length) {
      throw new IllegalArgumentException("the program is not made for tracing");
    }
    tracer = new Tracer(arena, evaluator, predicates, matcher, rules, program.traced, sink);
    alert.trace(tracer);
  }

  /**
   * Folds one record.
   *
   * @param buffer holds the record; not read after the call
   * @param watermark of the stream after this record, in nanoseconds; never falls
   */
  public void onRecord(DirectBuffer buffer, int offset, int length, long watermark) {
    begin();
    try {
      fold(buffer, offset, length, watermark);
    } catch (StateFullException e) {
      throw new StateFullException(wantedFor(), e);
    }
    isFolding = false;
  }

  /**
   * A record without an event has moved stream time: events and deadlines are released.
   *
   * @param position of the record, which lets out what follows
   */
  public void onWatermark(long position, long watermark) {
    begin();
    alert.releasePosition(position);
    try {
      moveArrival(watermark);
      advance(watermark);
    } catch (StateFullException e) {
      throw new StateFullException(wantedFor(), e);
    }
    isFolding = false;
  }

  /** As {@link #onEnd(long)}; the record at this position says so. */
  public void onEnd(long position, long timeNs) {
    alert.releasePosition(position);
    onEnd(timeNs);
  }

  /** All sources have ended and stream time moves to this time: everything held is released. */
  public void onEnd(long timeNs) {
    begin();
    try {
      moveArrival(Math.max(timeNs, watermarkNs));
      while (!held.isEmpty()) {
        releaseFirst();
      }
      if (timeNs > watermarkNs) {
        watermarkNs = timeNs;
      }
      fireUpTo(Program.ON_WATERMARK, watermarkNs);
      if (tracer != null) {
        tracer.end(watermarkNs);
      }
    } catch (StateFullException e) {
      throw new StateFullException(wantedFor(), e);
    }
    isFolding = false;
  }

  // ---- portable form ----------------------------------------------------------------------------

  /**
   * Gives all live state out in chunks of at most 64 KiB: what an engine of the same program needs
   * to go on as this one, whatever groups it owns. Changes nothing. Linear in the state.
   */
  public void exportState(ChunkSink sink) {
    if (isFolding) {
      throw new IllegalStateException("the engine stopped in the middle of a record");
    }
    if (exporting == null) {
      LiveState live = new LiveState();
      exporting = new StateExport(live, matcher.portable(), portableFeatures());
    }
    exporting.writeAll(sink);
  }

  /**
   * Begins to take in live state that engines of the same program gave out. Until it is finished
   * this engine, which must be new, takes no record.
   *
   * @param engines how many gave the chunks that follow
   */
  public StateImport importState(int engines) {
    if (isFolding || isImporting || sequence > 0 || !held.isEmpty()) {
      throw new IllegalStateException("only a new engine takes in state");
    }
    isFolding = true;
    isImporting = true;
    return new StateImport(
        this, new LiveState(), matcher.portable(), portableFeatures(), engines, null);
  }

  /**
   * Goes on from where another engine stands, which owns the same keys and has another program:
   * rules take up partial matches as {@link RuleSuccession} says, windows over the same events what
   * they hold; all else begins with nothing. This engine must be new. The other is not changed, and
   * not needed after. Linear in the other's state.
   *
   * @throws IllegalArgumentException if it is of other event types or other keys
   */
  public void takeOver(Engine before) {
    boolean isOfSameKeys = before.owned.toString().equals(owned.toString());
    if (!isOfSameKeys || !before.program.plan().types().equals(program.plan().types())) {
      throw new IllegalArgumentException("an engine of other keys or event types");
    }
    if (isFolding || before.isFolding || sequence > 0 || !held.isEmpty()) {
      throw new IllegalStateException("only a new engine takes over, between two records");
    }
    isFolding = true;
    Transfer transfer = Transfer.between(before.program, program);
    StateImport taking =
        new StateImport(this, new LiveState(), matcher.portable(), portableFeatures(), 1, transfer);
    new StateExport(before.new LiveState(), before.matcher.portable(), before.portableFeatures())
        .write(taking::onChunk, transfer);
    taking.finish();
    for (int rule = 0; rule < before.rules.length; rule++) {
      if (transfer.movesRule(rule)) {
        figures.goOn(transfer.rule(rule).index, before.figures, rule);
      }
    }
  }

  /**
   * Live state for a person to read.
   *
   * @throws IllegalStateException if the engine stopped in the middle of a record
   */
  public StateView viewState() {
    if (isFolding) {
      throw new IllegalStateException("the engine stopped in the middle of a record");
    }
    return new StateView(new LiveState(), matcher.partials(), deadlines);
  }

  private FeatureState portableFeatures() {
    EventType[] types =
        Arrays.stream(program.feeds)
            .map(feed -> program.plan().types().get(program.keyExpressions[feed.key()].typeId()))
            .toArray(EventType[]::new);
    return new FeatureState(arena, features, program.feeds, types);
  }

  void restore(long lastPosition, long watermark, long arrival, long streamOrder) {
    arrivalNs = arrival;
    alert.releasePosition(lastPosition);
    watermarkNs = watermark;
    sequence = streamOrder;
  }

  void imported() {
    isImporting = false;
    isFolding = false;
  }

  /** What the portable form is made of, and read into. */
  final class LiveState {
    Program program() {
      return program;
    }

    KeyGroups owned() {
      return owned;
    }

    Arena arena() {
      return arena;
    }

    KeySpace[] spaces() {
      return spaces;
    }

    Features features() {
      return features;
    }

    Reorder held() {
      return held;
    }

    long watermarkNs() {
      return watermarkNs;
    }

    long arrivalNs() {
      return arrivalNs;
    }

    long lastPosition() {
      return alert.releasePosition();
    }

    long sequence() {
      return sequence;
    }

    /** Arrays of counts, in the order in which they are written. */
    long[][] counters() {
      return new long[][] {missing[0], missing[1], alert.alerts(), matcher.unpicked()};
    }
  }

  private void begin() {
    if (isFolding) {
      throw new IllegalStateException(
          isImporting
              ? "state has not been taken in to its end"
              : "the engine stopped in the middle of the record at position "
                  + arriving.position());
    }
    isFolding = true;
  }

  private String wantedFor() {
    return switch (at) {
      case HELD -> "events that wait for the watermark";
      case FEATURES -> "rolling features";
      default -> "rule `" + rules[at].plan.name() + "`";
    };
  }

  private void fold(DirectBuffer buffer, int offset, int length, long watermark) {
    arriving.wrap(buffer, offset);
    alert.releasePosition(arriving.position());
    int verdict = arriving.verdict();
    arrive(verdict, length, watermark);
    if (verdict != RecordLayout.VERDICT_LATE && verdict != RecordLayout.VERDICT_REPEAT) {
      if (held.isEmpty() && isReleased(arriving, watermark)) {
        process(Program.ON_WATERMARK, arriving);
      } else {
        at = HELD;
        held.add(buffer, offset, length);
      }
    }
    advance(watermark);
  }

  /** Rules on arrival see every record but repeats, in order of position, at the arrival clock. */
  private void arrive(int verdict, int length, long watermark) {
    alert.noDecision();
    if (!program.hasArrival) {
      return;
    }
    moveArrival(watermark);
    if (verdict == RecordLayout.VERDICT_REPEAT) {
      return;
    }
    moveArrival(arriving.timeNs());
    EventReader seen = arriving;
    if (arriving.timeNs() != arrivalNs) {
      if (copy.capacity() < length) {
        copy = new UnsafeBuffer(new byte[Integer.highestOneBit(length) * 2]);
      }
      copy.putBytes(0, arriving.buffer(), arriving.offset(), length);
      RecordLayout.stampTime(copy, 0, arrivalNs);
      seen = stamped.wrap(copy, 0);
    }
    alert.decides(true);
    process(Program.ON_ARRIVAL, seen);
    alert.decides(false);
  }

  private void moveArrival(long timeNs) {
    if (program.hasArrival) {
      arrivalNs = Math.max(arrivalNs, timeNs);
      fireUpTo(Program.ON_ARRIVAL, arrivalNs);
    }
  }

  private void advance(long watermark) {
    if (watermark > watermarkNs) {
      watermarkNs = watermark;
    }
    while (!held.isEmpty()) {
      held.first(event);
      if (!isReleased(event, watermarkNs)) {
        break;
      }
      releaseFirst();
    }
    fireUpTo(Program.ON_WATERMARK, watermarkNs);
  }

  private boolean isReleased(EventReader record, long watermark) {
    return hasTie[record.typeId()] ? watermark > record.timeNs() : watermark >= record.timeNs();
  }

  private void releaseFirst() {
    held.first(event);
    process(Program.ON_WATERMARK, event);
    held.removeFirst();
  }

  /** One event in the order of a mode: deadlines before it, features, then rules by name. */
  private void process(int mode, EventReader record) {
    long timeNs = record.timeNs();
    fireUpTo(mode, timeNs);
    features.advanceTo(mode, timeNs);
    sequence++;
    alert.atEvent(sequence);
    evaluator.event(record);
    keys.nextEvent(record);
    predicates.nextEvent();
    at = FEATURES;
    features.take(mode, record);
    if (rowsWritten != null) {
      writeRows(rowsWritten, mode, record.typeId());
      sweep();
      return;
    }
    if (others != null) {
      others.at(sequence);
    }
    offerToRules(mode, record);
    sweep();
  }

  private void writeRows(FeatureRows to, int mode, int type) {
    for (int reference : program.referencesOfType[mode][type]) {
      int key = program.keyOfReference[type][reference];
      if (keys.isOwned(key)) {
        Expressions.FeatureReference read = program.code.references[reference];
        features.read(read.feature(), read.before(), keys.find(key));
        to.add(sequence, reference, features);
      }
    }
  }

  /** Rules in order, but only those that the event can touch. */
  private void offerToRules(int mode, EventReader record) {
    int type = record.typeId();
    if (countsMissing) {
      for (int key : keysOfType[mode][type]) {
        if (keys.isMissing(key)) {
          missing[mode][key]++;
        }
      }
    }
    RuleIndex ofType = index[mode][type];
    ofType.look(record, predicates, opens, goesOn);
    toldFaults = faults(); // those of filters are no rule's
    Offer[] all = offers[mode][type];
    for (int w = 0; w < ofType.words(); w++) {
      long touched = tracer == null ? opens[w] | goesOn[w] : rulesIn(w, all.length);
      for (long bits = touched; bits != 0; bits &= bits - 1) {
        long bit = bits & -bits;
        Offer offer = all[(w << 6) + Long.numberOfTrailingZeros(bit)];
        offer(offer, (opens[w] & bit) != 0, record);
      }
    }
  }

  /** A trace looks at every rule. */
  private static long rulesIn(int word, int rules) {
    int left = rules - (word << 6);
    return left >= 64 ? -1L : (1L << left) - 1;
  }

  private void offer(Offer offer, boolean canOpen, EventReader record) {
    RuleProgram rule = offer.rule();
    if (!rule.life.isValid(record.timeNs())) {
      return;
    }
    at = rule.index;
    KeyGroup[] groups = offer.groups();
    for (int g = 0; g < groups.length; g++) {
      KeyGroup group = groups[g];
      if (!keys.isOwned(group.key())) {
        if (tracer != null && !keys.isThere(group.key())) {
          tracer.keyMissing(rule, record);
        }
        continue;
      }
      long roles = group.roles();
      if (groups.length > 1) {
        if (isOfferedBefore(groups, g)) {
          continue;
        }
        for (int later = g + 1; later < groups.length; later++) {
          if (keys.isThere(groups[later].key()) && keys.same(group.key(), groups[later].key())) {
            roles |= groups[later].roles();
          }
        }
      }
      if ((roles & rule.testedRoles) == 0) {
        continue; // named for its key alone
      }
      if (tracer != null) {
        tracer.beginEvent(rule, keys, group.key(), roles, record);
      }
      if (rule.isWhen) {
        figures.evaluated(rule.index, record.timeNs());
        test(rule, group, record);
      } else if (canOpen || matcher.hasOpen(rule, keys.find(group.key()))) {
        figures.evaluated(rule.index, record.timeNs());
        matcher.offer(rule, keys, group.key(), group.role(), roles, record, sequence);
      }
      if (tracer != null) {
        tracer.endEvent(keys.find(group.key()));
      }
    }
    tellFaults(rule);
  }

  private long faults() {
    return evaluator.faults() - predicates.faults();
  }

  /** What the evaluator could not work out meanwhile was the rule's. */
  private void tellFaults(RuleProgram rule) {
    long faults = faults();
    if (faults != toldFaults) {
      figures.failed(rule.index, faults - toldFaults);
      toldFaults = faults;
    }
  }

  private boolean isOfferedBefore(KeyGroup[] groups, int g) {
    for (int earlier = 0; earlier < g; earlier++) {
      if (keys.isThere(groups[earlier].key())
          && keys.same(groups[earlier].key(), groups[g].key())) {
        return true;
      }
    }
    return false;
  }

  /** Tests the condition of a {@code when} rule. */
  private void test(RuleProgram rule, KeyGroup group, EventReader record) {
    boolean holds = predicates.holds(rule.condition.event());
    if (!holds && !rule.rising) {
      return;
    }
    KeySpace space = keys.space(group.key());
    int row = keys.find(group.key());
    evaluator.key(space, row);
    evaluator.partial(Arena.NULL);
    holds = holds && evaluator.holds(rule.condition.key());
    if (!holds && !rule.rising) {
      return;
    }
    boolean wasHolding = false;
    if (rule.rising) {
      int slot = KeySpace.STATE + rule.slot;
      wasHolding = row != Arena.NULL && arena.get(row + slot) != 0;
      if (holds != wasHolding) {
        row = keys.findOrAdd(group.key());
        arena.put(row + slot, holds ? 1 : 0);
        if (holds) {
          space.retain(row);
        } else {
          space.release(row);
        }
      }
    }
    if (holds && !wasHolding) {
      row = keys.findOrAdd(group.key());
      evaluator.key(space, row);
      alert.ofEvent(rule, row, group.role(), record);
    }
  }

  /** Handles every deadline that falls due up to this time, each as an instant of its own. */
  private void fireUpTo(int mode, long timeNs) {
    Deadlines ofMode = deadlines[mode];
    while (ofMode.nextNs() <= timeNs) {
      long dueNs = ofMode.nextNs();
      features.advanceTo(mode, dueNs);
      features.noEvent();
      int due = ofMode.takeDue();
      for (int from = 0; from < due; ) {
        int to = from + 1;
        while (to < due && ofMode.sameInstant(from, to)) {
          to++;
        }
        RuleProgram rule = rules[ofMode.rule(from)];
        at = rule.index;
        alert.atDeadline(ofMode.position(from));
        KeySpace space = spaces[rule.space];
        evaluator.now(dueNs);
        if (tracer != null) {
          tracer.beginDeadline(rule, space, ofMode.row(from), dueNs);
        }
        toldFaults = faults();
        matcher.deadline(rule, space, ofMode, from, to, dueNs);
        tellFaults(rule);
        if (tracer != null) {
          tracer.endDeadline();
        }
        for (; from < to; from++) {
          space.release(ofMode.row(from));
        }
      }
      sweep();
    }
    if (timeNs != Long.MAX_VALUE) {
      features.advanceTo(mode, timeNs);
      sweep();
    }
  }

  private void sweep() {
    for (KeySpace space : spaces) {
      if (space.hasIdle()) {
        space.sweep();
      }
    }
  }

  // ---- the answer

  /** What was decided of the event at hand: valid until the next record. */
  public DecisionView decision() {
    return alert.decision();
  }

  // ---- figures
  // ------------------------------------------------------------------------------------

  /** The rules that it runs. */
  public RuleSetPlan plan() {
    return program.plan();
  }

  /** Bytes of live state: blocks and key indexes; without what is kept to be used again. */
  public long bytesInUse() {
    long bytes = arena.bytesInUse();
    for (KeySpace space : spaces) {
      bytes += space.indexBytes();
    }
    return bytes;
  }

  /** Keys with live state, over all key spaces. */
  public long keysInUse() {
    long size = 0;
    for (KeySpace space : spaces) {
      size += space.size();
    }
    return size;
  }

  /** Events that wait for the watermark, whoever owns their keys. */
  public int heldEvents() {
    return held.size();
  }

  /** Open partial matches of a rule. */
  public long openPartials(int rule) {
    return matcher.openPartials(rule);
  }

  /** Matches of a rule that were complete and not chosen by {@code pick}. */
  public long unpicked(int rule) {
    return matcher.unpicked(rule);
  }

  /** Events, each under one key, that a rule was given since this engine began. */
  public long evaluations(int rule) {
    return figures.evaluations(rule);
  }

  /**
   * Times since this engine began that arithmetic of a rule had no result though its operands were
   * there: division by zero, overflow. A condition on the event alone that several rules share is
   * worked out once, and counts for each of them.
   */
  public long errors(int rule) {
    return figures.errors(rule);
  }

  /** Time of the last event that a rule was given, ns since the epoch; the least long: none yet. */
  public long evaluatedNs(int rule) {
    return figures.evaluatedNs(rule);
  }

  /** Time of the last event that a partial match of a rule took; the least long: none yet. */
  public long advancedNs(int rule) {
    return figures.advancedNs(rule);
  }

  /** Time of the last alert of a rule, before {@code suppress}; the least long: none yet. */
  public long firedNs(int rule) {
    return figures.firedNs(rule);
  }

  /** Steps of a rule, as its plan numbers them; none of a {@code when} rule. */
  public int steps(int rule) {
    return figures.steps(rule);
  }

  /** Times since this engine began that a partial match of a rule took an event at a step. */
  public long taken(int rule, int step) {
    return figures.taken(rule, step);
  }

  /** Alerts of a rule, before {@code suppress}. */
  public long alerts(int rule) {
    return alert.alerts(rule);
  }

  /** Events that were not offered to a rule, or not under one role, since their key is missing. */
  public long keyMissing(int rule) {
    long count = 0;
    for (Offer[] ofType : offers[rules[rule].mode]) {
      for (Offer offer : ofType) {
        if (offer.rule().index == rule) {
          for (KeyGroup group : offer.groups()) {
            count += missing[rules[rule].mode][group.key()];
          }
        }
      }
    }
    return count;
  }
}
