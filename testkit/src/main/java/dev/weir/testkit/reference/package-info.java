/**
 * The reference matcher: slow and obvious, written straight from {@code
 * docs/language/semantics.md}. It interprets the syntax tree with its own expression evaluator and
 * shares no code with the checker, the plan or the engine, whose judge it is. It expects rules that
 * the checker accepts, or would accept but for words that the engine does not run yet; for others
 * its answer means nothing. Everything here belongs to one thread at a time.
 */
@org.jspecify.annotations.NullMarked
package dev.weir.testkit.reference;
