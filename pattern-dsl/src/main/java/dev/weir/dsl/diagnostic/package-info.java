/** Mistakes in rule files: codes, what is said, and how it is shown as text or JSON. */
@org.jspecify.annotations.NullMarked
package dev.weir.dsl.diagnostic;
