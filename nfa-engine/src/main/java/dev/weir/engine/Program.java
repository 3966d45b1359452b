package dev.weir.engine;

import dev.weir.dsl.plan.Expr;
import dev.weir.dsl.plan.FeaturePlan;
import dev.weir.dsl.plan.PlanText;
import dev.weir.dsl.plan.RulePlan;
import dev.weir.dsl.plan.RulePlan.Role;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.engine.Expressions.FeatureReference;
import dev.weir.engine.FeatureProgram.Feed;
import dev.weir.engine.FeatureProgram.Window;
import dev.weir.engine.Keys.KeyExpression;
import dev.weir.event.EventType;
import dev.weir.event.FieldType;
import dev.weir.event.Hashing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A rule set, packed for evaluation: expressions in one run of ints, predicates interned across
 * rules, key expressions and rolling features shared, rows laid out. Immutable; many engines may
 * run one program.
 */
public final class Program {
  /** How an event type is offered to a rule: one group for each distinct list of key fields. */
  record Offer(RuleProgram rule, KeyGroup[] groups) {}

  /** Roles with the same key fields: one offer, under the first. */
  record KeyGroup(int key, int role, long roles) {}

  // how rules see events: each mode has its own order, clock, features and deadlines
  static final int ON_WATERMARK = 0;
  static final int ON_ARRIVAL = 1;
  static final int MODES = 2;

  private final RuleSetPlan plan;
  final boolean hasArrival; // some rule is on arrival
  final Code code;
  final int[] predicates;
  final KeyExpression[] keyExpressions;
  final int[][] keyOfReference; // by type id, feature reference
  final int spaces;
  final int globalSpace;
  final int[] stateWords; // by key space
  final FeatureProgram[] features;
  final Feed[] feeds;
  final int[][][] feedsOfType; // by mode and type id
  final RuleProgram[] rules;
  final Offer[][][] offers; // by mode and type id, in rule order
  final RuleIndex[][] index; // by mode and type id; of the offers
  final int[][][] keysOfType; // by mode and type id: key expressions of its offers
  final long[] durationsNs;
  final long[] params;
  private @Nullable Program shared; // null: not yet asked for; guarded by this
  final int[] sharedReference; // by feature reference: its number in `shared`, or -1
  final int[][][] referencesOfType; // by mode and type id: numbers of references that can be read
  private volatile long fingerprint; // 0: not yet asked for
  final List<TraceProgram> traced; // by rule; empty unless made for tracing

  private Program(Compiler c) {
    this.plan = c.plan;
    this.hasArrival = c.hasArrival;
    this.code = c.code;
    this.predicates = c.predicates.finish();
    this.keyExpressions = c.keyExpressions.toArray(new KeyExpression[0]);
    this.keyOfReference = c.keyOfReference;
    this.spaces = c.spaceCount;
    this.globalSpace = c.globalSpace;
    this.stateWords = c.stateWords;
    this.features = c.features;
    this.feeds = c.feeds;
    this.feedsOfType = c.feedsOfType;
    this.rules = c.rules;
    this.offers = c.offers;
    this.index = c.index;
    this.keysOfType = c.keysOfType;
    this.durationsNs = c.durations.stream().mapToLong(d -> d).toArray();
    this.referencesOfType = c.referencesOfType();
    this.sharedReference = c.sharedReferences();
    this.traced = List.copyOf(c.traced);
    this.params = plan.params().stream().mapToLong(p -> p.value().value()).toArray();
  }

  static int mode(boolean onArrival) {
    return onArrival ? ON_ARRIVAL : ON_WATERMARK;
  }

  /** Packs a checked rule set. Linear in its size. */
  public static Program compile(RuleSetPlan plan) {
    return new Program(new Compiler(plan, false, null));
  }

  /** Packs features alone, for the first of two phases. */
  static Program compile(RuleSetPlan plan, SharedFeatures features) {
    return new Program(new Compiler(plan, false, features));
  }

  /** The same, for engines that can trace: {@link Engine#trace}. They give the same alerts. */
  public static Program compileTraced(RuleSetPlan plan) {
    return new Program(new Compiler(plan, true, null));
  }

  /** What a trace can see at work, rule by rule; nothing unless made for tracing. */
  public List<TracePart> traceParts() {
    return traced.stream().flatMap(rule -> rule.parts.stream()).toList();
  }

