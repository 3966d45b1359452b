/**
 * Long tests of the whole engine, each a program with a seed: the simulation of an engine on a
 * machine that fails, and others. Called by {@code weir soak} and, in short forms, by tests.
 */
@org.jspecify.annotations.NullMarked
package dev.weir.soak;
