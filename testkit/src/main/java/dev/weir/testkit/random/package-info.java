/**
 * Seeded random cases: one recorded list of choices gives replay, enumeration and shrinking. Called
 * by tests on their own thread; reads no clock.
 */
@org.jspecify.annotations.NullMarked
package dev.weir.testkit.random;
