/** Workloads with known answers, run by the real engine, and how they are measured. */
@org.jspecify.annotations.NullMarked
package dev.weir.perf;