  public RuleSetPlan plan() {
    return plan;
  }

  /**
   * Whether a rule reads a feature by another key than its own, so that its value may lie with
   * another engine than the one that owns the rule's key.
   */
  public boolean readsAcrossKeys() {
    return Arrays.stream(sharedReference).anyMatch(number -> number >= 0);
  }

  /**
   * The features that are read across keys, without rules; null if there are none. Packed when it
   * is first asked for: most engines have all keys and do not.
   */
  @Nullable
  synchronized Program shared() {
    if (shared == null && readsAcrossKeys()) {
      shared = SharedFeatures.of(this);
    }
    return shared;
  }

  /**
   * A hash of all that decides what live state means: types, lists, parameters, features, rules.
   * Linear in the program the first time; any thread.
   */
  long fingerprint() {
    if (fingerprint == 0) {
      StringBuilder text = new StringBuilder();
      plan.types().forEach(type -> text.append(type).append('\n'));
      plan.lists().forEach(list -> text.append(list).append('\n'));
      plan.params().forEach(param -> text.append(param).append('\n'));
      byte[] bytes = ValueSet.utf8(text.append(PlanText.print(plan)).append(print()).toString());
      fingerprint = Hashing.hash64(new UnsafeBuffer(bytes), 0, bytes.length) | 1;
    }
    return fingerprint;
  }

  /** The program as text: keys, predicates, features, rules, expressions taken apart. */
  public String print() {
    return ProgramText.of(this);
  }

  /** One use; holds what is being made. */
  private static final class Compiler {
    final RuleSetPlan plan;
    final Expressions expressions;
    final Predicates.Builder predicates;
    final Code code;
    final List<KeyExpression> keyExpressions = new ArrayList<>();
    final int[][] keyOfReference;
    final int spaceCount;
    final int globalSpace;
    final int[] stateWords;
    final FeatureProgram[] features;
    final Feed[] feeds;
    final int[][][] feedsOfType;
    final RuleProgram[] rules;
    final Offer[][][] offers;
    final RuleIndex[][] index;
    final int[][][] keysOfType;
    final TreeSet<Long> durations = new TreeSet<>();
    final List<TraceProgram> traced = new ArrayList<>();

    private final KeyClasses classes = new KeyClasses();
    private final Map<KeyClasses.Node, Integer> keyNumbers = new HashMap<>();

    private final @Nullable SharedFeatures only; // null: rules too
    final boolean hasArrival;

    Compiler(RuleSetPlan plan, boolean isTraced, @Nullable SharedFeatures only) {
      this.plan = plan;
      this.only = only;
      this.hasArrival =
          only == null ? plan.rules().stream().anyMatch(RulePlan::onArrival) : only.hasArrival();
      this.expressions =
          new Expressions(
              plan.lists().stream()
                  .map(list -> Expressions.setOf(list.type(), list.values()))
                  .toList(),
              plan.params());
      this.predicates = new Predicates.Builder(expressions);

      joinKeys();
      if (only != null) {
        only.joinKeys(classes);
        only.references().forEach(expressions::reference);
      }
      globalSpace = classes.number(KeyClasses.GLOBAL);
      spaceCount = classes.count();
      stateWords = new int[spaceCount];

      features = new FeatureProgram[plan.features().size()];
      feeds = feeds();
      int types = plan.types().size();
      feedsOfType = new int[MODES][types][];
      for (int m = 0; m < MODES; m++) {
        int mode = m;
        for (EventType type : plan.types()) {
          feedsOfType[m][type.typeId()] =
              java.util.stream.IntStream.range(0, feeds.length)
                  .filter(f -> feeds[f].mode() == mode)
                  .filter(f -> keyExpressions.get(feeds[f].key()).typeId() == type.typeId())
                  .toArray();
        }
      }

      rules = new RuleProgram[plan.rules().size()];
      for (int r = 0; r < rules.length; r++) {
        RulePlan rule = plan.rules().get(r);
        int space = spaceOf(rule);
        int slot = stateWords[space];
        RuleCompiler compiler =
            new RuleCompiler(r, rule, space, slot, plan.types(), expressions, predicates);
        rules[r] = compiler.compile();
        if (isTraced) {
          traced.add(TraceProgram.of(plan, compiler, expressions));
        }
        stateWords[space] += rules[r].stateWords();
        collectDurations(rules[r]);
      }
      offers = new Offer[MODES][types][];
      index = new RuleIndex[MODES][types];
      keysOfType = new int[MODES][types][];
      for (int mode = 0; mode < MODES; mode++) {
        for (EventType type : plan.types()) {
          Offer[] all = offers(type.typeId(), mode);
          offers[mode][type.typeId()] = all;
          index[mode][type.typeId()] = index(all);
          keysOfType[mode][type.typeId()] =
              Arrays.stream(all)
                  .flatMap(offer -> Arrays.stream(offer.groups()))
                  .mapToInt(KeyGroup::key)
                  .distinct()
                  .toArray();
        }
      }
      code = expressions.finish();
      keyOfReference = keysOfReferences();
    }

