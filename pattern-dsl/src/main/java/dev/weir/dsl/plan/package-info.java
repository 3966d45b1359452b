/**
 * What is meant: the typed plan of a rule set. Names are resolved to numbers, defines and lets are
 * expanded, every expression has a type. Made by the checker; read by the engine, which sees
 * nothing else of this module. Immutable.
 */
@org.jspecify.annotations.NullMarked
package dev.weir.dsl.plan;
