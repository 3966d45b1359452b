/** Names, types and bounds: from the syntax tree to the typed plan. Touches no files. */
@org.jspecify.annotations.NullMarked
package dev.weir.dsl.check;
