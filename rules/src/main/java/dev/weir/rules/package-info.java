/** Rule sets: loading them from files, and running their tests. */
@org.jspecify.annotations.NullMarked
package dev.weir.rules;
