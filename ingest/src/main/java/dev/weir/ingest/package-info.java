/**
 * From files to stamped records: decoding, merging, and the one intake that gives positions and
 * verdicts. Single-threaded; reads no clock.
 */
@org.jspecify.annotations.NullMarked
package dev.weir.ingest;
