/**
 * Rule text from trees and from text: the printer writes a tree as a rule file, the formatter gives
 * a file its one layout, the tree printer shows what was read. Called by the command line and by
 * tests, on any thread.
 */
@org.jspecify.annotations.NullMarked
package dev.weir.dsl.format;
