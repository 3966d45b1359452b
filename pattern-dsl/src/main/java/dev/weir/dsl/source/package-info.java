/** The text of a rule file and places in it. */
@org.jspecify.annotations.NullMarked
package dev.weir.dsl.source;