    // ---- keys -----------------------------------------------------------------------------------

    /**
     * Keys that are compared with each other share a key space: of one rule, and of its features.
     */
    private void joinKeys() {
      classes.add(KeyClasses.GLOBAL);
      for (FeaturePlan feature : plan.features()) {
        classes.add(KeyClasses.node(feature.typeId(), feature.keyFields()));
      }
      for (RulePlan rule : plan.rules()) {
        KeyClasses.Node first = null;
        for (Role role : rule.roles()) {
          KeyClasses.Node node = KeyClasses.node(role.typeId(), role.keyFields());
          classes.add(node);
          if (first == null) {
            first = node;
          } else {
            classes.join(first, node);
          }
        }
        KeyClasses.Node ruleKey = first == null ? KeyClasses.GLOBAL : first;
        ReferencesOf.rule(
            rule,
            (role, value) -> {
              FeaturePlan feature = plan.features().get(value.feature());
              KeyClasses.Node fed = KeyClasses.node(feature.typeId(), feature.keyFields());
              if (value.key().isEmpty()) {
                classes.join(fed, ruleKey);
              } else {
                KeyClasses.Node read =
                    KeyClasses.node(
                        rule.roles().get(role).typeId(),
                        value.key().stream().map(Expr.EventField::field).toList());
                classes.add(read);
                classes.join(fed, read);
              }
            });
      }
    }

    /** Numbers the references by which some rule reads a feature of another key than its own. */
    int[] sharedReferences() {
      int[] numbers = new int[code.references.length];
      Arrays.fill(numbers, -1);
      for (RulePlan rule : plan.rules()) {
        ReferencesOf.rule(
            rule,
            (role, value) -> {
              if (!value.key().isEmpty() && !isOwnKey(rule, role, value)) {
                int number =
                    List.of(code.references).indexOf(Expressions.FeatureReference.of(value));
                if (number >= 0) { // else nothing evaluates it
                  numbers[number] = 0;
                }
              }
            });
      }
      int count = 0;
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = numbers[i] < 0 ? -1 : count++;
      }
      return numbers;
    }

    int[][][] referencesOfType() {
      int[][][] all = new int[MODES][plan.types().size()][];
      for (int m = 0; m < MODES; m++) {
        int mode = m;
        for (EventType type : plan.types()) {
          all[m][type.typeId()] =
              java.util.stream.IntStream.range(0, code.references.length)
                  .filter(i -> features[code.references[i].feature()].mode() == mode)
                  .filter(i -> keyOfReference[type.typeId()][i] != Keys.NONE)
                  .toArray();
        }
      }
      return all;
    }

    /** Whether the feature is read by the key under which such an event is always offered. */
    private static boolean isOwnKey(RulePlan rule, int read, Expr.FeatureValue value) {
      List<Integer> key = value.key().stream().map(Expr.EventField::field).toList();
      int typeId = rule.roles().get(read).typeId();
      return rule.roles().stream()
          .filter(role -> role.typeId() == typeId)
          .allMatch(role -> role.keyFields().equals(key));
    }

    private int spaceOf(RulePlan rule) {
      return rule.roles().isEmpty()
          ? classes.number(KeyClasses.GLOBAL)
          : classes.number(
              KeyClasses.node(rule.roles().get(0).typeId(), rule.roles().get(0).keyFields()));
    }

