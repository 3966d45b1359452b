/** Event types, their fields and the binary record. A library: no threads, no files, no clocks. */
@org.jspecify.annotations.NullMarked
package dev.weir.event;
