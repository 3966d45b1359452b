/**
 * The language server: what an editor shows of rule files while they are written. Works on tokens,
 * so that half-written files are understood as far as they go; diagnostics come from the checker.
 * Called on the one thread that reads the protocol.
 */
@org.jspecify.annotations.NullMarked
package dev.weir.server.lsp;
