/**
 * What was written: immutable records, each with its place in the file. The whole language of
 * {@code docs/language} has its forms here, also those that the engine does not run yet. Made by
 * {@code syntax}; read by the checker, the formatter and the reference matcher. Equality of nodes
 * includes places.
 */
@org.jspecify.annotations.NullMarked
package dev.weir.dsl.ast;
