package dev.weir.testkit.reference;

import dev.weir.dsl.ast.Clause;
import dev.weir.dsl.ast.Declaration;
import dev.weir.dsl.ast.Expression;
import dev.weir.dsl.ast.Pattern;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A rule, its clauses looked up once. */
final class RuleDef {
  static final long NO_LIMIT = Long.MAX_VALUE;

  final RuleSet set;
  final Declaration.Rule rule;
  final String name;
  final boolean onArrival;
  final Optional<Clause.When> when;
  final Optional<Pattern.LowRate> lowRate;

  /** The pattern; null for {@code when} rules and low rates. */
  final @Nullable Node pattern;

  final Map<String, Node> stepNames;
  final long withinNs;
  final List<Clause.Selector> without;
  final List<Clause.Selector> unless;
  final Optional<Expression> onlyDuring;
  final Clause.Starts.Kind starts;
  final Clause.Pick.Kind pick;
  final int pickLimit;
  final Clause.AfterMatch.Kind afterMatch;
  final String resumeStep;
  final Clause.Fire.Kind fire;

  /** A word of the rule gives several matches for one start. */
  final boolean givesSeveral;

  /** The smallest {@code every subset limit n}. */
  final int subsetLimit;

  /** Types and defines under which events are offered, in the order of key roles. */
  final List<String> roles;

  private final List<Clause.KeyPart> keyParts;
  private final long validFromNs;
  private final long validToNs;

  RuleDef(RuleSet set, Declaration.Rule rule) {
    this.set = set;
    this.rule = rule;
    this.name = rule.name().text();
    this.onArrival = rule.clause(Clause.OnArrival.class).isPresent();
    this.when = rule.clause(Clause.When.class);
    Optional<Pattern> written = rule.clause(Clause.Match.class).map(Clause.Match::pattern);
    this.lowRate =
        written.filter(Pattern.LowRate.class::isInstance).map(Pattern.LowRate.class::cast);
    this.pattern = written.isPresent() && lowRate.isEmpty() ? Node.of(written.get()) : null;
    this.stepNames = pattern == null ? Map.of() : Node.names(pattern);
    this.withinNs =
        rule.clause(Clause.Within.class).map(Clause.Within::durationNs).orElse(NO_LIMIT);
    this.without =
        rule.clauses(Clause.Without.class).stream().map(Clause.Without::selector).toList();
    this.unless = rule.clauses(Clause.Unless.class).stream().map(Clause.Unless::selector).toList();
    this.onlyDuring = rule.clause(Clause.OnlyDuring.class).map(Clause.OnlyDuring::condition);
    this.starts =
        rule.clause(Clause.Starts.class).map(Clause.Starts::kind).orElse(Clause.Starts.Kind.EVERY);
    Optional<Clause.Pick> picked = rule.clause(Clause.Pick.class);
    this.pick = picked.map(Clause.Pick::kind).orElse(Clause.Pick.Kind.FIRST);
    this.pickLimit = picked.flatMap(Clause.Pick::limit).orElse(Integer.MAX_VALUE);
    Optional<Clause.AfterMatch> after = rule.clause(Clause.AfterMatch.class);
    this.afterMatch = after.map(Clause.AfterMatch::kind).orElse(Clause.AfterMatch.Kind.CONSUME_ALL);
    this.resumeStep = after.flatMap(Clause.AfterMatch::step).map(n -> n.text()).orElse("");
    this.fire =
        rule.clause(Clause.Fire.class).map(Clause.Fire::kind).orElse(Clause.Fire.Kind.PROMPT);
    this.keyParts = rule.clause(Clause.By.class).map(Clause.By::parts).orElse(List.of());
    List<Node> nodes = pattern == null ? List.of() : Node.all(pattern);
    this.givesSeveral = nodes.stream().anyMatch(RuleDef::givesSeveral);
    this.subsetLimit =
        nodes.stream()
            .filter(Node.Loop.class::isInstance)
            .flatMap(n -> ((Node.Loop) n).spec().subsetLimit().stream())
            .min(Integer::compare)
            .orElse(Integer.MAX_VALUE);
    Optional<Clause.Valid> valid = rule.clause(Clause.Valid.class);
    this.validFromNs =
        valid.flatMap(Clause.Valid::from).map(Literals::nanos).orElse(Long.MIN_VALUE);
    this.validToNs = valid.flatMap(Clause.Valid::to).map(Literals::nanos).orElse(Long.MAX_VALUE);
    this.roles = List.copyOf(new Roles(this).all());
  }

  private static boolean givesSeveral(Node node) {
    if (node instanceof Node.Loop loop) {
      return loop.spec().mode() == Pattern.Loop.Mode.EVERY_PREFIX
          || loop.spec().mode() == Pattern.Loop.Mode.EVERY_SUBSET
          || isEach(loop.spec().closing());
    }
    return node instanceof Node.Seq seq
        && seq.edges().stream()
            .anyMatch(
                e ->
                    e.kind() == Pattern.Edge.Kind.THEN_ANY
                        || e.maybe().map(m -> m.bothWays() || isEach(m.closing())).orElse(false));
  }

  private static boolean isEach(Optional<Pattern.Closing> closing) {
    return closing.map(c -> c.kind() == Pattern.Closing.Kind.EACH).orElse(false);
  }

  /** The pattern; there is one. */
  Node root() {
    return java.util.Objects.requireNonNull(pattern);
  }

