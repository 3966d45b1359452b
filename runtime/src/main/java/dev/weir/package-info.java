/** The assembly: sources, intake, engine, alerts. */
@org.jspecify.annotations.NullMarked
package dev.weir;