    private int keyNumber(int typeId, List<Integer> fields) {
      KeyClasses.Node node = new KeyClasses.Node(typeId, fields);
      Integer known = keyNumbers.get(node);
      if (known != null) {
        return known;
      }
      EventType type = plan.types().get(typeId);
      keyExpressions.add(
          new KeyExpression(
              typeId,
              fields.stream().mapToInt(f -> f).toArray(),
              fields.stream()
                  .map(f -> type.fields().get(f).type().kind())
                  .toArray(FieldType.Kind[]::new),
              classes.number(KeyClasses.node(typeId, fields))));
      keyNumbers.put(node, keyExpressions.size() - 1);
      return keyExpressions.size() - 1;
    }

    private int[][] keysOfReferences() {
      FeatureReference[] references = code.references;
      int[][] keys = new int[plan.types().size()][references.length];
      for (EventType type : plan.types()) {
        for (int i = 0; i < references.length; i++) {
          List<Integer> fields = references[i].keyFields();
          KeyClasses.Node node = KeyClasses.node(type.typeId(), fields);
          FeaturePlan feature = plan.features().get(references[i].feature());
          KeyClasses.Node fed = KeyClasses.node(feature.typeId(), feature.keyFields());
          keys[type.typeId()][i] =
              fields.isEmpty()
                      || !classes.contains(node)
                      || classes.number(node) != classes.number(fed)
                  ? Keys.NONE
                  : keyNumber(type.typeId(), fields);
        }
      }
      return keys;
    }

    private Offer[] offers(int typeId, int mode) {
      List<Offer> all = new ArrayList<>();
      for (RuleProgram rule : rules) {
        if (rule.mode != mode) {
          continue;
        }
        Map<List<Integer>, long[]> groups = new LinkedHashMap<>(); // key fields to first role, mask
        List<Role> roles = rule.plan.roles();
        for (int r = 0; r < roles.size(); r++) {
          if (roles.get(r).typeId() == typeId && rule.plan.life().isOn()) {
            int role = r;
            groups.computeIfAbsent(roles.get(r).keyFields(), k -> new long[] {role, 0})[1] |=
                1L << r;
          }
        }
        long offered = 0;
        for (long[] group : groups.values()) {
          offered |= group[1];
        }
        if ((offered & rule.testedRoles) != 0) {
          all.add(
              new Offer(
                  rule,
                  groups.entrySet().stream()
                      .map(
                          group ->
                              new KeyGroup(
                                  keyNumber(typeId, group.getKey()),
                                  (int) group.getValue()[0],
                                  group.getValue()[1]))
                      .toArray(KeyGroup[]::new)));
        }
      }
      return all.toArray(new Offer[0]);
    }

    private RuleIndex index(Offer[] offers) {
      RuleIndex.Builder builder =
          new RuleIndex.Builder(
              offers.length,
              predicates.conditions(),
              plan.lists().stream().map(RuleSetPlan.ListPlan::values).toList());
      for (int o = 0; o < offers.length; o++) {
        RuleProgram rule = offers[o].rule();
        if (rule.isWhen) {
          if (rule.life.isClosing()) {
            continue;
          }
          // a rising condition must also be seen not to hold
          builder.opens(o, rule.rising ? Code.NONE : rule.condition.event());
          continue;
        }
        long roles = 0;
        for (KeyGroup group : offers[o].groups()) {
          roles |= group.roles();
        }
        for (StepProgram opener : rule.openers()) {
          if (!rule.life.isClosing() && (roles & 1L << opener.role) != 0) {
            builder.opens(o, opener.eventCondition);
          }
        }
        for (StepProgram step : rule.steps) {
          if ((roles & 1L << step.role) != 0) {
            builder.goesOn(o, step.eventCondition);
          }
        }
        for (StepProgram.GuardProgram guard : rule.guards) {
          if ((roles & 1L << guard.role()) != 0) {
            builder.goesOn(o, guard.condition().event());
          }
        }
      }
      return builder.build();
    }

    // ---- features
    // ---------------------------------------------------------------------------------

    /** What features must share to be fed by one log. */
    private record FeedKey(
        int typeId,
        Optional<Expr> filter,
        List<Integer> keyFields,
        boolean isEver,
        long stepNs,
        int mode) {}

