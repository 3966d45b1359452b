/**
 * From files to stamped records: decoding, merging, the one intake that gives positions and
 * verdicts, and the journaler behind it. Single-threaded; reads no clock.
 */
@org.jspecify.annotations.NullMarked
package dev.weir.ingest;
