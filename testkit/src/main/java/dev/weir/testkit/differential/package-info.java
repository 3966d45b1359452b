/**
 * Random rules and random streams over one small set of event types, for tests that hold the engine
 * to the reference matcher and to the laws of the language. Everything is drawn from {@link
 * dev.weir.testkit.random.Choices}.
 */
@org.jspecify.annotations.NullMarked
package dev.weir.testkit.differential;
