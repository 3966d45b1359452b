/**
 * Durable state: checkpoints of engines in a store of chunks, and such a store on RocksDB. Called
 * by the assembly, on the thread that owns the engine.
 */
@org.jspecify.annotations.NullMarked
package dev.weir.state;
