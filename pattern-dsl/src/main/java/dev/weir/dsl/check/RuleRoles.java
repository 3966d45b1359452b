package dev.weir.dsl.check;

import dev.weir.dsl.ast.Name;
import dev.weir.dsl.plan.RulePlan.Role;
import dev.weir.dsl.source.SourceText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The types and defines that a rule names, in the order in which they are first named. */
final class RuleRoles {
  private final SourceText source;
  private final Declarations declarations;
  private final RuleKey key;
  private final List<Role> roles = new ArrayList<>();
  private final List<Declarations.Selected> selected = new ArrayList<>();
  private final Map<String, Integer> numbers = new HashMap<>();

  RuleRoles(SourceText source, Declarations declarations, RuleKey key) {
    this.source = source;
    this.declarations = declarations;
    this.key = key;
  }

  List<Role> all() {
    return roles;
  }

  /** The number of the role; a name not met before becomes one. */
  int of(Name name) {
    Integer known = numbers.get(name.text());
    if (known != null) {
      return known;
    }
    Declarations.Selected chosen = declarations.select(source, name);
    roles.add(
        new Role(
            name.text(),
            chosen.type().typeId(),
            key.fieldsOf(name.text(), chosen.type(), name.span())));
    selected.add(chosen);
    numbers.put(name.text(), roles.size() - 1);
    return roles.size() - 1;
  }

  /** What the role's name stands for. */
  Declarations.Selected selected(int role) {
    return Objects.requireNonNull(selected.get(role));
  }
}
