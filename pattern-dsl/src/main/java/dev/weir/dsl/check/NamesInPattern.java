package dev.weir.dsl.check;

import dev.weir.dsl.ast.Clause;
import dev.weir.dsl.ast.Name;
import dev.weir.dsl.ast.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Collects the types and defines that a pattern names, in the order in which they stand. */
final class NamesInPattern implements Pattern.Visitor<Void> {
  private final List<Name> found = new ArrayList<>();

  private NamesInPattern() {}

  /** Those of a pattern, and of the guards beside it. */
  static List<Name> of(Pattern pattern, List<Clause.Selector> guards) {
    NamesInPattern names = new NamesInPattern();
    pattern.accept(names);
    names.addAll(guards);
    return names.found;
  }

  private void addAll(List<Clause.Selector> selectors) {
    selectors.forEach(selector -> found.add(selector.type()));
  }

  private void add(Optional<Pattern.Scope> scope) {
    scope.ifPresent(s -> found.addAll(s.types()));
  }

  private Void addAllOf(List<Pattern> branches) {
    branches.forEach(branch -> branch.accept(this));
    return null;
  }

  @Override
  public Void step(Pattern.Step step) {
    found.add(step.type());
    step.loop().ifPresent(loop -> add(loop.adjacent()));
    return null;
  }

  @Override
  public Void group(Pattern.Group group) {
    group.body().accept(this);
    group.loop().ifPresent(loop -> add(loop.adjacent()));
    return null;
  }

  @Override
  public Void sequence(Pattern.Sequence sequence) {
    sequence.first().accept(this);
    for (Pattern.Link link : sequence.links()) {
      addAll(link.edge().without());
      link.to().accept(this);
      add(link.edge().scope()); // it stands behind
    }
    return null;
  }

  @Override
  public Void allOf(Pattern.AllOf allOf) {
    return addAllOf(allOf.branches());
  }

  @Override
  public Void oneOf(Pattern.OneOf oneOf) {
    return addAllOf(oneOf.branches());
  }

  @Override
  public Void someOf(Pattern.SomeOf someOf) {
    return addAllOf(someOf.branches());
  }

  @Override
  public Void absence(Pattern.Absence absence) {
    found.add(absence.selector().type());
    return null;
  }

  @Override
  public Void lowRate(Pattern.LowRate lowRate) {
    found.add(lowRate.selector().type());
    return null;
  }
}