    private Feed[] feeds() {
      Map<FeedKey, List<FeaturePlan>> groups = new LinkedHashMap<>();
      for (FeaturePlan feature : plan.features()) {
        groups
            .computeIfAbsent(
                new FeedKey(
                    feature.typeId(),
                    feature.filter(),
                    feature.keyFields(),
                    isEver(feature),
                    feature.stepNs(),
                    mode(feature.onArrival())),
                k -> new ArrayList<>())
            .add(feature);
      }
      return groups.entrySet().stream()
          .map(group -> feed(group.getKey(), group.getValue()))
          .toArray(Feed[]::new);
    }

    private static boolean isEver(FeaturePlan feature) {
      return feature.windowNs() == FeaturePlan.EVER
          || feature.function() == FeaturePlan.Function.PREV;
    }

    private Feed feed(FeedKey shared, List<FeaturePlan> plans) {
      int filter = shared.filter().map(predicates::add).orElse(Code.NONE);
      int key = keyNumber(shared.typeId(), shared.keyFields());
      int space = keyExpressions.get(key).space();
      int lastSeen = -1;
      if (shared.isEver()) {
        lastSeen = KeySpace.STATE + stateWords[space]++;
      }
      EventType type = plan.types().get(shared.typeId());
      int columns = 0;
      Map<Integer, Integer> columnOfField = new HashMap<>();
      Map<Long, List<FeatureProgram>> windows = new TreeMap<>();
      List<FeatureProgram> all = new ArrayList<>();
      for (FeaturePlan feature : plans) {
        int column = -1;
        if (!shared.isEver() && feature.field() >= 0) {
          boolean ownColumn =
              feature.function() == FeaturePlan.Function.DISTINCT
                  || type.fields().get(feature.field()).type().isVariable();
          Integer known = ownColumn ? null : columnOfField.get(feature.field());
          column = known == null ? columns++ : known;
          if (!ownColumn) {
            columnOfField.put(feature.field(), column);
          }
        }
        FeatureProgram program =
            new FeatureProgram(
                feature.id(),
                feature.function(),
                feature.field(),
                feature.field() >= 0 && type.fields().get(feature.field()).type().isVariable(),
                KeySpace.STATE + stateWords[space],
                column,
                shared.isEver(),
                feature.field() < 0 ? 0 : type.fields().get(feature.field()).type().scale(),
                feature.percent(),
                shared.mode(),
                isReadBefore(feature.id()));
        stateWords[space] += FeatureProgram.stateWords(feature.function(), shared.isEver());
        features[feature.id()] = program;
        all.add(program);
        windows.computeIfAbsent(feature.windowNs(), w -> new ArrayList<>()).add(program);
      }
      int bitmapWords = (columns + 63) / 64;
      return new Feed(
          filter,
          key,
          space,
          lastSeen,
          plans.get(0).keepNs(),
          shared.stepNs(),
          shared.mode(),
          2 + bitmapWords + columns,
          bitmapWords,
          all.toArray(new FeatureProgram[0]),
          shared.isEver()
              ? List.of()
              : windows.entrySet().stream()
                  .map(
                      window ->
                          new Window(
                              window.getKey(), window.getValue().toArray(new FeatureProgram[0])))
                  .toList());
    }

    private boolean isReadBefore(int feature) {
      boolean[] found = new boolean[1];
      for (RulePlan rule : plan.rules()) {
        ReferencesOf.rule(
            rule, (role, value) -> found[0] |= value.feature() == feature && value.before());
      }
      return found[0] || only != null && only.isReadBefore(feature);
    }

    // ---- deadlines
    // --------------------------------------------------------------------------------

    private void collectDurations(RuleProgram rule) {
      if (rule.isWhen) {
        return;
      }
      if (rule.hasWindow()) {
        durations.add(rule.withinNs);
      }
      for (Automaton.State state : rule.automaton.states) {
        if (state.end != null
            && state.end.durationNs() > 0
            && state.end.durationNs() != Automaton.Way.TO_WINDOW_END) {
          durations.add(state.end.durationNs());
        }
        for (Automaton.Way way : state.ways) {
          for (Automaton.TimeBound bound : way.bounds()) {
            if (!bound.isAtLeast()) {
              durations.add(bound.durationNs());
            }
          }
        }
      }
    }
  }

  @Override
  public String toString() {
    return "Program[rules="
        + rules.length
        + " predicates="
        + predicates.length
        + " features="
        + features.length
        + " feeds="
        + feeds.length
        + " keySpaces="
        + spaces
        + " stateWords="
        + Arrays.toString(stateWords)
        + "]";
  }
}
