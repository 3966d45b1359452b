/**
 * A checked, positioned, append-only log over Chronicle Queue: append, tail, find, verify, repair,
 * retain. Used for events and for alerts. One thread appends; readers may be on any thread, one
 * thread each. A library: it starts no thread of its own and reads no clock; times are given.
 */
@org.jspecify.annotations.NullMarked
package dev.weir.journal;
