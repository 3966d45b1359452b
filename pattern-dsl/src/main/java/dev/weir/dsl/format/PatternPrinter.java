package dev.weir.dsl.format;

import static dev.weir.dsl.format.AstPrinter.duration;
import static dev.weir.dsl.format.AstPrinter.print;
import static dev.weir.dsl.format.AstPrinter.selector;

import dev.weir.dsl.ast.Clause;
import dev.weir.dsl.ast.Name;
import dev.weir.dsl.ast.Pattern;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Writes patterns. */
final class PatternPrinter implements Pattern.Visitor<String> {
  static final PatternPrinter PATTERNS = new PatternPrinter();

  private PatternPrinter() {}

  /** The words of an enum constant, parted by {@code _}. */
  static String lower(Enum<?> word) {
    return word.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String step(Pattern.Step step) {
    return step(step, Optional.empty());
  }

  private static String step(Pattern.Step step, Optional<Pattern.Scope> scope) {
    return step.after().map(PatternPrinter::afterNo).orElse("")
        + step.name().map(n -> n.text() + ": ").orElse("")
        + step.type().text()
        + step.loop().map(l -> " " + loop(l, scope.isPresent())).orElse("")
        + scope.map(s -> " " + scope(s)).orElse("")
        + step.where().map(w -> " where " + print(w)).orElse("")
        + step.require().map(r -> " require " + print(r)).orElse("")
        + (step.bindings().isEmpty() ? "" : " with " + bindings(step.bindings()));
  }

  private static String bindings(List<Pattern.Binding> bindings) {
    return bindings.stream()
        .map(b -> b.name().text() + " = " + print(b.value()))
        .collect(Collectors.joining(", "));
  }

  private static String afterNo(Pattern.AfterNo after) {
    return "after no "
        + selector(after.selector())
        + " for "
        + duration(after.durationNs())
        + (after.orNever() ? ", or never " : " ");
  }

  @Override
  public String group(Pattern.Group group) {
    return "("
        + print(group.body())
        + ")"
        + group.loop().map(l -> " " + loop(l, false)).orElse("")
        + group.name().map(n -> " as " + n.text()).orElse("");
  }

  @Override
  public String sequence(Pattern.Sequence sequence) {
    StringBuilder out = new StringBuilder(print(sequence.first()));
    for (Pattern.Link link : sequence.links()) {
      out.append(' ').append(link(link));
    }
    return out.toString();
  }

  private static String link(Pattern.Link link) {
    Pattern.Edge edge = link.edge();
    String without =
        edge.without().stream()
            .map(s -> "(without " + selector(s) + ") ")
            .collect(Collectors.joining());
    if (link.to() instanceof Pattern.Absence absence) {
      return "then " + without + print(absence);
    }
    StringBuilder out = new StringBuilder(lower(edge.kind()).replace('_', ' ') + " ");
    out.append(edge.maybe().isPresent() ? "maybe " : "").append(without);
    if (link.to() instanceof Pattern.Step step) {
      out.append(step(step, edge.scope()));
    } else {
      out.append(print(link.to()));
      edge.scope().ifPresent(s -> out.append(' ').append(scope(s)));
    }
    edge.maybe()
        .ifPresent(
            maybe -> {
              out.append(maybe.bothWays() ? " both ways" : "");
              maybe.closing().ifPresent(c -> out.append(' ').append(closing(c)));
            });
    for (Pattern.Bound bound : edge.bounds()) {
      boolean within = bound.kind() == Pattern.Bound.Kind.WITHIN;
      out.append(within ? " within " : " at least ")
          .append(duration(bound.durationNs()))
          .append(within ? " of " : " after ")
          .append(bound.step().text());
    }
    return out.toString();
  }

  private static String scope(Pattern.Scope scope) {
    return "among "
        + (scope.all()
            ? "all"
            : scope.types().stream().map(Name::text).collect(Collectors.joining(", ")));
  }

  /** A word behind {@code adjacent} keeps a scope that follows from being read as its scope. */
  private static String loop(Pattern.Loop loop, boolean scopeFollows) {
    StringBuilder out = new StringBuilder("{" + loop.min());
    if (loop.max() != loop.min()) {
      out.append("..").append(loop.max() == Pattern.Loop.UNBOUNDED ? "" : loop.max());
    }
    out.append('}');
    boolean bareAdjacent = loop.adjacent().map(s -> !s.all() && s.types().isEmpty()).orElse(false);
    if (bareAdjacent) {
      out.append(" adjacent");
    }
    if (loop.mode() != Pattern.Loop.Mode.LONGEST || (bareAdjacent && scopeFollows)) {
      out.append(' ').append(lower(loop.mode()).replace('_', ' '));
    }
    loop.subsetLimit().ifPresent(n -> out.append(" limit ").append(n));
    if (!bareAdjacent) {
      loop.adjacent().ifPresent(s -> out.append(" adjacent ").append(scope(s)));
    }
    loop.trend()
        .ifPresent(
            t -> out.append(t.rising() ? " rising by " : " falling by ").append(t.field().text()));
    loop.gapNs().ifPresent(d -> out.append(" gap < ").append(duration(d)));
    loop.until().ifPresent(u -> out.append(" until ").append(print(u)));
    loop.closing().ifPresent(c -> out.append(' ').append(closing(c)));
    return out.toString();
  }

  private static String closing(Pattern.Closing closing) {
    return switch (closing.kind()) {
      case FIRST -> "first";
      case EACH -> "each";
      case AT_END -> "at end";
      case WHEN_QUIET -> "when quiet for " + duration(closing.quietNs().orElseThrow());
    };
  }

  @Override
  public String allOf(Pattern.AllOf allOf) {
    return "all of { " + branches(allOf.branches(), "; ") + " }";
  }

  @Override
  public String oneOf(Pattern.OneOf oneOf) {
    return "one of { " + branches(oneOf.branches(), " or ") + " }";
  }

  @Override
  public String someOf(Pattern.SomeOf someOf) {
    return someOf.count() + " of { " + branches(someOf.branches(), "; ") + " }";
  }

  private static String branches(List<Pattern> branches, String between) {
    return branches.stream().map(AstPrinter::print).collect(Collectors.joining(between));
  }

  @Override
  public String absence(Pattern.Absence absence) {
    return "no " + selector(absence.selector()) + " for " + duration(absence.durationNs());
  }

  @Override
  public String lowRate(Pattern.LowRate lowRate) {
    Clause.Selector selector = lowRate.selector();
    return "fewer than "
        + lowRate.count()
        + " "
        + selector(selector)
        + " in "
        + duration(lowRate.windowNs())
        + lowRate.keys().map(k -> " for keys in " + k.text()).orElse("");
  }
}
