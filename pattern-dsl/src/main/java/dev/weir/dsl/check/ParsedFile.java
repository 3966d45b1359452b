package dev.weir.dsl.check;

import dev.weir.dsl.ast.RuleFile;
import dev.weir.dsl.source.SourceText;

/** A rule file and its tree. */
public record ParsedFile(SourceText source, RuleFile file) {}
