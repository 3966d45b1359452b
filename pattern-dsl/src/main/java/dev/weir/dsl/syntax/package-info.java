/**
 * From text to the syntax tree: grammar, parser, syntax errors in words. ANTLR does not leave it.
 */
@org.jspecify.annotations.NullMarked
package dev.weir.dsl.syntax;
