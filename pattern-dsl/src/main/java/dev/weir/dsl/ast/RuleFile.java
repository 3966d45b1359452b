package dev.weir.dsl.ast;

import java.util.List;

/**
 * One parsed file, or several merged into one rule set.
 *
 * @param declarations in the order written
 */
public record RuleFile(List<Declaration> declarations) {
  public RuleFile {
    declarations = List.copyOf(declarations);
  }
}
