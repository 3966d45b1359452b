/**
 * The engine: a plan packed into a program, and its evaluation over records. A library without
 * threads, files and clocks; sees only the plan of the rule language.
 */
@org.jspecify.annotations.NullMarked
package dev.weir.engine;
