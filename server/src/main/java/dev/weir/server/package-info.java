/** The {@code weir} command line. */
@org.jspecify.annotations.NullMarked
package dev.weir.server;