  /** Durations of the bounds in time that are counted from an event which the step takes. */
  Set<Long> boundsFrom(Node.Leaf leaf) {
    Set<Long> durations = new TreeSet<>();
    for (Node node : Node.all(root())) {
      if (node instanceof Node.Loop loop && leaf.path().startsWith(loop.path())) {
        loop.spec().gapNs().ifPresent(durations::add);
      } else if (node instanceof Node.Seq seq) {
        for (Pattern.Edge edge : seq.edges()) {
          edge.bounds().stream()
              .filter(b -> b.kind() == Pattern.Bound.Kind.WITHIN)
              .filter(b -> b.step().text().equals(leaf.name()))
              .forEach(b -> durations.add(b.durationNs()));
        }
      }
    }
    return durations;
  }

  /** Whether the rule runs at all. */
  boolean isOn() {
    String status = rule.clause(Clause.Status.class).map(c -> c.status().text()).orElse("live");
    return !status.equals("off") && !status.equals("retired");
  }

  boolean isValid(long timeNs) {
    return timeNs >= validFromNs && timeNs < validToNs;
  }

  /** A name for each part of the key. */
  List<String> keyNames() {
    return keyParts.stream().map(part -> part.fields().get(0).field().text()).toList();
  }

  List<Clause.KeyPart> keyParts() {
    return keyParts;
  }

  /** The key of an event that the rule calls by this name, or null where a part is missing. */
  @Nullable List<Value> key(Ev event, String calledBy) {
    List<Value> key = new ArrayList<>();
    for (Clause.KeyPart part : keyParts) {
      Value value = event.value(keyField(part, calledBy));
      if (value == null) {
        return null;
      }
      key.add(value);
    }
    return key;
  }

  private String keyField(Clause.KeyPart part, String calledBy) {
    if (part.fields().size() == 1 && part.fields().get(0).type().isEmpty()) {
      return part.fields().get(0).field().text();
    }
    Declaration.Event base = java.util.Objects.requireNonNull(set.base(calledBy));
    for (String wanted : List.of(calledBy, base.name().text())) {
      for (Clause.KeyField field : part.fields()) {
        if (field.type().map(t -> t.text().equals(wanted)).orElse(false)) {
          return field.field().text();
        }
      }
    }
    throw new IllegalArgumentException("no key field: rule=" + name + " type=" + calledBy);
  }

  /** Collects the types and defines that a rule names, those of its key first. */
  private static final class Roles {
    private final RuleDef def;
    private final Set<String> all = new LinkedHashSet<>();

    Roles(RuleDef def) {
      this.def = def;
    }

    Set<String> all() {
      for (Clause.KeyPart part : def.keyParts) {
        for (Clause.KeyField field : part.fields()) {
          field.type().ifPresent(t -> all.add(t.text()));
        }
      }
      if (def.when.isPresent()) {
        all.addAll(testedAt(def.set, def.when.get()));
      }
      if (def.pattern != null) {
        add(def.pattern);
      }
      def.lowRate.ifPresent(low -> all.add(low.selector().type().text()));
      def.without.forEach(s -> all.add(s.type().text()));
      def.unless.forEach(s -> all.add(s.type().text()));
      return all;
    }

    private void add(Node node) {
      if (node instanceof Node.Leaf leaf) {
        all.add(leaf.step().type().text());
      } else if (node instanceof Node.Loop loop) {
        add(loop.body());
        loop.spec().adjacent().ifPresent(this::add);
      } else if (node instanceof Node.Seq seq) {
        add(seq.parts().get(0));
        for (int i = 0; i < seq.edges().size(); i++) {
          seq.edges().get(i).without().forEach(s -> all.add(s.type().text()));
          add(seq.parts().get(i + 1));
          seq.edges().get(i).scope().ifPresent(this::add);
        }
      } else if (node instanceof Node.Par par) {
        par.branches().forEach(this::add);
      } else if (node instanceof Node.Alt alt) {
        alt.branches().forEach(this::add);
      } else if (node instanceof Node.Gone gone) {
        all.add(gone.absence().selector().type().text());
      }
    }

    private void add(Pattern.Scope scope) {
      scope.types().forEach(t -> all.add(t.text()));
    }
  }

  /** Types and defines at whose events a {@code when} condition is tested. */
  static Set<String> testedAt(RuleSet set, Clause.When when) {
    Set<String> found = new LinkedHashSet<>();
    if (when.on().isEmpty()) {
      mentioned(set, when.condition(), found);
    } else {
      when.on().forEach(n -> found.add(n.text()));
    }
    return found;
  }

  private static void mentioned(RuleSet set, Expression e, Set<String> found) {
    if (e instanceof Expression.Feature feature) {
      found.add(feature.type().text());
    } else if (e instanceof Expression.Member member) {
      if (member.target() instanceof Expression.Variable v && set.isType(v.name())) {
        found.add(v.name());
      }
      mentioned(set, member.target(), found);
    } else if (e instanceof Expression.Variable v) {
      Expression let = set.lets().get(v.name());
      if (let != null) {
        mentioned(set, let, found);
      }
    } else if (e instanceof Expression.Index index) {
      mentioned(set, index.target(), found);
    } else if (e instanceof Expression.Call call) {
      call.arguments().forEach(a -> mentioned(set, a, found));
    } else if (e instanceof Expression.Unary unary) {
      mentioned(set, unary.operand(), found);
    } else if (e instanceof Expression.Binary binary) {
      mentioned(set, binary.left(), found);
      mentioned(set, binary.right(), found);
    } else if (e instanceof Expression.Logical logical) {
      logical.operands().forEach(o -> mentioned(set, o, found));
    } else if (e instanceof Expression.IsMissing missing) {
      mentioned(set, missing.operand(), found);
    } else if (e instanceof Expression.InList in) {
      mentioned(set, in.operand(), found);
    } else if (e instanceof Expression.InValues in) {
      mentioned(set, in.operand(), found);
    }
  }
}
